"""There is one reader of HTML and one of Markdown in the package, and an edit of any document is proved."""

import re
from pathlib import Path

import pytest

import localalt
from localalt.cli import lint as command
from localalt.documents import FORMS, Document
from localalt.documents.editing import edited
from localalt.documents.references import ImageReference, Piece, Reading, Span
from localalt.errors import DocumentError
from scripts.checks.soak_documents import soak

PACKAGE = Path(localalt.__file__).parent
ROOT = PACKAGE.parent
PARSERS = re.compile(
    r"^\s*(?:from|import) (?:html\.parser|html5lib|lxml|bs4|markdown_it|mistune|markdown)\b"
    r"|re\.\w+\([^\n]*(?:<\(?(?:\?:)?img|\\balt|alt\\s|alt=)",
    re.MULTILINE,
)


def using(folder):
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*.py")
        if PARSERS.search(path.read_text(encoding="utf-8"))
    }


ANSWERS = {"localalt/text/wrappers.py"}
"""Takes the text out of a model's answer that came as a tag: not a document, and often not HTML either."""


def test_one_room_reads_html_and_markdown():
    assert using(PACKAGE) - ANSWERS == {"localalt/documents/markdown.py", "localalt/documents/markdown_parser.py"}
    assert using(ROOT / "scripts") | using(ROOT / "benchmarks") == set()


def test_the_search_for_parsers_finds_one():
    assert PARSERS.search("    from html.parser import HTMLParser")
    assert PARSERS.search("""_ALT = re.compile(r"\\balt\\s*=")""")


def test_the_command_knows_the_forms_there_are():
    assert command.FORMS == FORMS


@pytest.mark.slow
def test_documents_of_nasty_pieces_are_edited_without_a_change_elsewhere():
    outcome = soak(400, seed=16)
    assert outcome.failures == ()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_changed_is_the_same_bytes(form):
    data = "\ufeff<img alt='a'>\r\n![b](c)\n".encode()
    document = Document(data, form)
    assert document.with_texts([]) == data
    assert document.with_texts([(each, each.text) for each in document.references if each.text is not None]) == data


def test_an_edit_whose_result_reads_otherwise_is_refused():
    content = "abc"
    reference = ImageReference("b", 1, span=Span(1, 2, "json", (Piece(1, 2, "b"),), '"'))

    def read(new):
        return Reading((ImageReference("something else", 1),), b"")

    with pytest.raises(DocumentError, match="line 1 or a later one cannot be replaced without a change elsewhere"):
        edited(content, Reading((reference,)), read, [(reference, "x")], lambda text: True)


def test_a_reference_of_another_document_is_refused():
    document, other = Document(b"<img alt=a>", "html"), Document(b"<img alt=b>", "html")
    with pytest.raises(DocumentError, match="another document"):
        document.with_texts([(other.references[0], "x")])


def test_a_character_that_the_encoding_lacks_is_refused_where_it_cannot_be_written_otherwise():
    # No form but HTML declares an encoding, and all others can hold any character.
    document = Document('<meta charset="latin1"><img alt=a>'.encode(), "html")
    assert "&#29356;" in document.with_texts([(document.references[0], "犬")]).decode("cp1252")
