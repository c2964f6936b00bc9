"""The numbers in a generated pair: random, and scaled so that rounding stays small and every tensor matters.

Each matrix takes numbers of about one to numbers of about one, what a layer adds to its input is about half of
that input, and the scores of attention have a deviation of about 2, so that it looks at several tokens and not at all
of them alike. A net that is damped like this passes rounding on without making it grow, and one whose layers add this
much passes every fault on, too. Quantized blocks are random bits: all values of each format occur, and nothing has to
be quantized.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from localalt.doctor.pairs.shapes import GeneratedPair
from localalt.gguf.hparams import ModelShape
from localalt.native.graph import Backend, Graph, TensorType
from localalt.random_pair import pair_types, write_shape
from localalt.random_pair.gguf import blocks
from localalt.random_pair.types import BF16, BLOCKS, F16, F32, n_bytes

__all__ = ["types", "write"]

GAINS = (
    # The least that fits stands first. Outputs over inputs, in root mean squares, for inputs without a mean.
    (r"^(token_embd|per_layer_token_embd)\.weight$", 1.0),
    (r"^output\.weight$", 1.0),
    (r"(attn_output|ssm_out)\.weight$", 1.2),  # of a mean over several tokens
    (r"ffn_down(_exps|_shexp)?\.weight$", 0.6),  # of a product of two, one of them through a gate
    (r"^v\.blk\.\d+\.attn_out\.weight$", 1.2),
    (r"attn_(q|k|qkv)\.weight$", 1.4),
    (r"^mm\.2\.weight$", 1.5),  # of what GELU leaves
    (r"^v\.deepstack\.\d+\.fc2\.weight$", 0.7),
    (r"\.weight(\.1)?$", 1.0),
)
SPREAD = 0.4
"""Of the scales of blocks: one that is read from another block's place is wrong."""
NORM = (0.7, 1.3)
BIAS = 0.1
BRANCH_NORM = (0.2, 0.4)
"""Of the norms that Gemma has after attention and after the feed-forward part."""
CLASS = 6.0
"""What a token of a mixture has in the places that its experts read, times its other numbers: the choice of experts is
then sure for every token of the script, and rounding does not change it."""


def write(pair: GeneratedPair, name: str, folder: Path, *, in_f32: bool = False) -> tuple[Path, Path]:
    """Write a pair's files: (weights, mmproj); `in_f32` gives all matrices the same numbers in F32."""
    own = types(pair)
    return write_shape(
        pair.shape,
        name,
        pair.quant,
        pair.mmproj_quant,
        folder,
        fill=_Damped(pair.shape, name, own),
        changed=dict.fromkeys(own, F32) if in_f32 else own,
    )


def types(pair: GeneratedPair) -> Mapping[str, int]:
    """ggml's type of every tensor of a pair, in both files."""
    (_, text), (_, vision) = pair_types(pair.shape, "", pair.quant, pair.mmproj_quant)
    # The classes of a mixture's tokens are numbers, and random bits make none.
    return {**text, **vision, **({"token_embd.weight": F16} if pair.shape.text.n_expert else {})}


@dataclass(frozen=True)
class _Damped:
    """Fills each tensor from its name alone, so that every process writes the same."""

    shape: ModelShape
    seed: str
    types: Mapping[str, int]
    """That the numbers are made in, whatever the file has."""

    def __call__(self, name: str, shape: tuple[int, ...], kind: int) -> Iterable[bytes]:
        own = self.types[name]
        data = self._data(name, shape, own)
        return [data if kind == own else _in_f32(data, shape, own)]

    def _data(self, name: str, shape: tuple[int, ...], kind: int) -> bytes:
        rng = np.random.default_rng([zlib.crc32(self.seed.encode()), zlib.crc32(name.encode())])
        if name == "token_embd.weight" and self.shape.text.n_expert:
            return self._classes(rng).astype(np.float16).tobytes()
        if name.endswith("ffn_gate_inp.weight"):
            return self._router(rng).astype(np.float32).tobytes()
        if len(shape) == 1:
            numbers = self._vector(name, shape[0], rng)
            return numbers.astype(np.float32).tobytes()
        per_block = 32 if BLOCKS[kind][0] == 1 else BLOCKS[kind][0]
        data = blocks(kind, -(-math.prod(shape) // per_block), std=self._std(name, shape), spread=SPREAD, rng=rng)
        return data[: n_bytes(shape, kind)]

    @property
    def _is_gemma(self) -> bool:
        return self.shape.text.architecture.startswith("gemma")

    @property
    def _token_std(self) -> float:
        """Of a token's embedding; Gemma multiplies it by the root of its width."""
        return 1.0 / math.sqrt(self.shape.text.n_embd) if self._is_gemma else 1.0

    def _std(self, name: str, shape: tuple[int, ...]) -> float:
        if name == "token_embd.weight":
            return self._token_std
        if "position_embd" in name:
            return 0.5
        gain = next(gain for pattern, gain in GAINS if re.search(pattern, name))
        n_in = math.prod(shape[:-1]) if len(shape) == 4 else shape[0]
        if self.shape.vision.projector == "gemma3" and name == "mm.input_projection.weight":
            n_in = shape[1]  # the file has it transposed
        return gain / math.sqrt(n_in)

    def _vector(self, name: str, n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        norm = rng.uniform(*NORM, n)
        if name.endswith("ssm_a"):
            return rng.uniform(-0.5, -0.05, n)  # how fast a state fades
        if name.endswith((".bias", "_bias")):
            return rng.standard_normal(n) * (0.5 if "ssm_dt" in name else BIAS)
        if name.endswith("ffn_gate_inp_shexp.weight"):
            return rng.standard_normal(n) / math.sqrt(n)
        if name.endswith("img_break"):
            return rng.standard_normal(n)
        if name == "rope_freqs.weight":
            return np.ones(n)
        if name.endswith("attn_k_norm.weight"):
            # Gemma 4 does not divide scores by the root of the heads' size (gemma4.cpp:12, gemma4v.cpp:75).
            return norm * 2.0 / (math.sqrt(n) if self.shape.text.architecture == "gemma4" else 1.0)
        if self._is_gemma and re.search(r"post_(attention|ffw)_norm\.weight$|attn_post_norm|ffn_post_norm", name):
            return rng.uniform(*BRANCH_NORM, n)
        return norm

    def _classes(self, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """(n_vocab, n_embd): embeddings whose first numbers, one for each expert, say which ones a token takes."""
        text = self.shape.text
        numbers = rng.standard_normal((text.n_vocab, text.n_embd))
        numbers[:, : text.n_expert] *= 0.2
        tokens = np.arange(text.n_vocab)
        for rank in range(text.n_expert_used):
            numbers[tokens, (tokens + rank) % text.n_expert] = CLASS * (1.0 + 0.1 * rank)
        return numbers * self._token_std

    def _router(self, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """(n_expert, n_embd): each expert reads a number of its own, and a little of all others."""
        text = self.shape.text
        numbers = 0.1 * rng.standard_normal((text.n_expert, text.n_embd)) / math.sqrt(text.n_embd)
        numbers[:, : text.n_expert] += 0.4 * np.eye(text.n_expert)
        # Gemma 4 divides what its router reads by the root of its width (gemma4.cpp:319).
        return numbers * (math.sqrt(text.n_embd) if self._is_gemma else 1.0)


def _in_f32(data: bytes, shape: tuple[int, ...], kind: int) -> bytes:
    """The numbers of a tensor in F32, as ggml reads them."""
    if kind == F16:
        return np.frombuffer(data, np.float16).astype(np.float32).tobytes()
    if kind == BF16:
        return (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).tobytes()
    with Backend() as backend, Graph(backend) as graph:
        packed = graph.tensor(TensorType(kind), shape[0], math.prod(shape[1:]))
        numbers = graph.cast(packed, TensorType.F32)
        graph.allocate()
        graph.write(packed, data)
        return graph.compute(numbers).tobytes()
