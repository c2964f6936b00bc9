"""Which hub is asked and how: huggingface-hub's own settings, read when they are needed. Opens no connection."""

from __future__ import annotations

import re
from typing import Any

from localalt._version import __version__
from localalt.errors import AccessError, DownloadError
from localalt.first_imports import importing

__all__ = ["endpoint", "headers", "http_error", "is_from_hub", "is_offline", "timeout_s"]


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE forbids connections."""
    from huggingface_hub import constants

    return bool(constants.HF_HUB_OFFLINE)


def endpoint() -> str:
    """The hub's address.

    Raises:
        DownloadError: HF_ENDPOINT is not an address.
    """
    from huggingface_hub import constants

    address = str(constants.ENDPOINT)
    if not re.match(r"https?://[\w.-]+(:\d+)?(/|$)|https?://\[[\da-f:]+\](:\d+)?(/|$)", address, re.I):
        raise DownloadError(
            f"HF_ENDPOINT is {address!r}: set it to an address such as https://huggingface.co, or unset it."
        )
    return address


def timeout_s() -> float:
    """Seconds without a byte after which a connection has failed."""
    from huggingface_hub import constants

    return float(constants.HF_HUB_DOWNLOAD_TIMEOUT)


def headers() -> dict[str, str]:
    """Who asks, and the user's token. Not the client's own headers: they report what else is installed and runs here.

    Raises:
        AccessError: the token cannot be read, or is not one.
    """
    import huggingface_hub
    from huggingface_hub import constants

    found = {"User-Agent": f"localalt/{__version__}; hf_hub/{huggingface_hub.__version__}"}
    try:
        with importing():
            token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else huggingface_hub.get_token()
    except OSError as error:
        raise AccessError(
            f"The token in {constants.HF_TOKEN_PATH} cannot be read ({error.strerror}): check HF_HOME, or set HF_TOKEN."
        ) from error
    if not token:
        return found
    if not (token.isascii() and token.isprintable()):
        raise AccessError("The hub's token has characters that a token cannot have: set HF_TOKEN again, or unset it.")
    return {**found, "Authorization": f"Bearer {token}"}


def is_from_hub(response: Any) -> bool:  # noqa: ANN401 (of httpx or httpx2)
    """Whether the hub itself answered, and not the server that it redirects downloads to."""
    return str(response.url).startswith(f"{endpoint()}/")


def http_error() -> type[Exception]:
    """The root of the HTTP library's errors: httpx's or httpx2's, whichever the hub's client uses."""
    from huggingface_hub.errors import HfHubHTTPError

    return next(base for base in HfHubHTTPError.__bases__ if base is not OSError)
