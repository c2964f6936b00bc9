"""What people write for a model."""

import pytest
from hypothesis import given, strategies as st

from localalt.errors import ModelNotFoundError
from localalt.models.catalog import CATALOG
from localalt.models.reference import parse


@pytest.mark.parametrize(
    ("written", "repository", "quant", "wanted"),
    [
        ("qwen3.5-2b", "unsloth/Qwen3.5-2B-GGUF", None, "Q4_K_M"),
        (" Qwen3.5-2B ", "unsloth/Qwen3.5-2B-GGUF", None, "Q4_K_M"),
        ("qwen3.5-2b:Q8_0", "unsloth/Qwen3.5-2B-GGUF", "Q8_0", "Q8_0"),
        ("unsloth/qwen3.5-2b-gguf", "unsloth/Qwen3.5-2B-GGUF", None, "Q4_K_M"),
        ("owner/own-model_GGUF", "owner/own-model_GGUF", None, None),
        ("owner/own:Q5_K_M", "owner/own", "Q5_K_M", "Q5_K_M"),
        ("owner/own:sub/Model-Q4_0.gguf", "owner/own", "sub/Model-Q4_0.gguf", "sub/Model-Q4_0.gguf"),
    ],
)
def test_a_name_or_a_repository_with_or_without_a_quantization(written, repository, quant, wanted):
    found = parse(written)
    assert (found.repository, found.quant, found.wanted_quant) == (repository, quant, wanted)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("qwen3.5-2", 'did you mean "qwen3.5-2b"'),
        ("qwen3.5-2b:", "Q4_K_M"),
        ("owner/own:", "owner/repository:QUANT"),
        ("weights.gguf", "a pair of paths"),
        ("folder/weights.gguf", "a pair of paths"),
        ("../escape", "no model"),
        ("a/b/c", "no model"),
        ("", "no model"),
        ("owner/", "no model"),
        ("owner/na me", "no model"),
    ],
)
def test_what_is_neither_is_refused_with_advice(written, message):
    with pytest.raises(ModelNotFoundError, match=message.replace(".", r"\.")):
        parse(written)


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_a_model_of_the_hub_or_one_error(text):
    try:
        found = parse(text)
    except ModelNotFoundError:
        return
    owner, _, name = found.repository.partition("/")
    assert owner
    assert name
    assert ".." not in (owner, name)


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_what_is_shown_can_be_written(name):
    assert str(parse(name)) == name
    assert parse(str(parse(f"{name}:Q8_0"))) == parse(f"{name}:Q8_0")
