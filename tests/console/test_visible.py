"""What hides in a stranger's words is shown as a code, and what scripts and emoji need is left alone."""

import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from localalt.console import html_escaped, markdown_escaped, visible
from localalt.console.markup import shown


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("a\x1b[31mred\x1b[0m.png", r"a\x1b[31mred\x1b[0m.png"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("two\nlines\r\tand more", r"two\nlines\r\tand more"),
        ("back\x08space\x7f", r"back\x08space\x7f"),
        ("c1\x9b31m\x85", r"c1\x9b31m\x85"),
        ("gpj.\u202egnp.exe", r"gpj.\u202egnp.exe"),
        ("\u2066a\u2069\u200e\u200f\u061c", r"\u2066a\u2069\u200e\u200f\u061c"),
        ("line\u2028paragraph\u2029", r"line\u2028paragraph\u2029"),
        ("caf\udcc3\udca9.jpg", r"caf\udcc3\udca9.jpg"),
        ("zero\u200bwidth\ufeff\u2060\xad", r"zero\u200bwidth\ufeff\u2060\xad"),
        ("tags\U000e0041\U000e007f", r"tags\U000e0041\U000e007f"),
        ("bytes in selectors\ufe01\U000e0101", r"bytes in selectors\ufe01\U000e0101"),
        ("fill\u3164er\u034f\uffa0", r"fill\u3164er\u034f\uffa0"),
        ("\ufff9ruby\ufffb\uffff", r"\ufff9ruby\ufffb\uffff"),
        (r"C:\pictures\x1b", r"C:\pictures\x1b"),
        ("", ""),
    ],
)
def test_what_hides_is_shown_as_its_code(text, reported):
    assert visible(text) == reported


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 family, 👩🏽‍🚀 astronaut, 🏳️‍🌈 flag, ❤️‍🔥",
        "1️⃣ #️⃣ ☎︎ ☎️",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # England's flag
        "می‌خواهم، کتاب‌ها",  # Persian
        "PDF‌ها",  # a Persian plural of a Latin word
        "क्‍ष क्‌ष র‍্য ශ්‍රී",  # conjuncts and what prevents them
        "葛\U000e0100城",  # the form of an ideograph
        "ᠠ᠋ᠪ",
        "ภาษา\u200bไทย",
        "é ñ 日本語 שלום – “quoted” …\xa0€",
        "\u06dd\u0661",
    ],
)
def test_what_has_a_use_stays(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("pass\u200dword", r"pass\u200dword"),
        ("pay\u200cpal", r"pay\u200cpal"),
        ("👩\u200d", r"👩\u200d"),
        ("\u200d👩", r"\u200d👩"),
        ("👩\u200d\u200d👩", r"👩\u200d\u200d👩"),
        ("می\u200c\u200cخ", "می\u200c\\u200cخ"),
        ("a\ufe0f", r"a\ufe0f"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f\\ufe0f"),
        ("\U0001f3f4\U000e0067", "\U0001f3f4\\U000e0067"),
        ("a\u200bb", r"a\u200bb"),
    ],
)
def test_joiners_and_selectors_hide_where_nothing_needs_them(text, reported):
    assert visible(text) == reported


def test_lines_and_tabs_stay_where_they_are_meant_and_nothing_else_does():
    assert visible("a\r\nb\tc\rd\x1b", keeps_lines=True) == "a\nb\tc\\rd\\x1b"


def test_a_draft_keeps_the_marks_of_hebrew_and_arabic_and_no_override():
    assert visible("שלום\u200f!\u202e", is_draft=True) == "שלום\u200f!\\u202e"


@given(st.text(st.characters(categories=None), max_size=40))
def test_nothing_that_is_shown_hides_and_it_may_be_shown_again(text):
    reported = visible(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", reported)
    assert visible(reported) == reported
    assert shown(shown(text)) == shown(text)
    reported.encode()


@pytest.mark.slow
def test_every_character_without_a_shape_is_known():
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    drawn = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in hidden and character not in drawn:
            assert visible(character) != character, hex(code)


def test_pages_have_codes_of_their_own_kind():
    for text in ("שלום", "👩‍🚀", "tab\tand\nbreak", "é"):
        assert shown(text) == text
    assert shown("a\u202eb\u2028c\x00") == "a[U+202E]b[U+2028]c[U+0000]"


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("a|b\\c", r"a\|b\\c"),
        ("![x](y) <b> `c` *d* _e_ ~f~ $g$ &amp; # h", r"!\[x\](y) \<b\> \`c\` \*d\* \_e\_ \~f\~ \$g\$ \&amp; \# h"),
        ("two\nlines\r\nthree", "two ↵ lines ↵ three"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("=====", r"\====="),
        ("1. item", r"1\. item"),
        ("12) item", r"12\) item"),
        ("1.5 m", r"1\.5 m"),
        ("https://example.org", r"https:\//example.org"),
        ("www.example.org", r"www\.example.org"),
        ("\x1b[31m\u202e", r"\[U+001B\]\[31m\[U+202E\]"),
        ("  ", "–"),
    ],
)
def test_markdown_is_text_whatever_it_is(text, reported):
    assert markdown_escaped(text, nothing="–") == reported


@pytest.mark.slow
@given(st.text(st.characters(categories=None), max_size=40))
def test_a_list_item_a_cell_and_a_heading_of_any_text_are_that_text(text):
    from markdown_it import MarkdownIt

    wanted = " ".join(shown(text).replace("\n", " ↵ ").split())
    escaped = markdown_escaped(text, nothing="–")
    page = f"# {escaped}\n\n- {escaped}\n\n| {escaped} | second |\n|---|---|\n| {escaped} | fourth |\n\n{escaped}\n"
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    kinds = [token.type for token in tokens if token.type.endswith("_open")]
    assert len([token for token in tokens if token.type == "inline"]) == 7
    assert kinds.count("bullet_list_open") == kinds.count("heading_open") == kinds.count("table_open") == 1
    assert not {"ordered_list_open", "blockquote_open"} & set(kinds)
    found = [token for token in tokens if token.type == "inline"]
    for token in found:
        assert {child.type for child in token.children} <= {"text", "text_special"}
        assert "".join(child.content for child in token.children) in (wanted or "–", "second", "fourth")


def test_html_is_text_in_elements_and_attributes():
    assert html_escaped("<b a='\"'>&\x1b") == "&lt;b a=&#x27;&quot;&#x27;&gt;&amp;[U+001B]"
