"""Sheets: texts in a table that a person grades, without the names of what wrote them, and the grades read back.

A sheet is CSV, as any spreadsheet opens and saves it. Must not know what becomes of grades: they are verdicts, under
a name that says that a person gave them (`is_by_hand`).
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from localalt.errors import OptionError
from localalt.evaluation.cases import Case
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.verdicts import JudgeVerdict
from localalt.evaluation.outputs import Output, content_key
from localalt.files.decoding import DecodingError, decode

__all__ = ["Grades", "choices", "is_by_hand", "read_sheet", "write_sheet"]

BY_HAND = "by hand: "
"""What the names of those begin with who graded a sheet."""
_ID, _PICTURE, _TEXT = "id", "picture", "text"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for a formula at the beginning of a cell (owasp.org/www-community/attacks/CSV_Injection)."""
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Grades:
    """What a person gave."""

    judge: str
    """The name under which they stand in a report."""
    verdicts: tuple[JudgeVerdict, ...]
    n_empty: int
    """Cells without a grade."""


def is_by_hand(judge: str) -> bool:
    """Whether verdicts under this name were given by a person."""
    return judge.startswith(BY_HAND)


def write_sheet(
    path: Path, cases: Iterable[Case], outputs: Sequence[Output], names: Sequence[str], *, seed: int = 0
) -> int:
    """Write a sheet with the texts of one picture after the other, in an order that `seed` draws, and return how many.

    Args:
        names: the criteria, each with an empty column.

    Raises:
        OptionError: the file is there already, or cannot be written; or there are no texts.
    """
    rows = []
    for case in cases:
        own = [output for output in outputs if output.case == case.id and output.text]
        random.Random(f"{seed} {case.sha256}").shuffle(own)
        rows += [(_id(output), str(case.picture), _harmless(output.text), *("" for _ in names)) for output in own]
    if not rows:
        raise OptionError("There is no text to be graded: run some first (localalt eval run).")
    try:
        # Some spreadsheets read UTF-8 only behind its mark.
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([(_ID, _PICTURE, _TEXT, *names), *rows])
    except FileExistsError as error:
        raise OptionError(f"{path} is there, and may have grades in it: name another file.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"{path} cannot be written ({reason}): name another file.") from error
    return len(rows)


def read_sheet(path: Path, outputs: Iterable[Output]) -> Grades:
    """The grades of a sheet: numbers, or the letters A to F where a criterion goes from 0 to 5.

    Raises:
        OptionError: it cannot be read, has no grades, has one that is neither, or is about other texts.
    """
    by_id = {_id(output): output for output in outputs if output.text}
    rows = _rows(path)
    names = [name for name in rows[0] if name in criteria.SCORES]
    if _ID not in rows[0] or not names:
        raise OptionError(
            f"{path} is not a sheet of grades: its first row has to have {_ID} and criteria such as elements."
        )
    judge, verdicts, n_empty = f"{BY_HAND}{path.stem}", dict[str, JudgeVerdict](), 0
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(rows[0], row, strict=False))
        if not any(cell.strip() for cell in row):
            continue
        output = by_id.get(cells.get(_ID, "").strip())
        if output is None:
            raise OptionError(
                f"{path}, row {number}, has the {_ID} {cells.get(_ID, '')!r:.40} of no text: name the outputs that the "
                "sheet was made of."
            )
        for name in names:
            value = _grade(path, number, name, cells.get(name, ""))
            n_empty += value is None
            if value is not None:
                key = content_key(judge=judge, id=_id(output), criterion=name)
                verdicts[key] = JudgeVerdict(key, output.case, output.arm, output.seed, judge, name, value)
    if not verdicts:
        raise OptionError(f"{path} has no grades yet: fill in {', '.join(names)}.")
    return Grades(judge, tuple(verdicts.values()), n_empty)


def _id(output: Output) -> str:
    """Of a text, which does not tell who wrote it, and which no spreadsheet takes for a number."""
    parts = {"case": output.case, "arm": output.arm, "seed": output.seed, "text": output.text}
    return f"t{content_key(**parts)[:12]}"


def _rows(path: Path) -> list[list[str]]:
    try:
        text, _ = decode(path.read_bytes())
    except DecodingError as error:
        raise OptionError(f"{path} cannot be read ({error}): save it as CSV in UTF-8.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"{path} cannot be read ({reason}): check the path.") from error
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise OptionError(f"{path} is not CSV ({error}): save it as CSV in UTF-8.") from error
    if not rows:
        raise OptionError(f"{path} is empty: name a sheet that localalt eval sheet wrote.")
    return [[name.strip().lower() for name in rows[0]], *rows[1:]]


def _grade(path: Path, row: int, name: str, cell: str) -> float | None:
    """A number or a letter as a score; None for an empty cell."""
    score, written = criteria.SCORES[name], cell.strip()
    if not written:
        return None
    letters: Mapping[str, float] = criteria.LETTER_SCORES if name in criteria.LETTERS else {}
    if written.upper() in letters:
        return letters[written.upper()]
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not score.least <= value <= score.most:
        raise OptionError(f"{path}, row {row}, has {written!r:.40} as {name}: write {choices(name)}.")
    return value


def choices(name: str) -> str:
    """What can be written as a grade by a criterion, in words."""
    score = criteria.SCORES[name]
    number = f"a number from {score.least} to {score.most}, such as {score.most - 0.5}"
    return f"{number}, or a letter from A to F without plus or minus" if name in criteria.LETTERS else number


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text
