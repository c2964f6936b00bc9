"""Notices that a generation has begun to repeat itself.

Small models fall into loops, and a repeat penalty, the usual cure, damages transcribed text
and does not reliably stop them. So loops are detected and the answer is ended there. Knows
token ids and nothing of what they mean.
"""

from __future__ import annotations

__all__ = ["LoopDetector"]

# What a period must cover before it counts as a loop. One token: a row of dots in a table of
# contents, "!!!!" or "HA HA HA HA" on a sign is a dozen at most. Longer ones: three copies,
# as two are a couplet, a pair of equal labels or "New York, New York"; and 24 tokens in all,
# so that short refrains ("no no no", "bla, bla, bla") survive, and four copies of up to eight
# tokens do as well as three of longer ones.
_ONE_TOKEN = 16
_COPIES = 3
_TOKENS = 24
# A paragraph. Anything longer costs more to find than the token limit costs to wait for.
_MAX_PERIOD = 128


class LoopDetector:
    """Fed one token id at a time: `feed` is true once the last tokens repeat.

    Keeps, for each period up to 128 tokens, how many of the last tokens equal the one a period
    before, and looks only at periods that are still repeating: a few steps per token.
    """

    __slots__ = ("_last_seen", "_running", "_tokens", "tail")

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._last_seen: dict[int, list[int]] = {}
        self._running: dict[int, int] = {}
        self.tail = 0
        """How many tokens at the end repeat what stands before them: without these, one copy
        is left. 0 until `feed` was true."""

    def feed(self, token: int) -> bool:
        """Take one more token. True once, and as long as, the tail repeats."""
        here = len(self._tokens)
        self._tokens.append(token)
        places = self._last_seen.setdefault(token, [])
        # Periods whose run goes on are exactly the distances to earlier places of this token.
        while places and here - places[0] > _MAX_PERIOD:
            places.pop(0)
        self._running = {here - place: self._running.get(here - place, 0) + 1 for place in places}
        places.append(here)
        self.tail = 0
        for period, matched in self._running.items():
            covered = period + matched
            needed = _ONE_TOKEN if period == 1 else max(_COPIES * period, _TOKENS)
            if covered >= needed:
                self.tail = max(self.tail, matched)
        return self.tail > 0
