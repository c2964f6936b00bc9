import json
import re

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt import lint
from localalt.lint.profiles import PROFILES, Profile
from localalt.lint.rules import RULES
from tests.support.paths import DATA, ROOT

CASES = [json.loads(line) for line in (DATA / "lint_texts.jsonl").read_text("utf-8").splitlines()]


def found(text, **options):
    return [finding.rule for finding in lint.check(text, **options)]


def texts(kind):
    for case in CASES:
        options = {name: case[name] for name in ("language", "profile") if name in case}
        for text in case[kind]:
            yield pytest.param(case["rule"], text, options, id=f"{case['rule']}: {text[:40]!r}")


@pytest.mark.parametrize(("rule", "text", "options"), list(texts("bad")))
def test_a_rule_finds_what_it_is_for(rule, text, options):
    assert rule in found(text, **options)


@pytest.mark.parametrize(("rule", "text", "options"), list(texts("good")))
def test_a_rule_leaves_what_is_right(rule, text, options):
    assert rule not in found(text, **options)


def test_every_rule_has_a_name_and_a_number_of_its_own_a_source_and_texts():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert [rule.number for rule in RULES] == list(range(1, len(RULES) + 1))
    assert all(rule.source for rule in RULES)
    tested_below = {"limit", "unsupplied-name", "language", "repeats-nearby"}
    assert {case["rule"] for case in CASES} | tested_below == set(names)


NUMBERS = {"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20}
COUNTED = re.compile(rf"(?i)\b(\d\d|{'|'.join(NUMBERS)}) (?:lint )?rules\b")
PROSE = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *(ROOT / "localalt").rglob("*.py")]


def counts_of_rules(text):
    return [NUMBERS.get(match[1].lower()) or int(match[1]) for match in COUNTED.finditer(text)]


def test_the_count_of_rules_is_seen_in_prose():
    assert counts_of_rules("Fifteen rules, and 18 rules; a rule 12.") == [15, 18]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_prose_has_a_wrong_count_of_the_rules(path):
    assert set(counts_of_rules(path.read_text(encoding="utf-8"))) <= {len(RULES)}


# --- fixing ---

FIXED = {
    "opening": ("The image shows a brown dog on a beach.", "A brown dog on a beach."),
    "opening of a chart": ("The image is a chart of sales.", "A chart of sales."),
    "opening and stop": ("Photo of two dogs", "Two dogs."),
    "label": ("Alt text: A dog on a beach.", "A dog on a beach."),
    "chatter": ("Sure! Here is the alt text: Image of a dog", "A dog."),
    "offer": ("A dog on a beach.\nLet me know if you need more.", "A dog on a beach."),
    "breaks": ("A dog.\n\nA cat.\t", "A dog. A cat."),
    "markup": ("A **brown** dog on a [beach](x).", "A brown dog on a beach."),
    "thinking": ("<think>dog?</think>A dog.", "A dog."),
    "Chinese": ("一只狗在沙发上", "一只狗在沙发上。"),
    "Hindi": ("सोफे पर एक कुत्ता", "सोफे पर एक कुत्ता।"),
    "close-up": ("A close-up photo of a flower", "A close-up of a flower."),
    "praise": ("Stunning photo of a bay", "A bay."),
    "hidden": ("A dog\u200b sleeps.", "A dog sleeps."),
    "quoted stop": ('A sign: "STOP"', 'A sign: "STOP".'),
}


@pytest.mark.parametrize("case", FIXED)
def test_what_is_safe_is_fixed(case):
    text, fixed = FIXED[case]
    assert lint.fix(text) == fixed


@pytest.mark.parametrize(
    "text",
    [
        "The image shows that sales rose.",  # "That sales rose." is not a sentence
        "The image shows how to tie a knot.",
        "Black and white photograph of a street.",
        "Photo of the week: a kingfisher.",
        "(Image of a dog.)",
        "An image is displayed on a monitor.",
        "IMG_2034.jpg",
        "A dog on a",
        "A dog that appears to sleep.",
        "A <b>dog</b> on a beach.",
        'A sign: "Alt text: **none**".',
    ],
)
def test_what_is_not_safe_is_left(text):
    assert lint.fix(text) == text


@pytest.mark.parametrize("language", ["de", "fi"])
def test_where_cases_would_be_left_wrong_an_opening_is_reported_and_not_fixed(language):
    text = "Ein Bild von einem Hund am Strand." if language == "de" else "Image of Hund."
    assert "redundant-opening" in found(text, language=language)
    assert lint.fix(text, language=language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Foto de perfil de Zoé."),
        ("es", "Imagen del puerto."),
        ("pt", "Foto do porto."),
        ("it", "Foto della piazza."),
        ("fr", "Photo d'un phare."),
    ],
)
def test_no_compound_is_taken_apart_and_no_article_lost(language, text):
    assert lint.fix(text, language=language) == text


def test_a_finding_may_be_a_warning_where_its_rule_is_an_error():
    levels = {text: {f.level for f in lint.check(text, profile="web")} for text in ("Our logo", "Logo", "灯台の写真")}
    assert levels == {"Our logo": {"warning"}, "Logo": {"error"}, "灯台の写真": {"warning"}}


def test_only_rules_that_say_so_fix():
    fixable = {rule.name for rule in RULES if rule.is_fixable}
    for case in CASES:
        options = {name: case[name] for name in ("language", "profile") if name in case}
        for text in (*case["bad"], *case["good"]):
            assert {each.rule for each in lint.check(text, **options) if each.fix is not None} <= fixable


# --- what is known about a text ---


def test_nothing_is_the_right_text_of_a_decorative_picture():
    assert found("", decorative=True) == []
    assert found("") == ["empty"]


def test_a_text_that_is_none_has_that_one_finding():
    assert found("IMG_2034.jpg") == ["file-name"]
    assert found("image") == ["placeholder"]


def test_limits_count_in_the_platforms_unit():
    assert "limit" not in found("🐕" * 1000, platform="bluesky")
    assert "limit" in found("🐕" * 1001, platform="bluesky"), "it counts as JavaScript does"
    assert "limit" not in found("🐕" * 1500, platform="mastodon")
    assert "limit" in found("🐕" * 1501, platform="mastodon")
    (finding,) = (each for each in lint.check("A dog. " * 10, max_chars=60) if each.rule == "limit")
    assert "70 characters, and 60 are allowed" in finding.message
    (finding,) = (each for each in lint.check("x" * 1001, platform="x") if each.rule == "limit")
    assert "allowed on x" in finding.message


def test_more_words_are_right_for_a_chart_and_fewer_for_a_link():
    chart = "A chart of the sales in twelve months. " + " ".join(f"Month {number}." for number in range(30))
    assert "length" in found(chart)
    assert "length" not in found(chart, detailed=True)
    assert "length" in found("Photo album.")
    assert "length" not in found("Photo album.", brief=True)


def test_a_draft_may_only_name_whom_the_author_named():
    text = "A dog named Ada sits near the Eiffel Tower."
    assert "unsupplied-name" not in found(text), "an author may name whom they like"
    named = [text[f.start : f.end] for f in lint.check(text, supplied=["Our dog Ada"]) if f.rule == "unsupplied-name"]
    assert named == ["Eiffel Tower"]
    assert "unsupplied-name" not in found(text, supplied=["Ada", "Eiffel tower, Paris"])


def test_a_trait_that_the_author_supplied_is_not_a_guess():
    text = "A Black man plays the guitar on a small stage."
    assert "guessed-trait" in found(text)
    assert "guessed-trait" not in found(text, supplied=["Portrait of a Black man, our singer"])


def test_a_text_in_another_language_than_was_asked_for_is_reported():
    text = "A brown dog sleeps on a red sofa next to the window."
    assert "language" in found(text, language="de")
    assert "language" not in found(text, language="en")
    assert "language" not in found(text)
    assert "language" not in found("Ada Lovelace, Lisbon", language="de"), "names are of no language"


def test_a_text_that_a_model_did_not_end_is_cut_off_whatever_its_words():
    assert "cut-off" in found("A dog sleeps.", finish_reason="length")
    assert "cut-off" not in found("A dog sleeps.", finish_reason="stop")


@pytest.mark.parametrize(
    ("text", "nearby"),
    [
        ("Boats in the harbour", "Boats in the harbour"),
        ("Boats in the harbour.", "boats in the harbour"),
        ("Boats in the old harbour of Lisbon", "Figure 2: Boats in the old harbour of Lisbon"),
        ("港の船", "港の船。"),
    ],
)
def test_what_stands_beside_the_picture_is_not_said_again(text, nearby):
    assert "repeats-nearby" in found(text, nearby=["Menu", nearby])


@pytest.mark.parametrize(
    ("text", "nearby"),
    [
        ("Boats in the harbour", "The harbour of Lisbon in 1930"),
        ("Boats in the harbour", "Boats in the harbour had to pay a toll from 1890 on, says the archive"),
        ("Ada Lovelace", "Lovelace"),
        ("…", "…"),
    ],
)
def test_what_says_more_or_something_else_than_the_text_beside_it_is_right(text, nearby):
    assert "repeats-nearby" not in found(text, nearby=[nearby])


@pytest.mark.parametrize("name", ["boats-at-dusk", "boats_at_dusk", "boats2"])
def test_the_name_of_the_picture_s_own_file_is_not_a_text(name):
    assert "file-name" in found(name, source_name=f"https://example.org/a/{name}.jpg?w=600#top")
    assert "file-name" in found(name, source_name=f"C:\\pictures\\{name}.png")


def test_a_text_that_names_what_the_file_is_named_after_is_right():
    for text, name in {"Nyhavn": "Nyhavn.jpg", "Ada Lovelace": "ada-lovelace.jpg", "search": "search.svg"}.items():
        assert not {"file-name", "repeats-nearby"} & set(found(text, source_name=name))


def test_words_of_the_file_s_name_in_a_row_are_not_a_description():
    assert "repeats-nearby" in found("boats at dusk", source_name="boats-at-dusk.jpg")
    assert "repeats-nearby" not in found("Boats at dusk.", source_name="boats-at-dusk.jpg")
    assert "repeats-nearby" not in found("boats at dusk", source_name="data:image/png;base64,AAAA")


def test_a_long_description_may_have_paragraphs_and_any_length():
    text = "\n\n".join(f"Paragraph {number} tells of dog number {number}." for number in range(40))
    assert found(text, kind="long", max_chars=100) == []
    assert "repetition" in found("A dog sleeps here. A dog sleeps here.", kind="long")


# --- profiles ---


def test_a_profile_switches_rules_off_and_changes_their_level():
    assert "end-punctuation" in found("A brown dog sleeps on a red sofa next to a window")
    assert "end-punctuation" not in found("A brown dog sleeps on a red sofa next to a window", profile="web")
    (finding,) = lint.check("Image of a dog", profile="wcag")
    assert (finding.rule, finding.level) == ("redundant-opening", "warning")


def test_a_profile_of_ones_own_is_taken():
    own = Profile("own", "ours", levels={"hedge": "error", "length": None})
    (finding,) = lint.check("A dog that appears to sleep.", profile=own)
    assert finding.level == "error"


def test_profiles_change_rules_that_there_are():
    names = {rule.name for rule in RULES}
    for name, profile in PROFILES.items():
        assert name == profile.name
        assert set(profile.levels) <= names


# --- whatever comes ---

PIECES = st.sampled_from(
    [
        *(
            "Image of ",
            "The photo shows ",
            "Alt text: ",
            "Sure! ",
            "IMG_2034.jpg",
            "image",
            "A dog",
            " and",
            ".",
            ",",
            "\n",
            "\t",
        ),
        *(
            "**",
            "<b>",
            "&amp;",
            "`",
            "<think>",
            "<|im_end|>",
            "🐕",
            "👨‍👩‍👧",
            "🇩🇪",
            '"',
            "“",
            "”",
            "'",
            "(",
            "犬",
            "。",
            "e\u0301",
        ),
        *(" appears to ", "Asian woman", " 25-year-old ", " reads ", "Eiffel Tower", "\u202e", "\x00", "\ud800", " "),
    ]
)
ANY = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join))
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "ja", "th", "pt-BR", "tlh"])


@given(ANY, st.sampled_from(sorted(PROFILES)), LANGUAGES, st.sampled_from(["alt", "long"]))
def test_any_text_is_checked_and_fixing_ends_with_nothing_left_to_fix(text, profile, language, kind):
    for finding in lint.check(text, profile=profile, language=language, kind=kind, supplied=["Ada"], max_chars=30):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.message.endswith(".")
        assert "\n" not in str(finding)
    fixed = lint.fix(text, profile=profile, language=language, kind=kind)
    assert lint.fix(fixed, profile=profile, language=language, kind=kind) == fixed
    assert len(fixed) <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (5, {}, "not int"),
        (b"A dog", {}, "not bytes"),
        ("A dog", {"profile": "webb"}, 'did you mean "web"'),
        ("A dog", {"profile": 7}, "There is no profile 7"),
        ("A dog", {"platform": "blusky"}, "did you mean"),
        ("A dog", {"max_chars": 0}, "max_chars is 0"),
        ("A dog", {"max_chars": True}, "max_chars is True"),
        ("A dog", {"supplied": "Ada"}, "several texts"),
        ("A dog", {"nearby": "A dog"}, "several texts"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_next_step(text, options, message):
    with pytest.raises(localalt.OptionError, match=message):
        lint.check(text, **options)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["Image of " * 50_000, "a" * 900_000, "( " * 100_000, '"' * 100_000, "<" * 100_000])
def test_a_very_long_text_takes_no_very_long_time(unit):
    lint.check(unit)


@pytest.mark.slow
def test_a_text_beyond_all_measure_has_only_its_length_reported():
    assert set(found("A dog. " * 200_000, max_chars=100)) == {"length", "limit"}
