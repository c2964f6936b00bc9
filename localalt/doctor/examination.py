"""Whether each device computes what the CPU computes: tries of known-answer models, and what follows from them.

There are trained models, whose texts people can read, and a pair of random weights for each family, since a
backend may compute one projector right and another wrong. Every try runs in a process of its own (`trial`), so
that a crash or a hang is a result, and ends nothing else. What is compared: the texts with those of the model in torch,
letter by letter, and the image embeddings and the first token's logits with the CPU's. Knows no command line
and stores nothing.
"""

from __future__ import annotations

import dataclasses
import enum
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from localalt import switches
from localalt.child_process import EndedError, run_module
from localalt.devices import AS_A_WHOLE, Device, DeviceVerdict
from localalt.doctor import pairs, placement, trial
from localalt.doctor.trial import Answers, TrialSettings
from localalt.errors import BackendMissingError
from localalt.switches import Environment
from localalt.ways import ways

__all__ = ["Report", "Status", "TrialResult", "examine", "judge", "tries"]

TOLERANCE = 0.0224
"""Of the difference of embeddings or logits, as a share of the CPU's own (L2 norms, the logits without their mean).
llama.cpp's own tests allow a single product that much: a normalized mean squared error of 5e-4
(test-backend-ops.cpp), whose root it is. On one CPU, flash attention on or off makes 0.0005 of the trained models and
up to 0.012 of the families' pairs, whose random weights pass rounding on undamped; Vulkan on Mesa's software device
makes 0.002, and 0.02 to 0.06. A wrong kernel makes 0.5 and more."""
NOISE_SHARE = 2.0
"""Times what rounding to F16 is known to make of a family's pair, where that is more than `TOLERANCE`: of Gemma 4 E2B's
0.07. Its tokens are sure all the same, by ten times that, and have to be right."""
LARGE = 0.1
"""From here on a text that is wrong is not excused. Where it is right, a model that damps rounding, as trained and
generated ones do, is wrong all the same; of a family's random pair a way that is closer is looked for."""
SURE = 10.0
"""A token whose lead over the next one, in logits whose standard deviation is one, is so many times the error has to be
right. Rounding moves the lead of one logit over another by 1.4 times the error, and in four standard deviations by 5.7;
later tokens, which stand on earlier ones, pass on somewhat more than the first, whose error is known."""
GARBAGE = 0.3
"""From here on it is more than rounding, whatever the texts."""
TIMEOUT_S = 600
"""A software device compiles its shaders for minutes when it first runs."""
MAX_HANGS = 2
"""Tries on a device that did not end in time: nothing more is tried there, since each takes `TIMEOUT_S`."""


class Status(enum.Enum):
    """What came of a try, the better ones first."""

    OK = "OK"
    """The texts are right, and the numbers the CPU's within rounding."""
    NOTE = "note"
    """It is usable: the texts are right, or wrong where the CPU itself was unsure, and the numbers are further off than
    rounding as a rule explains, and far from garbage."""
    UNTESTED = "untested"
    """The numbers are right, but other devices computed some of what was to be tested on this one."""
    DIFFERS = "differs"
    """A text is another, and rounding does not explain it."""
    GARBAGE = "garbage"
    """Numbers that have nothing to do with the CPU's, or are none."""
    CRASHES = "crashes"
    """The process ended, or did not end in time."""


_USABLE = (Status.OK, Status.NOTE)


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One try and what came of it."""

    name: str
    """What was tried, in words."""
    settings: TrialSettings
    status: Status
    embeddings_error: float | None = None
    """How far the image embeddings are off, as a share of the CPU's: above `TOLERANCE`, the projector is at fault."""
    logits_error: float | None = None
    detail: str = ""
    """A text that is wrong, what was left untested, or the last words of a process that crashed."""

    @property
    def error(self) -> float:
        """The larger of both; infinity where there are none."""
        errors = [each for each in (self.embeddings_error, self.logits_error) if each is not None]
        return max(errors, default=math.inf)

    @property
    def is_final(self) -> bool:
        """Whether no other way need be tried: this one is right, or nothing on the device is at fault."""
        return self.status in (Status.OK, Status.UNTESTED) or (self.status is Status.NOTE and self.error <= LARGE)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out about one device."""

    device: Device
    findings: tuple[TrialResult, ...]

    @property
    def _whole(self) -> Iterator[TrialResult]:
        """The tries of ways to use the device: those with all layers on it."""
        return (finding for finding in self.findings if finding.settings.n_gpu_layers is None)

    @property
    def chosen(self) -> Mapping[str, TrialResult | None]:
        """By model, the first try that computed right, or the closest with right texts; None where none did."""
        found: dict[str, TrialResult | None] = {}
        for model in self.firsts:
            own = [finding for finding in self._whole if finding.settings.model == model]
            final = next((finding for finding in own if finding.is_final), None)
            notes = [finding for finding in own if finding.status is Status.NOTE]
            found[model] = final or min(notes, key=lambda each: each.error, default=None)
        return found

    @property
    def firsts(self) -> Mapping[str, TrialResult]:
        """By model, the try with the settings that localalt would use. In the order of the tries."""
        found: dict[str, TrialResult] = {}
        for finding in self.findings:
            found.setdefault(finding.settings.model, finding)
        return found

    @property
    def is_right(self) -> bool:
        """Whether the device computes right, as localalt would use it, whatever was tested on it, and anything was."""
        statuses = {finding.status for finding in self.firsts.values()}
        is_right = statuses <= {*_USABLE, Status.UNTESTED} and not statuses.isdisjoint(_USABLE)
        return is_right and not self.wrong_in_part

    @property
    def wrong_in_part(self) -> Sequence[TrialResult]:
        """The tries with some of the layers on the device that were wrong. No verdict has a word for that."""
        in_part = [finding for finding in self.findings if finding.settings.n_gpu_layers is not None]
        return [finding for finding in in_part if finding.status not in (*_USABLE, Status.UNTESTED)]

    @property
    def verdicts(self) -> Mapping[str, DeviceVerdict]:
        """How localalt should use the device, by `model_kind`. What was untested says nothing."""
        found: dict[str, DeviceVerdict] = {}
        for model, finding in self.chosen.items():
            if finding is None or finding.status is not Status.UNTESTED:
                kind = trial.kind_of(model)
                found[kind] = found.get(kind, AS_A_WHOLE).also(_verdict(finding))
        return found


def _verdict(chosen: TrialResult | None) -> DeviceVerdict:
    if chosen is None:
        return DeviceVerdict(is_usable=False)
    settings = chosen.settings
    return DeviceVerdict(
        projector_on_device=settings.projector_on_device,
        flash_attn=settings.flash_attn,
        projector_flash_attn=settings.projector_flash_attn,
        one_at_a_time=settings.n_seq == 1,
        environment=switches.merged(settings.environment),
        off=chosen.error if chosen.status is Status.NOTE else 0.0,
    )


Attempt = Callable[[TrialSettings], Answers]


def examine(
    devices: Sequence[Device],
    *,
    n_threads: int,
    models: Sequence[str] = (),
    bases: Mapping[str, DeviceVerdict] = MappingProxyType({}),
    attempt: Attempt | None = None,
    on_finding: Callable[[Device, TrialResult], None] = lambda *_: None,
) -> Iterator[Report]:
    """A report on the CPU and on each GPU among `devices`, in their order.

    Ways are tried until one is right, all of them with what `bases` has for the device by its name. `models` are all
    of them unless they are named. `on_finding` is called with each finding as it comes.

    Raises:
        BackendMissingError: not even the CPU answers, so that there is nothing to compare with.
    """
    attempt = attempt or in_a_process
    references: dict[str, Answers] = {}
    for model in models or trial.models():
        try:
            references[model] = attempt(trial.reference_of(model, n_threads))
        except TrialError as error:
            raise BackendMissingError(
                f"The known-answer model {model} does not run on the CPU ({error}): install llama-cpp-python again."
            ) from error
    for device in devices:
        if device.kind == "accelerator":
            continue
        base = bases.get(device.name, AS_A_WHOLE)
        examined = _Examined(device, base, n_threads, attempt)
        findings: list[TrialResult] = []
        for model, reference in references.items():
            for finding in examined.findings(model, reference):
                findings.append(finding)
                on_finding(device, finding)
        yield Report(device, tuple(findings))


class _Examined:
    """One device under examination, and what its tries have shown so far."""

    def __init__(self, device: Device, base: DeviceVerdict, n_threads: int, attempt: Attempt) -> None:
        self._device, self._base, self._n_threads, self._attempt = device, base, n_threads, attempt
        self._n_hangs = 0
        self._remedies: list[Environment] = []
        """Variables with which the device computed another model right: a fault has them in common, as a rule."""

    def findings(self, model: str, reference: Answers) -> Iterator[TrialResult]:
        """What comes of a model's tries, until one is right."""
        is_cpu = self._device.kind == "cpu"
        for name, settings in self._tries(model):
            finding = self._finding(name, settings, reference)
            yield finding
            if not is_cpu and finding.is_final:
                if settings.environment and settings.environment not in self._remedies:
                    self._remedies.append(settings.environment)
                if model in pairs.PAIRS:
                    half = dataclasses.replace(settings, n_gpu_layers=pairs.PAIRS[model].half)
                    yield self._finding(f"{name}, half of the layers on the CPU", half, reference)
                return

    def _tries(self, model: str) -> Iterator[tuple[str, TrialSettings]]:
        own, *others = tries(self._device, model=model, n_threads=self._n_threads, base=self._base)
        yield own
        for name, settings in sorted(others, key=lambda each: each[1].environment not in self._remedies):
            if self._n_hangs < MAX_HANGS:
                yield name, settings

    def _finding(self, name: str, settings: TrialSettings, reference: Answers) -> TrialResult:
        if settings == trial.reference_of(settings.model, self._n_threads):
            return judge(name, settings, reference, reference)  # the CPU's own numbers, with torch's texts
        if self._n_hangs >= MAX_HANGS:
            return TrialResult(name, settings, Status.CRASHES, detail="not tried: others did not end in time")
        try:
            return judge(name, settings, self._attempt(settings), reference)
        except TrialError as error:
            self._n_hangs += error.is_hang
            return TrialResult(name, settings, Status.CRASHES, detail=str(error))


def tries(
    device: Device, *, model: str = trial.TRAINED[0], n_threads: int, base: DeviceVerdict = AS_A_WHOLE
) -> Iterator[tuple[str, TrialSettings]]:
    """What to try on a device, with words for it: first as localalt would use it, then what may be right where that
    is not, the faster ones first. What `base` says holds for all of them."""
    together = trial.most_together(model)
    if device.kind == "cpu":
        own = TrialSettings(model=model, n_threads=n_threads)
        if model in pairs.PAIRS:
            yield "several sequences at once", dataclasses.replace(own, n_seq=together)
            return
        if model in trial.TRAINED:
            yield "several pictures at once", dataclasses.replace(own, n_seq=together)
        yield "one picture at a time", own
        if model in trial.TRAINED:
            yield "without flash attention", dataclasses.replace(own, flash_attn=False, projector_flash_attn=False)
            yield "with flash attention", dataclasses.replace(own, flash_attn=True, projector_flash_attn=True)
        return
    own = TrialSettings(device.name, model, n_seq=together, n_threads=n_threads)
    seen = []
    for name, way in ways(device.backend):
        both = base.also(way)
        settings = dataclasses.replace(
            own,
            projector_on_device=both.projector_on_device,
            flash_attn=both.flash_attn,
            projector_flash_attn=both.projector_flash_attn,
            n_seq=1 if both.one_at_a_time else together,
            environment=both.environment,
        )
        if settings not in seen:
            seen.append(settings)
            yield name, settings


def judge(name: str, settings: TrialSettings, answers: Answers, reference: Answers) -> TrialResult:
    """Compare what a try computed with the CPU's numbers and torch's texts."""
    found = trial.difference(settings, answers, reference)
    wrong = found.wrong
    error = max(found.embeddings, found.logits)
    tolerance = max(TOLERANCE, NOISE_SHARE * trial.noise_of(settings.model))
    detail = wrong
    if not error < GARBAGE:
        status = Status.GARBAGE
    elif error > LARGE and not trial.noise_of(settings.model):
        # It damps rounding: what is left of that is a hundredth of this.
        status, detail = Status.DIFFERS, wrong or "the texts are right, but rounding does not explain the numbers"
    elif wrong and (error > LARGE or trial.margin_of(settings.model) >= SURE * error):
        # The first token's numbers may be close: then a later step is at fault, or another picture in the batch.
        status = Status.DIFFERS
    elif untested := _untested(settings, answers):
        status, detail = Status.UNTESTED, untested
    elif wrong:
        status, detail = Status.NOTE, f"{wrong}, where the CPU itself is unsure"
    else:
        status = Status.NOTE if error > tolerance else Status.OK
    return TrialResult(name, settings, status, found.embeddings, found.logits, detail)


def _untested(settings: TrialSettings, answers: Answers) -> str:
    """What a try left untested on its device, in words; "" for nothing."""
    if settings.device is None or answers.placement is None:
        return ""
    return placement.untested(
        answers.placement,
        settings.device,
        projector=settings.projector_on_device,
        whole=settings.n_gpu_layers is None,
    )


class TrialError(Exception):
    """A try's process ended without an answer; the message says how.

    Args:
        words: how it ended.
        is_hang: whether it did not end by itself.
    """

    def __init__(self, words: str, *, is_hang: bool = False) -> None:
        super().__init__(words)
        self.is_hang = is_hang


def in_a_process(settings: TrialSettings) -> Answers:
    """Run a try in a process of its own, with its own variables and none that the person has set to switch kernels off.

    Raises:
        TrialError: it crashed, hung, or ended with an error.
    """
    with tempfile.TemporaryDirectory(prefix="localalt-", ignore_cleanup_errors=True) as folder:
        output = Path(folder) / "answers.npz"
        try:
            run_module(
                "localalt.doctor.trial",
                [trial.as_json(settings), str(output)],
                Path(folder),
                timeout_s=TIMEOUT_S,
                variables=dict(settings.environment),
                without=switches.SWITCHES,
            )
        except EndedError as error:
            raise TrialError(str(error), is_hang=error.is_hang) from error
        return trial.load(output)
