"""Which half of the cases a picture belongs to. Knows its digest alone."""

from __future__ import annotations

import hashlib
import re
from typing import Literal

from localalt.errors import OptionError

__all__ = ["split_of"]

_SPLIT_SALT = b"localalt evaluation split 1\0"
"""Never to be changed: pictures that a prompt was tuned with would become held out."""
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def split_of(sha256_hex: str) -> Literal["dev", "held-out"]:
    """Which set a picture belongs to: "dev", to tune prompts with, or "held-out", for the final score only.

    About half of all pictures are in each. Its file's own digest decides, hashed again with a salt, so that neither
    other pictures nor anybody's wish moves it, and so that it goes with nothing else that a digest decides. Knows
    files, not pictures: the same picture saved again is another file, and may be in the other set.
    """
    if not isinstance(sha256_hex, str) or not _SHA256.fullmatch(sha256_hex):
        raise OptionError(f"{sha256_hex!r:.80} is no SHA-256 digest: pass its 64 hexadecimal digits.")
    return "held-out" if hashlib.sha256(_SPLIT_SALT + bytes.fromhex(sha256_hex)).digest()[0] & 1 else "dev"
