"""What a judge is asked about texts and pairs of texts, and what becomes of its answers."""

import dataclasses
import hashlib

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.pairs import judge_pair, read_arm_pairs
from localalt.evaluation.judging.questions import CRITERIA, parse_answer, questions_about
from localalt.evaluation.judging.verdicts import judge_outputs, read_verdicts
from localalt.evaluation.outputs import Output
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.statistics.pairwise import PairVerdict
from tests.support.evaluation import DOG, Scripted, knowing, output


def test_each_criterion_is_one_call_with_a_grammar():
    asked = list(questions_about(DOG, output("A brown dog. It sleeps."), CRITERIA, sees=False))
    names = [each.criterion for each in asked]
    assert names == [*criteria.SCORES, "questions", "questions", "claims", "claims", "facts"]
    assert all(each.grammar.startswith("root ::= ") for each in asked)
    seeing = [each.criterion for each in questions_about(DOG, output("A dog."), CRITERIA, sees=True)]
    assert seeing == [*criteria.SCORES, "claims"], "questions are answered from the text alone"


@pytest.mark.parametrize("asked", list(questions_about(DOG, output("A brown dog. It sleeps."), CRITERIA, sees=False)))
def test_every_grammar_is_one_that_llama_cpp_takes(asked):
    from localalt import native, selftest
    from localalt.request import GREEDY

    with native.Model(selftest.WEIGHTS) as model:
        native.Sampler(model, GREEDY, grammar=asked.grammar)


def test_a_judgement_goes_on_where_it_stopped_and_keeps_what_was_said(tmp_path):
    scripted = Scripted(knowing)
    records = Records(tmp_path / "verdicts.jsonl")
    judge_outputs(scripted, [DOG], [output("A brown dog.")], records, wanted=("accuracy", "questions"))
    assert len(scripted.asked) == 3
    judge_outputs(scripted, [DOG], [output("A brown dog.")], Records(records.path), wanted=("accuracy", "questions"))
    assert len(scripted.asked) == 3
    recorded = list(read_records(records.path))
    assert all({"question", "answer", "judge_family", "criteria_version"} <= set(record) for record in recorded)
    values = {(each.criterion, each.part): each.value for each in read_verdicts(recorded)}
    assert values["questions", "0"] == 1.0
    assert values["questions", "1"] == 0.0
    with pytest.raises(localalt.OptionError, match="no criterion 'beauty'"):
        judge_outputs(scripted, [DOG], [], records, wanted=("beauty",))


def test_the_place_of_a_right_answer_is_drawn_and_stays(tmp_path):
    cases = [dataclasses.replace(DOG, id=str(n), sha256=hashlib.sha256(str(n).encode()).hexdigest()) for n in range(40)]
    always_a = Scripted(lambda *_: '{"answer": "A"}')
    records = Records(tmp_path / "verdicts.jsonl")
    judge_outputs(always_a, cases, [Output(case.id, "a", "A dog.") for case in cases], records, wanted=("questions",))
    values = [each.value for each in read_verdicts(read_records(records.path))]
    assert 25 <= sum(values) <= 55, "of 80, one in two"
    asked = [question for question, _ in always_a.asked]
    again = [
        each.text for case in cases for each in questions_about(case, output("A dog."), ("questions",), sees=False)
    ]
    assert again == asked


@pytest.mark.parametrize("answer", ["", "I think it is fine.", "{", '{"score": "5"}', "[1]", '{"reason": "…'])
def test_an_answer_that_is_none_has_no_value(tmp_path, answer):
    records = Records(tmp_path / "verdicts.jsonl")
    judge_outputs(Scripted(lambda *_: answer), [DOG], [output("A dog.")], records, wanted=("accuracy",))
    assert [each.value for each in read_verdicts(read_records(records.path))] == [None]


def test_a_pair_is_asked_in_both_orders_and_a_disagreement_is_a_tie(tmp_path):
    good, bad = DOG.references[0], "Two cars on a road."
    assert judge_pair(Scripted(knowing), DOG, good, bad, Records(tmp_path / "a.jsonl")) == ("first", True)
    first = Scripted(lambda *_: '{"better": "first"}')
    assert judge_pair(first, DOG, good, bad, Records(tmp_path / "b.jsonl")) == ("tie", False)
    assert len(first.asked) == 2
    judge_pair(first, DOG, good, bad, Records(tmp_path / "b.jsonl"))
    assert len(first.asked) == 2


def test_what_a_judge_said_of_a_pair_is_what_it_says_when_asked_to_go_on(tmp_path):
    good, bad = DOG.references[0], "Two cars on a road."
    records = Records(tmp_path / "pairs.jsonl")
    said = judge_pair(Scripted(knowing), DOG, bad, good, records)
    assert said == ("second", True)
    silent = Scripted(lambda *_: pytest.fail("asked again"))
    assert judge_pair(silent, DOG, bad, good, records) == said
    assert judge_pair(silent, DOG, bad, good, Records(records.path)) == said


def test_pairs_of_arms_that_were_recorded_are_read_once_each_the_last_one_last():
    pair = {"pair_of": "arms", "judge": "j", "case": "1", "first": "a", "second": "b", "better": "tie"}
    records = [
        pair,
        {**pair, "better": "first"},  # judged again
        {**pair, "pair_of": "people", "second": "c"},
        {**pair, "judge": "other"},
        {"criterion": "accuracy", "case": "1"},
    ]
    assert read_arm_pairs(records) == [
        ("j", PairVerdict("1", "a", "b", "first")),
        ("other", PairVerdict("1", "a", "b", "tie")),
    ]


ALL_FOUR = '{"accuracy": 4, "completeness": 3, "conciseness": 5, "accessibility": 4, "reason": "So."}'


@pytest.mark.parametrize("sees", [False, True])
def test_criteria_asked_at_once_are_one_call_and_a_verdict_each(tmp_path, sees):
    scripted = Scripted(lambda *_: f"Here it is: {ALL_FOUR}", sees=sees)
    records = Records(tmp_path / "verdicts.jsonl")
    for _ in range(2):
        judge_outputs(scripted, [DOG], [output("A brown dog.")], Records(records.path), wanted=("four",))
    assert len(scripted.asked) == 1
    (record,) = read_records(records.path)
    assert (record["criterion"], record["value"]) == ("four", None)
    found = {each.criterion: each.value for each in read_verdicts([record])}
    assert found == {"accuracy": 4, "completeness": 3, "conciseness": 5, "accessibility": 4}


def test_no_criterion_is_asked_about_twice(tmp_path):
    with pytest.raises(localalt.OptionError, match="four asks about accuracy already"):
        judge_outputs(Scripted(knowing), [DOG], [], Records(tmp_path / "v.jsonl"), wanted=("accuracy", "four"))


def test_a_grammar_of_several_criteria_is_one_that_llama_cpp_takes():
    from localalt import native, selftest
    from localalt.request import GREEDY

    with native.Model(selftest.WEIGHTS) as model:
        native.Sampler(model, GREEDY, grammar=criteria.SETS["four"].grammar)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ALL_FOUR, [4, 3, 5, 4]),
        ('{"reason": "So.", "accessibility": 1, "conciseness": 2, "completeness": 3, "accuracy": 4}', [4, 3, 2, 1]),
        (ALL_FOUR.removesuffix('."}'), [4, 3, 5, 4]),
        ('{"accuracy": 4, "completeness": 3, "conciseness": 5, "accessib', [4, 3, 5, None]),
        ('{"accuracy": 4', [None] * 4),
        ('{"accuracy": 6, "completeness": 0, "conciseness": "5", "accessibility": true}', [None] * 4),
        ("I am sorry, but I can't judge this picture.", [None] * 4),
        ("", [None] * 4),
        ("{", [None] * 4),
        ("[4, 3, 5, 4]", [None] * 4),
        (
            '{"accuracy": NaN, "completeness": 1e400, "conciseness": null, "accessibility": 4.5}',
            [None, None, None, 4.5],
        ),
    ],
)
def test_an_answer_gives_the_numbers_that_can_be_read_of_it(tmp_path, answer, expected):
    records = Records(tmp_path / "verdicts.jsonl")
    judge_outputs(Scripted(lambda *_: answer), [DOG], [output("A brown dog.")], records, wanted=("four",))
    (record,) = read_records(records.path)
    assert list(record["values"].values()) == [each.value for each in read_verdicts([record])] == expected


@given(st.text(max_size=200) | st.text('{}",: a1[]\\n', max_size=80))
def test_any_answer_is_an_object(answer):
    assert isinstance(parse_answer(answer), dict)


def test_a_value_that_its_criterion_cannot_have_is_none():
    record = {"key": "k", "criterion": "mood", "value": 7}
    assert [each.value for each in read_verdicts([record, {**record, "criterion": "accuracy", "value": 0}])] == [
        None
    ] * 2
