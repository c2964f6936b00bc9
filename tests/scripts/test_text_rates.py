"""The yardstick for texts counts what is right and what is wrong, and the project's own texts are within its bounds."""

import json

import pytest
import text_rates
from text_rates import Rate, judged

from localalt.lint import rules
from tests.support.paths import DATA

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
    assert "| placeholder | 0 of 1: 0.0% (0.0% to 79.3%) | 0 | 0 | 0 |" in printed
    assert json.loads(figures.read_text())["rules: errors found"] == {"n": 0, "of": 1}


# --- the project's own texts are within the bounds that the rates of others are held to ---

LEVELS = {rule.name: rule.level for rule in rules.RULES}


def lines(name):
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def own_rules():
    """The bad texts of each rule of level error."""
    for case in lines("lint_texts.jsonl"):
        if LEVELS[case["rule"]] != "error" or "profile" in case:
            continue
        shared = {"language": case.get("language"), "rules": [case["rule"]], "kind": case["rule"], "options": {}}
        yield from (("rules", {**shared, "text": text, "expected": "error"}) for text in case["bad"])


def own_answers():
    for case in lines("refusals.jsonl"):
        for raw in case["refusals"]:
            yield "answers", {"name": "refusal", "raw": raw, "options": {}, "want": "again"}


def own_people():
    languages = json.loads((DATA / "language_texts.json").read_text("utf-8"))
    texts = [(text, tag) for part in languages.values() for tag, each in part.items() for text in each]
    yield from (("published", {"text": text, "language": tag}) for text, tag in texts)
    for case in lines("refusals.jsonl"):
        yield from (("published", {"text": text, "language": case["language"]}) for text in case["descriptions"])


def own_pages():
    yield from (("pages", {case["form"]: case["page"], **case}) for case in lines("lint_pages_html.jsonl"))


def own_kept():
    yield from (("keep", case) for case in lines("kept_texts.jsonl"))


@pytest.mark.parametrize(
    ("cases", "figure", "low", "high", "at_least"),
    [
        (own_rules, "rules: errors found", 0.85, 1.0, 150),
        (own_answers, "refusals: noticed", 0.95, 1.0, 130),
        (own_people, "published: false errors", 0.0, 0.01, 300),
        (own_people, "published: called a refusal", 0.0, 0.001, 300),
        (own_people, "published: replaced as existing", 0.0, 0.0, 300),
        (own_kept, "cleaning: texts that stay as they are", 1.0, 1.0, 250),
        (own_pages, "pages: html as wanted", 0.95, 1.0, 200),
    ],
)
def test_the_own_texts_are_within_the_bounds(cases, figure, low, high, at_least):
    rate = judged(cases()).rates[figure]
    assert rate.of >= at_least
    assert low <= rate.n / rate.of <= high
