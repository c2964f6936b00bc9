"""Backends that are files of their own: those that are there and do not compute, and what the loader says of them.

llama.cpp skips a plugin that does not load in silence (ggml-backend-reg.cpp, `silent` under NDEBUG).
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from localalt import plugin_trial
from localalt.native.library import library, library_folder

__all__ = ["Plugin", "plugins_without_devices", "what_loader_says"]

BACKENDS = {
    "blas": "BLAS",
    "cuda": "CUDA",
    "hip": "ROCm",
    "metal": "MTL",
    "musa": "MUSA",
    "opencl": "OpenCL",
    "rpc": "RPC",
    "sycl": "SYCL",
    "vulkan": "Vulkan",
}
"""What a backend calls itself, by the name in its file: ggml_backend_load_all_from_path, and ggml's GGML_*_NAME."""

LOADS_ELSEWHERE = "a process of its own loads it"


@dataclass(frozen=True, slots=True)
class Plugin:
    """The file of a backend that computes on nothing here."""

    file: Path
    backend: str
    """As ggml calls it: "CUDA"."""
    is_registered: bool
    """Whether it loaded, and found no device."""


def plugins_without_devices() -> tuple[Plugin, ...]:
    """Files of backends that did not register, or registered without a device; the CPU's variants are left out.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    return tuple(without_devices(library_folder(), plugin_trial.registered(library()[0]._lib)))


def without_devices(folder: Path, registered: Mapping[str, int]) -> Iterator[Plugin]:
    """Those in `folder` of which `registered`, the number of devices by backend, has none."""
    by_name = {name.lower(): n_devices for name, n_devices in registered.items()}
    for file in sorted(folder.iterdir()):
        name = re.fullmatch(r"(?:lib)?ggml-(\w+)\.(?:so|dll|dylib)", file.name)
        # A variant of the CPU's, of which one is chosen, has a name such as ggml-cpu-haswell.
        if name is None or name[1] in ("base", "cpu"):
            continue
        backend = BACKENDS.get(name[1], name[1])
        if not by_name.get(backend.lower()):
            yield Plugin(file, backend, backend.lower() in by_name)


@functools.cache
def what_loader_says(plugin: Plugin) -> str:
    """What the system's loader, ggml or the driver say as the plugin is loaded once more, in a process of its own.

    "" where they say nothing, or no process can be started: a frozen application has no Python to start.
    """
    python = sys.executable or ""
    if getattr(sys, "frozen", False) or not Path(python).name.lower().startswith(("python", "pypy")):
        return ""
    found = plugin_trial.attempt(python, plugin.file.parent, plugin.file.name, plugin.backend)
    return LOADS_ELSEWHERE if found.n_devices else found.said
