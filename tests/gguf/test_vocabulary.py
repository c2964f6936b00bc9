"""Vocabularies for which llama.cpp would end the process are refused, and odd ones that it takes are not."""

import pytest

from localalt.errors import ModelFormatError
from localalt.gguf.reader import read_header
from localalt.gguf.vocabulary import check_vocabulary
from localalt.models.files import read_files
from tests.support import gguf_files
from tests.support.gguf_changes import WEIGHTS, assert_refused, broken, change, with_key, with_tokens


def replaced(tokens, new):
    """The list with `new[index]` at index."""
    return [new.get(index, token) for index, token in enumerate(tokens)]


# Each of these ended the process before.
DEADLY = [
    ("qwen35", with_tokens(lambda tokens: replaced(tokens, {7: tokens[100]})), "twice"),
    # llama.cpp reads a token up to its first NUL.
    ("qwen35", with_tokens(lambda tokens: replaced(tokens, {7: tokens[100] + "\0x"})), "twice"),
    ("gemma3", with_tokens(lambda tokens: [token.replace("<0xC3>", "gone") for token in tokens]), "lacks .* <0xC3>"),
    ("qwen3vl", change("tokenizer.ggml.model", value="llama"), "lacks the token <0x"),
    ("gemma3", change("tokenizer.ggml.model", value="bert"), "'bert', which cannot read a prompt"),
    ("smolvlm", change("tokenizer.ggml.model", value="no_vocab"), "'no_vocab', which cannot read a prompt"),
    ("qwen35", change("tokenizer.ggml.tokens", value=[]), "that is not one of texts"),
    ("qwen35", with_tokens(lambda tokens: [*tokens, "more"]), "273 tokens and embeddings of 272"),
    ("gemma3", with_key("tokenizer.ggml.scores", 9, [0.0] * 7, 6), r"7 entries in tokenizer\.ggml\.scores for 361"),
    ("qwen35", with_key("tokenizer.ggml.merges", 9, [1], 4), "merges .* that are not texts"),
    ("gemma4", with_key("tokenizer.ggml.eos_token_id", 4, 371), "eos_token_id = 371, where there are 371 tokens"),
]


@pytest.mark.parametrize(("family", "mutate", "message"), DEADLY)
def test_what_ended_the_process_is_refused_by_name(pairs, tmp_path, family, mutate, message):
    assert_refused(pairs[family], WEIGHTS, mutate, tmp_path, message)


@pytest.mark.parametrize(
    ("family", "mutate"),
    [
        ("qwen35", with_tokens(lambda tokens: replaced(tokens, {7: "", 9: ""}))),  # they get names of their own
        ("qwen35", with_tokens(lambda tokens: replaced(tokens, {7: "\udcff"}))),
        ("gemma3", with_tokens(lambda tokens: [token.replace("<0x41>", "gone") for token in tokens])),  # "A" does it
        ("gemma3", with_key("tokenizer.ggml.scores", 9, [0] * 361, 5)),
        ("gemma3", with_key("tokenizer.ggml.padding_token_id", 4, 2**32 - 1)),  # none
    ],
)
def test_odd_vocabularies_that_llama_cpp_takes_are_taken(pairs, tmp_path, family, mutate):
    read_files("odd", *broken(pairs[family], WEIGHTS, mutate, tmp_path))


def header_of(tmp_path, architecture, tokenizer):
    vocabulary = {"tokenizer.ggml.model": tokenizer, "tokenizer.ggml.tokens": ["a", "b"]}
    return read_header(gguf_files.write(tmp_path / "m.gguf", {"general.architecture": architecture} | vocabulary))


def test_of_an_unknown_architecture_the_tokenizer_is_left_to_llama_cpp_if_there_is_one(tmp_path):
    for tokenizer in ("bert", "llama"):  # some vocabularies do without a token for each byte
        check_vocabulary(header_of(tmp_path, "new", tokenizer), is_known=False)
    with pytest.raises(ModelFormatError, match="'none', which cannot read a prompt"):
        check_vocabulary(header_of(tmp_path, "new", "none"), is_known=False)
