"""Results from cases, outputs and verdicts."""

import json

import pytest

import localalt
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.pairs import judge_pair, read_arm_pairs, record_pair
from localalt.evaluation.judging.validation import validation_of
from localalt.evaluation.judging.verdicts import judge_outputs, read_verdicts
from localalt.evaluation.outputs import Output
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.reporting.markdown import markdown
from localalt.evaluation.reporting.results import to_json
from localalt.evaluation.reporting.tables import results_of
from tests.support.evaluation import DOG, Scripted, knowing, many_cases, output


@pytest.mark.slow
def test_results_have_every_arm_with_intervals_and_the_difference_from_the_baseline():
    cases = list(many_cases())
    good = [Output(case.id, "good", case.references[0], total_s=1.0) for case in cases]
    bad = [Output(case.id, "bad", "Image of something", total_s=2.0) for case in cases]
    results = results_of(cases, [*good, *bad], baseline="bad", n_resamples=500)
    errors = next(table for table in results.measures if table.name == "errors")
    row = next(row for row in errors.rows if row.arm == "good")
    assert row.against_baseline.verdict == "better"
    assert row.against_baseline.difference == pytest.approx(-1.0)
    assert row.interval.n == 40
    assert results.worst[0].arm == "bad"
    json.loads(to_json(results))


def test_a_judges_tables_say_whether_it_is_validated(tmp_path):
    cases = list(many_cases(12))
    outputs = [Output(case.id, "a", case.references[0]) for case in cases]
    records = Records(tmp_path / "v.jsonl")
    judge_outputs(Scripted(knowing), cases, outputs, records, wanted=criteria.FOUR + criteria.LETTERS)
    recorded = list(read_records(records.path))
    trust = validation_of("scripted", recorded, outputs)
    results = results_of(cases, outputs, read_verdicts(recorded), [trust], n_resamples=200)
    (judged,) = results.judges
    assert judged.validated is False
    assert judged.reasons
    assert set(judged.four[0].scores) == set(criteria.FOUR)
    assert judged.letters[0].letter in "ABCDF"


def test_results_of_nothing_are_refused():
    with pytest.raises(localalt.OptionError, match="no text about any"):
        results_of([DOG], [])
    with pytest.raises(localalt.OptionError, match="no arm 'z'"):
        results_of([DOG], [output("A dog.")], baseline="z")


@pytest.mark.slow
def test_arms_are_ranked_by_verdicts_on_pairs_of_their_texts(tmp_path):
    cases = list(many_cases(20))
    good = [Output(case.id, "good", case.references[0]) for case in cases]
    bad = [Output(case.id, "bad", "Something else altogether.") for case in cases]
    records, scripted = Records(tmp_path / "pairs.jsonl"), Scripted(knowing)
    for case, first, second in zip(cases, bad, good, strict=True):
        outcome = judge_pair(scripted, case, first.text, second.text, records)
        record_pair(scripted, case, "arms", outcome, records, first="bad", second="good")
    recorded = list(read_records(records.path))
    pairs = read_arm_pairs(recorded)
    assert len(pairs) == 20
    trust = validation_of("scripted", recorded, good)
    (judged,) = results_of(cases, [*bad, *good], [], [trust], pairs, n_resamples=200).judges
    assert [row.arm for row in judged.strengths] == ["good", "bad"]
    assert judged.strengths[0].interval.low > 0
    results = results_of(cases, [*bad, *good], [], [trust], pairs, n_resamples=200)
    (line,) = (line for line in markdown(results).splitlines() if "Bradley-Terry" in line)
    assert "judge not validated" in line
