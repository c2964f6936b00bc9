"""The settings that a sweep found: stored if further runs confirm them, listed, and forgotten.

What is stored decides every later plan. So it takes runs that had no part in the choice, in turn with the plan's own
settings, on a quiet machine.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from localalt.bench import runner
from localalt.bench.runner import ResultStore
from localalt.bench.setup import Setup
from localalt.bench.sweep import N_CONFIRMING, SweepResult, sure_gain, why_not
from localalt.bench.targets import Target
from localalt.errors import LocalAltError
from localalt.machine import autotune, batch_size, picture_times, sweep_results, this_machine
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.planning.plan import ModelSpec
from localalt.prompting.presets import PRESETS

__all__ = ["candidate_of", "forget", "found_targets", "shown", "store"]


def store(
    choice: SweepResult,
    *,
    on_run: Callable[[Setup, int, Mapping[str, Any]], None] = lambda *_: None,
    measure: Callable[..., Mapping[Setup, str]] | None = None,
) -> str:
    """Store the settings of a choice if new runs confirm them; returns what was stored, or why nothing was.

    Raises:
        NotEnoughMemoryError: a plan with these settings does not fit.
        OSError: they cannot be written.
    """
    # Image tokens decide the text, so they are never stored, and what they gained is not to be counted.
    tuning = dataclasses.replace(choice.setup.tuning, n_image_tokens=None)
    best, first = dataclasses.replace(choice.setup, tuning=tuning), choice.first
    start = f"Not stored for {choice.goal} of {best.label}"
    if best == first:
        return f"Nothing is stored for {choice.goal}: no settings are faster than the plan's own."
    store = ResultStore()
    failed = (measure or runner.measure)([first, best], store, n_runs=N_CONFIRMING, on_run=on_run)
    results = [store.result(setup) for setup in (first, best)]
    if failed or results[0] is None or results[1] is None:
        return f"{start}: a run that was to confirm it failed ({'; '.join(failed.values())}). {_STAYS}"
    own, base = (result.metrics["images_per_min"] for result in (results[1], results[0]))
    shares = [result.metrics.get("others_share") for result in results if result is not None]
    others = [share for each in shares if each is not None for share in each.samples]
    reason = why_not(own, base, others)
    if reason:
        return f"{start}: {reason}. {_STAYS}"
    candidate, machine = candidate_of(best.target), this_machine(device=best.device)
    planner.plan(
        candidate.with_tuning(best.tuning), machine, n_seq_max=best.n_seq_max
    )  # says it where that does not fit
    today, gain = datetime.datetime.now(datetime.timezone.utc).date().isoformat(), sure_gain(own, base)
    stored = sweep_results.Best(choice.goal, best.n_seq_max, tuning, model=best.target.name, gain=gain, measured=today)
    sweep_results.store(candidate, machine, stored)
    unknown = "" if others else " How busy the machine was is not known on this platform."
    return (
        f"Stored for {choice.goal} of {best.label}: {own.median:.1f} images/min, and with the plan's own settings "
        f"{base.median:.1f}; at least {gain:.2f} times as fast in {N_CONFIRMING} further runs of each.{unknown} "
        "Every later plan uses them; undo it with `localalt bench sweep --forget`."
    )


_STAYS = "Plans use the same settings as before."


def shown() -> list[str]:
    """What is stored, a line for each, or that nothing is."""
    stored = sweep_results.stored()
    return [f"{best.model or 'a model'}: {best.words}. For: {key}" for key, best in stored.items()] or [
        "No settings are stored: plans choose their own."
    ]


def forget(names: Sequence[str], targets: Sequence[Target], devices: Sequence[str]) -> list[str]:
    """Forget settings, slots and seconds a picture of models by name, or of all; returns what was forgotten.

    `targets` are those models whose files are here: slots are known by their files.

    Raises:
        OSError: a file of the cache cannot be read or written.
    """
    if not names:
        n_tuned, n_widths, n_times = len(sweep_results.forget()), len(batch_size.forget()), len(picture_times.forget())
        return [
            f"Forgotten: the settings that bench sweep stored ({n_tuned}), the measured numbers of slots "
            f"({n_widths}) and the seconds per picture of {n_times} models. Plans choose their own settings, and the "
            "next load of each model measures its slots again."
        ]
    said = []
    by_name = {target.name: target for target in targets}
    for name in [*names, *(each for each in by_name if each not in names)]:
        keys = {key for key, best in sweep_results.stored().items() if _is_of(best.model, name)}
        found = bool(sweep_results.forget(keys)) if keys else False
        target = by_name.get(name)
        for device in devices if target is not None else ():
            assert target is not None
            found |= autotune.forget(candidate_of(target), this_machine(device=device))
        if found:
            said.append(
                f"Forgotten for {name}: plans choose their own settings, and the next load measures its slots again."
            )
    return said or [f"Nothing was stored for {', '.join(names)}."]


def _is_of(model: str, name: str) -> bool:
    return bool(model) and name in (model, model.partition(":")[0])


def candidate_of(target: Target) -> ModelSpec:
    """What a plan depends on, of a target's files."""
    files = read_files(target.name, target.weights, target.mmproj)
    return files.spec(max_tokens=PRESETS[files.family].max_tokens)


def found_targets(open_one: Callable[[str], Target], names: Sequence[str]) -> list[Target]:
    """Those of the names whose files are here."""
    found = []
    for name in names:
        try:
            found.append(open_one(name))
        except LocalAltError:
            continue
    return found
