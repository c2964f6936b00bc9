"""Pixels -> lines of writing, by rapidocr: the text detector and the text recognizer of PP-OCR, on the CPU.

Loaded with the first picture. One picture at a time: two would share the same cores.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from localalt.first_imports import importing
from localalt.recognition.reading import Line, Reading, StopReadingError
from localalt.recognition.scripts import READ_WELL
from localalt.recognition.sessions import Sessions

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MOST_PIXELS", "Recognizer", "in_words"]

logger = logging.getLogger(__name__)

MOST_PIXELS = 2_000_000
"""Of what is read: a page of letter size in 10-point type has letters of 20 pixels then, and 12 are enough. Detection
takes 0.19 GB for each million (benchmarks/NOTES.md), which no plan counts."""
LEAST_SIDE_PX = 736
"""To which the shorter side is enlarged, as far as `MOST_ENLARGED` allows: PP-OCR's own bound for detection."""
MOST_ENLARGED = 1_000_000
"""Pixels of a picture that is enlarged: the detector's time goes by the area."""
MARGIN_PX = 32
"""Around a picture: writing at its very edge is not found."""
PATIENCE_S = 10.0
"""That closing waits: one step of detection, or the imports, which cannot be ended."""
BATCH = 6
"""Lines that are recognized together: rapidocr's own number, and a second at most until a reading can be ended."""
MOST_LINES = 300
"""Of a picture: more are a page of a newspaper, whose reading would take a minute."""


class Recognizer:
    """An OCR engine. Safe to use from any thread.

    Args:
        n_threads: the most threads that compute at the same time.
    """

    def __init__(self, n_threads: int) -> None:
        self._n_threads = n_threads
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._is_closed = False

    def read(self, pixels: npt.NDArray[np.uint8], is_unwanted: Callable[[], bool]) -> Reading:
        """What is written in a picture: uint8 of shape (height, width, 3), RGB, of at most `MOST_PIXELS`.

        Raises:
            StopReadingError: `is_unwanted` says so, or this is closed.
        """

        def check() -> None:
            if self._is_closed or is_unwanted():
                raise StopReadingError

        check()
        with self._lock:
            check()
            try:
                if self._loaded is None:
                    self._loaded = _Loaded(self._n_threads)
                    logger.info("%s", in_words(self._n_threads))
                    check()
                started = time.perf_counter()
                lines = self._loaded.read(pixels, check)
                return Reading(lines, time.perf_counter() - started, self._loaded.alphabet)
            except StopReadingError:
                raise
            except Exception as error:  # of rapidocr, OpenCV or onnxruntime: a picture is described without it
                check()
                reason = " ".join(str(error).split())[-200:] or type(error).__name__
                return Reading((), fault=f"The OCR engine failed ({reason}).")

    def close(self) -> None:
        """End what is read now, and wait until it has ended. Safe to call again."""
        self._is_closed = True
        loaded = self._loaded
        if loaded is not None:
            loaded.end()
        if self._lock.acquire(timeout=PATIENCE_S):  # an end of the interpreter must not find it at work
            self._loaded = None
            self._lock.release()


class _Loaded:
    """rapidocr's classes around sessions of ours."""

    def __init__(self, n_threads: int) -> None:
        with importing():
            from omegaconf import flag_override
            from rapidocr import RapidOCR

        self._sessions = Sessions(n_threads)
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_vertical_padding": False,
                "Rec.rec_batch_num": BATCH,
                # Not rapidocr's own sizes: a strip of 3 x 900 pixels would become one of 160 megapixels.
                "Det.limit_type": "max",
                "Det.limit_side_len": MOST_PIXELS,
            }
        )
        for section, session in self._sessions.by_section.items():
            with flag_override(self._ocr.cfg, "allow_objects", True):
                self._ocr.cfg[section].session = session
        characters = self._sessions.by_section["Rec"].get_modelmeta().custom_metadata_map["character"]
        self.alphabet = frozenset(characters.splitlines())

    def read(self, pixels: npt.NDArray[np.uint8], check: Callable[[], None]) -> tuple[Line, ...]:
        import numpy as np

        image = np.ascontiguousarray(_prepared(pixels)[:, :, ::-1])  # OpenCV's order
        crops, found = self._find(image)
        crops, found = crops[:MOST_LINES], found[:MOST_LINES]
        read: list[tuple[str, float]] = []
        for start in range(0, len(crops), BATCH):
            check()
            recognized = self._ocr.recognize_txt(crops[start : start + BATCH])
            read += zip(recognized.txts, recognized.scores, strict=True)
        height, width = image.shape[0] - 2 * MARGIN_PX, image.shape[1] - 2 * MARGIN_PX
        lines = []
        for (text, score), corners in zip(read, found, strict=True):
            left, top = (corners.min(axis=0) - MARGIN_PX) / (width, height)
            right, bottom = (corners.max(axis=0) - MARGIN_PX) / (width, height)
            if text.strip():
                box = _within(left), _within(top), _within(right), _within(bottom)
                lines.append(Line(text.strip(), float(score), box))
        return tuple(lines)

    def _find(self, image: npt.NDArray[np.uint8]) -> tuple[Sequence[Any], Sequence[Any]]:
        """Pictures of lines, and the corners of each, from the top to the bottom."""
        from rapidocr.main import RapidOCRError

        try:
            crops, found = self._ocr.detect_and_crop(image, {})
        except RapidOCRError:  # there is none
            return (), ()
        return crops, found.boxes

    def end(self) -> None:
        self._sessions.end()


def _within(share: float) -> float:
    return min(1.0, max(0.0, float(share)))


def _prepared(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The picture at the size for detection, in a margin of the colours of its edge."""
    import numpy as np
    from PIL import Image

    height, width = pixels.shape[:2]
    enlarged = min(LEAST_SIDE_PX / min(height, width), math.sqrt(MOST_ENLARGED / (height * width)))
    scale = min(max(1.0, enlarged), math.sqrt(MOST_PIXELS / (height * width)))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size != (width, height):
        pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
    return np.pad(pixels, ((MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX), (0, 0)), mode="edge")


def in_words(n_threads: int) -> str:
    """What reads, and which scripts."""
    with importing():
        from importlib.metadata import version

    names = f"rapidocr {version('rapidocr')} with onnxruntime {version('onnxruntime')}"
    return f"OCR engine: {names}, {n_threads} threads. It reads {', '.join(sorted(READ_WELL))}, and no other script."
