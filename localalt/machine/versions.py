"""What a GPU's driver and the libraries that compute on it are, with their versions: ggml does not report them.

From the systems' own interfaces; only looks, and never fails: what is not found is "".
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from localalt.devices import Device
from localalt.machine import runtimes
from localalt.machine.vulkan_drivers import vulkan_drivers

__all__ = ["driver_of"]

_NVIDIA = Path("/proc/driver/nvidia/version")
_AMDGPU = Path("/sys/module/amdgpu/version")


def driver_of(device: Device) -> str:
    """The driver behind a device that ggml has listed, and the libraries of its backend, with their versions."""
    find = _DRIVERS.get(device.backend)
    return find(device) if find is not None else ""


def _nvidia(_: Device) -> str:
    # "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 ..."
    found = re.search(r"Kernel Module.*?\s(\d+\.[\d.]+)\s", _read(_NVIDIA))
    version = found[1] if found is not None else runtimes.nvidia_driver()
    return ", ".join(filter(None, [f"NVIDIA {version}" if version else "", runtimes.cuda_versions()]))


def _amdgpu(_: Device) -> str:
    """The module that ROCm installs has a version; the kernel's own has the kernel's."""
    version = _read(_AMDGPU).strip() or f"of Linux {platform.release()}" * (platform.system() == "Linux")
    return ", ".join(filter(None, [f"amdgpu {version}" if version else "", runtimes.hip_versions()]))


def _vulkan(device: Device) -> str:
    """Of two drivers that call a device the same, both: ggml does not say which of them it uses."""
    words = [driver.words for driver in vulkan_drivers() if driver.device == device.description]
    return "; ".join(dict.fromkeys(words))


def _metal(_: Device) -> str:
    version = platform.mac_ver()[0]
    return f"macOS {version}" if version else ""


_DRIVERS: Mapping[str, Callable[[Device], str]] = {
    "CUDA": _nvidia,
    "ROCm": _amdgpu,
    "Vulkan": _vulkan,
    "MTL": _metal,
    "Metal": _metal,
}
"""By the names under which backends register."""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
