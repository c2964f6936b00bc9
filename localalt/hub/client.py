"""The model hub: what it lists and sends, with patience, and its refusals in our words.

The only module that opens connections, and only to the hub (HF_ENDPOINT). They are
huggingface-hub's own, with its settings, token and errors. Knows nothing of this disk.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from localalt._version import __version__
from localalt.console import visible
from localalt.errors import AccessError, DownloadError, LocalAltError, ModelNotFoundError, OfflineError
from localalt.first_imports import importing
from localalt.hub.repository import RemoteFile, Repository, is_safe_name
from localalt.wording import either

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

__all__ = [
    "LATE",
    "DroppedError",
    "ForeignError",
    "Pace",
    "SlowError",
    "answer",
    "fetch_repository",
    "hub_errors",
    "is_offline",
    "offline_error",
    "patiently",
]

LATE = ("encodings.idna", "huggingface_hub.constants", "huggingface_hub.errors", "huggingface_hub.utils")
"""Imported before the hub or its cache is used: see `first_imports`. The first is a connection's."""

# Seconds to wait before each further try. A listing is the first contact: without a network, say so soon.
LISTING_WAITS_S: Sequence[float] = (1, 2)
TRANSFER_WAITS_S: Sequence[float] = (1, 2, 4, 8, 16)
MAX_WAIT_S = 60
"""A hub that asks for a longer pause is told to the user instead."""

_BUSY = (408, 429, 500, 502, 503, 504)

_Result = TypeVar("_Result")

logger = logging.getLogger(__name__)


MAX_LISTING_BYTES = 8 << 20
"""Of a listing, decompressed: one of 1,000 files has about 300 kB, and JSON takes up to 30 times its size when read."""
MAX_LISTING_S = 60.0
"""Until a listing is complete, or the first bytes of a file come: slow lines need seconds."""
MIN_BYTES_PER_WINDOW = 60_000
"""Of a transfer in each window: a modem of the nineties brings more than a kB a second."""
WINDOW_S = 60.0
MAX_FILE_BYTES = 1 << 42
"""4 TiB: a larger file in a listing is none that anybody runs."""
MAX_NAME = 200
"""Letters of owner/name: the hub allows 96 for each."""
MAX_DIGITS = 20
"""Of a number in a listing: a size of 64 bits."""


class DroppedError(Exception):
    """An answer ended early."""


class SlowError(DroppedError):
    """An answer does not come, or so slowly that it would never end."""


class ForeignError(Exception):
    """An answer is not one that a hub gives: too large, packed in an unknown way, or from another kind of address."""


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


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE forbids connections."""
    from huggingface_hub import constants

    return bool(constants.HF_HUB_OFFLINE)


def fetch_repository(name: str, *, revision: str = "main", offline: bool = False) -> Repository:
    """List the files of the hub's repository `name` ("owner/name") at a branch, tag or commit.

    Raises:
        OfflineError: `offline`, or HF_HUB_OFFLINE is set.
        ModelNotFoundError: there is no such repository or revision.
        AccessError: it is private, or the token is not accepted.
        DownloadError: the hub cannot be reached, or does not answer as one.
    """
    if len(name) > MAX_NAME or not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name, re.ASCII):
        raise ModelNotFoundError(f"{name!r} is not the name of a repository: write owner/name.")
    if offline or is_offline():
        raise offline_error(name, "its files cannot be listed")
    url = f"{_endpoint()}/api/models/{name}/revision/{quote(revision, safe='')}?blobs=true"

    def ask() -> Any:  # noqa: ANN401 (the hub's JSON)
        with _opened(url, {**_headers(), "Accept-Encoding": "identity"}) as response:
            return json.loads(_body(response), parse_int=_number)

    try:
        with hub_errors(name, f"revision {revision}"):
            return _repository(name, patiently(ask, LISTING_WAITS_S))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:  # no JSON, or not the hub's
        raise DownloadError(
            f"{_endpoint()} does not answer about {name} as a hub does: check HF_ENDPOINT, and whether the network "
            "asks for a login."
        ) from error


@contextlib.contextmanager
def answer(repository: str, commit: str, file: RemoteFile, at: int) -> Iterator[Any]:
    """The hub's answer with the bytes of `file` from offset `at` on: an httpx response, to be streamed.

    The server may begin at 0 all the same. Errors are not translated: see `patiently` and `hub_errors`.
    """
    url = f"{_endpoint()}/{repository}/resolve/{commit}/{quote(file.name)}"
    headers = {**_headers(), "Accept-Encoding": "identity"}  # compressed bytes could not be resumed
    if at:
        headers["Range"] = f"bytes={at}-"
    with _opened(url, headers, allowed=(416,)) as response:  # 416: nothing after `at`, for the caller to judge
        yield response


@contextlib.contextmanager
def _opened(url: str, headers: Mapping[str, str], allowed: Sequence[int] = ()) -> Iterator[Any]:
    """The answer of the hub, or of where it leads, as soon as its head is there."""
    with importing():  # a client imports what it connects with
        from huggingface_hub import get_session, hf_raise_for_status

        session = get_session()
    # After a redirect to another host the client leaves the token out.
    request = session.build_request("GET", url, headers=headers, timeout=_timeout_s())
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

    It runs in a thread of its own, which is left behind where it takes longer.
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


def _number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


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
        except (_http_error(), DroppedError) as error:
            asked_s = _asked_wait_s(error)
            if advance() > reached and not isinstance(error, SlowError):
                tried, reached = 0, advance()
            if asked_s is None or asked_s > MAX_WAIT_S or tried == len(waits_s):
                raise
            wait_s = max(asked_s, waits_s[tried])
            tried += 1
            logger.info("%s; trying again in %g s", visible(str(error).partition("\n")[0]), wait_s)
            time.sleep(wait_s)


@contextlib.contextmanager
def hub_errors(name: str, what: str) -> Iterator[None]:
    """Tell the errors of the hub and of the connection to it as ours. `what` of repository `name` was asked for."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except HfHubHTTPError as error:
        raise _refusal(error, name, what) from error
    except ForeignError as error:
        raise DownloadError(
            f"{_endpoint()} does not answer at {what} of {name} as a hub does ({error}): check HF_ENDPOINT, and "
            "whether the network asks for a login."
        ) from error
    except OfflineModeIsEnabled as error:
        raise offline_error(name, f"{what} must be downloaded") from error
    except (_http_error(), DroppedError) as error:
        raise DownloadError(
            f"The connection to {_endpoint()} failed at {what} of {name} ({error or type(error).__name__}): check the "
            "network and HF_ENDPOINT and try again, which goes on where it stopped, or use "
            f"{either('offline=True', '--offline')} with a downloaded model."
        ) from error


def offline_error(name: str, why: str) -> OfflineError:
    """The error for a model that cannot be used without a connection."""
    return OfflineError(f"{name} is not complete on this machine and {why}: run `localalt pull {name}` with a network.")


def _refusal(error: HfHubHTTPError, name: str, what: str) -> LocalAltError:
    from huggingface_hub import errors

    status, hub = error.response.status_code, _endpoint()
    page = f"{hub}/{name}"
    if (status in _BUSY and status != 429) or not _is_from_hub(error.response):
        return DownloadError(
            f"The hub fails at {what} of {name} ({status}): try again later, what has arrived is kept."
        )
    if isinstance(error, errors.GatedRepoError):
        return AccessError(f"{name} is gated: accept its terms at {page} and set HF_TOKEN to a token of that account.")
    if status == 401 and "authorization" in error.response.request.headers:
        return AccessError(f"The hub does not accept the token for {name}: set HF_TOKEN to a valid one, or unset it.")
    if status == 401:
        return AccessError(
            f"{hub} shows no {name} without a token: check the spelling, or set HF_TOKEN if it is private."
        )
    if status == 403:
        return AccessError(
            f"The hub does not let {what} of {name} be read: set HF_TOKEN to a token that may, or ask at {page}."
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return ModelNotFoundError(f"There is no repository {name} at {hub}: check the spelling.")
    if isinstance(error, errors.RevisionNotFoundError | errors.EntryNotFoundError) or status == 404:
        return ModelNotFoundError(f"{name} has no {what} at {hub}: check the spelling, or update the model.")
    if status == 429:
        return DownloadError(f"The hub limits how often {name} is asked for (429): wait a while, or set HF_TOKEN.")
    if status in _BUSY:
        return DownloadError(
            f"The hub fails at {what} of {name} ({status}): try again later, what has arrived is kept."
        )
    return DownloadError(f"The hub refuses {what} of {name} ({status}): look at {page}, or try again later.")


def _asked_wait_s(error: Exception) -> float | None:
    """The seconds that the hub asks to wait, 0 where it names none, None where trying again is in vain."""
    from huggingface_hub.errors import HfHubHTTPError

    if type(error).__name__ in ("TooManyRedirects", "UnsupportedProtocol"):
        return None  # they come again
    if not isinstance(error, HfHubHTTPError):
        return 0.0
    response = error.response
    if response.status_code == 403 and not _is_from_hub(response):
        return 0.0  # the signed address of a download has expired: the hub gives a new one
    if response.status_code not in _BUSY:
        return None
    asked = response.headers.get("Retry-After", "")
    # The hub's own header, where t is the seconds until its quota is new: "api";r=0;t=55
    reset = re.search(r";\s*r=0\s*;\s*t=(\d+)", response.headers.get("RateLimit", ""))
    return float(asked) if asked.isdecimal() else float(reset[1]) if reset else 0.0


def _is_from_hub(response: Any) -> bool:  # noqa: ANN401 (of httpx or httpx2)
    """Whether the hub itself answered, and not the server that it redirects downloads to."""
    return str(response.url).startswith(f"{_endpoint()}/")


def _http_error() -> type[Exception]:
    """The root of the HTTP library's errors: httpx's or httpx2's, whichever the hub's client uses."""
    from huggingface_hub.errors import HfHubHTTPError

    return next(base for base in HfHubHTTPError.__bases__ if base is not OSError)


def _repository(name: str, listing: Any) -> Repository:  # noqa: ANN401 (the hub's JSON)
    commit = listing["sha"]
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise ValueError(commit)
    files: dict[str, RemoteFile] = {}
    for entry in listing["siblings"]:
        file, size, lfs = entry["rfilename"], entry.get("size"), entry.get("lfs")
        if not is_safe_name(file) or type(size) is not int or not 0 <= size <= MAX_FILE_BYTES or file in files:
            logger.info("%s: %r is left out, for its name or its size", name, str(file)[:200])
            continue
        sha256 = lfs.get("sha256") if isinstance(lfs, dict) else None
        is_hash = isinstance(sha256, str) and re.fullmatch(r"[0-9a-f]{64}", sha256)
        files[file] = RemoteFile(file, size, sha256 if is_hash else None)
    return Repository(name, commit, tuple(files.values()), _licence(listing), gated=bool(listing.get("gated")))


def _licence(listing: Mapping[str, Any]) -> str:
    """The short name that card or tags give, "" where they give none that is one."""
    card, tags = listing.get("cardData"), listing.get("tags")
    said = card.get("license") if isinstance(card, dict) else None
    names = said if isinstance(said, list) else [said]
    if isinstance(tags, list):
        names = names + [tag.partition(":")[2] for tag in tags if isinstance(tag, str) and tag.startswith("license:")]
    return next(
        (each for each in names if isinstance(each, str) and re.fullmatch(r"[\w.+-]{1,60}", each, re.ASCII)), ""
    )


def _endpoint() -> str:
    from huggingface_hub import constants

    endpoint = str(constants.ENDPOINT)
    if not re.match(r"https?://[\w.-]+(:\d+)?(/|$)|https?://\[[\da-f:]+\](:\d+)?(/|$)", endpoint, re.I):
        raise DownloadError(
            f"HF_ENDPOINT is {endpoint!r}: let it be an address such as https://huggingface.co, or unset it."
        )
    return endpoint


def _timeout_s() -> float:
    from huggingface_hub import constants

    return float(constants.HF_HUB_DOWNLOAD_TIMEOUT)


def _headers() -> dict[str, str]:
    """Who asks, and the user's token. Not the client's own headers: they tell what else is installed and runs here."""
    import huggingface_hub
    from huggingface_hub import constants

    headers = {"User-Agent": f"localalt/{__version__}; hf_hub/{huggingface_hub.__version__}"}
    try:
        with importing():
            token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else huggingface_hub.get_token()
    except OSError as error:
        raise AccessError(
            f"The token in {constants.HF_TOKEN_PATH} cannot be read ({error.strerror}): check HF_HOME, or set HF_TOKEN."
        ) from error
    if not token:
        return headers
    if not (token.isascii() and token.isprintable()):
        raise AccessError("The token of the hub has characters that no token has: set HF_TOKEN again, or unset it.")
    return {**headers, "Authorization": f"Bearer {token}"}
