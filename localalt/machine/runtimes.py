"""Versions of the libraries that compute on NVIDIA's and AMD's GPUs, from the libraries themselves.

Of runtimes only those are asked that this process has loaded: another one of the same name would be another version.
Never fails: what is not there is "".
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["cuda_versions", "hip_versions", "nvidia_driver"]

_MAPS = Path("/proc/self/maps")
_ROCM = Path("/opt/rocm/.info/version")
_N_CHARACTERS = 96


def nvidia_driver() -> str:
    """The version of NVIDIA's driver, as NVML says, such as "550.54.14"."""
    nvml = _named("libnvidia-ml.so.1", "nvml.dll")
    if nvml is None:
        return ""
    try:
        if nvml.nvmlInit_v2() != 0:
            return ""
        try:
            return _string(nvml.nvmlSystemGetDriverVersion, ctypes.c_uint(_N_CHARACTERS))
        finally:
            nvml.nvmlShutdown()
    except AttributeError:
        return ""


def cuda_versions() -> str:
    """Of CUDA: the driver's, the runtime's and cuBLAS's, as far as they can be asked."""
    driver = _number(_named("libcuda.so.1", "nvcuda.dll"), "cuDriverGetVersion")
    runtime = _number(_loaded("libcudart.so", ("cudart64_13.dll", "cudart64_12.dll")), "cudaRuntimeGetVersion")
    cublas = _properties(_loaded("libcublas.so", ("cublas64_13.dll", "cublas64_12.dll")), "cublasGetProperty")
    found = {"CUDA": _of_cuda(driver), "runtime": _of_cuda(runtime), "cuBLAS": cublas}
    return ", ".join(f"{name} {version}" for name, version in found.items() if version)


def hip_versions() -> str:
    """Of ROCm: the HIP runtime's and rocBLAS's, or what ROCm's folder says."""
    hip = _number(
        _loaded("libamdhip64.so", ("amdhip64_7.dll", "amdhip64_6.dll", "amdhip64.dll")), "hipRuntimeGetVersion"
    )
    rocblas = _loaded("librocblas.so", ("rocblas.dll",))
    found = {"HIP": _of_hip(hip), "rocBLAS": ""}
    with contextlib.suppress(AttributeError):
        if rocblas is not None:
            found["rocBLAS"] = _string(rocblas.rocblas_get_version_string, ctypes.c_size_t(_N_CHARACTERS))
    if not any(found.values()):
        with contextlib.suppress(OSError):
            found = {"ROCm": _ROCM.read_text(encoding="utf-8", errors="replace").strip()}
    return ", ".join(f"{name} {version}" for name, version in found.items() if version)


def _of_cuda(number: int) -> str:
    """12040 -> "12.4"."""
    return f"{number // 1000}.{number % 1000 // 10}" if number else ""


def _of_hip(number: int) -> str:
    """60342134 -> "6.3.42134"."""
    return f"{number // 10_000_000}.{number // 100_000 % 100}.{number % 100_000}" if number else ""


def _number(library: Any, function: str) -> int:  # noqa: ANN401 (a CDLL)
    """What a function of the form `int f(int *)` puts out; 0 where it fails."""
    value = ctypes.c_int()
    ask = getattr(library, function, None)
    return value.value if ask is not None and ask(ctypes.byref(value)) == 0 else 0


def _properties(library: Any, function: str) -> str:  # noqa: ANN401
    """Major, minor and patch level, which libraryPropertyType of library_types.h numbers 0 to 2."""
    ask = getattr(library, function, None)
    values = [ctypes.c_int() for _ in range(3)]
    if ask is None or any(ask(index, ctypes.byref(value)) != 0 for index, value in enumerate(values)):
        return ""
    return ".".join(str(value.value) for value in values)


def _string(ask: Any, size: Any) -> str:  # noqa: ANN401
    text = ctypes.create_string_buffer(_N_CHARACTERS)
    return text.value.decode("utf-8", errors="replace").strip() if ask(text, size) == 0 else ""


def _named(on_linux: str, on_windows: str) -> Any:  # noqa: ANN401
    """A library of the driver's, of which a system has one."""
    try:
        return ctypes.CDLL(on_windows if sys.platform == "win32" else on_linux)
    except OSError:
        return None


def _loaded(beginning: str, on_windows: Sequence[str]) -> Any:  # noqa: ANN401
    """The library of that name that this process has loaded; None where it has none."""
    for path in _mapped(beginning, on_windows):
        with contextlib.suppress(OSError):
            return ctypes.CDLL(path)
    return None


def _mapped(beginning: str, on_windows: Sequence[str]) -> list[str]:
    if sys.platform == "win32":
        find = ctypes.windll.kernel32.GetModuleHandleW
        find.restype = ctypes.c_void_p
        return [name for name in on_windows if find(name)]
    try:
        lines = _MAPS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    paths = (f"/{line.partition('/')[2]}" for line in lines)
    return [path for path in dict.fromkeys(paths) if Path(path).name.startswith(beginning)]
