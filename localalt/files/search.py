"""The one rule for what a path, a folder or a glob means, for every command that takes them.

- A path that is named is tried, whatever its name, and whatever a .gitignore says of it.
- A folder means what is looked for in it and below, by suffix, in alphabetical order. Passed over and counted are
  hidden files and folders, packages of others, thumbnails, deleted files, generated folders (what a tool builds again
  would be overwritten, and its source is what a person wants to see), caches that say so (CACHEDIR.TAG), what
  .gitignore files and .git/info/exclude say, and formats that are not read. To get at one of these, name it.
- Linked folders and files are followed, after all others and once: a link to what was found, or to a folder that the
  search began in, leads back and is passed over. So real names come first, and loops end.
- A glob is a search of the folder before its first wildcard. What it spells out is gone into, what its wildcards find
  obeys the rule above. A folder that it matches means what is in it. With a suffix, such as "*.txt", it takes files
  of any kind.
- A folder that cannot be read is a problem of its own, and the rest goes on.

Lazy: only the folders that were seen and the names of one folder are in memory, so a million files are not a problem.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from localalt.files.entries import mode_of
from localalt.files.globs import GlobPattern, has_magic
from localalt.files.kinds import FileKind
from localalt.files.skipped import Skipped
from localalt.files.walk import Excluded, Problem, Walk

__all__ = ["Excluded", "Problem", "Search"]


class Search:
    """The files that paths, folders and globs mean, each as it would be named.

    Iterate over it: a `str` is a file to be tried, a `Problem` is reported and the rest goes on. Files come as they are
    found; a further iteration searches again. "-" is passed on as it is.

    Args:
        paths: what a person wrote.
        kind: what is looked for in folders.
        excluded: what is left out of folders and globs besides.
    """

    def __init__(self, paths: Iterable[str], kind: FileKind, *, excluded: Excluded | None = None) -> None:
        self.paths: Sequence[str] = tuple(paths)
        self.kind = kind
        self.skipped = Skipped()
        """What the latest iteration has passed over so far."""
        self._excluded = excluded

    def __iter__(self) -> Iterator[str | Problem]:
        self.skipped = Skipped()
        for path in self.paths:
            mode = mode_of(path)
            if path == "-" or (mode is not None and not stat.S_ISDIR(mode)):
                yield path
            elif mode is not None:
                folder = str(Path(path))
                yield from self._searched(path, "" if folder == os.curdir else folder, None)
            elif has_magic(path):
                pattern = GlobPattern.parse(path)
                yield from self._searched(path, pattern.folder, pattern)
            else:
                yield path  # whoever opens it says what is wrong with it

    def n_files(self) -> int:
        """How many files there are now: a search of its own."""
        search = Search(self.paths, self.kind, excluded=self._excluded)
        return sum(1 for found in search if isinstance(found, str))

    def _searched(self, named: str, folder: str, pattern: GlobPattern | None) -> Iterator[str | Problem]:
        walk = Walk(folder, pattern, self.kind, self._excluded)
        n_found = 0
        for found in walk:
            n_found += 1
            yield found
        self.skipped.update(walk.skipped)
        if not n_found:
            passed = f" (skipped: {walk.skipped})" if walk.skipped else ""
            if pattern is None:
                message = f"There is no {self.kind.noun} in the folder {named}{passed}: name the files themselves."
            else:
                message = f"Nothing matches {named}{passed}: check the path."
            yield Problem(named, message, "nothing found")
