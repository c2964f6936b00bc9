"""Pairs of random weights have the real tensors, types and sizes, and run."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import localalt
from localalt import random_pair
from localalt.gguf.hparams import text_shape, vision_shape
from localalt.gguf.reader import read_header
from localalt.models.catalog_hparams import SHAPES
from localalt.random_pair import gguf as random_pair_gguf, types as random_pair_types
from tests.support import tiny_shapes

# Sizes of the published files, as pinned in public code. Between them and the tensors' bytes lies
# the header: names and offsets of the tensors, and a vocabulary in the weights'.
MMPROJ_BYTES = {
    ("qwen3.5-0.8b", "F16"): 204_987_232,
    ("qwen3.5-2b", "F16"): 668_227_264,
    ("qwen3.5-4b", "F16"): 672_423_616,
    ("qwen3.5-9b", "F16"): 918_166_080,
    ("qwen3.6-27b", "F16"): 927_607_360,
    ("qwen3.6-35b-a3b", "F16"): 899_283_680,
    ("qwen3-vl-2b", "Q8_0"): 445_053_216,
    ("qwen3-vl-4b", "Q8_0"): 453_974_304,
    ("qwen3-vl-8b", "F16"): 1_159_029_824,
    ("qwen2.5-vl-3b", "Q8_0"): 844_757_728,
    ("qwen2.5-vl-7b", "Q8_0"): 853_119_712,
    ("gemma-4-e4b", "Q8_0"): 559_874_816,
    ("gemma-4-26b-a4b", "Q8_0"): 806_408_320,
    ("gemma-3-4b", "F16"): 851_251_104,
    ("smolvlm-256m", "Q8_0"): 103_769_856,
    ("smolvlm2-500m", "Q8_0"): 108_785_184,
    ("smolvlm2-2.2b", "Q8_0"): 592_523_200,
    ("ministral-3-8b", "BF16"): 858_283_168,
    ("minicpm-v-4.6", "Q8_0"): 727_954_528,
    ("minicpm-v-4.6", "F16"): 1_108_746_912,
    ("lfm2.5-vl-450m", "Q8_0"): 102_815_168,
    ("lfm2.5-vl-3b", "Q8_0"): 583_109_120,
    ("glm-4.6v-flash", "Q8_0"): 980_055_680,
    ("muse-glimmer-30b", "Q8_0"): 2_051_685_088,
}
WEIGHTS_BYTES = {
    ("qwen3.5-2b", "Q8_0"): 2_012_012_800,
    ("qwen3.5-9b", "Q8_0"): 9_527_502_048,
    ("qwen3-vl-2b", "Q4_K_M"): 1_107_409_952,
    ("qwen3-vl-4b", "Q4_K_M"): 2_497_281_664,
    ("qwen3-vl-8b", "Q4_K_M"): 5_027_784_800,
    ("qwen2.5-vl-3b", "Q4_K_M"): 1_929_901_056,
    ("qwen2.5-vl-7b", "Q4_K_M"): 4_683_072_032,
    ("gemma-4-e2b", "Q4_0"): 2_841_481_184,
    ("gemma-4-e2b-qat", "Q4_0"): 3_349_516_256,
    ("gemma-4-e4b", "Q4_0"): 4_590_807_392,
    ("gemma-4-e4b-qat", "Q4_0"): 5_154_941_280,
    ("gemma-4-12b", "Q4_K_M"): 7_381_382_048,
    ("gemma-4-26b-a4b", "Q4_0"): 14_618_145_824,
    ("gemma-4-26b-a4b-qat", "Q4_0"): 14_439_363_584,
    ("gemma-4-31b", "Q4_K_M"): 18_687_061_792,
    ("gemma-3-4b", "Q4_K_M"): 2_489_757_856,
    ("smolvlm-256m", "Q8_0"): 175_054_528,
    ("smolvlm2-500m", "Q8_0"): 436_808_704,
    ("smolvlm2-2.2b", "Q4_K_M"): 1_112_602_656,
    ("ministral-3-3b", "Q4_K_M"): 2_147_023_008,
    ("ministral-3-8b", "Q5_K_M"): 6_059_268_512,
    ("minicpm-v-4.6", "Q4_K_M"): 529_101_536,
    ("lfm2.5-vl-3b", "Q4_0"): 1_593_894_944,
    ("lfm2.5-vl-3b", "Q4_K_M"): 1_674_454_240,
    ("lfm2.5-vl-3b", "Q5_K_M"): 1_939_743_968,
    ("glm-4.6v-flash", "Q4_K_M"): 6_166_577_888,
}
# Unsloth gives some tensors more bits than llama-quantize does.
OWN_MIX_BYTES = {
    ("qwen3.5-0.8b", "Q4_K_M"): 532_517_120,
    ("qwen3.5-2b", "Q4_K_M"): 1_280_835_840,
    ("qwen3.5-4b", "Q4_K_M"): 2_740_937_888,
    ("qwen3.5-9b", "Q4_K_M"): 5_680_522_464,
    ("gemma-4-e4b", "Q4_K_M"): 5_335_289_824,
    ("qwen3.8-27b", "Q4_K_M"): 17_106_775_008,
}
HEADER_BYTES = {
    "qwen35": 11e6,
    "qwen3vl": 6e6,
    "qwen2vl": 6e6,
    "gemma4": 15.9e6,
    "gemma3": 6.6e6,
    "llama": 1.8e6,
    "mistral3": 8.4e6,
    "lfm2": 8.5e6,
    "glm4": 9.3e6,
}


def tensor_bytes(name, quant, mmproj_quant):
    """Bytes of all tensors of weights and projector."""
    shape = SHAPES[name.removesuffix("-qat")]
    return tuple(
        sum(random_pair_types.n_bytes(sides, types[tensor]) for tensor, sides in tensors.items())
        for tensors, types in random_pair.pair_types(shape, name, quant, mmproj_quant)
    )


@pytest.mark.parametrize(("name", "quant"), MMPROJ_BYTES)
def test_a_projector_has_the_published_size_to_within_its_header(name, quant):
    _, n_bytes = tensor_bytes(name, "F16", quant)
    # At most 100 bytes for the name, shape and offset of each of up to 1,411 tensors.
    assert 0 < MMPROJ_BYTES[name, quant] - n_bytes < 150_000


@pytest.mark.parametrize(("name", "quant"), WEIGHTS_BYTES)
def test_weights_have_the_published_size_to_within_their_header(name, quant):
    n_bytes, _ = tensor_bytes(name, quant, "F16")
    architecture = SHAPES[name.removesuffix("-qat")].text.architecture
    header = WEIGHTS_BYTES[name, quant] - n_bytes
    assert 0.95 * HEADER_BYTES[architecture] < header < 1.05 * HEADER_BYTES[architecture]


@pytest.mark.parametrize(("name", "quant"), OWN_MIX_BYTES)
def test_weights_of_a_publishers_own_mix_are_close(name, quant):
    n_bytes, _ = tensor_bytes(name, quant, "F16")
    assert 0.97 < n_bytes / OWN_MIX_BYTES[name, quant] < 1.0


@pytest.mark.parametrize("name", tiny_shapes.FAMILIES)
def test_a_written_pair_reads_back_as_the_shape_it_was_written_from(name, tmp_path):
    shape = tiny_shapes.tiny(name)
    weights, mmproj = random_pair.write_shape(shape, name, "Q8_0", "F16", tmp_path, empty=True)
    assert text_shape(read_header(weights)) == shape.text
    assert vision_shape(read_header(mmproj)) == shape.vision


@pytest.mark.slow
@pytest.mark.parametrize("quant", ["Q4_K_M", "Q4_0", "Q8_0"])
def test_a_pair_loads_and_describes(quant, tmp_path):
    pair = random_pair.write_shape(tiny_shapes.tiny("qwen3.5-0.8b"), "tiny", quant, "Q8_0", tmp_path)
    assert describe(pair).timings.n_output_tokens == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", tiny_shapes.FAMILIES)
def test_a_pair_of_every_family_loads_and_describes(name, tmp_path):
    pair = random_pair.write_shape(tiny_shapes.tiny(name), name, "Q8_0", "F16", tmp_path)
    assert describe(pair).timings.n_image_tokens > 0


def describe(pair):
    picture = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    with localalt.load(pair, device="cpu", n_seq_max=1, exact_tokens=3) as describer:
        return describer.describe(picture)


@pytest.mark.parametrize("kind", sorted(random_pair_types.BLOCKS))
def test_blocks_of_every_type_have_its_size(kind):
    per_block, block_bytes = random_pair_types.BLOCKS[kind]
    n_blocks = 64
    n_bytes = len(random_pair_gguf.blocks(kind, n_blocks))
    assert n_bytes == n_blocks * block_bytes * (32 if per_block == 1 else 1)


@pytest.mark.slow
def test_the_command_refuses_a_name_that_has_no_shape(tmp_path):
    command = [sys.executable, "-m", "scripts.random_pair", "no-such-model:Q4_K_M", "--out", tmp_path]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    assert "qwen3.5-0.8b" in run.stderr
    assert not list(tmp_path.iterdir())
