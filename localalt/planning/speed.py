"""How long a picture will take on a machine that nobody has measured: an honest range, from its class.

Work over rates: operations of the projector and of the prompt over what such processors compute, bytes of weights over
what they read. The rates are what localalt was measured to reach, by class of processor, and their spread is the range.
Of GPUs none has been measured by this project: their range is wide, from makers' data sheets. Both ends allow for
what a machine does beside: neither is the best nor the worst that was ever seen.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from localalt.devices import Device, Machine
from localalt.gguf.hparams import VisionShape
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.weights import guessed_split, n_weights
from localalt.units import format_seconds

__all__ = ["PictureTime", "Placement", "Work", "cpu_bytes_per_token", "estimate", "tile_s", "typical_s", "work_of"]

Basis: TypeAlias = Literal["measured", "estimated"]

TEXT_TOKENS = 290
"""Of the instruction and the template: 539 tokens of the median prompt were 252 of the picture
(benchmarks/results/cpu-2-cores-zen5.jsonl)."""
OUTPUT_TOKENS = (40, 90)
"""Of an alt text; and with a second answer, where the first one is asked for again or looked up in a transcription.
An estimate: benchmarks end answers at 48."""
TILE_OUTPUT_TOKENS = (60, 400)
"""Of the transcription of a tile: ten lines of a column, to thirty of a page. An estimate."""
OTHER_S = (0.05, 0.2)
"""Seconds for reading the picture, sampling and starting graphs. Measured on a Zen 5: 0.03 for reading alone."""
UPLOAD_BYTES = (3e9, 20e9)
"""Of weights on the CPU, bytes a second that reach a GPU for the graph of a prompt: PCIe from a laptop's four lanes of
the third generation to sixteen of the fourth, from pages that are not pinned. Not measured here."""
SWITCH_S = (50e-6, 200e-6)
"""Seconds that a token loses at each layer whose experts are on the CPU: there and back again. An estimate."""
TILES = (5, 17)
"""Of a picture that the projector cuts into tiles by its size: four and the whole, sixteen and the whole."""


@dataclass(frozen=True, slots=True)
class PictureTime:
    """Seconds for one photograph, once the model is loaded."""

    low_s: float
    high_s: float
    basis: Basis
    of: str
    """What it rests on, for people: "12 pictures on this machine", "CPUs like this: 4 threads, AVX-512"."""

    @property
    def in_words(self) -> str:
        """Such as "8-20 s"."""
        return format_seconds(self.low_s, self.high_s)

    @property
    def sentence(self) -> str:
        """For people, with what it rests on."""
        if self.basis == "measured":
            return f"A picture takes {self.in_words}, as measured here ({self.of})."
        return f"A picture takes {self.in_words} (estimated for {self.of}; one full of small writing takes longer)."


@dataclass(frozen=True, slots=True)
class Work:
    """What one picture asks of a device, at least and at most."""

    encode_flops: tuple[float, float]
    prefill_flops: tuple[float, float]
    decode_bytes: tuple[float, float]


class Placement(Protocol):
    """What runs where, as plans and their settings say it in llama.cpp's names."""

    @property
    def n_gpu_layers(self) -> int:
        """Layers on GPUs, the last ones, the output counted."""
        ...

    @property
    def n_cpu_moe(self) -> int:
        """Of how many layers, the first ones, the experts are on the CPU."""
        ...

    @property
    def op_offload(self) -> bool:
        """Whether a GPU computes the prompts of layers on the CPU too."""
        ...

    @property
    def tensor_split(self) -> tuple[int, ...]:
        """Layers on each of several GPUs."""
        ...

    @property
    def projector_on_gpu(self) -> bool:
        """Whether pictures are encoded on a GPU."""
        ...

    @property
    def n_image_tokens(self) -> int:
        """The most of one picture."""
        ...

    @property
    def n_ubatch(self) -> int:
        """Tokens in one graph."""
        ...


@dataclass(frozen=True, slots=True)
class _Rates:
    """What a device reaches, at worst and at best."""

    encode_flops: tuple[float, float]
    prefill_flops: tuple[float, float]
    read_bytes: tuple[float, float]
    of: str


def estimate(spec: ModelSpec, plan: Plan, machine: Machine) -> PictureTime:
    """The range for a spec with a plan on a machine."""
    devices = [device for name in plan.devices for device in machine.devices if device.name == name]
    n_tokens = plan.limit(spec.geometry).low_tokens
    ends = _ends(spec, plan, machine, devices, plan.n_threads, n_tokens=n_tokens)
    cpu = _cpu(machine.instructions, plan.n_threads).of
    gpu = _gpus(devices, plan.tensor_split).of if devices else cpu
    of = gpu if plan.decodes_on_gpu else cpu if not devices else f"{gpu}, with {cpu}"
    return PictureTime(*ends, "estimated", of)


def tile_s(spec: ModelSpec, plan: Plan, machine: Machine) -> tuple[float, float]:
    """Seconds, at best and at worst, for each tile of a page whose writing is too small in the whole."""
    devices = [device for name in plan.devices for device in machine.devices if device.name == name]
    n_tokens, n_out = plan.n_image_tokens, TILE_OUTPUT_TOKENS
    return _ends(spec, plan, machine, devices, plan.n_threads, n_tokens=n_tokens, n_out_tokens=n_out)


def typical_s(
    spec: ModelSpec,
    settings: Placement,
    machine: Machine,
    devices: Sequence[Device],
    n_threads: int,
    *,
    only_photograph: bool = False,
) -> float:
    """Seconds for a photograph and a page of writing, between the ends of the range: to compare placements with.

    The photograph has the same tokens wherever it is encoded.
    """
    look, read = spec.geometry.low_tokens, min(spec.geometry.high_tokens, settings.n_image_tokens)
    pictures = (look,) if only_photograph else (look, read)
    ends = (_ends(spec, settings, machine, devices, n_threads, n_tokens=n_tokens) for n_tokens in pictures)
    return sum(math.sqrt(low_s * high_s) for low_s, high_s in ends)


def cpu_bytes_per_token(spec: ModelSpec, own: Placement) -> float:
    """Bytes of weights that the CPU reads for each token of an answer."""
    return _bytes_per_token(spec, own)[0]


def _ends(
    spec: ModelSpec,
    own: Placement,
    machine: Machine,
    devices: Sequence[Device],
    n_threads: int,
    *,
    n_tokens: int,
    n_out_tokens: tuple[int, int] = OUTPUT_TOKENS,
) -> tuple[float, float]:
    """Seconds for a picture of so many image tokens, at most the placement's: (the fewest, the most)."""
    n_image_tokens, n_layer = min(n_tokens, own.n_image_tokens), spec.shape.text.n_layer
    work = work_of(spec, n_image_tokens)
    cpu = _cpu(machine.instructions, n_threads)
    gpu = _gpus(devices, own.tensor_split) if devices else cpu
    on_cpu, on_gpu = _bytes_per_token(spec, own)
    switches = max(0, own.n_cpu_moe - (n_layer + 1 - own.n_gpu_layers)) if own.n_gpu_layers else 0
    # A GPU that computes the prompt for layers on the CPU (ggml-cuda.cu:5651) gets their weights for the graphs of the
    # picture, and for the question.
    uploads = (1 + math.ceil(n_image_tokens / own.n_ubatch)) * _bytes_on_cpu(spec, own)
    ends = []
    for end in (0, 1):  # the least work at the best rates, the most at the worst
        n_out = n_out_tokens[end]
        s = OTHER_S[end] + work.encode_flops[end] / (gpu if own.projector_on_gpu else cpu).encode_flops[1 - end]
        s += n_out * (on_cpu / cpu.read_bytes[1 - end] + on_gpu / gpu.read_bytes[1 - end] + switches * SWITCH_S[end])
        s += work.prefill_flops[end] / (gpu if own.op_offload else cpu).prefill_flops[1 - end]
        ends.append(s + uploads / UPLOAD_BYTES[1 - end] * own.op_offload)
    return ends[0], ends[1]


# --- work ---


def work_of(spec: ModelSpec, n_image_tokens: int) -> Work:
    """What a picture of so many image tokens asks of the device, where its projector leaves that open."""
    text, vision, geometry = spec.shape.text, spec.shape.vision, spec.geometry
    if geometry.token_px == 1:  # tiles
        patches = (vision.image_px // max(1, vision.patch_px)) ** 2
        encode = tuple(n * _encode_flops(vision, patches) for n in TILES)
        tokens = tuple(n * patches / max(1, vision.merge) ** 2 for n in TILES)
    else:
        square = geometry.max_tokens if geometry.square is not None else n_image_tokens
        encode = (_encode_flops(vision, square * vision.merge**2),) * 2
        tokens = (float(square),) * 2
    # One token passes the experts that it is sent to.
    active = dataclasses.replace(text, n_expert=text.n_expert_used) if text.n_expert_used else text
    per_token = 2.0 * sum(n_weights(active, layer) for layer in text.layers)
    low, high = (per_token * (TEXT_TOKENS + n) for n in tokens)
    read = sum(_bytes_per_token(spec, None))
    return Work((encode[0], encode[1]), (low, high), (OUTPUT_TOKENS[0] * read, OUTPUT_TOKENS[1] * read))


def _bytes_per_token(spec: ModelSpec, own: Placement | None) -> tuple[float, float]:
    """Bytes of weights that a token of an answer reads: (on the CPU, on GPUs); all on the CPU for None."""
    text = spec.shape.text
    split = spec.split or guessed_split(text, spec.weights_bytes)
    experts = split.experts or (0,) * text.n_layer
    share = text.n_expert_used / text.n_expert if text.n_expert else 1.0
    n_gpu_layers, n_cpu_moe = (own.n_gpu_layers, own.n_cpu_moe) if own is not None else (0, 0)
    first = text.n_layer + 1 - n_gpu_layers
    both = [0.0, 0.0]
    for index, (layer, chosen) in enumerate(zip(split.layers, experts, strict=True)):
        both[index >= first] += layer - chosen
        both[index >= first and index >= n_cpu_moe] += chosen * share
    both[n_gpu_layers > 0] += split.output
    return both[0], both[1]


def _bytes_on_cpu(spec: ModelSpec, own: Placement) -> int:
    """Bytes of layers, or of their experts, that are on the CPU."""
    text = spec.shape.text
    split = spec.split or guessed_split(text, spec.weights_bytes)
    first = text.n_layer + 1 - own.n_gpu_layers
    return sum(split.layers[: max(0, first)]) + sum(split.experts[max(0, first) : own.n_cpu_moe])


_GATED = frozenset(("qwen2.5vl_merger", "pixtral", "gemma4v"))
"""Towers with three matrices in a feed-forward block (clip.cpp)."""


def _encode_flops(vision: VisionShape, n_patches: float) -> float:
    """Multiplications and additions of the tower: matrices, and attention of every patch to every patch."""
    matrices = 4 * vision.n_embd**2 + (3 if vision.projector in _GATED else 2) * vision.n_embd * vision.n_ff
    attention = 4.0 * vision.n_embd * n_patches**2 / (vision.full_attention_every or 1)
    return vision.n_layer * (2.0 * matrices * n_patches + attention)


# --- rates ---

GB, GFLOP, TFLOP = 1e9, 1e9, 1e12

# (instructions that it has, name, GFLOP/s of one thread while encoding and while reading a prompt). Measured, one
# thread: a Zen 4 with AVX512_BF16 encodes at 100 and reads Q4_K at 228, Q8_0 at 85; each of two threads of a Zen 5
# encodes at 168 and reads Q4_K at 212 (benchmarks/results, benchmarks/NOTES.md). A build for AVX2 takes 1.85 times as
# long on that Zen 5. Not measured, but estimated by their width and their age: all the others.
_CPUS: tuple[tuple[str, str, tuple[float, float], tuple[float, float]], ...] = (
    ("AVX512_BF16", "AVX-512 with BF16", (85, 200), (95, 240)),
    ("AVX512_VNNI", "AVX-512 with VNNI", (45, 130), (70, 230)),
    ("AVX512", "AVX-512", (40, 110), (40, 120)),
    ("AVX2", "AVX2", (25, 100), (25, 120)),
    ("MATMUL_INT8", "ARM with matrix instructions", (30, 130), (40, 200)),
    ("DOTPROD", "ARM", (20, 90), (20, 110)),
    ("NEON", "ARM", (8, 60), (8, 60)),
    ("", "no wide instructions", (3, 25), (3, 25)),
)
READ_OF_ONE_THREAD = (8.0, 19.0)
"""GB/s while decoding. Measured: 14 to 19 for one thread (Zen 4), 20 for two together (Zen 5)."""
READ_OF_ALL = (16.0, 75.0)
"""GB/s: laptops' and desktops' memory of two channels, DDR4-2400 at half its rate to DDR5-6400 at three quarters."""
READ_OF_SERVERS = (60.0, 250.0)
"""GB/s: with four channels and more."""
SERVER_THREADS = 20
"""More physical cores than that have more channels."""


def _cpu(instructions: Collection[str], n_threads: int) -> _Rates:
    _, name, encode, prefill = next(each for each in _CPUS if not each[0] or each[0] in instructions)
    # Threads share caches, clocks and power: 16 are not 16 times as fast.
    low_n, high_n = n_threads**0.8, n_threads**0.97
    most = READ_OF_SERVERS if n_threads > SERVER_THREADS else READ_OF_ALL
    threads = "1 thread" if n_threads == 1 else f"{n_threads} threads"
    return _Rates(
        (encode[0] * low_n * GFLOP, encode[1] * high_n * GFLOP),
        (prefill[0] * low_n * GFLOP, prefill[1] * high_n * GFLOP),
        (
            min(READ_OF_ONE_THREAD[0] * low_n, most[0]) * GB,
            min(READ_OF_ONE_THREAD[1] * n_threads**0.7, most[1]) * GB,
        ),
        f"CPUs like this: {threads}, {name}",
    )


# TFLOP/s and GB/s that are reached of what makers promise, a third to two thirds; none of them measured here.
_GPUS = {
    "integrated": ((0.2, 4.0), (20, 100), "integrated GPUs, by data sheets"),
    "apple": ((1.0, 14.0), (45, 400), "Apple's GPUs, by data sheets"),
    "small": ((1.5, 15.0), (90, 350), "GPUs with less than 10 GB, by data sheets"),
    "large": ((6.0, 60.0), (200, 900), "GPUs with 10 GB and more, by data sheets"),
    "server": ((30.0, 250.0), (600, 2500), "GPUs with 40 GB and more, by data sheets"),
}


def _gpus(devices: Sequence[Device], split: Sequence[int]) -> _Rates:
    """Those of several GPUs, of which each computes its layers after the other; the first encodes."""
    each = [_gpu(device) for device in devices]
    if len(each) == 1 or not sum(split):
        return each[0]
    shares = [n_layers / sum(split) for n_layers in split]

    def together(rates: Sequence[tuple[float, float]]) -> tuple[float, float]:
        low, high = (1.0 / sum(share / rate[end] for share, rate in zip(shares, rates, strict=True)) for end in (0, 1))
        return low, high

    return _Rates(
        each[0].encode_flops,
        together([rates.prefill_flops for rates in each]),
        together([rates.read_bytes for rates in each]),
        " and ".join(dict.fromkeys(rates.of for rates in each)),
    )


def _gpu(device: Device) -> _Rates:
    if device.backend in ("Metal", "MTL"):
        kind = "apple"
    elif device.integrated:
        kind = "integrated"
    else:
        size = device.total_bytes
        kind = "small" if size < 10 * GB else "large" if size < 40 * GB else "server"
    compute, read, name = _GPUS[kind]
    both = (compute[0] * TFLOP, compute[1] * TFLOP)
    return _Rates(both, both, (read[0] * GB, read[1] * GB), name)
