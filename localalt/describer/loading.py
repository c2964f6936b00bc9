"""A model's name and options -> a model that is ready: its files found, its settings planned, its engine started.

Knows models, plans and engines. Knows no pictures, no questions and no callers.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from localalt.concurrency.reader_pool import N_READERS
from localalt.console import DownloadBar
from localalt.describer import own_check
from localalt.describer.attempts import Opened, RisingProgress, open_engine
from localalt.describer.run_log import log_choice, log_loaded, log_loading
from localalt.devices import Machine, Share
from localalt.drafting.option_checks import check_load_options
from localalt.drafting.options import LoadOptions
from localalt.engine.engine import Engine
from localalt.engine.handles import open_handles
from localalt.engine.lookahead import ENCODED_AHEAD
from localalt.machine import autotune, model_checks, this_machine, with_free_memory
from localalt.machine.picture_times import picture_time
from localalt.models import choose, resolve
from localalt.models.files import ModelFiles
from localalt.native import Model
from localalt.planning import planner
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.reasons import examined_with_another
from localalt.planning.speed import tile_s
from localalt.planning.tuning import Tuning
from localalt.prompting.chat_template import complete
from localalt.prompting.presets import PRESETS, Preset
from localalt.types import ImageGeometry, ModelIdentity, ModelSource, Notice
from localalt.units import format_bytes

__all__ = ["INSTRUMENT", "LoadedModel", "PlannedLoad", "load_model"]

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
    tile_s: tuple[float, float] = (0.0, 0.0)
    """Seconds that each tile of a page of small writing takes, at best and at worst, as estimated."""

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
    load_key: str
    """By which it is stored that it did not fit: `ModelSpec.load_key`."""
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
        on_plan: called before native code begins to load, and again before it tries a smaller plan.

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
    seen = this_machine(device=device)
    files = _open(model, seen.part(share), options, announce)
    preset, exact_tokens = PRESETS[files.family], options.get("exact_tokens")
    spec = files.spec(max_tokens=exact_tokens or preset.max_tokens).with_tuning(options.get("tuning") or Tuning())
    log_loading(model, files, seen.part(share))
    started = time.perf_counter()

    def open_on(whole: Machine, may_check: bool) -> tuple[Opened, _Planned]:
        machine = with_free_memory(whole).part(share)  # a download takes minutes
        planned = _plan(files, spec, machine, options.get("n_seq_max"), share)
        if files.why and may_check:
            log_choice(choose.in_words(files.name, files.why, picture_time(spec, planned.plan, machine)))
        loader = _Loader(files, spec, preset, options, planned, on_plan, may_check=may_check)
        opened = open_engine(
            spec,
            planned.plan,
            measure=lambda: with_free_memory(whole).part(share),
            start=loader.start,
            latest=lambda: loader.plan,
        )
        return opened, planned

    known = model_checks.applied(seen, files.fingerprint, spec.kind)
    opened, planned = own_check.started(open_on, known, spec.kind)
    engine = opened.engine
    try:
        preset = complete(preset, files.chat_template, engine.special_tokens)
        loaded = LoadedModel(
            engine=engine,
            geometry=engine.plan.limit(spec.geometry),
            preset=preset,
            identity=files.identity(preset),
            notices=(
                *_notices(files, engine.plan, planned.machine),
                *(Notice("memory-short", step) for step in opened.steps),
            ),
            exact_tokens=exact_tokens,
            load_s=time.perf_counter() - started,
            tile_s=tile_s(spec, engine.plan, planned.machine),
        )
        log_loaded(engine.plan, loaded.load_s, is_measured=planned.settle is not None and not opened.steps)
    except BaseException:
        engine.close()
        raise
    return loaded


@dataclass(frozen=True, slots=True)
class _Planned:
    """What to load with."""

    machine: Machine
    plan: Plan
    settle: Callable[[Model], Plan] | None = None
    """Measures the loaded model, for the plan to go on with."""


def _plan(files: ModelFiles, spec: ModelSpec, machine: Machine, n_seq_max: int | None, share: Share) -> _Planned:
    if n_seq_max is not None or files.is_instrument:
        return _Planned(machine, planner.plan(spec, machine, n_seq_max=n_seq_max))
    planned = autotune.planned(spec, machine)
    if planned.is_settled:
        return _Planned(machine, planned.plan)
    if share.n_slots is not None:
        return _Planned(machine, planned.with_slots(min(share.n_slots, planned.limit)))
    return _Planned(machine, planned.plan, functools.partial(autotune.measured, planned))


class _Loader:
    """Starts engines for one model, with one plan after the other."""

    def __init__(
        self,
        files: ModelFiles,
        spec: ModelSpec,
        preset: Preset,
        options: LoadOptions,
        planned: _Planned,
        on_plan: Callable[[PlannedLoad], None] | None,
        *,
        may_check: bool,
    ) -> None:
        self._may_check = may_check
        self._files, self._spec, self._preset, self._options = files, spec, preset, options
        self._planned, self._on_plan = planned, on_plan
        progress = options.get("progress")
        self._progress = None if progress is None else RisingProgress(progress)
        self.plan = planned.plan
        """The latest, as far as it is settled."""

    def start(self, plan: Plan, is_first: bool) -> Engine:
        self.plan = plan
        machine = self._planned.machine
        if self._on_plan is not None:
            picture_s = picture_time(self._spec, plan, machine).high_s
            self._on_plan(PlannedLoad(plan, self._spec.kind, self._spec.load_key, picture_s, machine.free_bytes))
        geometry = plan.limit(self._spec.geometry)
        open_model = functools.partial(
            open_handles,
            self._files.weights.path,
            self._files.mmproj.path,
            plan=plan,
            settle=self._settle if is_first and self._planned.settle is not None else None,
            prove=own_check.due(self._files, plan, geometry, machine) if self._may_check else None,
            geometry=geometry,
            sampling=self._preset.sampling,
        )
        reuse = self._options.get("reuse", self._options.get("exact_tokens") is None)
        return Engine(open_model, reuse=reuse, progress=self._progress)

    def _settle(self, model: Model) -> Plan:
        assert self._planned.settle is not None
        self.plan = self._planned.settle(model)
        return self.plan


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
        if device.name not in plan.devices:
            continue
        if changed := examined_with_another(device):
            yield Notice("device-changed", changed)
        check = model_checks.lookup(files.fingerprint, device)
        if check is not None and check.doubt:
            yield Notice("device-fault", check.doubt)
    if plan.missing_bytes:
        yield Notice(
            "memory-short",
            f"{format_bytes(plan.missing_bytes)} of RAM are missing for this model: close other programs, "
            "or choose a smaller one.",
        )
