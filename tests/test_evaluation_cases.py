"""The project's own cases, checked by machine: what can be wrong about them without looking."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from localalt import language, lint
from localalt.evaluation.cases import SHIPPED, read_cases
from localalt.evaluation.measures import mentions

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
    assert {case.language for case in CASES} >= {"en", "de", "fr", "es"}


def test_both_halves_have_some_of_most_types():
    halves = {split: Counter(case.type for case in CASES if case.split == split) for split in ("dev", "held-out")}
    assert all(sum(half.values()) >= 15 for half in halves.values())
    assert all(len(half) >= 7 for half in halves.values())


def test_some_contexts_are_wrong_or_hostile_on_purpose():
    kinds = Counter(case.context_is for case in CASES if case.context)
    assert kinds["wrong"] >= 3
    assert kinds["hostile"] >= 2
    assert kinds["true"] >= 3


@each()
def test_a_case_may_be_shipped_and_says_where_it_is_from(case):
    assert case.source
    assert re.match(r"CC0-1.0|public domain|no known copyright", case.licence)
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
    first = case.references[0]
    missing = [words for words in case.must_mention if not mentions(first, words)]
    # A logo's text is its name, and a figure's colour may be left out of the shorter one: the first counts.
    assert not missing
    for reference in case.references:
        assert not [word for word in case.must_not if mentions(reference, [word])]


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
    assert case.questions
    for choice in case.questions:
        assert 2 <= len(choice.options) <= 4
        assert len(set(choice.options)) == len(choice.options)


@each([case for case in CASES if case.language != "en"])
def test_references_are_in_the_language_of_their_case(case):
    for reference in case.references:
        assert language.check(reference, case.language, language.identifier()).outcome != "wrong"


def test_pictures_and_lines_are_what_the_script_makes(tmp_path):
    """All but the bytes of the pictures, which differ with the libraries' versions, and photographs."""
    script = Path(__file__).parent.parent / "scripts" / "make_cases.py"
    if not script.exists():
        pytest.skip("an installed package has no scripts")
    for case in CASES:
        if case.picture.suffix == ".jpg":
            (tmp_path / case.picture.name).write_bytes(case.picture.read_bytes())
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, capture_output=True)
    made = [json.loads(line) for line in (tmp_path / SHIPPED.name).read_text("utf-8").splitlines()]
    for new, old in zip(made, LINES, strict=True):
        assert {**new, "sha256": ""} == {**old, "sha256": ""}
        with Image.open(tmp_path / new["picture"]) as drawn, Image.open(BY_ID[new["id"]].picture) as shipped:
            assert drawn.size == pytest.approx(shipped.size, abs=2)
