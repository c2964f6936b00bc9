"""The forms of documents, and which one a file has by its name."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal, TypeAlias

from localalt.errors import DocumentError
from localalt.errors.wording import either

__all__ = ["FORMS", "SUFFIXES", "Form", "form_of"]

Form: TypeAlias = Literal["text", "jsonl", "html", "markdown", "jsx", "vue", "svelte", "astro", "mdx"]
FORMS: tuple[Form, ...] = ("text", "jsonl", "html", "markdown", "jsx", "vue", "svelte", "astro", "mdx")

SUFFIXES: dict[str, Form] = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xht": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".jsx": "jsx",
    ".tsx": "jsx",
    ".vue": "vue",
    ".svelte": "svelte",
    ".astro": "astro",
    ".mdx": "mdx",
}


def form_of(path: str) -> Form:
    """The form of a file by its name; "-", standard input, is plain text.

    Raises:
        DocumentError: its name does not say: a guess could write into a file that is not a list of texts.
    """
    if path == "-":
        return "text"
    suffix = PurePath(path).suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    named = f"has the suffix {suffix!s:.20}, which localalt cannot read" if suffix else "has no suffix"
    as_text = either('form="text"', "--form text")
    raise DocumentError(
        f"{path} {named}: say what it is, {as_text} for one alt text a line, or one of {', '.join(FORMS[1:])}."
    )
