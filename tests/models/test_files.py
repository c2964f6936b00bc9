"""The files of a model: parts of split weights, and what a plan needs of their headers."""

import pytest

from localalt import selftest
from localalt.errors import ModelFormatError, ModelNotFoundError
from localalt.models.files import read_files
from tests.support import gguf_files

WIDTH = 64


@pytest.fixture
def mmproj(tmp_path):
    return gguf_files.gemma3_mmproj(tmp_path / "mmproj.gguf", width=WIDTH)


def part(folder, number, tensors, n_parts=2):
    keys = {
        "general.architecture": "gemma3",
        "gemma3.embedding_length": WIDTH,
        "gemma3.block_count": 2,
        "gemma3.attention.head_count": 2,
        "gemma3.context_length": 512,
        "gemma3.attention.layer_norm_rms_epsilon": 1e-6,
        "split.count": n_parts,
    }
    return gguf_files.write(folder / f"weights-{number:05}-of-{n_parts:05}.gguf", keys, tensors)


def test_split_weights_are_read_as_one(tmp_path, mmproj):
    first = part(tmp_path, 1, {"token_embd.weight": (WIDTH, 100), "blk.0.ffn_up.weight": (WIDTH, 32)})
    second = part(tmp_path, 2, {"blk.1.ffn_up.weight": (WIDTH, 32), "output.weight": (WIDTH, 100)})
    files = read_files("split", first, mmproj)
    assert files.weights_bytes == first.stat().st_size + second.stat().st_size
    candidate = files.spec(max_tokens=16)
    assert not candidate.shape.text.tied_output  # the output is in the second part
    assert candidate.split.layers == (WIDTH * 32 * 4,) * 2


def test_a_missing_part_is_named(tmp_path, mmproj):
    first = part(tmp_path, 1, {})
    with pytest.raises(ModelNotFoundError, match="weights-00002-of-00002"):
        read_files("split", first, mmproj)


@pytest.mark.parametrize("name", ["weights-00002-of-00002.gguf", "renamed.gguf"])
def test_another_part_than_the_first_is_refused(tmp_path, mmproj, name):
    path = part(tmp_path, 1, {}).rename(tmp_path / name)
    with pytest.raises(ModelFormatError, match="name the first, -00001-of-00002"):
        read_files("split", path, mmproj)


def test_the_instrument_is_known_by_its_content(tmp_path):
    copy = tmp_path / "a-real-model.gguf"
    copy.write_bytes(selftest.WEIGHTS.read_bytes())
    assert read_files("real", copy, selftest.MMPROJ).is_instrument
    other = gguf_files.text_model(tmp_path / "selftest.gguf", width=WIDTH)
    assert not read_files("selftest", other, gguf_files.gemma3_mmproj(tmp_path / "m.gguf", width=WIDTH)).is_instrument


def test_headers_give_the_plan_its_sizes(tmp_path, mmproj):
    candidate = read_files("tiny", gguf_files.text_model(tmp_path / "w.gguf", width=WIDTH), mmproj).spec(max_tokens=9)
    assert (candidate.shape.text.n_layer, candidate.shape.text.n_embd, candidate.max_tokens) == (2, WIDTH, 9)
    assert candidate.non_causal
    assert candidate.mmproj_bytes == mmproj.stat().st_size


def test_the_known_answer_model_keeps_its_projector_as_it_is_and_others_may_have_bf16(tmp_path):
    instrument = read_files("selftest", selftest.WEIGHTS, selftest.MMPROJ)
    assert instrument.spec(max_tokens=16).bf16_growth is None
    weights, mmproj = selftest.unpack_family("gemma3", tmp_path)
    assert read_files("gemma3", weights, mmproj).spec(max_tokens=16).bf16_growth == 0
