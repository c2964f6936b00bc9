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
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.child_process import EndedError, run_module
from localalt.devices import Device, DeviceVerdict
from localalt.doctor import placement, trial
from localalt.doctor.trial import Answers, TrialSettings
from localalt.errors import BackendMissingError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Report", "Status", "TrialResult", "examine", "judge", "tries"]

TOLERANCE = 0.05
"""Of the difference of embeddings or logits, as a share of the CPU's own (L2 norms, the logits without their mean).
On one CPU, flash attention on or off makes 0.0005 of the trained models and up to 0.012 of the families' pairs, whose
random weights pass rounding on undamped; Vulkan on Mesa's software device makes 0.002, and 0.02 to 0.06. A wrong
kernel makes 0.5 and more."""
NOISE_SHARE = 2.0
"""Times what rounding to F16 is known to make of a family's pair, where that is more than `TOLERANCE`: of Gemma 4 E2B's
0.07. Its tokens are sure all the same, by ten times that, and have to be right."""
GARBAGE = 0.3
"""From here on it is more than rounding."""
TIMEOUT_S = 600
"""A software device compiles its shaders for minutes when it first runs."""


class Status(enum.Enum):
    """What came of a try, the better ones first."""

    OK = "OK"
    """The texts are right, and the numbers the CPU's within rounding."""
    UNTESTED = "untested"
    """The numbers are right, but other devices computed some of what was to be tested on this one."""
    DIFFERS = "differs"
    """The numbers are close, but a text is another, or they are further off than rounding explains."""
    GARBAGE = "garbage"
    """Numbers that have nothing to do with the CPU's, or are none."""
    CRASHES = "crashes"
    """The process ended, or did not end in time."""


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


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out about one device."""

    device: Device
    findings: tuple[TrialResult, ...]

    @property
    def chosen(self) -> Mapping[str, TrialResult | None]:
        """By model, the first try that computed right; None where none did."""
        found: dict[str, TrialResult | None] = {}
        for finding in self.findings:
            model = finding.settings.model
            if found.setdefault(model, None) is None and finding.status is Status.OK:
                found[model] = finding
        return found

    @property
    def firsts(self) -> Mapping[str, TrialResult]:
        """By model, the try with the settings that localalt would use."""
        return {finding.settings.model: finding for finding in reversed(self.findings)}

    @property
    def is_right(self) -> bool:
        """Whether the device computes all models right as localalt would use it."""
        return all(finding.status is Status.OK for finding in self.firsts.values())

    @property
    def verdicts(self) -> Mapping[str, DeviceVerdict]:
        """How localalt should use the device, by `model_kind`."""
        found: dict[str, DeviceVerdict] = {}
        for model, finding in self.chosen.items():
            kind = trial.kind_of(model)
            found[kind] = found.get(kind, DeviceVerdict()).also(_verdict(finding))
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
    )


Attempt = Callable[[TrialSettings], Answers]


def examine(
    devices: Sequence[Device],
    *,
    n_threads: int,
    models: Sequence[str] = (),
    attempt: Attempt | None = None,
    on_finding: Callable[[Device, TrialResult], None] = lambda *_: None,
) -> Iterator[Report]:
    """A report on the CPU and on each GPU among `devices`, in their order.

    Of the trained models all ways are tried, of the families' random pairs those until one is right. `models` are
    all of them unless they are named. `on_finding` is called with each finding as it comes.

    Raises:
        BackendMissingError: not even the CPU answers, so that there is nothing to compare with.
    """
    attempt = attempt or in_a_process
    references: dict[str, Answers] = {}
    for model in models or trial.models():
        try:
            references[model] = attempt(TrialSettings(model=model, n_threads=n_threads))
        except TrialError as error:
            raise BackendMissingError(
                f"The known-answer model {model} does not run on the CPU ({error}): install llama-cpp-python again."
            ) from error
    for device in devices:
        if device.kind == "accelerator":
            continue
        findings: list[TrialResult] = []
        for model, reference in references.items():
            for finding in _findings(device, model, reference, n_threads, attempt):
                findings.append(finding)
                on_finding(device, finding)
        yield Report(device, tuple(findings))


def _findings(
    device: Device, model: str, reference: Answers, n_threads: int, attempt: Attempt
) -> Iterator[TrialResult]:
    for name, settings in tries(device, model=model, n_threads=n_threads):
        if settings == TrialSettings(model=model, n_threads=n_threads):
            yield judge(name, settings, reference, reference)  # the CPU's own numbers, with torch's texts
            continue
        try:
            finding = judge(name, settings, attempt(settings), reference)
        except TrialError as error:
            finding = TrialResult(name, settings, Status.CRASHES, detail=str(error))
        yield finding
        if finding.status is Status.OK and model not in trial.TRAINED:
            return


def tries(device: Device, *, model: str = trial.TRAINED[0], n_threads: int) -> Iterator[tuple[str, TrialSettings]]:
    """What to try on a device, with words for it: first as localalt would use it, then what may be right where that
    is not, the faster ones first."""
    together = trial.N_PICTURES
    if device.kind == "cpu":
        own = TrialSettings(model=model, n_threads=n_threads)
        if model in trial.TRAINED:
            yield "several pictures at once", dataclasses.replace(own, n_seq=together)
        yield "one picture at a time", own
        if model in trial.TRAINED:
            yield "without flash attention", dataclasses.replace(own, flash_attn=False, projector_flash_attn=False)
            yield "with flash attention", dataclasses.replace(own, flash_attn=True, projector_flash_attn=True)
        return
    own = TrialSettings(device.name, model, n_seq=together, n_threads=n_threads)
    yield "all of it, several pictures at once", own
    yield "the projector without flash attention", dataclasses.replace(own, projector_flash_attn=False)
    yield "without flash attention", dataclasses.replace(own, flash_attn=False, projector_flash_attn=False)
    on_cpu = dataclasses.replace(own, projector_on_device=False)
    yield "the projector on the CPU", on_cpu
    yield "the projector on the CPU, without flash attention", dataclasses.replace(on_cpu, flash_attn=False)
    yield "one picture at a time", dataclasses.replace(own, n_seq=1)
    yield "with flash attention", dataclasses.replace(own, flash_attn=True, projector_flash_attn=True)


def judge(name: str, settings: TrialSettings, answers: Answers, reference: Answers) -> TrialResult:
    """Compare what a try computed with the CPU's numbers and torch's texts."""
    embeddings_error = max(map(_off, answers.embeddings, reference.embeddings))
    logits_error = max(map(_off, answers.logits, reference.logits))
    texts = zip(answers.texts, trial.truths(settings.model), strict=True)
    wrong = next((f"{text!r} in place of {truth!r}" for text, truth in texts if text != truth), "")
    error = max(embeddings_error, logits_error)
    tolerance = max(TOLERANCE, NOISE_SHARE * trial.noise_of(settings.model))
    if not error < GARBAGE:
        status = Status.GARBAGE
    elif wrong or error > tolerance:
        status = Status.DIFFERS
    elif untested := _untested(settings, answers):
        return TrialResult(name, settings, Status.UNTESTED, embeddings_error, logits_error, untested)
    else:
        status = Status.OK
    return TrialResult(name, settings, status, embeddings_error, logits_error, wrong)


def _untested(settings: TrialSettings, answers: Answers) -> str:
    """What a try left untested on its device, in words; "" for nothing."""
    if settings.device is None or answers.placement is None:
        return ""
    return placement.untested(answers.placement, settings.device, projector=settings.projector_on_device, whole=True)


class TrialError(Exception):
    """A try's process ended without an answer; the message says how."""


def in_a_process(settings: TrialSettings) -> Answers:
    """Run a try in a process of its own.

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
            )
        except EndedError as error:
            raise TrialError(str(error)) from error
        return trial.load(output)


def _off(own: npt.NDArray[np.float32], reference: npt.NDArray[np.float32]) -> float:
    """How far numbers are from those they should be; infinity where they are none, or of another shape."""
    import numpy as np

    if own.shape != reference.shape or not np.isfinite(own).all():
        return float("inf")
    if own.ndim == 1:  # logits: what is added to all of them changes nothing
        own, reference = own - own.mean(), reference - reference.mean()
    return float(np.linalg.norm(own - reference) / np.linalg.norm(reference))
