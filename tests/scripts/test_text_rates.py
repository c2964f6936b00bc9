"""The yardstick for texts counts what is right and what is wrong, and the project's own texts are within its bounds."""

import json

import pytest
import text_rates
from text_rates import Rate, judged

ANSWER = {"options": {}, "text": None}
RULES = {"language": "en", "kind": "", "rules": ["placeholder"], "options": {}}


def rates(name, *cases):
    return {figure: (rate.n, rate.of) for figure, rate in judged((name, case) for case in cases).rates.items()}


def test_an_answer_is_right_where_the_text_or_the_second_try_is_the_one_that_is_wanted():
    assert rates(
        "answers",
        {**ANSWER, "name": "refusal", "raw": "I'm sorry, I can't describe this image.", "want": "again"},
        {**ANSWER, "name": "plain", "raw": "A dog runs on a beach.", "want": "text", "text": "A dog runs on a beach."},
        {**ANSWER, "name": "plain", "raw": "A brown dog runs along a beach towards the sea.", "want": "again"},
    ) == {
        "answers: as wanted (again)": (1, 2),
        "answers: as wanted (text)": (1, 1),
        "answers: as wanted": (2, 3),
        "answers: silently wrong": (1, 3),
        "refusals: noticed": (1, 1),
    }


def test_texts_that_must_stay_are_compared_with_themselves():
    keep = "texts_to_keep"
    found = rates(keep, {"text": "A Python file, __init__.py, in an editor."}, {"text": "Alt text: A dog on a beach."})
    assert found == {"cleaning: texts that stay as they are": (1, 2)}


def test_rules_are_counted_by_what_is_expected_of_them():
    assert rates(
        "rules",
        {**RULES, "text": "image", "expected": "error"},
        {**RULES, "text": "A dog on a beach.", "expected": "error"},
        {**RULES, "text": "image", "expected": "none"},
        {**RULES, "text": "image", "expected": "either"},
    ) == {"rules: errors found": (1, 2), "rules: false errors, adversarial texts": (1, 1)}


def test_pages_claims_and_their_support_have_figures_of_their_own():
    found = rates(
        "mixed",
        {"html": '<img src="a.png">', "expected": "error"},
        {"markdown": "![image](a.png)", "expected": "none"},
        {"draft": "A red Ferrari by a wall.", "flag": [["name", "Ferrari"]], "language": "en"}
        | dict.fromkeys(("context", "facts", "proof")),
        {"kind": "number", "claim": "12", "source": "13", "want": True},
        {"raw": "No text.", "want": ""},
    )
    assert found["pages: html as wanted"] == (1, 1)
    assert found["pages: markdown as wanted"] == (0, 1)
    assert found["claims: missed"] == (0, 1)
    assert found["claims: support as wanted"] == (0, 1)
    assert found["transcriptions: as wanted"] == (1, 1)


def test_an_error_in_a_published_text_is_false():
    found = rates("published", {"text": "A dog on a beach.", "language": "en"}, {"text": "IMG_2034.jpg"})
    assert found["published: false errors"] == (1, 2)
    assert found["published: replaced as existing"] == (1, 2)


@pytest.mark.parametrize(("rate", "low", "high"), [(Rate(0, 10), 0.0, 0.278), (Rate(5, 10), 0.237, 0.763)])
def test_the_interval_is_wilsons(rate, low, high):
    assert rate.range_95 == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_the_command_lists_what_is_wrong_and_writes_figures(tmp_path, capsys):
    file, figures = tmp_path / "cases.jsonl", tmp_path / "figures.json"
    file.write_text(json.dumps({**RULES, "text": "A dog on a beach.", "expected": "error"}) + "\n", encoding="utf-8")
    assert text_rates.main([str(file), "--show", "--markdown", "--json", str(figures)]) == 0
    printed = capsys.readouterr().out
    assert "A dog on a beach." in printed
    assert "| placeholder | 0 | 1 | 0 | 0 |" in printed
    assert json.loads(figures.read_text())["rules: errors found"] == {"n": 0, "of": 1}
