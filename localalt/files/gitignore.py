"""What .gitignore files say of a name: patterns in their order, the last one that matches counts (gitignore(5)).

Pure: content and names are passed in. Reading the files and going through folders is `folder`'s business.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from localalt.files.wildmatch import Glob, literal_length, lowered

__all__ = ["Patterns"]

_MOST = 4096
"""Bytes of a pattern: the longest paths of systems have as many. A longer one matches nothing."""
_MOST_PATTERNS = 5_000
"""Of one file, so that what a stranger wrote cannot hold up every name for long. What comes after does not count."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    literal: bytes
    """Its part before the first wildcard, or all of it."""
    glob: Glob | None
    ends_with: bytes | None
    """What a name has to end with, where the pattern is "*" and this."""
    is_negated: bool
    is_for_folders: bool
    is_path: bool

    def matches(self, path: bytes, name: bytes) -> bool:
        if not self.is_path:
            if self.glob is None:
                return name == self.literal
            if self.ends_with is not None:
                return name.endswith(self.ends_with)
            return name.startswith(self.literal) and self.glob.matches(name[len(self.literal) :])
        if self.glob is None:
            return path == self.literal
        return path.startswith(self.literal) and self.glob.matches(path[len(self.literal) :])


class Patterns:
    """The patterns of one file, which hold for paths below its folder.

    Args:
        content: of the file. Nothing in it is an error: a pattern that is not a valid one matches nothing.
        ignore_case: take A for a, as git does on file systems that do.
    """

    def __init__(self, content: bytes, *, ignore_case: bool = False) -> None:
        self._ignore_case = ignore_case
        self._patterns = tuple(itertools.islice(_parsed(content, ignore_case=ignore_case), _MOST_PATTERNS))[::-1]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def verdict(self, path: bytes, *, is_folder: bool) -> bool | None:
        """Whether a path is ignored (True), taken in again (False), or not spoken of (None).

        `path` is relative to the file's folder, with "/" between names. Folders above are not looked at: where one
        is ignored, so is all in it.
        """
        path = lowered(path, ignore_case=self._ignore_case)
        name = path[path.rfind(b"/") + 1 :]
        for pattern in self._patterns:
            if (is_folder or not pattern.is_for_folders) and pattern.matches(path, name):
                return not pattern.is_negated
        return None


def _parsed(content: bytes, *, ignore_case: bool) -> Iterator[_Pattern]:
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line.startswith(b"#"):
            continue
        line = _without_trailing_spaces(line.removesuffix(b"\r").partition(b"\0")[0])
        is_negated = line.startswith(b"!")
        line = line[is_negated:]
        is_for_folders = line.endswith(b"/")
        line = line[: len(line) - is_for_folders]
        if (line or is_for_folders) and len(line) <= _MOST:
            yield _pattern(line, is_negated=is_negated, is_for_folders=is_for_folders, ignore_case=ignore_case)


def _pattern(line: bytes, *, is_negated: bool, is_for_folders: bool, ignore_case: bool) -> _Pattern:
    is_path = b"/" in line
    line = line.removeprefix(b"/")
    n_literal = literal_length(line)
    literal, rest = lowered(line[:n_literal], ignore_case=ignore_case), line[n_literal:]
    glob = _glob(rest, is_path=is_path, ignore_case=ignore_case) if rest else None
    is_ending = not is_path and not literal and rest.startswith(b"*") and literal_length(rest[1:]) == len(rest) - 1
    ends_with = lowered(rest[1:], ignore_case=ignore_case) if is_ending else None
    return _Pattern(literal, glob, ends_with, is_negated, is_for_folders, is_path)


@functools.lru_cache(maxsize=4096)
def _glob(pattern: bytes, *, is_path: bool, ignore_case: bool) -> Glob:
    return Glob(pattern, is_path=is_path, ignore_case=ignore_case)


def _without_trailing_spaces(line: bytes) -> bytes:
    r"""The line without spaces at its end, but for one that is escaped as "\ "."""
    stripped = line.rstrip(b" ")
    n_slashes = len(stripped) - len(stripped.rstrip(b"\\"))
    return stripped + b" " if n_slashes % 2 and len(stripped) < len(line) else stripped
