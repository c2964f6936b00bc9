"""JSON: an object a line, or one array of objects, each with an alt text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from localalt.documents.references import ImageReference, Place
from localalt.types import USED

__all__ = ["read_json"]

_KEYS = ("alt", "alt_text", "text", "caption", "description")
"""Where an object of JSON may have its text; the first of these counts."""


def read_json(content: str) -> Iterator[ImageReference]:
    """The references to images, in the order of the document."""
    if content.lstrip()[:1] == "[":
        try:
            values = json.loads(content)
        except (ValueError, RecursionError) as error:
            yield ImageReference(None, getattr(error, "lineno", 1), problem=f"This is no JSON ({error}): mend it.")
            return
        for value in values:
            yield _of_json(value, 1)  # the parser does not say where
        return
    at = 0
    for number, line in enumerate(content.split("\n"), start=1):  # other line breaks may stand in a JSON string
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield ImageReference(None, number, problem=f"This line is no JSON ({error}): mend it.")
            else:
                text = _of_json(value, number)
                yield replace(text, place=_span_in(line, text.text, at))
        at += len(line) + 1


def _span_in(line: str, text: str | None, at: int) -> Place | None:
    """Where a text stands in a line of JSON that begins `at` characters into the file, if that is in one place."""
    written = [json.dumps(text, ensure_ascii=False), json.dumps(text)] if text else []
    places = [(line.index(each), len(each)) for each in written if line.count(each) == 1]
    if not places:
        return None
    start = at + places[0][0] + 1
    return Place(start, start + places[0][1] - 2, "json", quote='"')


def _of_json(value: Any, line: int) -> ImageReference:  # noqa: ANN401 (whatever JSON holds)
    if isinstance(value, str):
        return ImageReference(value, line)
    if not isinstance(value, dict):
        return ImageReference(None, line, problem=f"This is {value!r:.40}, not an object with a text: write one.")
    key = next((key for key in _KEYS if isinstance(value.get(key), str)), None)
    picture = next((value[key] for key in ("source", "image", "id", "src") if isinstance(value.get(key), str)), "")
    if key is None:
        if isinstance(value.get("error"), (dict, str)):
            return ImageReference(None, line, picture, "json", problem="There is an error in place of a text.")
        names = ", ".join(_KEYS)
        return ImageReference(
            None, line, picture, "json", problem=f"This object has no text under any of {names}: name it so."
        )
    is_decorative = value.get("decorative") is True or value.get("verdict") == "decorative"
    language = next((value[key] for key in ("language", "lang") if isinstance(value.get(key), str)), None)
    is_brief = value.get("purpose") in USED
    return ImageReference(
        value[key],
        line,
        picture,
        "json",
        is_decorative=is_decorative,
        is_brief=is_brief,
        language=language,
    )
