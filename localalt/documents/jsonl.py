"""JSON: objects that each have an alt text, one a line, in an array, or one after another.

localalt's own drafts are such objects: `text` is the draft and may be changed, `raw` is what the model wrote and stays.
The long description among their further texts (`also`) is a text, too; the transcription is not, as it quotes.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from localalt.documents.html import line_starts
from localalt.documents.json_tokens import JsonError, Node, behind_space, pieces_of, plain, read_value
from localalt.documents.references import ImageReference, Reading, Span
from localalt.types import FUNCTIONAL_PURPOSES

__all__ = ["read_json"]

KEYS = ("alt", "alt_text", "text", "caption", "description")
"""Where an object may have its text; the first of these counts."""
SOURCES = ("source", "image", "id", "src")
"""Where it may have the image's name."""
_IMAGES = ("source", "image", "src", "picture", "url", "file", "filename", "file_name", "path")


def read_json(content: str) -> Reading:
    """The texts of the objects, in their order. Damage is reported where it is, and the rest is read."""
    reader = _JsonReader(content)
    return Reading(tuple(reader.read()), reader.rest.digest())


class _JsonReader:
    def __init__(self, content: str) -> None:
        self._content = content
        self._starts = line_starts(content)
        self.rest = hashlib.sha256()

    def read(self) -> Iterator[ImageReference]:
        content = self._content
        if not content.strip():
            return
        try:
            node = read_value(content)
            if content[node.end :].strip(" \t\r\n"):
                raise JsonError("there is more than one value", node.end)
        except JsonError:
            yield from self._lines() if self._is_lines() else self._values()
            return
        yield from self._items(node)

    def _items(self, node: Node) -> Iterator[ImageReference]:
        for each in node.value if isinstance(node.value, list) else (node,):
            yield from self._texts(each)

    def _rows(self) -> Iterator[tuple[int, int]]:
        # Other line breaks may be in a JSON string.
        at = 0
        while at < len(self._content):
            end = self._content.find("\n", at)
            end = len(self._content) if end < 0 else end
            if self._content[at:end].strip():
                yield at, end
            at = end + 1

    def _is_lines(self) -> bool:
        """Whether most lines are objects: the others are damaged lines, and not parts of a value over several."""
        n_objects = n_lines = 0
        for start, end in self._rows():
            n_lines += 1
            try:
                node = read_value(self._content, start, end)
            except JsonError:
                continue
            n_objects += isinstance(node.value, dict) and not self._content[node.end : end].strip()
        return n_objects * 2 >= n_lines

    def _lines(self) -> Iterator[ImageReference]:
        for start, end in self._rows():
            try:
                node = read_value(self._content, start, end)
                if self._content[node.end : end].strip():
                    raise JsonError("there is more behind the value", node.end)
            except JsonError as error:
                yield self._problem(start, f"This line is not JSON ({error}): correct it.")
            else:
                yield from self._texts(node)

    def _values(self) -> Iterator[ImageReference]:
        at = 0
        while (at := behind_space(self._content, at)) < len(self._content):
            try:
                node = read_value(self._content, at)
            except JsonError as error:
                yield self._problem(error.at, f"This is not JSON ({error}): correct it.")
                return
            yield from self._items(node)
            at = node.end

    def _line(self, at: int) -> int:
        return bisect.bisect_right(self._starts, at)

    def _problem(self, at: int, message: str, src: str = "") -> ImageReference:
        self._note((self._line(at), message))
        return ImageReference(None, self._line(at), src, "json", "missing", problem=message)

    def _note(self, value: object) -> None:
        self.rest.update(repr(value).encode("utf-8", "surrogatepass"))

    def _texts(self, node: Node) -> Iterator[ImageReference]:
        value = node.value
        if isinstance(value, str):
            yield self._reference(node, node, {})
            return
        if not isinstance(value, dict):
            shown = self._content[node.start : node.end]
            yield self._problem(node.start, f"This is {shown:.40}, not an object with a text: write one.")
            return
        if _key(value) is None and isinstance(_said(value, "error"), (dict, str)):
            yield self._problem(node.start, "There is an error in place of a text: check this line.", _src(value))
        else:
            yield from self._texts_of(node, value)

    def _texts_of(self, node: Node, value: dict[str, Node]) -> Iterator[ImageReference]:
        key = _key(value)
        if key is None:
            names = ", ".join(KEYS)
            message = f"This object has no text under any of {names}: name it so."
            yield self._problem(node.start, message, _src(value))
            return
        chosen = {key}
        yield self._reference(value[key], node, value)
        also = value.get("also")
        if also is not None and isinstance(also.value, dict):
            chosen.add("also")
            yield from self._further(also.value, value)
        self._note([(name, plain(each)) for name, each in value.items() if name not in chosen])

    def _further(self, also: dict[str, Node], value: Mapping[str, Node]) -> Iterator[ImageReference]:
        for name, node in also.items():
            fields = node.value
            text = fields.get("text") if isinstance(fields, dict) else None
            if name == "long" and isinstance(fields, dict) and text is not None and isinstance(text.value, str):
                yield self._reference(text, node, {**value, **fields}, is_long=True)
                self._note((name, [(key, plain(each)) for key, each in fields.items() if key != "text"]))
            else:
                self._note((name, plain(node)))

    def _reference(self, text: Node, node: Node, value: Mapping[str, Node], *, is_long: bool = False) -> ImageReference:
        said = text.value
        assert isinstance(said, str)
        start, end = text.start + 1, text.end - 1
        span = Span(start, end, "json", tuple(pieces_of(self._content, start, end)), '"')
        verdict = _said(value, "verdict")
        is_said_so = "decorative" in value and value["decorative"].raw == "true"
        # A draft whose model described nothing is still to be written, whatever else the object says.
        is_declared = verdict == "decorative" or (is_said_so and verdict != "none")
        language = next((each for key in ("language", "lang") if isinstance(each := _said(value, key), str)), None)
        return ImageReference(
            said,
            self._line(node.start),
            _src(value),
            "json",
            "text" if said else "empty",
            span,
            is_decorative=is_declared,
            is_brief=_said(value, "purpose") in FUNCTIONAL_PURPOSES,
            is_long=is_long,
            language=language,
        )


def _said(value: Mapping[str, Node], key: str) -> Any:  # noqa: ANN401
    return value[key].value if key in value else None


def _key(value: Mapping[str, Node]) -> str | None:
    """The name of the text. A description counts beside an image's name alone: that of a package is not an alt text."""
    found = next((key for key in KEYS if isinstance(_said(value, key), str)), None)
    is_of_image = any(isinstance(_said(value, key), str) for key in _IMAGES)
    return found if found != "description" or is_of_image else None


def _src(value: Mapping[str, Node]) -> str:
    keys: Sequence[str] = SOURCES
    return next((each for key in keys if isinstance(each := _said(value, key), str)), "")
