"""Who a result is of: build, machine and model, as `record.Identity` has them. No name of a user or a host is read."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from localalt import native
from localalt._version import __version__, llama_cpp_version
from localalt.devices import Device
from localalt.machine import this_machine
from localalt.machine.batch_size import cpu_name
from localalt.machine.versions import driver_of
from localalt.models.files import read_files

__all__ = ["TRACE", "build_fields", "is_software", "machine_fields", "model_fields"]

TRACE = "localalt-build.json"
"""What build_backend.py leaves beside the libraries that it installed."""
SOFTWARE = re.compile(r"llvmpipe|lavapipe|SwiftShader|Microsoft Basic Render", re.IGNORECASE)
"""Names of devices that are programs on the CPU."""


def build_fields() -> dict[str, Any]:
    """Of localalt, llama-cpp-python, llama.cpp and how they were built."""
    version, _, commit = native.ggml_build().partition(" ")
    trace = _trace()
    return {
        "localalt_version": __version__,
        "llama_cpp_version": llama_cpp_version(),
        "build_commit": commit.strip("()"),
        "ggml_version": version,
        "cpu_instructions": " ".join(sorted(native.cpu_instructions())),
        "cmake_args": trace.get("cmake_args", "").replace(str(Path.home()), "~"),
        "preset": trace.get("preset", ""),
        "backends": ",".join(dict.fromkeys(device.backend for device in native.devices())),
    }


def machine_fields(device: Device | None) -> dict[str, Any]:
    """Of the GPU that computed, or of the CPU where it is None, and of the machine that it is in."""
    machine = this_machine(device="cpu")
    return {
        "backend": device.backend if device else "CPU",
        "device": device.name if device else "CPU",
        "gpu_info": device.description if device else "",
        "driver": driver_of(device) if device else "",
        "device_bytes": device.total_bytes if device else machine.ram_total_bytes,
        "is_software": device is not None and is_software(device),
        "cpu_info": cpu_name(),
        "n_cores": machine.n_cores,
        "ram_bytes": machine.ram_total_bytes,
        "os": _system(),
        "python": platform.python_version(),
    }


def is_software(device: Device) -> bool:
    """Whether a device is a program on the CPU."""
    return SOFTWARE.search(device.description) is not None


def model_fields(weights: Path, mmproj: Path) -> dict[str, Any]:
    """Of the two files, read whole for their digest.

    Raises:
        ModelError: they cannot be read.
    """
    files = read_files(weights.stem, weights, mmproj)
    tensors = files.weights.tensors.values()
    return {
        "model_filename": weights.name,
        "model_size": sum(tensor.n_bytes or 0 for tensor in tensors),
        "model_n_params": sum(math.prod(tensor.shape) for tensor in tensors),
        "model_digest": _digest([*_parts(weights), mmproj]),
        "mmproj_filename": mmproj.name,
        "mmproj_size": sum(tensor.n_bytes or 0 for tensor in files.mmproj.tensors.values()),
    }


def _trace() -> dict[str, str]:
    """What is known of the build: nothing where the libraries are others than those it was left for."""
    folder = native.library_folder()
    try:
        content = json.loads((folder / TRACE).read_bytes())
        own = (folder / content["library"]).stat()
        if [own.st_size, own.st_mtime_ns] != content["stamp"]:
            return {}
        return {name: str(content[name]) for name in ("preset", "cmake_args")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _parts(weights: Path) -> list[Path]:
    part = re.fullmatch(r"(.*)-00001-of-(\d{5})\.gguf", weights.name)
    if part is None:
        return [weights]
    return [weights.with_name(f"{part[1]}-{number:05}-of-{part[2]}.gguf") for number in range(1, int(part[2]) + 1)]


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _system() -> str:
    """Such as "Linux 6.1.0, Debian GNU/Linux 12 (bookworm)"; what a kernel of one's own is called is left out."""
    numbers = re.match(r"\d+(?:\.\d+)*", platform.release())
    name = f"{platform.system()} {numbers[0] if numbers else ''}".strip()
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        return f"{name}, {platform.freedesktop_os_release()['PRETTY_NAME']}"
    except (OSError, KeyError):
        return name
