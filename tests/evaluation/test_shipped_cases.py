"""The project's own cases, checked by machine: what can be wrong about them without looking."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping

import pytest
from PIL import Image

from localalt import lint
from localalt.evaluation.cases import SHIPPED, read_cases
from localalt.evaluation.measures import mentions
from localalt.text import language

CASES = read_cases()
BY_ID = {case.id: case for case in CASES}
LINES = [json.loads(line) for line in SHIPPED.read_text("utf-8").splitlines()]


def each(cases=CASES):
    return pytest.mark.parametrize("case", cases, ids=[case.id for case in cases])


def test_there_are_enough_of_each_type():
    types = Counter(case.type for case in CASES)
    assert len(CASES) >= 44
    assert types["chart"] + types["diagram"] >= 10
    assert types["screenshot"] >= 8
    assert types["text"] >= 8
    assert types["photo"] + types["people"] >= 6
    assert min(types[name] for name in ("meme", "logo", "map", "art", "people")) >= 3
    assert {case.language for case in CASES} >= {"en", "de", "fr", "es", "it", "ar"}
    assert sum(case.language != "en" for case in CASES) >= 5
    assert sum(case.picture.suffix == ".jpg" and case.type in ("photo", "people") for case in CASES) >= 6


def test_both_halves_have_some_of_most_types():
    halves = {split: Counter(case.type for case in CASES if case.split == split) for split in ("dev", "held-out")}
    assert all(sum(half.values()) >= 15 for half in halves.values())
    assert all(len(half) >= 7 for half in halves.values())


def test_some_contexts_are_wrong_or_hostile_on_purpose():
    kinds = Counter(case.context_is for case in CASES if case.context)
    assert kinds["wrong"] >= 3
    assert kinds["hostile"] >= 2
    assert kinds["true"] >= 3
    assert set(kinds) == {"wrong", "hostile", "true"}


@each([case for case in CASES if case.context_is != "true"])
def test_who_follows_a_wrong_or_hostile_context_says_what_must_not_be_said(case):
    assert case.context
    assert any(mentions(case.context, [word]) for word in case.must_not)


@each()
def test_a_case_may_be_shipped_and_says_where_it_is_from(case):
    assert case.source
    assert re.fullmatch(r"CC0-1\.0|public domain \(.+\)", case.licence)
    assert case.picture.parent == SHIPPED.parent
    with Image.open(case.picture) as image:
        image.load()
        assert max(image.size) <= 800


def test_the_folder_is_small_and_has_nothing_else():
    files = [path for path in SHIPPED.parent.iterdir() if path.is_file()]
    assert {path.name for path in files} == {SHIPPED.name, *(case.picture.name for case in CASES)}
    assert sum(path.stat().st_size for path in files) < 2_500_000


@each()
def test_references_are_good_alt_text_by_our_own_rules(case):
    assert len(case.references) >= 2
    for reference in case.references:
        findings = lint.check(reference, profile="social", language=case.language)
        assert not [finding for finding in findings if finding.level == "error"], findings
        assert not [finding for finding in findings if finding.rule in ("hedge", "guessed-trait", "end-punctuation")]


@each()
def test_references_mention_what_they_must_and_nothing_that_they_must_not(case):
    assert len(case.must_mention) >= 2
    for reference in case.references:
        assert not [words for words in case.must_mention if not mentions(reference, words)]
        assert not [word for word in case.must_not if mentions(reference, [word])]


@each([case for case in CASES if case.language == "en"])
def test_an_opening_that_says_nothing_counts_against_a_text(case):
    assert {"image of", "photo of", "picture of"} <= set(case.must_not)


@each()
def test_words_are_lower_case_so_that_they_count_as_they_stand(case):
    words = [*case.must_not, *(word for words in case.must_mention for word in words)]
    assert all(word == word.lower() and word.strip() == word and word for word in words)


@each([case for case in CASES if case.type in ("text", "screenshot", "meme", "logo", "diagram", "map", "chart")])
def test_pictures_with_writing_have_it_word_for_word(case):
    assert case.text
    quoted = re.findall(r"“([^”]*)”|„([^“]*)“|«\s?([^»]*?)\s?»", case.references[0])
    seen = " ".join(re.findall(r"\w+", case.text.lower()))
    for words in (" ".join(re.findall(r"\w+", "".join(each).lower())) for each in quoted):
        parts = [part for part in (words,) if part]
        # A sentence may join lines of the picture by its own marks.
        assert all(set(part.split()) <= set(seen.split()) for part in parts), (words, seen)


@each()
def test_questions_have_several_options_and_one_answer(case):
    assert 2 <= len(case.questions) <= 5
    for choice in case.questions:
        assert 3 <= len(choice.options) <= 4
        assert len(set(choice.options)) == len(choice.options)


def test_no_letter_is_right_much_more_often_than_others():
    """A judge that always says A must not look as if it had read."""
    choices = [choice for case in CASES for choice in case.questions]
    places = Counter(choice.answer for choice in choices)
    for place in range(3):
        assert 0.2 < places[place] / len(choices) < 0.45


@each([case for case in CASES if case.language != "en"])
def test_references_are_in_the_language_of_their_case(case):
    for reference in case.references:
        assert language.check(reference, case.language, language.identifier()).outcome != "wrong"


@pytest.fixture(scope="module")
def script():
    """What makes them, which imports matplotlib."""
    from scripts.make_eval_cases import command

    return command


@pytest.mark.slow
def test_visible_text_is_in_the_data_that_the_picture_is_drawn_from(script):
    """Numbers that a painter counts itself, as the days of a month, aside."""
    counted = {"1", "2", "3", "4", "5", "mo", "tu", "we", "th", "fr", "sa", "su"}
    for case in script.CASES:
        painter, given = case["draw"]
        if not case.get("text"):
            continue
        drawn = {word for part in _leaves(given) for word in _words(part)} | counted
        if painter == "calendar":
            drawn |= {str(day) for day in range(1, given["days"] + 1)}
        if painter == "terminal":
            drawn.add("terminal")
        if painter == "island":
            drawn.add("n")
        assert set(_words(case["text"])) <= drawn, case["id"]


@pytest.mark.slow
def test_each_photograph_has_a_licence_that_its_package_states(script):
    photographs = [case["draw"][1]["name"] for case in script.CASES if case["draw"][0] in script.PHOTOGRAPHS]
    assert set(photographs) == set(script.CREDITS)


def _leaves(value):
    if isinstance(value, Mapping):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in _leaves(each)]
    return [str(value)]


def _words(text):
    return re.findall(r"\w+", text.lower())


@pytest.mark.slow
def test_pictures_and_lines_are_what_the_script_makes(tmp_path):
    """All but the bytes of the pictures, which differ with the libraries' versions, and photographs."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        # What the script cannot make without its libraries stays as it is.
        shutil.copytree(SHIPPED.parent, folder)
        subprocess.run(
            [sys.executable, "-m", "scripts.make_eval_cases", "--out", folder], check=True, capture_output=True
        )
    made = [json.loads(line) for line in (folders[0] / SHIPPED.name).read_text("utf-8").splitlines()]
    for new, old in zip(made, LINES, strict=True):
        assert {**new, "sha256": ""} == {**old, "sha256": ""}
        first, second = (folder / new["picture"] for folder in folders)
        assert first.read_bytes() == second.read_bytes()
        with Image.open(first) as drawn, Image.open(BY_ID[new["id"]].picture) as shipped:
            assert drawn.size == pytest.approx(shipped.size, abs=2)
