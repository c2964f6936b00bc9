"""A model's name and options -> a model that is ready: its files found, its settings planned, its engine started.

Knows models, plans and engines. Knows no pictures, no questions and no callers.
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from localalt.concurrency.reader_pool import N_READERS
from localalt.console import DownloadBar
from localalt.describer.run_log import log_choice, log_loaded, log_loading
from localalt.devices import Machine, Share
from localalt.drafting.option_checks import check_load_options
from localalt.drafting.options import LoadOptions
from localalt.engine.engine import Engine
from localalt.engine.handles import open_handles
from localalt.engine.lookahead import ENCODED_AHEAD
from localalt.errors import TemplateError
from localalt.machine import autotune, this_machine
from localalt.machine.picture_times import picture_time
from localalt.models import choose, resolve
from localalt.models.files import ModelFiles, read_text_weights
from localalt.planning import planner
from localalt.planning.plan import Plan
from localalt.planning.reasons import examined_with_another
from localalt.planning.tuning import Tuning
from localalt.prompting.chat_template import complete
from localalt.prompting.presets import PRESETS, Preset
from localalt.request import GREEDY
from localalt.types import ImageGeometry, ModelIdentity, ModelSource, Notice, SpecialTokens
from localalt.units import format_bytes

__all__ = ["INSTRUMENT", "LoadedModel", "LoadedTextModel", "PlannedLoad", "load_model", "load_text_model"]

INSTRUMENT = Notice(
    "instrument",
    "The selftest model proves that the installation works; it knows drawn test pictures only. "
    "Its text says nothing about a real picture.",
)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A running engine, and what has to be known to ask it about pictures. Whoever has it closes the engine."""

    engine: Engine
    geometry: ImageGeometry
    """What the projector makes of a picture, within the plan's image tokens."""
    preset: Preset
    """The family's, completed from the chat template in the weights."""
    identity: ModelIdentity
    notices: tuple[Notice, ...] = ()
    """Warnings that every result of this model carries."""
    exact_tokens: int | None = None
    """For benchmarks: how many tokens every answer has; None lets the model end its answers."""
    load_s: float = 0.0
    """Seconds that loading took, a download left out."""

    @property
    def n_ahead(self) -> int:
        """Pictures that may be under way at the same time with nobody idle: more only wait."""
        return self.engine.plan.n_seq_max + ENCODED_AHEAD + N_READERS


@dataclass(frozen=True, slots=True)
class PlannedLoad:
    """What is about to be loaded, once native code begins."""

    plan: Plan
    kind: str
    """By which the doctor's verdicts go: `devices.model_kind`."""
    picture_s: float
    """Seconds that a picture takes at most, as measured or estimated."""
    free_bytes: Mapping[str, int]
    """What this process has of the machine: see `Share`."""


def load_model(
    model: ModelSource,
    options: LoadOptions,
    *,
    share: Share | None = None,
    announce: Callable[[str], None] | None = None,
    on_plan: Callable[[PlannedLoad], None] | None = None,
) -> LoadedModel:
    """Find, download if need be, plan and load `model`: see `Describer`.

    Args:
        model, options: what is loaded, and how.
        share: how several processes share the machine: this one plans with its part of cores and memory.
        announce: called with one sentence before a download, in place of standard error, where the options have an
            `on_download`.
        on_plan: called before native code begins to load.

    Raises:
        OptionError: an option is unknown or out of range.
        ModelError: the model is not there, cannot be downloaded, is damaged, mismatched or unsupported,
            or does not fit the machine.
        EngineError: the backend or its memory does not suffice.
    """
    check_load_options(options)
    device = options.get("device", "auto")
    assert isinstance(device, str)  # each of several has a process of its own
    share = share or Share()
    machine = this_machine(device=device).part(share)
    files = _open(model, machine, options, announce)
    log_loading(model, files, machine)
    started = time.perf_counter()
    preset, exact_tokens = PRESETS[files.family], options.get("exact_tokens")
    spec = files.spec(max_tokens=exact_tokens or preset.max_tokens).with_tuning(options.get("tuning") or Tuning())
    settle = None
    n_seq_max = options.get("n_seq_max")
    if n_seq_max is None and not files.is_instrument:
        planned = autotune.planned(spec, machine)
        plan = planned.plan
        if not planned.is_settled and share.n_slots is not None:
            plan = planned.with_slots(min(share.n_slots, planned.limit))
        elif not planned.is_settled:
            settle = functools.partial(autotune.measured, planned)
    else:
        plan = planner.plan(spec, machine, n_seq_max=n_seq_max)
    if files.why:
        log_choice(choose.in_words(files.name, files.why, picture_time(spec, plan, machine)))
    if on_plan is not None:
        on_plan(PlannedLoad(plan, spec.kind, picture_time(spec, plan, machine).high_s, machine.free_bytes))
    geometry = plan.limit(spec.geometry)
    open_model = functools.partial(
        open_handles,
        files.weights.path,
        files.mmproj.path,
        plan=plan,
        settle=settle,
        geometry=geometry,
        sampling=preset.sampling,
    )
    engine = Engine(open_model, reuse=options.get("reuse", exact_tokens is None), progress=options.get("progress"))
    try:
        preset = complete(preset, files.chat_template, engine.special_tokens)
        loaded = LoadedModel(
            engine=engine,
            geometry=geometry,
            preset=preset,
            identity=files.identity(preset),
            notices=tuple(_notices(files, engine.plan, machine)),
            exact_tokens=exact_tokens,
            load_s=time.perf_counter() - started,
        )
        log_loaded(engine.plan, loaded.load_s, is_measured=settle is not None)
    except BaseException:
        engine.close()
        raise
    return loaded


@dataclass(frozen=True, slots=True)
class LoadedTextModel:
    """A running engine that sees no pictures, and how a question is put to it. Whoever has it closes the engine."""

    engine: Engine
    preset: Preset
    """What stands around a question: from the chat template in the weights, or plain words where there is none."""
    architecture: str


def load_text_model(weights: Path, *, n_text_cells: int, max_tokens: int) -> LoadedTextModel:
    """Plan and load weights that are asked about text alone, one question at a time.

    Args:
        weights: a GGUF file.
        n_text_cells: the most tokens of a question, with what stands around it.
        max_tokens: the most tokens of an answer.

    Raises:
        ModelError: the file is not there, is damaged, is a projector, or does not fit the machine.
        EngineError: the backend or its memory does not suffice.
    """
    files = read_text_weights(weights)
    plan = planner.plan(files.spec(n_text_cells=n_text_cells, max_tokens=max_tokens), this_machine(), n_seq_max=1)
    open_model = functools.partial(open_handles, weights, None, plan=plan, geometry=None, sampling=GREEDY)
    engine = Engine(open_model)
    try:
        preset = _preset_for_text(files.chat_template, engine.special_tokens)
    except BaseException:
        engine.close()
        raise
    return LoadedTextModel(engine, preset, files.header.architecture)


def _preset_for_text(template: str, special: SpecialTokens) -> Preset:
    try:
        return complete(PRESETS["generic"], template, special)
    except TemplateError:
        return dataclasses.replace(PRESETS["generic"], opening="", closing="\n", stop=())


def _open(
    model: ModelSource, machine: Machine, options: LoadOptions, announce: Callable[[str], None] | None
) -> ModelFiles:
    offline, on_download = options.get("offline", False), options.get("on_download")
    if on_download is not None:
        return resolve.open_model(model, machine, offline=offline, on_download=on_download, announce=announce)
    with DownloadBar() as bar:
        return resolve.open_model(model, machine, offline=offline, on_download=bar, announce=bar.announce)


def _notices(files: ModelFiles, plan: Plan, machine: Machine) -> Iterator[Notice]:
    if files.is_instrument:
        yield INSTRUMENT
    for fault in plan.faults:
        yield Notice("device-fault", fault)
    if machine.lost_gpu:
        yield Notice("gpu-unused", machine.lost_gpu)
    for device in machine.devices:
        if device.name in plan.devices and (changed := examined_with_another(device)):
            yield Notice("device-changed", changed)
    if plan.missing_bytes:
        yield Notice(
            "memory-short",
            f"{format_bytes(plan.missing_bytes)} of RAM are missing for this model: close other programs, "
            "or choose a smaller one.",
        )
