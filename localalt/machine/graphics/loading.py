"""What to do about a backend of llama.cpp's that is installed and does not load, or that finds no device.

Reads what the system's loader, ggml or a driver said, and looks for what it lacks. Knows which libraries belong to
CUDA, ROCm and Vulkan, and where they are installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from localalt.machine.graphics import dll, rocm
from localalt.machine.graphics.advice import in_the_way
from localalt.machine.graphics.card import Card, System

__all__ = ["PRESETS", "next_steps"]

PRESETS: Mapping[str, str] = {"CUDA": "cuda", "ROCm": "rocm", "Vulkan": "vulkan", "MTL": "metal"}
"""What builds a backend, of CMakePresets.json."""
HIDING: Mapping[str, tuple[str, ...]] = {
    "CUDA": ("CUDA_VISIBLE_DEVICES",),
    "ROCm": ("HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"),
    "Vulkan": ("GGML_VK_VISIBLE_DEVICES", "VK_ICD_FILENAMES", "VK_DRIVER_FILES"),
}
"""Environment variables that leave GPUs out, by backend."""

_MISSING = re.compile(r"(lib[\w.+-]+?\.so(?:\.\d+)*): cannot open shared object file")
_OF_NVIDIAS_DRIVER = ("libcuda.so", "libnvidia")
_DRIVERS_DLLS: Mapping[str, str] = {
    "nvcuda.dll": "NVIDIA's driver",
    "nvml.dll": "NVIDIA's driver",
    "amdhip64.dll": "AMD's driver",
    "amdhip64_6.dll": "AMD's driver",
    "amdhip64_7.dll": "AMD's driver",
    "vulkan-1.dll": "the driver of the graphics card",
}


def next_steps(
    said: str, backend: str, card: Card | None = None, system: System | None = None, *, file: Path | None = None
) -> Iterator[str]:
    """What is in the way of a backend and what to do, a sentence each. Never raises.

    Args:
        said: what the loader, ggml or the driver said as it was loaded.
        backend: as ggml calls it.
        card: one that the backend is for, where there is one.
        system: where to look.
        file: the plugin, whose DLLs are looked for on Windows.
    """
    system = system or System()
    again = _again(backend)
    missing = _MISSING.search(said)
    if missing is not None:
        yield _for_library(missing[1], backend, system)
    elif system.platform == "win32" and file is not None and (lacking := dll.not_found(file, system)):
        yield from _for_dlls(lacking, system)
    elif re.search(r"version [`'\"]?(?:GLIBC|GLIBCXX|CXXABI)", said):
        yield f"It was built on a newer system than this one: {again}"
    elif re.search(r"undefined symbol: g(?:gml|guf)_|incompatible API version|procedure could not be found", said):
        yield f"It was built for another llama-cpp-python than the one that is installed: {again}"
    elif re.search(r"invalid ELF header|file too short|wrong ELF class|not a valid Win32 application", said):
        yield f"The file is damaged, or for another processor: {again}"
    elif "driver version is insufficient" in said:
        yield f"The driver is older than the toolkit that built this: update it, or take an older toolkit and {again}"
    else:
        hidden = [name for name in HIDING.get(backend, ()) if name in system.environment]
        yield from (f"{name} is set in the environment, and may hide the GPU: unset it." for name in hidden)
        notes = list(in_the_way(card, backend, system)) if card is not None else []
        yield from notes
        if "ends the process" in said or not (hidden or notes):
            yield f"Update the driver of the graphics card, or {again}"


def _again(backend: str) -> str:
    preset = PRESETS.get(backend)
    if preset is None:
        return "build it again, or delete the file."
    return f"build it again, in a clone of localalt: python scripts/build_backend.py {preset} --add"


def _for_library(name: str, backend: str, system: System) -> str:
    """Where a library is that the loader of Linux does not find, or what has it."""
    folders = _library_folders(backend, system)
    place = next((folder for folder in folders if system.has(f"{folder}/{name}")), "")
    if place:
        return (
            f"{name} is in /{place}, where the loader does not look: put LD_LIBRARY_PATH=/{place} into the environment "
            f"before localalt starts, or that folder into a file in /etc/ld.so.conf.d, and run sudo ldconfig."
        )
    if name.startswith(_OF_NVIDIAS_DRIVER):
        return f"{name} belongs to NVIDIA's driver: install that; a container gets it with --gpus all."
    if name.startswith("libvulkan.so"):
        return (
            f"{name} is Vulkan's loader: apt install libvulkan1 (vulkan-loader on Fedora, vulkan-icd-loader on Arch)."
        )
    stem = name.partition(".so")[0] + ".so."
    other = next((each for folder in folders for each in system.matching(folder, stem)), "")
    if other:
        return f"Here is /{other}, of another release than the one that built this: {_again(backend)}"
    owner = {"CUDA": "the CUDA toolkit or its runtime libraries", "ROCm": "ROCm"}.get(
        backend, "the package that has it"
    )
    return f"{name} is nowhere here: install {owner}, of the release that built this, or {_again(backend)}"


def _library_folders(backend: str, system: System) -> list[str]:
    named = [system.environment.get(name, "").lstrip("/") for name in ("CUDA_PATH", "CUDA_HOME")]
    if backend == "CUDA":
        roots = [*filter(None, named), "usr/local/cuda", *system.matching("usr/local", "cuda-"), "opt/cuda"]
        targets = [f"{each}/lib" for root in roots for each in system.matching(f"{root}/targets", "")]
        return [*(f"{root}/lib64" for root in roots), *targets, "usr/lib/wsl/lib"]
    if backend == "ROCm":
        return [f"{root}/{library}" for root in rocm.roots(system) if root != "usr" for library in ("lib", "lib64")]
    return []


def _for_dlls(lacking: Sequence[str], system: System) -> Iterator[str]:
    """The folders that the PATH of Windows lacks, and the DLLs that are nowhere."""
    by_folder: dict[str, list[str]] = {}
    for name in lacking:
        folder = next((each for each in _dll_folders(system) if system.has(f"{each}/{name}")), "")
        by_folder.setdefault(folder, []).append(name)
    nowhere = by_folder.pop("", [])
    for folder, names in by_folder.items():
        yield (
            f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} in {folder}, which the PATH lacks: add that "
            'folder to it (Settings, "Edit environment variables for your account", Path) and open a new terminal.'
        )
    for name in nowhere:
        driver = _DRIVERS_DLLS.get(name.lower())
        toolkit = next((each for begin, each in _TOOLKITS.items() if name.lower().startswith(begin)), "what has it")
        yield f"{name} is nowhere here: install {driver or toolkit}."


_TOOLKITS: Mapping[str, str] = {
    "cudart": "the CUDA toolkit that built this, or a newer one of the same number before the point",
    "cublas": "the CUDA toolkit that built this, or a newer one of the same number before the point",
    "hipblas": "AMD's HIP SDK",
    "rocblas": "AMD's HIP SDK",
    "amdhip": "AMD's driver",
    "msvcp": "Microsoft's Visual C++ Redistributable",
    "vcruntime": "Microsoft's Visual C++ Redistributable",
    "vcomp": "Microsoft's Visual C++ Redistributable",
}
"""What has a DLL, by the beginning of its name."""


def _dll_folders(system: System) -> list[str]:
    """Where CUDA and HIP have their DLLs; CUDA 13 has them in bin\\x64."""
    versions = sorted((name for name in system.environment if name.startswith("CUDA_PATH_V")), reverse=True)
    found = []
    for name in ("CUDA_PATH", *versions, "HIP_PATH", "VULKAN_SDK"):
        root = system.environment.get(name, "").rstrip("\\/").lstrip("/")
        separator = "\\" if "\\" in root else "/"
        if root:
            found += [f"{root}{separator}bin", f"{root}{separator}bin{separator}x64"]
    return found
