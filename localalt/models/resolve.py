"""What a caller names -> a model's files: found here, or else downloaded.

Opens no connection itself: `download` does, and only where it may.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Collection

from localalt import selftest
from localalt.console import visible
from localalt.devices import Device, Machine
from localalt.errors import NotEnoughMemoryError, OfflineError
from localalt.errors.wording import option
from localalt.first_imports import import_once
from localalt.hub import client, download, lockfile, store
from localalt.hub.repository import Repository, Selection
from localalt.hub.selection import MMPROJ_PREFERENCE, select
from localalt.hub.store import LocalModel
from localalt.models import choose, reference
from localalt.models.files import ModelFiles, read_files
from localalt.models.local import find, local_pair, match
from localalt.models.paths import name_of_weights
from localalt.models.reference import Reference
from localalt.planning import accumulation, planner
from localalt.types import DownloadCallback, ModelSource
from localalt.units import format_bytes

__all__ = ["obtain", "open_model", "selection_of"]

logger = logging.getLogger(__name__)

Announce = Callable[[str], None]


def open_model(
    model: ModelSource,
    machine: Machine,
    *,
    offline: bool = False,
    on_download: DownloadCallback | None = None,
    announce: Announce | None = None,
) -> ModelFiles:
    """The headers of the files that `model` names, downloaded if need be.

    Raises:
        OptionError: it is neither a name nor a pair of paths.
        ModelNotFoundError: there is no such name or file.
        ModelFormatError, ModelMismatchError: see `read_files`.
        OfflineError, NotEnoughMemoryError, ModelError: see `obtain`.
    """
    if isinstance(model, str) and model in selftest.MODELS:
        return read_files(model, *selftest.MODELS[model])
    pair = local_pair(model)
    if pair is not None or not isinstance(model, str):
        assert pair is not None  # what is not a name is files, or was refused
        return read_files(name_of_weights(pair[0]), *pair)
    import_once(*client.LATE)
    choice = choose.auto(machine, offline=offline) if model == "auto" else None
    named = choice.named if choice is not None else reference.parse(model)
    why = ""
    if choice is not None and find(named) is not None:
        why = choice.why  # who loads it logs that, with the time that follows from the plan of its files
    elif choice is not None:
        explained = choose.why_auto(choice, machine)
        logger.info("%s", visible(explained))
        if announce is not None:
            announce(explained)
    local = obtain(
        named,
        machine=machine,
        devices=machine.devices,
        is_planned=choice is not None,
        offline=offline,
        on_download=on_download,
        announce=announce,
    )
    name = f"{named.name}:{local.quant}"
    files = read_files(name, local.weights, local.mmproj, repository=local.repository, commit=local.commit)
    return dataclasses.replace(files, why=why)


def obtain(
    model: Reference,
    *,
    machine: Machine | None = None,
    devices: Collection[Device] = (),
    is_planned: bool = False,
    offline: bool = False,
    update: bool = False,
    on_download: DownloadCallback | None = None,
    announce: Announce | None = None,
) -> LocalModel:
    """The files of `model`: those that are here, or else, unless `offline`, downloaded.

    Args:
        machine: where it shall run; a model that cannot is refused before it is downloaded.
        devices: the GPUs that it may be encoded on: a projector is taken whose sums they hold.
        is_planned: whether a plan was made for `machine` already, so that the model is known to run there.
        update: take what the hub has now, in place of what was pinned at the first download.
        announce: called with one sentence before a download begins.

    Raises:
        OfflineError: it is not here, and no connection may be opened.
        NotEnoughMemoryError: the machine cannot run it.
        ModelError: see `download.download`.
    """
    local = find(model)
    if local is not None and not update:
        return local
    if offline or client.is_offline():
        raise OfflineError(
            f"{model} is not downloaded, and no connection may be opened: run localalt pull {model} while online."
            if local is None
            else f"{model} cannot be updated while no connection may be opened: leave out {option('offline')} or "
            "HF_HUB_OFFLINE."
        )
    if machine is not None and model.entry is not None and not is_planned:
        planner.plan(choose.spec_of(model.entry, model.wanted_quant), machine)
    pin = match(model, lockfile.read(store.lock_path()).values())
    if pin is not None:  # an update is one of what is pinned, also where the catalog would choose another
        model = dataclasses.replace(model, quant=pin.quant)
    if pin is not None and not update:  # its files went missing: the same ones again
        selection, licence = pin, model.licence
    else:
        repository = client.fetch_repository(model.repository)
        selection, licence = _select(model, repository, devices), model.licence or repository.licence
    if local is not None and pin == selection:
        return local
    if machine is not None:
        _check_size(model, selection, machine)
    message = _announcement(model, selection, licence)
    logger.info("%s", visible(message))
    if announce is not None:
        announce(message)
    return download.download(selection, progress=on_download)


def selection_of(model: Reference) -> Selection:
    """The files that `model` stands for, as pinned or as the hub lists them now. Nothing is downloaded.

    Raises:
        ModelError: see `client.fetch_repository` and `selection.select`.
    """
    pin = match(model, lockfile.read(store.lock_path()).values())
    return pin if pin is not None else _select(model, client.fetch_repository(model.repository))


def _check_size(model: Reference, selection: Selection, machine: Machine) -> None:
    """Outside the catalog a model's shape is not known before its download, but its size is."""
    memory = machine.ram_total_bytes + sum(device.total_bytes for device in machine.devices if not device.integrated)
    if selection.n_bytes > memory:
        raise NotEnoughMemoryError(
            f"{model} has {format_bytes(selection.n_bytes)}, and this machine {format_bytes(memory)} of memory in all: "
            "choose a smaller quantization, or a smaller model."
        )


def _select(model: Reference, repository: Repository, devices: Collection[Device] = ()) -> Selection:
    entry = model.entry
    if entry is None:
        preference = accumulation.mmproj_preference(MMPROJ_PREFERENCE, devices)
        return select(repository, quant=model.quant, mmproj_preference=preference)
    return select(
        repository,
        quant=model.wanted_quant,
        weights_pattern=entry.weights_pattern,
        mmproj_preference=accumulation.mmproj_preference(entry.mmproj_preference, devices),
    )


def _announcement(model: Reference, selection: Selection, licence: str) -> str:
    n_parts = len(selection.weights)
    names = f"{selection.weights[0].name}{f' and {n_parts - 1} more parts' if n_parts > 1 else ''}"
    return (
        f"Downloading {model.name}:{selection.quant} from {selection.repository}, {format_bytes(selection.n_bytes)}: "
        f"{names}, {selection.mmproj.name}. Licence: {licence or 'not stated'}."
    )
