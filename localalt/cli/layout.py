"""Tables and paragraphs as wide as the terminal: 80 columns where there is none, and never less than 60."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence

from localalt.console import is_terminal, print_line, visible
from localalt.console.width import columns_of

__all__ = ["cut", "fit_columns", "n_columns", "print_paragraph", "print_step", "print_table", "wrapped"]

WIDTH = 80
MIN_WIDTH = 60
MAX_WIDTH = 120
"""Of paragraphs and tables: longer lines are hard to read."""
GAP = "  "


def n_columns() -> int:
    """The terminal's width, within what is laid out for."""
    if not is_terminal("stdout"):
        return WIDTH
    return min(max(shutil.get_terminal_size((WIDTH, 24)).columns, MIN_WIDTH), MAX_WIDTH)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, its end replaced by an ellipsis where it is longer."""
    if columns_of(text) <= width:
        return text
    n_taken, taken = 0, []
    for each in text:
        n_taken += columns_of(each)
        if n_taken > width - 1:
            break
        taken.append(each)
    return "".join(taken).rstrip() + "…"


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` columns; none for an empty one.

    Words stay whole, also a command or a path that is longer than a line.
    """
    lines: list[str] = []
    for word in visible(text).split():  # not textwrap's: it counts characters, of which some take two columns
        if lines and columns_of(lines[-1]) + 1 + columns_of(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def print_paragraph(text: str, *, indent: str = "", hanging: str = "  ") -> None:
    """Print a text in as many lines as it takes; the further ones are indented by `hanging` more.

    Words stay whole, also a command or a path that is longer than a line.
    """
    lines: list[str] = []
    for word in visible(text).split():  # not textwrap's: it counts characters, of which some take two columns
        if lines and columns_of(lines[-1]) + 1 + columns_of(word) <= n_columns():
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent}{hanging if lines else ''}{word}")
    for line in lines or [""]:
        print_line(line)


def print_step(text: str) -> None:
    """Print something to do, as an item of a list; a command at its end has a line of its own, to be copied."""
    words, colon, command = text, "", ""
    found = re.fullmatch(r"(.*): ((?:[A-Z_]+=\S+ )?python scripts/\S.*)", text)
    if found is not None:
        words, colon, command = found[1], ":", found[2]
    print_paragraph(f"- {words}{colon}", indent="  ")
    if command:
        print_line(f"    {visible(command)}")


def print_table(lines: Sequence[Sequence[str]], *, right: tuple[int, ...] = (), flexible: Sequence[int] = ()) -> None:
    """Print lines of cells, the first being the headings, within the width; columns `right` end at the right.

    Where it is too wide, the `flexible` columns are cut, the first of them first.
    """
    for line in fit_columns([[visible(cell) for cell in line] for line in lines], n_columns(), right, flexible):
        print_line(line)


def fit_columns(
    lines: Sequence[Sequence[str]], width: int, right: tuple[int, ...] = (), flexible: Sequence[int] = ()
) -> list[str]:
    """The lines of a table within `width` columns, as far as the `flexible` columns can give way: each to 8 columns."""
    widths = [max(map(columns_of, column)) for column in zip(*lines, strict=True)]
    for index in flexible:
        excess = sum(widths) + len(GAP) * (len(widths) - 1) - width
        if excess > 0:
            widths[index] = max(min(8, widths[index]), widths[index] - excess)
    return [GAP.join(_cells(line, widths, right)).rstrip() for line in lines]


def _cells(line: Sequence[str], widths: Sequence[int], right: tuple[int, ...]) -> list[str]:
    cells = []
    for index, (cell, width) in enumerate(zip(line, widths, strict=True)):
        short = cut(cell, width)
        padding = " " * (width - columns_of(short))
        cells.append(padding + short if index in right else short + padding)
    return cells
