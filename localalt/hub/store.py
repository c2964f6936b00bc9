"""The downloaded models: pinned in the lock file, found in the hub's cache, verified, removed.

Opens no connection.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localalt.errors import ModelNotFoundError
from localalt.hub import lockfile
from localalt.hub.cache import named_in_cache, sha256_of, storage_errors
from localalt.hub.cached_repository import CachedRepository
from localalt.hub.repository import RemoteFile, Selection
from localalt.types import DownloadCallback, DownloadProgress

__all__ = [
    "FileProgress",
    "LocalModel",
    "all_pinned",
    "disk_bytes",
    "downloaded",
    "local_model",
    "lock_path",
    "missing",
    "pinned",
    "remove",
    "unpinned",
    "verify",
]


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model whose files are all on this disk."""

    key: str
    """"owner/name:QUANT"."""
    repository: str
    quant: str
    commit: str
    weights: Path
    """The file to load: the first part of split weights."""
    mmproj: Path
    n_bytes: int
    """Of all files together."""
    paths: tuple[Path, ...]
    """All parts of the weights, then mmproj."""


class FileProgress:
    """Reports to a callback how far the work on a model's files is, in bytes of all of them."""

    def __init__(self, selection: Selection, callback: DownloadCallback | None) -> None:
        self._selection = selection
        self._callback = callback

    def of(self, index: int) -> Callable[[int], None]:
        """The function to call with the bytes of file `index` that are done."""
        files = self._selection.files
        before = sum(file.n_bytes for file in files[:index])

        def report(done: int) -> None:
            if self._callback is not None:
                self._callback(
                    DownloadProgress(
                        repository=self._selection.repository,
                        file=files[index].name,
                        done_bytes=before + done,
                        total_bytes=self._selection.n_bytes,
                    )
                )

        return report


def lock_path() -> Path:
    """Where the lock file is: in HF_HOME, which stays when the cache is emptied, moved or shared read-only.

    Not in the cache folder itself, where `hf cache` takes every unknown name for a damaged repository.
    """
    from huggingface_hub import constants

    return Path(constants.HF_HOME) / "localalt" / "models.lock.json"


def pinned(key: str) -> Selection | None:
    """What `key` ("owner/name:QUANT", in any case) is pinned to, whether its files are here or not.

    Raises:
        StorageError: the lock file cannot be read.
    """
    pins = lockfile.read(lock_path())
    return pins.get(key) or next((pin for name, pin in pins.items() if name.casefold() == key.casefold()), None)


def downloaded() -> tuple[LocalModel, ...]:
    """Every pinned model whose files are all here, in the order of their keys.

    Raises:
        StorageError: the lock file cannot be read.
    """
    pins = lockfile.read(lock_path())
    return tuple(local_model(pin) for _, pin in sorted(pins.items()) if CachedRepository(pin.repository).has(pin))


def all_pinned() -> tuple[LocalModel, ...]:
    """Every pinned model, whether its files are here or not, in the order of their keys.

    Raises:
        StorageError: the lock file cannot be read.
    """
    return tuple(local_model(pin) for _, pin in sorted(lockfile.read(lock_path()).items()))


def missing(model: LocalModel) -> tuple[str, ...]:
    """The names of the files of a pinned `model` that are not here with their size."""
    pin = pinned(model.key)
    if pin is None:
        return ()
    cached = CachedRepository(pin.repository)
    return tuple(file.name for file in pin.files if not cached.has_file(pin.commit, file))


def disk_bytes(model: LocalModel) -> int:
    """What there is of a pinned `model` on this disk."""
    n_bytes = 0
    for path in model.paths:
        with contextlib.suppress(OSError):
            n_bytes += path.stat().st_size
    return n_bytes


def unpinned() -> tuple[str, ...]:
    """Models by their keys that a pull once named in the cache, and that the lock file does not pin any more.

    Raises:
        StorageError: the lock file cannot be read.
    """
    pins = {key.casefold() for key in lockfile.read(lock_path())}
    return tuple(key for key in named_in_cache() if key.casefold() not in pins)


def verify(model: LocalModel, *, progress: DownloadCallback | None = None) -> tuple[str, ...]:
    """Hash every file of `model`, and return what is wrong, one sentence each; nothing where all is right.

    A damaged file is removed, so that it is never used and the next pull fetches it again. The pin
    stays: it will be the same commit.

    Raises:
        ModelNotFoundError: the lock file does not pin it.
        StorageError: the lock file cannot be read.
    """
    pin = pinned(model.key)
    if pin is None:
        raise ModelNotFoundError(f"The lock file {lock_path()} does not pin {model.key}: pull it again.")
    cached = CachedRepository(pin.repository)
    reports = FileProgress(pin, progress)
    findings: list[str] = []
    with storage_errors(f"verifying {pin.key}"):
        for index, file in enumerate(pin.files):
            finding = _fault(cached, pin, file, reports.of(index))
            if finding:
                findings.append(f"{file.name} {finding}: `localalt pull {pin.key}` fetches it again.")
    return tuple(findings)


def _fault(cached: CachedRepository, pin: Selection, file: RemoteFile, report: Callable[[int], None]) -> str:
    """What is wrong with a file, in words that follow its name; "" where nothing is."""
    path = cached.entry(pin.commit, file)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "is a link that leads to no file" if path.is_symlink() else "is missing"
    except OSError as error:
        return f"cannot be looked at ({error.strerror})"
    if not stat.S_ISREG(mode):
        return "is not a file: move it away"
    try:
        if path.stat().st_size == file.n_bytes and sha256_of(path, report) == file.sha256:
            return ""
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    try:
        with cached.locked(str(file.sha256)):
            cached.discard(pin.commit, file)
    except OSError as error:
        return f"is damaged, and cannot be removed ({error.strerror})"
    return "was damaged and has been removed"


def remove(model: LocalModel) -> int:
    """Remove the pin of `model` and the files that nothing else needs, and return the bytes that this frees.

    Files stay that another pinned model needs, or a snapshot or ref of another program. What is
    left of broken downloads from the same repository goes too.

    Raises:
        ModelNotFoundError: the lock file does not pin it.
        StorageError: the lock file or the cache cannot be written.
    """
    pin = lockfile.forget(lock_path(), model.key)
    if pin is None:
        raise ModelNotFoundError(f"The lock file {lock_path()} does not pin {model.key}: nothing was removed.")
    cached = CachedRepository(pin.repository)
    with storage_errors(f"removing {pin.key}"):
        return cached.release(pin, tuple(lockfile.read(lock_path()).values())) + cached.remove_partials()


def local_model(pin: Selection) -> LocalModel:
    """The paths of a pinned model."""
    cached = CachedRepository(pin.repository)
    paths = tuple(cached.entry(pin.commit, file) for file in pin.files)
    return LocalModel(
        key=pin.key,
        repository=pin.repository,
        quant=pin.quant,
        commit=pin.commit,
        weights=paths[0],
        mmproj=paths[-1],
        n_bytes=pin.n_bytes,
        paths=paths,
    )
