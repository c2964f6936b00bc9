"""What `localalt models` lists: the catalog and what is downloaded, what suits this machine first."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.devices import Machine
from localalt.errors import LocalAltError, ModelError, NotEnoughMemoryError
from localalt.hub import store
from localalt.hub.store import LocalModel
from localalt.machine.picture_times import picture_time
from localalt.models import choose
from localalt.models.catalog import CATALOG
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.planning.budget import usable_ram
from localalt.planning.choice import drawback_of, is_slow_on_cpu
from localalt.planning.plan import ModelSpec
from localalt.planning.settings import smallest_bytes
from localalt.prompting.presets import PRESETS
from localalt.units import format_bytes

__all__ = ["Row", "table"]

logger = logging.getLogger(__name__)

Suits: TypeAlias = Literal["well", "slowly", "not now", "no"]
_ORDER: tuple[Suits, ...] = ("well", "slowly", "not now", "no")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of `localalt models`: a model of the catalog, or a downloaded one outside it."""

    name: str
    repository: str
    quant: str
    licence: str
    terms_url: str
    download_bytes: int
    is_estimate: bool
    """Whether `download_bytes` is an estimate because nobody published it."""
    memory_bytes: int
    """RAM and GPU memory together: of its plan, or the least where it does not fit; 0 where its files cannot be
    read."""
    fits: bool
    suits: Suits
    """"well", as "auto" demands it; "slowly", or in a large part of the memory; "not now", where other programs hold
    the memory; "no"."""
    is_auto: bool
    """Whether "auto" takes it here."""
    reason: str
    """How it would run here, or why it cannot."""
    seconds_per_picture_low: float | None
    """One at a time, once it is loaded; None where it does not run."""
    seconds_per_picture_high: float | None
    seconds_source: str
    """"measured" on this machine, "estimated" for machines of its class, or "" where there are none."""
    seconds_of: str
    """What they rest on, for people."""
    disk_bytes: int
    """On this machine; 0 where it is not downloaded."""
    untested: str = ""
    """Why localalt's tests run no pair of its kind, "" where they do or where it is outside the catalog."""


def table(machine: Machine) -> list[Row]:
    """The catalog and what is downloaded, as it would run on `machine`; what suits it comes first."""
    taken = _auto(machine)
    rows = [dataclasses.replace(row, is_auto=f"{row.name}:{row.quant}" == taken) for row in _rows(machine, taken)]
    return sorted(rows, key=lambda row: (_ORDER.index(row.suits), not row.is_auto))


def _auto(machine: Machine) -> str:
    """What "auto" takes, "" where nothing fits."""
    try:
        return str(choose.expected_auto(machine).named)
    except LocalAltError as error:
        logger.debug('"auto" takes none of the models: %s', error)
        return ""


def _rows(machine: Machine, taken: str) -> Iterator[Row]:
    """In the catalog's order, with the quantization that is `taken`; then what is downloaded from elsewhere."""
    others = list(store.downloaded())
    for entry in CATALOG.values():
        here = {each.quant: each for each in others if each.repository.lower() == entry.repository.lower()}
        others = [each for each in others if each not in here.values()]
        own = [quant for quant in entry.weights_bytes if taken == f"{entry.name}:{quant}"]
        # Its own quantization first, then the one that "auto" takes, then others that were pulled.
        for quant in dict.fromkeys([entry.default_quant, *own, *here]):
            local = here.get(quant)
            expected = choose.spec_of(entry, quant)
            row = _empty(entry.name, entry.repository, quant, local)
            row = dataclasses.replace(row, licence=entry.licence, terms_url=entry.terms_url, untested=entry.untested)
            if local is None:
                row = dataclasses.replace(
                    row, download_bytes=entry.expected_bytes(quant), is_estimate=entry.is_estimate(quant)
                )
            yield _on(row, expected, local, machine)
    for local in others:
        yield _on(_empty(local.repository, local.repository, local.quant, local), None, local, machine)


def _empty(name: str, repository: str, quant: str, local: LocalModel | None) -> Row:
    n_bytes = 0 if local is None else local.n_bytes
    return Row(name, repository, quant, "", "", n_bytes, False, 0, False, "no", False, "", None, None, "", "", n_bytes)


def _on(row: Row, expected: ModelSpec | None, local: LocalModel | None, machine: Machine) -> Row:
    """`row` with how it runs: from the headers of its files where they are here, or else as the catalog expects."""
    model = expected
    if local is not None:
        try:
            files = read_files(f"{row.name}:{row.quant}", local.weights, local.mmproj)
            model = files.spec(max_tokens=PRESETS[files.family].max_tokens)
        except (ModelError, OSError) as error:
            return dataclasses.replace(row, reason=f"no: {error}")
    assert model is not None  # of a model that is not here, the catalog knows it
    try:
        plan = planner.plan(model, machine)
    except NotEnoughMemoryError:
        return dataclasses.replace(
            row,
            memory_bytes=smallest_bytes(model),
            reason=f"no: {format_bytes(usable_ram(machine))} can be used",
        )
    drawback = drawback_of(model, plan, machine)
    slow = not plan.devices and not plan.missing_bytes and is_slow_on_cpu(model)
    time = picture_time(model, plan, machine)
    return dataclasses.replace(
        row,
        memory_bytes=plan.memory.host.total + plan.memory.gpu.total,
        fits=True,
        suits="not now" if plan.missing_bytes else "slowly" if drawback else "well",
        reason=plan.placement + (", slowly" if slow else ""),
        seconds_per_picture_low=round(time.low_s, 3),
        seconds_per_picture_high=round(time.high_s, 3),
        seconds_source=time.basis,
        seconds_of=time.of,
    )
