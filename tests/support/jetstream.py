"""A Jetstream that plays events from a list, and events as it sends them, for tests of the collector."""

import contextlib
import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

START_US = 1_756_000_000_000_000
AUTHORS = tuple(f"did:plc:{letter * 24}" for letter in "abcdefgh")
CID = "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi"
POSTS = "app.bsky.feed.post"


def event(second: float, did: str, kind: str = "commit", **fields: Any) -> dict[str, Any]:
    """An event of an author's, so many seconds after the first."""
    return {"did": did, "time_us": START_US + int(second * 10**6), "kind": kind, kind: fields}


def post(
    second: float,
    did: str,
    rkey: str,
    *alts: str,
    operation: str = "create",
    image_cids: Sequence[str] | None = None,
    **record: Any,
) -> dict[str, Any]:
    """A post with a picture for each alt text."""
    cids = image_cids or [CID] * len(alts)
    pictures = [
        {"alt": alt, "image": {"ref": {"$link": cid}, "mimeType": "image/jpeg"}}
        for alt, cid in zip(alts, cids, strict=True)
    ]
    record = {
        "text": "Out early.",
        "createdAt": "2025-08-24T01:46:40.102Z",
        "langs": ["en"],
        "embed": {"$type": "app.bsky.embed.images", "images": pictures},
        **record,
    }
    return event(second, did, operation=operation, collection=POSTS, rkey=rkey, record=record, cid=CID)


def delete(second: float, did: str, rkey: str, collection: str = POSTS) -> dict[str, Any]:
    """A record is gone."""
    return event(second, did, operation="delete", collection=collection, rkey=rkey)


@contextlib.contextmanager
def serving(handle: Callable[[Any], None]) -> Iterator[str]:
    """The address of a server whose connections `handle` takes."""
    server = pytest.importorskip("websockets.sync.server")
    with server.serve(handle, "127.0.0.1", 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{running.socket.getsockname()[1]}/subscribe"
        finally:
            running.shutdown()
            thread.join()


def asked(connection: Any) -> dict[str, list[str]]:
    """The query that a connection came with."""
    return urllib.parse.parse_qs(urllib.parse.urlsplit(connection.request.path).query)


class Jetstream:
    """Plays events from the cursor on; lets go after some of them the first time."""

    def __init__(self, events: Sequence[Any], *, drop_after: int | None = None, stays_open: bool = True) -> None:
        self.events, self.drop_after, self.stays_open = events, drop_after, stays_open
        self.asked: list[dict[str, list[str]]] = []

    def __call__(self, connection: Any) -> None:
        query = asked(connection)
        self.asked.append(query)
        cursor = int(query.get("cursor", ["0"])[0])
        following = [each for each in self.events if not isinstance(each, dict) or each.get("time_us", 0) >= cursor]
        dropped = self.drop_after is not None and len(self.asked) == 1
        for each in following[: self.drop_after] if dropped else following:
            connection.send(each if isinstance(each, (str, bytes)) else json.dumps(each))
        if dropped:
            connection.socket.shutdown(2)  # no closing handshake: the cable is cut
        elif self.stays_open:
            with contextlib.suppress(Exception):
                connection.recv()
