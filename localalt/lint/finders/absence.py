"""Texts that say nothing: an empty one, the name of a file, a placeholder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from localalt.lint import words
from localalt.lint.finders.nearby import stem
from localalt.lint.finders.patterns import compiled
from localalt.lint.subject import Fault, Subject

__all__ = ["empty", "file_name", "placeholder"]


def empty(subject: Subject) -> Iterator[Fault]:
    """A text without a letter, a digit or a symbol."""
    if not any(unicodedata.category(c)[0] in "LNS" for c in subject.text):
        message = "The alt text is empty: describe the picture, or mark it as decorative."
        yield Fault(0, len(subject.text), message)


_SUFFIX = r"\.(?:jpe?g|png|gif|webp|avif|hei[cf]|svg|bmp|tiff?|jfif|raw|dng|mp4|mov)"
_FILE_NAME = compiled(
    rf"[^\n,;:!?]{{1,120}}{_SUFFIX}"
    r"|(?:image|img|photo|picture|pic|figure|fig|untitled|screen ?shot|scan|file|foto|bild|imagen|immagine|unnamed)"
    r"[-_ ]?\(?\d+\)?"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{16,}|\d+(?:[-_]\d+)*"
)
_CAMERA_NAME = re.compile(
    r"\b(?:IMG|DSC[NF]?|PXL|MVIMG|VID|GOPR|DJI|_MG|FB_IMG|IMAG|SAM|WP|received)[-_]?\d{4,}\w*"
    r"|\b(?:Screenshot|Screen Shot|Bildschirmfoto|CleanShot|WhatsApp Image)[-_ ](?:\w+ )?\d{4}-\d\d-\d\d[\w.: -]*"
)
_SEPARATED = re.compile(r"[-_]|\d")
"""In the name of a file that no person would write as a text: "dog" may be both."""


def file_name(subject: Subject) -> Iterator[Fault]:
    """The name of a file in place of a text, or the name that a camera gave a picture anywhere in it."""
    message = "“{}” is a file name (WCAG failure F30): describe the picture."
    stripped = subject.text.strip()
    name = stem(subject.source_name)
    if _FILE_NAME.fullmatch(stripped) or (stripped == name and _SEPARATED.search(name)):
        yield Fault(0, len(subject.text), message.format(stripped))
        return
    for match in _CAMERA_NAME.finditer(subject.outside):
        yield Fault(*match.span(), message.format(match[0].strip()))


_AROUND = " \t\n.,:;!?-–—_*[](){}<>\"'“”"


def placeholder(subject: Subject) -> Iterator[Fault]:
    """A word such as "image" in place of a text."""
    word = subject.text.strip(_AROUND).casefold()
    bare = re.sub(r"^(?:an?|the|ein|eine|une?|una?|um|uma)\s+", "", word)
    if {word, bare} & words.PLACEHOLDERS:
        message = f"“{word}” is a placeholder (WCAG failure F30): describe the picture."
        yield Fault(0, len(subject.text), message)
