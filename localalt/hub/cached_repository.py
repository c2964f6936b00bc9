"""One repository's folder in the hub's cache on this disk, in the layout of huggingface-hub.

    models--owner--name/
      blobs/<sha256>                     the content of a file, once
      blobs/<sha256>.incomplete          what has arrived of it
      snapshots/<commit>/<file>          a link to its blob
      refs/localalt/<quant>              the pinned commit, so that `hf cache prune` keeps it

Other tools read and write the same folder. Knows nothing of connections. Every OSError passes.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from localalt.files.leftovers import remove_leftovers
from localalt.hub.cache import hub_cache
from localalt.hub.regular_file import check_regular, current_umask
from localalt.hub.repository import RemoteFile, Selection

__all__ = ["CachedRepository"]

_LOCK_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class CachedRepository:
    """Where the files of the hub's repository `name` are."""

    name: str

    @property
    def folder(self) -> Path:
        """It may not exist yet."""
        return hub_cache() / f"models--{self.name.replace('/', '--')}"

    def blob(self, file: RemoteFile) -> Path:
        """Where the content belongs."""
        return self.folder / "blobs" / str(file.sha256)

    def partial(self, file: RemoteFile) -> Path:
        """Where the content is gathered: one name for every process, so that each can go on with it."""
        return self.folder / "blobs" / f"{file.sha256}.incomplete"

    def entry(self, commit: str, file: RemoteFile) -> Path:
        """The path to open the file by: its name identifies the parts of a split one."""
        return self.folder / "snapshots" / commit / file.name

    def content(self, commit: str, file: RemoteFile) -> Path | None:
        """Where a file of the right size lies, under its own name or as a blob; None where none does."""
        for path in (self.entry(commit, file), self.blob(file)):
            if _is_sized(path, file.n_bytes):
                return path
        return None

    def has_file(self, commit: str, file: RemoteFile) -> bool:
        """Whether `file` can be opened and has its size."""
        return _is_sized(self.entry(commit, file), file.n_bytes)

    def has(self, selection: Selection) -> bool:
        """Whether every file of `selection` can be opened and has its size."""
        return all(self.has_file(selection.commit, file) for file in selection.files)

    @contextlib.contextmanager
    def locked(self, digest: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the blob `digest` for this process; `waiting` is called now and then until it is free.

        It is the lock that huggingface-hub itself takes, and ends with the process.
        """
        with contextlib.ExitStack() as stack:
            while True:
                try:
                    stack.enter_context(self._lock(digest))
                    break
                except TimeoutError:
                    waiting()
            yield

    def make(self) -> None:
        """Make its folders: without "snapshots", even when that is empty, `hf cache` takes it for damaged."""
        for name in ("blobs", "snapshots"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def link(self, commit: str, file: RemoteFile) -> None:
        """Let the file's entry lead to its blob, if there is one. The content is never there twice."""
        from huggingface_hub import constants

        entry, blob = self.entry(commit, file), self.blob(file)
        if not blob.exists() or _is_same(entry, blob):
            return
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.unlink(missing_ok=True)
        if not getattr(constants, "HF_HUB_DISABLE_SYMLINKS", False):  # of later huggingface-hubs
            with contextlib.suppress(OSError):  # Windows asks for a privilege
                entry.symlink_to(os.path.relpath(blob, entry.parent))
                return
        try:
            entry.hardlink_to(blob)
        except OSError:
            blob.replace(entry)

    def write_ref(self, selection: Selection) -> None:
        """Name the pinned commit, without which it counts as one that nobody needs."""
        ref = self._ref(selection)
        ref.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=ref.parent, prefix="localalt-", suffix=".tmp")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(selection.commit)
        Path(name).chmod(0o666 & ~current_umask())
        Path(name).replace(ref)
        remove_leftovers(ref.parent, "localalt-", ".tmp")

    def discard(self, commit: str, file: RemoteFile) -> None:
        """Remove a damaged file: content, entry, and the entries of other commits that lead to it."""
        blob, entry = self.blob(file), self.entry(commit, file)
        damaged = blob if blob.exists() else entry
        for other in [path for path in self._entries() if _is_same(path, damaged)]:
            other.unlink()
        entry.unlink(missing_ok=True)
        blob.unlink(missing_ok=True)

    def release(self, selection: Selection, pins: Collection[Selection]) -> int:
        """Remove the files of `selection` that nothing else needs, and return the bytes that this frees.

        What stays is what another pin of `pins` needs, or a snapshot or ref of another program.
        """
        others = [pin for pin in pins if pin.repository == self.name and pin != selection]
        if all(pin.quant != selection.quant for pin in others):
            self._ref(selection).unlink(missing_ok=True)
        kept = {(pin.commit, file.name) for pin in others for file in pin.files}
        named = self._is_named(selection.commit)
        freed = 0
        for file in selection.files:
            if named or (selection.commit, file.name) in kept:
                continue
            with self.locked(str(file.sha256)):
                freed += self._release_file(selection.commit, file)
        self._remove_empty_folders(selection.commit)
        return freed

    def remove_partials(self) -> int:
        """Remove what is left of broken downloads, of any program, and return the bytes that this frees."""
        freed = 0
        for path in sorted((self.folder / "blobs").glob("*.incomplete")):
            # Held by its lock means that somebody is downloading it now.
            with contextlib.suppress(TimeoutError), self._lock(path.name.partition(".")[0]):
                freed += path.lstat().st_size
                path.unlink()
        self._remove_empty_folders("")
        return freed

    def _release_file(self, commit: str, file: RemoteFile) -> int:
        entry, blob = self.entry(commit, file), self.blob(file)
        content = blob if blob.exists() else entry
        if not content.exists():
            entry.unlink(missing_ok=True)  # a link that leads nowhere
            return 0
        n_bytes = content.stat().st_size if content.is_file() else 0
        if not entry.is_dir():  # a folder in its place is somebody's
            entry.unlink(missing_ok=True)
        if any(_is_same(path, content) for path in self._entries()):
            return 0
        blob.unlink(missing_ok=True)
        return n_bytes

    def _remove_empty_folders(self, commit: str) -> None:
        def remove(folder: Path) -> None:
            with contextlib.suppress(OSError):  # not empty, or not there
                folder.rmdir()

        snapshot = self.folder / "snapshots" / commit
        if commit:
            for folder in sorted((path for path in snapshot.rglob("*") if path.is_dir()), reverse=True):
                remove(folder)
            remove(snapshot)
        for name in ("refs/localalt", "refs", "blobs"):
            remove(self.folder / name)
        # A repository's folder without snapshots counts as damaged: the two go together.
        if self.folder.is_dir() and {path.name for path in self.folder.iterdir()} == {"snapshots"}:
            remove(self.folder / "snapshots")
            remove(self.folder)

    def _entries(self) -> Iterable[Path]:
        return (path for path in (self.folder / "snapshots").glob("*/**/*") if path.is_symlink() or path.is_file())

    def _is_named(self, commit: str) -> bool:
        """Whether another program's ref leads to `commit`."""
        refs = self.folder / "refs"
        own = refs / "localalt"
        paths = (path for path in refs.rglob("*") if path.is_file() and own not in path.parents)
        return any(_start_of(path).strip() == commit for path in paths)

    def _ref(self, selection: Selection) -> Path:
        return self.folder / "refs" / "localalt" / quote(selection.quant, safe="")

    def _lock(self, digest: str) -> contextlib.AbstractContextManager[object]:
        from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

        folder = hub_cache() / ".locks" / self.folder.name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{digest}.lock"
        check_regular(path)  # some versions of the lock would empty what a link leads to
        return WeakFileLock(path, timeout=_LOCK_POLL_S)


def _start_of(path: Path) -> str:
    """A ref holds 40 letters."""
    with path.open("rb") as file:
        return file.read(100).decode("utf-8", errors="replace")


def _is_sized(path: Path, n_bytes: int) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == n_bytes


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
