"""Markdown lists and tables in an answer -> what a screen reader can read: items with semicolons, rows with commas.

A dash or an angle at the start of a line may be the picture's own: a minus, a prompt, a line of a dialogue or of a
difference. Such lines stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["without_block_quotes", "without_bullets", "without_tables"]

_BULLET = re.compile(r"[ \t]*([-*+•])[ \t]+(?=\S)")
_BULLETS = re.compile(r"[ \t]*(?:[-*+•][ \t]+)+")
_YEAR = re.compile(r"[12]\d{3}\b")
_SENTENCE_ENDS = ".!?…:;,。！？：；，、।؟۔"
_MIN_WORDS = 4
"""Of an item that ends as a sentence: shorter ones after a dash are said by somebody, as in "- Hello."."""


def without_bullets(text: str) -> str:
    """The text without bullets: a semicolon ends each item but the last, and a colon the line before them."""
    if not any(bullet in text for bullet in "-*+•"):
        return text
    lines = text.split("\n")
    done: list[str] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _BULLET.match(lines[end]):
            end += 1
        items = lines[at:end]
        if not items:
            done.append(lines[at])
        elif not _is_list(items, _last_line(done)):
            done += items
        else:
            _join_to(done, ":", is_list_next=True)
            for item in items:
                done.append(_bare(item))
                if item is not items[-1]:
                    _join_to(done, ";")
        at = max(end, at + 1)
    return "\n".join(done)


def _bare(item: str) -> str:
    """An item without its bullet, or several."""
    bullets = _BULLETS.match(item)
    return item if bullets is None else item[bullets.end() :]


def _is_list(items: Sequence[str], before: str) -> bool:
    """Whether the marks at the start of these lines are bullets, and nothing that the picture shows."""
    marks = {item.lstrip()[0] for item in items}
    inner = [_bare(item).strip() for item in items]
    if len(inner) == 1 and not before and inner[0][:1].islower():
        return False  # "- is a minus sign"
    if marks == {"•"}:
        return True
    if marks == {"*"}:
        # After other lines, one star alone begins a footnote.
        return len(items) > 1 or not before or before.endswith((":", "："))
    if marks == {"+"}:
        return len(items) > 1 and not any(each[:1].isdigit() for each in inner)
    if marks != {"-"}:
        return False
    # A minus before a number, unless every item is about a year.
    if any(each[:1].isdigit() for each in inner) and not (len(inner) > 1 and all(_YEAR.match(each) for each in inner)):
        return False
    if len(inner) == 1 and " - " in inner[0]:
        return False  # a dialogue on one line
    if len(inner) == 1 and before:
        return before.endswith((":", "：")) and not inner[0].endswith(tuple("!?！？؟."))
    return not any(_is_said(each) for each in inner)


def _is_said(item: str) -> bool:
    """Whether what follows a dash is a line of a dialogue and no item of a list."""
    if item.startswith(("¿", "¡")) or item.endswith(("!", "?", "！", "？", "؟")):
        return True
    return item.endswith(".") and len(item.split(None, _MIN_WORDS)) < _MIN_WORDS and not item.startswith(("A ", "An "))


def _last_line(lines: Sequence[str]) -> str:
    """The last line that is not blank."""
    return next((line.rstrip() for line in reversed(lines) if line.strip()), "")


def _join_to(lines: list[str], mark: str, *, is_list_next: bool = False) -> None:
    """Let the last line that is not blank end with a mark, where it ends with none."""
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at].rstrip()
        if line:
            core = line.rstrip("*_")
            if not core.endswith(tuple(_SENTENCE_ENDS)) and (not is_list_next or core[-1:].isalnum()):
                lines[at] = f"{line}{mark}"
            return


_QUOTED = re.compile(r"[ \t]*(?:>[ \t]*)+(?=[^\W\d_]|[\"“„«「*_#\[(-])")


def without_block_quotes(text: str) -> str:
    """The text without ">" before each of its lines, where it stands before all of them and none is a prompt."""
    if not text.lstrip().startswith(">"):
        return text
    lines = text.split("\n")
    marks = [_QUOTED.match(line) for line in lines if line.strip(" \t>")]
    first = next((line[mark.end() :] for line, mark in zip(lines, marks, strict=False) if mark), "")
    if not all(marks) or first[:1].islower():
        return text
    if "\\" in first:
        return text  # a prompt and a path
    return "\n".join(_unquoted(line) for line in lines)


def _unquoted(line: str) -> str:
    mark = _QUOTED.match(line)
    return line[mark.end() :] if mark else line.strip(" \t>")


_DELIMITERS = frozenset(" \t|:-")


def without_tables(text: str) -> str:
    """The text with its Markdown tables as sentences: the names of the columns, a colon, and the rows."""
    if "|" not in text or "--" not in text:
        return text
    lines = text.split("\n")
    done: list[str] = []
    at = 0
    while at < len(lines):
        if at + 1 < len(lines) and "|" in lines[at] and _is_delimiter(lines[at + 1]):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            rows = [", ".join(_cells(row)) for row in lines[at + 2 : end]]
            header = ", ".join(_cells(lines[at]))
            body = "; ".join(row for row in rows if row)
            done.append(": ".join(part for part in (header, body) if part) + ("." if body and end < len(lines) else ""))
            at = end
        else:
            done.append(lines[at])
            at += 1
    return "\n".join(done)


def _is_delimiter(line: str) -> bool:
    return "|" in line and "--" in line and _DELIMITERS.issuperset(line.rstrip("\r"))


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|") if cell.strip()]
