import pytest
from hypothesis import given, strategies as st

from localalt.text.platforms import Limit, length
from localalt.text.truncation import fits, sentence_ends, shortened


def characters(most):
    return Limit("", most, "characters", None, "a test")


def graphemes(most):
    return Limit("", most, "graphemes", None, "a test")


SHORTENED = {
    "sentence fits": ("A dog on a sofa. It sleeps there all day.", 20, "A dog on a sofa."),
    "word": ("A dog on a sofa that is red and old.", 20, "A dog on a sofa…"),
    "word at the limit": ("A dog on a sofas xx yy.", 17, "A dog on a sofas…"),
    "comma": ("A dog, a cat, and a bird that sings.", 14, "A dog, a cat…"),
    "Chinese": ("一只狗在红色沙发上睡觉", 6, "一只狗在红…"),
    "combining marks": ("e\u0301t e\u0301te\u0301 ici", 10, "e\u0301t e\u0301te\u0301…"),
    "one long word": ("Donaudampfschifffahrtsgesellschaft am Kai", 20, ""),
    "long word at the end": ("Ein Donaudampfschifffahrtsgesellschaft", 20, "Ein…"),
    "hyphen": ("A red-and-white tent", 12, "A…"),
    "apostrophe": ("The dog's bowl", 9, "The…"),
    "Thai": ("สุนัขนั่งบนโซฟาสีแดง", 12, "สุนัขนั่งบน…"),
    "emoji with joiners": ("👨‍👩‍👧" * 5, 8, "👨‍👩‍👧…"),
    "flags": ("🇩🇪🇫🇷🇮🇹🇪🇸", 6, "🇩🇪🇫🇷…"),
    "skin tones": ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
    "fits exactly": ("A dog.", 6, "A dog."),
}


@pytest.mark.parametrize("case", SHORTENED)
def test_a_text_over_its_limit_ends_at_a_sentence_or_word(case):
    raw, limit, expected = SHORTENED[case]
    assert shortened(raw, (characters(limit),)) == expected


def test_the_unit_of_a_limit_decides_what_fits():
    families = "👨‍👩‍👧" * 4 + "."
    assert fits(families, (graphemes(5),))
    assert not fits(families, (characters(5),))
    assert shortened(families, (graphemes(4),)) == "👨‍👩‍👧" * 3 + "…"


def test_the_tightest_of_several_limits_holds():
    text = "A dog on a sofa. It sleeps there all day."
    assert shortened(text, (characters(500), graphemes(20))) == "A dog on a sofa."
    assert shortened(text, ()) == text


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Dr. Who. A dog.", [8, 15]),
        ('It says "Stop. Now." Then it ends.', [20, 34]),
        ("一只狗。它在睡觉。", [4, 9]),
        ("Is it 3.5? Yes!", [10, 15]),
        ("no end", []),
        ("Das Fest ist am 3. Mai. Es regnet.", [23, 34]),
        ("Il sig. Rossi legge. Piove.", [20, 27]),
        ("A bottle of No. 5 on a shelf.", [29]),
        ("He says no. The door shuts.", [11, 27]),
        ("A view of St. Petersburg.", [25]),
        ("Ein Haus, ca. 1900 gebaut.", [26]),
        ("Siehe S. 12 im Buch.", [20]),
        ("Der 1. FC spielt in der 2. Bundesliga.", [38]),
        ("Cats, dogs, etc. sit there. They wait.", [27, 38]),
        ("A sign of Acme Inc. The door is open.", [19, 37]),
        ("A book by J. R. R. Tolkien.", [27]),
        ("A U.S. Army truck.", [18]),
        ("Ein Bild von Ludwig XIV. von Frankreich.", [40]),
        ("Den 3. maj i Lund. En park.", [18, 27]),
        ("Улица в г. Москва. Снег.", [18, 24]),
        ("The bars reach 12. The line falls.", [18, 34]),
        ("Modern art. A chair.", [11, 20]),
        ("कुत्ता सोता है। बिल्ली बैठी है।", [15, 31]),
        ("Շունը քնած է։ Կատուն նստած է։", [13, 29]),
        ("ውሻው ተኝቷል። ድመቷ ተቀምጣለች።", [9, 21]),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say_so(text, ends):
    assert list(sentence_ends(text)) == ends


@given(
    st.lists(st.sampled_from(["dog", "sofa", "red", "asleep.", "Ada,"]), min_size=1, max_size=40).map(" ".join),
    st.integers(20, 60),
)
def test_shortening_keeps_whole_words(raw, limit):
    text = shortened(raw, (characters(limit),))
    if len(raw) > limit:
        assert raw.startswith(text.rstrip("…"))
        assert raw[len(text.rstrip("…")) :][:1] in (" ", ",", ".")


@pytest.mark.slow
@given(st.text(max_size=120), st.integers(1, 60), st.sampled_from(["characters", "graphemes", "utf16"]))
def test_shortening_any_text_keeps_to_the_limit_and_leaves_its_own_texts(text, most, unit):
    limits = (Limit("", most, unit, None, "a test"),)
    short = shortened(text, limits)
    assert length(short, unit) <= most
    assert shortened(short, limits) == short
    assert text.startswith(short.removesuffix("…"))
