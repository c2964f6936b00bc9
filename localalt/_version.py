"""Versions that results and stored measurements are about: localalt's own, and the installed llama-cpp-python's."""

from __future__ import annotations

__all__ = ["__version__", "llama_cpp_version"]

__version__ = "0.1.0"


def llama_cpp_version() -> str:
    """Of the installed llama-cpp-python; "?" where it was put on the path without an installer."""
    import importlib.metadata

    try:
        return importlib.metadata.version("llama-cpp-python")
    except importlib.metadata.PackageNotFoundError:
        return "?"
