"""What the catalog claims of models against what the hub lists of them now.

Asks `hub` for listings, one for each repository and no file. Knows nothing of the machine or of the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from localalt.errors import AccessError, DownloadError, ModelError, ModelNotFoundError, OfflineError
from localalt.hub import client
from localalt.hub.repository import RemoteFile, Repository, Selection
from localalt.hub.selection import select
from localalt.models import reference
from localalt.models.catalog import CATALOG
from localalt.models.catalog_entry import CatalogEntry

__all__ = ["Comparison", "Difference", "compare", "compare_all", "named"]

MAX_FAILURES = 3
"""Rows in a row that the hub does not answer for; the others are not asked for after that: it is down, or busy."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the hub lists otherwise than the catalog has it."""

    what: str
    """Such as "licence", "mmproj bytes" or "UD-Q4_K_M bytes"."""
    catalog: str | int | bool | None
    """None where the catalog does not say."""
    hub: str | int | bool | None
    """None where the hub has nothing of the kind."""
    detail: str = ""
    """Why there is nothing, in a sentence."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row of the catalog and the hub."""

    name: str
    repository: str
    commit: str
    """Whose files were compared, "" where the hub gave none."""
    differences: tuple[Difference, ...]
    files: Mapping[str, int]
    """Path -> bytes of the files that the row stands for on the hub."""
    error: str
    """Why it could not be compared, "" where it was."""


def named(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The rows of the catalog that `names` stand for, each with its quantizations: all rows where there is no name.

    Raises:
        ModelNotFoundError: a name is not in the catalog.
    """
    if not names:
        return {entry.name: tuple(entry.weights_bytes) for entry in CATALOG.values()}
    rows: dict[str, tuple[str, ...]] = {}
    for name in names:
        model = reference.parse(name)
        if model.entry is None:
            raise ModelNotFoundError(
                f"{name} is not in the catalog, so there is nothing to compare it with: `localalt models` lists "
                "what is."
            )
        quants = (model.quant,) if model.quant is not None else tuple(model.entry.weights_bytes)
        rows[model.entry.name] = tuple(dict.fromkeys((*rows.get(model.entry.name, ()), *quants)))
    return rows


def compare_all(
    rows: Mapping[str, Sequence[str]], fetch: Callable[[str], Repository] = client.fetch_repository
) -> list[Comparison]:
    """Compare rows with the hub, one after the other. What fails for one row is said in its `error`.

    Raises:
        OfflineError: no connection may be opened.
        DownloadError: the hub answers for none of the first rows.
    """
    if client.is_offline():
        raise OfflineError(
            "The catalog is compared with what the hub lists, and HF_HUB_OFFLINE forbids to ask: unset it."
        )
    compared: list[Comparison] = []
    failures: list[DownloadError] = []
    for name, quants in rows.items():
        entry = CATALOG[name]
        if len(failures) == MAX_FAILURES:
            compared.append(_not_compared(entry, "The hub did not answer for the models before it."))
            continue
        try:
            compared.append(compare(entry, fetch(entry.repository), quants))
        except (ModelNotFoundError, AccessError) as error:
            compared.append(_missing(entry, error.in_command))
        except DownloadError as error:
            failures.append(error)
            compared.append(_not_compared(entry, error.in_command))
            if len(failures) == min(MAX_FAILURES, len(rows)) == len(compared):
                raise
            continue
        failures.clear()
    return compared


def compare(entry: CatalogEntry, repository: Repository, quants: Iterable[str]) -> Comparison:
    """Compare what the catalog says of a model with the listing of its repository."""
    found: list[Difference] = []
    if repository.moved_to:
        found.append(Difference("repository", entry.repository, repository.moved_to))
    if entry.gated != repository.gated:
        found.append(Difference("gated", entry.gated, repository.gated))
    if entry.hub_licence != repository.licence.lower():
        found.append(Difference("licence", entry.hub_licence, repository.licence or None))
    files: dict[str, int] = {}
    mmproj: RemoteFile | None = None
    for quant in quants:
        try:
            selection = select(
                repository,
                quant=quant,
                weights_pattern=entry.weights_pattern,
                mmproj_preference=entry.mmproj_preference,
            )
        except ModelError as error:
            found.append(Difference(f"{quant} file", _weights_name(entry, quant), None, error.in_command))
            continue
        files |= {file.name: file.n_bytes for file in selection.files}
        mmproj = selection.mmproj
        found += _weights(entry, quant, selection)
    if mmproj is not None:
        if entry.mmproj_name:
            found += _one("mmproj file", entry.mmproj_name, mmproj.name)
        found += _one("mmproj bytes", entry.mmproj_bytes, mmproj.n_bytes)
    return Comparison(entry.name, entry.repository, repository.commit, tuple(found), files, "")


def _weights(entry: CatalogEntry, quant: str, selection: Selection) -> list[Difference]:
    found: list[Difference] = []
    first, expected = selection.weights[0].name, _weights_name(entry, quant)
    # A file that is split has the name and the number of the part.
    if expected is not None and len(selection.weights) == 1:
        found += _one(f"{quant} file", expected, first)
    n_bytes = sum(file.n_bytes for file in selection.weights)
    return found + _one(f"{quant} bytes", entry.weights_bytes.get(quant), n_bytes)


def _one(what: str, catalog: str | int | None, hub: str | int) -> list[Difference]:
    return [] if catalog == hub else [Difference(what, catalog, hub)]


def _weights_name(entry: CatalogEntry, quant: str) -> str | None:
    return entry.weights_name.format(quant=quant) or None


def _missing(entry: CatalogEntry, why: str) -> Comparison:
    return Comparison(
        entry.name, entry.repository, "", (Difference("repository", entry.repository, None, why),), {}, ""
    )


def _not_compared(entry: CatalogEntry, why: str) -> Comparison:
    return Comparison(entry.name, entry.repository, "", (), {}, why)
