"""Strangers' words in Markdown and in HTML: as they are written, without markup, links or the end of a cell."""

from __future__ import annotations

import html
import re

from localalt.console.visible import visible

__all__ = ["html_escaped", "markdown_escaped", "shown"]

_MEANT = re.compile(r"[\\`*\[\]<>|~&#$]|(?<![^\W_])_|_(?![^\W_])")
"""What has a meaning in Markdown within a line, on GitHub too; a single underscore within a word has none."""
_LEADS = re.compile(r"[-+=]|[0-9]{1,9}(?=[.)])")
"""What makes a list or a heading of a line that begins with it (CommonMark 0.31, 4.3 and 5.2)."""
_LINKED = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
"""Where an address becomes a link by itself (GitHub Flavored Markdown, 6.9)."""


def shown(text: str) -> str:
    """`text` on a page: what is hidden becomes visible, as [U+202E]. Line breaks and tabs stay."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return visible(unified, keeps_lines=True, is_draft=True, code=lambda character: f"[U+{ord(character):04X}]")


def html_escaped(text: str) -> str:
    """`text` for an element's content or a quoted attribute in HTML."""
    return html.escape(shown(text), quote=True)


def markdown_escaped(text: str, *, nothing: str = "") -> str:
    """`text` on one line of Markdown, in a cell, a heading, a list or a paragraph; `nothing` where it is empty."""
    one_line = " ".join(shown(text).replace("\n", " ↵ ").split())
    if not one_line:
        return nothing
    escaped = _LINKED.sub(r"\\", _MEANT.sub(r"\\\g<0>", one_line))
    leading = _LEADS.match(escaped)
    if leading is None:
        return escaped
    end = leading.end()
    return f"\\{escaped}" if not leading[0].isdigit() else f"{escaped[:end]}\\{escaped[end:]}"
