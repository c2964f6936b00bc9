"""Whether a judge can be trusted: scripted judges, good ones and bad ones, against the controls."""

import json

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt.evaluation.judging.criteria import PAIR_GRAMMAR, SETS
from localalt.evaluation.judging.judge import AtOnce
from localalt.evaluation.judging.validation import examine, open_controls, planted, read_pairs, validation_of
from localalt.evaluation.judging.verdicts import judge_outputs
from localalt.evaluation.outputs import Output
from localalt.evaluation.records import Records, read_records
from tests.support.evaluation import Scripted, digits, knowing, many_cases


def labelled(cases):
    from localalt.evaluation.judging.validation import LabelledPair

    return [LabelledPair(case.id, case.references[0], "Something else altogether.", "first") for case in cases]


def trusted(tmp_path, answer, pairs=True):
    cases = list(many_cases())
    records = Records(tmp_path / "verdicts.jsonl")
    scripted = Scripted(answer)
    outputs = [Output(case.id, "a", case.references[0][: 30 + 5 * (index % 9)]) for index, case in enumerate(cases)]
    judge_outputs(scripted, cases, outputs, records, wanted=("accuracy",))
    examine(scripted, cases, records, pairs=labelled(cases) if pairs else [])
    return validation_of("scripted", list(read_records(records.path)), outputs)


@pytest.mark.slow
def test_a_judge_that_knows_is_validated(tmp_path):
    def blind_to_length(question, case):
        answer = json.loads(knowing(question, case))
        if "score" in answer and answer["score"] < 5:
            answer["score"] = 1 + digits(question) % 2
        return json.dumps(answer)

    trust = trusted(tmp_path, blind_to_length)
    assert [control.passed for control in trust.controls] == [True] * 4
    assert trust.kappa.n == 40


BAD = {
    "says the same of everything": lambda *_: '{"reason": "Good.", "score": 5, "better": "tie"}',
    "prefers the first": lambda *_: '{"reason": "Good.", "score": 4, "better": "first"}',
    "draws lots": lambda question, _: json.dumps(
        {"score": 1 + digits(question) % 5, "better": ["first", "second", "tie"][digits(question + "x") % 3]}
    ),
    "answers nothing": lambda *_: "I am only a small model.",
    "counts letters": lambda question, _: json.dumps({"score": min(5, len(question) % 60 // 10), "better": "second"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BAD)
def test_a_judge_that_does_not_is_not(tmp_path, case):
    trust = trusted(tmp_path, BAD[case])
    assert not trust.is_validated
    assert trust.reasons


@pytest.mark.slow
def test_a_judge_that_was_never_compared_with_people_is_not_validated(tmp_path):
    trust = trusted(tmp_path, knowing, pairs=False)
    assert any("never compared with people" in reason for reason in trust.reasons)


@given(st.text(max_size=80), st.integers(0, 5))
def test_a_planted_error_changes_one_word(text, seed):
    changed = planted(text, seed=seed)
    if changed is not None:
        assert changed != text
    assert planted("A red car.", seed=seed) == "A green car."
    assert planted("It has 12 doors.", seed=seed) == "It has 25 doors."
    assert planted("A tent.", seed=seed) is None


def test_pairs_of_people_are_read_or_refused(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"case": "dog", "first": "a", "second": "b", "better": "tie"}\n')
    assert read_pairs(path)[0].better == "tie"
    path.write_text('{"case": "dog", "first": "a", "second": "b", "better": "both"}\n')
    with pytest.raises(localalt.OptionError, match="pair 1"):
        read_pairs(path)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ({"case": "a", "first": "x"}, "has no second and no better"),
        ({"case": 7, "first": "x", "second": "y", "better": "tie"}, "has case 7: write it as text"),
        ({"case": "a", "first": "x", "second": "y", "better": "A"}, "has better 'A': write \"first\""),
        (None, "has no pairs"),
    ],
)
def test_a_pair_that_is_wrong_names_the_key_that_is(tmp_path, pair, message):
    path = tmp_path / "pairs.jsonl"
    path.write_text("" if pair is None else json.dumps(pair), encoding="utf-8")
    with pytest.raises(localalt.OptionError, match=message):
        read_pairs(path)


def test_a_judge_that_is_asked_about_several_criteria_at_once_is_examined_so(tmp_path):
    cases = list(many_cases(12))
    records = Records(tmp_path / "verdicts.jsonl")
    scripted = AtOnce(judge := Scripted(knowing))
    controls = open_controls(scripted, cases, records, wanted=("four",))
    examine(scripted, cases, records, wanted=("four",))
    assert len(controls) == len(judge.asked)
    assert {grammar for _, grammar in judge.asked} == {SETS["four"].grammar, PAIR_GRAMMAR}
    found = validation_of("scripted (all criteria in one question)", list(read_records(records.path)), [])
    assert [control.share.estimate for control in found.controls] == [1.0] * 3
    assert validation_of("scripted", list(read_records(records.path)), []).controls[0].share.n == 0, "another name"
