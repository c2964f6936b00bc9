"""Markdown: its images, and those of HTML in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from localalt.documents.html import read_html
from localalt.documents.references import ImageReference, Place
from localalt.errors import OptionError

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["read_markdown"]


def read_markdown(content: str) -> Iterator[ImageReference]:
    """The references to images, in the order of the document."""
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
            yield from read_html(content[start:end], first_line=first + 1, offset=start)
        elif token.type == "inline":
            yield from _in_inline(content, token, first, start, end)


def _in_inline(content: str, block: Token, first: int, start: int, end: int) -> Iterator[ImageReference]:
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
            place = Place(found + 2, found + 2 + len(said), "markdown") if is_plain else None
            yield ImageReference(
                said,
                line,
                str(token.attrs.get("src", "")),
                "markdown",
                "text" if said else "empty",
                place,
                is_decorative=not said,
                is_brief=is_linked,
            )
        elif token.type == "html_inline":
            found = content.find(token.content, at, end)
            if found >= 0:
                at = found + len(token.content)
                line = content.count("\n", 0, found) + 1
                yield from read_html(token.content, first_line=line, offset=found)
