"""What can be wrong with a vocabulary: tokens, scores, types, merges, the ids of special tokens, and the tokenizer."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from .file import ARRAY, BOOL, FLOAT32, INT32, STRING, UINT32, File, Key

__all__ = ["KINDS"]

_ALL = "tokenizer.ggml."
_IDS = (
    "bos",
    "eos",
    "eot",
    "eom",
    "unknown",
    "seperator",  # llama.cpp's spelling
    "padding",
    "cls",
    "mask",
    "prefix",
    "suffix",
    "middle",
    "fim_pre",
    "fim_pad",
    "fim_rep",
    "fim_sep",
)
_FLAGS = ("add_bos_token", "add_eos_token", "add_sep_token", "add_space_prefix", "remove_extra_whitespaces")
_TOKENIZERS = (
    "llama",
    "gpt2",
    "gemma4",
    "bert",
    "t5",
    "rwkv",
    "plamo2",
    "whitespace",
    "hybriddna",
    "test",
    "none",
    "no_vocab",
)
_PRE = (
    "",
    "default",
    "x",
    "llama-bpe",
    "tekken",
    "qwen2",
    "qwen35",
    "gpt-2",
    "smollm",
    "gemma4",
    "kimi-k2",
    "whitespace",
)
# A damaged text; NUL and lone bytes are valid in the container.
_TEXTS = (
    "",
    " ",
    "\0",
    "\udcff\udcfe",
    "\udcc3",
    "x" * 300,
    "x" * 70_000,
    "a b c",
    "<0x",
    "<0xZZ>",
    "<0x4>",
    "[EMPTY_3]",
    "▁",
)


def _lists(file: File) -> dict[str, Key]:
    return {
        key.name.removeprefix(_ALL): key
        for key in file.keys
        if key.name.startswith(_ALL) and key.kind == ARRAY and key.value
    }


def _set(file: File, name: str, kind: int, value: object) -> None:
    file.keys = [key for key in file.keys if key.name != _ALL + name]
    file.keys.append(Key(_ALL + name, kind, value))


def _text(file: File, rng: random.Random) -> str | None:
    """One token, or several, of another text."""
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    places = rng.sample(range(len(tokens.value)), rng.choice([1, 1, 2, 20]))
    text = rng.choice([*_TEXTS, tokens.value[rng.randrange(len(tokens.value))]])
    for number, at in enumerate(places):
        tokens.value[at] = text + str(number) * bool(number)
    return f"{places[:4]} -> {text[:20]!r}"


def _twice(file: File, rng: random.Random) -> str | None:
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    first, second = rng.sample(range(len(tokens.value)), 2)
    tokens.value[first] = tokens.value[second]
    return f"{first} = {second}"


def _gone(file: File, rng: random.Random) -> str | None:
    """Tokens that every text needs, under other names: bytes, letters, the newline, or what marks a turn."""
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    what = rng.choice(["newline", "letters", "bytes", "marks", "most"])
    tests: Mapping[str, Callable[[int, str], bool]] = {
        "newline": lambda _, text: text in {"\n", "Ċ", "<0x0A>"},
        "letters": lambda _, text: len(text) == 1,
        "bytes": lambda _, text: text.startswith("<0x"),
        "marks": lambda _, text: len(text) > 1 and text[0] in "<[" and not text.startswith("<0x"),
        "most": lambda index, _: index > 8,
    }
    before = list(tokens.value)
    tokens.value = [f"gone{index}" if tests[what](index, text) else text for index, text in enumerate(before)]
    return what if tokens.value != before else None


def _length(file: File, rng: random.Random) -> str | None:
    """A list that is shorter or longer than the others."""
    lists = _lists(file)
    if not lists:
        return None
    name = rng.choice(sorted(lists))
    key = lists[name]
    before = len(key.value)
    after = rng.choice([0, 1, before // 2, before - 1, before + 1, before * 2])
    more = [f"more{index}" if key.element == STRING else key.value[-1] for index in range(after)]
    key.value = [*key.value, *more][:after]
    return f"{name} {before} -> {after}"


def _element_type(file: File, rng: random.Random) -> str | None:
    """A list of another type, or one value in place of a list."""
    lists = _lists(file)
    if not lists:
        return None
    name = rng.choice(sorted(lists))
    key = lists[name]
    fill: Mapping[int, object] = {
        0: 1,
        1: 1,
        UINT32: 1,
        INT32: 1,
        FLOAT32: 0.5,
        BOOL: True,
        STRING: "x",
        10: 1,
        12: 0.5,
    }
    kind = rng.choice([each for each in fill if each != key.element])
    n_values = len(key.value)
    if rng.random() < 0.2:
        key.kind, key.value = kind, fill[kind]
    else:
        key.element, key.value = kind, [fill[kind]] * n_values
        if kind == STRING:
            key.value = [f"x{index}" for index in range(n_values)]
    return f"{name} type {kind}"


def _types(file: File, rng: random.Random) -> str | None:
    key = _lists(file).get("token_type")
    if key is None:
        return None
    kind = rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 99, -1, 2**31 - 1])
    places = rng.choice(
        [rng.sample(range(len(key.value)), 1), rng.sample(range(len(key.value)), 20), range(len(key.value))]
    )
    before = list(key.value)
    for at in places:
        key.value[at] = kind
    return f"{len(places)} of type {kind}" if key.value != before else None


def _scores(file: File, rng: random.Random) -> str | None:
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    score = rng.choice([0.0, float("nan"), float("inf"), float("-inf"), 1e38, -1e38])
    file.keys = [key for key in file.keys if key.name != _ALL + "scores"]
    file.keys.append(Key(_ALL + "scores", ARRAY, [score] * len(tokens.value), FLOAT32))
    return f"all {score}"


def _merges(file: File, rng: random.Random) -> str | None:
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    some = [rng.choice(tokens.value) + " " + rng.choice(tokens.value) for _ in range(50)]
    change: Mapping[str, list[str]] = {
        "none": [],
        "empty": [""] * 10,
        "no-space": ["ab", "x", "e"],
        "space": [" ", "  ", "a ", " a"],
        "letters": ["a b", "t h", "th e", "Ġ t"],
        "tokens": some,
        "twice": some + some,
        "bytes": ["\udcff \udcfe", "\0 \0", "▁ ▁"],
        "long": ["x" * 70_000 + " y"],
    }
    name = rng.choice([*change, "missing"])
    file.keys = [key for key in file.keys if key.name != _ALL + "merges"]
    if name != "missing":
        file.keys.append(Key(_ALL + "merges", ARRAY, change[name], STRING))
    return name


def _special(file: File, rng: random.Random) -> str | None:
    """The id of a special token: absurd, another's, or none."""
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    name = f"{rng.choice([*_IDS, 'bos', 'eos', 'eot'])}_token_id"
    n_vocab = len(tokens.value)
    kind = rng.choice([UINT32, UINT32, UINT32, INT32, 10, 2])
    value = rng.choice([0, 1, 65, n_vocab - 1, n_vocab, n_vocab + 7, 2**31 - 1, 2**31, 2**32 - 1, None])
    if value is None:
        file.keys = [key for key in file.keys if key.name != _ALL + name]
    else:
        _set(file, name, kind, value & (0xFFFF if kind == 2 else 0x7FFFFFFF if kind == INT32 else 0xFFFFFFFF))
    return f"{name} = {value}"


def _added(file: File, rng: random.Random) -> str:
    """Whether tokens are added around a text, and a token that there may not be."""
    name, value = rng.choice(_FLAGS), rng.random() < 0.7
    _set(file, name, BOOL, value)
    gone = rng.choice(["", "bos_token_id", "eos_token_id", "seperator_token_id"])
    file.keys = [key for key in file.keys if not gone or key.name != _ALL + gone]
    return f"{name} = {value}, without {gone or 'nothing'}"


def _tokenizer(file: File, rng: random.Random) -> str:
    name = rng.choice(["model", "model", "pre"])
    value = rng.choice(_TOKENIZERS if name == "model" else _PRE)
    _set(file, name, STRING, value)
    return f"{name} = {value}"


def _suppressed(file: File, rng: random.Random) -> str | None:
    tokens = _lists(file).get("tokens")
    if tokens is None:
        return None
    ids = rng.choice([[], [-1], [0], [2**31 - 1], list(range(len(tokens.value)))])
    file.keys.append(Key(_ALL + "suppress_tokens", ARRAY, ids, INT32))
    return f"{len(ids)}: {ids[:1]}"


KINDS: Mapping[str, Callable[[File, random.Random], str | None]] = {
    "vocab-text": _text,
    "vocab-twice": _twice,
    "vocab-gone": _gone,
    "vocab-length": _length,
    "vocab-element-type": _element_type,
    "vocab-types": _types,
    "vocab-scores": _scores,
    "vocab-merges": _merges,
    "vocab-special": _special,
    "vocab-added": _added,
    "vocab-tokenizer": _tokenizer,
    "vocab-suppressed": _suppressed,
}
"""By name; see `gguf_mutants.KINDS`."""
