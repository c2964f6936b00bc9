"""From the model hub to verified, pinned files on this disk.

A file is gathered under one name, so that a break, a Ctrl-C or a killed process costs nothing that
had arrived; it gets its own name when its length and sha256 are what the hub listed. The
downloading of huggingface-hub is not used: it starts again from nothing after a break, checks no
hash, and reports this machine to the hub. Only `client` opens connections.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from localalt.console import visible
from localalt.errors import DownloadError, IntegrityError, StorageError
from localalt.hub import client, lockfile, patience
from localalt.hub.cache import free_bytes, hub_cache, sha256_of, storage_errors
from localalt.hub.cached_repository import CachedRepository
from localalt.hub.endpoint import is_offline
from localalt.hub.refusals import hub_errors, offline_error
from localalt.hub.regular_file import open_regular
from localalt.hub.repository import RemoteFile, Selection
from localalt.hub.store import FileProgress, LocalModel, local_model, lock_path
from localalt.types import DownloadCallback
from localalt.units import format_bytes

__all__ = ["download"]

MAX_HTTP_BYTES = 50_000_000_000
"""The hub serves larger files only by its own protocol."""

_CHUNK_BYTES = 1 << 20

logger = logging.getLogger(__name__)


class _UnfitError(Exception):
    """What arrived, or is about to, is not the file that was listed."""


def download(selection: Selection, *, progress: DownloadCallback | None = None) -> LocalModel:
    """Make the files of `selection` complete and verified on this disk, pin them, and return their paths.

    What is here already stays, its hash checked once. A pin of the same key to other files is
    replaced, and the files that only it needed are removed.

    Args:
        selection: from `selection.select`.
        progress: called as bytes arrive or are checked. What it raises ends the download.

    Raises:
        OfflineError: files are missing, and HF_HUB_OFFLINE is set.
        AccessError: the hub asks for a token, or for its terms to be accepted.
        IntegrityError: a file arrived twice with another length or sha256 than listed.
        StorageError: the disk is full, or the cache cannot be written.
        ModelNotFoundError: the commit or a file of it is gone from the hub.
        DownloadError: the connection broke and did not come back; the next download goes on from there.
    """
    pins = lockfile.read(lock_path())
    cached = CachedRepository(selection.repository)
    with storage_errors(f"downloading {selection.key}"):
        missing = [file for file in selection.files if cached.content(selection.commit, file) is None]
        if missing and is_offline():
            raise offline_error(selection.key, f"{_names(missing)} must be downloaded")
        _check_fetchable(selection, missing)
        _check_space(cached, selection, missing)
        verified = {file.sha256 for pin in pins.values() if pin.repository == cached.name for file in pin.files}
        reports = FileProgress(selection, progress)
        for index, file in enumerate(selection.files):
            _provide(cached, selection.commit, file, reports.of(index), is_known=file.sha256 in verified)
        if pins.get(selection.key) != selection:
            _pin(cached, selection)
        if not cached.has(selection):
            raise DownloadError(f"Another program removed files of {selection.key} meanwhile: pull it again.")
    return local_model(selection)


def _provide(
    cached: CachedRepository, commit: str, file: RemoteFile, report: Callable[[int], None], *, is_known: bool
) -> None:
    """Make one file complete, verified and linked. One that is so is left alone: the cache may be read-only."""
    report(0)
    entry, partial = cached.entry(commit, file), cached.partial(file)
    if cached.content(commit, file) == entry and (is_known or sha256_of(entry, report) == file.sha256):
        report(file.n_bytes)
        return

    def waiting() -> None:  # another process is downloading it
        with contextlib.suppress(FileNotFoundError):
            report(min(partial.stat().st_size, file.n_bytes))

    with cached.locked(str(file.sha256), waiting):
        content = cached.content(commit, file)
        # Other programs check no hash, so what they left is read once before it is trusted.
        if content is None or sha256_of(content, report) != file.sha256:
            cached.discard(commit, file)
            _gather(cached, commit, file, report)
        cached.link(commit, file)
    report(file.n_bytes)


def _gather(cached: CachedRepository, commit: str, file: RemoteFile, report: Callable[[int], None]) -> None:
    """Download one file, going on with what is there of it, and give it the name of its content."""
    cached.make()
    partial = cached.partial(file)
    for is_last in (False, True):
        try:
            with hub_errors(cached.name, file.name), open_regular(partial) as out:
                _transfer(cached.name, commit, file, out, report)
        except _UnfitError as error:
            # The part from before may be what is damaged, after a power cut say: once more from nothing.
            partial.unlink(missing_ok=True)
            if is_last:
                raise IntegrityError(
                    f"{file.name} of {cached.name} is not what the hub listed ({error}), twice: try again later, "
                    "and report it to the owner of the repository if it happens again."
                ) from error
            logger.info("%s: %s; starting again", visible(file.name), visible(str(error)))
        else:
            partial.replace(cached.blob(file))
            return


def _transfer(repository: str, commit: str, file: RemoteFile, out: BinaryIO, report: Callable[[int], None]) -> None:
    """Complete `out`: hash what is there, then what arrives, until length and sha256 are right."""
    digest, at = hashlib.sha256(), 0
    while chunk := out.read(_CHUNK_BYTES):
        digest.update(chunk)
        at += len(chunk)
        report(min(at, file.n_bytes))

    def receive() -> None:
        nonlocal digest, at
        pace = patience.Pace()
        with client.answer(repository, commit, file, at) as response:
            if _start(response, at, file) != at:  # the server does not resume
                out.seek(0)
                digest, at = hashlib.sha256(), 0
            for chunk in response.iter_raw():
                if at + len(chunk) > file.n_bytes:
                    raise _UnfitError(f"it goes on after {file.n_bytes:,} bytes")
                out.write(chunk)
                digest.update(chunk)
                at += len(chunk)
                report(at)
                pace.feed(len(chunk))
        if at < file.n_bytes:
            raise patience.DroppedError(f"{at:,} of {file.n_bytes:,} bytes arrived")

    if at < file.n_bytes:
        patience.patiently(receive, patience.TRANSFER_WAITS_S, advance=lambda: at)
    out.flush()
    os.fsync(out.fileno())
    if digest.hexdigest() != file.sha256:
        raise _UnfitError(f"its sha256 is {digest.hexdigest()} instead of {file.sha256}")


def _start(response: Any, at: int, file: RemoteFile) -> int:  # noqa: ANN401 (of httpx or httpx2)
    """The offset at which the answer begins: `at`, or 0 where the server sends all again."""
    if response.status_code == 416:
        raise _UnfitError(f"the hub has nothing after {at:,} of {file.n_bytes:,} bytes")
    if response.status_code == 206:
        span = response.headers.get("Content-Range", "")
        numbers = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", span)
        if numbers is None or (int(numbers[1]), int(numbers[2])) != (at, file.n_bytes):
            raise _UnfitError(f"the hub sends {span or 'an unknown part'} when asked for {at:,} to {file.n_bytes:,}")
        return at
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) != file.n_bytes:
        raise _UnfitError(f"the hub sends {int(length):,} bytes instead of {file.n_bytes:,}")
    return 0


def _check_fetchable(selection: Selection, missing: Sequence[RemoteFile]) -> None:
    unverifiable = [file for file in selection.files if file.sha256 is None]
    if unverifiable:
        raise IntegrityError(
            f"The hub publishes no sha256 of {_names(unverifiable)} in {selection.repository}, so it cannot be "
            "verified: choose another quantization or repository."
        )
    for file in missing:
        if file.n_bytes > MAX_HTTP_BYTES:
            raise DownloadError(
                f"{file.name} has {format_bytes(file.n_bytes)}, and the hub sends at most "
                f"{format_bytes(MAX_HTTP_BYTES)} over plain HTTP: run `hf download "
                f"{selection.repository} {file.name}`, then pull again."
            )


def _check_space(cached: CachedRepository, selection: Selection, missing: Sequence[RemoteFile]) -> None:
    needed = sum(file.n_bytes for file in missing)
    for file in missing:
        with contextlib.suppress(OSError):
            needed -= cached.partial(file).stat().st_size
    free = free_bytes(hub_cache())
    if needed > free:
        raise StorageError(
            f"{selection.key} needs {format_bytes(needed)} more, and {hub_cache()} has room for {format_bytes(free)}: "
            "free some space, or set HF_HOME to a folder on another disk."
        )


def _pin(cached: CachedRepository, selection: Selection) -> None:
    try:
        before = lockfile.record(lock_path(), selection)
    except StorageError as error:
        # The files are complete and verified all the same.
        logger.warning("%s was not pinned: %s", visible(selection.key), visible(str(error)))
        return
    # The rest is good order, which a read-only cache may do without.
    with contextlib.suppress(OSError):
        cached.write_ref(selection)
        if before is not None and before != selection:
            cached.release(before, tuple(lockfile.read(lock_path()).values()))


def _names(files: Sequence[RemoteFile]) -> str:
    return ", ".join(file.name for file in files)
