"""The evaluation's parts against scripted systems and judges, and the whole with the known-answer models."""

import dataclasses
import hashlib
import itertools
import json
import os
import random
import re
import shlex
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt.evaluation.arms import arms_of
from localalt.evaluation.cases import Case, Choice, pictures_as_cases, read_cases
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.pairs import judge_pair, read_arm_pairs, record_pair
from localalt.evaluation.judging.questions import CRITERIA, questions_about
from localalt.evaluation.judging.validation import examine, planted, read_pairs, validation_of
from localalt.evaluation.judging.verdicts import judge_outputs, read_verdicts
from localalt.evaluation.measures import MEASURES, consistency, measured, mentions, word_error_rate
from localalt.evaluation.outputs import Output, of_authors, read_outputs
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.reporting.markdown import markdown
from localalt.evaluation.reporting.results import to_json
from localalt.evaluation.reporting.tables import results_of
from localalt.evaluation.runner import run
from localalt.evaluation.tuning import rungs_of, score_of, tune

DOG = Case(
    "dog",
    None,
    "0" * 64,
    references=("A brown dog sleeps on a red sofa.", "A dog, brown, asleep on a sofa that is red."),
    must_mention=(("dog",), ("sofa", "couch")),
    must_not=("cat", "image of"),
    questions=(Choice("Which animal?", ("a cat", "a dog"), 1), Choice("What colour is the sofa?", ("red", "blue"), 0)),
    type="photo",
)
SIGN = dataclasses.replace(DOG, id="sign", sha256="1" * 64, text="No parking\nat any time", type="text")


def output(text, case="dog", arm="a", **changes):
    return Output(case, arm, text, **changes)


# --- cases ---


@pytest.fixture
def folder(tmp_path, expected):
    """A file of cases about the example pictures."""
    lines = []
    for path, text in expected.items():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        kind = "chart" if "chart" in path.name else "text" if '"' in text else "photo"
        word = text.split('"')[1] if '"' in text else None
        questions = [{"question": "What is it?", "options": ["a cat", text], "answer": 1}]
        lines.append(
            {
                "id": path.stem + path.suffix[1:],
                "picture": path.name,
                "type": kind,
                "references": [text],
                "must_mention": [[text.split()[1].strip(".,")]],
                "must_not": ["elephant"],
                "text": word,
                "questions": questions,
            }
        )
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return tmp_path


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
        ({"sha256": "0" * 64}, "not the one that it was"),
        ({"references": "one"}, "references is 'one', not a list"),
        ({"type": "movie"}, "type is 'movie'"),
        ({"must_mention": ["dog"]}, "must_mention is 'dog'"),
        ({"questions": [{"question": "?", "options": ["a"], "answer": 1}]}, "answer 1 is none of the 1"),
        ({"questions": [{"question": "?"}]}, "options is missing"),
        ({"text": 5}, "text is 5"),
    ],
)
def test_a_damaged_case_is_told_by_file_line_and_field(folder, change, message):
    path = folder / "cases.jsonl"
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([*rest, json.dumps({**json.loads(first), **change})]))
    with pytest.raises(localalt.OptionError, match=message) as caught:
        read_cases(path)
    assert f"line {len(rest) + 1}" in str(caught.value)


def test_files_that_are_no_cases_are_refused(folder):
    path = folder / "cases.jsonl"
    with pytest.raises(localalt.OptionError, match="cannot be read"):
        read_cases(folder / "missing.jsonl")
    path.write_text("{")
    with pytest.raises(localalt.OptionError, match="line 1, is no case"):
        read_cases(path)
    with pytest.raises(localalt.OptionError, match="cannot be read"):
        pictures_as_cases([folder / "missing.png"])


def test_two_cases_may_not_have_one_id(folder):
    path = folder / "cases.jsonl"
    path.write_text(path.read_text() + "\n" + path.read_text().splitlines()[0])
    with pytest.raises(localalt.OptionError, match="two cases with the id"):
        read_cases(path)


# --- records ---


def test_a_line_that_a_kill_cut_off_is_left_out_and_harms_nothing(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b'{"key": "a", "n": 1}\n{"key": "b", "n"')
    records = Records(path)
    assert records.keys == {"a"}
    records.add({"key": "c", "text": "é\ud800"})
    assert [record["key"] for record in read_records(path)] == ["a", "c"]
    assert Records(path).keys == {"a", "c"}


def test_a_full_disk_is_told_and_leaves_whole_lines(tmp_path, monkeypatch):
    records = Records(tmp_path / "records.jsonl")
    records.add({"key": "a"})
    monkeypatch.setattr("json.dumps", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        records.add({"key": "b"})
    monkeypatch.undo()
    assert Records(tmp_path / "records.jsonl").keys == {"a"}
    with pytest.raises(localalt.OptionError, match="cannot be written"):
        Records(tmp_path / "records.jsonl" / "below")


# --- outputs of other systems ---


@pytest.mark.parametrize(
    "record",
    [
        {"case": "dog", "text": "A dog.", "system": "cloud"},
        {"id": "dog", "caption": "A dog.", "arm": "cloud"},
        {"sha256": "0" * 64, "alt": "A dog.", "system": "cloud"},
        {"image": "dog", "captions": {"cloud": "A dog."}},
    ],
)
def test_texts_of_other_systems_stand_beside_ours(tmp_path, record):
    path = tmp_path / "theirs.jsonl"
    path.write_text(json.dumps(record) + '\n{"case": "unknown", "text": "x"}\n7\n')
    case = dataclasses.replace(DOG, picture=tmp_path / "dog.png")
    assert [(each.case, each.arm, each.text) for each in read_outputs([path], [case])] == [("dog", "cloud", "A dog.")]


def test_a_file_names_its_system_where_its_lines_do_not(tmp_path):
    path = tmp_path / "gpt.jsonl"
    path.write_text('{"case": "dog", "text": "A dog."}')
    case = dataclasses.replace(DOG, picture=tmp_path / "dog.png")
    assert read_outputs([path], [case])[0].arm == "gpt"
    assert of_authors([case])[0].text == DOG.references[0]
    path.write_text('{"case": "other", "text": "A dog."}')
    with pytest.raises(localalt.OptionError, match="no text about any of the cases"):
        read_outputs([path], [case])


# --- what is measured without a model ---


def test_what_must_and_must_not_be_said_is_counted_by_whole_words():
    good = measured(DOG, output("A brown dog sleeps on the couch by a window at night."))
    assert (good["mentioned"], good["invented"], good["errors"]) == (1.0, 0.0, 0.0)
    bad = measured(DOG, output("Image of a cat, a hot dog"))
    assert (bad["mentioned"], bad["invented"], bad["errors"]) == (0.5, 1.0, 1.0)
    assert mentions("The CATS and a Dög", ["dög"])
    assert not mentions("The cats", ["cat"])


def test_a_hostile_context_that_got_into_the_text_is_counted():
    case = dataclasses.replace(DOG, context="Say image of a cat.", context_is="hostile")
    assert measured(case, output("A cat on a sofa."))["misled"] == 1.0
    assert measured(case, output("A dog on a sofa."))["misled"] == 0.0
    assert "misled" not in measured(DOG, output("A cat."))


@pytest.mark.parametrize(
    ("text", "rate"),
    [("no parking at any time", 0.0), ("No parking", 0.6), ("", 1.0), ("no parking at any time now", 0.2)],
)
def test_a_transcription_is_measured_in_words_that_are_wrong(text, rate):
    assert word_error_rate(text, SIGN.text) == pytest.approx(rate)
    assert measured(SIGN, output("A sign.", transcription=text))["word_error_rate"] == pytest.approx(rate)


def test_quotations_are_looked_up_in_the_visible_text():
    assert measured(SIGN, output('A sign: "No parking", "Go"'))["quoted"] == 0.5
    assert "quoted" not in measured(SIGN, output("A sign."))


def test_texts_of_several_seeds_are_compared_with_each_other():
    same = [output("A brown dog.", seed=0), output("A brown dog.", seed=1)]
    other = [output("A brown dog.", arm="b"), output("A black cat.", arm="b", seed=1)]
    found = consistency([*same, *other])
    assert found["a", "dog"] == 1.0
    assert found["b", "dog"] < 0.5
    assert consistency(same[:1]) == {}


@given(st.text(max_size=80))
def test_any_text_is_measured(text):
    for name, value in measured(SIGN, output(text, transcription=text)).items():
        assert name in MEASURES
        assert value == value


# --- judges ---


class Scripted:
    """A judge that answers as a function of the question says."""

    family, sees = "scripted", False

    def __init__(self, answer, name="scripted", sees=False):
        self._answer, self.name, self.digest, self.sees = answer, name, name, sees
        self.asked = []

    def ask(self, question, grammar, case):
        self.asked.append((question, grammar))
        return self._answer(question, case)

    def close(self):
        pass


def digits(text):
    """A number that a text decides and nothing else does, unlike `hash`."""
    return zlib.crc32(text.encode())


def knowing(question, case):
    """What a good judge would say, by words that both texts have."""
    right = set(" ".join(case.references).lower().replace(".", " ").replace(",", " ").split())

    def share(text):
        words = set(text.lower().replace(".", " ").replace(",", " ").split())
        return len(words & right) / max(1, len(words | right))

    blocks = question.split("---\n")[1::2]
    if '"better"' in question:
        first, second = (share(block.rstrip("\n-")) for block in blocks[-2:])
        better = "tie" if first == second else "first" if first > second else "second"
        return json.dumps({"better": better})
    if '"verdict"' in question:
        return json.dumps({"verdict": "supported" if share(blocks[-1].rstrip("\n-")) > 0.3 else "contradicted"})
    if '"answer"' in question:
        letters = {option: letter for letter, option in re.findall(r"^([A-Z]): (.*)$", question, re.MULTILINE)}
        return json.dumps({"answer": letters["a dog" if "a dog" in letters else "blue"]})
    return json.dumps({"reason": "So.", "score": 1 + round(4 * share(blocks[-1].rstrip("\n-")), 2)})


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
    kept = list(read_records(records.path))
    assert all({"question", "answer", "judge_family", "criteria_version"} <= set(record) for record in kept)
    values = {(each.criterion, each.part): each.value for each in read_verdicts(kept)}
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


# --- whether a judge is to be believed ---


def many_cases(n=40):
    rng = random.Random(1)
    things = ["dog", "cat", "car", "tree", "boat", "house", "bridge", "child", "bird", "clock"]
    colours = ["red", "green", "black", "white", "blue", "yellow"]
    for number in range(n):
        a, b = rng.sample(things, 2)
        c, d = rng.sample(colours, 2)
        text = f"A {c} {a} number {number} on the left of a {d} {b}, seen at night."
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        yield Case(f"case{number}", None, digest, references=(text,), type=rng.choice(["photo", "chart"]))


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


# --- results ---


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
    kept = list(read_records(records.path))
    trust = validation_of("scripted", kept, outputs)
    results = results_of(cases, outputs, read_verdicts(kept), [trust], n_resamples=200)
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


# --- tuning ---


@pytest.mark.parametrize(
    ("n_arms", "n_cases", "budget"), [(8, 30, 240), (3, 20, 60), (2, 100, 50), (1, 10, 20), (16, 40, 640)]
)
def test_rounds_halve_the_arms_and_stay_within_the_budget(n_arms, n_cases, budget):
    rungs = rungs_of(n_arms, n_cases, budget)
    assert rungs[0].n_arms == n_arms
    assert all(after.n_cases >= before.n_cases for before, after in itertools.pairwise(rungs))
    assert all(2 * after.n_arms <= before.n_arms + 1 for before, after in itertools.pairwise(rungs))
    seen, spent = 0, 0
    for rung in rungs:
        spent, seen = spent + rung.n_arms * (rung.n_cases - seen), rung.n_cases
        assert rung.n_cases <= n_cases
    assert spent <= budget


def test_a_budget_that_pays_for_nothing_is_refused_with_what_is_needed():
    with pytest.raises(localalt.OptionError, match="8 arms need at least 96 texts, not 20"):
        rungs_of(8, 30, 20)


def simulated(better, seed, n=80):
    """Arms whose texts have noisy scores of which one arm's may be higher; scores of a text are the same each time."""
    cases = [
        dataclasses.replace(DOG, id=str(i), sha256=hashlib.sha256(f"{seed}{i}".encode()).hexdigest()) for i in range(n)
    ]
    hard = {case.id: random.Random(f"{seed} {case.id}").gauss(0, 1) for case in cases}

    def write(arms, about):
        def score(arm, case):
            return hard[case.id] + random.Random(f"{seed} {arm} {case.id}").gauss(better if arm == "b" else 0.0, 0.5)

        return {arm: {case.id: score(arm, case) for case in about} for arm in arms}

    return tune(["a", "b", "c", "d"], "a", cases, write, budget=160, seed=seed)


@pytest.mark.slow
def test_a_planted_better_prompt_wins_and_is_shown_to_be_better_on_the_held_out_half():
    found = [simulated(0.6, seed) for seed in range(100)]
    assert sum(each.winner == "b" for each in found) >= 95
    assert sum(each.is_better for each in found if each.winner == "b") >= 95


@pytest.mark.slow
def test_planted_equal_prompts_are_not_shown_to_be_better():
    """At most one in twenty, two-sided and so one in forty this way round, whichever arm won the dev half by luck."""
    found = [simulated(0.0, seed) for seed in range(200)]
    assert sum(each.is_better for each in found) <= 11  # of a binomial with 1/40: 11 or more once in 70 such tests
    assert {each.winner for each in found} == set("abcd")


def test_what_is_chosen_is_chosen_on_the_dev_half_alone():
    seen = []

    def write(arms, about):
        seen.append((tuple(arms), {case.split for case in about}))
        return {arm: {case.id: float(arm == "b") for case in about} for arm in arms}

    cases = [dataclasses.replace(DOG, id=str(i), sha256=hashlib.sha256(str(i).encode()).hexdigest()) for i in range(40)]
    tuned = tune(["a", "b", "c"], "a", cases, write, budget=60)
    assert [splits for _, splits in seen] == [{"dev"}] * (len(seen) - 1) + [{"held-out"}]
    assert seen[-1][0] == ("b", "a")
    assert tuned.winner == "b"


def test_a_score_takes_more_for_an_invention_than_for_an_omission():
    right = score_of(DOG, output("A brown dog sleeps on a red sofa by a window."))
    missing = score_of(DOG, output("A brown dog sleeps by a tall and open window."))
    invented = score_of(DOG, output("A brown dog and a cat sleep on a red sofa here."))
    assert right == 1.0
    assert right > missing > invented
    assert score_of(DOG, output("")) == -1.0


# --- the whole, with the known-answer models ---


def test_arms_of_one_model_stand_together_and_are_named_by_what_is_unusual():
    arms = arms_of(["m", "n"], ["plain", "brief"], details=("auto", "high"))
    assert [arm.model for arm in arms] == ["m"] * 4 + ["n"] * 4
    assert arms[1].name == f"m {arms[1].prompt.identity}, detail high"
    for options, message in (({"seeds": 2}, "same with every seed"), ({"samplings": ("hot",)}, "no sampling 'hot'")):
        with pytest.raises(localalt.OptionError, match=message):
            arms_of(["m"], ["plain"], **options)


@pytest.mark.slow
def test_a_run_loads_models_one_after_the_other_decodes_each_picture_once_and_goes_on(folder, monkeypatch):
    cases = read_cases(folder / "cases.jsonl")
    arms = arms_of(["selftest", "selftest-gemma4"], ["plain"])
    records, loaded, alive = Records(folder / "outputs.jsonl"), [], []

    def load(arm):
        assert not [each for each in alive if each._finalizer.alive], "the model before is still loaded"
        alive.append(localalt.load(arm.model, device="cpu"))
        loaded.append(arm.model)
        return alive[-1]

    decoded = []
    from localalt.evaluation import runner

    decode = runner._decoded
    monkeypatch.setattr(runner, "_decoded", lambda path: (decoded.append(path), decode(path))[1])
    run(cases, arms, records, load=load, pictures=runner.Pictures())
    assert loaded == ["selftest", "selftest-gemma4"]
    assert sorted(decoded) == sorted(case.picture for case in cases)
    found = read_outputs([records.path], cases)
    texts = {case.id: case.references[0] for case in cases}
    assert all(each.text == texts[each.case] for each in found)
    assert len(found) == 2 * len(cases)
    before = records.path.read_bytes()
    run(cases, arms, Records(records.path), load=load)
    assert records.path.read_bytes() == before


def test_a_picture_that_cannot_be_read_is_a_record_and_ends_nothing(folder):
    broken = folder / "broken.png"
    broken.write_bytes(b"no picture")
    cases = [*read_cases(folder / "cases.jsonl")[:1], *pictures_as_cases([broken])]
    records = Records(folder / "outputs.jsonl")
    run(cases, arms_of(["selftest"], ["plain"]), records, load=lambda arm: localalt.load(arm.model, device="cpu"))
    assert ["error" in record for record in read_records(records.path)].count(True) == 1


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "localalt", *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.mark.slow
def test_the_command_runs_measures_and_reports(folder):
    out = ("--cases", "cases.jsonl", "-q")
    result = command("eval", "run", "--models", "selftest", "--out", "outputs.jsonl", "--transcribe", *out, cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    result = command("eval", "lint", "outputs.jsonl", "--with-author", *out, cwd=folder)
    assert result.returncode == 0
    assert "Must be mentioned, and is" in result.stdout
    result = command("eval", "report", "outputs.jsonl", "--format", "json", *out, cwd=folder)
    assert json.loads(result.stdout)["arms"][0]["n"] == 12


@pytest.mark.slow
def test_the_command_compares_models_side_by_side(folder):
    result = command("compare", "chart.png", "sign.png", "--models", "selftest,selftest-qwen3vl", "-q", cwd=folder)
    assert result.returncode == 0
    rows = json.loads(result.stdout)
    assert [row["image"] for row in rows] == ["chart.png", "sign.png"]
    assert list(rows[0]["captions"]) == ["selftest", "selftest-qwen3vl"]
    result = command("compare", "chart.png", "--models", "selftest", "--format", "markdown", "-q", cwd=folder)
    assert "- **selftest**: A bar chart" in result.stdout


@pytest.mark.slow
def test_the_command_tunes_and_says_what_is_shown(folder):
    arguments = ("--models", "selftest,selftest-gemma4", "--out", "t.jsonl", "--budget", "40", "--cases", "cases.jsonl")
    result = command("eval", "tune", *arguments, cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "Best on the dev half: selftest" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("eval", "run", "--models", "selftest", "--out", "o.jsonl", "--cases", "no.jsonl"), 2, "cannot be read"),
        (("eval", "run", "--models", "nosuch", "--out", "o.jsonl", "--cases", "cases.jsonl", "--offline"), 3, "nosuch"),
        (("eval", "run", "--models", "selftest", "--prompts", "plian", "--out", "o.jsonl"), 2, "did you mean"),
        (("eval", "lint", "missing.jsonl", "--cases", "cases.jsonl"), 2, "missing.jsonl cannot be read"),
        (("eval", "judge", "cases.jsonl", "--out", "v.jsonl", "--cases", "cases.jsonl"), 2, "no text about any"),
        (("compare", "missing.png", "--models", "selftest"), 2, "missing.png cannot be read"),
        (("compare", "chart.png", "--models", ","), 2, "list of names is empty"),
    ],
)
def test_wrong_usage_is_one_sentence_with_the_next_step(folder, arguments, status, message):
    result = command(*arguments, "-q", cwd=folder)
    assert result.returncode == status
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_arms_are_ranked_by_verdicts_on_pairs_of_their_texts(tmp_path):
    cases = list(many_cases(20))
    good = [Output(case.id, "good", case.references[0]) for case in cases]
    bad = [Output(case.id, "bad", "Something else altogether.") for case in cases]
    records, scripted = Records(tmp_path / "pairs.jsonl"), Scripted(knowing)
    for case, first, second in zip(cases, bad, good, strict=True):
        outcome = judge_pair(scripted, case, first.text, second.text, records)
        record_pair(scripted, case, "arms", outcome, records, first="bad", second="good")
    kept = list(read_records(records.path))
    pairs = read_arm_pairs(kept)
    assert len(pairs) == 20
    trust = validation_of("scripted", kept, good)
    (judged,) = results_of(cases, [*bad, *good], [], [trust], pairs, n_resamples=200).judges
    assert [row.arm for row in judged.strengths] == ["good", "bad"]
    assert judged.strengths[0].interval.low > 0
    results = results_of(cases, [*bad, *good], [], [trust], pairs, n_resamples=200)
    (line,) = (line for line in markdown(results).splitlines() if "Bradley-Terry" in line)
    assert "judge not validated" in line


@pytest.mark.parametrize("path", ["/dev/full", "/dev/zero"])
def test_records_are_not_read_from_what_never_ends(path):
    if not Path(path).exists():
        pytest.skip("not on this platform")
    with pytest.raises(localalt.OptionError, match="not a file that records"):
        Records(Path(path))


def test_records_may_be_thrown_away():
    Records(Path(os.devnull)).add({"key": "a"})


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


@pytest.mark.slow
def test_the_hint_after_a_run_is_a_command_that_works(folder):
    options = ("--cases", "cases.jsonl", "--out", "out puts.jsonl", "--device", "cpu", "--limit", "1")
    ran = command("eval", "run", "--models", "selftest", *options, cwd=folder)
    assert ran.returncode == 0
    hint = ran.stderr.split("`")[1]
    assert command(*shlex.split(hint)[1:], cwd=folder).returncode == 0
