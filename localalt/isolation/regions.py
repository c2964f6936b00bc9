"""Which parts of a memory are taken, and for whom. Pure: the memory itself is `shared_memory`'s."""

from __future__ import annotations

from collections.abc import Hashable

__all__ = ["Regions"]


class Regions:
    """Parts of `n_bytes` bytes, in whole multiples of `step`.

    The lowest that fits is taken: what was in use before is used again, and its pages are there.
    """

    def __init__(self, n_bytes: int, step: int) -> None:
        self._n_bytes, self._step = n_bytes, step
        self._taken: list[tuple[int, int, Hashable]] = []
        """(start, end, owner), in the order of their starts."""

    def take(self, owner: Hashable, n_bytes: int) -> int | None:
        """Where `owner` has `n_bytes` bytes from now on; None where there are not so many together."""
        size = -(-max(1, n_bytes) // self._step) * self._step
        start = 0
        for index, (taken, end, _) in enumerate([*self._taken, (self._n_bytes, 0, None)]):
            if start + size <= taken:
                self._taken.insert(index, (start, start + size, owner))
                return start
            start = end
        return None

    def free(self, owner: Hashable) -> list[tuple[int, int]]:
        """The parts that `owner` had, (start, end) each, and has no more."""
        freed = [(start, end) for start, end, whose in self._taken if whose == owner]
        self._taken = [each for each in self._taken if each[2] != owner]
        return freed
