"""Whether a child still makes progress, and how long it may make none. Pure: whoever watches hands in the time.

A step of the engine's is a token for each sequence, or the encoding of one picture, which takes minutes on a slow
machine. So the limit follows the time that a picture takes here, as measured or estimated, and the longest
pause so far.
"""

from __future__ import annotations

__all__ = ["ProgressWatch"]

LEAST_LIMIT_S = 120.0
"""Seconds without progress before anybody thinks of a hang."""
LOADING_LIMIT_S = 900.0
"""While the model is loaded, and for a GPU's first picture: its shaders may be compiled then, for minutes."""
PICTURES = 20.0
"""Times the estimate of a picture: the range is wide, and other programs compute here, too."""
PICTURES_SHORT = 200.0
"""The same where memory is short: what is read from disk again and again takes as long as it takes."""
PAUSES = 10.0
"""Times the longest pause that it made once it was warm."""


class ProgressWatch:
    """How long ago a child made progress, in seconds that were counted while this process ran, for one thread."""

    def __init__(self) -> None:
        self._pause_s = self._longest_s = 0.0
        self._n_signs = 0
        self._is_warm = False
        self._picture_s = 0.0

    @property
    def limit_s(self) -> float:
        """Seconds without progress that it is given."""
        limit_s = max(LEAST_LIMIT_S, self._picture_s, PAUSES * self._longest_s)
        return limit_s if self._is_warm else max(LOADING_LIMIT_S, limit_s)

    @property
    def pause_s(self) -> float:
        """Seconds without progress so far."""
        return self._pause_s

    def plan(self, picture_s: float, *, is_memory_short: bool = False) -> None:
        """A picture takes so many seconds at most, as measured or estimated."""
        self._picture_s = (PICTURES_SHORT if is_memory_short else PICTURES) * picture_s

    def is_hung(self, elapsed_s: float, *, n_signs: int, is_busy: bool, is_warm: bool = True) -> bool:
        """Let time pass. Whether it is to be given up.

        Args:
            elapsed_s: seconds since the last call, without those in which this process was stopped or asleep.
            n_signs: signs of progress that it has given so far.
            is_busy: whether it has something to do. Where not, its time stands still: a child in which each picture
                runs out of time makes no progress either.
            is_warm: whether its model is loaded, and its kernels are ready.
        """
        if n_signs != self._n_signs:
            self._n_signs = n_signs
            if self._is_warm:
                self._longest_s = max(self._longest_s, self._pause_s)
            self._pause_s = 0.0
        self._is_warm = is_warm
        if is_busy:
            self._pause_s += elapsed_s
        return self._pause_s > self.limit_s
