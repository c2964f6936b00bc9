"""Seconds per picture that `bench` measured on a quiet machine, stored for `models` and `plan`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from localalt.bench.record import Result
from localalt.bench.setup import Setup
from localalt.bench.stored_settings import candidate_of
from localalt.devices import Machine
from localalt.errors import LocalAltError
from localalt.machine import picture_times, this_machine
from localalt.machine.batch_size import MAX_SPREAD
from localalt.machine.disturbance import QUIET_SHARE
from localalt.planning import planner
from localalt.planning.tuning import Tuning
from localalt.units import format_seconds

__all__ = ["store", "why_not"]

MIN_PICTURES = 3
"""Of all runs together: fewer say nothing about the next one."""


def store(
    setup: Setup, result: Result, *, machine_of: Callable[[str], Machine] = lambda device: this_machine(device=device)
) -> str:
    """Store the seconds a picture of a result; returns what was stored or why nothing was, "" where it has none.

    Only of a model that people run, one picture at a time, with the plan's own settings and its own ends of answers.
    """
    if setup.target.kind != "real" or setup.n_seq_max != 1 or setup.tuning != Tuning() or setup.n_tokens is not None:
        return ""
    name, per_minute = setup.target.name, result.metrics["images_per_min"].samples
    shares = result.metrics.get("others_share")
    reason = why_not(per_minute, shares.samples if shares is not None else (), n_pictures=len(setup.pictures))
    if reason:
        return f"The seconds per picture of {name} are not stored: {reason}."
    seconds = [60 / each for each in per_minute]
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    try:
        candidate, machine = candidate_of(setup.target), machine_of(setup.device)
        key = picture_times.key(candidate, planner.plan(candidate, machine, n_seq_max=1), machine)
        picture_times.store(key, seconds, n_pictures=len(setup.pictures), day=day)
    except (LocalAltError, OSError, ValueError) as error:
        return f"The seconds per picture of {name} are not stored: {error}"
    return (
        f"Stored: a picture takes {format_seconds(min(seconds), max(seconds))} with {name} on {setup.device}. "
        "`localalt models` and `localalt plan` show that from now on; undo it with `localalt bench sweep --forget`."
    )


def why_not(per_minute: Iterable[float], others: Iterable[float], *, n_pictures: int) -> str:
    """Why a measurement is not to be stored, "" where it is.

    Args:
        per_minute: pictures a minute of each run; at least one.
        others: what other programs took of the processors in each run, 0 to 1; empty where nobody knows.
        n_pictures: of each run.
    """
    runs, shares = list(per_minute), list(others)
    if n_pictures * len(runs) < MIN_PICTURES:
        return f"that needs {MIN_PICTURES} pictures, or more runs"
    if min(runs) <= 0:
        return "a run took no time that could be measured"
    if shares and max(shares) > QUIET_SHARE:
        return f"other programs took up to {max(shares):.0%} of the processors"
    spread = max(runs) / min(runs) - 1
    if spread > MAX_SPREAD:
        return f"the runs differed by {spread:.0%}"
    if not shares and len(runs) < 2:
        return "how busy the machine was is not known on this platform, and one run does not show how steady it was"
    return ""
