"""Which .gitignore files hold in a folder: its own, those above it up to the repository's root, .git/info/exclude.

Without a repository those count that are found within the folder that is searched. The configuration of git itself
(`core.excludesFile`) is the person's and not the folder's: it is not read.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from localalt.files.gitignore import Patterns

__all__ = ["Ignores", "contents"]

MAX_BYTES = 1 << 18
"""Of a .gitignore file: people's have kilobytes. What comes after is not read."""
_IGNORES_CASE = os.name == "nt" or sys.platform == "darwin"


@dataclass(frozen=True, slots=True)
class _Layer:
    patterns: Patterns
    depth: int
    """Bytes of a path, as `Ignores` counts it, before the part that the patterns look at."""


@dataclass(frozen=True, slots=True)
class Ignores:
    """What holds in one folder. Paths are bytes with "/", relative to the root of the repository or search."""

    folder: bytes = b""
    """With a slash at its end, or empty for the root."""
    layers: tuple[_Layer, ...] = ()
    """The nearest first."""

    def ignored(self, name: str, *, is_folder: bool) -> bool:
        """Whether a name in this folder is ignored."""
        if not self.layers:
            return False
        path = self.folder + _encoded(name)
        for layer in self.layers:
            verdict = layer.patterns.verdict(path[layer.depth :], is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False

    def below(self, name: str) -> Ignores:
        """What holds in a folder of this one, before its own file is read."""
        return Ignores(self.folder + _encoded(name) + b"/", self.layers)

    def with_file(self, path: str) -> Ignores:
        """What holds with the patterns of this folder's own file, too."""
        patterns = Patterns(contents(path, MAX_BYTES), ignore_case=_IGNORES_CASE)
        return Ignores(self.folder, (_Layer(patterns, len(self.folder)), *self.layers)) if patterns else self

    @staticmethod
    def above(folder: str) -> Ignores:
        """What the repository around a folder says of what is in it, before the folder's own file is read.

        Where the folder itself is ignored it says nothing: who names such a folder wants what is in it.
        """
        real = Path(os.path.realpath(folder))
        root = next((each for each in (real, *real.parents) if _exists(each / ".git")), None)
        if root is None:
            return Ignores()
        found = Ignores().with_file(str(_exclude_file(root / ".git")))
        at = root
        for name in real.relative_to(root).parts:
            found = found.with_file(str(at / ".gitignore"))
            if found.ignored(name, is_folder=True):
                return Ignores()
            found, at = found.below(name), at / name
        return found


def contents(path: str, most: int) -> bytes:
    """The start of a regular file, not by a link, as git reads such files; empty where there is none to be read."""
    try:
        if not stat.S_ISREG(Path(path).lstat().st_mode):
            return b""
        with Path(path).open("rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return b""


def _exclude_file(git: Path) -> Path:
    """info/exclude of a repository; of a work tree or submodule, where ".git" is a file, that of its repository."""
    pointer = contents(str(git), 4096)
    if pointer.startswith(b"gitdir:"):
        git = git.parent / os.fsdecode(pointer[7:].strip().partition(b"\0")[0])
        common = contents(str(git / "commondir"), 4096).strip().partition(b"\0")[0]
        git = git / os.fsdecode(common) if common else git
    return git / "info" / "exclude"


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass") if os.name == "nt" else os.fsencode(name)
