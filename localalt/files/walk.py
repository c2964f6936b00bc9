"""A folder and all below it: which files are meant, and what is passed over and why.

The rule is that of `localalt.files.search`. Real names come first and links after them, so that loops end.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from localalt.files.entries import (
    EntryKind,
    Identity,
    identity_at,
    identity_of,
    is_hidden_by_attribute,
    kind_of,
    mode_of,
)
from localalt.files.globs import ALL, GlobPattern, Match, Positions
from localalt.files.ignores import Ignores, contents
from localalt.files.kinds import FOLDERS, GENERATED_BESIDE, FileKind
from localalt.files.skipped import Skipped

__all__ = ["Excluded", "Problem", "Walk"]

Excluded: TypeAlias = Callable[[str, bool], bool]
"""Whether a path is left out of folders and globs, given whether it is a folder."""
_CACHE_TAG = b"Signature: 8a477f597d28d172789f06886806bc55"
"""How a CACHEDIR.TAG begins (bford.info/cachedir): pip's, Cargo's, pytest's and many other programs' caches."""
_ENVIRONMENTS = frozenset(("pyvenv.cfg", "conda-meta"))
"""What a virtual environment of Python, or one of conda, has in it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What comes in place of files: a message that names the path and the next step."""

    path: str
    message: str
    kind: Literal["nothing found", "unreadable"]


@dataclass(slots=True)
class _Folder:
    path: str
    ignores: Ignores
    positions: Positions
    names: Iterator[str]
    kinds: dict[str, EntryKind]
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


class Walk:
    """One folder and all below it that is meant: a `str` for each file, a `Problem` where something cannot be read.

    Args:
        root: the folder, "" for the current one.
        pattern: what names must match; None takes all of the kind.
        kind: what is looked for.
        excluded: what is left out besides.
    """

    def __init__(self, root: str, pattern: GlobPattern | None, kind: FileKind, excluded: Excluded | None) -> None:
        self.skipped = Skipped()
        self._root, self._pattern, self._kind, self._excluded = root, pattern, kind, excluded
        self._seen: dict[Identity, list[tuple[Ignores, Positions]]] = {}
        """The folders that were gone into, with what held in them."""
        self._linked_files: set[Identity] = set()
        self._links: deque[_Link] = deque()

    def __iter__(self) -> Iterator[str | Problem]:
        root = self._root or os.curdir
        above = {identity_at(str(each)) for each in Path(os.path.realpath(root)).parents}
        start = frozenset([ALL]) if self._pattern is None else self._pattern.start
        if mode_of(root) is not None:
            yield from self._below(self._root, Ignores.above(root), start, is_root=True)
        while self._links:
            yield from self._followed(self._links.popleft(), above)

    def _followed(self, link: _Link, above: set[Identity | None]) -> Iterator[str | Problem]:
        try:
            status = Path(link.path).stat()
        except PermissionError as error:
            yield self._unreadable(link.path, error)
            return
        except (OSError, ValueError):  # nothing there, or links in a circle
            if _suffix(link.name) in self._kind.suffixes or not _suffix(link.name):
                self.skipped.add("leads nowhere")
            return
        identity = identity_of(status, link.path)
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
            for ignores, positions in self._seen.get(identity_at(folder) or "", ())
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
            kind = folder.kinds.get(name, EntryKind.FILE)
            if kind == EntryKind.LINK:
                self._links.append(_Link(path, name, folder.ignores, match))
            elif kind == EntryKind.FOLDER:
                if self._may_enter(name, path, folder.ignores, match, folder=folder):
                    yield from self._opened(path, folder.ignores.below(name), match.positions, stack)
            elif self._is_wanted(name, path, folder.ignores, match, is_hidden=name in folder.hidden):
                if kind == EntryKind.FILE:
                    yield path
                else:
                    self.skipped.add("special")

    def _match(self, name: str, positions: Positions) -> Match:
        return _EVERYTHING if self._pattern is None else self._pattern.match(name, positions)

    def _opened(
        self, path: str, ignores: Ignores, positions: Positions, stack: list[_Folder], *, is_root: bool = False
    ) -> Iterator[Problem]:
        """Put a folder on the stack, unless it was gone into before or says itself that it is not meant."""
        identity = identity_at(path or os.curdir)
        if identity is not None:
            seen = self._seen.setdefault(identity, [])
            if any(positions == before for _, before in seen):
                self.skipped.add("leads back")
                return
            seen.append((ignores, positions))
        files: list[str] = []
        kinds: dict[str, EntryKind] = {}
        hidden: set[str] = set()
        try:
            with os.scandir(path or os.curdir) as entries:
                for entry in entries:
                    kind = kind_of(entry)
                    if kind != EntryKind.FILE:
                        kinds[entry.name] = kind
                    elif self._may_be_wanted(entry.name) or entry.name in _MARKERS:
                        files.append(entry.name)
                    if os.name == "nt" and is_hidden_by_attribute(entry):
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
