"""`localalt describe` and `localalt lint` where a model describes nothing: no text, and never decorative."""

import json

import pytest

import localalt
from localalt import cli
from localalt.cli import describe
from localalt.cli.terminal import OK, SOME_FAILED
from tests.support.fake_engine import FakeEngine, fake_model

REFUSAL = "I'm sorry, but I can't help with describing people in images."
GOOD = "A red kite with a long tail flies above an empty beach."


@pytest.fixture
def run(monkeypatch, capsys, expected):
    """Describe one picture, its model answering in turn; the exit status and both streams."""

    def run(*answers, options=()):
        left = list(answers)
        engine = FakeEngine(lambda _: left.pop(0))
        describer = localalt.Describer.from_loaded(fake_model(engine))
        monkeypatch.setattr(describe, "load_model", lambda *_, **__: describer)
        status = cli.main(["describe", str(next(iter(expected))), "--in-process", *options])
        assert not left
        return status, *capsys.readouterr()

    return run


def test_a_refusal_and_then_a_text_are_a_text(run):
    assert run(REFUSAL, GOOD) == (OK, f"{GOOD}\n", "")


@pytest.mark.parametrize("options", [(), ("--quiet",)])
def test_two_refusals_are_an_empty_text_one_line_that_says_why_and_status_1(run, expected, options):
    status, out, err = run(REFUSAL, REFUSAL, options=options)
    assert (status, out) == (SOME_FAILED, "\n")
    (line,) = err.splitlines()
    assert line == (
        f"localalt: {next(iter(expected))}: refusal: The model refused to describe the picture, so there is no text: "
        "describe it yourself, or try another model."
    )


def test_in_json_the_verdict_is_none_and_lint_reports_it_as_empty(run, tmp_path, capsys):
    status, out, _ = run(REFUSAL, REFUSAL, options=("--jsonl",))
    draft = json.loads(out)
    assert (status, draft["text"], draft["verdict"], draft["raw"]) == (SOME_FAILED, "", "none", REFUSAL)
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text(out, encoding="utf-8")
    assert cli.main(["lint", str(drafts)]) == SOME_FAILED
    assert "empty" in capsys.readouterr().out


@pytest.mark.parametrize(("verdict", "status"), [("none", SOME_FAILED), ("decorative", OK)])
def test_no_word_about_decoration_makes_a_text_that_is_to_be_written_right(tmp_path, verdict, status):
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text(json.dumps({"source": "a.png", "text": "", "verdict": verdict, "decorative": True}))
    assert cli.main(["lint", str(drafts)]) == status


def test_a_long_description_that_is_none_is_reported_and_the_alt_text_stays(run, expected):
    status, out, err = run(GOOD, REFUSAL, REFUSAL, options=("--also", "long"))
    assert (status, out) == (OK, f"{GOOD}\n  long: -\n")
    assert f"{next(iter(expected))}: long: refusal:" in err
