"""Tables and paragraphs within the terminal's width."""

import pytest

from localalt.cli import layout
from localalt.cli.layout import cut, fit_columns, print_paragraph
from localalt.console.width import columns_of

LINES = [
    ("MODEL", "SIZE", "WHERE"),
    ("a-model-with-a-name-that-goes-on-and-on:Q4_K_M", "1.95 GB", "a-publisher/with-a-repository-of-a-long-name"),
    ("\u6a21\u578b\u6a21\u578b\u6a21\u578b", "12 MB", "\u51fa\u7248\u793e" * 20),
]


@pytest.mark.parametrize("width", [60, 80])
def test_a_table_is_within_the_width_and_its_columns_begin_below_each_other(width):
    lines = fit_columns(LINES, width, right=(1,), flexible=(2, 0))
    assert max(map(columns_of, lines)) <= width
    starts = {
        columns_of(line[: line.index(cell)]) for line, cell in zip(lines, ("WHERE", "a-pub", "\u51fa"), strict=True)
    }
    assert len(starts) == 1
    assert all("\u2026" in line for line in lines[1:])


def test_a_table_that_fits_is_not_cut():
    assert fit_columns([("A", "B"), ("long", "1")], 60, flexible=(0,)) == ["A     B", "long  1"]


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde\u2026"),
        ("\u6a21\u578b\u6a21\u578b", 8, "\u6a21\u578b\u6a21\u578b"),
        ("\u6a21\u578b\u6a21\u578b", 6, "\u6a21\u578b\u2026"),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
    ],
)
def test_wide_characters_take_two_columns_and_accents_none(text, width, short):
    assert cut(text, width) == short
    assert columns_of(short) <= width


@pytest.mark.parametrize("width", [60, 80])
def test_a_paragraph_breaks_between_words_and_shows_control_characters(monkeypatch, capsys, width):
    monkeypatch.setattr(layout, "n_columns", lambda: width)
    print_paragraph("word " * 40 + "x\x1b[2J", indent="  ")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("  word")
    assert lines[1].startswith("    word")
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("width", [60, 80])
def test_a_paragraph_of_wide_characters_is_within_the_width_too(monkeypatch, capsys, width):
    monkeypatch.setattr(layout, "n_columns", lambda: width)
    print_paragraph("\u51fa\u7248\u793e " * 30, hanging="")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(columns_of, lines)) in range(width - 6, width + 1)
    assert sum(line.count("\u793e") for line in lines) == 30


def test_a_word_that_is_longer_than_a_line_stays_whole(monkeypatch, capsys):
    monkeypatch.setattr(layout, "n_columns", lambda: 60)
    print_paragraph(f"see {'x' * 70} there")
    assert capsys.readouterr().out.splitlines() == ["see", f"  {'x' * 70}", "  there"]


@pytest.mark.parametrize(("there", "laid_out"), [(20, 60), (80, 80), (400, 120)])
def test_the_width_of_a_terminal_is_taken_within_bounds(monkeypatch, there, laid_out):
    monkeypatch.setattr(layout, "is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", str(there))
    assert layout.n_columns() == laid_out


def test_a_pipe_has_80_columns(monkeypatch):
    monkeypatch.setattr(layout, "is_terminal", lambda _: False)
    monkeypatch.setenv("COLUMNS", "200")
    assert layout.n_columns() == 80
