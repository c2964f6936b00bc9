"""The operations that the catalog's models use, at their shapes, as data: what is computed, and how far it may be off.

A case is one operation at one shape. `large` ones repeat it with numbers whose sums exceed 65,504, the largest that F16
has: a device that adds up in F16 shows there, and only there. Sizes that choose a kernel are the models' own (heads,
groupings, rows of the products, states, columns); others are small, so that a software device is done in minutes.
Sources: `models.catalog_hparams` for shapes, llama.cpp's graphs for layouts, and its test-backend-ops.cpp for
tolerances, by line. Pure: knows neither llama.cpp nor numpy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = [
    "ARGMAX",
    "CASES",
    "Argmax",
    "Attention",
    "Case",
    "Convolution",
    "DeltaNet",
    "ExpertProduct",
    "Norm",
    "Product",
    "Rotation",
    "SoftMax",
    "TopK",
]

COLUMNS = (1, 4, 8, 9, 16, 64, 512)
"""Of the products: backends choose kernels by them. CUDA has one for up to 8 (mmvq.cuh:3), Vulkan too
(ggml-vulkan.cpp, mul_mat_vec_max_cols), others from 9 on and from 17 or 65 on; 512 is a full ubatch."""
QUANTIZATIONS = ("Q4_K", "Q6_K", "Q4_0", "Q8_0", "IQ4_NL", "F16", "BF16")
"""Of the catalog's weights: Q4_K_M has Q4_K and Q6_K."""
VOCABULARY = 262_144
"""Gemma's tokens, the most in the catalog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One operation at one shape."""

    large: Literal["", "sums", "scores", "values"] = ""
    """What exceeds F16's range: sums of products, the scores of attention, or its sums of values; "" for nothing."""

    tolerance: ClassVar[float] = 1e-7
    """The largest normalized mean squared error: test-backend-ops.cpp:1214."""

    @property
    def kind(self) -> str:
        """What it is counted with."""
        raise NotImplementedError

    @property
    def shape(self) -> str:
        """What sets it apart from others of its kind."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What no other case is called."""
        return f"{self.kind}, {self.shape}" + (f", large {self.large}" if self.large else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Case):
    """ggml_mul_mat: weights times columns of activations."""

    weights: str
    """A name of `native.graph.TensorType`."""
    n_columns: int
    n_in: int
    """The length of a row of weights."""
    n_out: int

    tolerance: ClassVar[float] = 5e-4  # test-backend-ops.cpp:4986

    @property
    def kind(self) -> str:
        """See Case."""
        return f"products {self.weights}"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"{self.n_out} rows of {self.n_in}, columns {self.n_columns}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertProduct(Product):
    """ggml_mul_mat_id: each column times the weights of the experts that are chosen for it."""

    n_expert: int = 32
    n_used: int = 8
    """Of each column, as in all mixtures of the catalog."""
    each_its_own: bool = False
    """Whether each expert has a column of its own, as on the way down, or all the same."""

    @property
    def kind(self) -> str:
        """See Case."""
        return f"products by experts {self.weights}"

    @property
    def shape(self) -> str:
        """See Case."""
        own = ", each expert its own" if self.each_its_own else ""
        return f"{self.n_out} rows of {self.n_in}, columns {self.n_columns}{own}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention(Case):
    """ggml_flash_attn_ext, or the same as two products with a softmax between them."""

    head: int
    """Numbers of a head, of keys and of values."""
    group: int
    """Heads that share keys and values."""
    n_queries: int
    n_keys: int
    n_streams: int = 1
    """Sequences, each with keys of its own."""
    flash: bool = True
    is_tower: bool = False
    """Whether of a vision tower: without a mask, and of keys and values in F32."""
    window: int = 0
    """Keys that a query sees, its own among them; 0 for all before it."""
    n_heads_kv: int = 2

    tolerance: ClassVar[float] = 5e-4  # test-backend-ops.cpp:7972; of products, :4986

    @property
    def kind(self) -> str:
        """See Case."""
        return f"attention {self.head}" if self.flash else f"attention {self.head} without flash"

    @property
    def shape(self) -> str:
        """See Case."""
        where = "tower" if self.is_tower else f"groups of {self.group}"
        seen = f", window {self.window}" if self.window else ""
        streams = f", sequences {self.n_streams}" if self.n_streams > 1 else ""
        return f"{where}, {self.n_queries} x {self.n_keys}{seen}{streams}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaNet(Case):
    """ggml_gated_delta_net: the recurrent layers of Qwen3.5."""

    n_tokens: int
    n_sequences: int = 1
    state: int = 128
    n_heads_key: int = 2
    repeat: int = 2
    """Heads of values for each of keys: 1 to 4 in the catalog."""

    @property
    def kind(self) -> str:
        """See Case."""
        return f"delta net {self.state}"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"tokens {self.n_tokens}, sequences {self.n_sequences}, values {self.repeat} a key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution(Case):
    """ggml_ssm_conv, with the SiLU that follows it in every model."""

    n_tokens: int
    n_sequences: int = 1
    n_channels: int = 8192
    """Of Qwen3.5 4B and 9B: 32 heads of values and 16 of keys and of queries, 128 each."""
    n_kernel: int = 4

    @property
    def kind(self) -> str:
        """See Case."""
        return "SSM convolution"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"channels {self.n_channels}, tokens {self.n_tokens}, sequences {self.n_sequences}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation(Case):
    """ggml_rope_multi, or ggml_rope_ext where there are no sections."""

    mode: str
    """A name of `native.graph.Rope`."""
    head: int
    n_dims: int
    sections: tuple[int, ...] = ()
    freq_base: float = 10_000.0
    n_heads: int = 4
    n_tokens: int = 64

    @property
    def kind(self) -> str:
        """See Case."""
        return "M-RoPE" if self.sections else "RoPE"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"{self.mode}, head {self.head}, tokens {self.n_tokens}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm(Case):
    """ggml_rms_norm, ggml_norm or ggml_l2_norm; the first two with the weights that follow them."""

    function: Literal["rms_norm", "norm", "l2_norm"]
    n_in: int
    n_rows: int

    @property
    def kind(self) -> str:
        """See Case."""
        return "norms"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"{self.function}, {self.n_rows} rows of {self.n_in}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftMax(Case):
    """ggml_soft_max_ext."""

    n_in: int
    n_rows: int
    mask: bool = False
    scale: float = 1.0

    tolerance: ClassVar[float] = 1e-6  # test-backend-ops.cpp:5866

    @property
    def kind(self) -> str:
        """See Case."""
        return "softmax"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"{self.n_rows} rows of {self.n_in}" + (", mask" if self.mask else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Argmax(Case):
    """ggml_argmax."""

    n_in: int = VOCABULARY
    n_rows: int = 1

    tolerance: ClassVar[float] = 0.0  # test-backend-ops.cpp:2876

    @property
    def kind(self) -> str:
        """See Case."""
        return "argmax"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"{self.n_rows} rows of {self.n_in}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopK(Case):
    """ggml_top_k, as samplers use it, or ggml_argsort_top_k, as mixtures choose their experts."""

    k: int
    n_in: int = VOCABULARY
    n_rows: int = 1
    by_sorting: bool = False

    tolerance: ClassVar[float] = 0.0  # of two sets; test-backend-ops.cpp:6787

    @property
    def kind(self) -> str:
        """See Case."""
        return "top-k"

    @property
    def shape(self) -> str:
        """See Case."""
        return f"{self.k} in {self.n_rows} rows of {self.n_in}" + (", sorted" if self.by_sorting else "")


ARGMAX = (Argmax, TopK)
"""Cases whose results are places: no number of theirs is off by a little."""


def _products() -> Iterator[Case]:
    large: tuple[Literal["", "sums"], ...] = ("", "sums")
    for weights in QUANTIZATIONS:
        for each in large:
            for n_columns in COLUMNS:  # rows of Qwen3.5 4B; 2,560 are ten blocks of a K-quant
                yield Product(weights=weights, n_columns=n_columns, n_in=2560, n_out=256, large=each)
    # Projectors: rows of 1,152 and of 4,304, no multiple of 32, so that a Q8_0 file has those in F16. 272 rows, like
    # 4,304, are a multiple of 16 alone.
    for weights, n_in, n_out in (
        ("Q8_0", 1152, 272),
        ("F16", 1152, 272),
        ("BF16", 1152, 272),
        ("F16", 4304, 144),
        ("BF16", 4304, 144),
    ):
        for each in large:
            for n_columns in (64, 512):
                yield Product(weights=weights, n_columns=n_columns, n_in=n_in, n_out=n_out, large=each)
    for n_columns in (1, 8, 512):  # what chooses the experts
        yield Product(weights="F32", n_columns=n_columns, n_in=2048, n_out=256)


def _products_by_experts() -> Iterator[Case]:
    large: tuple[Literal["", "sums"], ...] = ("", "sums")
    for weights in QUANTIZATIONS:
        for each in large:
            for n_columns in COLUMNS:
                yield ExpertProduct(weights=weights, n_columns=n_columns, n_in=512, n_out=128, large=each)
            for n_columns in (1, 8, 64):
                yield ExpertProduct(
                    weights=weights, n_columns=n_columns, n_in=512, n_out=128, large=each, each_its_own=True
                )


def _attention() -> Iterator[Case]:
    larges: tuple[Literal["scores", "values"], ...] = ("scores", "values")
    # The first grouping of each head is the commonest in the catalog.
    groupings: Sequence[tuple[int, tuple[int, ...]]] = (
        (64, (3, 4, 2, 1)),
        (128, (4, 2, 5, 7, 8, 16)),
        (256, (4, 2, 6, 8, 16)),
        (512, (8, 4, 16)),
    )
    for head, groups in groupings:
        for group in groups:
            yield Attention(head=head, group=group, n_queries=1, n_keys=1024)
            yield Attention(head=head, group=group, n_queries=64, n_keys=512)
        group = groups[0]
        yield Attention(head=head, group=group, n_queries=1, n_keys=256, n_streams=4)
        yield Attention(head=head, group=group, n_queries=512, n_keys=768, n_heads_kv=1)
        if head == 256:  # Gemma's layers that see a window
            yield Attention(head=head, group=2, n_queries=64, n_keys=1024, window=512)
        for large in larges:
            yield Attention(head=head, group=group, n_queries=1, n_keys=1024, large=large)
            yield Attention(head=head, group=group, n_queries=64, n_keys=512, large=large)
        yield Attention(head=head, group=group, n_queries=64, n_keys=512, flash=False)
        for large in larges:
            yield Attention(head=head, group=group, n_queries=64, n_keys=512, flash=False, large=large)
    for head in (64, 72, 80, 96, 128):
        for n in (180, 576):  # patches of 10 x 18 and 24 x 24
            yield Attention(head=head, group=1, n_queries=n, n_keys=n, is_tower=True)
        for large in larges:
            yield Attention(head=head, group=1, n_queries=576, n_keys=576, is_tower=True, large=large)
        yield Attention(head=head, group=1, n_queries=576, n_keys=576, is_tower=True, flash=False)
        for large in larges:
            yield Attention(head=head, group=1, n_queries=576, n_keys=576, is_tower=True, flash=False, large=large)


def _recurrent() -> Iterator[Case]:
    for repeat in (2, 1, 3, 4):
        yield DeltaNet(n_tokens=1, repeat=repeat)
        yield DeltaNet(n_tokens=64, repeat=repeat)
    yield DeltaNet(n_tokens=1, n_sequences=4)
    yield DeltaNet(n_tokens=9, n_sequences=4)
    yield DeltaNet(n_tokens=512)
    yield DeltaNet(n_tokens=1, large="sums")
    yield DeltaNet(n_tokens=64, large="sums")
    for n_tokens, n_sequences in ((1, 1), (1, 4), (9, 4), (64, 1), (512, 1)):
        yield Convolution(n_tokens=n_tokens, n_sequences=n_sequences)
    yield Convolution(n_tokens=64, large="sums")


def _others() -> Iterator[Case]:
    larges: tuple[Literal["", "sums"], ...] = ("", "sums")
    for large in larges:
        # Qwen3.5, Qwen3-VL, Qwen2.5-VL, and the projectors of all of them (qwen3vl.cpp:104); Gemma, Llama.
        yield Rotation(mode="IMROPE", head=256, n_dims=64, sections=(11, 11, 10, 0), freq_base=1e7, large=large)
        yield Rotation(mode="IMROPE", head=128, n_dims=128, sections=(24, 20, 20, 0), freq_base=5e6, large=large)
        yield Rotation(mode="MROPE", head=128, n_dims=128, sections=(16, 24, 24, 0), freq_base=1e6, large=large)
        for head in (64, 72, 80):
            yield Rotation(mode="VISION", head=head, n_dims=head // 2, sections=(head // 4,) * 4, large=large)
        for head in (128, 256, 512):
            yield Rotation(mode="NEOX", head=head, n_dims=head, freq_base=1e6, large=large)
        yield Rotation(mode="NORMAL", head=128, n_dims=128, freq_base=1e6, large=large)
        for n_in, n_rows in ((2560, 1), (2560, 64), (5120, 512), (256, 64), (128, 64)):
            yield Norm(function="rms_norm", n_in=n_in, n_rows=n_rows, large=large)
        for n_in, n_rows in ((768, 64), (1152, 576)):
            yield Norm(function="norm", n_in=n_in, n_rows=n_rows, large=large)
        yield Norm(function="l2_norm", n_in=128, n_rows=64, large=large)
        yield SoftMax(n_in=1024, n_rows=64, mask=True, scale=0.0625, large=large)
        yield SoftMax(n_in=576, n_rows=576, scale=0.118, large=large)
        yield SoftMax(n_in=256, n_rows=9, large=large)  # of experts
        yield SoftMax(n_in=VOCABULARY, n_rows=1, large=large)
        yield SoftMax(n_in=VOCABULARY, n_rows=4, large=large)
    # The numbers of these are all whole ones up to their length: large by nature.
    for n_rows in (1, 4):
        yield Argmax(n_rows=n_rows)
        for k in (20, 64):  # Qwen's and Gemma's own settings
            yield TopK(k=k, n_rows=n_rows)
    for n_in in (128, 256):
        yield TopK(k=8, n_in=n_in, n_rows=9, by_sorting=True)


def _by_kind(cases: Iterator[Case]) -> Iterator[Case]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.kind, []).append(case)
    return itertools.chain.from_iterable(found.values())


CASES: tuple[Case, ...] = tuple(
    _by_kind(itertools.chain(_products(), _products_by_experts(), _attention(), _recurrent(), _others()))
)
"""All of them, those of one kind next to each other."""
