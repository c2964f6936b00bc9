"""The commands eval and compare as whole processes, with the known-answer models."""

import json
import shlex
import subprocess
import sys

import pytest

from tests.support.evaluation import cases_folder


@pytest.fixture
def folder(tmp_path, expected):
    return cases_folder(tmp_path, expected)


pytestmark = pytest.mark.slow


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "localalt", *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_the_command_runs_measures_and_reports(folder):
    out = ("--cases", "cases.jsonl", "-q")
    result = command("eval", "run", "--models", "selftest", "--out", "outputs.jsonl", "--transcribe", *out, cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    result = command("eval", "lint", "outputs.jsonl", "--with-author", *out, cwd=folder)
    assert result.returncode == 0
    assert "Must be mentioned, and is" in result.stdout
    result = command("eval", "report", "outputs.jsonl", "--format", "json", *out, cwd=folder)
    assert json.loads(result.stdout)["arms"][0]["n"] == 12


def test_the_command_compares_models_side_by_side(folder):
    result = command("compare", "chart.png", "sign.png", "--models", "selftest,selftest-qwen3vl", "-q", cwd=folder)
    assert result.returncode == 0
    rows = json.loads(result.stdout)
    assert [row["image"] for row in rows] == ["chart.png", "sign.png"]
    assert list(rows[0]["captions"]) == ["selftest", "selftest-qwen3vl"]
    result = command("compare", "chart.png", "--models", "selftest", "--format", "markdown", "-q", cwd=folder)
    assert "- **selftest**: A bar chart" in result.stdout


def test_the_command_tunes_and_says_what_is_shown(folder):
    arguments = ("--models", "selftest,selftest-gemma4", "--out", "t.jsonl", "--budget", "40", "--cases", "cases.jsonl")
    result = command("eval", "tune", *arguments, cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "Best on the dev half: selftest" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("eval", "run", "--models", "selftest", "--out", "o.jsonl", "--cases", "no.jsonl"), 2, "cannot be read"),
        (("eval", "run", "--models", "nosuch", "--out", "o.jsonl", "--cases", "cases.jsonl", "--offline"), 3, "nosuch"),
        (("eval", "run", "--models", "selftest", "--prompts", "plian", "--out", "o.jsonl"), 2, "did you mean"),
        (("eval", "run", "--models", "selftest", "--recipe", "five-photo", "--out", "o.jsonl"), 2, "did you mean"),
        (("eval", "cases", "cases.jsonl", "--out", "c.jsonl"), 2, "cases.jsonl"),
        (("eval", "cases", "chart.png", "--out", "c.jsonl", "--type", "foto"), 2, 'did you mean "photo"'),
        (("eval", "sheet", "cases.jsonl", "--out", "g.csv", "--criteria", "claims"), 2, "choose from accuracy"),
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


def test_the_hint_after_a_run_is_a_command_that_works(folder):
    options = ("--cases", "cases.jsonl", "--out", "out puts.jsonl", "--device", "cpu", "--limit", "1")
    ran = command("eval", "run", "--models", "selftest", *options, cwd=folder)
    assert ran.returncode == 0
    hint = ran.stderr.split("`")[1]
    assert command(*shlex.split(hint)[1:], cwd=folder).returncode == 0


def test_a_recipe_says_where_there_are_other_numbers_of_pictures_and_gives_the_models_no_context(folder):
    lines = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]
    (folder / "cases.jsonl").write_text("\n".join(json.dumps({**line, "context": "A post."}) for line in lines[:2]))
    options = ("--cases", "cases.jsonl", "--models", "selftest", "--out", "o.jsonl")
    first = command("eval", "run", "--recipe", "five-photos", *options, cwd=folder)
    assert first.returncode == 0
    assert "The recipe five-photos has 5 pictures, and this has 2" in first.stderr
    assert command("eval", "run", "--no-context", "-q", *options, cwd=folder).returncode == 0
    assert len((folder / "o.jsonl").read_text().splitlines()) == 2, "the same texts: asked without context"


def test_two_people_have_a_section_each_and_names_that_differ(folder):
    options = ("--cases", "cases.jsonl", "--limit", "2", "-q")
    assert command("eval", "run", "--models", "selftest", "--out", "o.jsonl", *options, cwd=folder).returncode == 0
    assert command("eval", "sheet", "o.jsonl", "--out", "ada.csv", *options, cwd=folder).returncode == 0
    sheet = (folder / "ada.csv").read_text(encoding="utf-8-sig").replace(",,,", ",A,B,C")
    (folder / "other").mkdir()
    for name in ("ada.csv", "bo.csv", "other/ada.csv"):
        (folder / name).write_text(sheet, encoding="utf-8")
    said = command("eval", "report", "o.jsonl", "--grades", "ada.csv", "bo.csv", *options, cwd=folder)
    assert [line for line in said.stdout.splitlines() if line.startswith("## Graded")] == [
        "## Graded by hand: ada",
        "## Graded by hand: bo",
    ]
    said = command("eval", "report", "o.jsonl", "--grades", "ada.csv", "other/ada.csv", *options, cwd=folder)
    assert (said.returncode, "Two sheets of grades have one name" in said.stderr) == (2, True)


def test_the_recipes_are_listed_with_their_pages_and_addresses(folder):
    listed = " ".join(command("eval", "recipes", cwd=folder).stdout.split())
    for words in ("social-posts: 68 pictures", "docs/experiment-photos.md", "https://www.ave.zone/blog/"):
        assert words in listed
