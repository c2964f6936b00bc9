"""The versions of GPU drivers, which ggml does not report: from files of the system, or a tool of the driver's.

Only looks, and never fails: what is not found is "".
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["driver_of"]

_NVIDIA = Path("/proc/driver/nvidia/version")
_AMDGPU = Path("/sys/module/amdgpu/version")
TIMEOUT_S = 10


def driver_of(backend: str) -> str:
    """The driver behind a backend of ggml's ("CUDA", "ROCm", "Vulkan", "Metal"), as it calls its version."""
    find = _DRIVERS.get(backend)
    return find() if find is not None else ""


def _nvidia() -> str:
    # "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 ..."
    found = re.search(r"Kernel Module.*?\s(\d+\.[\d.]+)\s", _read(_NVIDIA))
    if found is not None:
        return f"NVIDIA {found[1]}"
    said = _output("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader").splitlines()
    return f"NVIDIA {said[0].strip()}" if said else ""


def _amdgpu() -> str:
    """The module that ROCm installs has a version; the kernel's own has the kernel's."""
    version = _read(_AMDGPU).strip()
    return f"amdgpu {version}" if version else f"amdgpu of Linux {platform.release()}" * (platform.system() == "Linux")


def _vulkan() -> str:
    fields = re.findall(r"^[ \t]*driver(?:Name|Info)\s*= (.+)$", _output("vulkaninfo", "--summary"), re.MULTILINE)
    return ", ".join(dict.fromkeys(field.strip() for field in fields))


def _metal() -> str:
    version = platform.mac_ver()[0]
    return f"macOS {version}" if version else ""


_DRIVERS: Mapping[str, Callable[[], str]] = {"CUDA": _nvidia, "ROCm": _amdgpu, "Vulkan": _vulkan, "Metal": _metal}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout if run.returncode == 0 else ""
