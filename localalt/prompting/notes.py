"""What the author knows about a picture -> notes for a prompt, and sources that support a draft.

Everything here is data: each fact is one line under its own label, so that none can pose as another, and the
author's free text comes last. Knows nothing of prompts, models or pictures.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping, Sized

from localalt import suggest
from localalt.errors import OptionError
from localalt.errors.wording import either, option
from localalt.image.metadata.hints import Hints
from localalt.limits import MAX_CONTEXT_CHARS, MAX_FACT_CHARS, MAX_ITEM_CHARS, validate_chars
from localalt.types import Facts

__all__ = ["notes_of", "sources_of", "validate_context", "validate_facts"]

MAX_ITEMS = 50
"""People, and keywords: more are a list and no help."""

MAX_WRITING = 800
"""Characters of what an OCR engine read: of a script with a token for each sign, half of a plan's N_TEXT_CELLS."""
MAX_WITH_WRITING = 3_000
"""Characters of all notes where they end with that: it gives way to what an author says."""
_WRITING = "Writing in it, as a program read it line by line, perhaps with errors"

_CONTROL_BUT_BREAKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_LABELS: Mapping[str, str] = {
    "people": "People in it",
    "place": "Place",
    "event": "Event",
    "date": "Date",
    "keywords": "Keywords",
    "target": "Where it leads, or what it does",
    "caption": "Caption that stands beside it and need not be said again",
}
"""By the field of `Facts`, in the order of the notes."""
_HINTS: Mapping[str, str] = {
    "title": "Title",
    "caption": "Caption",
    "alt_text": "Alt text",
    "people": "People in it",
    "place": "Place",
    "event": "Event",
    "date": "Date",
    "keywords": "Keywords",
}
"""By the field of `Hints`; a long description in a file is too long a note."""
_FROM_LEFT = ", from left to right"


def validate_facts(facts: object) -> Facts:
    """Facts with clean values, of a `Facts`, a mapping with the same names, or None.

    Raises:
        OptionError: a name is unknown, or a value of the wrong type or too long.
    """
    if facts is None:
        return Facts()
    if isinstance(facts, Facts):
        values = {field.name: getattr(facts, field.name) for field in dataclasses.fields(Facts)}
    elif isinstance(facts, Mapping):
        values = dict(facts)
    else:
        raise OptionError(
            f"{option('facts')} must be a localalt.Facts or a dict, not {type(facts).__name__}: pass one, or None."
        )
    clean: dict[str, str | tuple[str, ...]] = {}
    for name, value in values.items():
        if name not in _LABELS:
            raise OptionError(f"{option('facts')} has no {name!r:.40}: {suggest.advice(name, _LABELS)}")
        clean[name] = _several(name, value) if name in ("people", "keywords") else _one(name, value)
    return Facts(**clean)  # type: ignore[arg-type]  # each has the type that its name asks for


def validate_context(context: object, name: str = "context", most: int = MAX_CONTEXT_CHARS) -> str | None:
    """The author's free text, called `name`, of at most `most` characters, or None where it is blank.

    Control characters become spaces and lone surrogates U+FFFD: text from a form or a file's metadata often carries
    some, and a picture should not fail for them.

    Raises:
        OptionError: it is not text, or too long.
    """
    if context is None:
        return None
    if not isinstance(context, str):
        raise OptionError(f"{option(name)} must be text, not {type(context).__name__}: pass a str or None.")
    validate_chars(option(name), context, most)
    return _clean(context.replace("\r\n", "\n").replace("\r", "\n")).strip() or None


def notes_of(context: str | None, facts: Facts, hints: Hints | None = None, writing: str = "") -> str | None:
    """The notes as text, a fact a line; None where nothing is known.

    `hints` are what the picture's file says, which its author may never have read: the notes say so, and leave out
    what the author says as well. `writing` is what an OCR engine read in the picture: it stands in one line, shortened,
    and the note says that it may be wrong.
    """
    lines = [f"{label}: {value}" for name, label in _LABELS.items() if (value := _text(facts, name))]
    for name, label in _HINTS.items():
        value = _text(hints, name)
        if value and not (name in _LABELS and _text(facts, name)):
            order = _FROM_LEFT if name == "people" and hints is not None and hints.people_from_left else ""
            lines.append(f"{label}{order}, from the file: {value}")
    if read := _shortened(" / ".join(_clean(writing).split("\n")), sum(map(len, [*lines, context or ""]))):
        lines.append(f"{_WRITING}: {read}")
    if context is not None:
        lines.append(f"{'Further: ' if lines else ''}{context}")
    return "\n".join(lines) or None


def sources_of(context: str | None, facts: Facts, hints: Hints | None = None) -> tuple[str, ...]:
    """All that was supplied, as texts."""
    values = [*(_text(facts, name) for name in _LABELS), *(_text(hints, name) for name in _HINTS), context or ""]
    return tuple(value for value in values if value)


def _shortened(writing: str, n_others: int) -> str:
    most = min(MAX_WRITING, MAX_WITH_WRITING - n_others)
    return writing if len(writing) <= most else f"{writing[: most - 1]}…" if most > 1 else ""


def _text(known: Facts | Hints | None, name: str) -> str:
    value = getattr(known, name, "")
    return value if isinstance(value, str) else ", ".join(value)


def _one(name: str, value: object, most: int = MAX_FACT_CHARS) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise OptionError(f"{option('facts')} has {name} {value!r:.40}, not text: pass a str.")
    validate_chars(either(f"facts: {name}", f"--fact {name}"), value, most)
    return " ".join(_clean(value).split())


def _several(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(filter(None, [_one(name, value, MAX_ITEM_CHARS)]))
    if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
        raise OptionError(f"{option('facts')} has {name} {value!r:.40}, not a list of texts: pass a list of str.")
    given = tuple(itertools.islice(value, MAX_ITEMS + 1))  # it may have no end
    if len(given) > MAX_ITEMS:
        n = len(value) if isinstance(value, Sized) else "more"
        raise OptionError(f"{option('facts')} has {n} {name} and {MAX_ITEMS} are allowed: name those that matter.")
    return tuple(filter(None, (_one(name, item, MAX_ITEM_CHARS) for item in given)))


def _clean(text: str) -> str:
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL_BUT_BREAKS.sub(" ", text))
