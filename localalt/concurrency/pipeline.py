"""Many pictures, a window of them at a time: which to take next, and whose result comes next.

`Window` is the policy, pure; `deliver` drives it from a plain loop and `adeliver` from
asyncio. Knows nothing of pictures, engines or text: what is under way is anything that has
a future and can be cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import functools
import queue
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from localalt.concurrency.waiting import POLL_S

__all__ = ["Action", "UnderWay", "Window", "adeliver", "deliver", "notify_loop", "until_done"]


class UnderWay(Protocol):
    """What is being done for one item."""

    done: Future[None]

    def cancel(self) -> None:
        """Stop it. Safe to call again."""


T = TypeVar("T")
J = TypeVar("J", bound=UnderWay)


class Action(enum.Enum):
    """What to do next."""

    PULL = enum.auto()
    """Take one more item from the source."""
    DELIVER = enum.auto()
    """Give out a result."""
    WAIT = enum.auto()
    """Nothing, until something is finished."""
    END = enum.auto()
    """The source is exhausted and every result is given out."""


class Window:
    """Which items, by index, are unfinished, finished and delivered.

    Args:
        ahead: items that may be unfinished at the same time.
        most: items, finished ones included, that may be pulled and not delivered: what a slow item
            holds back where order counts.
        in_order: deliver in the order of the items, not of their completion.
    """

    def __init__(self, *, ahead: int, most: int, in_order: bool) -> None:
        self._ahead, self._most, self._in_order = ahead, most, in_order
        self._n_pulled = self._n_delivered = self._n_unfinished = 0
        self._finished: set[int] = set()
        self._completed: deque[int] = deque()
        self._exhausted = False
        self._has_pulled = False

    @property
    def is_ready(self) -> bool:
        """Whether there is a result to deliver."""
        return self._n_delivered in self._finished if self._in_order else bool(self._completed)

    @property
    def has_room(self) -> bool:
        """Whether one more item may be pulled."""
        n_held = self._n_pulled - self._n_delivered
        return not self._exhausted and self._n_unfinished < self._ahead and n_held < self._most

    def next_action(self) -> Action:
        """Keep the window full, but never let a source that takes its time hold up more than it has to.

        A result that is ready waits for one item at most, so that what is under way does not run dry.
        """
        if self.is_ready and (self._has_pulled or not self.has_room):
            return Action.DELIVER
        if self.has_room:
            return Action.PULL
        return Action.WAIT if self._n_unfinished else Action.END

    def pull(self) -> int:
        """Count an item as pulled and unfinished. Returns its index."""
        self._has_pulled = True
        self._n_pulled += 1
        self._n_unfinished += 1
        return self._n_pulled - 1

    def exhaust(self) -> None:
        """The source has no more items."""
        self._exhausted = True

    def finish(self, index: int) -> None:
        """An item has its result."""
        self._n_unfinished -= 1
        if self._in_order:
            self._finished.add(index)
        else:
            self._completed.append(index)

    def deliver(self) -> int:
        """Count the next result as delivered. Returns its index."""
        self._has_pulled = False
        if self._in_order:
            self._finished.remove(self._n_delivered)
        index = self._n_delivered if self._in_order else self._completed.popleft()
        self._n_delivered += 1
        return index


def deliver(
    items: Iterator[T], start: Callable[[T], J], window: Window, *, check: Callable[[], None] = lambda: None
) -> Generator[tuple[int, J], None, None]:
    """Start what `window` allows, and give out what is done, each with its index.

    `items` is advanced in the caller's thread. What it raises is raised at once. However this
    ends, what is under way is cancelled. `check` is called before anything shared is touched.
    """
    under_way: dict[int, J] = {}
    finished: queue.SimpleQueue[int] = queue.SimpleQueue()
    try:
        while True:
            check()
            with contextlib.suppress(queue.Empty):
                while True:
                    window.finish(finished.get_nowait())
            action = window.next_action()
            if action is Action.PULL:
                try:
                    item = next(items)
                except StopIteration:
                    window.exhaust()
                    continue
                index = window.pull()
                under_way[index] = job = start(item)
                job.done.add_done_callback(functools.partial(_report, finished.put, index))
                del item, job  # not held while the caller looks at another
            elif action is Action.DELIVER:
                index = window.deliver()
                yield index, under_way.pop(index)
            elif action is Action.WAIT:
                with contextlib.suppress(queue.Empty):
                    window.finish(finished.get(timeout=POLL_S))
            else:
                return
    finally:
        for job in under_way.values():
            job.cancel()


def _report(put: Callable[[int], None], index: int, _: Future[None]) -> None:
    put(index)


async def adeliver(
    items: Iterable[T] | AsyncIterable[T], start: Callable[[T], J], window: Window
) -> AsyncGenerator[tuple[int, J], None]:
    """`deliver` for asyncio. A plain iterable is advanced in the event loop, an async one in a task of its own."""
    under_way: dict[int, J] = {}
    changed, room = asyncio.Event(), asyncio.Event()

    def finish(index: int) -> None:
        window.finish(index)
        room.set()
        changed.set()

    async def pull() -> None:
        source = aiter(items if isinstance(items, AsyncIterable) else _spaced(items))
        while True:
            while not window.has_room:
                room.clear()
                await room.wait()
            try:
                item = await anext(source)
            except StopAsyncIteration:
                return
            index = window.pull()
            under_way[index] = job = start(item)
            notify_loop(job.done, functools.partial(finish, index))
            del item, job

    pulling = asyncio.create_task(pull())
    pulling.add_done_callback(lambda _: changed.set())
    try:
        while True:
            changed.clear()
            if pulling.done():
                pulling.result()  # what the source raised is raised at once
                window.exhaust()
            if window.is_ready:
                index = window.deliver()
                room.set()
                yield index, under_way.pop(index)
            elif pulling.done() and not under_way:
                return
            else:
                await changed.wait()
    finally:
        for job in under_way.values():
            job.cancel()
        pulling.cancel()
        await asyncio.wait([pulling])
        if not pulling.cancelled():
            pulling.exception()  # looked at, so that asyncio does not complain of it


async def _spaced(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        yield item
        await asyncio.sleep(0)  # results are given out, and others have their turn, between any two


def notify_loop(future: Future[Any], call: Callable[[], None]) -> None:
    """Have `call` called in the running event loop once `future` is done; never, if the loop is closed before."""
    loop = asyncio.get_running_loop()

    def notify(_: Future[Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed, and whoever waited is gone
            loop.call_soon_threadsafe(call)

    future.add_done_callback(notify)


async def until_done(future: Future[Any]) -> None:
    """Wait for what another thread does, without blocking the event loop. Cancelling this does not stop that thread."""
    done = asyncio.Event()
    notify_loop(future, done.set)
    await done.wait()
