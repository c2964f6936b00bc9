import itertools
import unicodedata

import pytest
from hypothesis import assume, example, given, strategies as st

from localalt.text.graphemes import boundary_at_or_before, count, ends

regex = pytest.importorskip("regex")

# One to a reader, however many code points.
ONE = {
    "a letter": "a",
    "a letter with a mark": "e\u0301",
    "a letter with many marks": "o\u0302\u0323\u0489",
    "a line break of two": "\r\n",
    "a family": "👨‍👩‍👧‍👦",
    "a skin tone": "👍🏽",
    "a skin tone within a family": "👩🏿‍🤝‍👩🏻",
    "a profession": "🧑🏾‍🚒",
    "a heart as an emoji": "❤️",
    "a heart on fire": "❤️‍🔥",
    "the rainbow flag": "🏳️‍🌈",
    "a flag of two letters": "🇩🇪",
    "a flag of tags": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "a keycap": "1️⃣",
    "a syllable in one": "한",
    "a syllable in letters": "\u1112\u1161\u11ab",
    "a syllable and a trailing letter": "하\u11ab",
    "a conjunct": "क्ष",
    "a conjunct with a vowel": "स्त्री",
    "a Bengali conjunct": "ক্ষ",
    "a Tamil letter with its vowel": "நி",
    "a Thai letter with its vowel": "กำ",
    "a Khmer conjunct": "ក្ក",
    "a number sign before its digits": "\u0600\u0661",
    "half-width Japanese voicing": "ｶﾞ",
    "a Mongolian letter with a selector": "\u1820\u180b",
}
MANY = {
    "": 0,
    "abc": 3,
    "\n\r": 2,
    "🇩🇪🇫🇷": 2,
    "🇩🇪🇫": 2,
    "👍🏽👍": 2,
    "👍\u200d": 1,
    "a\u200d👍": 2,
    "👍\u200d\u200d👍": 2,
    "Zoë ♥ 🏳️‍🌈!": 8,
    "한국어": 3,
    "\u1112\u1161\u11ab\u1100\u116e\u11a8": 2,
    "नमस्ते": 3,
    "क्\u200cष": 2,
    "x\u200by": 3,
    "\ud83d\ude00": 2,  # lone halves, as a faulty decoder leaves them
}

# By how they join, so that drawing from them makes joins likely.
EMOJI = "👨👩👧👦👍🏳🏴❤⚧♀♂✈🌈🔥🚒🧑🤝🫱🫶©™ℹ#*19"
MODIFIERS = "\u200d\u200d\u200d\ufe0f\ufe0e\u20e3🏻🏽🏿\U000e0067\U000e007f\u200c"
FLAGS = "🇩🇪🇫🇷🇺🇳"
HANGUL = "\u1100\u1112\u115f\u1160\u1161\u11a7\u11a8\u11ff\ua960\ud7b0\ud7cb가각한힣"
INDIC = (
    "कषसतरअ\u094d\u093c\u0940\u093fকষ\u09cd\u09be\u09d7ತ\u0ccdക\u0d4d\u0d4eகி\u0bcd"
    "ក\u17d2မ\u1039\u102b\u1038ก\u0e33ਕ\u0a4d"
)
MARKS = "\u0300\u0323\u0489\u0903\u302f\uff9e\u3099\U0001d165"
CONTROLS = "\r\n\t\x00\u200b\u2028\ufeff\xad\u0600\u06dd\u2065\U000e0001"
LETTERS = "aZé é漢字かカｶش"
RICH = st.text(
    st.sampled_from("".join((EMOJI, MODIFIERS, FLAGS, HANGUL, INDIC, MARKS, CONTROLS, LETTERS))), max_size=40
)
ASSIGNED = st.characters(exclude_categories=["Cn", "Cs"], exclude_characters="\U0001171e")


# The regex package joins a consonant to any linker; the annex (GB9c) only where a consonant comes before it.
LOOSE = regex.compile(
    r"(?<!\p{InCB=Consonant}[\p{InCB=Extend}\p{InCB=Linker}]*)"
    r"\p{InCB=Linker}[\p{InCB=Extend}\p{InCB=Linker}]*\p{InCB=Consonant}"
)
# AHOM CONSONANT SIGN MEDIAL RA: a mark that no longer is nonspacing, which only an emoji and a joiner would show.
CHANGED = {"1171E"}


def clusters(text):
    cut = [0, *ends(text)]
    return [text[a:b] for a, b in itertools.pairwise(cut)]


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_what_a_reader_sees_as_one_is_one(text):
    assert count(text) == 1
    assert clusters(f"x{text}x") == ["x", text, "x"] or text.startswith("\u0600")


@pytest.mark.parametrize(("text", "number"), MANY.items(), ids=[ascii(text) for text in MANY])
def test_characters_are_counted_as_a_reader_would(text, number):
    assert count(text) == number


@given(RICH)
@example("👍\u0903\u200d👍")
@example("क\u094d\u094d\u200dष")
def test_texts_rich_in_joins_part_where_the_regex_package_parts_them(text):
    assume(not LOOSE.search(text))
    assert clusters(text) == regex.findall(r"\X", text)


@given(st.text(ASSIGNED, max_size=40))
def test_any_text_that_this_python_knows_parts_where_the_regex_package_parts_it(text):
    assume(not LOOSE.search(text))
    assert clusters(text) == regex.findall(r"\X", text)


@pytest.mark.slow
def test_every_assigned_character_joins_as_in_the_regex_package():
    known = (chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs"))
    wrong = {
        f"{ord(c):04X}"
        for c in known
        for text in (f"a{c}a", f"👍{c}\u200d👍", f"क{c}ष", f"\u1100{c}\u11a8")
        if clusters(text) != regex.findall(r"\X", text)
    }
    assert wrong <= CHANGED


@given(st.text(max_size=40) | RICH)
def test_nothing_is_lost_and_nothing_is_empty(text):
    parts = clusters(text)
    assert "".join(parts) == text
    assert all(parts)


def test_a_linker_joins_only_what_follows_a_consonant():
    assert clusters("a\u094dक") == ["a\u094d", "क"]


@given(RICH, st.integers(-2, 45))
def test_a_boundary_is_the_last_end_that_fits(text, position):
    assert boundary_at_or_before(text, position) == max(end for end in (0, *ends(text)) if end <= max(position, 0))


@pytest.mark.parametrize("text", [text for text in ONE.values() if len(text) > 1])
def test_no_cut_falls_inside_a_character(text):
    whole = f"x{text}"
    assert [boundary_at_or_before(whole, at) for at in range(1, len(whole))] == [1] * len(text)
