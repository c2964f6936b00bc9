"""The collected file, read: its pictures by where they are found, and what their authors wrote.

Knows the lines that `store` writes, and neither streams nor how a picture is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localalt.text.language_tag import parse

from .store import CollectError

__all__ = ["Collected", "read_posts"]

_CID = re.compile(r"[A-Za-z0-9]{10,200}")
"""It becomes the name of a file."""
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,2040}")


@dataclass(frozen=True, slots=True)
class Collected:
    """A picture of the collected file."""

    id: str
    uri: str
    did: str
    image_cid: str
    alt: str
    text: str
    """Of the post."""
    language: str

    @property
    def file_name(self) -> str:
        """Of the picture, once it is here."""
        return f"{self.image_cid}.jpg"


def read_posts(path: Path) -> list[Collected]:
    """The pictures of a collected file, in its order.

    Raises:
        CollectError: it cannot be read, or a line is not one of the collector's.
    """
    try:
        return list(_read(path))
    except OSError as error:
        raise CollectError(f"{path} cannot be read ({error.strerror}): collect first, or name another file.") from error


def _read(path: Path) -> Iterator[Collected]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                fields = json.loads(line)
                langs = [lang for lang in fields["langs"] if parse(lang) is not None]
                names = ("id", "uri", "did", "image_cid", "alt", "text")
                texts = {name: _text(fields[name]) for name in names}
                found = Collected(**texts, language=langs[0] if langs else "en")
                if not _CID.fullmatch(found.image_cid) or not _DID.fullmatch(found.did):
                    raise ValueError(found.id)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise CollectError(
                    f"Line {number} of {path} is not a picture of this collector: fix it, or name another file."
                ) from error
            yield found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
