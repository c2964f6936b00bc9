"""The results that files and folders hold, and the newest of those that were measured several times."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from localalt.bench.record import Identity, Result, ResultError, read

__all__ = ["Entry", "load", "newest"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A result and the name of its file."""

    file: str
    result: Result

    @property
    def identity(self) -> Identity:
        """Of the result."""
        return self.result.identity


def load(paths: Iterable[Path]) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """(the results of files and of the files in folders, a sentence for each that cannot be used).

    A file that is named twice counts once.
    """
    entries: list[Entry] = []
    wrong: list[str] = []
    seen: set[Path] = set()
    for given in paths:
        try:
            files = _files(given)
        except ResultError as error:
            wrong.append(str(error))
            continue
        for file in files:
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            try:
                results = read(file)
            except ResultError as error:
                wrong.append(str(error))
                continue
            if not results:
                wrong.append(f"{file} has no results: measure again.")
            entries += (Entry(file.name, result) for result in results)
    return tuple(entries), tuple(wrong)


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        if not given.exists():
            raise ResultError(f"{given} does not exist: name a file or folder that localalt bench wrote.")
        return [given]
    try:
        files = sorted(each for each in given.iterdir() if each.suffix in (".json", ".jsonl"))
    except OSError as error:
        raise ResultError(f"{given} cannot be read ({error}): name a folder that localalt bench wrote.") from error
    if not files:
        raise ResultError(f"{given} has no .json or .jsonl files: name a folder that localalt bench wrote.")
    return files


def newest(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """(the newest of each configuration, {key of a result that replaces others: a sentence about that})."""
    by_key: dict[str, list[Entry]] = {}
    for entry in entries:
        by_key.setdefault(entry.result.key, []).append(entry)
    latest: list[Entry] = []
    replaced: dict[str, str] = {}
    for key, same in by_key.items():
        # max() takes the first of equals: which file was named first decides, not chance.
        last = max(same, key=lambda entry: _moment(entry.identity.test_time))
        latest.append(last)
        if len(same) > 1:
            times = ", ".join(f"{each.identity.test_time} in {each.file}" for each in same if each is not last)
            replaced[key] = f"Measured {len(same)} times: this is of {last.identity.test_time}, not of {times}."
    return tuple(latest), replaced


def _moment(text: str) -> datetime.datetime:
    """A time without a zone is UTC, and one that is none is older than all others."""
    try:
        # Python 3.10 does not read the Z.
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return datetime.datetime.min.replace(tzinfo=datetime.timezone.utc)
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)
