"""The lock file: which commit and which sha256 every downloaded model is pinned to.

A small JSON file for people to read, and to copy to another machine. Knows names, sizes and
hashes. Knows nothing of the hub's cache, and not whether the files are there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from localalt.errors import StorageError
from localalt.files.decoding import DecodingError, decode
from localalt.files.leftovers import remove_leftovers
from localalt.first_imports import importing
from localalt.frozen import FrozenMapping
from localalt.hub.file_names import is_safe_name
from localalt.hub.regular_file import check_regular, current_umask, read_regular
from localalt.hub.repository import RemoteFile, Selection

__all__ = ["VERSION", "forget", "read", "record"]

VERSION = 1
MAX_BYTES = 16 << 20
"""Of a lock file: a model takes about 600 bytes."""

_REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read(path: Path) -> Mapping[str, Selection]:
    """The pinned models by their keys; none where there is no such file.

    Raises:
        StorageError: it cannot be read, is damaged, or was written by a newer version.
    """
    try:
        text, _ = decode(read_regular(path, MAX_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return FrozenMapping()
    except (OSError, DecodingError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise StorageError(f"The lock file {path} cannot be read ({reason}): fix it or move it away.") from error
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(content, dict) or not isinstance(content.get("version"), int):
        raise _damaged(path, "it has no version")
    if content["version"] > VERSION:
        raise StorageError(
            f"The lock file {path} has version {content['version']}, and this localalt reads up to {VERSION}: "
            "update localalt, or set HF_HOME to another folder."
        )
    models = content.get("models")
    if not isinstance(models, dict):
        raise _damaged(path, "it has no models")
    pins: dict[str, Selection] = {}
    for key, entry in models.items():
        try:
            pins[key] = _selection(entry)
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(path, f"the entry {key!r} is not one of localalt's") from error
        if pins[key].key != key:
            raise _damaged(path, f"the entry {key!r} is that of {pins[key].key}")
    return FrozenMapping(pins)


def record(path: Path, selection: Selection) -> Selection | None:
    """Pin `selection`, and return what its key was pinned to before.

    Raises:
        StorageError: the lock file cannot be written, or not be read (see `read`).
    """
    with _changing(path) as pins:
        before = pins.get(selection.key)
        pins[selection.key] = selection
    return before


def forget(path: Path, key: str) -> Selection | None:
    """Remove the pin `key`, and return it; None where there is none.

    Raises:
        StorageError: the lock file cannot be written, or not be read (see `read`).
    """
    with _changing(path) as pins:
        return pins.pop(key, None)


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[dict[str, Selection]]:
    """The pins, to be changed by one process at a time and written back whole."""
    with importing():
        from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        guard = path.with_suffix(".guard")
        check_regular(guard)
        with WeakFileLock(guard):
            before = read(path)
            pins = dict(before)
            yield pins
            if pins != before:
                _write(path, pins)
    except OSError as error:
        raise StorageError(
            f"The lock file {path} cannot be written ({error.strerror or error}): "
            "make its folder writable, or set HF_HOME to another one."
        ) from error


def _write(path: Path, pins: Mapping[str, Selection]) -> None:
    content = {"version": VERSION, "models": {key: _entry(pins[key]) for key in sorted(pins)}}
    # Written beside it, under a name that nobody can lay a link at, and moved into place: a reader sees the old one or
    # the new one, never a part.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".tmp")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o666 & ~current_umask())  # mkstemp's files are this user's alone, and a cache may be shared
        new.replace(path)
        remove_leftovers(path.parent, f"{path.name}.", ".tmp")
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def _entry(selection: Selection) -> dict[str, Any]:
    return {
        "repository": selection.repository,
        "commit": selection.commit,
        "quant": selection.quant,
        "weights": [_file_entry(file) for file in selection.weights],
        "mmproj": _file_entry(selection.mmproj),
    }


def _file_entry(file: RemoteFile) -> dict[str, Any]:
    return {"name": file.name, "n_bytes": file.n_bytes, "sha256": file.sha256}


def _selection(entry: Any) -> Selection:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion: paths are made of what it says."""
    selection = Selection(
        repository=_text(entry["repository"], _REPOSITORY),
        commit=_text(entry["commit"], _COMMIT),
        quant=_text(entry["quant"], re.compile(r".+")),
        weights=tuple(_file(file) for file in entry["weights"]),
        mmproj=_file(entry["mmproj"]),
    )
    if not selection.weights:
        raise ValueError("no weights")
    if not is_safe_name(selection.quant):
        raise ValueError(selection.quant)
    return selection


def _file(entry: Any) -> RemoteFile:  # noqa: ANN401
    name, n_bytes = entry["name"], entry["n_bytes"]
    if not isinstance(name, str) or not is_safe_name(name):
        raise ValueError(name)
    if not isinstance(n_bytes, int) or n_bytes < 0:
        raise ValueError(n_bytes)
    return RemoteFile(name, n_bytes, _text(entry["sha256"], _SHA256))


def _text(value: Any, form: re.Pattern[str]) -> str:  # noqa: ANN401
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(value)
    return value


def _damaged(path: Path, what: str) -> StorageError:
    return StorageError(f"The lock file {path} is damaged ({what}): fix it, or move it away and pull again.")
