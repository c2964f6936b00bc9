"""The devices that the installed llama.cpp can compute on."""

from __future__ import annotations

import ctypes
import functools
import platform
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from localalt.devices import Device, DeviceKind
from localalt.errors import BackendMissingError
from localalt.errors.wording import either
from localalt.native.library import library
from localalt.native.switching import note_reading
from localalt.switches import ReadAt

__all__ = ["cpu_instructions", "device_handles", "devices", "ggml", "ggml_build", "gpus", "ram"]

# ggml_backend_dev_type in ggml-backend.h. Accelerators (BLAS, AMX) serve the CPU and hold no layers.
_CPU, _GPU, _IGPU = 0, 1, 2

_IS_APPLE_SILICON = sys.platform == "darwin" and platform.machine() == "arm64"
"""Its GPU computes in RAM, though ggml's Metal backend calls it a GPU like others."""


class _Props(ctypes.Structure):
    """ggml_backend_dev_props."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("memory_free", ctypes.c_size_t),
        ("memory_total", ctypes.c_size_t),
        ("type", ctypes.c_int),
        ("device_id", ctypes.c_char_p),
        ("caps", ctypes.c_bool * 5),
    )


def devices() -> tuple[Device, ...]:
    """Everything that the installed llama.cpp can compute on, in ggml's order.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    return tuple(_device(handle, props) for handle, props in _devices())


def gpus() -> tuple[Device, ...]:
    """The GPUs that layers can be put on, in ggml's order. Two backends may offer the same: `Device.device_id`.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    return tuple(device for device in devices() if device.kind == "gpu")


def _device(handle: int, props: _Props) -> Device:
    kind: DeviceKind = "gpu" if props.type in (_GPU, _IGPU) else "cpu" if props.type == _CPU else "accelerator"
    return Device(
        name=_text(props.name),
        description=_text(props.description),
        backend=_text(ggml().ggml_backend_reg_name(ggml().ggml_backend_dev_backend_reg(handle))),
        integrated=props.type == _IGPU or (kind == "gpu" and _IS_APPLE_SILICON),
        # HIP may call more memory of a processor's own GPU free than it has.
        free_bytes=min(props.memory_free, props.memory_total) if props.memory_total else props.memory_free,
        total_bytes=props.memory_total,
        kind=kind,
        device_id=_text(props.device_id).lower(),
    )


def ggml_build() -> str:
    """Version and commit of the installed ggml, such as "0.25.3 (0c1e570)"."""
    return f"{_text(ggml().ggml_version())} ({_text(ggml().ggml_commit())})"


def ram() -> tuple[int, int]:
    """(free, total) bytes of RAM as ggml reports them; except on Windows it reports all of it as free."""
    for _, props in _devices():
        if props.type == _CPU:
            return props.memory_free, props.memory_total
    return 0, 0


def cpu_instructions() -> frozenset[str]:
    """The CPU's instructions that ggml's kernels use, by ggml's names: what it has and what was compiled for it."""
    llama, _ = library()
    text = _text(llama.llama_print_system_info())
    # "CUDA : ARCHS = 900 | CPU : SSE3 = 1 | AVX = 1 | ... | REPACK = 1 | "
    fields = (field.split("=") for field in text.partition("CPU : ")[2].split("|"))
    return frozenset(field[0].strip() for field in fields if len(field) == 2 and field[1].strip() == "1")


def device_handles(names: Sequence[str]) -> list[int]:
    """ggml's handles of the devices with these names.

    Raises:
        BackendMissingError: the installed llama-cpp-python has no such device, or no longer has it.
    """
    handles = []
    if names:
        note_reading(ReadAt.FIRST_USE)
    for name in names:
        handle = ggml().ggml_backend_dev_by_name(name.encode())
        if not handle:
            on_cpu = either('device="cpu"', "--device cpu")
            raise BackendMissingError(f"There is no device {name}: check its driver, or use {on_cpu}.")
        handles.append(handle)
    return handles


def _devices() -> Iterator[tuple[int, _Props]]:
    for index in range(ggml().ggml_backend_dev_count()):
        handle = ggml().ggml_backend_dev_get(index)
        props = _Props()
        ggml().ggml_backend_dev_get_props(handle, ctypes.byref(props))
        yield handle, props


@functools.cache
def ggml() -> Any:
    """llama-cpp-python's own library with the prototypes that it leaves out.

    A second `CDLL` of the file, or `llama_cpp._ggml`, could be another copy that sees other devices.
    """
    own = library()[0]._lib
    pointer, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    for name, result, arguments in (
        ("ggml_backend_dev_count", size, []),
        ("ggml_backend_dev_get", pointer, [size]),
        ("ggml_backend_dev_by_name", pointer, [text]),
        ("ggml_backend_dev_get_props", None, [pointer, ctypes.POINTER(_Props)]),
        ("ggml_backend_dev_backend_reg", pointer, [pointer]),
        ("ggml_backend_reg_name", text, [pointer]),
        ("ggml_backend_cpu_buffer_type", pointer, []),
        ("ggml_version", text, []),
        ("ggml_commit", text, []),
    ):
        function = getattr(own, name)
        function.restype, function.argtypes = result, arguments
    return own


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", errors="replace")
