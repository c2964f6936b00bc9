"""Whether a child still makes progress, and how long it may make none. Pure: whoever watches hands in the time.

A step of the engine's is a token for each sequence, or the encoding of one picture, which takes minutes on a slow
machine. So the limit follows the time that a picture takes here, as measured or estimated, and the longest
pause so far.
"""

from __future__ import annotations

__all__ = ["LEAST_LIMIT_S", "LOADING_LIMIT_S", "ProgressWatch"]

LEAST_LIMIT_S = 120.0
"""Seconds without progress before anybody thinks of a hang."""
LOADING_LIMIT_S = 900.0
"""While the model is loaded, and for the first picture: a GPU's shaders may be compiled then, for minutes."""
PICTURES = 20.0
"""Times the estimate of a picture: the range is wide, and other programs compute here, too."""
PAUSES = 10.0
"""Times the longest pause that it made."""


class ProgressWatch:
    """How long ago a child made progress, in seconds that were counted while this process ran.

    Args:
        picture_s: seconds that a picture takes here at most, as measured or estimated.
    """

    def __init__(self, picture_s: float = 0.0) -> None:
        self._picture_s = picture_s
        self._pause_s = self._longest_s = 0.0
        self._is_warm = False
        self._n_steps = -1

    @property
    def limit_s(self) -> float:
        """Seconds without progress that it is given."""
        limit_s = max(LEAST_LIMIT_S, PICTURES * self._picture_s, PAUSES * self._longest_s)
        return limit_s if self._is_warm else max(LOADING_LIMIT_S, limit_s)

    @property
    def pause_s(self) -> float:
        """Seconds without progress so far."""
        return self._pause_s

    def plan(self, picture_s: float) -> None:
        """It is about to load a model with which a picture takes so long at most."""
        self._picture_s = picture_s
        self.progress()

    def progress(self) -> None:
        """It did something."""
        self._longest_s = max(self._longest_s, self._pause_s)
        self._pause_s = 0.0

    def beat(self, n_steps: int) -> None:
        """It says how many steps its engine has made."""
        if n_steps != self._n_steps:
            self._n_steps = n_steps
            self.progress()

    def deliver(self) -> None:
        """It is done with a picture: its kernels are ready."""
        self.progress()
        self._is_warm = True

    def is_hung(self, elapsed_s: float, *, is_busy: bool) -> bool:
        """Let time pass, of which a child with nothing to do needs none. Whether it is to be given up.

        Args:
            elapsed_s: seconds since the last call, without those in which this process was stopped or asleep.
            is_busy: whether it has something to do.
        """
        self._pause_s = self._pause_s + elapsed_s if is_busy else 0.0
        return self._pause_s > self.limit_s
