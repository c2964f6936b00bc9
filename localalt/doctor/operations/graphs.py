"""A case as a graph of ggml's, laid out as llama.cpp's models have it, and computed on one backend.

The CPU's own computation, as a reference, has weights, keys and values in F32: what it is compared with then holds no
rounding of activations and no sum in F16, which the CPU's kernels for F16 have as well (ops.cpp:9007).
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any

from localalt.doctor.operations.cases import (
    Argmax,
    Attention,
    Case,
    Convolution,
    DeltaNet,
    ExpertProduct,
    Norm,
    Product,
    Rotation,
    SoftMax,
    TopK,
)
from localalt.doctor.operations.inputs import Array, inputs
from localalt.native.graph import Backend, Graph, Rope, Tensor, TensorType, packed

__all__ = ["RefusedError", "compute"]

F32, F16 = TensorType.F32, TensorType.F16
EPS = 1e-6


class RefusedError(Exception):
    """The backend says that it does not have these operations, by ggml's names."""


def compute(case: Case, backend: Backend, *, is_reference: bool = False) -> Array:
    """What comes of a case on a backend.

    Raises:
        RefusedError: the backend does not have the operation.
        NativeError: the backend failed, or has no memory.
    """
    with Graph(backend) as graph:
        build = _Build(graph, case, is_reference)
        result = build.result()
        if refused := graph.refused(result):
            raise RefusedError(", ".join(dict.fromkeys(refused)))
        graph.allocate()
        for name, (tensor, kind) in build.tensors.items():
            graph.write(tensor, _packed(case, name, kind))
        return graph.compute(result)


def _packed(case: Case, name: str, kind: TensorType) -> bytes:
    if isinstance(case, Product) and name == "weights":  # cases of all columns have the same
        return _packed_weights(dataclasses.replace(case, n_columns=1), kind)
    return packed(inputs(case)[name], kind)


@functools.lru_cache(maxsize=2)
def _packed_weights(case: Product, kind: TensorType) -> bytes:
    return packed(inputs(case)["weights"], kind)


@dataclasses.dataclass(slots=True)
class _Build:
    """The operations of a case; its tensors are to be written, each in its type."""

    graph: Graph
    case: Case
    is_reference: bool
    tensors: dict[str, tuple[Tensor, TensorType]] = dataclasses.field(default_factory=dict)

    def tensor(self, name: str, kind: TensorType, *shape: int) -> Tensor:
        """A tensor whose numbers are those of that name in `inputs`."""
        tensor = self.graph.tensor(kind, *shape)
        self.tensors[name] = tensor, kind
        return tensor

    def result(self) -> Tensor:
        """The tensor to compute."""
        match self.case:
            case ExpertProduct():
                return self.product_by_experts(self.case)
            case Product():
                return self.product(self.case)
            case Attention():
                return self.attention(self.case)
            case DeltaNet():
                return self.delta_net(self.case)
            case Convolution():
                return self.convolution(self.case)
            case Rotation():
                return self.rotation(self.case)
            case Norm():
                return self.norm(self.case)
            case SoftMax():
                return self.soft_max(self.case)
            case Argmax():
                return self.graph.argmax(self.tensor("rows", F32, self.case.n_in, self.case.n_rows))
            case TopK():
                rows = self.tensor("rows", F32, self.case.n_in, self.case.n_rows)
                top: Any = self.graph.argsort_top_k if self.case.by_sorting else self.graph.top_k
                found: Tensor = top(rows, self.case.k)
                return found
            case _:
                raise TypeError(f"There is no graph for {type(self.case).__name__}.")

    def exact(self, tensor: Tensor) -> Tensor:
        """As it is; in F32 for the reference."""
        return self.graph.cast(tensor, F32) if self.is_reference else tensor

    def product(self, case: Product) -> Tensor:
        """See cases.Product."""
        weights = self.tensor("weights", TensorType[case.weights], case.n_in, case.n_out)
        columns = self.tensor("columns", F32, case.n_in, case.n_columns)
        return self.graph.mul_mat(self.exact(weights), columns)

    def product_by_experts(self, case: ExpertProduct) -> Tensor:
        """See cases.ExpertProduct."""
        weights = self.tensor("weights", TensorType[case.weights], case.n_in, case.n_out, case.n_expert)
        n_own = case.n_used if case.each_its_own else 1
        columns = self.tensor("columns", F32, case.n_in, n_own, case.n_columns)
        ids = self.tensor("ids", TensorType.I32, case.n_used, case.n_columns)
        return self.graph.mul_mat_id(self.exact(weights), columns, ids)

    def attention(self, case: Attention) -> Tensor:
        """Heads are next to each other in what a layer computes, and in the cache: `permuted` puts tokens there."""
        graph = self.graph
        kind = F32 if case.is_tower else F16
        keys = (case.head, case.n_heads_kv, case.n_keys, case.n_streams)
        q, k, v = (
            graph.permuted(tensor, 0, 2, 1, 3)
            for tensor in (
                self.tensor("q", F32, case.head, case.n_heads_kv * case.group, case.n_queries, case.n_streams),
                self.tensor("k", kind, *keys),
                self.tensor("v", kind, *keys),
            )
        )
        scale = 1 / math.sqrt(case.head)
        mask = None if case.is_tower else self.tensor("mask", F16, case.n_keys, case.n_queries, 1, case.n_streams)
        if case.flash:
            if case.is_tower and not self.is_reference:  # clip.cpp:776
                k, v = graph.cast(k, F16), graph.cast(v, F16)
            return graph.flash_attn_ext(q, self.exact(k), self.exact(v), mask, scale)
        # llama-graph.cpp:2687, clip.cpp:792. The cache has values transposed then; here they are on the way.
        scores = graph.mul_mat(self.exact(k), q, in_f32=not case.is_tower)
        shares = graph.soft_max_ext(scores, mask, scale)
        transposed = graph.cast(graph.permuted(v, 1, 0, 2, 3), F32 if self.is_reference else kind)
        return graph.mul_mat(transposed, shares)

    def delta_net(self, case: DeltaNet) -> Tensor:
        """See cases.DeltaNet."""
        n_heads = case.n_heads_key * case.repeat
        by_key = (case.state, case.n_heads_key, case.n_tokens, case.n_sequences)
        by_head = (1, n_heads, case.n_tokens, case.n_sequences)
        return self.graph.gated_delta_net(
            self.tensor("q", F32, *by_key),
            self.tensor("k", F32, *by_key),
            self.tensor("v", F32, case.state, n_heads, case.n_tokens, case.n_sequences),
            self.tensor("g", F32, *by_head),
            self.tensor("beta", F32, *by_head),
            self.tensor("state", F32, case.state, case.state, n_heads, case.n_sequences),
        )

    def convolution(self, case: Convolution) -> Tensor:
        """See cases.Convolution."""
        n_tokens = case.n_kernel - 1 + case.n_tokens
        tokens = self.tensor("tokens", F32, n_tokens, case.n_channels, case.n_sequences)
        kernel = self.tensor("kernel", F32, case.n_kernel, case.n_channels)
        return self.graph.silu(self.graph.ssm_conv(tokens, kernel))

    def rotation(self, case: Rotation) -> Tensor:
        """See cases.Rotation."""
        heads = self.tensor("heads", F32, case.head, case.n_heads, case.n_tokens)
        positions = self.tensor("positions", TensorType.I32, case.n_tokens * (4 if case.sections else 1))
        return self.graph.rope(heads, positions, case.n_dims, case.sections, Rope[case.mode], case.freq_base)

    def norm(self, case: Norm) -> Tensor:
        """See cases.Norm."""
        rows = self.tensor("rows", F32, case.n_in, case.n_rows)
        if case.function == "l2_norm":
            return self.graph.l2_norm(rows, EPS)
        normed = getattr(self.graph, case.function)(rows, EPS)
        return self.graph.mul(normed, self.tensor("weights", F32, case.n_in))

    def soft_max(self, case: SoftMax) -> Tensor:
        """See cases.SoftMax."""
        rows = self.tensor("rows", F32, case.n_in, case.n_rows)
        mask = self.tensor("mask", F16, case.n_in, case.n_rows) if case.mask else None
        return self.graph.soft_max_ext(rows, mask, case.scale)
