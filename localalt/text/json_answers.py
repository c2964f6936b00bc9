"""JSON in place of a text -> the text in it, where one of its values is clearly that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from localalt.text.label_words import ALT_TEXT, DESCRIPTIONS

__all__ = ["without_json"]

_MOST_CHARS = 20_000
"""Of an answer that is read as JSON."""
_MOST_LEVELS = 4
_ALT = re.compile(f"alt|{'|'.join(ALT_TEXT.values())}", re.IGNORECASE)
_DESCRIPTION = re.compile(f"{'|'.join(DESCRIPTIONS.values())}", re.IGNORECASE)
_NAMES: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("alttext", "alt", "alternativetext", "imagealttext", "imagealt", "arialabel"), 0),
        **dict.fromkeys(("description", "imagedescription", "shortdescription", "caption", "imagecaption"), 1),
        **dict.fromkeys(("text", "answer", "finalanswer", "output", "response", "result", "content", "message"), 2),
    }
)
"""Keys by how surely what they hold is the text."""


def without_json(text: str) -> str:
    """The text in a JSON object or list, or in what is written like one; as it is where several may be the text."""
    if text[:1] not in {"{", "["} or len(text) > _MOST_CHARS:
        return text
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _by_hand(text)
    found: dict[int, list[str]] = {}
    for rank, said in _texts(value, 9, _MOST_LEVELS):
        found.setdefault(rank, []).append(said)
    if not found:
        return text
    texts = {" ".join(said.split()) for said in found[min(found)]}
    if isinstance(value, list) and len(value) > 1:
        return text
    return found[min(found)][0] if len(texts) == 1 else text


def _texts(value: object, rank: int, levels: int) -> Iterator[tuple[int, str]]:
    """The strings of a value that may be the text, each with the rank of its key."""
    if isinstance(value, str):
        if rank < 9:
            yield rank, value
    elif isinstance(value, dict) and levels:
        for name, held in value.items():
            yield from _texts(held, min(rank, _rank(name)) if not isinstance(held, list) else 9, levels - 1)
    elif isinstance(value, list) and len(value) == 1 and levels:
        yield from _texts(value[0], 2 if isinstance(value[0], str) else rank, levels - 1)


def _rank(name: str) -> int:
    key = "".join(c for c in name.casefold() if c.isalnum())
    spaced = re.sub(r"[_-]", " ", name).strip()
    if key not in _NAMES and _ALT.fullmatch(spaced):
        return 0
    return _NAMES.get(key, 1 if _DESCRIPTION.fullmatch(spaced) else 9)


_ONE_KEY = re.compile(
    r"[\[\s]{0,8}\{\s{0,20}[\"'“‘]?(?P<name>[^\"'“”‘’:=\n{}]{2,30})[\"'”’]?\s{0,3}[:=]\s{0,8}(?=[\"'“‘])"
)
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’"}


def _by_hand(text: str) -> str:
    """The text in what is nearly JSON: single quotation marks, a comma at the end, an object that was cut off."""
    opening = _ONE_KEY.match(text)
    if opening is None or _rank(opening["name"].strip()) == 9:
        return text
    mark = text[opening.end()]
    rest = text[opening.end() + 1 :]
    core = rest.rstrip(" \t\n}],;")
    if core == rest:
        # Cut off in its value, or right after it.
        said = core.removesuffix(_CLOSING[mark])
        return text if _CLOSING[mark] in said.replace("\\" + mark, "") else said
    if not core.endswith(_CLOSING[mark]) or _other_key(core):
        return text
    return core[:-1]


_OTHER_KEY = re.compile(r"[\"'”’]\s{0,3},\s{0,20}[\"'“‘][^\"'\n]{1,30}[\"'”’]\s{0,3}:")


def _other_key(text: str) -> bool:
    return _OTHER_KEY.search(text) is not None
