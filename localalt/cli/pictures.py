"""The pictures that a command's arguments mean: found as they are needed, with the first ones known at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from localalt.errors import OptionError
from localalt.files.folder import Problem, Search
from localalt.files.kinds import PICTURES
from localalt.files.skipped import Skipped

__all__ = ["Pictures"]


class Pictures:
    """Paths, folders and globs as pictures and problems, once; never all of them in memory.

    Raises:
        OptionError: standard input is named twice, or closed.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        if paths.count("-") > 1:
            raise OptionError("Standard input (-) can be read once only: name it once.")
        if "-" in paths and sys.stdin is None:
            raise OptionError("Standard input (-) is closed: name a file, or pipe a picture in.")
        self._search = Search(paths, PICTURES)
        self._rest = iter(self._search)
        self._ahead: list[str | Problem] = []
        n_found = 0
        for found in self._rest:
            self._ahead.append(found)
            n_found += isinstance(found, str)
            if n_found == 2:
                break
        self.has_any = n_found > 0
        """Whether there is at least one to be tried."""
        self.are_several = n_found > 1

    def __iter__(self) -> Iterator[str | Problem]:
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._rest

    @property
    def problems_ahead(self) -> list[Problem]:
        """The problems before the second picture: all there are, where there is none."""
        return [found for found in self._ahead if isinstance(found, Problem)]

    @property
    def skipped(self) -> Skipped:
        """What was passed over so far."""
        return self._search.skipped

    def count(self) -> int:
        """How many pictures there are, by a search of its own."""
        return self._search.n_files()
