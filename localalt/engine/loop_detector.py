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
    """Takes one token id at a time: `feed` is true once the last tokens repeat.

    Counts, for each period up to 128 tokens, how many of the last tokens equal the one a period
    before, and looks only at periods that are still repeating: a few steps per token.
    """

    __slots__ = ("_last_seen", "_n_tokens", "_running")

    def __init__(self) -> None:
        self._n_tokens = 0
        self._last_seen: dict[int, list[int]] = {}
        """The latest positions of each token."""
        self._running: dict[int, int] = {}
        """How many of the last tokens repeat, by period."""

    def feed(self, token: int) -> bool:
        """Take one more token. True once, and as long as, the last tokens repeat what stands before them."""
        here = self._n_tokens
        self._n_tokens += 1
        earlier = self._last_seen.setdefault(token, [])
        # Periods that go on repeating are exactly the distances to earlier positions of this token.
        while earlier and here - earlier[0] > _MAX_PERIOD:
            earlier.pop(0)
        self._running = {here - position: self._running.get(here - position, 0) + 1 for position in earlier}
        earlier.append(here)
        return any(_is_loop(period, matched) for period, matched in self._running.items())


def _is_loop(period: int, matched: int) -> bool:
    needed = _ONE_TOKEN if period == 1 else max(_COPIES * period, _TOKENS)
    return period + matched >= needed
