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

Lazy: held are the folders that were seen and the names of one folder, so that a million files are no problem.
"""

from __future__ import annotations

import itertools
import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from localalt.files.globs import ALL, GlobPattern, Match, Positions, has_magic
from localalt.files.ignores import Ignores, contents
from localalt.files.kinds import FOLDERS, GENERATED_BESIDE, Kind
from localalt.files.skipped import Skipped

__all__ = ["Excluded", "Problem", "Search"]

Excluded: TypeAlias = Callable[[str, bool], bool]
"""Whether a path is left out of folders and globs, given whether it is a folder."""

_Identity: TypeAlias = "tuple[int, int] | str"
_CACHE_TAG = b"Signature: 8a477f597d28d172789f06886806bc55"
"""How a CACHEDIR.TAG begins (bford.info/cachedir): pip's, Cargo's, pytest's and many other programs' caches."""
_ENVIRONMENTS = frozenset(("pyvenv.cfg", "conda-meta"))
"""What a virtual environment of Python, or one of conda, has in it."""
_MOUNT_POINT = 0xA0000003
"""IO_REPARSE_TAG_MOUNT_POINT: a junction."""
_HIDDEN_OR_SYSTEM = 0x2 | 0x4

_FILE, _FOLDER, _LINK, _SPECIAL = range(4)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the place of files: a message that names the path and the next step."""

    path: str
    message: str
    kind: Literal["nothing found", "unreadable"]


class Search:
    """The files that paths, folders and globs mean, each as it would be named.

    Iterate over it: a `str` is a file to be tried, a `Problem` is reported and the rest goes on. Files come as they are
    found; a further iteration searches again. "-" is passed on as it is.

    Args:
        paths: what a person wrote.
        kind: what is looked for in folders.
        excluded: what is left out of folders and globs besides.
    """

    def __init__(self, paths: Iterable[str], kind: Kind, *, excluded: Excluded | None = None) -> None:
        self.paths: Sequence[str] = tuple(paths)
        self.kind = kind
        self.skipped = Skipped()
        """What the latest iteration has passed over so far."""
        self._excluded = excluded

    def __iter__(self) -> Iterator[str | Problem]:
        self.skipped = Skipped()
        for path in self.paths:
            mode = _mode(path)
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
        walk = _Walk(folder, pattern, self.kind, self._excluded)
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


@dataclass(slots=True)
class _Folder:
    path: str
    ignores: Ignores
    positions: Positions
    names: Iterator[str]
    kinds: dict[str, int]
    """Of the names that are not plain files."""
    hidden: frozenset[str]
    """Names that are hidden by an attribute."""
    beside: frozenset[str]
    """All names in lower case, where one of them may be that of a generated folder."""


@dataclass(frozen=True, slots=True)
class _Link:
    path: str
    name: str
    parent: Ignores
    match: Match


class _Walk:
    """One folder, and all below it that is meant."""

    def __init__(self, root: str, pattern: GlobPattern | None, kind: Kind, excluded: Excluded | None) -> None:
        self.skipped = Skipped()
        self._root, self._pattern, self._kind, self._excluded = root, pattern, kind, excluded
        self._seen: dict[_Identity, list[tuple[Ignores, Positions]]] = {}
        """The folders that were gone into, with what held in them."""
        self._linked_files: set[_Identity] = set()
        self._links: deque[_Link] = deque()

    def __iter__(self) -> Iterator[str | Problem]:
        root = self._root or os.curdir
        above = {_identity(str(each)) for each in Path(os.path.realpath(root)).parents}
        start = frozenset([ALL]) if self._pattern is None else self._pattern.start
        if _mode(root) is not None:
            yield from self._below(self._root, Ignores.above(root), start, is_root=True)
        while self._links:
            yield from self._followed(self._links.popleft(), above)

    def _followed(self, link: _Link, above: set[_Identity | None]) -> Iterator[str | Problem]:
        try:
            status = Path(link.path).stat()
        except PermissionError as error:
            yield self._unreadable(link.path, error)
            return
        except (OSError, ValueError):  # nothing there, or links in a circle
            if _suffix(link.name) in self._kind.suffixes or not _suffix(link.name):
                self.skipped.add("leads nowhere")
            return
        identity = _identity_of(status, link.path)
        if stat.S_ISDIR(status.st_mode):
            if identity in above:
                self.skipped.add("leads back")
            elif self._may_enter(link.name, link.path, link.parent, link.match, is_link=True):
                yield from self._below(link.path, Ignores.above(link.path), link.match.positions)
        elif self._is_wanted(link.name, link.path, link.parent, link.match):
            if not stat.S_ISREG(status.st_mode):
                self.skipped.add("special")
            elif identity in self._linked_files or self._was_found(link.path):
                self.skipped.add("same file")
            else:
                self._linked_files.add(identity)
                yield link.path

    def _was_found(self, link: str) -> bool:
        """Whether the search has come by the file that a link leads to, under its own name."""
        folder, name = os.path.split(os.path.realpath(link))
        return any(
            _suffix(name) in self._kind.suffixes
            and not name.startswith(".")
            and self._match(name, positions).is_file_wanted
            and not ignores.ignored(name, is_folder=False)
            for ignores, positions in self._seen.get(_identity(folder) or "", ())
        )

    def _below(
        self, path: str, ignores: Ignores, positions: Positions, *, is_root: bool = False
    ) -> Iterator[str | Problem]:
        """A folder's files and those of the folders in it, without links, which wait for the end."""
        stack: list[_Folder] = []
        yield from self._opened(path, ignores, positions, stack, is_root=is_root)
        while stack:
            folder = stack[-1]
            name = next(folder.names, None)
            if name is None:
                stack.pop()
                continue
            path = os.path.join(folder.path, name)  # noqa: PTH118 (names stay as they are)
            match = self._match(name, folder.positions)
            kind = folder.kinds.get(name, _FILE)
            if kind == _LINK:
                self._links.append(_Link(path, name, folder.ignores, match))
            elif kind == _FOLDER:
                if self._may_enter(name, path, folder.ignores, match, folder=folder):
                    yield from self._opened(path, folder.ignores.below(name), match.positions, stack)
            elif self._is_wanted(name, path, folder.ignores, match, is_hidden=name in folder.hidden):
                if kind == _FILE:
                    yield path
                else:
                    self.skipped.add("special")

    def _match(self, name: str, positions: Positions) -> Match:
        return _EVERYTHING if self._pattern is None else self._pattern.match(name, positions)

    def _opened(
        self, path: str, ignores: Ignores, positions: Positions, stack: list[_Folder], *, is_root: bool = False
    ) -> Iterator[Problem]:
        """Put a folder on the stack, unless it was gone into before or says itself that it is not meant."""
        identity = _identity(path or os.curdir)
        if identity is not None:
            seen = self._seen.setdefault(identity, [])
            if any(positions == before for _, before in seen):
                self.skipped.add("leads back")
                return
            seen.append((ignores, positions))
        files: list[str] = []
        kinds: dict[str, int] = {}
        hidden: set[str] = set()
        try:
            with os.scandir(path or os.curdir) as entries:
                for entry in entries:
                    kind = _kind_of(entry)
                    if kind != _FILE:
                        kinds[entry.name] = kind
                    elif self._may_be_wanted(entry.name) or entry.name in _MARKERS:
                        files.append(entry.name)
                    if os.name == "nt" and _is_hidden_by_attribute(entry):
                        hidden.add(entry.name)
        except (OSError, ValueError) as error:
            yield self._unreadable(path, error)
        names = {*files, *kinds}
        if not is_root and self._says_it_is_not_meant(path, names):
            return
        if not is_root and ".git" in names:  # a repository in another is under its own rules
            ignores = Ignores.above(path)
        if ".gitignore" in names:
            ignores = ignores.with_file(os.path.join(path, ".gitignore"))  # noqa: PTH118
            if identity is not None:
                self._seen[identity][-1] = (ignores, positions)
        beside = frozenset(name.lower() for name in names) if kinds else frozenset()
        ordered = iter(sorted(name for name in names if name in kinds or self._may_be_wanted(name)))
        stack.append(_Folder(path, ignores, positions, ordered, kinds, frozenset(hidden), beside))

    def _may_be_wanted(self, name: str) -> bool:
        return self._pattern is not None or _suffix(name) in self._kind.suffixes or _suffix(name) in self._kind.unread

    def _says_it_is_not_meant(self, path: str, names: set[str]) -> bool:
        if _ENVIRONMENTS & names:
            self.skipped.add("packages")
            return True
        if "CACHEDIR.TAG" in names:
            tag = contents(os.path.join(path, "CACHEDIR.TAG"), len(_CACHE_TAG))  # noqa: PTH118
            if tag == _CACHE_TAG:
                self.skipped.add("generated")
                return True
        return False

    def _may_enter(
        self,
        name: str,
        path: str,
        ignores: Ignores,
        match: Match,
        *,
        is_link: bool = False,
        folder: _Folder | None = None,
    ) -> bool:
        if not match.positions:
            return False
        if match.is_spelled_out:
            return True
        reason = FOLDERS.get(name.lower())
        if reason is None and folder is not None:
            reason = "generated" if GENERATED_BESIDE.get(name.lower(), frozenset()) & folder.beside else None
        if name.startswith(".") or (folder is not None and name in folder.hidden):
            reason = "hidden folder"
        elif reason is None and ignores.ignored(name, is_folder=not is_link):
            reason = "gitignore"
        elif reason is None and self._excluded is not None and self._excluded(path, True):
            reason = "excluded"
        if reason is not None:
            self.skipped.add(reason)
        return reason is None

    def _is_wanted(self, name: str, path: str, ignores: Ignores, match: Match, *, is_hidden: bool = False) -> bool:
        if not match.is_file_wanted:
            return False
        suffix = _suffix(name)
        is_of_kind = suffix in self._kind.suffixes or match.is_of_any_kind
        if not is_of_kind and suffix not in self._kind.unread:
            return False
        if match.is_spelled_out and match.is_of_any_kind:
            return True
        if name.startswith(".") or is_hidden:
            self.skipped.add("hidden file")
        elif ignores.ignored(name, is_folder=False):
            self.skipped.add("gitignore")
        elif self._excluded is not None and self._excluded(path, False):
            self.skipped.add("excluded")
        elif not is_of_kind:
            self.skipped.add_unread(suffix, self._kind)
        else:
            return True
        return False

    def _unreadable(self, path: str, error: Exception) -> Problem:
        self.skipped.add("unreadable")
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        message = f"{path or os.curdir} cannot be read ({reason}): check its permissions."
        return Problem(path or os.curdir, message, "unreadable")


_EVERYTHING = Match(frozenset([ALL]), is_file_wanted=True)
_MARKERS = frozenset(
    itertools.chain((".git", ".gitignore", "CACHEDIR.TAG", "Cargo.toml", "pyvenv.cfg"), *GENERATED_BESIDE.values())
)
"""Files that say something of a folder, beside those that are looked for."""


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 (a name, and as often as there are files)


def _mode(path: str) -> int | None:
    """A path's mode; None where it leads to nothing that can be looked at."""
    try:
        return Path(path).stat().st_mode if path else None  # Path takes nothing for the current folder
    except (OSError, ValueError):
        return None


def _identity(path: str) -> _Identity | None:
    try:
        return _identity_of(Path(path).stat(), path)
    except (OSError, ValueError):
        return None


def _identity_of(status: os.stat_result, path: str) -> _Identity:
    # Some network file systems have no numbers.
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def _kind_of(entry: os.DirEntry[str]) -> int:
    try:
        if entry.is_symlink() or (sys.platform == "win32" and _is_junction(entry)):
            return _LINK
        if entry.is_dir(follow_symlinks=False):
            return _FOLDER
        return _FILE if entry.is_file(follow_symlinks=False) else _SPECIAL
    except OSError:  # whoever opens it says what is wrong with it
        return _FILE


def _is_junction(entry: os.DirEntry[str]) -> bool:
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _MOUNT_POINT


def _is_hidden_by_attribute(entry: os.DirEntry[str]) -> bool:
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & _HIDDEN_OR_SYSTEM)
