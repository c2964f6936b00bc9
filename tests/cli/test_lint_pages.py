"""What `localalt lint` says of a picture where it stands: other names, links, hidden parts, bindings, languages."""

import json
from pathlib import Path

import pytest

from localalt.cli.lint_file import check_document
from localalt.documents import Document
from localalt.lint.settings import LintSettings

DATA = Path(__file__).parent.parent / "data"
CASES = [
    json.loads(line)
    for name in ("lint_pages_html.jsonl", "lint_pages_markdown.jsonl")
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()
]


def found(page, form="html", **settings):
    document = Document(page.encode(), form)
    checked = check_document(document, LintSettings(**settings), frozenset(), is_fixed=False)
    return [reported.finding for reported in checked.reported]


def rules(page, form="html", **settings):
    return [finding.rule for finding in found(page, form, **settings)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['form']}: {case['name']}")
def test_a_picture_is_judged_where_it_stands(case):
    levels = {finding.level for finding in found(case["page"], case["form"])}
    worst = next((level for level in ("error", "warning") if level in levels), "none")
    assert worst == case["expected"]


def test_a_link_that_only_a_picture_names_is_said_so():
    (finding,) = found('<a href="/"><img src="home.svg" alt=""></a>')
    assert finding.rule == "empty"
    assert "link says nothing" in finding.message


def test_what_has_no_alt_attribute_by_its_kind_needs_a_name():
    (finding,) = found('<div role="img"></div>')
    assert finding.rule == "missing"
    assert "aria-label" in finding.message


def test_the_first_of_several_pictures_with_one_text_is_reported_with_the_lines_of_the_others():
    page = "\n".join(f'<img src="{name}.jpg" alt="A room">' for name in "abc")
    (finding,) = found(page)
    assert (finding.rule, finding.level) == ("same-text", "warning")
    assert "3 different pictures" in finding.message
    assert "lines 2, 3" in finding.message


def test_pictures_with_one_text_may_be_ignored_as_other_findings_are():
    page = "\n".join(f'<img src="{name}.jpg" alt="A room">' for name in "abc")
    assert rules(f"<!-- localalt-ignore: same-text -->\n{page}") == []
    document = Document(page.encode(), "html")
    assert check_document(document, LintSettings(), frozenset(("same-text",)), is_fixed=False).reported == ()


GERMAN = "Das Schiff liegt am Abend mit vielen Gästen im Hafen und wartet auf die Abfahrt."


@pytest.mark.parametrize(
    ("page", "language", "is_found"),
    [
        (f'<img src="a.jpg" alt="{GERMAN}">', None, False),
        (f'<img src="a.jpg" alt="{GERMAN}">', "en", True),
        (f'<p lang="de"><img src="a.jpg" alt="{GERMAN}"></p>', "en", False),
        (f'<p lang="en"><img src="a.jpg" alt="{GERMAN}"></p>', "de", True),
        (f'<p lang=""><img src="a.jpg" alt="{GERMAN}"></p>', "en", False),
        (f'<p lang="nonsense!"><img src="a.jpg" alt="{GERMAN}"></p>', "en", True),
        (f'<p lang="en_US"><img src="a.jpg" alt="{GERMAN}"></p>', "de", True),
        (f'<html lang="{{{{ l }}}}"><img src="a.jpg" alt="{GERMAN}"></html>', "de", False),
        (f'<meta http-equiv="Content-Language" content="en"><img src="a.jpg" alt="{GERMAN}">', None, True),
    ],
)
def test_the_language_that_the_page_declares_is_more_specific_than_the_option(page, language, is_found):
    assert ("language" in rules(page, language=language)) is is_found
