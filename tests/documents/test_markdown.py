"""Markdown: which images there are, where their texts stand, and how one is replaced."""

import pytest

from localalt.documents import Document
from localalt.errors import DocumentError


def read(text):
    return Document(text.encode(), "markdown").references


@pytest.mark.parametrize(
    ("content", "fixed"),
    [
        ("![A dog](a.png)", "![NEW](a.png)"),
        ("![A dog][r]\n\n[r]: a.png", "![NEW][r]\n\n[r]: a.png"),
        ("![A dog][]\n\n[a dog]: a.png", "![NEW][A dog]\n\n[a dog]: a.png"),
        ("![A dog]\n\n[a dog]: a.png", "![NEW][A dog]\n\n[a dog]: a.png"),
        ("A dog: `![A dog](no)` ![A dog](a.png) A dog", "A dog: `![A dog](no)` ![NEW](a.png) A dog"),
        ("```\n![A dog](no)\n```\n\n![A dog](a.png)", "```\n![A dog](no)\n```\n\n![NEW](a.png)"),
        ("    ![A dog](no)\n\n![A dog](a.png)", "    ![A dog](no)\n\n![NEW](a.png)"),
        ("x <!-- ![A dog](no) --> ![A dog](a.png)", "x <!-- ![A dog](no) --> ![NEW](a.png)"),
        ("\\![A dog](no) ![A dog](a.png)", "\\![A dog](no) ![NEW](a.png)"),
        ("![A [big] dog](a.png)", "![NEW](a.png)"),
        ("![A \\] dog \\* &amp; x](a.png)", "![NEW](a.png)"),
        ("[![A dog](a.png)](/)", "[![NEW](a.png)](/)"),
        ("# A dog ![A dog](a.png) #", "# A dog ![NEW](a.png) #"),
        ("A dog\n![A dog](a.png)\n===", "A dog\n![NEW](a.png)\n==="),
        ("> text\n> ![A dog](a.png)", "> text\n> ![NEW](a.png)"),
        ("> text\n![A dog](a.png)", "> text\n![NEW](a.png)"),
        ("- a\n\n  1. b\n     ![A dog](a.png)", "- a\n\n  1. b\n     ![NEW](a.png)"),
        ("-\t![A dog](a.png)", "-\t![NEW](a.png)"),
        ("| A dog | b |\n|-|-|\n| a \\| b | ![A dog](a.png) |", "| A dog | b |\n|-|-|\n| a \\| b | ![NEW](a.png) |"),
        ("a | ![A dog](a.png)\n-|-\n", "a | ![NEW](a.png)\n-|-\n"),
        ("> | a |\n> |-|\n> | ![A dog](a.png) |", "> | a |\n> |-|\n> | ![NEW](a.png) |"),
        ("> - | ![A dog](a.png) |\n>   |-|", "> - | ![NEW](a.png) |\n>   |-|"),
        ("[^1]: ![A dog](a.png)", "[^1]: ![NEW](a.png)"),
        ("[^1]: x\n\n    ![A dog](a.png)", "[^1]: x\n\n    ![NEW](a.png)"),
        ("!!! note\n\n    ![A dog](a.png)", "!!! note\n\n    ![NEW](a.png)"),
        ("---\ntitle: ![A dog](no)\n---\n![A dog](a.png)", "---\ntitle: ![A dog](no)\n---\n![NEW](a.png)"),
        ("+++\nx = '![A dog](no)'\n+++\n![A dog](a.png)", "+++\nx = '![A dog](no)'\n+++\n![NEW](a.png)"),
        ('x <img data-alt="A dog" alt="A dog"> y', 'x <img data-alt="A dog" alt="NEW"> y'),
        ('> <p>\n> <img\n> alt="A dog">\n> </p>', '> <p>\n> <img\n> alt="NEW">\n> </p>'),
        ('<p><img alt="A dog"></p>\n\n![b](b)', '<p><img alt="NEW"></p>\n\n![b](b)'),
        ("A\r\n![A dog](a.png)\r\n", "A\r\n![NEW](a.png)\r\n"),
        ("A\r![A dog](a.png)\r", "A\r![NEW](a.png)\r"),
        ("\x00![A dog](a.png)", "\x00![NEW](a.png)"),
        ("![A dog](a.png 'A dog') A dog", "![NEW](a.png 'A dog') A dog"),
        ("![A\ndog](a.png)", "![NEW](a.png)"),
        ("> ![A\n> dog](a.png)", "> ![NEW](a.png)"),
    ],
)
def test_the_place_comes_from_the_parser_and_all_else_stays(content, fixed):
    document = Document(content.encode(), "markdown")
    new = document.with_texts([(document.references[0], "NEW")])
    assert new.decode() == fixed
    assert Document(new, "markdown").references[0].text == "NEW"


def test_the_second_of_two_that_are_the_same_is_the_second():
    document = Document(b"![A dog](a.png) ![A dog](a.png)", "markdown")
    assert document.with_texts([(document.references[1], "NEW")]) == b"![A dog](a.png) ![NEW](a.png)"


@pytest.mark.parametrize(
    ("content", "text", "fixed"),
    [
        ("![Image of Fish &amp; chips](x)", "Fish & chips.", "![Fish &amp; chips.](x)"),
        ("![a \\* b](x)", "a * b.", "![a \\* b.](x)"),
        ("![x](x)", "a [b] c", "![a \\[b\\] c](x)"),
        ("![x](x)", "5 * 3", "![5 * 3](x)"),
        ("![x](x)", "*a*", "![\\*a\\*](x)"),
        ("![x](x)", "snake_case", "![snake_case](x)"),
        ("![x](x)", "a `b` <c>", "![a \\`b\\` \\<c>](x)"),
        ("![x](x)", "a | b", "![a | b](x)"),
        ("![x](x)", "&amp;", "![\\&amp;](x)"),
        ("|a|\n|-|\n|![x](x)|", "a | b", "|a|\n|-|\n|![a \\| b](x)|"),
        ("![A dog\n  asleep](x)", "A dog asleep.", "![A dog asleep.](x)"),
        ("> ![A dog\n> asleep](x)", "A dog asleep.", "> ![A dog asleep.](x)"),
    ],
)
def test_only_what_must_be_escaped_is(content, text, fixed):
    document = Document(content.encode(), "markdown")
    assert document.with_texts([(document.references[0], text)]).decode() == fixed


@pytest.mark.parametrize(
    "content", ["![a **b** c](x)", "![a `b` c](x)", "![[a.png]]", "![a [b](c)](d)", ":img{alt=a}", "![a]({{ b }})"]
)
def test_what_has_markup_in_it_is_read_and_not_edited(content):
    (reference,) = read(content)
    assert reference.span is None


@pytest.mark.parametrize(
    ("content", "state", "text", "src", "name"),
    [
        ("![](a.png)", "empty", "", "a.png", ""),
        ('![](a.png "A dog")', "empty", "", "a.png", "A dog"),
        ("![a *b* ![c](d) e](f)", "text", "a b c e", "f", ""),
        ("![[dir/a.png]]", "missing", None, "dir/a.png", ""),
        ("![[a.png|300]]", "missing", None, "a.png", ""),
        ("![[a.png|A dog|300]]", "text", "A dog", "a.png", ""),
        ('::img{src=a.png alt="image"}', "text", "image", "a.png", ""),
        ('{{< figure src="a.png" >}}', "missing", None, "a.png", ""),
        ('{{< figure src="a.png" alt="A dog" >}}', "text", "A dog", "a.png", ""),
        ('![A dog]({{ "/a.png" | relative_url }})', "text", "A dog", '{{ "/a.png" | relative_url }}', ""),
        ("![]({% link a.png %})", "empty", "", "{% link a.png %}", ""),
        ("![{{ page.alt }}](a.png)", "computed", None, "a.png", ""),
        ('![](a.png){fig-alt="A dog"}', "empty", "", "a.png", "A dog"),
        ("```{figure} a.png\n:alt: A dog\n```", "text", "A dog", "a.png", ""),
        ("```{image} a.png\n```", "missing", None, "a.png", ""),
        ("<img src=a.png>", "missing", None, "a.png", ""),
    ],
)
def test_images_are_found_in_their_state(content, state, text, src, name):
    (reference,) = read(content)
    assert (reference.state, reference.text, reference.src, reference.name) == (state, text, src, name)


@pytest.mark.parametrize(
    "content", ["![[note]]", "![a]", "`![a](b)`", "~~~\n![a](b)\n~~~", "<!-- <img> -->", "!\\[a](b)"]
)
def test_these_have_none(content):
    assert read(content) == ()


def test_html_and_markdown_are_one_document():
    content = '# Dogs\n\n<div hidden>\n\n![a](a)\n\n</div>\n\nBefore <a href="/x">![b](b)</a> after.\n\n[![](c)](/y)\n'
    hidden, linked, alone = read(content)
    assert hidden.is_hidden
    assert not linked.is_hidden
    assert (linked.is_brief, linked.around.within, linked.around.target) == (True, "link", "/x")
    assert (linked.around.heading, linked.around.before, linked.around.after) == ("Dogs", "Before", "after.")
    assert (alone.is_decorative, alone.is_brief, alone.line) == (False, True, 11)


def test_an_edit_that_would_change_something_else_is_refused():
    document = Document(b"| a |\n|-|\n| ![x](x) |\n", "markdown", name="a.md")
    with pytest.raises(DocumentError, match=r"^a.md is left as it is. The text in line 3"):
        document.with_texts([(document.references[0], "two\n\nparagraphs")])
