import json

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt.documents import FORMS, Document, form_of, markdown_parser
from localalt.errors import DocumentError


def texts_in(content, form):
    return Document(content.encode(), form).references


def replaced(content, form, changes):
    return Document(content.encode(), form).with_texts(changes).decode()


def found(content, form):
    return [(text.line, text.text) for text in texts_in(content, form)]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.html", "html"),
        ("B.HTM", "html"),
        ("README.md", "markdown"),
        ("x.qmd", "markdown"),
        ("d.jsonl", "jsonl"),
        ("d.json", "jsonl"),
        ("alts.txt", "text"),
        ("-", "text"),
    ],
)
def test_a_files_name_says_its_form(path, form):
    assert form_of(path) == form


@pytest.mark.parametrize("path", ["a.css", "a.py", "a.csv", "a.php", "a.html.erb", "Makefile", ".env", "LICENSE"])
def test_a_name_that_says_no_form_is_refused_with_the_next_step(path):
    with pytest.raises(DocumentError, match='form="text"') as caught:
        form_of(path)
    assert "--form text" in caught.value.in_command


# --- text ---


def test_a_text_file_has_one_to_a_line():
    assert found("A dog.\n\n  A cat. \r\nA bird.", "text") == [(1, "A dog."), (3, "A cat."), (4, "A bird.")]
    assert found("", "text") == []


# --- JSON lines ---


def test_json_lines_have_their_text_under_any_of_its_usual_names():
    lines = [
        {"text": "A dog.", "source": "a.jpg"},
        {"alt": "A cat.", "text": "A post."},
        {"alt_text": "A bird."},
        "A fish.",
    ]
    content = "\n".join(map(json.dumps, lines))
    assert found(content, "jsonl") == [(1, "A dog."), (2, "A cat."), (3, "A bird."), (4, "A fish.")]
    assert texts_in(content, "jsonl")[0].src == "a.jpg"


def test_what_is_known_about_a_text_comes_along():
    values = [{"text": "", "verdict": "decorative"}, {"alt": "x", "lang": "de"}, {"alt": "x", "purpose": "link"}]
    decorative, german, link = texts_in("\n".join(map(json.dumps, values)), "jsonl")
    assert decorative.is_decorative
    assert german.language == "de"
    assert link.is_brief


def test_a_damaged_line_is_reported_where_it_is_and_ends_nothing():
    content = '{"alt": "A dog."}\n{"alt": \n[]\n{"x": 1}\n{"error": {}}\n\n{"alt": "A cat."}'
    texts = texts_in(content, "jsonl")
    assert [(text.line, text.text) for text in texts if text.text] == [(1, "A dog."), (7, "A cat.")]
    problems = {text.line: text.problem for text in texts if text.problem}
    assert list(problems) == [2, 3, 4, 5]
    assert "not JSON" in problems[2]
    assert "not an object" in problems[3]
    assert "no text under any of alt" in problems[4]


def test_one_array_is_read_too():
    assert [text.text for text in texts_in('[{"alt": "A dog."}, {"alt": "A cat."}]', "jsonl")] == ["A dog.", "A cat."]
    (problem,) = texts_in("[{", "jsonl")
    assert "not JSON" in problem.problem


# --- HTML ---

PAGE = """<!doctype html>
<html lang="de"><body>
<img src="a.jpg" alt="A &quot;dog&quot; &amp; a cat">
<img src='b.jpg' alt=''><img src="c.jpg">
<img
  src="d.jpg"
  alt='Two
lines'>
<a href="/"><img src="e.jpg" alt="Home"></a>
<a href="/"><img src="f.jpg" alt=""> Home</a>
<button><img src="g.jpg" alt=""></button>
<img src="h.jpg" alt role="presentation"><img src="i.jpg" role="none"><img aria-hidden="true" alt="x">
<input type="image" src="j.jpg" alt="Send"><input type="text" alt="no">
<script>"<img alt='no'>"</script><!-- <img alt="no"> -->
</body></html>"""


def test_a_page_has_its_alt_texts_with_what_pictures_are_there_for():
    texts = {text.src: text for text in texts_in(PAGE, "html") if not text.is_hidden}
    assert {name: (text.line, text.text) for name, text in texts.items()} == {
        "a.jpg": (3, 'A "dog" & a cat'),
        "b.jpg": (4, ""),
        "c.jpg": (4, None),
        "d.jpg": (5, "Two\nlines"),
        "e.jpg": (9, "Home"),
        "f.jpg": (10, ""),
        "g.jpg": (11, ""),
        "h.jpg": (12, ""),
        "i.jpg": (12, None),
        "j.jpg": (13, "Send"),
    }
    assert [name for name, text in texts.items() if text.is_brief] == ["e.jpg", "g.jpg", "j.jpg"]
    assert [name for name, text in texts.items() if text.is_decorative] == ["b.jpg", "f.jpg", "h.jpg", "i.jpg"]
    assert texts["a.jpg"].language == "de"


# --- Markdown ---

NOTES = """# ![Logo](logo.png) Notes

A ![brown **dog**](dog.png "title") and ![a cat][cat].

[![Build](badge.svg)](https://example.org)

- ![](empty.png)

<p><img src="p.png" alt="A park"></p>

Inline <img src="q.png" alt='A quay'> here.

```
![no](no.png)
```

| a | b |
|---|---|
| ![cell](t.png) | x |

[cat]: cat.png
"""


def test_markdown_has_its_pictures_and_those_of_html_in_it():
    texts = {text.src: text for text in texts_in(NOTES, "markdown")}
    assert {name: (text.line, text.text) for name, text in texts.items()} == {
        "logo.png": (1, "Logo"),
        "dog.png": (3, "brown dog"),
        "cat.png": (3, "a cat"),
        "badge.svg": (5, "Build"),
        "empty.png": (7, ""),
        "p.png": (9, "A park"),
        "q.png": (11, "A quay"),
        "t.png": (19, "cell"),
    }
    assert texts["badge.svg"].is_brief
    assert texts["dog.png"].span is None, "what has markup in it is not replaced"


def test_without_its_parser_markdown_is_refused_with_the_next_step(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "markdown_it", None)
    markdown_parser.parser.cache_clear()
    with pytest.raises(localalt.OptionError, match=r"pip install 'localalt\[markdown\]'"):
        texts_in("![a](b)", "markdown")


# --- replacing ---

NEW = "A “new” [text] & more <b>"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("A dog.\r\nA cat.\n", "text"),
        ('{"alt": "A dog.", "n": 1}\n{"alt": "A \\u2028cat."}\n', "jsonl"),
        (PAGE, "html"),
        (NOTES, "markdown"),
    ],
)
def test_a_replaced_text_reads_back_and_all_else_stays(content, form):
    texts = texts_in(content, form)
    movable = [text for text in texts if text.span is not None]
    assert movable
    for text in movable:
        changed = replaced(content, form, [(text, NEW)])
        again = texts_in(changed, form)
        assert [each.text for each in again] == [NEW if each is text else each.text for each in texts]
        start, end = text.span.start, text.span.end
        assert changed.startswith(content[:start])
        assert changed.endswith(content[end:])


def test_several_are_replaced_at_once():
    texts = texts_in(PAGE, "html")
    wanted = [(text, f"{NEW} {index}") for index, text in enumerate(texts) if text.span is not None]
    again = {text.src: text.text for text in texts_in(replaced(PAGE, "html", wanted), "html")}
    assert all(again[text.src] == new for text, new in wanted)
    assert replaced(PAGE, "html", []) == PAGE


SNIPPETS = st.sampled_from(
    [
        *(
            "<img ",
            'alt="A dog"',
            "alt=x",
            ">",
            "<a>",
            "</a>",
            "<button>",
            "\n",
            '"',
            "'",
            "![A dog](a.png)",
            "![",
            "](",
        ),
        *(
            "](b)",
            "[",
            "]",
            "```",
            "<!--",
            "-->",
            "<script>",
            '{"alt": "A dog"}',
            "{",
            "}",
            "\\",
            "&amp;",
            "犬",
            "\u2028",
        ),
    ]
)


@given(st.lists(SNIPPETS, max_size=30).map("".join), st.sampled_from(FORMS[:4]))
def test_any_file_is_read_and_places_lie_within_it(content, form):
    texts = texts_in(content, form)
    for text in texts:
        assert 1 <= text.line <= content.count("\n") + len(content.splitlines()) + 1
        if text.span is not None:
            assert 0 <= text.span.start <= text.span.end <= len(content)
    replaced(content, form, [(text, "A new text") for text in texts if text.span and text.text])
