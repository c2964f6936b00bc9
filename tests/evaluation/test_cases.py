"""Files of cases: what is read, and what is refused."""

import hashlib
import json

import pytest

import localalt
from localalt.evaluation.cases import pictures_as_cases, read_cases, split_of
from localalt.evaluation.statistics.intervals import scipy_stats
from tests.support.evaluation import cases_folder


@pytest.fixture
def folder(tmp_path, expected):
    return cases_folder(tmp_path, expected)


def test_cases_are_read_with_their_pictures_and_digests(folder, expected):
    cases = read_cases(folder / "cases.jsonl")
    assert len(cases) == len(expected)
    assert all(case.sha256 == hashlib.sha256(case.picture.read_bytes()).hexdigest() for case in cases)


def test_the_halves_are_apart_and_decided_by_the_pictures_alone(folder):
    path = folder / "cases.jsonl"
    dev, held_out = ({case.id for case in read_cases(path, split=split)} for split in ("dev", "held-out"))
    assert dev
    assert held_out
    assert not dev & held_out
    assert dev | held_out == {case.id for case in read_cases(path)}
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line.replace('"id": "', '"id": "x') for line in reversed(lines)))
    assert {case.id[1:] for case in read_cases(path, split="dev")} == dev


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "id is ''"),
        ({"picture": "missing.png"}, "missing.png cannot be read"),
        ({"sha256": "0" * 64}, "is another one than before"),
        ({"references": "one"}, "references is 'one', not a list"),
        ({"type": "movie"}, "type is 'movie'"),
        ({"must_mention": ["dog"]}, "must_mention is 'dog'"),
        ({"questions": [{"question": "?", "options": ["a"], "answer": 1}]}, "answer 1 is not the number of one of"),
        ({"questions": [{"question": "?"}]}, "options is missing"),
        ({"text": 5}, "text is 5"),
    ],
)
def test_a_damaged_case_is_reported_by_file_line_and_field(folder, change, message):
    path = folder / "cases.jsonl"
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([*rest, json.dumps({**json.loads(first), **change})]))
    with pytest.raises(localalt.OptionError, match=message) as caught:
        read_cases(path)
    assert f"line {len(rest) + 1}" in str(caught.value)


def test_files_that_are_not_cases_are_refused(folder):
    path = folder / "cases.jsonl"
    with pytest.raises(localalt.OptionError, match="cannot be read"):
        read_cases(folder / "missing.jsonl")
    path.write_text("{")
    with pytest.raises(localalt.OptionError, match="line 1, is not a case"):
        read_cases(path)
    with pytest.raises(localalt.OptionError, match="cannot be read"):
        pictures_as_cases([folder / "missing.png"])


def test_two_cases_may_not_have_one_id(folder):
    path = folder / "cases.jsonl"
    path.write_text(path.read_text() + "\n" + path.read_text().splitlines()[0])
    with pytest.raises(localalt.OptionError, match="two cases with the id"):
        read_cases(path)


def test_a_picture_stays_in_its_set():
    # Whoever changes these moves pictures that prompts were tuned with into the set that judges them.
    digests = [hashlib.sha256(str(index).encode()).hexdigest() for index in range(12)]
    assert "".join(split_of(digest)[0] for digest in digests) == "hdddhdhhhddd"
    assert [split_of(digest.upper()) for digest in digests] == [split_of(digest) for digest in digests]


def test_half_of_the_pictures_are_held_out_whatever_their_digest_begins_with():
    digests = [hashlib.sha256(str(index).encode()).hexdigest() for index in range(4000)]
    for begins in ("", "0", "f"):
        chosen = [split_of(digest) for digest in digests if digest.startswith(begins)]
        held_out = sum(each == "held-out" for each in chosen)
        assert scipy_stats().binomtest(held_out, len(chosen)).pvalue > 0.001


@pytest.mark.parametrize("wrong", ["", "a" * 63, "g" * 64, "a" * 65, "a" * 64 + "\n", None, b"a" * 64])
def test_what_is_not_a_digest_has_no_set(wrong):
    with pytest.raises(localalt.OptionError, match="64 hexadecimal"):
        split_of(wrong)
