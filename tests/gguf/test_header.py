import contextlib
import struct

import pytest
from hypothesis import given, settings, strategies as st

from localalt.errors import ModelError, ModelFormatError, ModelNotFoundError
from localalt.gguf.reader import read_header
from tests.support import gguf_files

METADATA = {
    "general.architecture": "gemma3",
    "gemma3.context_length": 512,
    "gemma3.attention.layer_norm_rms_epsilon": 0.5,
    "tokenizer.ggml.add_bos_token": True,
    "tokenizer.ggml.tokens": ["<pad>", "<bos>", "ä"],
    "tokenizer.ggml.scores": [0.0, -1.0, -2.0],
}
VALID = gguf_files.header(METADATA, {"token_embd.weight": (64, 3), "output_norm.weight": (64,)})


def test_metadata_and_tensors_are_read(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(VALID)
    header = read_header(path)
    assert header.architecture == "gemma3"
    assert header.integer("gemma3.context_length") == 512
    assert header.metadata["gemma3.attention.layer_norm_rms_epsilon"] == 0.5
    assert header.metadata["tokenizer.ggml.scores"] == (0.0, -1.0, -2.0)
    assert header.tensors["token_embd.weight"].shape == (64, 3)
    assert header.tensors["token_embd.weight"].n_bytes == 64 * 3 * 4


def test_vocabularies_are_skipped_and_what_follows_them_is_read(tmp_path):
    header = read_header(gguf_files.write(tmp_path / "m.gguf", {"tokens": ["a"] * 5000, "after": 7}))
    assert "tokens" not in header.metadata
    assert header.integer("after") == 7


def test_values_of_another_type_give_the_default(tmp_path):
    header = read_header(gguf_files.write(tmp_path / "m.gguf", {"number": 3, "text": "x", "flag": True}))
    assert header.string("number", "none") == "none"
    assert header.integer("text", -1) == -1
    assert header.integer("flag", -1) == -1


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelNotFoundError, match="nothing"):
        read_header(tmp_path / "nothing.gguf")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "not a GGUF file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "GGUF version 1"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
        (gguf_files.header({}, n_tensors=1 << 60), "claims"),
        (gguf_files.header({}, n_metadata=3), "without a name"),
        (gguf_files.header({}, {"x": (8,)})[:-1], "truncated"),
        (VALID[:-1], "truncated"),
        (gguf_files.header({"general.alignment": 0}), "alignment"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1 << 62), "truncated"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_files.string("k") + struct.pack("<I", 99), "unknown type 99"),
    ],
)
def test_a_damaged_file_is_one_clear_error(tmp_path, content, message):
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFormatError, match=message) as caught:
        read_header(path)
    assert "bad.gguf" in str(caught.value)


def test_a_folder_is_named(tmp_path):
    with pytest.raises(ModelFormatError, match="is a folder"):
        read_header(tmp_path)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    cut=st.integers(0, len(VALID)),
    flips=st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=6),
)
def test_no_mutation_raises_anything_but_a_model_error(tmp_path_factory, cut, flips):
    data = bytearray(VALID)
    for at, byte in flips:
        data[at] = byte
    path = tmp_path_factory.mktemp("gguf") / "mutated.gguf"
    path.write_bytes(bytes(data[:cut]))
    with contextlib.suppress(ModelError):
        read_header(path)
