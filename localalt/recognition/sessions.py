"""ONNX sessions of the weights in rapidocr's package: few threads, which do not spin, and a run that can be ended.

No file but those three is opened, and nothing is downloaded: rapidocr, which would, is handed the sessions.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from localalt.first_imports import importing

__all__ = ["WEIGHTS", "Sessions"]

WEIGHTS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
"""By rapidocr's section: the files that its wheel carries (its MODEL_LICENSES.md, Apache-2.0)."""


class Sessions:
    """The sessions of one recognizer.

    Args:
        n_threads: the most threads that compute at the same time.

    Raises:
        FileNotFoundError: this version of rapidocr carries other weights.
    """

    def __init__(self, n_threads: int) -> None:
        with importing():
            import onnxruntime

        onnxruntime.disable_telemetry_events()  # its builds for Windows record events
        self._run_options = onnxruntime.RunOptions()
        self._run_options.log_severity_level = 4  # what goes wrong is raised as well
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_threads
        options.inter_op_num_threads = 1
        # Threads that wait in a busy loop take cores from llama.cpp, which has as many threads as there are.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False  # it would hold the memory of the largest picture for good
        run_options = self._run_options

        class Session(onnxruntime.InferenceSession):  # type: ignore[misc]  # rapidocr asks for a session of this class
            def run(self, names: Any, feed: Any, _: Any = None) -> Any:  # noqa: ANN401
                return super().run(names, feed, run_options)

        self.by_section: dict[str, Any] = {
            section: Session(str(path), options, providers=["CPUExecutionProvider"])
            for section, path in weights_files().items()
        }

    def end(self) -> None:
        """End the run that is under way with an error, and all later ones."""
        self._run_options.terminate = True


def weights_files() -> dict[str, Path]:
    """The files of `WEIGHTS`, by section.

    Raises:
        FileNotFoundError: one is not there.
    """
    with importing():
        package = importlib.util.find_spec("rapidocr")
    assert package is not None
    assert package.origin is not None
    files = {section: Path(package.origin).parent / "models" / name for section, name in WEIGHTS.items()}
    for path in files.values():
        if not path.is_file():
            raise FileNotFoundError(f"rapidocr does not carry {path.name}")
    return files
