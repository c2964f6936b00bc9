"""Collects public posts with pictures and alt text that people wrote: something to measure drafts against.

    pip install -e ".[collect,language]"
    python -m scripts.collect_alt_text --out posts.jsonl --count 500 --language en --language de
    python -m scripts.collect_alt_text --out posts.jsonl --prune

Listens to a Jetstream of the AT protocol and writes one JSON object a line for each picture: where it is found, its
alt text, and the post's text as context, with the handles in it left out. No pixels, and no handles of authors. The
alt text is as its author wrote it, so that a handle that can be read in the picture stays.

What is deleted, deactivated, taken down or withdrawn by its author leaves the file as soon as the stream says so; run
it again, or with --prune, before the file is used. Ctrl-C ends it, and the next run goes on from there. A stream
keeps 36 hours: after a longer pause a warning says that deletions may have been missed. What an author declared
before the first run is not in the stream: ask for org.user-intents.declaration, community.lexicon.preference.ai
and the profile of the authors (com.atproto.repo.getRecord) before anything is published.

Exit status: 0, also after Ctrl-C; 2 for what has to be fixed here; 3 without a connection.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from localalt.text.language_tag import parse

from .collector import REASONS, Collector, Options
from .store import CollectError, State, Store
from .stream import OVERLAP_US, LostError, messages, out_of_json

__all__ = ["main"]

ENDPOINT = "wss://jetstream2.us-east.bsky.network/subscribe"
GAP_US = 600 * 10**6
"""Without an event between the cursor and the first one: on the whole network, a second has dozens."""
SAVE_S = 10.0
SAVE_SHARE = 20
"""Between two savings lies at least this many times what the last one took: a large file is rewritten less often."""
MOST_UNSAVED = 200
"""Posts: memory stays small where a server sends hours at once."""
QUIET_S = 10.0
"""Without an event, pruning has caught up, where a server has little to report."""
FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 60.0
GIVE_UP_S = 12 * 3600.0
"""Without a connection that once was there: a third of what servers keep (jetstream's docs/README.md, 5.1)."""

Number = TypeVar("Number", int, float)


class NoConnectionError(CollectError):
    """The endpoint cannot be reached."""

    status = 3


@dataclass(frozen=True, slots=True)
class Until:
    """When collecting ends, besides Ctrl-C."""

    count: int | None = None
    """Pictures in the file."""
    deadline_s: float | None = None
    """By `time.monotonic`."""
    caught_up_us: int | None = None
    """The time of an event: what came before it has been read then."""

    def reached(self, collector: Collector) -> bool:
        """Whether that is now."""
        if self.deadline_s is not None and time.monotonic() >= self.deadline_s:
            return True
        if collector.is_repeating:
            return False
        if self.caught_up_us is not None and collector.state.newest_us >= self.caught_up_us:
            return True
        return self.count is not None and collector.store.n_pictures >= self.count


class Saver:
    """Writes what a collector has, now and then."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self._due_s = time.monotonic() + SAVE_S

    def save(self) -> None:
        """Write now: first the pictures, then how far they go."""
        start_s = time.monotonic()
        self.collector.store.save()
        self.collector.state.save(OVERLAP_US)
        end_s = time.monotonic()
        self._due_s = end_s + max(SAVE_S, SAVE_SHARE * (end_s - start_s))

    def save_if_due(self) -> None:
        """Write if it is time."""
        if time.monotonic() >= self._due_s or self.collector.store.n_unsaved >= MOST_UNSAVED:
            self.save()


def listen(endpoint: str, collector: Collector, until: Until, stop: threading.Event) -> None:
    """Collect until it is time, connecting again whenever the connection is lost.

    Raises:
        NoConnectionError: there was none from the start, or none any more for `GIVE_UP_S`.
        CollectError: what was collected cannot be written.
    """
    saver = Saver(collector)
    delay_s = FIRST_DELAY_S
    heard_s: float | None = None
    try:
        while not stop.is_set() and not until.reached(collector):
            from_us, collector.last_us = collector.state.newest_us, 0
            try:
                with contextlib.closing(messages(endpoint, from_us, stop)) as received:
                    for message in received:
                        if message is not None:
                            collector.take(out_of_json(message))
                            from_us = watch_for_gap(collector, from_us)
                            delay_s = FIRST_DELAY_S
                        if message is not None or heard_s is None:
                            heard_s = time.monotonic()
                        saver.save_if_due()
                        is_quiet = time.monotonic() - heard_s >= QUIET_S
                        if until.reached(collector) or (is_quiet and until.caught_up_us is not None):
                            return
            except LostError as error:
                if heard_s is None or time.monotonic() - heard_s > GIVE_UP_S:
                    raise NoConnectionError(f"{error}: check the network, or pass another --endpoint.") from error
                print(f"{error}: trying again in {delay_s:.0f} s.", file=sys.stderr)
                saver.save()
                stop.wait(delay_s)
                delay_s = min(2 * delay_s, LONGEST_DELAY_S)
    finally:
        if heard_s is not None:
            saver.save()


def watch_for_gap(collector: Collector, from_us: int) -> int:
    """Note it where the first event of a connection comes long after the last one before; from where else to watch.

    A server that no longer has what was asked for begins with the oldest that it has, and does not say so.
    """
    first_us = collector.last_us
    if from_us and first_us - from_us > GAP_US:
        collector.state.gaps.append([from_us, first_us])
    return from_us if not first_us else 0


@contextlib.contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and a friendly kill set `stop`; the second time they do what they always do."""
    before: dict[int, Any] = {}
    signals: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM)

    def handle(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, before[number])

    for number in signals:
        with contextlib.suppress(ValueError):  # signals are the main thread's
            before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """While nobody else writes the same file; on Windows that is not checked."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    name = path.with_name(f"{path.name}.lock")
    while True:
        try:
            lock = name.open("w")
        except OSError as error:
            raise CollectError(f"{path} cannot be written ({error.strerror}): pass another --out.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise CollectError(f"Another collector writes {path}: end it, or pass another --out.") from error
        # Whoever held it may have removed the file between the two calls: the lock is the one that has the name.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(name.stat(), os.fstat(lock.fileno())):
                break
        lock.close()
    with lock:
        try:
            yield
        finally:
            name.unlink(missing_ok=True)


def report(collector: Collector) -> Iterator[str]:
    """What there is now, and what became of the events, line by line."""
    store, state = collector.store, collector.state
    yield (
        f"{store.path}: {store.n_pictures:,} pictures of {store.n_posts:,} posts by {store.n_authors:,} authors; "
        f"{collector.n_kept:,} came and {collector.n_removed:,} went."
    )
    yield f"Events: {collector.events.total():,}, {collector.events['malformed']:,} of them malformed."
    if collector.left_out:
        yield "Pictures left out:"
    for name, number in collector.left_out.most_common():
        yield f"{number:>10,}  {name}: {REASONS[name]}"
    for start_us, end_us in state.gaps:
        yield (
            f"No events could be had from {_when(start_us)} to {_when(end_us)}: posts deleted then are still in the "
            "file. Ask for each older one (com.atproto.repo.getRecord), or begin a new file."
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Collect, or prune; the exit status."""
    arguments = _arguments(argv)
    stop = threading.Event()
    collector: Collector | None = None
    try:
        with alone(arguments.out), stopping(stop):
            collector, until = _prepared(arguments)
            listen(arguments.endpoint, collector, until, stop)
    except CollectError as error:
        print(error, file=sys.stderr)
        return error.status
    finally:
        if collector is not None:
            print("\n".join(report(collector)))
    return 0


def _prepared(arguments: argparse.Namespace) -> tuple[Collector, Until]:
    out: Path = arguments.out
    if arguments.prune and not out.exists():
        raise CollectError(f"There is no {out}: collect first, or pass another --out.")
    store = Store(out)
    state = State.load(out.with_name(f"{out.name}.state"), OVERLAP_US)
    state.newest_us = state.newest_us or store.newest_us
    options = Options(
        languages=tuple(arguments.language or ("en",)) if arguments.language != ["any"] else (),
        per_author=arguments.per_author,
        with_replies=arguments.replies,
        collects=not arguments.prune,
    )
    until = Until(
        count=arguments.count,
        deadline_s=None if arguments.hours is None else time.monotonic() + arguments.hours * 3600,
        caught_up_us=time.time_ns() // 1000 if arguments.prune else None,
    )
    return Collector(store, state, options), until


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.collect_alt_text",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON Lines; FILE.state lies beside it")
    parser.add_argument("--endpoint", type=_endpoint, default=ENDPOINT, metavar="URL", help="default: %(default)s")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--hours", type=_positive(float), help="how long to listen; without an end, until Ctrl-C")
    ends.add_argument("--count", type=_positive(int), help="until the file has as many pictures")
    ends.add_argument("--prune", action="store_true", help="only take out what is gone by now")
    parser.add_argument("--language", type=_language, action="append", help="a tag, several times; any; default: en")
    parser.add_argument("--per-author", type=_positive(int), default=3, help="pictures; default: %(default)s")
    parser.add_argument("--replies", action="store_true", help="take replies, too")
    arguments = parser.parse_args(argv)
    if "any" in (arguments.language or ()) and len(arguments.language) > 1:
        parser.error("--language any stands alone")
    return arguments


def _endpoint(value: str) -> str:
    parts = urllib.parse.urlsplit(value)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{value} is not an address of a websocket: pass wss://HOST/subscribe")
    return value


def _language(value: str) -> str:
    if value != "any" and parse(value) is None:
        raise argparse.ArgumentTypeError(f"{value} is not a language tag: pass one such as de or pt-BR")
    return value


def _positive(kind: type[Number]) -> Callable[[str], Number]:
    def convert(value: str) -> Number:
        number = kind(value)
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"{value} is not above 0")
        return number

    convert.__name__ = "number"  # argparse names it where it fails
    return convert


def _when(time_us: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(time_us // 10**6))
