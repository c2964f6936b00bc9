"""Directives of MyST: a fence of code or of colons whose first word is a name in braces."""

from __future__ import annotations

import re

__all__ = ["FIGURES", "IN_COLONS", "OF_MARKDOWN", "alt_option", "directive_of"]

FIGURES = ("image", "figure")
OF_MARKDOWN = frozenset(
    ("admonition", "aside", "attention", "card", "caution", "danger", "details", "dropdown", "epigraph", "error")
    + ("exercise", "grid", "grid-item", "grid-item-card", "hint", "important", "margin", "note", "proof", "seealso")
    + ("sidebar", "solution", "tab-item", "tab-set", "theorem", "tip", "topic", "warning")
)
"""Directives of MyST and of its extensions whose content is Markdown."""
IN_COLONS = re.compile(
    r":{3,}\{(?:image|figure)\}[ \t]{1,9}(\S{1,1000})[^\n]{0,1000}((?:\n[ \t]*:[^\n]{0,2000}){0,50})"
)
"""A figure between colons: the address of its picture, and its options."""
_DIRECTIVE = re.compile(r"\{([\w-]+)\}[ \t]*(\S*)")
_ALT = re.compile(r"^[ \t]*:alt:[ \t]*(.*)$", re.MULTILINE)


def directive_of(info: str) -> tuple[str, str]:
    """The name of the directive that a fence is, and its first argument; "" where it is code."""
    match = _DIRECTIVE.match(info.strip())
    return ("", "") if match is None else (match[1], match[2])


def alt_option(options: str) -> str | None:
    """What ":alt:" says among the options of a directive."""
    match = _ALT.search(options)
    return None if match is None else match[1].strip()
