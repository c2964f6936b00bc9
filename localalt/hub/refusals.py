"""The errors of the hub and of the connection to it, in our words: the one place where they are translated."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from localalt.errors import AccessError, DownloadError, LocalAltError, ModelNotFoundError, OfflineError
from localalt.errors.wording import either
from localalt.hub.endpoint import endpoint, http_error, is_from_hub
from localalt.hub.patience import BUSY, DroppedError

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

__all__ = ["ForeignError", "foreign_answer", "hub_errors", "offline_error"]


class ForeignError(Exception):
    """An answer is not one that a hub gives: too large, packed in an unknown way, or from another kind of address."""


@contextlib.contextmanager
def hub_errors(name: str, what: str) -> Iterator[None]:
    """Turn the errors of the hub and of the connection to it into ours. `what` of repository `name` was asked for.

    Raises:
        DownloadError, AccessError, ModelNotFoundError, OfflineError: in place of huggingface-hub's and httpx's.
    """
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except HfHubHTTPError as error:
        raise _refusal(error, name, what) from error
    except ForeignError as error:
        raise foreign_answer(f"at {what} of {name}", f" ({error})") from error
    except OfflineModeIsEnabled as error:
        raise offline_error(name, f"{what} must be downloaded") from error
    except (http_error(), DroppedError) as error:
        raise DownloadError(
            f"The connection to {endpoint()} failed at {what} of {name} ({error or type(error).__name__}): check the "
            "network and HF_ENDPOINT and try again, which continues where it stopped, or use "
            f"{either('offline=True', '--offline')} with a downloaded model."
        ) from error


def foreign_answer(where: str, detail: str = "") -> DownloadError:
    """The error for an answer that no hub gives, `where` as in "about owner/name"."""
    return DownloadError(
        f"{endpoint()} does not answer {where} as a hub does{detail}: check HF_ENDPOINT, and whether the network "
        "asks for a login."
    )


def offline_error(name: str, why: str) -> OfflineError:
    """The error for a model that cannot be used without a connection."""
    return OfflineError(f"{name} is not complete on this machine and {why}: run `localalt pull {name}` with a network.")


def _refusal(error: HfHubHTTPError, name: str, what: str) -> LocalAltError:
    from huggingface_hub import errors

    status, hub = error.response.status_code, endpoint()
    page = f"{hub}/{name}"
    busy = DownloadError(
        f"The hub fails at {what} of {name} ({status}): try again later; a download continues where it stopped."
    )
    if (status in BUSY and status != 429) or not is_from_hub(error.response):
        return busy
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
    if status in BUSY:
        return busy
    return DownloadError(f"The hub refuses {what} of {name} ({status}): look at {page}, or try again later.")
