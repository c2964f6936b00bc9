"""Whether a vocabulary agrees with itself, and has the tokens that llama.cpp takes for granted.

Reads the list of tokens from the file: a tenth of a second for 262,000. Knows no llama.cpp.

Source: llama.cpp as vendored by llama-cpp-python 0.3.36, src/llama-vocab.cpp (llama_vocab::impl::load and
llama_vocab::byte_to_token).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from localalt.gguf.damage import ARRAY, FLOAT32, INT32, STRING, UINT32, damaged
from localalt.gguf.header import GgufHeader, KeyType
from localalt.gguf.reader import read_strings

__all__ = ["check_vocabulary"]

_LIST = "tokenizer.ggml.tokens"
_TOKENIZER = "tokenizer.ggml.model"
_TOKENIZERS = frozenset({"gemma4", "gpt2", "llama"})
"""Those that llama.cpp's conversion (conversion/*.py) writes for the architectures that are known here."""
_WITHOUT_TOKENS = frozenset({"no_vocab", "none"})
_ELEMENTS: Mapping[str, frozenset[int]] = {
    "scores": frozenset({FLOAT32, INT32}),
    # Some converters store the types of tokens as unsigned: the bytes are the same.
    "token_type": frozenset({INT32, UINT32}),
}


def check_vocabulary(header: GgufHeader, *, is_known: bool) -> None:
    """Check the vocabulary of a language model; `is_known` says whether its architecture is one of those known here.

    Raises:
        ModelFormatError: llama.cpp would end the process, when it loads the file or at a later text.
    """
    stored = header.types.get(_LIST)
    if stored is None:
        return  # llama.cpp says so itself
    if stored.kind != ARRAY or stored.element != STRING or not stored.length:
        raise damaged(header, f"has a list of tokens ({_LIST}) that is not one of texts")
    tokenizer = header.string(_TOKENIZER)
    if tokenizer in _WITHOUT_TOKENS or (is_known and tokenizer not in _TOKENIZERS):
        raise damaged(header, f"has {_TOKENIZER} = {tokenizer!r}, which cannot read a prompt")
    _check_tokens(header, needs_bytes=is_known and tokenizer == "llama")
    _check_lists(header, stored.length)
    _check_ids(header, stored.length)


def _check_tokens(header: GgufHeader, *, needs_bytes: bool) -> None:
    # As llama.cpp sees them: up to the first NUL, and an empty one under a name of its own.
    texts = read_strings(header, _LIST)
    for index, text in enumerate(texts):
        if not text or 0 in text:
            texts[index] = text.partition(b"\0")[0] or b"[EMPTY_%d]" % index
    present = set(texts)
    if len(present) != len(texts):
        repeated = Counter(texts).most_common(1)[0][0].decode("utf-8", errors="replace")
        raise damaged(header, f"has the token {repeated!r} twice ({_LIST})")
    if needs_bytes:  # byte_to_token throws at a byte of a text that has no token, and nothing catches it
        for byte in range(256):
            if b"<0x%02X>" % byte not in present and (not byte or bytes([byte]) not in present):
                raise damaged(header, f"lacks the token <0x{byte:02X}> ({_LIST})")


def _check_lists(header: GgufHeader, n_vocab: int) -> None:
    embeddings = header.tensors.get("token_embd.weight")
    if embeddings is not None and len(embeddings.shape) == 2 and embeddings.shape[1] != n_vocab:
        raise damaged(header, f"has {n_vocab} tokens and embeddings of {embeddings.shape[1]} (token_embd.weight)")
    for key, elements in _ELEMENTS.items():
        stored = header.types.get(f"tokenizer.ggml.{key}")
        if stored is not None and (stored.element not in elements or stored.length < n_vocab):
            raise damaged(header, f"has {stored.length} entries in tokenizer.ggml.{key} for {n_vocab} tokens")
    merges = header.types.get("tokenizer.ggml.merges", KeyType(ARRAY, STRING))
    if merges.element != STRING:
        raise damaged(header, "has merges (tokenizer.ggml.merges) that are not texts")


def _check_ids(header: GgufHeader, n_vocab: int) -> None:
    for key, value in header.metadata.items():
        is_id = key.startswith("tokenizer.ggml.") and key.endswith("_token_id") and isinstance(value, int)
        # 4,294,967,295 is -1, which means none.
        if is_id and not 0 <= int(str(value)) < n_vocab and value != 2**32 - 1:
            raise damaged(header, f"has {key} = {value}, where there are {n_vocab} tokens")
