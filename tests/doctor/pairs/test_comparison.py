"""A device's answers to a generated pair against the CPU's, made up."""

import dataclasses

import numpy as np
import pytest

from localalt.doctor.answers import Answers
from localalt.doctor.pairs import comparison, rows

N_SEQ = 9


@pytest.fixture(scope="module")
def reference():
    rng = np.random.default_rng(0)
    n_rows = rows.N_PROMPT_ROWS + rows.N_SCRIPTS * rows.N_STEPS
    logits = rng.standard_normal((n_rows, 200)).astype(np.float32)
    sure = np.arange(n_rows) % 3 > 0
    logits[sure, rng.integers(0, 200, sure.sum())] += 4.0
    embeddings = [rng.standard_normal((20, 8)).astype(np.float32) for _ in range(2)]
    return Answers(embeddings, list(logits), [])


def device(reference, *, change=lambda group, script, step, logits: logits):
    """Answers of a device that computes as the CPU does, but for what `change` makes of a row."""
    by_place = comparison._by_place(reference)
    logits = list(reference.logits[: rows.N_PROMPT_ROWS])
    texts = [" ".join(str(row.argmax()) for row in logits)]
    for group in rows.groups(N_SEQ):
        own = [change(group, *place, by_place[place]) for place in group.rows]
        logits += [] if group.in_graph else own
        texts.append(" ".join(str(row.argmax()) for row in own))
    return Answers(reference.embeddings, logits, texts)


def compare(answers, reference):
    return comparison.compare(answers, reference, N_SEQ)


def test_the_same_answers_are_right(reference):
    assert compare(device(reference), reference) == comparison.Difference(0.0, 0.0, "")


def test_rounding_that_changes_unsure_tokens_alone_is_an_error_and_no_wrong_token(reference):
    rng = np.random.default_rng(1)
    changed = []

    def rounded(group, script, step, logits):
        own = (logits + 0.05 * rng.standard_normal(200)).astype(np.float32)
        changed.append(own.argmax() != logits.argmax())
        return own

    found = compare(device(reference, change=rounded), reference)
    assert found.logits == pytest.approx(0.05, rel=0.3)
    assert any(changed)
    assert found.wrong == ""


def test_one_row_that_is_far_off_counts_as_itself(reference):
    def one(group, script, step, logits):
        is_it = (group.width, script, step) == (9, 7, 0)
        return np.roll(logits, 1) if is_it else logits

    found = compare(device(reference, change=one), reference)
    assert found.logits > 1.0
    assert found.wrong.endswith("9 at a time, sequence 7, step 0")


def test_a_wrong_choice_from_right_logits_is_a_wrong_token(reference):
    def by_samplers(group, script, step, logits):
        return np.roll(logits, 1) if group.in_graph else logits

    found = compare(device(reference, change=by_samplers), reference)
    assert found.logits == 0.0
    assert "8 at a time, samplers in the graph, sequence" in found.wrong


def test_a_wrong_token_after_the_prompt_is_named(reference):
    answers = device(reference)
    place = next(index for index in range(rows.N_PROMPT_ROWS) if comparison.is_sure(reference.logits[index]))
    prompt = answers.texts[0].split()
    prompt[place] = "3"
    changed = dataclasses.replace(answers, texts=[" ".join(prompt), *answers.texts[1:]])
    assert compare(changed, reference).wrong.startswith("token 3 in place of ")


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_numbers_that_are_none_are_infinitely_far_off(reference, number):
    found = compare(device(reference, change=lambda group, script, step, logits: logits + number), reference)
    assert found.logits == np.inf


def test_a_wrong_picture_is_an_error_of_its_embeddings(reference):
    embeddings = [reference.embeddings[0], reference.embeddings[1][::-1]]
    found = compare(dataclasses.replace(device(reference), embeddings=embeddings), reference)
    assert found.embeddings > 1.0
    assert found.logits == 0.0
