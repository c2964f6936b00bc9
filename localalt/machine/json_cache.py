"""A JSON file of entries by key in the user's cache: what was measured or found out once, and may be lost.

Written beside it and moved into place, so that a reader sees the old file or the new one; of two
processes that write at once, one's entry may be lost. Knows no entry's meaning.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from localalt.files.leftovers import remove_leftovers
from localalt.first_imports import importing

__all__ = ["forget", "one_at_a_time", "path_of", "read", "store"]

logger = logging.getLogger(__name__)


def path_of(name: str) -> Path:
    """Where the file of that name is: it may be deleted at any time."""
    with importing():  # platformdirs imports its system's own module at its first use
        import platformdirs

        return platformdirs.user_cache_path("localalt") / name


def read(path: Path, *, version: int) -> dict[str, Any]:
    """The entries, the oldest first; none of a file that is damaged, which the next one to be stored replaces.

    A file of an older version is removed: what it says came of rules that were found wrong.

    Raises:
        OSError: it cannot be read, or is a newer localalt's.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        logger.debug("%s is damaged: %s", path, error)
        return {}
    found = content.get("version") if isinstance(content, dict) else None
    if isinstance(found, int) and found > version:
        raise OSError(f"{path} has version {found}, and this localalt reads {version}")
    if isinstance(found, int) and found < version:
        logger.info("%s is dropped: it was measured by an earlier localalt, under rules that let noise in", path)
        with contextlib.suppress(OSError):
            path.unlink()
    if found != version or not isinstance(content.get("entries"), dict):
        return {}
    entries: dict[str, Any] = content["entries"]
    return entries


def store(path: Path, key: str, entry: Any, *, version: int, most: int) -> None:  # noqa: ANN401 (any JSON)
    """Put an entry into the file, in place of the one of its key; beyond `most`, the oldest make room.

    Raises:
        OSError: it cannot be written, or is a newer localalt's.
        ValueError: the path or the entry cannot be written at all.
    """
    if not path.is_absolute():  # a user without a home: "~" would become a folder in the current one
        raise OSError(f"{path} is in no folder of this user")
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = read(path, version=version)
    entries.pop(key, None)
    entries[key] = entry
    _write(path, {"version": version, "entries": dict(list(entries.items())[-most:])})


def forget(path: Path, keys: Container[str] | None, *, version: int) -> list[str]:
    """Take the entries of `keys`, or all of them, out of the file; returns those that there were.

    Raises:
        OSError: it cannot be read or written, or is a newer localalt's.
    """
    entries = read(path, version=version)
    found = [key for key in entries if keys is None or key in keys]
    if found:
        _write(path, {"version": version, "entries": {key: each for key, each in entries.items() if key not in found}})
    return found


@contextlib.contextmanager
def one_at_a_time(path: Path, *, wait_s: float) -> Iterator[bool]:
    """Whether it is this process's turn with what the file at `path` stores: False where others took too long.

    A process that dies gives its turn back. Where the folder takes no lock, as one that is read-only, it is
    everybody's turn: nothing can be stored there in any case.
    """
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

    with contextlib.ExitStack() as held:
        is_ours = True
        try:
            if path.is_absolute():
                path.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(WeakFileLock(path.with_suffix(".lock"), timeout=wait_s))
        except TimeoutError:
            is_ours = False
        except (OSError, ValueError) as error:
            logger.debug("%s cannot be locked: %s", path, error)
        yield is_ours


def _write(path: Path, content: Mapping[str, Any]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".tmp")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1) + "\n")
        new.replace(path)
        remove_leftovers(path.parent, f"{path.name}.", ".tmp")
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
