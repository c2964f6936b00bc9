"""The summary that a report begins with, and how many questions a judge is asked, said before."""

import contextlib
import json
import random
import re

import pytest

from localalt import cli
from localalt.cli.evaluate import judge as judge_steps
from localalt.evaluation.cases import Case
from localalt.evaluation.judging.pairs import judge_pair, open_pair
from localalt.evaluation.judging.validation import (
    OTHER_PICTURE,
    Control,
    JudgeValidation,
    LabelledPair,
    examine,
    open_controls,
)
from localalt.evaluation.judging.verdicts import JudgeVerdict, judge_outputs, open_questions
from localalt.evaluation.outputs import Output
from localalt.evaluation.records import Records
from localalt.evaluation.reporting.html import page
from localalt.evaluation.reporting.markdown import markdown
from localalt.evaluation.reporting.results import to_json
from localalt.evaluation.reporting.tables import results_of
from localalt.evaluation.reporting.words import plain
from localalt.evaluation.statistics.comparison import Interval, rate_interval

CONTROL = Control(OTHER_PICTURE, rate_interval(40, 40))
GOOD = JudgeValidation("j", (CONTROL,), Interval(0.6, 0.4, 0.8, 30, 0.95))
BAD = JudgeValidation("j", (CONTROL,), reasons=("never compared with people",))


def cases_of(n):
    return [
        Case(
            f"case{k}", None, f"{k:064x}", references=("A dog on a sofa.", "A dog."), must_mention=(("dog",), ("sofa",))
        )
        for k in range(n)
    ]


def results(shares, *, n=24, trust=None, scores=None, failed=()):
    """Arms that mention the dog in a share of their texts; `scores` are a judge's, by arm, with some noise."""
    rng, cases, outputs, verdicts = random.Random(0), cases_of(n), [], []
    for arm, share in shares.items():
        for k, case in enumerate(cases):
            text = "A dog on a sofa." if k < share * n else "Something on a sofa."
            error = "damaged" if (arm, k) in failed else ""
            outputs.append(Output(case.id, arm, "" if error else text, error=error))
            if scores:
                value = scores[arm] + rng.choice([-0.5, 0.5])
                verdicts.append(JudgeVerdict(f"{arm}{k}", case.id, arm, 0, "j", "accuracy", value))
    return results_of(cases, outputs, verdicts, [trust] if trust else [], n_resamples=500)


def said(found):
    return [plain(sentence) for sentence in found.summary]


def test_an_arm_that_beats_all_others_beyond_chance_is_best():
    first, second, third = said(results({"plain": 0.3, "typed": 1.0, "brief": 0.2}))
    assert first.startswith(
        "typed is best by “Must be mentioned, and is”, beyond chance: the nearest, plain, is behind by "
    )
    assert second == "No judge was examined, so this rests on measures without one."
    assert third.startswith("Look first at the worst case, the text of ")


@pytest.mark.parametrize("shares", [{"a": 0.5, "b": 0.55}, {"a": 0.5, "b": 0.5}, {"a": 0.1, "b": 0.8, "c": 0.85}])
def test_where_the_interval_includes_zero_nobody_wins(shares):
    found = results(shares)
    first = said(found)[0]
    assert first.startswith("No arm is shown to be best by “Must be mentioned, and is”: ")
    assert "may be chance" in first
    assert not found.best.shown
    assert any(each.low <= 0 or each.p > 0.05 for each in found.best.others)
    assert ("better than a beyond chance" in first) == ("c" in shares)


@pytest.mark.slow
def test_by_luck_alone_an_arm_is_rarely_best():
    """Arms of equal texts in different places: the best of them was chosen by looking."""
    won = 0
    for seed in range(12):
        rng, cases, outputs = random.Random(seed), cases_of(12), []
        for arm in "abcd":
            for case in cases:
                text = rng.choice(["A dog on a sofa.", "A sofa."])
                outputs.append(Output(case.id, arm, text))
        won += results_of(cases, outputs, n_resamples=100).best.shown
    assert won <= 1


def test_of_few_pictures_nobody_wins_even_where_one_is_always_better():
    assert not results({"a": 0.0, "b": 1.0}, n=3).best.shown


def test_a_judge_that_is_not_validated_decides_nothing():
    found = results({"a": 1.0, "b": 0.0}, trust=BAD, scores={"a": 1.0, "b": 5.0})
    first, second, _ = said(found)
    assert first.startswith("a is best by “Must be mentioned, and is”")
    assert second == "The judge j is not validated (never compared with people), so nothing is decided by its figures."


def test_a_judge_that_is_validated_decides():
    first, second, _ = said(results({"a": 1.0, "b": 0.0}, trust=GOOD, scores={"a": 1.0, "b": 5.0}))
    assert first.startswith("b is best by ")
    assert ", says the judge j, beyond chance" in first
    assert second == "The judge is validated: it passed its controls and agrees with people (j)."


def test_one_arm_has_nothing_to_be_compared_with():
    assert said(results({"a": 1.0}))[0] == "There is one arm, a, and nothing to compare it with."


def test_texts_that_failed_are_looked_at_first():
    third = said(results({"a": 0.5, "b": 0.5}, failed={("b", 1), ("b", 2)}))[2]
    assert third == "Look first at the 2 texts that b failed to write."


def test_what_the_best_arm_is_worse_at_is_looked_at_first():
    cases = [
        Case(f"case{k}", None, f"{k:064x}", references=("A dog.",), must_mention=(("dog",),), must_not=("cat",))
        for k in range(24)
    ]
    outputs = [Output(case.id, "a", "A sofa.") for case in cases] + [Output(c.id, "b", "A dog, a cat.") for c in cases]
    first, _, third = said(results_of(cases, outputs, n_resamples=500))
    assert first.startswith("b is best")
    assert third == "Look first at “Says what it must not”, by which the best arm is worse than the baseline."


def test_the_summary_stands_before_all_tables_in_every_format():
    found = results({"<b>": 0.3, "ty|ped": 1.0})
    text, html, data = markdown(found), page(found), json.loads(to_json(found))
    assert next(iter(data)) == "summary"
    assert [len(data["summary"]), all(each.endswith(".") for each in data["summary"])] == [3, True]
    for document, table in ((text, "\n| "), (html, "<table")):
        assert document.index("Summary") < document.index(" is best by ") < document.index(table)
    assert text.index("## Summary") < text.index("ty\\|ped is best by ")
    main = html[html.index("<main") :]
    assert "<b>" not in main
    assert "<bdi>ty|ped</bdi> is best by " in main


# --- how many questions ---


class ScriptedJudge:
    name, digest, family, sees = "scripted", "d", "scripted", False

    def __init__(self):
        self.n_asked = 0

    def ask(self, question, grammar, case):
        self.n_asked += 1
        return '{"score": 3, "better": "first", "verdict": "supported"}'

    def close(self):
        pass


@pytest.mark.parametrize("sees", [False, True])
def test_as_many_questions_are_asked_as_were_counted_and_none_twice(tmp_path, sees):
    scripted, cases = ScriptedJudge(), cases_of(6)
    scripted.sees = sees
    outputs = [Output(case.id, arm, f"A {arm}. A dog.") for case in cases for arm in ("a", "b")]
    pairs = [LabelledPair("case1", "A dog.", "A cat.", "first")]
    records, done = Records(tmp_path / "verdicts.jsonl"), []
    questions = open_questions(scripted, cases, outputs, records) | open_controls(scripted, cases, records, pairs=pairs)
    judge_outputs(scripted, cases, outputs, records, on_done=done.append)
    examine(scripted, cases, records, pairs=pairs, on_done=lambda: done.append(None))
    assert scripted.n_asked == len(done) == len(questions) > 0
    assert not open_questions(scripted, cases, outputs, records) | open_controls(scripted, cases, records, pairs=pairs)


def test_a_pair_is_counted_in_both_orders_and_not_again(tmp_path):
    scripted, (case,), records = ScriptedJudge(), cases_of(1), Records(tmp_path / "verdicts.jsonl")
    assert len(open_pair(scripted, case, "A dog.", "A cat.", records)) == 2
    judge_pair(scripted, case, "A dog.", "A cat.", records)
    assert (scripted.n_asked, open_pair(scripted, case, "A dog.", "A cat.", records)) == (2, set())


@pytest.fixture
def judged(tmp_path, capsys, monkeypatch, expected):
    """Runs `eval judge` or `compare` with a scripted judge; what it said on standard error."""
    scripted = ScriptedJudge()
    monkeypatch.setattr(judge_steps, "_judge_of", lambda _: contextlib.nullcontext(scripted))
    cases, outputs = tmp_path / "cases.jsonl", tmp_path / "outputs.jsonl"
    paths = list(expected)[:4]
    rows = [{"id": path.name, "picture": str(path), "references": ["A dog."], "split": "dev"} for path in paths]
    texts = [{"case": path.name, "arm": arm, "text": f"A {arm}."} for path in paths for arm in ("a", "b")]
    for path, lines in ((cases, rows), (outputs, texts)):
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def run(step, *more):
        out = tmp_path / f"{step}.jsonl"
        assert (
            cli.main(["eval", step, str(outputs), "--cases", str(cases), "--out", str(out), "--judge", "x", *more]) == 0
        )
        return [line.removeprefix("localalt: ") for line in capsys.readouterr().err.splitlines()], scripted

    return run


@pytest.mark.slow
@pytest.mark.parametrize("step", ["judge", "compare"])
def test_the_command_says_how_many_questions_before_and_how_long_on_the_way(judged, step):
    lines, scripted = judged(step)
    assert lines[0].startswith(f"{scripted.n_asked} questions to the judge scripted")
    assert lines[0].endswith("How long they take is said after the first 3.")
    assert re.fullmatch(rf"3 of {scripted.n_asked} questions done, .* left\.", lines[1])
    assert judged(step)[0] == [line for line in judged(step)[0] if line.startswith("There are no questions left")]
    assert judged(step, "-q")[0] == []
