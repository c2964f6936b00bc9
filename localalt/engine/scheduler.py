"""Which sequence does what next: slots, and who waits for one.

Pure: no llama.cpp, no threads, no clock. One step admits at most one waiting sequence, and
then decodes all running ones unless more wait and slots are free: narrow batches waste what
reading the weights costs, and those that run would be held up by the same admissions a token
later. So as many pictures as there are slots come between two tokens at the most, and a
long answer never holds up more than its own slot.

The slots in use stay next to each other: where sequences have KV caches of their own,
llama.cpp computes a batch whose sequence ids have a gap in several graphs
(llama_batch_allocr::split_equal), each of which reads all the weights.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from localalt.engine.sequence import Sequence

__all__ = ["Scheduler", "SlotMove", "Step"]


@dataclass(frozen=True, slots=True)
class SlotMove:
    """Take the running `sequence` from slot `source` to slot `target`."""

    sequence: Sequence
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: make the moves, bring `admitted` into the cache, then decode one token for each that runs."""

    moves: tuple[SlotMove, ...]
    admitted: Sequence | None


class Scheduler:
    """Hands out `n_slots` slots in order of arrival, the lowest free one first."""

    def __init__(self, n_slots: int) -> None:
        self._free = list(range(n_slots))  # a heap
        self._waiting: deque[Sequence] = deque()
        self._running: dict[int, Sequence] = {}
        self._is_full = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        return not self._waiting and not self._running

    @property
    def is_filling(self) -> bool:
        """Whether the next admission should come before the next decode."""
        return bool(self._waiting and self._free) and not self._is_full

    @property
    def running(self) -> list[Sequence]:
        """Those that have a slot, in the order of their slots."""
        return [self._running[slot] for slot in sorted(self._running)]

    @property
    def waiting(self) -> Iterator[Sequence]:
        """Those that have none yet, in the order in which they will get one."""
        return iter(self._waiting)

    def add(self, sequence: Sequence) -> None:
        """Queue a sequence."""
        self._waiting.append(sequence)

    def add_first(self, sequence: Sequence) -> None:
        """Queue a sequence before all others: its picture is there already, and somebody has waited for it."""
        self._waiting.appendleft(sequence)

    def next_step(self, is_ready: Callable[[Sequence], bool] = lambda _: True) -> Step:
        """The next step. `admitted` has its slot from here on, and runs.

        The first that waits is admitted when `is_ready` says so; nobody overtakes it.
        """
        admitted = None
        if self._free and self._waiting and not self._is_full and is_ready(self._waiting[0]):
            admitted = self._waiting.popleft()
            admitted.slot = heapq.heappop(self._free)
            self._running[admitted.slot] = admitted
        return Step(tuple(self._close_gaps()), admitted)

    def _close_gaps(self) -> Iterator[SlotMove]:
        """SlotMove the highest slots into the gaps, unless somebody waits who will fill them in the next steps."""
        if self._waiting and not self._is_full:
            return
        while self._free and self._running and self._free[0] < (source := max(self._running)):
            target = heapq.heappop(self._free)
            sequence = self._running.pop(source)
            heapq.heappush(self._free, source)
            self._running[target] = sequence
            sequence.slot = target
            yield SlotMove(sequence, source, target)

    def put_back(self, sequence: Sequence) -> None:
        """Take the slot of a sequence that the cache had no room for. It is admitted next, once another has ended."""
        self._release(sequence)
        self._waiting.appendleft(sequence)
        self._is_full = bool(self._running)

    def remove(self, sequence: Sequence) -> int | None:
        """Take a sequence out, waiting or running. Returns the slot it leaves, if it had one."""
        if sequence.slot is None:
            if sequence in self._waiting:
                self._waiting.remove(sequence)
            return None
        self._is_full = False
        return self._release(sequence)

    def _release(self, sequence: Sequence) -> int:
        slot = sequence.slot
        assert slot is not None
        del self._running[slot]
        heapq.heappush(self._free, slot)
        sequence.slot = None
        return slot
