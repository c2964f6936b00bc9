"""The report's words and tables, from results of invented texts and verdicts."""

import itertools
import json
import math
import re

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from localalt.console.markup import shown
from localalt.evaluation.reporting.blocks import Example, Heading, Paragraph, Table
from localalt.evaluation.reporting.content import blocks
from localalt.evaluation.reporting.markdown import markdown
from localalt.evaluation.reporting.results import ControlResult, as_json_value, to_json
from localalt.evaluation.reporting.words import Given
from localalt.evaluation.statistics.comparison import Interval, rate_interval
from tests.support.evaluation_results import BAD, GOOD, HOSTILE, REASONS, a_small_one, changed, invented


def tables_of(text):
    """[(caption, rows of cells as they are rendered)] of Markdown."""
    found, caption = [], ""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "paragraph_open":
            caption = plain(after)
        elif token.type == "table_open":
            found.append((caption, []))
        elif token.type == "tr_open":
            found[-1][1].append([])
        elif token.type in ("td_open", "th_open"):
            found[-1][1][-1].append(plain(after))
    return found


def plain(token):
    assert {each.type for each in token.children} <= {"text", "text_special", "strong_open", "strong_close"}
    return "".join(each.content for each in token.children)


def cells_of(text):
    return [re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]


# --- what is said ---


def test_all_tables_are_there_with_estimate_interval_n_and_comparison():
    tables = dict(tables_of(markdown(invented(seeds=2))))
    wanted = ("What wrote the texts", "Must be mentioned, and is (more is better)", "Seconds (less is better)")
    assert set(wanted) <= tables.keys()
    assert any("neither more nor less" in caption for caption in tables)
    assert any("several seeds" in caption for caption in tables)
    header, first, second = tables["Must be mentioned, and is (more is better)"]
    assert header[:6] == ["Arm", "Mean", "95 % interval", "n", "Against the baseline", "Difference"]
    assert first == ["plain", "1.00", "1.00 to 1.00", "8", "baseline", *["–"] * 6]
    assert second[:6] == ["typed", "0.00", "0.00 to 0.00", "8", "worse", "−1.00"]
    assert second[6:8] == ["−1.00 to −1.00", "8"]
    assert float(second[8]) < 0.05
    assert second[9:] == ["0.00", "0, 0, 8"]
    seconds = tables["Seconds (less is better)"]
    assert seconds[2][4:7] == ["worse", "+1.00", "+1.00 to +1.00"]


@pytest.mark.slow
def test_a_judge_begins_with_whether_it_is_validated():
    for trust, line in ((BAD, f"Judge not validated: {'; '.join(REASONS)}"), (GOOD, "Judge validated")):
        text = markdown(invented(trusts=(trust,)))
        assert re.search(rf"^## Judge: j.*\n\n{re.escape(line)}$", text, re.M)


@pytest.mark.slow
def test_every_judged_table_says_so_unless_the_judge_is_validated():
    tables = [caption for caption, _ in tables_of(markdown(invented()))]
    judged = [caption for caption in tables if "judge not validated" in caption]
    # Nine criteria, the controls, the two together, and by type.
    assert len(judged) == 13
    assert [caption for caption in tables if "judge" in caption or "says j" in caption] == judged
    text = markdown(invented())
    assert "## Worst cases (judge not validated)" in text
    assert "## By the type of picture (judge not validated)" in text
    validated = markdown(invented(trusts=(GOOD,))).split("## How to read this")[0]
    assert "not validated" not in validated
    assert len(tables_of(validated)) == len(tables)


def test_tables_that_mix_judges_are_as_good_as_the_worst_one():
    results = invented(trusts=(GOOD,))
    other = changed(results.judges[0], judge="other", validated=False, reasons=())
    results = changed(results, judges=(*results.judges, other))
    text = markdown(results)
    assert "## By the type of picture (judge not validated)" in text
    assert "## Worst cases (judge not validated)" in text
    assert "\nJudge not validated\n" in text
    text = markdown(changed(results, judges=()))
    assert "No judge was asked" in text
    assert "## By the type of picture (judge not validated)" in text


def test_the_four_criteria_and_the_letters_have_a_table_each():
    tables = {caption: rows for caption, rows in tables_of(markdown(invented())) if "criteria" in caption}
    four, letters = tables.values()
    assert four[0] == ["Arm", "Accuracy", "Completeness", "Conciseness", "Accessibility", "Overall", "n"]
    assert four[1] == ["plain", *["4.00 (4.00 to 4.00)"] * 5, "8"]
    assert letters[0] == ["Arm", "Elements", "Mood", "Care", "Average", "Letter", "n"]
    assert letters[1][-2:] == ["B", "8"]
    assert letters[2][-2:] == ["D", "8"]


@pytest.mark.slow
def test_controls_are_reported_with_what_is_wanted():
    results = invented(trusts=(BAD, GOOD))
    controls = (*results.judges[0].controls, ControlResult("untried", 0.6, False, rate_interval(0, 0)))
    results = changed(results, "judges", 0, controls=controls)
    first, second = (rows for caption, rows in tables_of(markdown(results)) if caption.startswith("Controls"))
    assert first[1][1:] == ["0.50", "0.22 to 0.78", "8", "0.75", "failed"]
    assert first[2] == ["untried", "–", "0.00 to 1.00", "0", "0.60", "not tried"]
    assert second[1][-1] == "passed"
    assert "kappa): 0.60 (0.40 to 0.80), n 30" in markdown(results)
    assert "kappa): –" in markdown(results)


@pytest.mark.slow
def test_strata_and_the_sign_test_and_the_worst_cases():
    text = markdown(invented())
    strata = next(rows for caption, rows in tables_of(text) if "by type" in caption)
    assert strata[0][:2] == ["Type", "Arm"]
    assert [row[:3] for row in strata[1:]] == [
        *(["chart", "plain", "4.00"], ["chart", "typed", "2.00"]),
        *(["photo", "plain", "4.00"], ["photo", "typed", "2.00"]),
    ]
    assert "An arm must win 8 of 8 pictures" in text
    assert "With 5 pictures a sign test shows nothing" in markdown(invented(n=5))
    assert "### 1. typed about case0" in text
    assert "- Text: A cat.\n- Reference: –\n- Against it: Says what it must not; " in text
    assert "- Reference: A brown dog.\n" in text


def test_without_a_judge_nothing_is_said_to_rest_on_one():
    text = markdown(invented(trusts=())).split("## How to read this")[0]
    assert "not validated" not in text
    assert "by type" in text


def test_one_arm_alone_is_compared_with_nothing():
    for caption, rows in tables_of(markdown(invented(arms=("plain",)))):
        assert not any("baseline" in cell for row in rows for cell in row), caption
    assert "Nothing was found against any text." in markdown(invented(arms=("plain",)))


def test_headings_go_down_one_level_at_a_time():
    levels = [block.level for block in blocks(invented()) if isinstance(block, Heading)]
    assert levels[0] == 2
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


# --- what is missing, and what is large ---


def test_what_is_missing_is_a_dash_and_never_a_word_of_python():
    results = invented(n=1)
    details = {"versions": {"localalt": None}, "model": None, "prompt": "", "architecture": "qwen3vl"}
    results = changed(results, "arms", 0, details=details)
    results = changed(results, "judges", 0, kappa=Interval(None, None, None, 0, 0.95))
    unknown = {"estimate": math.nan, "low": -math.inf, "high": None}
    for path in (("measures",), ("judges", 0, "criteria")):
        for table, row in itertools.product(range(len(results.measures)), range(len(results.arms))):
            results = changed(results, *path, table, "rows", row, "interval", **unknown)
    text = markdown(results)
    assert not re.search(r"\b(nan|none|inf|infinity|null)\b", text.replace("prefer: none", ""), re.I)
    assert "localalt –" in text
    assert "qwen3vl" in text


@pytest.mark.parametrize(
    ("estimate", "low", "high", "reported"),
    [
        (1234.5, 999.96, 1500.0, ["1234", "1000 to 1500"]),
        (12.34, 9.96, 15, ["12.3", "10.0 to 15.0"]),
        (0.5, 0.004, 0.9, ["0.50", "0.00 to 0.90"]),
        (0.004, -0.0001, 0.01, ["0.004", "0.000 to 0.010"]),
        (-3.2, -4.0, 0.0, ["−3.20", "−4.00 to 0.00"]),
        (3.2, None, None, ["3.20", "–"]),
    ],
)
def test_numbers_that_belong_together_have_as_many_decimals(estimate, low, high, reported):
    interval = {"estimate": estimate, "low": low, "high": high}
    results = changed(invented(arms=("plain",)), "measures", 0, "rows", 0, "interval", **interval)
    rows = tables_of(markdown(results))[1][1]
    assert rows[1][1:3] == reported


def test_small_p_values_are_reported_as_such():
    results = changed(invented(), "measures", 0, "rows", 1, "against_baseline", p_holm=0.0004)
    assert tables_of(markdown(results))[1][1][2][8] == "below 0.001"


def test_json_is_the_results_without_what_json_has_not():
    results = invented()
    assert json.loads(to_json(results)) == as_json_value(results)
    results = changed(results, "arms", 0, details={"model": math.nan, "prompt": HOSTILE})
    text = to_json(results)
    assert text.isascii()
    assert json.loads(text)["arms"][0]["model"] is None
    assert json.loads(text)["arms"][0]["prompt"] == HOSTILE


# --- hostile texts ---


def check(text):
    """All rows of a table are as long, and a text that was given comes out of a parser as it was put in."""
    for caption, rows in tables_of(text):
        assert len({len(row) for row in rows}) == 1, caption
    groups = re.split(r"\n\n", text)
    for group in groups:
        if group.startswith("|"):
            assert len({len(row) for row in cells_of(group)}) == 1, group
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert not {token.type for token in tokens} & {"html_block", "code_block", "fence", "hr", "blockquote_open"}
    return [plain(token) for token in tokens if token.type == "inline"]


def one_line(text):
    return " ".join(shown(text).replace("\n", " ↵ ").split())


@pytest.mark.slow
def test_hostile_names_and_texts_come_out_as_text():
    results = invented(arms=("plain", HOSTILE), name=HOSTILE, text=HOSTILE + " cat")
    results = changed(results, "judges", 0, judge=HOSTILE, reasons=(HOSTILE,), same_family=(HOSTILE,))
    found = check(markdown(results))
    assert f"Text: {one_line(HOSTILE + ' cat')}" in found
    assert f"Judge not validated: {one_line(HOSTILE)}" in found
    assert f"1. {one_line(HOSTILE)} about {one_line(HOSTILE + '0')}" in found
    assert one_line(HOSTILE) in found
    markdown(results).encode()  # no surrogate is left


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_name_and_text_comes_out_of_a_parser_as_it_was_put_in(text):
    results = changed(a_small_one(), "arms", 0, arm=text)
    results = changed(changed(results, "worst", 0, text=text), "judges", 0, judge=text)
    found = check(markdown(results))
    wanted = one_line(text) or "–"
    assert wanted in found
    assert f"Text: {wanted}" in found
    assert f"Judge: {wanted} (judge not validated)" in found


def test_texts_of_others_are_distinguished_from_ours():
    found = list(blocks(invented(judge="j")))
    assert isinstance(next(block for block in found if isinstance(block, Paragraph)).text, tuple)
    assert all(isinstance(row[0][0], Given) for block in found if isinstance(block, Table) for row in block.rows if row)
    assert any(isinstance(block, Example) for block in found)
