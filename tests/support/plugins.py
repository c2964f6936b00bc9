"""Plugins of ggml's that do not load, made from the installed libraries: each is refused by the system's own loader."""

import shutil
from pathlib import Path

from localalt import native

__all__ = ["MISSING", "broken", "libraries"]

MISSING = "libggml-bass.so.9"
"""A library that is nowhere, as long as the name that it takes the place of."""


def libraries(folder: Path) -> Path:
    """A copy of the installed llama-cpp-python's libraries: LLAMA_CPP_LIB_PATH names such a folder."""
    shutil.copytree(native.library_folder(), folder)
    return folder


def broken(file: Path) -> Path:
    """Write a plugin that needs a library that is nowhere: the CPU's backend, with another name for ggml-base."""
    data = (native.library_folder() / "libggml-cpu.so").read_bytes()
    own = next(name for name in (b"libggml-base.so.0\0", b"libggml-base.so\0") if name in data)
    file.write_bytes(data.replace(own, MISSING.encode()[: len(own) - 1] + b"\0"))
    return file
