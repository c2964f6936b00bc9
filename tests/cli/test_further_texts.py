"""What `localalt describe` says of the texts that it prints beside an alt text."""

from __future__ import annotations

import json

import pytest

import localalt
from localalt import cli
from localalt.cli import describe
from localalt.cli.terminal import OK
from localalt.errors import EngineError
from localalt.image.tiles import Tile, Tiling
from tests.support.fake_engine import FakeEngine, fake_model

GOOD = "A printed page with a column of short lines about a harbour and its ships."


@pytest.fixture
def run(monkeypatch, capsys, expected):
    """Describe one picture with its text, which is read in two tiles, of which the second fails."""
    tiles = (Tile((0, 0, 32, 32)), Tile((0, 32, 32, 64), 1))
    monkeypatch.setattr("localalt.image.processor.tiling", lambda *_: Tiling(tiles, 12.0, 4.0))

    def run(*options):
        answers = [GOOD, "one", EngineError("The cache is full.")]

        def answer(_):
            if isinstance(found := answers.pop(0), Exception):
                raise found
            return found

        describer = localalt.Describer.from_loaded(fake_model(FakeEngine(answer)))
        monkeypatch.setattr(describe, "load_model", lambda *_, **__: describer)
        picture = next(iter(expected))
        status = cli.main(
            ["describe", str(picture), "--in-process", "--also", "text", "--detail", "max", "--checks", "off", *options]
        )
        return (status, *capsys.readouterr(), str(picture))

    return run


def test_a_part_of_a_text_that_is_missing_is_said(run):
    status, out, err, picture = run()
    assert (status, out) == (OK, f"{GOOD}\n  text:\n    one\n")
    assert f"{picture}: text: part-missing: Part 2 of 2" in err


def test_a_quiet_run_does_not_say_it(run):
    assert run("--quiet")[2] == ""


def test_json_has_it_with_the_text_that_it_is_about(run):
    draft = json.loads(run("--jsonl")[1])
    assert [warning["name"] for warning in draft["also"]["text"]["warnings"]] == ["part-missing"]
    assert draft["warnings"] == []
    assert draft["also"]["text"]["timings"]["n_tiles"] == 1
