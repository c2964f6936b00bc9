"""The estimate against what llama.cpp reserved, and what must hold for any settings."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, strategies as st

from localalt.gguf.header import GgufHeader, TensorInfo
from localalt.gguf.hparams import ModelShape
from localalt.models.catalog_hparams import SHAPES
from localalt.planning.memory import Parts, RuntimeSettings, estimate
from localalt.planning.weights import guessed_split, weights_split

MIB = 1 << 20
SETTINGS = RuntimeSettings(
    n_seq_max=4, n_ctx_seq=3072, n_ubatch=512, n_image_tokens=1024, n_gpu_layers=0, projector_on_gpu=False
)


def host(name, settings=SETTINGS):
    return estimated(SHAPES[name], settings).host


def estimated(shape, settings, weights_bytes=2_000_000_000, **options):
    return estimate(shape, weights_bytes=weights_bytes, mmproj_bytes=500_000_000, settings=settings, **options)


# MiB that llama.cpp 0.3.36 logged for files of these shapes: (slots, cells of a slot) as given.
@pytest.mark.parametrize(
    ("name", "n_seq_max", "n_ctx_seq", "kv_cache", "recurrent"),
    [
        ("qwen3.5-0.8b", 1, 2816, 33.00, 19.27),
        ("qwen3.5-0.8b", 4, 2816, 132.00, 77.06),
        ("qwen3.5-4b", 4, 3072, None, 201.00),
        ("qwen3.5-35b-a3b", 4, 3072, None, 251.25),
        ("qwen3.5-122b-a10b", 4, 3072, None, 596.25),
        ("qwen3-vl-2b", 4, 2816, 1232.00, 0.0),
    ],
)
def test_caches_take_what_llama_cpp_logs(name, n_seq_max, n_ctx_seq, kv_cache, recurrent):
    parts = host(name, replace(SETTINGS, n_seq_max=n_seq_max, n_ctx_seq=n_ctx_seq))
    if kv_cache is not None:
        assert parts.kv_cache / MIB == pytest.approx(kv_cache, abs=0.01)
    assert parts.recurrent / MIB == pytest.approx(recurrent, abs=0.01)


# MiB that llama.cpp 0.3.36 reserves for graphs of 512 tokens, four slots of 3,072 cells (parameter no_alloc).
COMPUTE = {
    "qwen3.5-0.8b": 45.58,
    "qwen3.5-2b": 51.58,
    "qwen3.5-4b": 72.02,
    "qwen3.5-9b": 99.02,
    "qwen3.5-27b": 135.02,
    "qwen3.5-35b-a3b": 75.02,
    "qwen3.5-122b-a10b": 131.58,
    "qwen3-vl-2b": 79.02,
    "qwen3-vl-4b": 110.02,
    "qwen3-vl-8b": 155.02,
    "qwen3-vl-30b-a3b": 111.52,
    "qwen3-vl-32b": 253.02,
    "qwen2.5-vl-3b": 83.52,
    "qwen2.5-vl-7b": 142.02,
    "qwen2.5-vl-32b": 205.02,
    "gemma-4-e2b": 113.52,
    "gemma-4-e4b": 116.02,
    "gemma-4-12b": 133.02,
    "gemma-4-26b-a4b": 100.52,
    "gemma-4-31b": 178.02,
    "gemma-3-4b": 83.52,
    "gemma-3-12b": 125.02,
    "gemma-3-27b": 170.02,
    "mistral-small-3.1-24b": 233.01,
    "smolvlm-256m": 16.51,
    "smolvlm2-500m": 25.51,
    "smolvlm2-2.2b": 67.01,
}


@pytest.mark.parametrize("name", COMPUTE)
def test_the_graphs_buffer_is_what_llama_cpp_reserves(name):
    assert host(name).compute / MIB == pytest.approx(COMPUTE[name], rel=0.07)


# MiB that clip reserves for a picture of that many tokens (one tile of 512 or 384 pixels for SmolVLM).
VISION_COMPUTE = {
    ("qwen3.5-0.8b", 1024): 78.06,
    ("qwen3.5-0.8b", 256): 19.52,
    ("qwen3.5-2b", 1024): 108.06,
    ("qwen3.5-9b", 1024): 120.06,
    ("qwen3-vl-2b", 1024): 156.06,
    ("qwen3-vl-8b", 1024): 180.06,
    ("qwen2.5-vl-3b", 1024): 292.13,
    ("qwen2.5-vl-3b", 256): 63.89,
    ("qwen2.5-vl-32b", 1024): 293.26,
    ("gemma-4-e2b", 560): 221.52,
    ("gemma-4-e2b", 280): 110.76,
    ("gemma-4-12b", 560): 29.56,
    ("gemma-4-31b", 560): 329.50,
    ("gemma-3-4b", 256): 121.25,
    ("mistral-small-3.1-24b", 1024): 257.84,
    ("smolvlm-256m", 1024): 21.00,
    ("smolvlm2-2.2b", 1024): 21.58,
}


@pytest.mark.parametrize(("name", "n_image_tokens"), VISION_COMPUTE)
def test_the_projectors_buffer_is_what_clip_reserves(name, n_image_tokens):
    parts = host(name, replace(SETTINGS, n_image_tokens=n_image_tokens))
    assert parts.vision_compute / MIB == pytest.approx(VISION_COMPUTE[name, n_image_tokens], rel=0.09)


# Whole processes measured by benchmarks/plan_memory.py, in MiB: peak of what must stay in RAM.
MEASURED = [  # name, bytes of weights and mmproj, slots, cells of a slot, image tokens, MiB
    ("smolvlm-256m", 175_093_344, 103_768_608, 4, 5888, 1088, 1015),
    ("smolvlm2-500m", 436_845_696, 108_782_112, 4, 5888, 1088, 1682),
    ("qwen3.5-0.8b", 529_512_672, 204_986_464, 4, 2816, 1024, 1289),
    ("qwen3.5-2b", 1_274_611_936, 668_226_496, 4, 2816, 1024, 2504),
    ("qwen3-vl-2b", 1_107_390_464, 445_052_960, 4, 2816, 1024, 3257),
    ("qwen2.5-vl-3b", 1_929_886_016, 844_757_632, 4, 2816, 1024, 3632),
    ("gemma-4-e2b", 2_841_480_288, 557_367_584, 4, 2304, 529, 3917),
    ("gemma-3-4b", 2_489_795_936, 851_251_264, 4, 2048, 256, 4438),
]


@pytest.mark.parametrize(
    ("name", "weights_bytes", "mmproj_bytes", "n_seq_max", "n_ctx_seq", "n_image", "mib"), MEASURED
)
def test_the_total_is_what_a_process_took(name, weights_bytes, mmproj_bytes, n_seq_max, n_ctx_seq, n_image, mib):
    settings = replace(SETTINGS, n_seq_max=n_seq_max, n_ctx_seq=n_ctx_seq, n_image_tokens=n_image)
    memory = estimate(SHAPES[name], weights_bytes=weights_bytes, mmproj_bytes=mmproj_bytes, settings=settings)
    # 10 % is promised; 4 % is what was seen, and what a change should not lose unseen.
    assert memory.host.total / MIB == pytest.approx(mib, rel=0.04)
    assert memory.gpu.total == 0


def test_the_smallest_promised_machine_has_room():
    """Qwen3.5-0.8B on 4 GB of RAM, of which the system takes 1.5."""
    settings = replace(SETTINGS, n_ctx_seq=3072)
    memory = estimate(SHAPES["qwen3.5-0.8b"], weights_bytes=532_517_120, mmproj_bytes=204_987_232, settings=settings)
    assert memory.host.total < 2_000_000_000


SHAPE_NAMES = st.sampled_from(sorted(SHAPES))
ANY_SETTINGS = st.builds(
    RuntimeSettings,
    n_seq_max=st.integers(1, 64),
    n_ctx_seq=st.integers(256, 32_768),
    n_ubatch=st.integers(32, 2048),
    n_image_tokens=st.integers(16, 4096),
    n_gpu_layers=st.integers(0, 70),
    projector_on_gpu=st.booleans(),
)


@given(SHAPE_NAMES, ANY_SETTINGS, st.sampled_from(["n_seq_max", "n_ctx_seq", "n_ubatch", "n_image_tokens"]))
def test_more_of_anything_takes_no_less(name, settings, what):
    less = estimated(SHAPES[name], settings)
    more = estimated(SHAPES[name], replace(settings, **{what: 2 * getattr(settings, what)}))
    for part in fields(Parts):
        assert getattr(more.host, part.name) >= getattr(less.host, part.name)
        assert getattr(more.gpu, part.name) >= getattr(less.gpu, part.name)
    assert more.host.total + more.gpu.total > less.host.total + less.gpu.total or what == "n_image_tokens"


@given(SHAPE_NAMES, ANY_SETTINGS)
def test_every_layer_is_somewhere_once(name, settings):
    shape = SHAPES[name]
    on_cpu = estimated(shape, replace(settings, n_gpu_layers=0, projector_on_gpu=False))
    split = estimated(shape, settings)
    for part in ("kv_cache", "recurrent", "projector"):
        assert getattr(split.host, part) + getattr(split.gpu, part) == getattr(on_cpu.host, part)
    # A GPU gets a copy of an output matrix that is the embeddings too; nothing else is there twice.
    copied = guessed_split(shape.text, 2_000_000_000).output if shape.text.tied_output else 0
    assert split.host.weights + split.gpu.weights in (2_000_000_000, 2_000_000_000 + copied)


@given(SHAPE_NAMES, st.integers(0, 69))
def test_a_layer_more_on_the_gpu_frees_ram(name, n_gpu_layers):
    shape = SHAPES[name]
    less = estimated(shape, replace(SETTINGS, n_gpu_layers=n_gpu_layers))
    more = estimated(shape, replace(SETTINGS, n_gpu_layers=n_gpu_layers + 1))
    assert more.host.weights <= less.host.weights
    assert more.gpu.weights >= less.gpu.weights


def test_the_first_gpu_layer_is_the_output_matrix():
    shape = SHAPES["qwen3.5-9b"]
    one = estimated(shape, replace(SETTINGS, n_gpu_layers=1), weights_bytes=5_680_522_464)
    # Q6_K: 4,096 x 248,320 weights of 6.5625 bits.
    assert one.gpu.weights == pytest.approx(4096 * 248_320 * 6.5625 / 8, rel=0.001)
    assert one.gpu.kv_cache == 0


def test_all_layers_on_the_gpu_leave_the_embeddings_in_ram():
    shape = SHAPES["gemma-4-e2b"]
    every = estimated(shape, replace(SETTINGS, n_gpu_layers=36, projector_on_gpu=True), weights_bytes=2_841_481_184)
    # Q4_0 per-layer embeddings: 35 x 256 x 262,144 weights of 4.5 bits, and the embeddings themselves.
    assert every.host.weights > 35 * 256 * 262_144 * 4.5 / 8
    assert every.host.kv_cache == every.host.projector == every.host.vision_compute == 0
    assert every.gpu.kv_cache == estimated(shape, SETTINGS).host.kv_cache


def test_a_files_own_table_beats_the_guess():
    text = replace(SHAPES["qwen3.5-0.8b"].text, layers=SHAPES["qwen3.5-0.8b"].text.layers[:2])
    tensors = {
        "token_embd.weight": TensorInfo((1024, 1000), 1, 0),
        "output_norm.weight": TensorInfo((1024,), 0, 0),
        "rope_freqs.weight": TensorInfo((64,), 0, 0),
        "blk.0.ffn_up.weight": TensorInfo((1024, 10), 1, 0),
        "blk.1.ffn_up.weight": TensorInfo((1024, 20), 1, 0),
        "blk.2.nextn.eh_proj.weight": TensorInfo((1024, 30), 1, 0),
    }
    split = weights_split(GgufHeader(None, 3, {}, tensors), text)
    assert split.layers == (20_480, 40_960)
    assert split.output == 1024 * 1000 * 2 + 1024 * 4
    assert split.embeddings == 256
    shape = ModelShape(text, SHAPES["qwen3.5-0.8b"].vision)
    memory = estimated(shape, replace(SETTINGS, n_gpu_layers=2), weights_bytes=split.n_bytes, split=split)
    assert memory.gpu.weights == split.output + 40_960


# --- shared with the CPU, and between GPUs ---

Q6_K, Q4_0 = 210 / 256, 18 / 32
LARGEST = {
    "qwen3.5-2b": 2048 * 6144 * Q6_K,
    "qwen3-vl-4b": 2560 * 9728 * Q6_K,
    "gemma-4-e2b": 1536 * 12288 * Q4_0,
}
"""Bytes of the largest tensor of a layer: what a GPU gets at a time."""


# MiB that llama.cpp 0.3.36 reserves for graphs of one slot (no_alloc; benchmarks/split_memory.py): in RAM, on each GPU.
@pytest.mark.parametrize(
    ("name", "n_ubatch", "n_gpu_layers", "tensor_split", "reserved"),
    [
        ("qwen3.5-2b", 512, 25, (), (11.0, 51.0)),
        ("qwen3.5-2b", 1024, 12, (), (38.1, 119.8)),
        ("qwen3.5-2b", 1024, 1, (), (38.1, 119.8)),
        ("qwen3.5-2b", 1024, 0, (), (38.1, 119.8)),
        ("qwen3.5-2b", 512, 25, (8, 17), (32.1, 76.1, 92.1)),
        ("qwen3.5-2b", 1024, 12, (6, 6), (38.1, 119.8, 102.0)),
        ("qwen3-vl-4b", 512, 37, (), (28.0, 90.0)),
        ("qwen3-vl-4b", 1024, 18, (), (56.0, 199.4)),
        ("qwen3-vl-4b", 512, 37, (12, 25), (97.1, 127.1, 127.1)),
        ("qwen3-vl-4b", 1024, 18, (9, 9), (56.0, 199.4, 140.0)),
        ("gemma-4-e2b", 512, 36, (), (27.3, 107.3)),
        ("gemma-4-e2b", 560, 17, (), (30.1, 142.6)),
        ("gemma-4-e2b", 512, 36, (11, 25), (47.6, 183.1, 173.1)),
    ],
)
def test_graphs_that_are_shared_take_what_llama_cpp_reserves(name, n_ubatch, n_gpu_layers, tensor_split, reserved):
    shape = SHAPES[name]
    settings = RuntimeSettings(
        n_seq_max=1,
        n_ctx_seq=3072,
        n_ubatch=n_ubatch,
        n_image_tokens=256,
        n_gpu_layers=n_gpu_layers,
        projector_on_gpu=False,
        op_offload=True,
        tensor_split=tensor_split,
    )
    split = replace(guessed_split(shape.text, 2_000_000_000), largest=int(LARGEST[name]))
    memory = estimated(shape, settings, split=split)
    found = [parts.compute / MIB for parts in (memory.host, *memory.gpus)]
    assert found == pytest.approx(reserved, rel=0.18)
    # Beside weights and caches that is little: of each device's total, 5 % at most are missed.
    totals = [parts.total / MIB for parts in (memory.host, *memory.gpus)]
    for computed, expected, total in zip(found, reserved, totals, strict=True):
        assert abs(computed - expected) < 0.05 * total


def test_the_experts_that_a_gpu_gets_for_a_prompt_need_room_there():
    shape = SHAPES["qwen3.5-35b-a3b"]
    whole, moved = (
        estimated(shape, replace(SETTINGS, n_gpu_layers=41, op_offload=True, n_cpu_moe=n), 20_000_000_000)
        for n in (0, 20)
    )
    one_of_three = guessed_split(shape.text, 20_000_000_000).experts[0] / 3
    assert moved.gpu.compute - whole.gpu.compute > one_of_three


def test_layers_that_are_not_loaded_take_no_memory():
    shape = SHAPES["qwen3.5-2b"]
    split = guessed_split(shape.text, 1_000_000_000)
    with_more = estimated(shape, SETTINGS, 1_200_000_000, split=split)
    assert with_more.host.weights == split.n_bytes
