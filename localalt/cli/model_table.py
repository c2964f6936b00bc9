"""The table of `localalt models`, for people: within the terminal's width, what suits this machine first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from localalt.cli.layout import GAP, fit_columns, n_columns, print_paragraph
from localalt.console import print_line, visible
from localalt.console.width import columns_of
from localalt.units import format_bytes, format_seconds

if TYPE_CHECKING:
    from localalt.models.listing import Row

__all__ = ["print_models"]

_HEADINGS = {
    "well": "Suits this machine:",
    "slowly": "Runs, but slowly or in a large part of the memory:",
    "not now": "Runs once other programs free memory:",
    "no": "Does not run here:",
}
_COLUMNS = ("  MODEL", "DOWNLOAD", "MEMORY", "A PICTURE", "ON")
_RIGHT = (1, 2, 3)
MAX_NAME = 44
"""Columns: a name beyond that has a line of its own, so that the eye finds the numbers of the short ones."""


def print_models(rows: Sequence[Row]) -> None:
    """Print the table, and beneath it what its signs mean and the licences."""
    lines = [_COLUMNS, *map(_cells, rows)]
    widths = [max(map(columns_of, column)) for column in zip(*lines, strict=True)]
    room = min(MAX_NAME, n_columns() - sum(widths[1:]) - len(GAP) * (len(widths) - 1))
    # A name is for copying: one that is too long has a line of its own.
    short = [("" if columns_of(name) > room else name, *rest) for name, *rest in lines]
    laid = fit_columns(short, n_columns(), _RIGHT)
    print_line(laid[0])
    heading = ""
    for row, (name, *_), cells, line in zip(rows, lines[1:], short[1:], laid[1:], strict=True):
        if heading != _HEADINGS[row.suits]:
            heading = _HEADINGS[row.suits]
            print_line(heading)
        if not cells[0]:
            print_line(name)
        print_line(line)
        if not row.fits and not row.memory_bytes:
            print_paragraph(visible(row.reason.removeprefix("no: ")), indent="    ", hanging="")
    print_line()
    for note in _notes(rows):
        print_paragraph(note)


def _cells(row: Row) -> tuple[str, ...]:
    size = "downloaded" if row.disk_bytes else ("~" if row.is_estimate else "") + format_bytes(row.download_bytes)
    memory = format_bytes(row.memory_bytes) if row.memory_bytes else "?"
    time = "-"
    if row.seconds_per_picture_low is not None and row.seconds_per_picture_high is not None:
        time = format_seconds(row.seconds_per_picture_low, row.seconds_per_picture_high)
        time = ("" if row.seconds_source == "measured" else "~") + time
    return f"{'* ' if row.is_auto else '  '}{visible(f'{row.name}:{row.quant}')}", size, memory, time, _place(row)


def _place(row: Row) -> str:
    if not row.fits:
        return "-"
    if row.reason.startswith("on the GPU"):
        return "GPU" if row.reason == "on the GPU" else "GPU, CPU"
    return "GPU, CPU" if row.reason.startswith("partly") else "CPU"


def _notes(rows: Sequence[Row]) -> list[str]:
    notes = [f'* "auto" takes {row.name}:{row.quant} here.' for row in rows if row.is_auto]
    estimated = list(dict.fromkeys(row.seconds_of for row in rows if row.seconds_source == "estimated"))
    if estimated:
        notes.append(f"~ A PICTURE: not measured here, but estimated for {'; '.join(estimated)}.")
    if any(row.seconds_source == "measured" for row in rows):
        notes.append("A PICTURE without ~ was measured on this machine.")
    elif estimated:
        notes.append("`localalt bench --model MODEL --widths 1` measures a downloaded model here.")
    large = list(dict.fromkeys(row.reason for row in rows if not row.fits and row.memory_bytes))
    notes += [f"What does not run here takes too much memory: {each.removeprefix('no: ')}." for each in large]
    untested = list(dict.fromkeys(row.name for row in rows if row.untested))
    if untested:
        notes.append(f"Not tested by localalt: {', '.join(untested)}.")
    return notes + _licences(rows)


def _licences(rows: Sequence[Row]) -> list[str]:
    """A note for each licence; the one that most models have comes last, and stands for all others."""
    models: dict[tuple[str, bool], dict[str, str]] = {}
    for row in rows:
        models.setdefault((row.licence, bool(row.terms_url)), {})[row.name] = row.terms_url
    notes: list[str] = []
    for (licence, has_terms), named in sorted(models.items(), key=lambda each: len(each[1])):
        text = f"Licence {licence or 'not known'}"
        if has_terms:
            urls = set(named.values())
            where = urls.pop() if len(urls) == 1 else "the places that `localalt models --json` names"
            text += f", with terms at {where}"
        is_last = notes and len(notes) == len(models) - 1
        notes.append(f"{text}: {'all others' if is_last else ', '.join(named)}.")
    return notes
