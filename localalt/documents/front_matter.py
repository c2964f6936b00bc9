"""YAML or TOML at the beginning of Markdown: where it ends, and which language it declares."""

from __future__ import annotations

import re

from localalt.documents.blocks import Lines

__all__ = ["behind_front_matter", "language_of"]

_FENCE = re.compile(r"\ufeff?(?:---|\+\+\+)[ \t]*(?:\r\n?|\n)")
_LANGUAGE = re.compile(
    r"^lang[ \t]*[:=][ \t]*[\"']?([A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,8})[\"']?[ \t\r]*$", re.MULTILINE
)


def behind_front_matter(lines: Lines) -> int:
    """The first line behind it, 0 where there is none."""
    if not _FENCE.match(lines.content) or not lines.text(1).strip():
        return 0
    fence = lines.text(0).strip("\ufeff \t")
    closing = (fence, "...") if fence == "---" else (fence,)
    return next((line + 1 for line in range(1, len(lines)) if lines.text(line).rstrip(" \t") in closing), 0)


def language_of(front_matter: str) -> str | None:
    """The tag that Quarto and Pandoc read as the language of the document."""
    match = _LANGUAGE.search(front_matter)
    return None if match is None else match[1].replace("_", "-")
