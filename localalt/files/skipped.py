"""What a search passed over, and why, as counts for the last line of a command."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType

from localalt.files.kinds import FileKind

__all__ = ["Skipped"]

_MOST_SUFFIXES = 4

_WORDS = MappingProxyType(
    {
        "hidden folder": ("hidden folder", "hidden folders"),
        "hidden file": ("hidden file", "hidden files"),
        "packages": ("folder of packages", "folders of packages"),
        "thumbnails": ("folder of thumbnails", "folders of thumbnails"),
        "trash": ("folder of deleted files", "folders of deleted files"),
        "system": ("folder of the system", "folders of the system"),
        "generated": ("generated folder", "generated folders"),
        "gitignore": ("ignored by .gitignore", "ignored by .gitignore"),
        "excluded": ("excluded by the configuration", "excluded by the configuration"),
        "leads back": ("link that leads back", "links that lead back"),
        "same file": ("link to a file that was found", "links to files that were found"),
        "leads nowhere": ("link that leads nowhere", "links that lead nowhere"),
        "special": ("pipe or device", "pipes or devices"),
        "unreadable": ("folder that cannot be read", "folders that cannot be read"),
    }
)


class Skipped:
    """Counts by reason. Folders count as one each: what is in them was not looked at."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._noun = ""

    def add(self, reason: str) -> None:
        """Count one thing."""
        self._counts[reason] += 1

    def add_unread(self, suffix: str, kind: FileKind) -> None:
        """Count a file of a format that is not read."""
        self._unread[suffix] += 1
        self._noun = kind.unread_noun or kind.noun

    def update(self, other: Skipped) -> None:
        """Add what another search has passed over."""
        self._counts.update(other._counts)
        self._unread.update(other._unread)
        self._noun = self._noun or other._noun

    def __bool__(self) -> bool:
        return bool(self._counts or self._unread)

    def __str__(self) -> str:
        """Such as "2 hidden folders, 3 pictures of formats that are not read (.svg, .cr2)"; "" for nothing."""
        parts = [
            f"{self._counts[reason]:,} {words[self._counts[reason] != 1]}"
            for reason, words in _WORDS.items()
            if self._counts[reason]
        ]
        if self._unread:
            total = self._unread.total()
            names = [suffix for suffix, _ in sorted(self._unread.items(), key=lambda each: (-each[1], each[0]))]
            shown = ", ".join(names[:_MOST_SUFFIXES]) + (", …" if len(names) > _MOST_SUFFIXES else "")
            noun = f"{self._noun} of a format that is" if total == 1 else f"{self._noun}s of formats that are"
            parts.append(f"{total:,} {noun} not read ({shown})")
        return ", ".join(parts)
