"""The hub's cache on this disk as a whole: where it is, what is in it, and its failures in our words.

The folder of one repository is `cached_repository`. Knows nothing of connections.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from localalt.errors import StorageError

__all__ = ["Partial", "free_bytes", "hub_cache", "named_in_cache", "partials", "sha256_of", "storage_errors"]

_CHUNK_BYTES = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Partial:
    """What has arrived of a file whose download ended before it was whole."""

    repository: str
    path: Path
    n_bytes: int
    changed_s: float
    """When bytes came last, in seconds since 1970."""


def partials() -> tuple[Partial, ...]:
    """What is left of broken downloads of large files anywhere in the cache, of any program, by repository."""
    found = []
    for path in sorted(hub_cache().glob("models--*--*/blobs/*.incomplete")):
        name = path.parent.parent.name.removeprefix("models--").replace("--", "/", 1)
        with contextlib.suppress(OSError):
            status = path.lstat()
            found.append(Partial(name, path, status.st_size, status.st_mtime))
    return tuple(found)


def named_in_cache() -> tuple[str, ...]:
    """The models by their keys that have a ref of localalt's in the cache."""
    found = []
    for path in sorted(hub_cache().glob("models--*--*/refs/localalt/*")):
        if path.is_file() and path.suffix != ".tmp":
            name = path.parents[2].name.removeprefix("models--").replace("--", "/", 1)
            found.append(f"{name}:{unquote(path.name)}")
    return tuple(found)


def hub_cache() -> Path:
    """The folder of huggingface-hub's cache: HF_HUB_CACHE, or "hub" in HF_HOME."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def free_bytes(folder: Path) -> int:
    """What the file system of `folder`, which need not exist yet, has room for."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def sha256_of(path: Path, report: Callable[[int], None] = lambda _: None) -> str:
    """The hash of a file in hex; `report` is called with the bytes read so far."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            report(done)
    return digest.hexdigest()


@contextlib.contextmanager
def storage_errors(doing: str) -> Iterator[None]:
    """Turn failures of the disk into a StorageError; `doing` says what failed, as in "downloading owner/name".

    Errors without a number, and those of connections and pipes, are not the disk's: a caller's
    progress function may raise them.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None or isinstance(error, ConnectionError):
            raise
        where = f" ({error.filename})" if error.filename else f" ({hub_cache()})"
        if error.errno in _FULL:
            raise StorageError(
                f"The disk became full while {doing}{where}: free some space or set HF_HOME to a folder on "
                "another disk, then try again, which continues the download."
            ) from error
        raise StorageError(
            f"The model cache failed while {doing} ({error.strerror}: {error.filename or hub_cache()}): "
            "make sure that it is a folder that can be written, or set HF_HOME to another one."
        ) from error
