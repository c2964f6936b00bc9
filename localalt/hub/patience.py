"""Trying again: how often and how long after which failures, and whether enough bytes come. Opens no connection."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from localalt.console import visible
from localalt.hub.endpoint import http_error, is_from_hub

__all__ = ["BUSY", "LISTING_WAITS_S", "TRANSFER_WAITS_S", "DroppedError", "Pace", "SlowError", "patiently"]

# Seconds to wait before each further try. A listing is the first contact: without a network, say so soon.
LISTING_WAITS_S: Sequence[float] = (1, 2)
TRANSFER_WAITS_S: Sequence[float] = (1, 2, 4, 8, 16)
MAX_WAIT_S = 60
"""If the hub asks for a longer pause, the user is asked to wait instead."""
BUSY = (408, 429, 500, 502, 503, 504)
"""Statuses of HTTP that may pass."""

MIN_BYTES_PER_WINDOW = 60_000
"""Of a transfer in each window: a modem of the nineties brings more than a kB a second."""
WINDOW_S = 60.0

_Result = TypeVar("_Result")

logger = logging.getLogger(__name__)


class DroppedError(Exception):
    """An answer ended early."""


class SlowError(DroppedError):
    """An answer does not come, or so slowly that it would never end."""


class Pace:
    """Watches whether enough bytes come: one every half second would pass every limit between two of them."""

    def __init__(self) -> None:
        self._started, self._n_bytes = time.monotonic(), 0

    def feed(self, n_bytes: int) -> None:
        """Count bytes that came.

        Raises:
            SlowError: too few did in the last window.
        """
        self._n_bytes += n_bytes
        if time.monotonic() - self._started < WINDOW_S:
            return
        if self._n_bytes < MIN_BYTES_PER_WINDOW:
            raise SlowError(f"only {self._n_bytes:,} bytes came in {WINDOW_S:g} s")
        self._started, self._n_bytes = time.monotonic(), 0


def patiently(work: Callable[[], _Result], waits_s: Sequence[float], advance: Callable[[], int] = lambda: 0) -> _Result:
    """The result of `work`, tried again after failures that may pass.

    Args:
        work: what to do.
        waits_s: seconds before each further try; a hub that names a time is waited for.
        advance: how far `work` is. Whenever that has grown, all tries are open again.
    """
    tried, reached = 0, advance()
    while True:
        try:
            return work()
        except (http_error(), DroppedError) as error:
            asked_s = _asked_wait_s(error)
            if advance() > reached and not isinstance(error, SlowError):
                tried, reached = 0, advance()
            if asked_s is None or asked_s > MAX_WAIT_S or tried == len(waits_s):
                raise
            wait_s = max(asked_s, waits_s[tried])
            tried += 1
            logger.info("%s; trying again in %g s", visible(str(error).partition("\n")[0]), wait_s)
            time.sleep(wait_s)


def _asked_wait_s(error: Exception) -> float | None:
    """The seconds that the hub asks to wait, 0 where it names none, None where trying again is in vain."""
    from huggingface_hub.errors import HfHubHTTPError

    if type(error).__name__ in ("TooManyRedirects", "UnsupportedProtocol"):
        return None  # they come again
    if not isinstance(error, HfHubHTTPError):
        return 0.0
    response = error.response
    if response.status_code == 403 and not is_from_hub(response):
        return 0.0  # the signed address of a download has expired: the hub gives a new one
    if response.status_code not in BUSY:
        return None
    asked = response.headers.get("Retry-After", "")
    # The hub's own header, where t is the seconds until its quota is new: "api";r=0;t=55
    reset = re.search(r";\s*r=0\s*;\s*t=(\d+)", response.headers.get("RateLimit", ""))
    return float(asked) if asked.isdecimal() else float(reset[1]) if reset else 0.0
