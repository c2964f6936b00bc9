"""Asks the model hub: what a repository has, and the bytes of its files.

The only module that opens connections, and only to the hub (HF_ENDPOINT). They are huggingface-hub's own, with its
settings, token and errors. Knows nothing of this disk.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, TimeoutError as FutureTimeoutError
from typing import Any
from urllib.parse import quote

from localalt.errors import ModelNotFoundError
from localalt.first_imports import importing
from localalt.hub import patience
from localalt.hub.endpoint import endpoint, headers, is_offline, timeout_s
from localalt.hub.listing import parse_number, repository_of
from localalt.hub.patience import SlowError, patiently
from localalt.hub.refusals import ForeignError, foreign_answer, hub_errors, offline_error
from localalt.hub.repository import RemoteFile, Repository

__all__ = ["LATE", "answer", "fetch_repository", "is_offline"]

LATE = ("encodings.idna", "huggingface_hub.constants", "huggingface_hub.errors", "huggingface_hub.utils")
"""Imported before the hub or its cache is used: see `first_imports`. The first is a connection's."""

BRANCH = "main"
"""Every repository of the hub has it."""
MAX_LISTING_BYTES = 8 << 20
"""Of a listing, decompressed: one of 1,000 files has about 300 kB, and JSON takes up to 30 times its size when read."""
MAX_LISTING_S = 60.0
"""Until a listing is complete, or the first bytes of a file come: slow lines need seconds."""
MAX_NAME = 200
"""Letters of owner/name: the hub allows 96 for each."""


def fetch_repository(name: str) -> Repository:
    """List the files of the hub's repository `name` ("owner/name") at its newest commit.

    Raises:
        OfflineError: HF_HUB_OFFLINE is set.
        ModelNotFoundError: there is no such repository.
        AccessError: it is private, or the token is not accepted.
        DownloadError: the hub cannot be reached, or does not answer as one.
    """
    if len(name) > MAX_NAME or not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name, re.ASCII):
        raise ModelNotFoundError(f"{name!r} is not the name of a repository: write owner/name.")
    if is_offline():
        raise offline_error(name, "its files cannot be listed")
    url = f"{endpoint()}/api/models/{name}/revision/{BRANCH}?blobs=true"

    def ask() -> Any:  # noqa: ANN401 (the hub's JSON)
        with _opened(url, {**headers(), "Accept-Encoding": "identity"}) as response:
            return json.loads(_body(response), parse_int=parse_number)

    try:
        with hub_errors(name, f"revision {BRANCH}"):
            return repository_of(name, patiently(ask, patience.LISTING_WAITS_S))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:  # not JSON, or not the hub's
        raise foreign_answer(f"about {name}") from error


@contextlib.contextmanager
def answer(repository: str, commit: str, file: RemoteFile, at: int) -> Iterator[Any]:
    """The hub's answer with the bytes of `file` from offset `at` on: an httpx response, to be streamed.

    The server may begin at 0 all the same. Errors are not translated: see `patiently` and `hub_errors`.
    """
    url = f"{endpoint()}/{repository}/resolve/{commit}/{quote(file.name)}"
    asked = {**headers(), "Accept-Encoding": "identity"}  # compressed bytes could not be resumed
    if at:
        asked["Range"] = f"bytes={at}-"
    with _opened(url, asked, allowed=(416,)) as response:  # 416: nothing after `at`, for the caller to judge
        yield response


@contextlib.contextmanager
def _opened(url: str, asked: Mapping[str, str], allowed: Sequence[int] = ()) -> Iterator[Any]:
    """The answer of the hub, or of where it leads, as soon as its head is there."""
    with importing():  # a client imports what it connects with
        from huggingface_hub import get_session, hf_raise_for_status

        session = get_session()
    # After a redirect to another host the client leaves the token out.
    request = session.build_request("GET", url, headers=asked, timeout=timeout_s())
    response = _in_time(lambda: session.send(request, stream=True, follow_redirects=True))
    try:
        if url.startswith("https:") and any(
            str(each.url).startswith("http:") for each in (*response.history, response)
        ):
            raise ForeignError("it leads to an address without encryption")
        if response.status_code not in allowed and response.is_error:
            _discard_body(response)
        if response.status_code not in allowed:
            hf_raise_for_status(response)
        yield response
    finally:
        response.close()


def _in_time(work: Callable[[], Any]) -> Any:  # noqa: ANN401 (a response)
    """The result of `work` within `MAX_LISTING_S`: a head that comes letter by letter passes every limit on silence.

    It runs in another thread, which is left behind if it takes longer.
    """
    result: Future[Any] = Future()

    def run() -> None:
        try:
            found = work()
        except BaseException as error:
            if result.set_running_or_notify_cancel():
                result.set_exception(error)
            return
        if result.set_running_or_notify_cancel():
            result.set_result(found)
        else:
            found.close()

    threading.Thread(target=run, name="localalt-hub", daemon=True).start()
    try:
        return result.result(MAX_LISTING_S)
    except FutureTimeoutError as error:
        if result.done():
            raise
        raise SlowError(f"no answer came in {MAX_LISTING_S:g} s") from error
    finally:
        result.cancel()


def _discard_body(response: Any) -> None:  # noqa: ANN401 (of httpx or httpx2)
    """Give a refusal an empty body: what it has is shown to nobody, and may have no end."""
    with contextlib.suppress(Exception):
        response.close()
    response._content = b""


def _body(response: Any) -> bytes:  # noqa: ANN401 (of httpx or httpx2)
    """The body, decompressed, of a listing.

    Raises:
        SlowError: it takes too long.
        ForeignError: it is too large, or packed in a way that was not asked for.
    """
    coding = response.headers.get("Content-Encoding", "identity").strip().lower() or "identity"
    if coding not in ("identity", "gzip", "deflate"):
        raise ForeignError(f"it is packed as {coding[:20]!r}")
    unpack = None if coding == "identity" else zlib.decompressobj(wbits=47 if coding == "gzip" else zlib.MAX_WBITS)
    deadline, body = time.monotonic() + MAX_LISTING_S, bytearray()
    for chunk in response.iter_raw():
        if unpack is None:
            body += chunk
        else:
            try:
                body += unpack.decompress(chunk, MAX_LISTING_BYTES + 1 - len(body))
            except zlib.error as error:
                raise ForeignError(f"it is not {coding}") from error
        if len(body) > MAX_LISTING_BYTES:
            raise ForeignError(f"it has more than {MAX_LISTING_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise SlowError(f"it was not complete in {MAX_LISTING_S:g} s")
    return bytes(body)
