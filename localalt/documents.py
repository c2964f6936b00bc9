"""Alt texts in files: plain text, JSON lines, HTML and Markdown; where they stand, and how one is replaced.

Knows formats and not what a good text is. An `img` without an alt attribute is told apart from one with an empty
one, which declares its picture decorative (HTML Standard, 4.8.4.4).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from localalt.errors import OptionError
from localalt.types import USED

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["FORMS", "Form", "Text", "form_of", "replaced", "texts_in"]

Form: TypeAlias = Literal["text", "jsonl", "html", "markdown"]
FORMS: tuple[Form, ...] = ("text", "jsonl", "html", "markdown")

_SUFFIXES: dict[str, Form] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
}
_KEYS = ("alt", "alt_text", "text", "caption", "description")
"""Where an object of JSON may have its text; the first of these counts."""


@dataclass(frozen=True, slots=True)
class Text:
    """An alt text in a file."""

    text: str | None
    """None where a picture has no alt text at all."""
    line: int
    """Counted from 1."""
    picture: str = ""
    """What the picture is called there."""
    is_decorative: bool = False
    is_brief: bool = False
    """Whether it is the whole text of a link or a button."""
    language: str | None = None
    span: tuple[int, int] | None = None
    """Where the text stands in the file's, as it is written there; None where it cannot be replaced."""
    is_attribute: bool = False
    """Whether it stands there as the value of an attribute, in HTML or in HTML within Markdown."""
    problem: str = ""
    """Why there is no text to be had here."""


def form_of(path: str) -> Form:
    """The form of a file by its name; plain text where that tells nothing."""
    return _SUFFIXES.get(PurePath(path).suffix.lower(), "text")


def texts_in(content: str, form: Form) -> list[Text]:
    """The alt texts of a file, in its order. Damage is told in the place where it is, and ends nothing else.

    Raises:
        OptionError: Markdown cannot be read here, as its parser is not installed.
    """
    readers = {"text": _in_text, "jsonl": _in_json, "html": _in_html, "markdown": _in_markdown}
    return list(readers[form](content))


def replaced(content: str, form: Form, replacements: Iterable[tuple[Text, str]]) -> str:
    """The file's content with other texts in the places of some; those without a place stay."""
    for text, new in sorted(replacements, key=lambda each: each[0].span or (0, 0), reverse=True):
        if text.span is not None:
            start, end = text.span
            written = _written(new, form, content[start:end], is_attribute=text.is_attribute)
            content = content[:start] + written + content[end:]
    return content


def _written(text: str, form: Form, old: str, *, is_attribute: bool) -> str:
    if is_attribute:
        return f'"{html.escape(text)}"'
    if form == "jsonl":
        return json.dumps(text, ensure_ascii=old.isascii())
    return re.sub(r"([\\\[\]])", r"\\\1", text) if form == "markdown" else text


# --- plain text: one to a line ---


def _in_text(content: str) -> Iterator[Text]:
    at = 0
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        said = line.strip()
        if said:
            start = at + line.index(said)
            yield Text(said, number, span=(start, start + len(said)))
        at += len(line)


# --- JSON: an object to a line, or one array of them ---


def _in_json(content: str) -> Iterator[Text]:
    if content.lstrip()[:1] == "[":
        try:
            values = json.loads(content)
        except (ValueError, RecursionError) as error:
            yield Text(None, getattr(error, "lineno", 1), problem=f"This is no JSON ({error}): mend it.")
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
                yield Text(None, number, problem=f"This line is no JSON ({error}): mend it.")
            else:
                text = _of_json(value, number)
                yield replace(text, span=_span_in(line, text.text, at))
        at += len(line) + 1


def _span_in(line: str, text: str | None, at: int) -> tuple[int, int] | None:
    """Where a text stands in a line of JSON that begins `at` characters into the file, if that is in one place."""
    written = [json.dumps(text, ensure_ascii=False), json.dumps(text)] if text else []
    places = [(line.index(each), len(each)) for each in written if line.count(each) == 1]
    return (at + places[0][0], at + places[0][0] + places[0][1]) if places else None


def _of_json(value: Any, line: int) -> Text:  # noqa: ANN401 (whatever JSON holds)
    if isinstance(value, str):
        return Text(value, line)
    if not isinstance(value, dict):
        return Text(None, line, problem=f"This is {value!r:.40}, not an object with a text: write one.")
    key = next((key for key in _KEYS if isinstance(value.get(key), str)), None)
    picture = next((value[key] for key in ("source", "image", "id", "src") if isinstance(value.get(key), str)), "")
    if key is None:
        if isinstance(value.get("error"), (dict, str)):
            return Text(None, line, picture, problem="There is an error in place of a text.")
        names = ", ".join(_KEYS)
        return Text(None, line, picture, problem=f"This object has no text under any of {names}: name it so.")
    is_decorative = value.get("decorative") is True or value.get("verdict") == "decorative"
    language = next((value[key] for key in ("language", "lang") if isinstance(value.get(key), str)), None)
    is_brief = value.get("purpose") in USED
    return Text(value[key], line, picture, is_decorative, is_brief, language)


# --- HTML ---

_ALT = re.compile(r"""\balt\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+)""", re.IGNORECASE)


class _Pictures(HTMLParser):
    """Collects what has an alt attribute, and whether it is all that a link or a button says."""

    def __init__(self, starts: list[int], first_line: int) -> None:
        super().__init__()
        self.found: list[Text] = []
        self._starts = starts
        self._first_line = first_line
        self._inside: list[str] = []
        self._said = ""
        self._linked: list[int] = []
        self._language: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html" and values.get("lang"):
            self._language = values["lang"]
        if tag in ("a", "button"):
            self._inside.append(tag)
            self._said, self._linked = "", []
        is_picture = tag in ("img", "area") or (tag == "input" and values.get("type", "") == "image")
        if is_picture and values.get("aria-hidden") != "true":
            if self._inside:
                self._linked.append(len(self.found))
            self.found.append(self._text(values))

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if not self._inside or tag != self._inside[-1]:
            return
        self._inside.pop()
        if not self._said.strip():
            for index in self._linked:
                # What is all of a link's text is never decorative (W3C technique H30).
                self.found[index] = replace(self.found[index], is_decorative=False, is_brief=True)
        self._linked = []

    def _text(self, values: dict[str, str | None]) -> Text:
        line, column = self.getpos()
        picture = values.get("src") or ""
        is_presentation = values.get("role") in ("presentation", "none")
        if "alt" not in values:
            return Text(None, line + self._first_line - 1, picture, is_presentation)
        alt = values["alt"] or ""
        start = self._starts[line - 1] + column
        match = _ALT.search(self.get_starttag_text() or "")
        span = None if match is None else (start + match.start(1), start + match.end(1))
        number = line + self._first_line - 1
        return Text(alt, number, picture, not alt, False, self._language, span, is_attribute=True)


def _in_html(content: str, *, first_line: int = 1, offset: int = 0) -> Iterator[Text]:
    starts = [offset]
    for line in content.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parser = _Pictures(starts, first_line)
    parser.feed(content)
    parser.close()
    yield from parser.found


# --- Markdown ---


def _in_markdown(content: str) -> Iterator[Text]:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise OptionError(
            "Reading Markdown needs markdown-it-py, which is not installed: pip install 'localalt[markdown]'."
        ) from error
    starts = [0]
    for line in content.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for token in MarkdownIt("commonmark").enable("table").parse(content):
        if token.map is None:
            continue
        first, last = token.map
        start, end = starts[first], starts[min(last, len(starts) - 1)]
        if token.type == "html_block":
            yield from _in_html(content[start:end], first_line=first + 1, offset=start)
        elif token.type == "inline":
            yield from _in_inline(content, token, first, start, end)


def _in_inline(content: str, block: Token, first: int, start: int, end: int) -> Iterator[Text]:
    at = start
    is_linked = False
    for token in block.children or ():
        if token.type == "link_open":
            is_linked = True
        elif token.type == "link_close":
            is_linked = False
        elif token.type == "image":
            found = content.find(f"![{token.content}]", at, end)
            line = first + 1 if found < 0 else content.count("\n", 0, found) + 1
            at = at if found < 0 else found + 2
            said = "".join("\n" if child.type.endswith("break") else child.content for child in token.children or ())
            is_plain = found >= 0 and said == token.content
            span = (found + 2, found + 2 + len(said)) if is_plain else None
            yield Text(said, line, str(token.attrs.get("src", "")), not said, is_linked, span=span)
        elif token.type == "html_inline":
            found = content.find(token.content, at, end)
            if found >= 0:
                at = found + len(token.content)
                line = content.count("\n", 0, found) + 1
                yield from _in_html(token.content, first_line=line, offset=found)
