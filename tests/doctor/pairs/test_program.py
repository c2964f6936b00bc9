"""Generated pairs written and computed on the CPU, and each fault on purpose found by what they answer."""

import math

import numpy as np
import pytest

from localalt import native
from localalt.doctor import pairs, trial
from localalt.doctor.pairs import comparison, program, shapes, weights
from localalt.doctor.settings import TrialSettings
from localalt.gguf.hparams import text_shape, vision_shape
from localalt.gguf.reader import read_header, read_tensor
from localalt.native.saved_state import SavedState
from localalt.random_pair import pair_types
from localalt.random_pair.types import BF16, F16, F32, IQ4_NL, Q4_0, Q4_K, Q6_K, Q8_0

SMALL = "pair-mistral"
N_SEQ = 4


# --- shapes ---


def test_the_types_of_the_catalogs_weights_and_projectors_are_all_there():
    text, vision = set(), set()
    for pair in shapes.PAIRS.values():
        (_, own), (_, own_vision) = pair_types(pair.shape, "", pair.quant, pair.mmproj_quant)
        text |= set(own.values())
        vision |= set(own_vision.values())
    assert text >= {Q4_K, Q6_K, Q4_0, Q8_0, IQ4_NL}
    assert text <= {Q4_K, Q6_K, Q4_0, Q8_0, IQ4_NL, F16, F32}  # none fell back to another, for a row too short
    assert vision == {F32, F16, BF16, Q8_0}


def test_heads_and_states_have_the_sizes_of_real_models():
    layers = [layer for pair in shapes.PAIRS.values() for layer in pair.shape.text.layers]
    assert {layer.n_embd_head_k for layer in layers} == {64, 128, 256, 512}
    towers = [pair.shape.vision for pair in shapes.PAIRS.values() if pair.shape.vision.n_layer]
    assert {tower.n_embd // tower.n_head for tower in towers} == {64, 72, 80}
    states = {pair.shape.text.recurrent.d_state for pair in shapes.PAIRS.values() if pair.shape.text.recurrent}
    assert states == {128}
    assert sum(pair.shape.text.n_expert > 0 for pair in shapes.PAIRS.values()) == 2


@pytest.mark.parametrize("name", shapes.PAIRS)
def test_a_pair_is_written_as_its_shape_says(name, tmp_path):
    pair = shapes.PAIRS[name]
    own, mmproj = pairs.write(pair, name, tmp_path)
    header = read_header(own)
    assert text_shape(header).layers == pair.shape.text.layers
    assert vision_shape(read_header(mmproj)) == pair.shape.vision
    assert {tensor.ggml_type for tensor in header.tensors.values()} <= {Q4_K, Q6_K, Q4_0, Q8_0, IQ4_NL, F16, F32}


def test_a_pair_is_the_same_each_time_and_in_f32_it_has_the_same_numbers(tmp_path):
    pair = shapes.PAIRS[SMALL]
    files = [pairs.write(pair, SMALL, tmp_path / str(index)) for index in range(2)]
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(*files, strict=True))
    in_f32, _ = pairs.write(pair, SMALL, tmp_path / "f32", in_f32=True)
    header, own = read_header(in_f32), read_header(files[0][0])
    assert {tensor.ggml_type for tensor in header.tensors.values()} == {F32}
    name = "blk.0.ffn_up.weight"
    blocks = np.frombuffer(read_tensor(own, name), np.uint8).reshape(-1, 144)
    scale, low = blocks[:, :4].copy().view(np.float16).astype(np.float32).T
    first = scale * (blocks[:, 4] & 63) * (blocks[:, 16] & 15) - low * (blocks[:, 8] & 63)  # of each block of Q4_K
    numbers = np.frombuffer(read_tensor(header, name), np.float32).reshape(-1, 256)
    assert np.allclose(numbers[:, 0], first, rtol=1e-6)


@pytest.mark.parametrize("name", shapes.PAIRS)
def test_matrices_take_numbers_of_about_one_to_numbers_of_about_one(name):
    pair = shapes.PAIRS[name]
    fill = weights._Damped(pair.shape, name, weights.types(pair))
    (tensors, _), _ = pair_types(pair.shape, "", pair.quant, pair.mmproj_quant)
    for tensor in ("blk.0.ffn_up.weight", "blk.0.ffn_up_exps.weight", "output.weight"):
        if tensor in tensors:
            sides = tensors[tensor]
            (data,) = fill(tensor, sides, F32)
            numbers = np.frombuffer(data, np.float32)
            assert numbers.std() == pytest.approx(1 / math.sqrt(sides[0]), rel=0.15)
            assert abs(numbers.mean()) < 0.02 * numbers.std()


# --- answers, and faults on purpose ---


@pytest.fixture(scope="module")
def reference():
    return trial.run(TrialSettings(model=SMALL, in_f32=True))


def found(reference, **settings):
    own = TrialSettings(model=SMALL, n_seq=N_SEQ, **settings)
    return pairs.compare(trial.run(own), reference, N_SEQ)


def is_right(difference):
    return not difference.wrong and max(difference.embeddings, difference.logits) < 0.03


def test_the_cpu_computes_in_the_pairs_own_types_what_it_does_in_f32(reference):
    assert is_right(found(reference))
    assert all(len(embeddings) > 64 for embeddings in reference.embeddings)
    sure = [logits.argmax() for logits in reference.logits if comparison.is_sure(logits)]
    assert len(sure) > len(reference.logits) / 3
    assert len(set(sure)) > len(sure) / 2  # the tokens depend on what is computed


def changed(monkeypatch, tensor, change):
    """Let a tensor of the pair have other bytes."""
    own = weights._Damped._data

    def data(self, name, shape, kind):
        found = own(self, name, shape, kind)
        return change(found) if name == tensor else found

    monkeypatch.setattr(weights._Damped, "_data", data)


@pytest.mark.parametrize("tensor", ["blk.1.attn_k.weight", "blk.0.ffn_down.weight", "v.blk.1.attn_v.weight"])
def test_a_tensor_of_zeros_is_found(reference, monkeypatch, tensor):
    changed(monkeypatch, tensor, lambda data: bytes(len(data)))
    assert not is_right(found(reference))


def test_scales_that_are_read_from_the_next_block_are_found(reference, monkeypatch):
    def shifted(data):
        blocks = np.frombuffer(data, np.uint8).reshape(-1, 144).copy()
        blocks[:, :4] = np.roll(blocks[:, :4], 1, axis=0)
        return blocks.tobytes()

    changed(monkeypatch, "blk.0.ffn_up.weight", shifted)
    assert not is_right(found(reference))


def test_one_of_the_eight_scales_in_a_block_that_is_wrong_is_found(reference, monkeypatch):
    def perturbed(data):
        blocks = np.frombuffer(data, np.uint8).reshape(-1, 144).copy()
        blocks[:, 4] ^= 32  # of its six bits the highest
        return blocks.tobytes()

    changed(monkeypatch, "output.weight.of.none", perturbed)
    assert is_right(found(reference))
    changed(monkeypatch, "blk.1.attn_output.weight", perturbed)
    assert not is_right(found(reference))


def test_a_fault_between_encode_and_decode_is_found(reference, monkeypatch):
    decode_image = native.Context.decode_image

    def swapped(self, projector, chunk, embeddings, pos, seq_id):
        return decode_image(self, projector, chunk, embeddings[::-1].copy(), pos, seq_id)

    monkeypatch.setattr(native.Context, "decode_image", swapped)
    difference = found(reference)
    assert not is_right(difference)
    assert difference.embeddings < 0.03  # these were still right


def test_a_sequence_that_is_restored_in_part_is_found(reference, monkeypatch):
    restore = native.Context.restore

    def damaged(self, seq_id, state):
        data = state.data.copy()
        data[20_001:85_000:2] ^= 128  # the signs of keys, in the first layer
        restore(self, seq_id, SavedState(data))

    monkeypatch.setattr(native.Context, "restore", damaged)
    assert not is_right(found(reference))


def test_a_sampler_in_the_graph_that_takes_another_token_is_found(reference, monkeypatch):
    sample = native.Context.sample

    def other(self, seq_id, row):
        token = sample(self, seq_id, row)
        return token + 1 if self.in_graph[seq_id] else token

    monkeypatch.setattr(native.Context, "sample", other)
    difference = found(reference)
    assert "samplers in the graph" in difference.wrong
    assert difference.logits < 0.03


def test_slots_that_are_mixed_up_in_a_batch_are_found(reference, monkeypatch):
    decode = native.Context.decode

    def mixed(self, tokens, positions, seq_ids):
        return decode(self, tokens[::-1], positions, seq_ids)

    monkeypatch.setattr(native.Context, "decode", mixed)
    assert not is_right(found(reference))


def test_pictures_are_the_same_each_time_and_differ():
    first, second = program.pictures(shapes.PAIRS[SMALL])
    assert first.shape == (224, 280, 3)
    assert second.shape == (280, 224, 3)
    assert np.array_equal(program.pictures(shapes.PAIRS[SMALL])[0], first)
    assert not np.array_equal(first, second.transpose(1, 0, 2))
