"""Comments in a file that ignore findings.

    <!-- localalt-ignore: length, hedge -->     for pictures in the comment's lines and the next one after it
    <!-- localalt-ignore-file: emoji -->        for the whole file
    {/* localalt-ignore: length */}             the same in JSX and MDX; // and # are not comments everywhere

Without a colon and names they mean all rules. Pure: knows the text of a file and numbers of lines.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from localalt.lint.codes import CODES

__all__ = ["Comment", "Ignored", "comments_in"]

_WORD = "localalt-ignore"
_ENDS = (("<!--", "-->"), ("/*", "*/"))
_SUFFIX = re.compile(r"(-file)?[ \t]*(?::([^<>]*))?\s*", re.ASCII)
_MOST = 1_000
"""Characters of a comment: names of all rules have a quarter of them."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that ignores findings."""

    first_line: int
    last_line: int
    is_for_file: bool
    rules: frozenset[str]
    """Those that it names, or all."""
    unknown: tuple[str, ...] = ()
    """Names in it that no rule has."""


def comments_in(content: str) -> tuple[Comment, ...]:
    """The comments of a file, in its order."""
    return tuple(_found(content))


class Ignored:
    """Which comments hold for a picture: those for its file, in its line, and the nearest one before it.

    Args:
        comments: of the file.
        lines: in which pictures are, counted from 1.
    """

    def __init__(self, comments: Iterable[Comment], lines: Iterable[int]) -> None:
        ordered = sorted(set(lines))
        self.comments = tuple(comments)
        self._for_file = [comment for comment in self.comments if comment.is_for_file]
        self._by_line: dict[int, list[Comment]] = {}
        self._used: set[Comment] = set()
        for comment in self.comments:
            if comment.is_for_file:
                continue
            first = bisect.bisect_left(ordered, comment.first_line)
            after = bisect.bisect_right(ordered, comment.last_line)
            for line in ordered[first:after] or ordered[after : after + 1]:
                self._by_line.setdefault(line, []).append(comment)

    def rules(self, line: int) -> frozenset[str]:
        """The rules that do not count for a picture in this line."""
        return frozenset().union(*(comment.rules for comment in self._holding(line)))

    def takes(self, rule: str, line: int) -> bool:
        """Whether a finding is ignored. The comments that do so count as used."""
        taking = [comment for comment in self._holding(line) if rule in comment.rules]
        self._used.update(taking)
        return bool(taking)

    @property
    def unused(self) -> list[Comment]:
        """Comments that ignored nothing."""
        return [comment for comment in self.comments if comment not in self._used]

    def _holding(self, line: int) -> list[Comment]:
        return [*self._for_file, *self._by_line.get(line, ())]


def _found(content: str) -> Iterator[Comment]:
    at, line, counted = 0, 1, 0
    while (start := content.find(_WORD, at)) >= 0:
        at = start + len(_WORD)
        opened = content[max(0, start - 10) : start].rstrip()
        end = next((end for begin, end in _ENDS if opened.endswith(begin)), None)
        if end is None:
            continue
        closed = content.find(end, at, at + _MOST)
        match = _SUFFIX.fullmatch(content, at, closed) if closed >= 0 else None
        if match is None:
            continue
        line += content.count("\n", counted, start)
        counted = start
        named = [name.strip() for name in (match[2] or "").split(",") if name.strip()]
        known = frozenset(name for name in named if name in CODES)
        unknown = tuple(name for name in named if name not in CODES)
        rules = known if named else frozenset(CODES)
        yield Comment(line, line + content.count("\n", start, closed), match[1] is not None, rules, unknown)
