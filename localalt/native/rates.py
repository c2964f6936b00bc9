"""What a device can do at best: bytes copied and multiplications per second, by ggml's own kernels.

A roofline for what models reach on it. Takes some hundred megabytes of the device and a second or two.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass

from localalt.native.graph import CPU, Backend, Graph, Tensor, TensorType

__all__ = ["Rates", "measure_rates"]

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


Operation = Callable[[Graph], Tensor]
"""Puts an operation into a graph; returns the tensor that it makes."""


def measure_rates(device: str | None, *, n_threads: int) -> Rates:
    """What a device reaches: ggml's name of a GPU, or None for the CPU with that many threads.

    Raises:
        BackendMissingError: there is no such device.
        NativeError: its memory does not suffice, or it failed to compute.
    """
    side = SIDES["gpu" if device else "cpu"]
    products = [functools.partial(_product, kind, side) for kind in (TensorType.F16, TensorType.BF16)]
    with Backend(device or CPU, n_threads=n_threads) as backend:
        copy_s = _seconds(backend, _copy)
        product_s = min(_seconds(backend, product) for product in products if _supports(backend, product))
    return Rates(2 * COPY_BYTES / copy_s, 2 * side * side * BATCH / product_s)


def _copy(graph: Graph) -> Tensor:
    source, target = (graph.tensor(TensorType.F32, 4096, COPY_BYTES // 4 // 4096) for _ in range(2))
    return graph.cpy(source, target)


def _product(kind: TensorType, side: int, graph: Graph) -> Tensor:
    return graph.mul_mat(graph.tensor(kind, side, side), graph.tensor(TensorType.F32, side, BATCH))


def _supports(backend: Backend, operation: Operation) -> bool:
    with Graph(backend) as graph:
        return not graph.refused(operation(graph))


def _seconds(backend: Backend, operation: Operation) -> float:
    """What one operation takes: the best of three rounds, each as many in a row as take `ENOUGH_S`."""
    with Graph(backend) as graph:
        result = operation(graph)
        graph.allocate()
        graph.fill(_ONES)
        first = _repeated(graph, result, 1)
        n_repeats = min(MAX_REPEATS, max(1, round(ENOUGH_S / max(first, 1e-6))))
        return min(_repeated(graph, result, n_repeats) for _ in range(3)) / n_repeats


def _repeated(graph: Graph, result: Tensor, n_repeats: int) -> float:
    started = time.perf_counter()
    graph.run(result, n_repeats)
    return time.perf_counter() - started
