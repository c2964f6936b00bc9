"""Which kernels a model gets, by the types of its tensors and the processor's instructions."""

from pathlib import Path

import pytest

from localalt.gguf import bf16_tensors
from localalt.gguf.header import GgufHeader, TensorInfo
from localalt.planning import cpu_kernels

F32, F16, Q4_0, Q8_0, Q4_K, Q6_K, IQ4_NL, BF16, UNKNOWN = 0, 1, 2, 8, 12, 14, 20, 30, 255


def header(tensors, projector="gemma3"):
    """A projector's header, or any, with tensors {name: (shape, type)}."""
    known = {name: TensorInfo(shape, kind, 0) for name, (shape, kind) in tensors.items()}
    return GgufHeader(Path("made-up.gguf"), 3, {"clip.projector_type": projector}, known)


def names(mmproj):
    return [name for name, _ in bf16_tensors.bf16_matrices(mmproj)]


@pytest.mark.parametrize(
    ("types", "has_tiled"),
    [
        ({Q4_K: 1024, Q6_K: 256}, True),
        ({Q4_0: 1024, Q6_K: 512}, False),
        ({IQ4_NL: 1024}, False),
        ({Q8_0: 1024}, False),
        ({Q4_K: 1024, Q4_0: 512}, True),
        ({Q4_K: 512, Q4_0: 1024}, False),
        ({}, False),
    ],
)
def test_tiled_kernels_are_for_files_that_are_mostly_k_quants(types, has_tiled):
    weights = header({f"blk.{kind}.w": ((256, rows), kind) for kind, rows in types.items()})
    assert cpu_kernels.has_tiled_kernels(weights) is has_tiled


@pytest.mark.parametrize(
    ("instructions", "tiled", "bf16"),
    [
        ((), False, False),
        (("AVX2", "FMA"), False, False),
        (("AVX512", "AVX512_VNNI"), True, False),
        (("AVX512", "AVX512_VNNI", "AVX512_BF16"), True, True),
        (("AVX512_VNNI", "AVX512_BF16", "AMX_INT8"), True, True),
        (("NEON", "DOTPROD", "MATMUL_INT8"), False, False),
    ],
)
def test_the_processors_instructions_decide(instructions, tiled, bf16):
    assert (cpu_kernels.computes_tiled(instructions), cpu_kernels.computes_bf16(instructions)) == (tiled, bf16)


def test_weights_are_not_laid_out_for_amx_whose_kernels_crash_in_some_builds():
    assert cpu_kernels.can_repack({"AVX2", "AVX512_VNNI"})
    assert not cpu_kernels.can_repack({"AVX2", "AVX512_VNNI", "AMX_INT8"})


def test_only_matrices_for_products_in_f16_or_q8_0_become_bf16():
    mmproj = header(
        {
            "v.blk.0.attn_q.weight": ((64, 64), F16),
            "v.blk.0.ffn_up.weight": ((64, 128), Q8_0),
            "mm.input_projection.weight": ((64, 32), F16),
            "v.deepstack.3.fc1.weight": ((64, 32), F16),
            "v.blk.0.attn_q.input_scale": ((64, 64), F16),
            "v.blk.0.attn_k.weight": ((64, 64), F32),
            "v.blk.0.attn_v.weight": ((64, 64), BF16),
            "v.blk.0.attn_q.bias": ((64,), F32),
            "v.blk.0.ln1.weight": ((64,), F16),
            "v.patch_embd.weight": ((16, 16, 3, 64), F16),
            "v.position_embd.weight": ((64, 196), F16),
        }
    )
    products = [
        "v.blk.0.attn_q.weight",
        "v.blk.0.ffn_up.weight",
        "mm.input_projection.weight",
        "v.deepstack.3.fc1.weight",
    ]
    assert names(mmproj) == products


def test_bf16_takes_as_much_as_f16_and_more_than_q8_0():
    assert bf16_tensors.bf16_growth(header({"v.blk.0.attn_q.weight": ((64, 64), F16)})) == 0
    # 34 bytes for 32 numbers.
    assert (
        bf16_tensors.bf16_growth(header({"v.blk.0.attn_q.weight": ((64, 64), Q8_0)}))
        == 64 * 64 * 2 - 64 * 64 * 34 // 32
    )


@pytest.mark.parametrize(
    ("projector", "kind", "other"),
    [("gemma3", F32, F32), ("gemma3", BF16, F32), ("gemma3", F16, UNKNOWN), ("adapter", F16, F32)],
    ids=["F32", "BF16 already", "a type that is not known", "a projector that was not tried"],
)
def test_what_gains_nothing_or_is_not_known_stays_as_it_is(projector, kind, other):
    tensors = {"v.blk.0.attn_q.weight": ((64, 64), kind), "v.blk.0.attn_k.weight": ((64, 64), other)}
    assert bf16_tensors.bf16_growth(header(tensors, projector)) is None
