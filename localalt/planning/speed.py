"""How long a picture will take on a machine that nobody has measured: an honest range, from its class.

Work over rates: operations of the projector and of the prompt over what such processors compute, bytes of weights over
what they read. The rates are what localalt was measured to reach, by class of processor, and their spread is the range.
Of GPUs none has been measured by this project: their range is wide, from makers' data sheets. Both ends allow for
what a machine does beside: neither is the best nor the worst that was ever seen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.devices import Device, Machine
from localalt.gguf.hparams import TextShape, VisionShape
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.weights import guessed_split, n_weights
from localalt.units import format_seconds

__all__ = ["PictureTime", "Work", "estimate", "work_of"]

Basis: TypeAlias = Literal["measured", "estimated"]

IMAGE_TOKENS = 256
"""Of a photograph: the low tier (`detail.LOW_TOKENS`). A page of writing takes all that the plan has."""
TEXT_TOKENS = 290
"""Of the instruction and the template: 539 tokens of the median prompt were 252 of the picture
(benchmarks/results/cpu-2-cores-zen5.jsonl)."""
OUTPUT_TOKENS = (40, 90)
"""Of an alt text; and with a second answer, where the first one is asked for again or looked up in a transcription.
An estimate: benchmarks end answers at 48."""
OTHER_S = (0.05, 0.2)
"""Seconds for reading the picture, sampling and starting graphs. Measured on a Zen 5: 0.03 for reading alone."""
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


@dataclass(frozen=True, slots=True)
class _Rates:
    """What a device reaches, at worst and at best."""

    encode_flops: tuple[float, float]
    prefill_flops: tuple[float, float]
    read_bytes: tuple[float, float]
    of: str


def estimate(spec: ModelSpec, plan: Plan, machine: Machine) -> PictureTime:
    """The range for a spec with a plan on a machine."""
    work = work_of(spec, plan.n_image_tokens)
    cpu = _cpu(machine.instructions, plan.n_threads)
    devices = [device for device in machine.devices if device.name in plan.devices]
    gpu = _gpu(devices) if devices else cpu
    on_gpu = plan.n_gpu_layers / (plan.n_layer + 1) if devices else 0.0
    ends = [
        OTHER_S[end]
        + work.encode_flops[end] / (gpu if plan.projector_on_gpu else cpu).encode_flops[1 - end]
        + (1 - on_gpu) * _text_s(work, cpu, end)
        + on_gpu * _text_s(work, gpu, end)
        for end in (0, 1)
    ]
    of = gpu.of if on_gpu == 1 else cpu.of if not devices else f"{gpu.of}, with {cpu.of}"
    return PictureTime(ends[0], ends[1], "estimated", of)


def _text_s(work: Work, rates: _Rates, end: int) -> float:
    """At the fast end, 0, the least work at the best rates; at the slow end, 1, the most at the worst."""
    return work.prefill_flops[end] / rates.prefill_flops[1 - end] + work.decode_bytes[end] / rates.read_bytes[1 - end]


# --- work ---


def work_of(spec: ModelSpec, n_image_tokens: int) -> Work:
    """What a photograph asks of the device, where a picture may have so many image tokens."""
    text, vision, geometry = spec.shape.text, spec.shape.vision, spec.geometry
    if geometry.token_px == 1:  # tiles
        patches = (vision.image_px // max(1, vision.patch_px)) ** 2
        encode = tuple(n * _encode_flops(vision, patches) for n in TILES)
        tokens = tuple(n * patches / max(1, vision.merge) ** 2 for n in TILES)
    else:
        square = geometry.max_tokens if geometry.square is not None else min(IMAGE_TOKENS, n_image_tokens)
        encode = (_encode_flops(vision, square * vision.merge**2),) * 2
        tokens = (float(square),) * 2
    # One token passes the experts that it is sent to.
    active = dataclasses.replace(text, n_expert=text.n_expert_used) if text.n_expert_used else text
    per_token = 2.0 * sum(n_weights(active, layer) for layer in text.layers)
    split = spec.split or guessed_split(text, spec.weights_bytes)
    read = sum(split.layers) * _active_share(text, active) + split.output
    low, high = (per_token * (TEXT_TOKENS + n) for n in tokens)
    return Work((encode[0], encode[1]), (low, high), (OUTPUT_TOKENS[0] * read, OUTPUT_TOKENS[1] * read))


def _active_share(text: TextShape, active: TextShape) -> float:
    return sum(n_weights(active, each) for each in text.layers) / max(
        1, sum(n_weights(text, each) for each in text.layers)
    )


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


def _gpu(devices: Collection[Device]) -> _Rates:
    """The slowest of them, which the others wait for."""
    least = min(devices, key=lambda each: (not each.integrated, each.total_bytes))
    if least.backend in ("Metal", "MTL"):
        kind = "apple"
    elif least.integrated:
        kind = "integrated"
    else:
        kind = "small" if least.total_bytes < 10 * GB else "large" if least.total_bytes < 40 * GB else "server"
    compute, read, name = _GPUS[kind]
    both = (compute[0] * TFLOP, compute[1] * TFLOP)
    return _Rates(both, both, (read[0] * GB, read[1] * GB), name)
