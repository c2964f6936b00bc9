"""What llama.cpp would end the process for is refused by the header, and no valid file is."""

import random

import pytest

from localalt import selftest
from localalt.bench.random_pair import write_pair
from localalt.errors import LocalAltError, ModelFormatError
from localalt.gguf.check import check_weights
from localalt.gguf.reader import read_header
from localalt.models.catalog import CATALOG
from localalt.models.files import read_files
from scripts.checks.gguf_mutants import Key, mutant, parse
from scripts.checks.soak_gguf_mutants import soak

FAMILIES = [family.name for family in selftest.families()]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """{name: (weights, mmproj)} of every family's tiny pair and of the known-answer models."""
    found = dict(selftest.MODELS)
    for name in FAMILIES:
        found[name] = selftest.unpack_family(name, tmp_path_factory.mktemp(name))
    return found


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


def key(file, name):
    return next(each for each in file.keys if each.name == name)


def change(name, **changes):
    """A mutation of one tensor or key."""

    def mutate(file):
        thing = next(each for each in (*file.tensors, *file.keys) if each.name == name)
        for field, value in changes.items():
            setattr(thing, field, value)

    return mutate


def without(name):
    def mutate(file):
        file.tensors = [each for each in file.tensors if each.name != name]
        file.keys = [each for each in file.keys if each.name != name]

    return mutate


def twice(file):
    tokens = key(file, "tokenizer.ggml.tokens").value
    tokens[7] = tokens[100]


def misaligned(file):
    file.keys.append(Key("general.alignment", 4, 8))


WEIGHTS, MMPROJ = 0, 1
# Each of these ended the process before.
DEADLY = [
    ("gemma3", MMPROJ, without("v.blk.1.attn_q.weight"), r"lacks the tensor v\.blk\.1\.attn_q\.weight"),
    ("gemma3", MMPROJ, without("v.patch_embd.weight"), r"v\.patch_embd\.weight"),
    ("gemma3", MMPROJ, change("v.patch_embd.bias", shape=[16], data=bytes(64)), r"v\.patch_embd\.bias.*\[16\].*\[32\]"),
    ("gemma3", MMPROJ, change("v.blk.1.ffn_up.bias", kind=30, data=bytes(128)), r"v\.blk\.1\.ffn_up\.bias.*type 30"),
    ("gemma3", MMPROJ, change("clip.vision.block_count", kind=5), r"clip\.vision\.block_count.*type 5"),
    ("gemma3", MMPROJ, change("clip.vision.patch_size", value=3), "v.patch_embd.weight"),
    ("gemma3", MMPROJ, change("clip.use_gelu", kind=10), r"clip\.use_gelu"),
    ("gemma3", MMPROJ, change("general.name", kind=0, value=1), r"general\.name"),
    ("gemma4", MMPROJ, change("clip.vision.attention.head_count", value=3), "3 heads"),
    ("gemma4-unified", MMPROJ, without("v.position_embd.weight"), r"v\.position_embd\.weight"),
    ("qwen35", MMPROJ, without("v.patch_embd.bias"), r"v\.patch_embd\.bias"),
    ("qwen3vl", MMPROJ, change("clip.vision.spatial_merge_size", value=1), r"mm\.0\.weight"),
    ("smolvlm", MMPROJ, without("clip.vision.projector.scale_factor"), "scale_factor"),
    ("llama-pixtral", MMPROJ, change("clip.vision.attention.layer_norm_epsilon", value=-1.0), "layer_norm_epsilon"),
    ("mistral3", MMPROJ, without("mm.input_norm.weight"), r"mm\.input_norm\.weight"),
    ("qwen35", WEIGHTS, twice, "twice"),
    ("mistral3", WEIGHTS, misaligned, "alignment"),
    ("gemma3", WEIGHTS, change("gemma3.rope.scaling.type", value="x"), "rope.scaling.type"),
    ("mistral3", WEIGHTS, change("mistral3.rope.dimension_count", value=16), "rope.dimension_count"),
    ("qwen3vlmoe", WEIGHTS, without("qwen3vlmoe.expert_count"), "expert"),
    ("qwen35moe", WEIGHTS, without("blk.2.attn_qkv.weight"), r"lacks the tensor blk\.2\.attn_qkv\.weight"),
    ("qwen35", WEIGHTS, change("qwen35.ssm.inner_size", value=0), "ssm"),
    ("gemma4-moe", WEIGHTS, without("gemma4.attention.value_length"), "keys of"),
]


@pytest.mark.parametrize(("family", "which", "mutate", "message"), DEADLY)
def test_what_ended_the_process_is_refused_by_name(pairs, tmp_path, family, which, mutate, message):
    pair = list(pairs[family])
    file = parse(pair[which].read_bytes())
    mutate(file)
    pair[which] = tmp_path / "broken.gguf"
    pair[which].write_bytes(file.write())
    with pytest.raises(ModelFormatError, match=message) as caught:
        read_files("broken", *pair)
    assert "broken.gguf" in str(caught.value)
    assert "ownload it again" in str(caught.value)


@pytest.mark.slow
def test_mutants_give_one_clear_error_or_pass_and_most_of_the_projectors_are_refused(pairs, tmp_path):
    rng = random.Random(16)
    path = tmp_path / "mutant.gguf"
    n_refused = 0
    for name in FAMILIES:
        original = parse(pairs[name][MMPROJ].read_bytes())
        for _ in range(20):
            path.write_bytes(mutant(original, rng).data)
            try:
                read_files(name, pairs[name][WEIGHTS], path)
            except LocalAltError:
                n_refused += 1
    assert n_refused > 0.7 * 20 * len(FAMILIES)


@pytest.mark.slow
def test_mutants_that_pass_are_loaded_and_asked_in_a_process_of_their_own():
    outcome = soak(24, seed=1)
    assert outcome.n_cases == 24
    # A single one may do it in so few: the full count holds the bound of one in a hundred.
    assert sum(each.endswith(("(killed)", "(hung)")) for each in outcome.figures) <= 1
    assert not [each for each in outcome.failures if "not a LocalAltError" in each]


def test_a_file_that_is_read_and_written_again_is_the_same(pairs):
    for pair in pairs.values():
        for path in pair:
            assert parse(path.read_bytes()).write() == path.read_bytes()
