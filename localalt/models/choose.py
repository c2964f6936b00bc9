"""Which model "auto" stands for on a machine: among those that are here, or else in the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localalt.devices import Machine
from localalt.errors import NotEnoughMemoryError, OfflineError
from localalt.gguf.mmproj import geometry, is_non_causal
from localalt.hub import client, store
from localalt.machine import autotune
from localalt.machine.picture_times import picture_time
from localalt.models import reference
from localalt.models.catalog import AUTO, AUTO_WHY, CATALOG, CatalogEntry
from localalt.models.catalog_hparams import SHAPES
from localalt.models.files import read_files
from localalt.models.local import find
from localalt.models.reference import Reference
from localalt.planning import choice as planning_choice
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.speed import PictureTime
from localalt.prompting.presets import PRESETS

__all__ = ["AutoChoice", "as_it_is", "auto", "expected_auto", "in_words", "spec_of", "why_auto"]


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
    chosen, plan, why = planning_choice.choose([each for each, _ in pairs], machine, strict=strict)
    named = next(named for each, named in pairs if each is chosen)
    return AutoChoice(named, chosen, plan, f"{why} {AUTO_WHY[chosen.name]}")


def why_auto(choice: AutoChoice, machine: Machine) -> str:
    """Why "auto" stands for a model, and how long a picture takes with it, for people."""
    return in_words(str(choice.named), choice.why, picture_time(*as_it_is(choice, machine), machine))


def in_words(name: str, why: str, time: PictureTime) -> str:
    """Why "auto" stands for the model `name`, and how long a picture takes with it, for people."""
    return f"{name}: {why.removeprefix('It is ')} {time.sentence}"


def as_it_is(choice: AutoChoice, machine: Machine) -> tuple[ModelSpec, Plan]:
    """What "auto" chose by the catalog's sizes, with those of its files where they are here, and its plan."""
    local = find(choice.named)
    if local is None:
        return choice.spec, autotune.planned(choice.spec, machine, own=choice.plan).plan
    files = read_files(str(choice.named), local.weights, local.mmproj)
    own = files.spec(max_tokens=PRESETS[files.family].max_tokens)
    return own, autotune.planned(own, machine).plan


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
