"""The pictures that a command's arguments mean: found as they are needed, with the first ones known at once."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from localalt.errors import ImageError, OptionError
from localalt.files.kinds import PICTURES
from localalt.files.search import Problem, Search
from localalt.files.skipped import Skipped

if TYPE_CHECKING:
    from localalt.types import ImageSource

__all__ = ["PictureSearch"]


class Input(io.BytesIO):
    """What standard input held."""

    name = "<stdin>"


class PictureSearch:
    """Paths, folders and globs as pictures and problems, once; never all of them in memory.

    Raises:
        OptionError: standard input is named twice, or closed.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        if paths.count("-") > 1:
            raise OptionError("Standard input (-) can be read only once: write one -.")
        if "-" in paths and sys.stdin is None:
            raise OptionError("Standard input (-) is closed: name a file, or pipe a picture into it.")
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
        self.standard_input: BinaryIO | None = None
        """What was read of it by `find_readable`."""
        self.unreadable: dict[str, ImageError] = {}
        """The pictures that `find_readable` could not read."""

    def find_readable(self, check_readable: Callable[[ImageSource], None]) -> bool:
        """Whether one of them can be read: those up to the first that can are looked at, and stay to be taken.

        Standard input is read to its end, and taken from `standard_input` from then on.

        Args:
            check_readable: raises ImageError for one that cannot be read.
        """
        from localalt.image.source import opened

        looked: list[str | Problem] = []
        is_found = False
        for found in self:
            looked.append(found)
            try:
                if found == "-":
                    with opened(sys.stdin.buffer, "<stdin>") as data:
                        self.standard_input = Input(data.read())
                    check_readable(self.standard_input)
                    self.standard_input.seek(0)
                    is_found = True
                elif isinstance(found, str):
                    check_readable(found)
                    is_found = True
            except ImageError as error:
                self.unreadable[str(found)] = error
            if is_found:
                break
        self._ahead = looked + self._ahead
        return is_found

    def __iter__(self) -> Iterator[str | Problem]:
        while self._ahead:
            yield self._ahead.pop(0)
        for found in self._rest:  # noqa: UP028 ("yield from" would end the search where a caller breaks off)
            yield found

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
