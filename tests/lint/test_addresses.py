import pytest

from localalt import lint
from localalt.lint.addresses import ends_in_address

ENDS = [
    *("https://example.org", "http://example.org/a?b=c#d", "ftp://a.b/c", "mailto:ada@example.org", "doi:10.1000/182"),
    *("example.org", "www.example.org", "sub.example.co.uk/path", "bit.ly/3xYz", "example.org/", "(example.org)"),
    *(
        "“example.org”",
        '"https://example.org/"',
        "<https://example.org>",
        "例え.jp",
        "localhost:8080",
        "192.168.0.1:80",
    ),
    *("ada@example.org", "@ada", "@ada@mastodon.social", "#nofilter", "/etc/hosts", "~/notes", "C:\\Users\\ada"),
    *("./run.sh", "photo.jpg", "src/a/b", "v2", "v1.2.3-rc1", "3.11.4", "--fix", "$HOME", "file_name", "print()"),
    *("tel:+123456", ":D", ";P", "<3", "xD", "x" * 3000),
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end[:20])
def test_an_address_a_tag_a_version_or_code_gets_no_full_stop(end):
    text = f"A poster with a dog on it and {end}"
    assert ends_in_address(text)
    assert lint.fix(text) == text
    assert "end-punctuation" not in {finding.rule for finding in lint.check(text)}


@pytest.mark.parametrize(
    "end", ["dog", "3.50", "2024", "12:30", "no. 12", "(brown)", "AC/DC", "5 p.m", "“Stop”", "50%"]
)
def test_any_other_end_gets_one(end):
    assert lint.fix(f"A poster with {end}") == f"A poster with {end}."


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("Image of example.org on a screen", "example.org on a screen."),
        ("Image of iPhone cases on a table", "iPhone cases on a table."),
        ("Image of photo.jpg in a file manager", "photo.jpg in a file manager."),
        ("Image of a dog", "A dog."),
    ],
)
def test_what_an_opening_leaves_is_not_made_another_name(text, fixed):
    assert lint.fix(text) == fixed
