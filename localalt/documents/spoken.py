"""What ids stand for: the text of elements by which `aria-labelledby` names others, hidden ones included."""

from __future__ import annotations

__all__ = ["Spoken"]

_MOST_IDS = 20
"""Of one attribute that are looked up."""
_MOST_SAID = 2_000
"""Characters of one element."""


class Spoken:
    """All text of a document, with alt texts and labels, as it comes; ids of elements, and what each says.

    After "Accessible Name and Description Computation 1.2", step 2B: what is referred to counts although it is hidden.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._all: str | None = None
        self._ids: dict[str, tuple[int, int, str]] = {}
        self.length = 0
        """Characters so far."""

    def say(self, text: str) -> None:
        """Add what comes next."""
        self._parts.append(text)
        self.length += len(text)

    def close(self, name: str, start: int, label: str) -> None:
        """An element with an id is over; of two with the same id the first counts."""
        self._ids.setdefault(name, (start, self.length, label))

    def named(self, ids: str) -> str:
        """The text of the elements with these ids, "" where there are none. The document is over."""
        if not ids:
            return ""
        if self._all is None:
            self._all = "".join(self._parts)
        said = []
        for each in ids.split(maxsplit=_MOST_IDS)[:_MOST_IDS]:
            start, end, label = self._ids.get(each, (0, 0, ""))
            said.append(label or self._all[start : min(end, start + _MOST_SAID)])
        return " ".join(" ".join(said).split())
