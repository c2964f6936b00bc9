"""Single operations of ggml on one device: tensors, what is computed from them, and the numbers that come out.

A `Backend` is a device that computes, a `Graph` has tensors in that device's memory. Both own their handles. Shapes are
given as ggml counts them, the fastest dimension first; arrays of numpy have the same dimensions in reverse. Knows no
model, and nothing of right and wrong.

API: ggml.h and ggml-backend.h of ggml 0.25.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NewType

from localalt.errors import BackendMissingError, NativeError
from localalt.native.devices import device_handles, ggml
from localalt.native.handle import Handle

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CPU", "Backend", "Graph", "Rope", "Tensor", "TensorType", "packed"]

CPU = "CPU"
"""ggml's name of the processor as a device."""
CONTEXT_BYTES = 1 << 20
"""For the descriptions of a graph's tensors, whose numbers are in the device's memory: 2,000 of them."""

Tensor = NewType("Tensor", int)
"""ggml's pointer to a tensor, which its `Graph` owns."""


class TensorType(IntEnum):
    """ggml_type in ggml.h: those that the catalog's models have."""

    F32 = 0
    F16 = 1
    Q4_0 = 2
    Q8_0 = 8
    Q4_K = 12
    Q6_K = 14
    IQ4_NL = 20
    I32 = 26
    BF16 = 30


class Rope(IntEnum):
    """GGML_ROPE_TYPE_* in ggml.h: how positions turn the numbers of a head."""

    NORMAL = 0
    NEOX = 2
    MROPE = 8
    VISION = 24
    IMROPE = 40


_PREC_F32 = 10
"""GGML_PREC_F32 in ggml.h: sums in F32, as llama.cpp asks for in attention (llama-graph.cpp:2667, clip.cpp:785)."""


class _Head(ctypes.Structure):
    """The first fields of ggml_tensor in ggml.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("ne", ctypes.c_int64 * 4),
        ("nb", ctypes.c_size_t * 4),
    )


class _InitParams(ctypes.Structure):
    """ggml_init_params in ggml.h."""

    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


class Backend(Handle):
    """A device that computes graphs.

    Raises:
        BackendMissingError: there is no device of that name, or ggml has not all functions that are needed.
        NativeError: it cannot be started.
    """

    def __init__(self, name: str = CPU, *, n_threads: int = 1) -> None:
        library = _library()
        (device,) = device_handles([name])
        pointer = library.ggml_backend_dev_init(device, None)
        if not pointer:
            raise NativeError(
                f"{name} does not start: its driver may fail, or its memory be full.", call="ggml_backend_dev_init"
            )
        self.name = name
        super().__init__(pointer, library.ggml_backend_free)
        registry = library.ggml_backend_dev_backend_reg(device)
        set_threads = library.ggml_backend_reg_get_proc_address(registry, b"ggml_backend_set_n_threads")
        if set_threads:  # a CPU's
            ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int)(set_threads)(pointer, n_threads)


class Graph(Handle):
    """Tensors and what is computed from them, on one backend: build it, `allocate`, `write`, `compute`.

    Raises:
        NativeError: ggml has no memory for it.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        pointer = _library().ggml_init(_InitParams(CONTEXT_BYTES, None, True))
        if not pointer:
            raise NativeError("There is no memory for a graph.", call="ggml_init")
        super().__init__(pointer, _library().ggml_free, backend)
        self._buffer: Handle | None = None
        self._computed: tuple[int, int] = 0, 0  # what was asked for last, and ggml's list of its operations

    # --- tensors ---

    def tensor(self, kind: TensorType, *shape: int) -> Tensor:
        """A tensor of up to four dimensions whose numbers `write` sets."""
        sizes = (ctypes.c_int64 * 4)(*shape, *[1] * (4 - len(shape)))
        return Tensor(_library().ggml_new_tensor(self.pointer, kind, 4, sizes))

    def permuted(self, tensor: Tensor, *axes: int) -> Tensor:
        """The same numbers, the dimension i in place `axes[i]`."""
        return Tensor(_library().ggml_permute(self.pointer, tensor, *axes))

    def cast(self, tensor: Tensor, kind: TensorType) -> Tensor:
        """The same numbers in another type."""
        return Tensor(_library().ggml_cast(self.pointer, tensor, kind))

    # --- operations, named as in ggml.h ---

    def mul_mat(self, matrix: Tensor, columns: Tensor, *, in_f32: bool = False) -> Tensor:
        """Rows of `matrix` times `columns`; `in_f32` asks for sums in F32."""
        result = Tensor(_library().ggml_mul_mat(self.pointer, matrix, columns))
        if in_f32:
            _library().ggml_prec_set_acc(result, _PREC_F32)
        return result

    def mul_mat_id(self, matrices: Tensor, columns: Tensor, ids: Tensor) -> Tensor:
        """Each column times the matrices that `ids` names for it."""
        return Tensor(_library().ggml_mul_mat_id(self.pointer, matrices, columns, ids))

    def flash_attn_ext(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, scale: float) -> Tensor:
        """Attention in one operation, with sums in F32 as llama.cpp asks for."""
        result = Tensor(_library().ggml_flash_attn_ext(self.pointer, q, k, v, mask, scale, 0.0, 0.0))
        _library().ggml_prec_set_acc(result, _PREC_F32)
        return result

    def soft_max_ext(self, tensor: Tensor, mask: Tensor | None, scale: float) -> Tensor:
        """Softmax of rows times `scale`, plus the mask."""
        return Tensor(_library().ggml_soft_max_ext(self.pointer, tensor, mask, scale, 0.0))

    def gated_delta_net(self, q: Tensor, k: Tensor, v: Tensor, g: Tensor, beta: Tensor, state: Tensor) -> Tensor:
        """The outputs of all tokens, then the last state."""
        return Tensor(_library().ggml_gated_delta_net(self.pointer, q, k, v, g, beta, state, 1))

    def ssm_conv(self, tokens: Tensor, kernel: Tensor) -> Tensor:
        """Each channel's tokens, convolved with its own kernel."""
        return Tensor(_library().ggml_ssm_conv(self.pointer, tokens, kernel))

    def rope(
        self, heads: Tensor, positions: Tensor, n_dims: int, sections: Sequence[int], mode: Rope, freq_base: float
    ) -> Tensor:
        """The first `n_dims` numbers of each head, turned by its position; with four sections by four positions."""
        numbers = 0, freq_base, 1.0, 0.0, 1.0, 32.0, 1.0
        if sections:
            four = (ctypes.c_int * 4)(*sections)
            turned = _library().ggml_rope_multi(self.pointer, heads, positions, None, n_dims, four, mode, *numbers)
        else:
            turned = _library().ggml_rope_ext(self.pointer, heads, positions, None, n_dims, mode, *numbers)
        return Tensor(turned)

    def rms_norm(self, tensor: Tensor, eps: float) -> Tensor:
        """Rows divided by their root mean square."""
        return Tensor(_library().ggml_rms_norm(self.pointer, tensor, eps))

    def norm(self, tensor: Tensor, eps: float) -> Tensor:
        """Rows less their mean, divided by their deviation."""
        return Tensor(_library().ggml_norm(self.pointer, tensor, eps))

    def l2_norm(self, tensor: Tensor, eps: float) -> Tensor:
        """Rows divided by their length."""
        return Tensor(_library().ggml_l2_norm(self.pointer, tensor, eps))

    def cpy(self, source: Tensor, target: Tensor) -> Tensor:
        """The numbers of `source`, in the place and type of `target`."""
        return Tensor(_library().ggml_cpy(self.pointer, source, target))

    def mul(self, tensor: Tensor, factors: Tensor) -> Tensor:
        """Number by number, `factors` repeated."""
        return Tensor(_library().ggml_mul(self.pointer, tensor, factors))

    def silu(self, tensor: Tensor) -> Tensor:
        """Number by number times its own logistic function."""
        return Tensor(_library().ggml_silu(self.pointer, tensor))

    def argmax(self, rows: Tensor) -> Tensor:
        """Where each row's largest number is."""
        return Tensor(_library().ggml_argmax(self.pointer, rows))

    def top_k(self, rows: Tensor, k: int) -> Tensor:
        """Where each row's k largest numbers are, in no order."""
        return Tensor(_library().ggml_top_k(self.pointer, rows, k))

    def argsort_top_k(self, rows: Tensor, k: int) -> Tensor:
        """Where each row's k largest numbers are, the largest first."""
        return Tensor(_library().ggml_argsort_top_k(self.pointer, rows, k))

    # --- computing ---

    def refused(self, result: Tensor) -> list[str]:
        """ggml's names of the operations on the way to `result` that the backend says it does not have."""
        library = _library()
        return [
            library.ggml_op_desc(node).decode()
            for node in _nodes(self._forward(result))
            if not library.ggml_backend_supports_op(self._backend.pointer, node)
        ]

    def allocate(self) -> None:
        """Take memory of the backend for all tensors, once they are all there.

        Raises:
            NativeError: it has not enough.
        """
        pointer = _library().ggml_backend_alloc_ctx_tensors(self.pointer, self._backend.pointer)
        if not pointer:
            raise NativeError(f"{self._backend.name} has no memory for a graph.", call="ggml_backend_alloc_ctx_tensors")
        self._buffer = Handle(pointer, _library().ggml_backend_buffer_free, self)

    def fill(self, byte: int) -> None:
        """Set each byte of all tensors that are allocated."""
        if self._buffer is not None:
            _library().ggml_backend_buffer_clear(self._buffer.pointer, byte)

    def write(self, tensor: Tensor, data: bytes) -> None:
        """Set a tensor's numbers, in its own type (`packed`).

        Raises:
            ValueError: they are not as many as the tensor has.
        """
        size = _library().ggml_nbytes(tensor)
        if len(data) != size:
            raise ValueError(f"{len(data)} bytes for a tensor of {size}.")
        _library().ggml_backend_tensor_set(tensor, data, 0, size)

    def compute(self, result: Tensor) -> npt.NDArray[np.float32] | npt.NDArray[np.int32]:
        """The numbers of an F32 or I32 tensor, its dimensions in numpy's order.

        Raises:
            NativeError: the backend failed.
        """
        import numpy as np

        self.run(result)
        head = _head(result)
        kind = np.int32 if head.type == TensorType.I32 else np.float32
        numbers = np.empty(_library().ggml_nbytes(result) // 4, kind)
        _library().ggml_backend_tensor_get(result, numbers.ctypes.data, 0, numbers.nbytes)
        # A view has other numbers between its own.
        shape, strides = tuple(head.ne)[::-1], tuple(head.nb)[::-1]
        found: npt.NDArray[Any] = np.lib.stride_tricks.as_strided(numbers, shape, strides).copy()
        return found

    def run(self, result: Tensor, n_times: int = 1) -> None:
        """Compute `result` so often, one after the other, without reading it.

        Raises:
            NativeError: the backend failed.
        """
        library, backend, graph = _library(), self._backend.pointer, self._forward(result)
        for _ in range(n_times):
            code = library.ggml_backend_graph_compute_async(backend, graph)
            if code != 0:
                call = "ggml_backend_graph_compute_async"
                raise NativeError(f"{self._backend.name} failed to compute.", call=call, code=code)
        library.ggml_backend_synchronize(backend)

    def _forward(self, result: Tensor) -> int:
        if result == self._computed[0]:
            return self._computed[1]
        graph: int = _library().ggml_new_graph(self.pointer)
        _library().ggml_build_forward_expand(graph, result)
        self._computed = result, graph
        return graph


def packed(numbers: npt.NDArray[Any], kind: TensorType) -> bytes:
    """Numbers in a type of ggml's, by its own quantization: rows are the last dimension.

    Raises:
        ValueError: the type's blocks do not fit into a row.
    """
    import numpy as np

    if kind is TensorType.I32:
        return np.ascontiguousarray(numbers, np.int32).tobytes()
    source = np.ascontiguousarray(numbers, np.float32)
    if kind is TensorType.F32:
        return source.tobytes()
    library = _library()
    n_in = source.shape[-1]
    if n_in % library.ggml_blck_size(kind):
        raise ValueError(f"Rows of {n_in} cannot be {kind.name}.")
    n_rows = source.size // n_in
    target = ctypes.create_string_buffer(n_rows * library.ggml_row_size(kind, n_in))
    library.ggml_quantize_chunk(kind, source.ctypes.data, target, 0, n_rows, n_in, None)
    return target.raw


def _nodes(graph: int) -> Iterator[int]:
    for index in range(_library().ggml_graph_n_nodes(graph)):
        yield _library().ggml_graph_node(graph, index)


def _head(tensor: Tensor) -> _Head:
    return _Head.from_address(tensor)


@functools.cache
def _library() -> Any:
    """The library with the prototypes of what is called here.

    Raises:
        BackendMissingError: it lacks some of them.
    """
    library = ggml()
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    whole, long, real = ctypes.c_int, ctypes.c_int64, ctypes.c_float
    turns = [whole, real, real, real, real, real, real]  # of ggml_rope_*: n_ctx_orig, freq_base, ...
    for name, result, arguments in (
        ("ggml_init", pointer, [_InitParams]),
        ("ggml_free", None, [pointer]),
        ("ggml_new_tensor", pointer, [pointer, whole, whole, ctypes.POINTER(long)]),
        ("ggml_permute", pointer, [pointer, pointer, *[whole] * 4]),
        ("ggml_cast", pointer, [pointer, pointer, whole]),
        ("ggml_mul_mat", pointer, [pointer] * 3),
        ("ggml_mul_mat_id", pointer, [pointer] * 4),
        ("ggml_flash_attn_ext", pointer, [*[pointer] * 5, real, real, real]),
        ("ggml_soft_max_ext", pointer, [*[pointer] * 3, real, real]),
        ("ggml_gated_delta_net", pointer, [*[pointer] * 7, long]),
        ("ggml_ssm_conv", pointer, [pointer] * 3),
        ("ggml_rope_multi", pointer, [*[pointer] * 4, whole, ctypes.POINTER(whole), whole, *turns]),
        ("ggml_rope_ext", pointer, [*[pointer] * 4, whole, whole, *turns]),
        ("ggml_rms_norm", pointer, [pointer, pointer, real]),
        ("ggml_norm", pointer, [pointer, pointer, real]),
        ("ggml_l2_norm", pointer, [pointer, pointer, real]),
        ("ggml_mul", pointer, [pointer] * 3),
        ("ggml_silu", pointer, [pointer] * 2),
        ("ggml_argmax", pointer, [pointer] * 2),
        ("ggml_top_k", pointer, [pointer, pointer, whole]),
        ("ggml_argsort_top_k", pointer, [pointer, pointer, whole]),
        ("ggml_prec_set_acc", ctypes.c_bool, [pointer, whole]),
        ("ggml_op_desc", text, [pointer]),
        ("ggml_nbytes", size, [pointer]),
        ("ggml_row_size", size, [whole, long]),
        ("ggml_blck_size", long, [whole]),
        ("ggml_quantize_chunk", size, [whole, pointer, pointer, long, long, long, pointer]),
        ("ggml_new_graph", pointer, [pointer]),
        ("ggml_build_forward_expand", None, [pointer] * 2),
        ("ggml_graph_n_nodes", whole, [pointer]),
        ("ggml_graph_node", pointer, [pointer, whole]),
        ("ggml_backend_dev_init", pointer, [pointer, text]),
        ("ggml_backend_free", None, [pointer]),
        ("ggml_backend_reg_get_proc_address", pointer, [pointer, text]),
        ("ggml_backend_supports_op", ctypes.c_bool, [pointer] * 2),
        ("ggml_backend_alloc_ctx_tensors", pointer, [pointer] * 2),
        ("ggml_backend_buffer_free", None, [pointer]),
        ("ggml_backend_tensor_set", None, [pointer, text, size, size]),
        ("ggml_backend_tensor_get", None, [pointer, pointer, size, size]),
        ("ggml_backend_graph_compute_async", whole, [pointer] * 2),
        ("ggml_backend_synchronize", None, [pointer]),
        ("ggml_backend_buffer_clear", None, [pointer, ctypes.c_uint8]),
        ("ggml_cpy", pointer, [pointer] * 3),
    ):
        function = getattr(library, name, None)
        if function is None:
            raise BackendMissingError(
                f"The installed llama-cpp-python lacks {name}: run pip install 'llama-cpp-python>=0.3.36,<0.4'."
            )
        function.restype, function.argtypes = result, arguments
    return library
