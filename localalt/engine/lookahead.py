"""Which of the pictures that wait are encoded when: together with the one whose turn it is, or before any turn comes.

Knows the order of those that wait, and nothing of slots or of the KV cache.
"""

from __future__ import annotations

import itertools
from concurrent.futures import Future, ThreadPoolExecutor

from localalt.concurrency.waiting import wait
from localalt.engine.encoder import Encoder
from localalt.engine.prepared import Prepared
from localalt.engine.scheduler import Scheduler
from localalt.engine.sequence import Prefix, Sequence

__all__ = ["ENCODED_AHEAD", "Lookahead"]

ENCODED_AHEAD = 4
"""Pictures that are encoded together, or before a slot is free for them: their embeddings wait in memory."""


class Lookahead:
    """Has pictures encoded, in the order in which they wait.

    Args:
        encoder: who encodes them.
        scheduler: who knows which sequences wait and run.
        on_its_own_thread: encode while others are decoded: for a projector on another device than the layers.
        in_batches: encode the next pictures together with the one whose turn it is. On a CPU, one by one is as fast,
            and holds nobody up.
    """

    def __init__(self, encoder: Encoder, scheduler: Scheduler, *, on_its_own_thread: bool, in_batches: bool) -> None:
        self._encoder, self._scheduler, self._in_batches = encoder, scheduler, in_batches
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="localalt-encoder") if on_its_own_thread else None

    def start(self) -> None:
        """Have the next pictures encoded on their device while others are decoded on theirs."""
        if self._thread is None:
            return
        fresh = self._fresh()
        if fresh:
            self._thread.submit(self._encoder.prepare, _promise(fresh))

    def is_ready(self, sequence: Sequence) -> bool:
        """Whether a sequence need not wait for the encoder."""
        prepared = sequence.prefix.prepared
        # With nothing to decode meanwhile, the engine waits for the encoder.
        return prepared is None or prepared.done() or not self._scheduler.running

    def take(self, prefix: Prefix) -> Prepared:
        """What the prefill needs of `prefix`, whose turn it is. Raises what the encoder failed with."""
        if prefix.prepared is None:
            others = self._fresh() if self._in_batches else []
            self._encoder.prepare(_promise([prefix, *others]))
        assert prefix.prepared is not None
        return wait(prefix.prepared)

    def close(self) -> None:
        """End the thread, if there is one, once it has done what it was asked for."""
        if self._thread is not None:
            self._thread.shutdown()

    def _fresh(self) -> list[Prefix]:
        """The pictures among the next few that wait which nobody has begun to encode."""
        coming = itertools.islice(dict.fromkeys(each.prefix for each in self._scheduler.waiting), ENCODED_AHEAD)
        return [prefix for prefix in coming if prefix.state is None is prefix.prepared and prefix.pixels is not None]


def _promise(prefixes: list[Prefix]) -> dict[Prefix, Future[Prepared]]:
    """Futures for them, which the encoder ends; the encoder's thread never looks at a prefix that was dropped since."""
    promised: dict[Prefix, Future[Prepared]] = {}
    for prefix in dict.fromkeys(prefixes):
        promised[prefix] = prefix.prepared = Future()
    return promised
