"""Cases to begin with: a line for each picture, with what a person fills in left empty.

Knows files and no pixels.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from localalt.errors import OptionError
from localalt.evaluation.cases import Case, read_cases
from localalt.evaluation.records import Records

__all__ = ["add_cases"]


def add_cases(path: Path, pictures: Iterable[Path], *, kind: str = "photo", language: str = "en") -> tuple[int, int]:
    """Add a case for each picture that the file does not have yet; how many were added, and how many it has now.

    What a person wrote into the file stays as it is. A picture that is there under another name is not added again.

    Raises:
        OptionError: a picture cannot be read, or the file cannot be read or written.
    """
    known: list[Case] = read_cases(path, unreadable=lambda _: None) if path.exists() else []
    ids, digests = {case.id for case in known}, {case.sha256 for case in known}
    lines = []
    for picture in pictures:
        try:
            digest = hashlib.sha256(picture.read_bytes()).hexdigest()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OptionError(f"{picture} cannot be read ({reason}): check the path.") from error
        if digest in digests:
            continue
        name, number = picture.stem, 2
        while name in ids:
            name, number = f"{picture.stem}-{number}", number + 1
        ids.add(name)
        digests.add(digest)
        case = {"id": name, "picture": _from(path.parent, picture), "sha256": digest, "type": kind}
        lines.append({**case, "language": language, "references": [], "must_mention": []})
    records = Records(path)
    for line in lines:
        records.add(line)
    return len(lines), len(ids)


def _from(folder: Path, picture: Path) -> str:
    """The path of a picture from a folder, or the whole path where there is none, as between two drives."""
    try:
        return Path(os.path.relpath(picture, folder)).as_posix()
    except ValueError:
        return picture.absolute().as_posix()
