"""What somebody probably meant to write: the end of a message about a name that does not exist.

    f"There is no profile {name!r:.60}: {suggest.advice(name, PROFILES)}"

Knows nothing of what the names name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["advice", "did_you_mean", "nearest"]

CUTOFF = 0.6
"""The least likeness of two names, 0.0 to 1.0 (`difflib.SequenceMatcher.ratio`); the default of `difflib`."""
_MOST_CHARS = 200
"""Of what was written: names are shorter, and comparing takes time."""


def nearest(written: object, known: Iterable[str], *, n: int = 1, cutoff: float = CUTOFF) -> list[str]:
    """The known names most like what was written, best first, at most `n`; none for what is not a text."""
    if not isinstance(written, str) or len(written) > _MOST_CHARS:
        return []
    return difflib.get_close_matches(written, list(known), n=n, cutoff=cutoff)


def did_you_mean(*names: str, note: str | None = None) -> str:
    """The question, such as 'did you mean "web"?', with a note in brackets behind the names."""
    return f"did you mean {_listed(names)}" + (f" ({note})?" if note else "?")


def advice(
    written: object,
    known: Iterable[str],
    otherwise: str | None = None,
    *,
    cutoff: float = CUTOFF,
    prefix: str = "",
) -> str:
    """What to write in place of a name that does not exist.

    Args:
        written: the name.
        known: all names that exist.
        otherwise: what to say where none of them is like it; None lists them all.
        cutoff: see `CUTOFF`.
        prefix: what comes before each name in full, such as "purposes.".
    """
    names = list(known)
    near = nearest(written, names, cutoff=cutoff)
    if near:
        return did_you_mean(f"{prefix}{near[0]}")
    return f"use {_listed([f'{prefix}{name}' for name in names])}." if otherwise is None else otherwise


def _listed(names: Iterable[str]) -> str:
    *first, last = (f'"{name}"' for name in names)
    return f"{', '.join(first)} or {last}" if first else last
