"""Copies of projectors in BF16: the numbers, the file, and what llama.cpp makes of it."""

import dataclasses
import io

import numpy as np
import pytest
from hypothesis import given, strategies as st

from localalt import native, selftest
from localalt.gguf import bf16
from localalt.gguf.bf16_tensors import BF16, Q8_0, bf16_matrices
from localalt.gguf.header import TensorInfo
from localalt.gguf.reader import read_header, read_tensor


def floats(bits):
    """BF16 bits as the numbers they stand for."""
    return (np.asarray(bits, np.uint32) << 16).view(np.float32)


def neighbours(bits):
    """The BF16 numbers next to those with these bits, on both sides."""
    return floats(np.uint16(bits) - 1), floats(np.uint16(bits) + 1)


@given(st.integers(0, 0xFFFF))
def test_an_f16_becomes_the_nearest_bf16(bits):
    number = np.array([bits], np.uint16).view(np.float16).astype(np.float32)[0]
    found = bf16._of_f16()[bits]
    if np.isnan(number):
        assert np.isnan(floats(found))
    elif np.isinf(number) or number == 0:
        assert floats(found) == number
        assert np.signbit(floats(found)) == np.signbit(number)
    else:
        off = abs(floats(found) - number)
        assert all(off <= abs(other - number) for other in neighbours(found))


@pytest.mark.parametrize(("number", "expected"), [(1 + 1 / 256, 1.0), (1 + 3 / 256, 1 + 1 / 64), (-1 - 1 / 256, -1.0)])
def test_a_tie_goes_to_the_even_one(number, expected):
    (bits,) = np.array([number], np.float16).view(np.uint16)
    assert floats(bf16._of_f16()[bits]) == expected


def test_a_weight_that_was_bf16_comes_out_of_f16_as_it_was():
    """As the catalog's models were trained, their published F16 files hold BF16 numbers."""
    bits = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16)
    numbers = floats(bits)
    with np.errstate(over="ignore", invalid="ignore"):
        in_f16 = numbers.astype(np.float16)
    is_kept = np.isfinite(in_f16) & (abs(numbers) >= 2.0**-14)  # the range in which F16 has more digits
    assert is_kept.sum() > 7000
    assert np.array_equal(bf16._of_f16()[in_f16[is_kept].view(np.uint16)], bits[is_kept])


@given(st.floats(-60000, 60000, width=16), st.lists(st.integers(-128, 127), min_size=32, max_size=32))
def test_a_q8_0_block_becomes_the_nearest_bf16s(scale, numbers):
    block = np.zeros(1, bf16._Q8_0_BLOCK)
    block["scale"], block["numbers"] = scale, numbers
    exact = np.float64(np.float16(scale)) * np.array(numbers)
    found = floats(bf16._of_q8_0(block)[0]).astype(np.float64)
    assert (abs(found - exact) <= 2.0**-8 * abs(exact)).all()


@pytest.fixture(scope="module")
def original():
    return read_header(selftest.MMPROJ)


@pytest.fixture
def copy(original, tmp_path):
    bf16.write_bf16(original, tmp_path / "copy.gguf")
    return read_header(tmp_path / "copy.gguf")


def test_a_copy_differs_in_its_matrices_alone(original, copy):
    converted = {name for name, _ in bf16_matrices(original)}
    assert converted
    assert copy.metadata == original.metadata
    assert list(copy.tensors) == list(original.tensors)
    for name, tensor in copy.tensors.items():
        assert tensor.shape == original.tensors[name].shape
        if name in converted:
            assert tensor.ggml_type == BF16
            before = np.frombuffer(read_tensor(original, name), np.float16).astype(np.float32)
            after = floats(np.frombuffer(read_tensor(copy, name), np.uint16))
            assert np.allclose(after, before, rtol=2.0**-8, atol=0)
        else:
            assert tensor.ggml_type == original.tensors[name].ggml_type
            assert read_tensor(copy, name) == read_tensor(original, name)


def test_a_copy_of_a_copy_has_nothing_left_to_convert(copy, tmp_path):
    bf16.write_bf16(copy, tmp_path / "again.gguf")
    assert (tmp_path / "again.gguf").read_bytes() == copy.path.read_bytes()


@pytest.mark.parametrize("n_bytes", [0, 1, 33, 34, 100, 1_000_000])
def test_a_file_that_is_cut_while_it_is_read_is_an_error(original, tmp_path, n_bytes):
    short = tmp_path / "short.gguf"
    short.write_bytes(selftest.MMPROJ.read_bytes()[: original.data_start + n_bytes])
    with pytest.raises(OSError, match="shorter"):
        bf16.write_bf16(dataclasses.replace(original, path=short), tmp_path / "copy.gguf")


@pytest.mark.parametrize("n_bytes", [0, 33, 34, 50, 67])
def test_a_q8_0_matrix_that_is_cut_while_it_is_read_is_an_error(n_bytes):
    tensor = TensorInfo(shape=(32, 2), ggml_type=Q8_0, offset=0)
    assert tensor.n_bytes == 68
    with pytest.raises(OSError, match="shorter"):
        bf16._convert(io.BytesIO(bytes(n_bytes)), io.BytesIO(), tensor)


# --- through llama.cpp ---


@pytest.fixture(scope="module")
def model():
    with native.Model(selftest.WEIGHTS) as model:
        yield model


def embeddings(model, **options):
    pixels = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    with native.Projector(selftest.MMPROJ, model, **options) as projector, projector.tokenize([pixels]) as chunks:
        return np.concatenate([projector.encode(chunk) for chunk in chunks if chunk.tokens is None])


def test_embeddings_in_bf16_are_close_to_those_in_f16_and_not_the_same(model):
    before, after = embeddings(model), embeddings(model, in_bf16=True)
    assert not np.array_equal(before, after)  # it really computed in another type
    cosine = (before * after).sum(1) / np.linalg.norm(before, axis=1) / np.linalg.norm(after, axis=1)
    # Eight bits of a number at each of its layers: measured 0.99998 for 12 layers of 768.
    assert cosine.min() > 0.999


def test_no_copy_stays_behind(model, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    embeddings(model, in_bf16=True)
    assert not list(tmp_path.iterdir())


def test_without_room_for_a_copy_the_projector_stays_as_it_is(model, tmp_path, monkeypatch, caplog):
    def full(mmproj, target):
        target.write_bytes(b"GG")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("localalt.gguf.bf16.write_bf16", full)
    with caplog.at_level("INFO", logger="localalt"):
        assert np.array_equal(embeddings(model, in_bf16=True), embeddings(model))
    assert "No space left on device" in caplog.text
    assert not list(tmp_path.iterdir())
