"""A document: the bytes of a file as text, and the references to images in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from localalt.documents.charset import declared_charset
from localalt.documents.components import read_astro, read_jsx, read_svelte
from localalt.documents.editing import edited
from localalt.documents.forms import Form
from localalt.documents.html import read_html
from localalt.documents.jsonl import read_json
from localalt.documents.markdown import read_markdown
from localalt.documents.mdx import read_mdx
from localalt.documents.plain import read_plain
from localalt.documents.references import ImageReference, Reading
from localalt.documents.vue import read_vue
from localalt.errors import DocumentError
from localalt.files.decoding import DecodingError, Encoding, decode, encode

__all__ = ["Document"]

_READERS: Mapping[Form, Callable[[str], Reading]] = {
    "text": read_plain,
    "jsonl": read_json,
    "html": read_html,
    "markdown": read_markdown,
    "jsx": read_jsx,
    "vue": read_vue,
    "svelte": read_svelte,
    "astro": read_astro,
    "mdx": read_mdx,
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
        self.text, self.encoding = self._decoded(data)
        self._reading = _READERS[form](self.text)

    @property
    def references(self) -> tuple[ImageReference, ...]:
        """The references to images, in the order of the document."""
        return self._reading.references

    def with_texts(self, changes: Iterable[tuple[ImageReference, str]]) -> bytes:
        """The bytes of the document with some texts replaced; everything else stays byte for byte.

        Raises:
            DocumentError: this cannot be done without changing something else; nothing was changed.
        """
        try:
            text = edited(self.text, self._reading, _READERS[self.form], changes, self.encoding.can_encode)
            data = encode(text, self.encoding)
            if not self.encoding.is_exact or self._decoded(data) != (text, self.encoding):
                raise DocumentError(f"Its encoding, {self.encoding.codec}, cannot be written back: edit it by hand.")
        except DocumentError as error:
            raise DocumentError(f"{self.name} is left as it is. {error}") from error
        return data

    def _decoded(self, data: bytes) -> tuple[str, Encoding]:
        try:
            return decode(data, declared=declared_charset(data) if self.form == "html" else None)
        except DecodingError as error:
            raise DocumentError(f"{self.name} cannot be read as text: {error}. Save it as UTF-8.") from error
