"""The models on this machine and in the catalog: found by name, chosen for the machine, downloaded if need be.

Opens no connection itself: `download` does, and only where it may.
"""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from localalt import selftest
from localalt.console import visible
from localalt.devices import Machine
from localalt.errors import ModelNotFoundError, NotEnoughMemoryError, OfflineError, OptionError
from localalt.errors.wording import option
from localalt.first_imports import import_once
from localalt.gguf.mmproj import geometry, is_non_causal
from localalt.hub import client, download, lockfile, store
from localalt.hub.repository import Repository, Selection
from localalt.hub.selection import select
from localalt.hub.store import LocalModel
from localalt.machine import autotune
from localalt.machine.picture_times import picture_time
from localalt.models import reference
from localalt.models.catalog import AUTO, CATALOG, CatalogEntry
from localalt.models.catalog_hparams import SHAPES
from localalt.models.files import ModelFiles, read_files
from localalt.models.paths import name_of_weights, pair_of
from localalt.models.reference import Reference
from localalt.planning import planner
from localalt.planning.choice import choose
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.speed import PictureTime
from localalt.prompting.presets import PRESETS
from localalt.types import DownloadCallback, ModelSource
from localalt.units import format_bytes

__all__ = [
    "AutoChoice",
    "auto",
    "expected_auto",
    "find",
    "find_pinned",
    "in_words",
    "local_pair",
    "obtain",
    "open_model",
    "plan_for",
    "planned",
    "selection_of",
    "spec_of",
    "why_auto",
]

logger = logging.getLogger(__name__)

Announce = Callable[[str], None]
Pinned = TypeVar("Pinned", LocalModel, Selection)


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
    choice = auto(machine, offline=offline) if model == "auto" else None
    named = choice.named if choice is not None else reference.parse(model)
    why = ""
    if choice is not None and find(named) is not None:
        why = choice.why  # who loads it logs that, with the time that follows from the plan of its files
    elif choice is not None:
        explained = why_auto(choice, machine)
        logger.info("%s", visible(explained))
        if announce is not None:
            announce(explained)
    local = obtain(
        named,
        machine=machine,
        is_planned=choice is not None,
        offline=offline,
        on_download=on_download,
        announce=announce,
    )
    name = f"{named.name}:{local.quant}"
    files = read_files(name, local.weights, local.mmproj, repository=local.repository, commit=local.commit)
    return dataclasses.replace(files, why=why)


def local_pair(model: ModelSource) -> tuple[Path, Path] | None:
    """(weights, mmproj) where `model` names files or a folder of this disk; None where it is a model's name.

    A name of the catalog, "auto" and those of the known-answer models are names, whatever lies in the current folder:
    "./auto" is the file.

    Raises:
        OptionError: it is neither a name nor a path nor a pair of paths.
        ModelNotFoundError, ModelFormatError, ModelMismatchError: see `modelpaths.pair_of`.
    """
    if isinstance(model, str):
        is_name = model == "auto" or model in selftest.MODELS or model.strip().partition(":")[0].lower() in CATALOG
        return None if is_name or not model else pair_of(model)
    if isinstance(model, os.PathLike):
        return pair_of(model)
    try:
        weights, mmproj = map(Path, model)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"A model is a name, a path, or a pair of paths, weights and mmproj, not {model!r}."
        ) from error
    return weights, mmproj


def find(model: Reference) -> LocalModel | None:
    """The downloaded model that `model` names, or None.

    Without a quantization any that is there will do, the catalog's choice first: what a person
    has pulled is used before another one is downloaded.
    """
    return _match(model, store.downloaded())


def find_pinned(model: Reference) -> LocalModel | None:
    """The pinned model that `model` names, whether its files are here or not; None where none is."""
    return _match(model, store.all_pinned())


def _match(model: Reference, there: Iterable[Pinned]) -> Pinned | None:
    """The one of `there` that `model` names: of several quantizations the wanted one, or else the first."""
    fitting = [
        each
        for each in there
        if each.repository.lower() == model.repository.lower()
        and (model.quant is None or each.quant.lower() == model.quant.lower())
    ]
    preferred = (model.wanted_quant or "").lower()
    return min(fitting, key=lambda each: each.quant.lower() != preferred, default=None)


def obtain(
    model: Reference,
    *,
    machine: Machine | None = None,
    is_planned: bool = False,
    offline: bool = False,
    update: bool = False,
    on_download: DownloadCallback | None = None,
    announce: Announce | None = None,
) -> LocalModel:
    """The files of `model`: those that are here, or else, unless `offline`, downloaded.

    Args:
        machine: where it shall run; a model that cannot is refused before it is downloaded.
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
        planner.plan(spec_of(model.entry, model.wanted_quant), machine)
    pin = _match(model, lockfile.read(store.lock_path()).values())
    if pin is not None:  # an update is one of what is pinned, also where the catalog would choose another
        model = dataclasses.replace(model, quant=pin.quant)
    if pin is not None and not update:  # its files went missing: the same ones again
        selection, licence = pin, model.licence
    else:
        repository = client.fetch_repository(model.repository)
        selection, licence = _select(model, repository), model.licence or repository.licence
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
        ModelError: see `hub.fetch_repository` and `repository.select`.
    """
    pin = _match(model, lockfile.read(store.lock_path()).values())
    return pin if pin is not None else _select(model, client.fetch_repository(model.repository))


def _check_size(model: Reference, selection: Selection, machine: Machine) -> None:
    """Outside the catalog a model's shape is not known before its download, but its size is."""
    memory = machine.ram_total_bytes + sum(device.total_bytes for device in machine.devices if not device.integrated)
    if selection.n_bytes > memory:
        raise NotEnoughMemoryError(
            f"{model} has {format_bytes(selection.n_bytes)}, and this machine {format_bytes(memory)} of memory in all: "
            "choose a smaller quantization, or a smaller model."
        )


def _select(model: Reference, repository: Repository) -> Selection:
    entry = model.entry
    if entry is None:
        return select(repository, quant=model.quant)
    return select(
        repository,
        quant=model.wanted_quant,
        weights_pattern=entry.weights_pattern,
        mmproj_preference=entry.mmproj_preference,
    )


def _announcement(model: Reference, selection: Selection, licence: str) -> str:
    n_parts = len(selection.weights)
    names = f"{selection.weights[0].name}{f' and {n_parts - 1} more parts' if n_parts > 1 else ''}"
    return (
        f"Downloading {model.name}:{selection.quant} from {selection.repository}, {format_bytes(selection.n_bytes)}: "
        f"{names}, {selection.mmproj.name}. Licence: {licence or 'not stated'}."
    )


@dataclass(frozen=True, slots=True)
class AutoChoice:
    """The model that "auto" stands for on a machine."""

    named: Reference
    spec: ModelSpec
    """By the catalog's sizes, which those of its files may differ from a little."""
    plan: Plan
    """Of `spec`, before anything was measured."""
    why: str
    """In a sentence for people."""


def auto(machine: Machine, *, offline: bool = False) -> AutoChoice:
    """The model that "auto" stands for on `machine`.

    The best one that is downloaded and runs well here; where there is none, the best one of the
    catalog that does.

    Raises:
        OfflineError: none is here, and no connection may be opened.
        NotEnoughMemoryError: none fits.
    """
    here = _auto_specs(downloaded=True)
    may_download = not (offline or client.is_offline())
    if not here and not may_download:
        raise OfflineError(
            "No model is downloaded yet, and no connection may be opened: run localalt pull auto while online."
        )
    return _best(here, machine, may_download=may_download)


def expected_auto(machine: Machine) -> AutoChoice:
    """What "auto" would stand for, also where it is not here and no connection may be opened: see `auto`.

    Raises:
        NotEnoughMemoryError: none fits.
    """
    return _best(_auto_specs(downloaded=True), machine, may_download=not client.is_offline())


def _auto_specs(*, downloaded: bool) -> list[tuple[ModelSpec, Reference]]:
    """What "auto" chooses from, best first: all of it, or what is here."""
    here = {local.key.lower() for local in store.downloaded()} if downloaded else set()
    named = [(reference.parse(f"{name}:{quant}"), CATALOG[name], quant) for name, quant in AUTO]
    return [
        (spec_of(entry, quant), model)
        for model, entry, quant in named
        if not downloaded or f"{model.repository}:{quant}".lower() in here
    ]


def _best(here: Sequence[tuple[ModelSpec, Reference]], machine: Machine, *, may_download: bool) -> AutoChoice:
    if here:
        try:
            return _choose(here, machine, strict=may_download)
        except NotEnoughMemoryError:
            if not may_download:
                raise
    return _choose(_auto_specs(downloaded=False), machine, strict=False)


def _choose(pairs: Sequence[tuple[ModelSpec, Reference]], machine: Machine, *, strict: bool) -> AutoChoice:
    chosen, plan, why = choose([each for each, _ in pairs], machine, strict=strict)
    return AutoChoice(next(named for each, named in pairs if each is chosen), chosen, plan, why)


def why_auto(choice: AutoChoice, machine: Machine) -> str:
    """Why "auto" stands for a model, and how long a picture takes with it, for people."""
    return in_words(str(choice.named), choice.why, picture_time(*_as_it_is(choice, machine), machine))


def in_words(name: str, why: str, time: PictureTime) -> str:
    """Why "auto" stands for the model `name`, and how long a picture takes with it, for people."""
    return f"{name}: {why.removeprefix('It is ')} {time.sentence}"


def _as_it_is(choice: AutoChoice, machine: Machine) -> tuple[ModelSpec, Plan]:
    """What "auto" chose by the catalog's sizes, with those of its files where they are here, and its plan."""
    local = find(choice.named)
    if local is None:
        return choice.spec, autotune.planned(choice.spec, machine, own=choice.plan).plan
    files = read_files(str(choice.named), local.weights, local.mmproj)
    own = files.spec(max_tokens=PRESETS[files.family].max_tokens)
    return own, autotune.planned(own, machine).plan


def plan_for(model: ModelSource, machine: Machine) -> tuple[str, Plan]:
    """What `model` is called, and its plan on `machine`: see `planned`."""
    name, _, plan = planned(model, machine)
    return name, plan


def planned(model: ModelSource, machine: Machine) -> tuple[str, ModelSpec, Plan]:
    """What `model` is called, what its plan depends on, and that: from its files, or before a download the catalog.

    Raises:
        ModelNotFoundError: there is no such model, or it is neither downloaded nor in the catalog.
        NotEnoughMemoryError: it does not fit.
        ModelError: see `open_model`.
    """
    if model == "auto":
        choice = expected_auto(machine)
        own, plan = _as_it_is(choice, machine)
        return str(choice.named), own, plan.because(choice.why)
    if isinstance(model, str) and model not in selftest.MODELS and local_pair(model) is None:
        named = reference.parse(model)
        if find(named) is None:
            if named.entry is None:
                raise ModelNotFoundError(
                    f"{model} is neither downloaded nor in the catalog, so its size is not known: "
                    f"run localalt pull {model} first."
                )
            expected = spec_of(named.entry, named.wanted_quant)
            return expected.name, expected, autotune.planned(expected, machine).plan
    files = open_model(model, machine, offline=True)
    own = files.spec(max_tokens=PRESETS[files.family].max_tokens)
    return files.name, own, autotune.planned(own, machine).plan


def spec_of(entry: CatalogEntry, quant: str | None = None) -> ModelSpec:
    """A model of the catalog as a plan sees it, by its expected sizes."""
    shape = SHAPES[entry.shape]
    vision = shape.vision
    quant = quant or entry.default_quant
    return ModelSpec(
        name=f"{entry.name}:{quant}",
        shape=shape,
        weights_bytes=entry.expected_weights_bytes(quant),
        mmproj_bytes=entry.expected_mmproj_bytes,
        geometry=geometry(vision.projector, image_px=vision.image_px, patch_px=vision.patch_px, merge=vision.merge),
        non_causal=is_non_causal(vision.projector, shape.text.n_embd),
        max_tokens=PRESETS.get(entry.family, PRESETS["generic"]).max_tokens,
        active_share=(entry.n_active_b or entry.n_parameters_b) / entry.n_parameters_b,
    )
