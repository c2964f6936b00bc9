"""A repository from the JSON with which the hub lists it. Pure: whatever stands in it is a stranger's."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from localalt.hub.file_names import is_safe_name
from localalt.hub.repository import RemoteFile, Repository

__all__ = ["parse_number", "repository_of"]

logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 1 << 42
"""4 TiB: nobody runs a larger file."""
MAX_DIGITS = 20
"""Of a number in a listing: a size of 64 bits."""


def parse_number(digits: str) -> int:
    """An integer of the listing.

    Raises:
        ValueError: it has too many digits.
    """
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def repository_of(name: str, listing: Any) -> Repository:  # noqa: ANN401 (the hub's JSON)
    """The repository `name` as listed, without files whose name or size is unfit.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not a hub's listing.
    """
    commit = listing["sha"]
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise ValueError(commit)
    files: dict[str, RemoteFile] = {}
    for entry in listing["siblings"]:
        file, size, lfs = entry["rfilename"], entry.get("size"), entry.get("lfs")
        if not is_safe_name(file) or type(size) is not int or not 0 <= size <= MAX_FILE_BYTES or file in files:
            logger.info("%s: %r is left out, for its name or its size", name, str(file)[:200])
            continue
        sha256 = lfs.get("sha256") if isinstance(lfs, dict) else None
        is_hash = isinstance(sha256, str) and re.fullmatch(r"[0-9a-f]{64}", sha256)
        files[file] = RemoteFile(file, size, sha256 if is_hash else None)
    return Repository(
        name,
        commit,
        tuple(files.values()),
        _licence(listing),
        gated=bool(listing.get("gated")),
        moved_to=_moved_to(name, listing),
    )


def _moved_to(name: str, listing: Mapping[str, Any]) -> str:
    said = listing.get("id")
    if not isinstance(said, str) or not re.fullmatch(r"[\w.-]{1,96}/[\w.-]{1,96}", said, re.ASCII):
        return ""
    return said if said.lower() != name.lower() else ""


def _licence(listing: Mapping[str, Any]) -> str:
    """The short name that card or tags give, "" where they give none that is one."""
    card, tags = listing.get("cardData"), listing.get("tags")
    said = card.get("license") if isinstance(card, dict) else None
    names = said if isinstance(said, list) else [said]
    if isinstance(tags, list):
        names = names + [tag.partition(":")[2] for tag in tags if isinstance(tag, str) and tag.startswith("license:")]
    return next(
        (each for each in names if isinstance(each, str) and re.fullmatch(r"[\w.+-]{1,60}", each, re.ASCII)), ""
    )
