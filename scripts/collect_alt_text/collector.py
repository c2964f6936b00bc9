"""Events -> pictures in the store: what comes in, what is left out and why, and what must go again.

Every event may come twice, since reading starts a little before where it ended. So each has the same effect the
second time, and the counts leave it out. Opens no connection.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .events import Declared, Gone, MalformedError, Picture, Post, read
from .filters import FILTERS, Candidate, reason_against
from .store import State, Store, digest_of, line_of

__all__ = ["REASONS", "Collector", "Options"]

DECLINED = "declined"
DUPLICATE = "duplicate"
PER_AUTHOR = "per-author"
REASONS = {
    **{each.name: each.reason for each in FILTERS},
    DECLINED: "its author declares no to such use, or labels the account",
    DUPLICATE: "another picture has the same text",
    PER_AUTHOR: "enough of this author",
}
"""Every reason to leave a picture out, by its name."""

_FUTURE_US = 3600 * 10**6
"""How far a server's clock may be ahead: an event of next year would put the cursor there."""
_HANDLE = re.compile(r"@[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted."""

    languages: tuple[str, ...] = ("en",)
    """None for any."""
    per_author: int = 3
    """Pictures."""
    with_replies: bool = False
    collects: bool = True
    """False only takes out what is gone."""


class Collector:
    """Takes events, one after the other."""

    def __init__(
        self, store: Store, state: State, options: Options, now_us: Callable[[], int] = lambda: time.time_ns() // 1000
    ) -> None:
        self.store = store
        self.state = state
        self.options = options
        self.events: Counter[str] = Counter()
        """What came, by its kind, and "malformed"."""
        self.left_out: Counter[str] = Counter()
        """Pictures by the reason."""
        self.n_kept = 0
        self.n_removed = 0
        self.is_repeating = False
        """Whether the last event is none that is new: what it brought may be gone a few events later."""
        self.last_us = 0
        """The time of the last event."""
        self._now_us = now_us
        for did in state.declared:
            self.n_removed += store.remove(did)

    def take(self, event: object) -> None:
        """Let an event have its effect; whatever it is, nothing is raised."""
        try:
            known = read(event)
            if known.time_us > self._now_us() + _FUTURE_US:
                raise MalformedError("of the future")
        except MalformedError:
            self.events["malformed"] += 1
            return
        self.last_us = known.time_us
        is_new = known.time_us > self.state.newest_us
        self.is_repeating = not is_new
        if is_new:
            is_malformed = isinstance(known, Gone) and known.is_malformed
            self.events["malformed" if is_malformed else type(known).__name__.lower()] += 1
        if isinstance(known, Post):
            self._post(known, is_new=is_new)
        elif isinstance(known, Gone):
            self.n_removed += self.store.remove(known.did, known.rkey)
        elif isinstance(known, Declared):
            self._declare(known)
        self.state.newest_us = max(self.state.newest_us, known.time_us)

    def _post(self, post: Post, *, is_new: bool) -> None:
        if self.store.time_of(post.did, post.rkey) >= post.time_us:
            return  # it was here, or a later version of it
        n_before = self.store.remove(post.did, post.rkey)
        self.n_removed += n_before
        if not self.options.collects and not n_before:
            return
        text = _HANDLE.sub("@…", post.text)
        digests: list[int] = []
        lines = b""
        for picture in post.pictures:
            reason = self._reason_against(post, picture, digests)
            if reason is not None:
                self.left_out[reason] += is_new
                continue
            digests.append(digest_of(picture.alt))
            lines += line_of(post, picture, text)
        if digests:
            self.store.add(post, tuple(digests), lines)
            self.n_kept += len(digests)

    def _reason_against(self, post: Post, picture: Picture, taken: list[int]) -> str | None:
        if post.did in self.state.declared:
            return DECLINED
        candidate = Candidate(post, picture, self.options.languages, self.options.with_replies)
        reason = reason_against(candidate)
        if reason is not None:
            return reason
        digest = digest_of(picture.alt)
        if digest in taken or self.store.has(digest):
            return DUPLICATE
        return PER_AUTHOR if self.store.count_of(post.did) + len(taken) >= self.options.per_author else None

    def _declare(self, declared: Declared) -> None:
        keys = [key for key in self.state.declared.pop(declared.did, []) if key != declared.key]
        if declared.refuses:
            keys.append(declared.key)
            self.n_removed += self.store.remove(declared.did)
        if keys:
            self.state.declared[declared.did] = keys
