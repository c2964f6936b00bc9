"""Random .gitignore files in random folders: what a search finds is what `git ls-files` finds.

Git is the judge. Patterns are made of the parts that have a meaning of their own, names of the bytes that such parts
speak of; half of the cases ask about names alone, the other half search a real tree with files in several folders.
"""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from pathlib import Path

from localalt.files.gitignore import Patterns
from localalt.files.kinds import FileKind
from localalt.files.search import Search

from .outcome import Outcome

__all__ = ["COUNT", "Git", "soak"]

COUNT = 4_000

_PARTS = (
    [b"a", b"b", b"ab", b"x", b"A", b".", b"-", b" ", b"\t", b"\r", b"\xc3\xa9", b"!", b"#", b"]", b"[", b"\\", b":"]
    + [b"*", b"**", b"***", b"?", b"/", b"/", b"**/", b"/**", b"/**/", b"\\a", b"\\*", b"\\ ", b"\\/"]
    + [b"[ab]", b"[!a]", b"[^b]", b"[a-c]", b"[b-a]", b"[]a]", b"[a-]", b"[\\]a]", b"[/]", b"[a", b"[!]a]"]
    + [b"[[:alpha:]]", b"[[:upper:]]", b"[![:punct:]]", b"[[:foo:]]", b"[[:]", b"[[:a]"]
)
_NAMES = [b"a", b"b", b"ab", b"ba", b"aa", b"abc", b"x", b"A", b"*", b"\xc3\xa9", b"a b", b"a ", b"]", b"[", b"!a"]
_NAMES += [b"#a", b".a", b"a.b", b"-", b"\\", b"a\r", b":"]
_TREE_NAMES = ["a", "b", "ab", "ba", "x", "A", "é", "a b", "-", "a.b"]
_N_PATHS = 40


class Git:
    """A repository of git's own making, without the person's configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        self._run("init", "-q")

    def ignored(self, paths: list[bytes]) -> list[bytes]:
        """Those of the names that are ignored by the files that are there now; none of the names needs to be there."""
        given = b"".join(b"./" + path + b"\0" for path in paths)  # a colon at the start would be magic
        found = self._run("check-ignore", "--no-index", "--stdin", "-z", "-v", "-n", given=given).split(b"\0")
        judged = zip(found[2::4], found[3::4], strict=True)
        return [path[2:] for pattern, path in judged if pattern and not pattern.startswith(b"!")]

    def untracked(self, under: str = ".") -> set[str]:
        """The files below a folder that are not ignored."""
        found = self._run("ls-files", "--others", "--exclude-standard", "-z", "--", under).split(b"\0")
        return {os.fsdecode(path) for path in found if path}

    def _run(self, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self._environment, input=given, capture_output=True, check=False
        )
        if done.returncode not in (0, 1):  # 1: nothing is ignored
            raise RuntimeError(f"git {arguments[0]} failed: {done.stderr!r}")
        return done.stdout


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Compare `count` random cases with git."""
    rng = random.Random(seed)
    failures: list[str] = []
    n_ignored = n_found = 0
    with tempfile.TemporaryDirectory() as scratch:
        names = Path(scratch) / "names"
        names.mkdir()
        git = Git(names)
        for number in range(count):
            if number % 2 == 0:
                n_ignored += _compare_names(rng, git, failures)
            else:
                n_found += _compare_trees(rng, Path(scratch) / f"tree-{number}", failures)
    figures = (f"{n_ignored:,} names ignored, {n_found:,} files found, by git and here",)
    return Outcome(count, tuple(failures), figures)


def _compare_names(rng: random.Random, git: Git, failures: list[str]) -> int:
    content = _content(rng)
    (git.folder / ".gitignore").write_bytes(content)
    paths = [b"/".join(rng.choices(_NAMES, k=rng.randint(1, 4))) for _ in range(_N_PATHS)]
    theirs = set(git.ignored(paths))
    patterns = Patterns(content)
    ours = {path for path in paths if _is_ignored(patterns, path)}
    if ours != theirs:
        failures.append(f"{content!r}: ours alone {ours - theirs}, git's alone {theirs - ours}")
    return len(theirs)


def _is_ignored(patterns: Patterns, path: bytes) -> bool:
    names = path.split(b"/")
    for n_names in range(1, len(names) + 1):
        if patterns.verdict(b"/".join(names[:n_names]), is_folder=n_names < len(names)):
            return True
    return False


def _compare_trees(rng: random.Random, root: Path, failures: list[str]) -> int:
    folders = {root}
    for _ in range(rng.randint(1, 8)):
        folders.add(rng.choice(sorted(folders)) / rng.choice(_TREE_NAMES))
    for folder in sorted(folders):
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(rng.randint(0, 3)):
            (folder / f"{rng.choice(_TREE_NAMES)}.png").touch()
    for folder in rng.sample(sorted(folders), k=min(len(folders), rng.randint(1, 3))):
        (folder / ".gitignore").write_bytes(_content(rng))
    git = Git(root)
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_bytes(_content(rng) if rng.random() < 0.5 else b"")
    search = Search([str(root)], FileKind("picture", frozenset([".png"])))
    ours = {os.path.relpath(found, root) for found in search if isinstance(found, str) and found != str(root)}
    theirs = {path for path in git.untracked() if path.endswith(".png")}
    if ours != theirs:
        failures.append(f"{root.name}: ours alone {ours - theirs}, git's alone {theirs - ours}")
    return len(theirs)


def _content(rng: random.Random) -> bytes:
    lines = [b"".join(rng.choices(_PARTS, k=rng.randint(1, 5))) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.3:
        lines.append(rng.choice([b"*.png", b"!*.png", b"a/", b"/b.png", b"!a"]))
    return rng.choice([b"\n", b"\n", b"\r\n"]).join(lines) + rng.choice([b"", b"\n"])
