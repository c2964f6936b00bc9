"""Headers read as shapes; what is unknown is read safely and what is damaged is reported."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from localalt.errors import ModelFormatError
from localalt.gguf.hparams import TextShape, VisionShape, text_shape, vision_shape
from localalt.gguf.reader import read_header
from localalt.models.catalog_hparams import SHAPES
from tests.support import gguf_files

SIZES = {
    "block_count": 4,
    "embedding_length": 64,
    "feed_forward_length": 128,
    "attention.head_count": 4,
    "attention.head_count_kv": 2,
    "context_length": 512,
}


def read_text(tmp_path, architecture="newcomer", *, tensors=None, **keys):
    metadata = {f"{architecture}.{key}": value for key, value in {**SIZES, **keys}.items() if value is not None}
    path = gguf_files.write(tmp_path / "m.gguf", {"general.architecture": architecture, **metadata}, tensors)
    return text_shape(read_header(path))


def read_vision(tmp_path, projector="gemma3", **keys):
    sizes = {"embedding_length": 32, "patch_size": 8, "block_count": 2, "attention.head_count": 2, **keys}
    metadata = {f"clip.vision.{key}": value for key, value in sizes.items() if value is not None}
    general = {"general.architecture": "clip", "clip.projector_type": projector}
    return vision_shape(read_header(gguf_files.write(tmp_path / "p.gguf", {**general, **metadata})))


def test_an_unknown_architecture_has_full_attention_in_every_layer(tmp_path):
    # A sliding window whose pattern is not known might be used by no layer at all.
    shape = read_text(tmp_path, **{"attention.sliding_window": 64})
    assert [layer.kind for layer in shape.layers] == ["full"] * 4
    assert shape.layers[0].n_embd_head_k == 64 // 4


def test_heads_default_to_as_many_for_keys_as_for_queries(tmp_path):
    assert read_text(tmp_path, **{"attention.head_count_kv": None}).layers[0].n_head_kv == 4


def test_the_pattern_of_gemma_3_is_five_sliding_layers_and_a_full_one(tmp_path):
    shape = read_text(tmp_path, "gemma3", block_count=12, **{"attention.sliding_window": 64})
    assert [index for index, layer in enumerate(shape.layers) if layer.kind == "full"] == [5, 11]


def test_every_fourth_layer_of_qwen_3_5_is_attention_and_the_interval_can_be_written(tmp_path):
    kinds = [layer.kind for layer in read_text(tmp_path, "qwen35", block_count=8).layers]
    assert kinds == (["recurrent"] * 3 + ["full"]) * 2
    shape = read_text(tmp_path, "qwen35", block_count=8, full_attention_interval=2)
    assert [layer.kind for layer in shape.layers] == ["recurrent", "full"] * 4


def test_layers_for_speculative_decoding_are_left_out(tmp_path):
    assert read_text(tmp_path, nextn_predict_layers=1).n_layer == 3


def test_the_vocabulary_is_as_long_as_the_embeddings_table(tmp_path):
    shape = read_text(tmp_path, tensors={"token_embd.weight": (64, 300)})
    assert shape.n_vocab == 300
    assert shape.tied_output


def test_an_output_matrix_of_its_own_is_seen(tmp_path):
    shape = read_text(tmp_path, tensors={"token_embd.weight": (64, 30), "output.weight": (64, 30)})
    assert not shape.tied_output


def test_merging_is_read_under_the_key_of_the_projectors_type(tmp_path):
    assert read_vision(tmp_path, "gemma3", **{"projector.scale_factor": 4}).merge == 4
    assert read_vision(tmp_path, "qwen3vl_merger", spatial_merge_size=3).merge == 3
    assert read_vision(tmp_path, "qwen3vl_merger").merge == 2
    assert read_vision(tmp_path, "never-seen").merge == 2


@pytest.mark.parametrize(
    "keys",
    [
        {"block_count": None},
        {"block_count": 100_000},
        {"nextn_predict_layers": 4},
        {"embedding_length": 0},
        {"feed_forward_length": 1 << 31},
        {"attention.head_count_kv": [0.5, 1.5, 2.5, 3.5]},
        {"attention.shared_kv_layers": 5},
        {"attention.sliding_window": 64, "attention.sliding_window_pattern": [1.0]},
    ],
)
def test_sizes_that_make_no_sense_are_a_format_error(tmp_path, keys):
    with pytest.raises(ModelFormatError, match=r"m\.gguf has newcomer\."):
        read_text(tmp_path, **keys)


@pytest.mark.parametrize("keys", [{"embedding_length": None}, {"patch_size": 0}, {"block_count": 5000}])
def test_a_projector_whose_sizes_make_no_sense_is_a_format_error(tmp_path, keys):
    with pytest.raises(ModelFormatError, match=r"p\.gguf has clip\.vision\."):
        read_vision(tmp_path, **keys)


KEYS = sorted(
    {
        *SIZES,
        *("attention.sliding_window", "attention.sliding_window_pattern", "attention.key_length", "expert_count"),
        *("ssm.state_size", "ssm.group_count", "full_attention_interval", "attention.recurrent_layers"),
        *("n_deepstack_layers", "embedding_length_per_layer_input", "attention.shared_kv_layers"),
    }
)
ANYTHING = st.one_of(
    st.integers(0, 2**32 - 1), st.booleans(), st.floats(width=32), st.text(max_size=3), st.lists(st.floats(width=32))
)


@pytest.mark.slow
@given(st.sampled_from(["gemma3", "gemma4", "qwen35", "x"]), st.dictionaries(st.sampled_from(KEYS), ANYTHING))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_whatever_a_header_says_it_is_a_shape_or_a_format_error(tmp_path, architecture, keys):
    try:
        shape = read_text(tmp_path, architecture, **keys)
    except ModelFormatError:
        return
    assert isinstance(shape, TextShape)
    assert shape.n_layer > 0
    assert all(layer.n_head_kv >= 0 and layer.n_embd_head_k >= 0 for layer in shape.layers)


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_of_one_piece(name):
    text, vision = SHAPES[name].text, SHAPES[name].vision
    assert isinstance(vision, VisionShape)
    assert vision.n_embd_out == text.n_embd
    assert len(vision.deepstack) == text.n_deepstack
    assert any(layer.kind == "full" for layer in text.layers)
    assert (text.n_swa > 0) == any(layer.kind == "sliding" for layer in text.layers)
    assert (text.recurrent is not None) == any(layer.kind == "recurrent" for layer in text.layers)
    assert all(layer.n_head_kv == 0 or layer.n_head % layer.n_head_kv == 0 for layer in text.layers)
