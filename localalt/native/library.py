"""The shared libraries of llama.cpp: imported and started once, their log sent to `logging`."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import logging
import os
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localalt.console import visible
from localalt.errors import BackendMissingError
from localalt.first_imports import import_once, importing
from localalt.native.switching import note_reading
from localalt.switches import ReadAt

__all__ = ["flash_attn_type", "forget_errors", "library", "library_folder", "what_llama_said"]

logger = logging.getLogger("localalt.llama_cpp")
# A library stays silent until its host configures logging.
logging.getLogger("localalt").addHandler(logging.NullHandler())


@functools.cache
def library() -> tuple[Any, Any]:
    """(llama_cpp.llama_cpp, llama_cpp.mtmd_cpp), imported and started once, with logs bridged.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old for this module.
    """
    with importing():  # functools.cache alone lets two threads in
        import_once("numpy.ctypeslib")  # which numpy imports at its first use
        return _start()


@functools.cache
def _start() -> tuple[Any, Any]:
    note_reading(ReadAt.START)
    try:
        with _briefly_spinning():
            from llama_cpp import llama_cpp as llama, mtmd_cpp as mtmd
    except ModuleNotFoundError as error:
        raise BackendMissingError(
            "llama-cpp-python is not installed: run pip install 'llama-cpp-python>=0.3.36,<0.4'."
        ) from error
    except Exception as error:  # a broken shared library raises whatever the loader likes
        raise BackendMissingError(
            f"llama-cpp-python cannot be loaded ({error}): install it again with "
            "pip install --force-reinstall --no-cache-dir 'llama-cpp-python>=0.3.36,<0.4'."
        ) from error
    for module, names in ((llama, _NEEDED_OF_LLAMA), (mtmd, _NEEDED_OF_MTMD)):
        missing = [name for name in names if not hasattr(module, name)]
        if missing:
            raise BackendMissingError(
                f"The installed llama-cpp-python lacks {', '.join(missing)}: "
                "run pip install 'llama-cpp-python>=0.3.36,<0.4'."
            )
    _bridge_log(llama, mtmd)
    llama.llama_backend_init()
    _load_plugins(llama)
    return llama, mtmd


SPIN_COUNT = "1000"
"""Turns that libgomp's threads spin at a barrier before they sleep, some microseconds. Its own choice, up
to 30 billion, makes every step wait for whole time slices as soon as anything else runs on a core,
this package's own readers of pictures included: decoding became 20 to 50 times slower."""


@contextlib.contextmanager
def _briefly_spinning() -> Iterator[None]:
    """Load libgomp with a short spin, unless the environment says otherwise; it reads that once, as it is loaded."""
    if {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & os.environ.keys():
        yield
        return
    os.environ["GOMP_SPINCOUNT"] = SPIN_COUNT
    try:
        yield
    finally:
        os.environ.pop("GOMP_SPINCOUNT", None)  # the host and its child processes keep their own


_NEEDED_OF_LLAMA = (
    "llama_get_sampled_logits_ith",
    "llama_get_sampled_probs_ith",
    "llama_get_sampled_token_ith",
    "llama_memory_clear",
    "llama_memory_seq_cp",
    "llama_model_n_embd_inp",
    "llama_sampler_copy",
    "llama_set_sampler",
    "llama_state_seq_get_data_ext",
)
_NEEDED_OF_MTMD = ("mtmd_batch_encode", "mtmd_helper_decode_image_chunk", "mtmd_tokenize_from_parts")


def _load_plugins(llama: Any) -> None:
    """Load backends built as plugins (GGML_BACKEND_DL), which llama-cpp-python leaves to its caller."""
    library = llama._lib
    library.ggml_backend_dev_count.restype = ctypes.c_size_t
    if library.ggml_backend_dev_count() == 0:
        folder = _folder(llama)
        # With a path of its own: the search without one would look into the current folder.
        library.ggml_backend_load_all_from_path(os.fsencode(folder))
    if library.ggml_backend_dev_count() == 0:
        raise BackendMissingError("The installed llama-cpp-python has no backend, not even the CPU: install it again.")


# ggml_log_level in ggml.h; llama-cpp-python's own table is off by one. What is INFO to llama.cpp, some 170 lines for
# a model, is DEBUG here: what localalt says of itself would drown in it.
_LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.WARNING, 4: logging.ERROR}
_CONTINUED = 5


class _LogBridge:
    """Joins llama.cpp's log fragments into lines and hands them to `logging`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line = ""
        self._level = logging.DEBUG
        self.errors: deque[str] = deque(maxlen=4)
        """The latest lines of level ERROR, to explain a failure with."""

    def unlock(self) -> None:
        """Begin anew, with a lock that nobody holds."""
        self._lock = threading.Lock()
        self._line = ""

    def __call__(self, level: int, text: bytes | None, _user_data: int | None) -> None:
        try:
            with self._lock:
                if level != _CONTINUED:
                    self._level = _LEVELS.get(level, logging.DEBUG)
                self._line += (text or b"").decode("utf-8", errors="replace")
                *lines, self._line = self._line.split("\n")
                python_level = self._level
                if python_level >= logging.ERROR:
                    self.errors.extend(line.strip() for line in lines if line.strip())
            for line in lines:
                if line.strip():
                    logger.log(python_level, "%s", visible(line.rstrip()))  # a file's own words, perhaps
        except Exception:  # nothing may be raised into C, and ctypes would print it
            pass


_log_bridge = _LogBridge()
if hasattr(os, "register_at_fork"):
    # Another thread, which stays behind, may have been in the middle of a line.
    os.register_at_fork(after_in_child=lambda: _log_bridge.unlock())
_native_log_bridge: Any = None  # the C function pointer: llama.cpp keeps calling it, so it is never dropped


def _bridge_log(llama: Any, mtmd: Any) -> None:
    global _native_log_bridge
    _native_log_bridge = llama.llama_log_callback(_log_bridge)
    llama.llama_log_set(_native_log_bridge, None)
    mtmd.mtmd_log_set(_native_log_bridge, None)
    mtmd.mtmd_helper_log_set(_native_log_bridge, None)


def library_folder() -> Path:
    """Where the installed llama-cpp-python has its libraries, and backends that are plugins.

    Raises:
        BackendMissingError: see `library`.
    """
    return _folder(library()[0])


def _folder(llama: Any) -> Path:
    # Where LLAMA_CPP_LIB_PATH says so, llama-cpp-python takes its libraries from elsewhere.
    return Path(getattr(llama, "_base_path", None) or Path(llama.__file__).parent / "lib")


def flash_attn_type(wanted: bool | None) -> int:
    """llama_flash_attn_type in llama.h: on, off, or for None what llama.cpp chooses."""
    return -1 if wanted is None else int(wanted)


def forget_errors() -> None:
    """Forget the errors in the log so far: before a native call whose failure is to be explained."""
    _log_bridge.errors.clear()


def what_llama_said() -> str:
    """The latest errors in llama.cpp's log, as a clause for a message; each explains one failure only."""
    lines = list(_log_bridge.errors)
    forget_errors()
    return f" (llama.cpp: {'; '.join(lines)})" if lines else ""
