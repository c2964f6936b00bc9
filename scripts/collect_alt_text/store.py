"""The output, JSON Lines of pictures, and beside it a small file that says up to where the events were read.

What is new and what is gone is gathered in memory and written by `save`: appended at once, or, where lines must go,
as a whole new file in the place of the old one. Only after that may the cursor move on, so that a kill at any moment
costs no more than reading some events again. A line that a kill cut off is removed on the next start. Memory holds
an address, a time and a few bytes for each picture in the file, and no texts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .events import POSTS, Picture, Post
from .filters import normal

__all__ = ["CollectError", "State", "Store", "digest_of", "line_of"]

VERSION = 1
_FIRST_BYTES = b'{"id": "at://'
_PREFIX = "at://"
# JSON allows them within a string, but str.splitlines ends a line there.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class CollectError(Exception):
    """Collecting cannot go on; the message ends with the next step."""

    status = 2
    """Of the command."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is remembered of a post in the file."""

    time_us: int
    digests: tuple[int, ...]
    """Of its pictures' alt texts."""


def digest_of(alt: str) -> int:
    """A number that two texts share if they are compared as the same."""
    return int.from_bytes(hashlib.blake2b(normal(alt).encode(), digest_size=8).digest(), "big")


def line_of(post: Post, picture: Picture, text: str) -> bytes:
    """What is stored of a picture: where it is found, and what its author wrote. No pixels."""
    fields = {
        "id": f"{post.uri}#{picture.index}",
        "uri": post.uri,
        "cid": post.cid,
        "image_cid": picture.cid,
        "mime_type": picture.mime_type,
        "alt": picture.alt,
        "langs": post.langs,
        "created_at": post.created_at,
        "time_us": post.time_us,
        "did": post.did,
        "text": text,
        "aspect_ratio": picture.aspect_ratio,
    }
    return json.dumps(fields, ensure_ascii=False).translate(_LINE_ENDS).encode() + b"\n"


class Store:
    """The pictures in the output file, and those on their way into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._posts: dict[str, dict[str, _Entry]] = {}
        self._digests: set[int] = set()
        self.n_pictures = 0
        self._unsaved: dict[tuple[str, str], bytes] = {}
        self._must_rewrite = False
        self._size = 0
        """Bytes of the file that are whole lines of this store."""
        self.newest_us = 0
        if path.exists():
            self._load()

    @property
    def n_posts(self) -> int:
        """How many posts they are of."""
        return sum(map(len, self._posts.values()))

    @property
    def n_authors(self) -> int:
        """How many authors these have."""
        return len(self._posts)

    @property
    def n_unsaved(self) -> int:
        """Posts that are not in the file yet."""
        return len(self._unsaved)

    def count_of(self, did: str) -> int:
        """How many pictures of an author there are."""
        return sum(len(entry.digests) for entry in self._posts.get(did, {}).values())

    def time_of(self, did: str, rkey: str) -> int:
        """When a post came or changed last; 0 where it is not there."""
        entry = self._posts.get(did, {}).get(rkey)
        return 0 if entry is None else entry.time_us

    def has(self, digest: int) -> bool:
        """Whether a picture has an alt text of this digest."""
        return digest in self._digests

    def add(self, post: Post, digests: tuple[int, ...], lines: bytes) -> None:
        """Put the pictures of a post in that is not there."""
        self._remember(post.did, post.rkey, post.time_us, digests)
        self._unsaved[post.did, post.rkey] = lines

    def remove(self, did: str, rkey: str | None = None) -> int:
        """Take a post out, or all of an author's; how many pictures that were."""
        posts = self._posts.get(did, {})
        n_removed = 0
        for key in list(posts) if rkey is None else [rkey] if rkey in posts else []:
            entry = posts.pop(key)
            self._digests.difference_update(entry.digests)
            n_removed += len(entry.digests)
            # One that was never written needs no new file.
            if self._unsaved.pop((did, key), None) is None:
                self._must_rewrite = True
        if not posts:
            self._posts.pop(did, None)
        self.n_pictures -= n_removed
        return n_removed

    def save(self) -> None:
        """Bring the file up to date.

        Raises:
            CollectError: it cannot be written.
        """
        try:
            if self._must_rewrite:
                self._rewrite()
            elif self._unsaved:
                self._append()
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._unsaved.clear()
        self._must_rewrite = False

    def _remember(self, did: str, rkey: str, time_us: int, digests: tuple[int, ...]) -> None:
        posts = self._posts.setdefault(did, {})
        before = posts[rkey].digests if rkey in posts else ()
        posts[rkey] = _Entry(time_us, before + digests)
        self._digests.update(digests)
        self.n_pictures += len(digests)

    def _append(self) -> None:
        lines = b"".join(self._unsaved.values())
        with self.path.open("ab", buffering=0) as file:
            try:
                if file.write(lines) != len(lines):  # the disk is full, or a signal came in between
                    raise OSError("only a part could be written")
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(self._size)
                raise
        self._size += len(lines)

    def _rewrite(self) -> None:
        size = 0
        with _replacing(self.path) as new:
            for line in self._lines():
                key = _key_of(json.loads(line))
                if key[1] in self._posts.get(key[0], {}) and key not in self._unsaved:
                    size += new.write(line)
            for lines in self._unsaved.values():
                size += new.write(lines)
        self._size = size

    def _lines(self) -> Iterator[bytes]:
        if not self.path.exists():
            return
        left = self._size
        with self.path.open("rb") as file:
            while left > 0 and (line := file.readline()):
                left -= len(line)
                yield line

    def _load(self) -> None:
        line = b""
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    self._take(line, number)
        except OSError as error:
            raise CollectError(f"{self.path} cannot be read ({error.strerror}): pass another --out.") from error
        if line and not line.endswith(b"\n"):
            self._restore_end()

    def _take(self, line: bytes, number: int) -> None:
        try:
            fields = json.loads(line)
            did, rkey = _key_of(fields)
            time_us, digest = _whole(fields["time_us"]), digest_of(fields["alt"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            if not line.endswith(b"\n") and (line.startswith(_FIRST_BYTES) or _FIRST_BYTES.startswith(line)):
                return  # cut off: the last line, and it is read again from the stream
            raise CollectError(
                f"Line {number} of {self.path} is not a picture of this collector: fix it, or pass another --out."
            ) from error
        self._remember(did, rkey, time_us, (digest,))
        self.newest_us = max(self.newest_us, time_us)
        self._size += len(line)

    def _restore_end(self) -> None:
        """End the file with the end of a line."""
        try:
            os.truncate(self.path, self._size)
            with self.path.open("r+b") as file:
                file.seek(max(0, self._size - 1))
                if file.read() not in (b"", b"\n"):
                    self._size += file.write(b"\n")
        except OSError as error:
            raise _unwritable(self.path, error) from error


@dataclass
class State:
    """Up to where events were read, and what must be remembered of them."""

    path: Path
    newest_us: int = 0
    """The time of the last event; 0 before the first."""
    declared: dict[str, list[str]] = field(default_factory=dict)
    """Authors who refuse reuse, with the records that say so."""
    gaps: list[list[int]] = field(default_factory=list)
    """Times between which events were no longer to be had: posts that were deleted then are still in the file."""

    @classmethod
    def load(cls, path: Path, overlap_us: int) -> State:
        """What is in the file; nothing where there is none.

        Raises:
            CollectError: it is damaged.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["version"] != VERSION:
                raise ValueError("another version")
            declared = {_text(did): [_text(key) for key in keys] for did, keys in content["declared"].items()}
            gaps = [[_whole(start), _whole(end)] for start, end in content["gaps"]]
            cursor = _whole(content["cursor"])
        except FileNotFoundError:
            return cls(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CollectError(
                f"{path} cannot be read: remove it, and collecting goes on from the newest picture."
            ) from error
        return cls(path, cursor and cursor + overlap_us, declared, gaps)

    def save(self, overlap_us: int) -> None:
        """Write it, in one step.

        Raises:
            CollectError: it cannot be written.
        """
        content = {
            "version": VERSION,
            "cursor": max(0, self.newest_us - overlap_us),
            "declared": self.declared,
            "gaps": self.gaps,
        }
        try:
            with _replacing(self.path) as file:
                file.write(json.dumps(content).encode() + b"\n")
        except OSError as error:
            raise _unwritable(self.path, error) from error


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Any]:
    """A new file that takes the place of one at the end, or never."""
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _key_of(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Whose post, and which."""
    uri = _text(fields["uri"])
    did, collection, rkey = uri.removeprefix(_PREFIX).split("/")
    if not uri.startswith(_PREFIX) or collection != POSTS or fields["did"] != did:
        raise ValueError(uri)
    return did, rkey


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def _unwritable(path: Path, error: OSError) -> CollectError:
    return CollectError(f"{path} cannot be written ({error.strerror or error}): make room, or pass another --out.")
