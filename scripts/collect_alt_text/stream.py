"""One connection to a Jetstream: where to connect, and what comes in until it is lost.

Knows nothing of what the messages mean. The package websockets is loaded when it is needed.
"""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Generator

from .events import COLLECTIONS
from .store import CollectError

__all__ = ["OVERLAP_US", "LostError", "address", "messages", "out_of_json"]

OVERLAP_US = 5 * 10**6
"""How far back reading starts: "a few seconds" is the protocol's advice to who changes servers."""
MOST_BYTES = 500_000
"""Of an event, asked of the server: posts have a few thousand, and what matters, deletions, a few hundred."""
SILENT_S = 60
"""Without an event, a connection counts as lost."""


class LostError(Exception):
    """There is no connection; the message has no next step yet."""


def address(endpoint: str, newest_us: int) -> str:
    """Where to connect: the endpoint with what is wanted, and from where on."""
    parts = urllib.parse.urlsplit(endpoint)
    ours = ("wantedCollections", "cursor", "compress", "maxMessageSizeBytes")
    query = [pair for pair in urllib.parse.parse_qsl(parts.query) if pair[0] not in ours]
    query += [("wantedCollections", collection) for collection in COLLECTIONS]
    query.append(("maxMessageSizeBytes", str(MOST_BYTES)))
    if newest_us > OVERLAP_US:
        query.append(("cursor", str(newest_us - OVERLAP_US)))
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


def messages(endpoint: str, newest_us: int, stop: threading.Event) -> Generator[str | bytes | None, None, None]:
    """What one connection brings until `stop`; None once it is there, and after every second without a message.

    Raises:
        LostError: it cannot be had, or was lost.
    """
    try:
        from websockets.exceptions import ConnectionClosed, WebSocketException
        from websockets.sync.client import connect
    except ImportError as error:
        raise CollectError('websockets is not installed: pip install "websockets>=15".') from error

    host = urllib.parse.urlsplit(endpoint).netloc
    try:
        with connect(address(endpoint, newest_us), max_size=4 * MOST_BYTES, close_timeout=1) as connection:
            yield None
            n_silent = 0
            while not stop.is_set() and n_silent < SILENT_S:
                try:
                    message = connection.recv(timeout=1)
                except TimeoutError:
                    n_silent += 1
                    yield None
                else:
                    n_silent = 0
                    yield message
    except ConnectionClosed as error:
        raise LostError(f"The connection to {host} was lost ({_sentence(error)})") from error
    except (OSError, WebSocketException) as error:
        raise LostError(f"There is no connection to {host} ({_sentence(error)})") from error
    if not stop.is_set():
        raise LostError(f"{host} has been silent for {SILENT_S} s")


def out_of_json(message: str | bytes) -> object:
    """A message's content, or None for what is not JSON."""
    try:
        content: object = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return content


def _sentence(error: Exception) -> str:
    """An error's reason on one line, without a full stop."""
    return " ".join(str(getattr(error, "strerror", None) or error).split()).rstrip(".") or type(error).__name__
