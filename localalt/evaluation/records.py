"""Records in a file of JSON lines: appended whole, found by their key, and safe to kill while writing.

A line that was cut off when a process was killed is left out when the file is read, and does not damage the next one.
Knows nothing of what records say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, KeysView, Mapping
from pathlib import Path
from typing import Any

from localalt.errors import OptionError
from localalt.files.decoding import decode_lines, encoding_of

__all__ = ["Records", "read_records"]


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file, in its order; lines that are not records, such as one that was cut off, are left out.

    Raises:
        OptionError: the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"{path} cannot be read ({reason}): check the path.") from error
    for line in decode_lines(data, drop_damaged=True):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


class Records:
    """A file that records are added to, and those that it has, by their key, where they have one.

    Raises:
        OptionError: it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        if (
            _is_there(path) and not path.is_file() and str(path) != os.devnull
        ):  # /dev/full gives zeros without an end to whoever reads it
            raise OptionError(f"{path} is not a file that records can be read from and added to: name another file.")
        self.path = path
        self._by_key: dict[str, Mapping[str, Any]] = {}
        for record in read_records(path) if _is_there(path) else ():
            if "key" in record:
                self._by_key.setdefault(str(record["key"]), record)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                if file.tell() and (name := encoding_of(path.read_bytes())) != "utf-8":
                    raise OptionError(
                        f"{path} is in {name.upper()}, and records are added in UTF-8: convert it, or name another."
                    )
                if file.tell() and not _ends_with_a_line(path):
                    file.write(b"\n")
        except OSError as error:
            raise OptionError(f"{path} cannot be written ({error.strerror}): name another file.") from error

    @property
    def keys(self) -> KeysView[str]:
        """Of the records that there are."""
        return self._by_key.keys()

    def get(self, key: str) -> Mapping[str, Any] | None:
        """The first record with a key, None where there is no such record."""
        return self._by_key.get(key)

    def add(self, record: Mapping[str, Any]) -> None:
        """Append a record, whole or, where the disk is full, not at all.

        Raises:
            OptionError: it cannot be written.
        """
        line = json.dumps(record, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
        try:
            with self.path.open("ab", buffering=0) as file:
                before = file.tell()
                written = file.write(line)
                if written != len(line):
                    file.truncate(before)
                    raise OSError(28, os.strerror(28))
        except OSError as error:
            raise OptionError(f"{self.path} cannot be written ({error.strerror}): free some space.") from error
        if "key" in record:
            self._by_key.setdefault(str(record["key"]), record)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # whoever opens it says what is wrong with it
        return False


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
