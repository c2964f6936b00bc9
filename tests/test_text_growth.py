"""Nobody keeps a program busy with a text: work grows with it, by count and not by the clock."""

import dataclasses
import importlib
import inspect
import pkgutil
import random
import re

import pytest

import scripts.checks.soak_text_growth as soak
from localalt import lint, text as text_room
from localalt.prompting import builder as prompts, fence, notes
from localalt.text import claims, cleaning, folding, graphemes, quotations, refusals
from localalt.text.claims import Sources
from scripts.checks import patterns, regex_steps
from scripts.checks.text_attacks import ATTACKS, attack

BOUNDED = {
    "localalt.lint.finders.framing._OPENINGS": "matched from where a text begins",
    "localalt.lint.finders.framing._SAYINGS": "likewise",
    "localalt.lint.finders.framing._LABELS": "likewise",
    "localalt.lint.finders.framing._MILD": "likewise",
    "localalt.lint.finders.framing._ENDINGS": "looks at 30 characters",
    "localalt.lint.finders.file_names._COPY": "looks at 20 characters",
    "localalt.lint.finders.machine._GUESS_AT_THE_END": "looks at 60 characters",
    "localalt.lint.finders.framing._SCREENSHOT": "matched from where a text begins",
    "localalt.hub.lockfile._REPOSITORY": "matched as a whole, by a function that gets it",
    "localalt.hub.lockfile._COMMIT": "likewise",
    "localalt.hub.lockfile._SHA256": "likewise",
}
"""Patterns that the reading of the code takes for searched."""
BUILT = {
    "localalt.doctor.pairs.weights._std": "a table of the module over its own names of tensors",
    "localalt.evaluation.measures.mentions": "words, escaped, in a frame",
    "localalt.files.globs.parse": "globs, whose stars fnmatch makes atomic",
    "localalt.image.decoding.identify": "signatures of files over their first bytes",
    "localalt.image.mistakes.mistaken": "signatures of files over their first bytes",
    "localalt.lint.finders.patterns.compiled": "at import",
    "localalt.text.pairs.__init__": "at import",
    "localalt.text.refusals._compiled": "a language's at its first use, looked at below",
    "localalt.text.short_answers.__init__": "words of its table, escaped",
}
"""Patterns that are put together inside functions, and why that is safe."""


def used():
    seen = set()
    for each in patterns.used_patterns():
        way = "match" if each.name.partition("[")[0] in BOUNDED else each.way
        key = each.pattern.pattern, each.pattern.flags, way
        if key not in seen:
            seen.add(key)
            yield each.name, each.pattern, way


@pytest.mark.slow
def test_no_pattern_of_the_package_takes_more_steps_than_a_text_has_characters_times_a_number():
    drawn = random.Random(26)
    wrong = []

    def look():
        for name, pattern, way in used():
            tried = soak.texts_for(pattern)
            try:
                found = soak.pattern_growth(pattern, way, drawn.sample(tried, 4))
            except regex_steps.TooManyStepsError:
                found = "more steps than anybody waits for"
            if found:
                wrong.append(f"{name}: {found}")

    soak.deep(look)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.slow
@pytest.mark.parametrize("language", random.Random(26).sample(sorted(refusals.UNABLE), 6))
def test_no_pattern_of_a_refusal_takes_more_steps_than_a_text_has_characters_times_a_number(language):
    drawn = random.Random(26)
    words = refusals._words(language)
    held = [getattr(words, field.name) for field in dataclasses.fields(words)]
    wrong = []

    def look():
        for pattern in [each for one in held for each in (one if isinstance(one, tuple) else (one,))]:
            tried = soak.texts_for(pattern)
            found = soak.pattern_growth(pattern, "scan", drawn.sample(tried, min(3, len(tried))))
            if found:
                wrong.append(f"{pattern.pattern[:80]}: {found}")

    soak.deep(look)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_patterns_that_are_put_together_are_known():
    assert {each for each in patterns.built_at_run_time() if "documents" not in each} == set(BUILT)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "is_linear"),
    [
        (r"(?<!\w)\d+(?:[.,]?\d+)*(?!\w)", False),
        (r"\s+$", False),
        (r"[^,]*,", False),
        (r"\w+@", False),
        (r"“[^”]*”", False),
        (r"(?:a|ab)(?:c|bc)*(?:d*)*e", False),
        (r"(?<!\w)\w+", True),
        (r"a{1,40}b", True),
        (r"\s+", True),
        (r"\[[^\[\]]*\]", True),
    ],
)
def test_the_counter_distinguishes_linear_patterns_from_others(pattern, is_linear):
    compiled = re.compile(pattern)

    found = []

    def look():
        try:
            found.append(soak.pattern_growth(compiled, "scan", soak.texts_for(compiled)))
        except regex_steps.TooManyStepsError:
            found.append("never ends")

    soak.deep(look)
    assert (found == [None]) == is_linear


@pytest.mark.slow
def test_the_counter_finds_what_re_finds():
    drawn = random.Random(7)
    wrong = []

    def look():
        for name, pattern, _ in used():
            own = [*regex_steps.attacks(pattern, 24), *(attack(each, 24) for each in ATTACKS), "A dog, 1,200 “cats”.\n"]
            for text in drawn.sample(own, 6):
                if list(regex_steps.matches(pattern, text)) != [match.span() for match in pattern.finditer(text)]:
                    wrong.append((name, text))

    soak.deep(look)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.slow
def test_functions_over_text_do_work_that_grows_with_it():
    cases = [(function, name) for function in soak.FUNCTIONS for name in ATTACKS]
    drawn = random.Random(26).sample(cases, 25)
    assert [wrong for function, name in drawn if (wrong := soak.growth(function, name, (1_000, 5_000)))] == []


@pytest.mark.slow
def test_work_that_grows_faster_than_the_text_is_seen(monkeypatch):
    def slow(text):
        return [graphemes.count(text[:end]) for end in range(0, len(text), 20)]

    monkeypatch.setattr(soak, "FUNCTIONS", {"slow": slow, "fast": graphemes.count})
    assert "slow(Chinese)" in soak.growth("slow", "Chinese", (500, 2_000))
    assert soak.growth("fast", "Chinese", (500, 2_000)) is None


def test_every_public_function_over_text_is_among_them():
    tried = {name.partition(",")[0].rpartition(".")[2] for name in soak.FUNCTIONS}
    rooms = [importlib.import_module(f"localalt.text.{each.name}") for each in pkgutil.iter_modules(text_room.__path__)]
    rooms += [fence, lint, notes, prompts]
    functions = {name for room in rooms for name in room.__all__ if inspect.isfunction(getattr(room, name))}
    of_no_text = {
        "any_of",
        "are_close",
        "around_picture",
        "validate_also",
        "limits_of",
        "function_words",
        "identifier",
        "limit_for",
        "same_language",
        "is_emoji",
        "words",
    }
    assert functions - of_no_text <= tried


# What froze a host, or kept it busy for minutes.


def test_digits_before_a_letter_are_no_number():
    assert claims.claims("7" * 5_000 + "x") == ()
    assert [claim.text for claim in claims.claims("It cost 1,200,000 or 12 % of 7x, at 10:30.")] == [
        "1,200,000",
        "12",
        "10:30",
    ]


@pytest.mark.slow
def test_openings_without_an_end_are_looked_for_once():
    for mark in "“„«»「『‘":
        assert quotations.blanked(mark * 20_000 + "x") == mark * 20_000 + "x"
    assert cleaning.clean("<think>" * 3_000, finish_reason="stop").text == ""


def test_a_row_of_dashes_is_fenced_by_a_longer_one():
    assert fence.fenced("-" * 200_000).splitlines()[0] == "-" * 200_001
    assert fence.fenced("a -- b").splitlines()[0] == "---"


def test_marks_on_one_letter_are_limited_before_they_are_sorted():
    assert folding.without_accents("e" + "\u0323\u0301" * 50_000) == "e"
    assert folding.normalized("e\u0301" * 100, "NFKC") == "é" * 100
    assert len(folding.normalized("\u0323\u0301" * 50_000, "NFKD")) == folding.MAX_MARKS


@pytest.mark.slow
def test_layers_around_layers_come_to_an_end():
    once = cleaning.clean("- " * 5_000 + "A dog.", finish_reason="stop").text
    assert once == "A dog."
    assert cleaning.clean("Alt text: " * 5_000 + "A dog.", finish_reason="stop").text == "A dog."
    assert cleaning.clean("A dog. " + "(2 words)" * 5_000, finish_reason="stop").text == "A dog."
    nested = "<|a" * 3_000 + "|>" * 3_000
    assert cleaning.clean(cleaning.clean(nested, finish_reason="stop").text, finish_reason="stop").text == (
        cleaning.clean(nested, finish_reason="stop").text
    )


def test_a_quotation_of_omissions_is_looked_for_a_few_times():
    sources = Sources(["a b c d e"])
    quotation = claims.claims('"a…c…e"')[0]
    assert sources.support(quotation)
    many = claims.claims('"' + "…".join(f"a{n}" for n in range(5_000)) + '"')[0]
    assert not sources.support(many)
