"""Globs, name by name: which part of a pattern each folder on the way has reached. Pure.

As `glob` of the standard library: "*", "?", "[…]" within a name and not for a name that begins with a dot, "**" for
any folders. In place of a list of all paths there is a set of positions for each folder, which a walk takes along.
"""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import dataclass, field

__all__ = ["ALL", "GlobPattern", "Positions", "has_magic"]

Positions = frozenset[int]
"""Parts of a pattern that may match the next name; `ALL` for everything below."""

ALL = -1
_MAGIC = re.compile(r"[*?[]")


def has_magic(pattern: str) -> bool:
    """Whether there is a wildcard in it."""
    return _MAGIC.search(pattern) is not None


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means to a pattern."""

    positions: Positions = frozenset()
    """For the names below, where it is a folder."""
    is_file_wanted: bool = False
    """Whether it is asked for, where it is a file."""
    is_of_any_kind: bool = False
    """Whether that holds whatever its suffix."""
    is_spelled_out: bool = False
    """Whether the name is in the pattern as it is."""


@dataclass(frozen=True, slots=True)
class GlobPattern:
    """A glob in two: the folder that it names, and the parts below."""

    folder: str
    """Empty for the current one."""
    parts: tuple[str, ...]
    is_for_folders: bool
    """Whether its last part asks for folders alone."""
    _matchers: tuple[re.Pattern[str], ...] = field(repr=False, compare=False)

    @staticmethod
    def parse(pattern: str) -> GlobPattern:
        """A pattern with `has_magic`. A slash at its end asks for folders, and what is in them is meant."""
        drive, rest = os.path.splitdrive(pattern)
        if os.altsep:
            rest = rest.replace(os.altsep, os.sep)
        names = rest.split(os.sep)  # noqa: PTH206 (Path would leave out what matters at the ends)
        first = next(at for at, name in enumerate(names) if has_magic(name))
        parts = [name for name in names[first:] if name not in ("", ".")]
        # Several "**" in a row are one.
        parts_once = tuple(part for at, part in enumerate(parts) if not (part == "**" and parts[at - 1 : at] == ["**"]))
        matchers = tuple(re.compile(fnmatch.translate(os.path.normcase(part))) for part in parts_once)
        folder = drive + os.sep.join(names[:first])  # noqa: PTH118
        folder = folder + os.sep if first and not names[first - 1] else folder
        return GlobPattern(folder, parts_once, not names[-1], matchers)

    @property
    def start(self) -> Positions:
        """Where the names of the folder begin."""
        return self._with_skipped(frozenset([0]))

    def match(self, name: str, positions: Positions) -> Match:
        """What a name means in a folder that has reached these positions."""
        following: set[int] = set()
        is_file_wanted = is_of_any_kind = is_spelled_out = False
        is_hidden = name.startswith(".")
        for at in positions:
            if at == ALL or self.parts[at] == "**":
                following.add(at)
                is_file_wanted = is_file_wanted or at == ALL or at == len(self.parts) - 1
            elif not (is_hidden and not self.parts[at].startswith(".")) and self._matchers[at].match(
                os.path.normcase(name)
            ):
                is_last = at == len(self.parts) - 1
                following.add(ALL if is_last else at + 1)
                is_file_wanted = is_file_wanted or (is_last and not self.is_for_folders)
                is_of_any_kind = is_of_any_kind or (is_last and _has_suffix(self.parts[at]))
                is_spelled_out = is_spelled_out or is_hidden or not has_magic(self.parts[at])
        return Match(self._with_skipped(frozenset(following)), is_file_wanted, is_of_any_kind, is_spelled_out)

    def _with_skipped(self, positions: Positions) -> Positions:
        """With what follows a "**" that matches no folder at all."""
        found = set(positions)
        for at in positions:
            if at != ALL and self.parts[at] == "**":
                found.add(ALL if at == len(self.parts) - 1 else at + 1)
        return frozenset(found)


def _has_suffix(part: str) -> bool:
    """Whether a pattern says how names end: "*.txt" does, "*" and "*.*" do not."""
    suffix = part.rpartition(".")[2] if "." in part else ""
    return suffix.strip("*?") != ""
