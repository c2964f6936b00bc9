"""A document: the bytes of a file as text, and the references to images in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from localalt.documents.editing import replaced
from localalt.documents.forms import Form
from localalt.documents.html import read_html
from localalt.documents.jsonl import read_json
from localalt.documents.markdown import read_markdown
from localalt.documents.plain import read_plain
from localalt.documents.references import ImageReference
from localalt.errors import DocumentError

__all__ = ["Document"]

_READERS: Mapping[Form, Callable[[str], Iterable[ImageReference]]] = {
    "text": read_plain,
    "jsonl": read_json,
    "html": read_html,
    "markdown": read_markdown,
}


class Document:
    """A file's content, read.

    Args:
        data: the bytes of the file.
        form: what they are.
        name: what the file is called in messages.

    Raises:
        DocumentError: the bytes cannot be decoded, or a reader for the form is not installed.
    """

    def __init__(self, data: bytes, form: Form, *, name: str = "The document") -> None:
        self.form = form
        self.name = name
        self._data = data
        try:
            self.text = data.decode("utf-8")  # no change of line breaks: they are written back as they were
        except ValueError as error:
            raise DocumentError(f"{name} is no text in UTF-8 ({error}): save it as such.") from error
        if form not in _READERS:
            raise DocumentError(f"{name} is {form}, for which there is no reader yet: leave it out.")
        self.references: tuple[ImageReference, ...] = tuple(_READERS[form](self.text))

    def with_texts(self, changes: Iterable[tuple[ImageReference, str]]) -> bytes:
        """The bytes of the document with other texts in the places of some; all else stays byte for byte.

        Raises:
            DocumentError: this cannot be done without changing something else; nothing was changed.
        """
        return replaced(self.text, changes).encode("utf-8")
