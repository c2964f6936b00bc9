"""What a device can do at best: bytes copied and multiplications per second, by ggml's own kernels.

A roofline for what models reach on it. Takes some hundred megabytes of the device and a second or two.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from localalt.errors import NativeError
from localalt.native.devices import device_handles, ggml

__all__ = ["Rates", "measure_rates"]

F32, F16, BF16 = 0, 1, 30
"""ggml.h's numbers of types."""
COPY_BYTES = 128 << 20
"""Of one copy: more than the caches of any CPU that people have at home."""
SIDES = {"cpu": 2048, "gpu": 4096}
"""Of the square matrices."""
BATCH = 512
"""Columns of the second matrix, as many as tokens in one graph of a prompt."""
ENOUGH_S = 0.3
"""Of repeating an operation: clocks have risen by then."""
MAX_REPEATS = 1000
_ONES = 0x3C
"""Each byte of the memory: the numbers are then about 1 in F16 and small ones otherwise, none of them denormal."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The best of several measurements."""

    copy_bytes_per_s: float
    """Read and written, both counted."""
    matmul_flops: float
    """Multiplications and additions per second, of F16 or BF16 matrices with F32 ones, whichever is faster."""


class _InitParams(ctypes.Structure):
    """ggml_init_params."""

    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


Operation = Callable[[int], int]
"""Puts an operation into a ggml context; returns the tensor that it makes."""


def measure_rates(device: str | None, *, n_threads: int) -> Rates:
    """What a device reaches: ggml's name of a GPU, or None for the CPU with that many threads.

    Raises:
        BackendMissingError: there is no such device.
        NativeError: its memory does not suffice, or it failed to compute.
    """
    side = SIDES["gpu" if device else "cpu"]
    with _backend(device or "CPU", n_threads) as (backend, handle):
        copy_s = _seconds(backend, _copy)
        product_s = min(
            _seconds(backend, functools.partial(_product, kind, side))
            for kind in (F16, BF16)
            if _supports(handle, functools.partial(_product, kind, side))
        )
    return Rates(2 * COPY_BYTES / copy_s, 2 * side * side * BATCH / product_s)


def _copy(context: int) -> int:
    source, target = (_library().ggml_new_tensor_2d(context, F32, 4096, COPY_BYTES // 4 // 4096) for _ in range(2))
    tensor: int = _library().ggml_cpy(context, source, target)
    return tensor


def _product(kind: int, side: int, context: int) -> int:
    matrix = _library().ggml_new_tensor_2d(context, kind, side, side)
    columns = _library().ggml_new_tensor_2d(context, F32, side, BATCH)
    tensor: int = _library().ggml_mul_mat(context, matrix, columns)
    return tensor


@contextlib.contextmanager
def _backend(name: str, n_threads: int) -> Iterator[tuple[int, int]]:
    """(backend, device) handles."""
    library = _library()
    (handle,) = device_handles([name])
    backend = library.ggml_backend_dev_init(handle, None)
    if not backend:
        raise _error(name, "ggml_backend_dev_init", 0)
    try:
        registry = library.ggml_backend_dev_backend_reg(handle)
        set_threads = library.ggml_backend_reg_get_proc_address(registry, b"ggml_backend_set_n_threads")
        if set_threads:  # a CPU's
            ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int)(set_threads)(backend, n_threads)
        yield backend, handle
    finally:
        library.ggml_backend_free(backend)


def _supports(handle: int, operation: Operation) -> bool:
    with _context() as context:
        return bool(_library().ggml_backend_dev_supports_op(handle, operation(context)))


def _seconds(backend: int, operation: Operation) -> float:
    """What one operation takes: the best of three rounds, each as many in a row as take `ENOUGH_S`."""
    library = _library()
    with _context() as context:
        graph = library.ggml_new_graph(context)
        library.ggml_build_forward_expand(graph, operation(context))
        buffer = library.ggml_backend_alloc_ctx_tensors(context, backend)
        if not buffer:
            raise _error("The device", "ggml_backend_alloc_ctx_tensors", 0)
        try:
            library.ggml_backend_buffer_clear(buffer, _ONES)
            first = _repeated(backend, graph, 1)
            n_repeats = min(MAX_REPEATS, max(1, round(ENOUGH_S / max(first, 1e-6))))
            return min(_repeated(backend, graph, n_repeats) for _ in range(3)) / n_repeats
        finally:
            library.ggml_backend_buffer_free(buffer)


def _repeated(backend: int, graph: int, n_repeats: int) -> float:
    library = _library()
    library.ggml_backend_synchronize(backend)
    started = time.perf_counter()
    for _ in range(n_repeats):
        status = library.ggml_backend_graph_compute_async(backend, graph)
        if status != 0:
            raise _error("The device", "ggml_backend_graph_compute_async", status)
    library.ggml_backend_synchronize(backend)
    return time.perf_counter() - started


@contextlib.contextmanager
def _context() -> Iterator[int]:
    library = _library()
    context = library.ggml_init(_InitParams(1 << 20, None, True))
    try:
        yield context
    finally:
        library.ggml_free(context)


def _error(name: str, call: str, code: int) -> NativeError:
    return NativeError(f"{name} cannot be measured: it may lack memory, or its driver fails.", call=call, code=code)


@functools.cache
def _library() -> Any:
    """The library with the prototypes of what is called here."""
    library = ggml()
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("ggml_init", pointer, [_InitParams]),
        ("ggml_free", None, [pointer]),
        ("ggml_new_tensor_2d", pointer, [pointer, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]),
        ("ggml_cpy", pointer, [pointer] * 3),
        ("ggml_mul_mat", pointer, [pointer] * 3),
        ("ggml_new_graph", pointer, [pointer]),
        ("ggml_build_forward_expand", None, [pointer] * 2),
        ("ggml_backend_dev_init", pointer, [pointer, text]),
        ("ggml_backend_dev_supports_op", ctypes.c_bool, [pointer] * 2),
        ("ggml_backend_reg_get_proc_address", pointer, [pointer, text]),
        ("ggml_backend_alloc_ctx_tensors", pointer, [pointer] * 2),
        ("ggml_backend_buffer_clear", None, [pointer, ctypes.c_uint8]),
        ("ggml_backend_buffer_free", None, [pointer]),
        ("ggml_backend_graph_compute_async", ctypes.c_int, [pointer] * 2),
        ("ggml_backend_synchronize", None, [pointer]),
        ("ggml_backend_free", None, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
