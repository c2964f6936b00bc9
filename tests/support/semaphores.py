"""What tests see of a semaphore from outside: how many permits are free, and who waits."""

import threading

from localalt.concurrency.semaphore import FairSemaphore, Permit
from localalt.errors import TimedOutError

PATIENCE_S = 60


def n_free(semaphore: FairSemaphore) -> int:
    """Permits that nobody has: taken without waiting, counted, and given back."""
    taken: list[Permit] = []
    try:
        while True:
            taken.append(Permit())
            semaphore.acquire(taken[-1], deadline=0.0)
    except TimedOutError:
        return len(taken) - 1
    finally:
        for permit in taken:
            semaphore.release(permit)


class WatchedPermit(Permit):
    """A permit that says when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.granted = _WatchedEvent()

    def wait_until_queued(self) -> None:
        """Return once somebody waits for it: it is then in the queue."""
        assert isinstance(self.granted, _WatchedEvent)
        assert self.granted.is_waited_for.wait(PATIENCE_S)


class _WatchedEvent(threading.Event):
    def __init__(self) -> None:
        super().__init__()
        self.is_waited_for = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.is_waited_for.set()
        return super().wait(timeout)
