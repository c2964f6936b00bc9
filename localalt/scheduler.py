"""Which sequence does what next: slots, and who waits for one.

Pure: no llama.cpp, no threads, no clock. One step admits at most one waiting sequence and
then decodes all running ones, so that a picture's prefill never holds the others up for
more than one picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from localalt.sequence import Sequence

__all__ = ["Scheduler", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: bring `admitted` into the cache, then decode one token for each of `running`."""

    admitted: Sequence | None
    running: tuple[Sequence, ...]


class Scheduler:
    """Hands out `n_slots` slots in order of arrival."""

    def __init__(self, n_slots: int) -> None:
        self._free = list(range(n_slots - 1, -1, -1))
        self._waiting: deque[Sequence] = deque()
        self._running: list[Sequence] = []

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        return not self._waiting and not self._running

    def add(self, sequence: Sequence) -> None:
        """Queue a sequence."""
        self._waiting.append(sequence)

    def next_step(self) -> Step:
        """The next step. `admitted` has its slot from here on and runs from the step after."""
        running = tuple(self._running)
        admitted = None
        if self._free and self._waiting:
            admitted = self._waiting.popleft()
            admitted.slot = self._free.pop()
            self._running.append(admitted)
        return Step(admitted, running)

    def remove(self, sequence: Sequence) -> int | None:
        """Take a sequence out, waiting or running. Returns the slot it leaves, if it had one."""
        slot = sequence.slot
        if slot is None:
            if sequence in self._waiting:
                self._waiting.remove(sequence)
            return None
        self._running.remove(sequence)
        self._free.append(slot)
        sequence.slot = None
        return slot

    def drain(self) -> list[Sequence]:
        """Take all sequences out, running ones first."""
        sequences = [*self._running, *self._waiting]
        for sequence in sequences:
            self.remove(sequence)
        return sequences
