"""What `localalt models` prints, at the widths of terminals."""

import dataclasses

import pytest

from localalt.cli import layout, model_table
from localalt.cli.model_table import print_models
from localalt.console.width import columns_of
from localalt.devices import Machine
from localalt.models import listing

GB = 1_000_000_000
LAPTOP = Machine(14 * GB, 16 * GB, 4, instructions=frozenset({"AVX2"}))
LONG = "some-publisher/Some-Very-Long-Vision-Model-Name-Instruct-GGUF"
WIDE = "\u51fa\u7248\u793e/\u6a21\u578b\u6a21\u578b-GGUF"


@pytest.fixture
def rows():
    rows = listing.table(LAPTOP)
    downloaded = dataclasses.replace(
        rows[1], licence="", terms_url="", is_auto=False, disk_bytes=GB, seconds_source="measured"
    )
    broken = dataclasses.replace(
        downloaded,
        name="owner/broken",
        fits=False,
        suits="no",
        memory_bytes=0,
        reason="no: its file is not a GGUF file.\x1b[2J",
        seconds_per_picture_low=None,
        seconds_per_picture_high=None,
        seconds_source="",
    )
    own = [dataclasses.replace(downloaded, name=name) for name in (LONG, WIDE)]
    return [rows[0], *own, *rows[1:], broken]


@pytest.fixture(params=[60, 80, 120])
def printed(request, rows, monkeypatch, capsys):
    """The lines, but those of a name or an address that is wider than the terminal alone."""
    for module in (layout, model_table):
        monkeypatch.setattr(module, "n_columns", lambda: request.param)
    print_models(rows)
    lines = capsys.readouterr().out.splitlines()
    too_wide = [line.strip() for line in lines if columns_of(line) > request.param]
    assert all(" " not in line for line in too_wide), too_wide
    return lines


def test_columns_stand_below_each_other_and_names_are_whole(printed, rows):
    heading = printed[0]
    end = heading.index("MEMORY") + len("MEMORY")
    text = "\n".join(printed)
    for row in rows:
        name = f"{row.name}:{row.quant}"
        (number,) = [number for number, line in enumerate(printed) if line[2:].split(" ")[0] == name]
        line = printed[number]
        if columns_of(line.rstrip()) == 2 + columns_of(name):  # alone on its line: the numbers are below it
            line = printed[number + 1]
        n_wide = columns_of(line) - len(line)
        assert line[end - n_wide - 2 : end - n_wide] in ("GB", "MB") or row.name == "owner/broken"
    assert "\x1b" not in text


@pytest.mark.slow
def test_what_suits_comes_first_and_what_does_not_run_says_why(printed):
    headings = [line for line in printed if line.endswith(":") and line[0] not in "* L"]
    assert headings == [
        "Suits this machine:",
        "Runs, but slowly or in a large part of the memory:",
        "Does not run here:",
    ]
    assert printed[2].startswith("* qwen3.5-")
    text = " ".join(" ".join(printed).split())
    assert "its file is not a GGUF file." in text
    assert "What does not run here takes too much memory: 15.5 GB can be used." in text


def test_the_signs_and_the_licences_are_explained_below(printed):
    text = " ".join(" ".join(printed).split())
    for note in (
        '* "auto" takes qwen3.5-',
        "~ A PICTURE: not measured here, but estimated for CPUs like this: 4 threads, AVX2.",
        "A PICTURE without ~ was measured on this machine.",
        "Licence Gemma, with terms at https://ai.google.dev/gemma/terms: gemma-3-4b,",
        f"Licence not known: {LONG}, {WIDE}, owner/broken.",
    ):
        assert note in text
    assert text.endswith("Licence Apache-2.0: all others.")


def test_what_was_measured_has_no_tilde(printed):
    line = next(printed[number + 1] for number, line in enumerate(printed) if line[2:].startswith(LONG))
    assert "~" not in line
    assert " s " in line
