"""Documents: where HTML, Markdown, JSON, components and plain text refer to images, and with which alt text.

    document = Document(path.read_bytes(), form_of(path.name), name=str(path))
    for reference in document.references:
        print(reference.line, reference.src, reference.state, reference.text)
    data = document.with_texts([(reference, "A better text.")])

The one reader each of HTML and of Markdown in the package is here. It finds spans by parsing, edits them, and proves
an edit before it hands it out. Knows nothing of models, of what a good text is, or of files and folders.
"""

from localalt.documents.document import Document
from localalt.documents.forms import FORMS, Form, form_of
from localalt.documents.references import AltState, ImageReference, ReferenceKind, Span, Surroundings

__all__ = [
    "FORMS",
    "AltState",
    "Document",
    "Form",
    "ImageReference",
    "ReferenceKind",
    "Span",
    "Surroundings",
    "form_of",
]
