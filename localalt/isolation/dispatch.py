"""Which picture goes to which child, and what a child's death means for those that were under way. Pure.

    waiting -> under way in a child -> done
                     |  the child dies
                     v
                  suspect -> alone in a child -> done
                                 |  a fresh child dies, twice
                                 v
                   on a GPU: alone in a fresh child on the CPU -> done: the GPU is at fault
                                 |  that dies, too
                                 v
                               guilty

A child is fresh until it has been given a picture. Only deaths of fresh children count: what came before in the same
child may have broken it.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["MAX_GUILTY", "Action", "Dispatch", "Verdict"]

MAX_DEATHS = 2
"""Of fresh children, with the same picture alone under way: then it is at fault."""
MAX_GUILTY = 3
"""Pictures in a row that are found guilty with no text in between: then it is not the pictures."""

P = TypeVar("P", bound=Hashable)
C = TypeVar("C", bound=Hashable)


class Action(enum.Enum):
    """What to do with a child next."""

    GIVE = enum.auto()
    """Give it a picture."""
    RESTART = enum.auto()
    """Replace it by a fresh one: a picture must be alone in one."""
    RESTART_ON_CPU = enum.auto()
    """Replace it by a fresh one that does not use a GPU."""
    NOTHING = enum.auto()


@dataclass(frozen=True)
class Verdict(Generic[P]):
    """What a child's death, or a picture's end, has shown."""

    guilty: tuple[P, ...] = ()
    """Pictures that are at fault."""
    gpu_at_fault: bool = False
    """Whether it is the GPU: a picture that it died of twice has its text from the CPU."""
    is_hopeless: bool = False
    """Whether children die at every picture."""


@dataclass
class _Child(Generic[P]):
    capacity: int
    on_gpu: bool
    is_stopgap: bool
    is_fresh: bool = True
    under_way: dict[P, None] = field(default_factory=dict)
    alone: P | None = None
    """The suspect that it has, and nothing else."""
    alone_is_first: bool = False
    """Whether it was fresh then."""

    def give(self, picture: P) -> None:
        self.under_way[picture] = None
        self.is_fresh = False


class Dispatch(Generic[P, C]):
    """Pictures, children, and who has which. Not safe to use from several threads at once."""

    def __init__(self) -> None:
        self._waiting: deque[P] = deque()
        self._suspects: deque[P] = deque()
        self._deaths: dict[P, int] = {}
        """Of fresh children with this picture alone, by the suspects that need a fresh one."""
        self._on_cpu: set[P] = set()
        """Suspects whose next child must not use a GPU."""
        self._children: dict[C, _Child[P]] = {}
        self._unwanted: set[P] = set()
        """Pictures under way that nobody wants any more."""
        self._n_guilty = 0
        """In a row."""

    # --- pictures ---

    def add(self, picture: P) -> None:
        """A picture wants its text."""
        self._waiting.append(picture)

    def discard(self, picture: P) -> None:
        """Nobody wants its text any more. One that is under way stays so until `finish`, or its child's death."""
        for line in (self._waiting, self._suspects):
            if picture in line:
                line.remove(picture)
        self._forget(picture)
        self._unwanted.update(picture for own in self._children.values() if picture in own.under_way)

    def finish(self, child: C, picture: P, *, has_text: bool = True) -> Verdict[P]:
        """A child is done with a picture."""
        if child not in self._children:
            return Verdict()
        own = self._children[child]
        own.under_way.pop(picture, None)
        was_on_cpu = own.alone == picture and picture in self._on_cpu
        self._unwanted.discard(picture)
        if own.alone == picture:
            own.alone = None
        self._forget(picture)
        if has_text:
            self._n_guilty = 0
        return Verdict(gpu_at_fault=was_on_cpu and has_text)

    @property
    def n_waiting(self) -> int:
        """Pictures that no child has."""
        return len(self._waiting) + len(self._suspects)

    def drain(self) -> list[P]:
        """Take out all pictures: the end."""
        pictures = [
            *self._waiting,
            *self._suspects,
            *(each for own in self._children.values() for each in own.under_way),
        ]
        for line in (self._waiting, self._suspects, self._deaths, self._on_cpu, self._unwanted):
            line.clear()
        for own in self._children.values():
            own.under_way.clear()
            own.alone = None
        return pictures

    # --- children ---

    def join(self, child: C, *, capacity: int, on_gpu: bool, is_stopgap: bool = False) -> None:
        """A child is ready for its first picture.

        Args:
            child: which.
            capacity: pictures that it may have at once.
            on_gpu: whether a GPU computes for it.
            is_stopgap: whether it uses no GPU only because of a suspect, and is to be replaced after that.
        """
        self._children[child] = _Child(capacity, on_gpu, is_stopgap)

    def next_action(self, child: C, *, n_starting: int = 0) -> tuple[Action, P | None]:
        """What to do with a child; with `GIVE`, the picture that it has from now on. Call it until there is nothing.

        Args:
            child: one that has joined.
            n_starting: other children that will join soon.
        """
        own = self._children[child]
        if own.alone is not None or len(own.under_way) >= own.capacity:
            return Action.NOTHING, None
        if not own.under_way:
            found = self._next_suspect(own, n_starting)
            if found is not None:
                return found
            if own.is_stopgap:
                return Action.RESTART, None
        elif self._suspects and len(self._children) + n_starting == 1:
            return Action.NOTHING, None  # until it has nothing else
        if own.is_stopgap or not self._waiting:
            return Action.NOTHING, None
        picture = self._waiting.popleft()
        own.give(picture)
        return Action.GIVE, picture

    def _next_suspect(self, own: _Child[P], n_starting: int) -> tuple[Action, P | None] | None:
        for picture in self._suspects:
            if picture in self._on_cpu and own.on_gpu:
                return Action.RESTART_ON_CPU, None
            if picture in self._deaths and not own.is_fresh:
                if n_starting:  # that one will be fresh
                    continue
                return Action.RESTART_ON_CPU if picture in self._on_cpu else Action.RESTART, None
            self._suspects.remove(picture)
            own.alone, own.alone_is_first = picture, own.is_fresh
            own.give(picture)
            return Action.GIVE, picture
        return None

    def leave(self, child: C) -> Verdict[P]:
        """A child is dead."""
        own = self._children.pop(child, None)
        if own is None:
            return Verdict()
        wanted = [picture for picture in own.under_way if picture not in self._unwanted]
        self._unwanted.difference_update(own.under_way)
        if own.alone is None or not wanted:
            # In the order in which they were given: the one that is at fault is as a rule among the first.
            self._suspects.extendleft(reversed(wanted))
            return Verdict()
        picture = own.alone
        deaths = self._deaths.get(picture, 0) + own.alone_is_first
        self._deaths[picture] = deaths
        if deaths < MAX_DEATHS:
            self._suspects.appendleft(picture)
            return Verdict()
        if own.on_gpu and picture not in self._on_cpu:
            self._on_cpu.add(picture)
            self._suspects.appendleft(picture)
            return Verdict()
        return self._convict((picture,))

    def convict_untried(self) -> Verdict[P]:
        """No child can be had that uses no GPU: the pictures that waited for one count as guilty."""
        pictures = tuple(picture for picture in self._suspects if picture in self._on_cpu)
        for picture in pictures:
            self._suspects.remove(picture)
        return self._convict(pictures)

    def _convict(self, pictures: tuple[P, ...]) -> Verdict[P]:
        for picture in pictures:
            self._forget(picture)
        self._n_guilty += len(pictures)
        return Verdict(guilty=pictures, is_hopeless=self._n_guilty >= MAX_GUILTY)

    def _forget(self, picture: P) -> None:
        self._deaths.pop(picture, None)
        self._on_cpu.discard(picture)
