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
child may have broken it. Where pictures are found guilty and none has a text in between, a harmless picture, the probe,
goes the same way: if that is guilty, too, it is not the pictures.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["Action", "Dispatch", "Verdict"]

MAX_DEATHS = 2
"""Of fresh children, with the same picture alone under way: then it is at fault."""
MAX_GUILTY = 3
"""Pictures in a row that are found guilty with no text in between: then a probe decides. Before the first text, one."""

P = TypeVar("P", bound=Hashable)
C = TypeVar("C", bound=Hashable)


class Action(enum.Enum):
    """What to do with a child next."""

    GIVE = enum.auto()
    """Give it a picture."""
    RESTART = enum.auto()
    """Replace it by a fresh one, without a GPU where `Dispatch.needs_cpu`."""
    NOTHING = enum.auto()


@dataclass(frozen=True)
class Verdict(Generic[P, C]):
    """What a child's death, or a picture's end, has shown."""

    guilty: tuple[tuple[P, C], ...] = ()
    """Pictures that are at fault, each with the last fresh child that died of it."""
    gpu_deaths: tuple[C, ...] = ()
    """The children whose GPUs are at fault: they died of a picture that has its text from the CPU."""
    wants_probe: bool = False
    """Whether it may not be the pictures: `Dispatch.probe` wants a harmless one."""
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


@dataclass
class _Deaths(Generic[C]):
    """Of children with one picture alone: it needs a fresh child from then on."""

    fresh: list[C] = field(default_factory=list)
    on_gpu: list[C] = field(default_factory=list)
    """Those of `fresh` that used one."""


class Dispatch(Generic[P, C]):
    """Pictures, children, and who has which. For one thread."""

    def __init__(self) -> None:
        self._waiting: deque[P] = deque()
        self._suspects: deque[P] = deque()
        self._deaths: dict[P, _Deaths[C]] = {}
        self._on_cpu: set[P] = set()
        """Suspects whose next child must not use a GPU."""
        self._children: dict[C, _Child[P]] = {}
        self._unwanted: set[P] = set()
        """Pictures under way that nobody wants any more."""
        self._n_guilty = 0
        """In a row."""
        self._has_had_text = False
        self._probe: P | None = None

    # --- pictures ---

    def add(self, picture: P) -> None:
        """A picture wants its text."""
        self._waiting.append(picture)

    def probe(self, picture: P) -> None:
        """A harmless picture is to show whether it is the pictures."""
        self._probe = picture
        self._suspects.appendleft(picture)

    def discard(self, picture: P) -> None:
        """Nobody wants its text any more. One that is under way stays so until `finish`, or its child's death."""
        for line in (self._waiting, self._suspects):
            if picture in line:
                line.remove(picture)
        self._forget(picture)
        if self.child_of(picture) is not None:
            self._unwanted.add(picture)

    def finish(self, child: C, picture: P, *, has_text: bool = True) -> Verdict[P, C]:
        """A child is done with a picture."""
        own = self._children.get(child)
        if own is None or picture not in own.under_way:
            return Verdict()
        del own.under_way[picture]
        gpu_deaths: tuple[C, ...] = ()
        if own.alone == picture:
            own.alone = None
            if has_text and picture in self._on_cpu:
                gpu_deaths = tuple(self._deaths[picture].on_gpu)
        self._unwanted.discard(picture)
        self._forget(picture)
        if has_text or picture == self._probe:
            self._n_guilty = 0
        if picture == self._probe:
            self._probe = None
        self._has_had_text |= has_text
        return Verdict(gpu_deaths=gpu_deaths if len(gpu_deaths) >= MAX_DEATHS else ())

    @property
    def n_waiting(self) -> int:
        """Pictures that no child has."""
        return len(self._waiting) + len(self._suspects)

    @property
    def needs_cpu(self) -> bool:
        """Whether a picture waits for a fresh child that uses no GPU."""
        return any(picture in self._on_cpu for picture in self._suspects)

    def drain(self) -> list[P]:
        """Take out all pictures: the end."""
        pictures = [
            *self._waiting,
            *self._suspects,
            *(each for own in self._children.values() for each in own.under_way if each not in self._unwanted),
        ]
        for line in (self._waiting, self._suspects, self._deaths, self._on_cpu, self._unwanted):
            line.clear()
        for own in self._children.values():
            own.under_way.clear()
            own.alone = None
        self._probe = None
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

    def child_of(self, picture: P) -> C | None:
        """The child that has a picture under way."""
        return next((child for child, own in self._children.items() if picture in own.under_way), None)

    def is_busy(self, child: C) -> bool:
        """Whether a child has a picture under way."""
        own = self._children.get(child)
        return own is not None and bool(own.under_way)

    def busyness(self, child: C) -> float:
        """How much of what a child can have at once it has, 0.0 to 1.0: whoever has least is given the next picture."""
        own = self._children.get(child)
        return 0.0 if own is None else len(own.under_way) / own.capacity

    def is_alone(self, child: C) -> bool:
        """Whether it has a suspect, whose guilt its death would show."""
        own = self._children.get(child)
        return own is not None and own.alone is not None

    def next_action(self, child: C, *, n_starting: int = 0) -> tuple[Action, P | None]:
        """What to do with a child; with `GIVE`, the picture that it has from now on. Call it until there is nothing.

        Args:
            child: one that has joined.
            n_starting: other children that will join soon, fresh.
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
        elif self._has_to_empty(child, n_starting):
            return Action.NOTHING, None
        if not self._waiting:
            return Action.NOTHING, None
        picture = self._waiting.popleft()
        own.give(picture)
        return Action.GIVE, picture

    def _next_suspect(self, own: _Child[P], n_starting: int) -> tuple[Action, P | None] | None:
        for picture in self._suspects:
            if picture in self._deaths and not own.is_fresh:
                if not n_starting and not self._has_fresh():
                    return Action.RESTART, None
                continue
            if picture in self._on_cpu and own.on_gpu:
                if not n_starting:
                    return Action.RESTART, None
                continue
            self._suspects.remove(picture)
            own.alone, own.alone_is_first = picture, own.is_fresh
            own.give(picture)
            return Action.GIVE, picture
        return None

    def _has_fresh(self) -> bool:
        """Whether a child is about to take its first picture."""
        return any(own.is_fresh for own in self._children.values())

    def _has_to_empty(self, child: C, n_starting: int) -> bool:
        """Whether a suspect waits for this child to have nothing else: the one that has the least, unless one is free.

        Without this, suspects would wait as long as there are other pictures.
        """
        if not self._suspects or n_starting:
            return False
        if any(own.alone is not None or not own.under_way for own in self._children.values()):
            return False
        return child == min(self._children, key=lambda each: len(self._children[each].under_way))

    def leave(self, child: C) -> Verdict[P, C]:
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
        deaths = self._deaths.setdefault(picture, _Deaths())
        if own.alone_is_first:
            deaths.fresh.append(child)
            if own.on_gpu:
                deaths.on_gpu.append(child)
        if len(deaths.fresh) < MAX_DEATHS:
            self._suspects.appendleft(picture)
            return Verdict()
        if own.on_gpu:
            self._on_cpu.add(picture)
            self._suspects.appendleft(picture)
            return Verdict()
        return self._convict([picture])

    def convict_untried(self) -> Verdict[P, C]:
        """No child can be had that uses no GPU: the pictures that waited for one count as guilty."""
        pictures = [picture for picture in self._suspects if picture in self._on_cpu]
        for picture in pictures:
            self._suspects.remove(picture)
        return self._convict(pictures)

    def _convict(self, pictures: list[P]) -> Verdict[P, C]:
        if not pictures:
            return Verdict()
        guilty = tuple((picture, self._deaths[picture].fresh[-1]) for picture in pictures)
        for picture in pictures:
            self._forget(picture)
        is_hopeless = False
        if self._probe in pictures:
            self._probe = None
            is_hopeless = self._n_guilty > 0  # nothing had a text since
        self._n_guilty += len(pictures)
        enough = MAX_GUILTY if self._has_had_text else 1
        wants_probe = not is_hopeless and self._probe is None and self._n_guilty >= enough
        return Verdict(guilty, wants_probe=wants_probe, is_hopeless=is_hopeless)

    def _forget(self, picture: P) -> None:
        self._deaths.pop(picture, None)
        self._on_cpu.discard(picture)
