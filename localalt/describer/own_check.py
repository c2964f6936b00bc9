"""The check of a person's own model at its first load on a GPU: when it is due, and what follows from it.

It takes seconds, once for each model, device, driver and build of llama.cpp; what it found is stored, every later plan
follows it, and `localalt plan` and `localalt devices` show it.
"""

from __future__ import annotations

import datetime
import logging
import os
from collections.abc import Callable
from typing import TypeVar

from localalt.console import visible
from localalt.devices import Machine
from localalt.engine import own_model
from localalt.engine.own_model import OwnFiles
from localalt.machine import model_checks, this_machine
from localalt.models.files import ModelFiles
from localalt.native import Model, Projector
from localalt.planning.model_check import ModelCheck
from localalt.planning.plan import Plan
from localalt.types import ImageGeometry

__all__ = ["SWITCH", "AnotherWayError", "OwnCheck", "due", "started"]

logger = logging.getLogger("localalt.run_log")

SWITCH = "LOCALALT_MODEL_CHECK"
"""The environment variable that leaves the check out where it is "off"."""

Started = TypeVar("Started")


class AnotherWayError(Exception):
    """The device computes the model wrong as planned: it is loaded again by another plan.

    Args:
        check: what was found.
        devices: by name.
    """

    def __init__(self, check: ModelCheck, devices: tuple[str, ...]) -> None:
        super().__init__(check.words)
        self.check, self.devices = check, devices


class OwnCheck:
    """Called with a model as it was loaded, before it has a KV cache.

    Args:
        files: what it is loaded from.
        plan, geometry: what it is loaded for.
        machine: that the plan is for.
    """

    def __init__(self, files: ModelFiles, plan: Plan, geometry: ImageGeometry, machine: Machine) -> None:
        self._files, self._plan, self._geometry, self._machine = files, plan, geometry, machine
        self.found: ModelCheck | None = None
        """What came of it, once it was called."""

    def __call__(self, model: Model, projector: Projector | None) -> None:
        """Compare, and store what was found.

        Raises:
            AnotherWayError: it computes wrong as planned.
        """
        files = self._files
        own = OwnFiles(
            files.name,
            files.weights.path,
            files.weights_bytes,
            files.mmproj.path,
            files.mmproj_bytes,
            self._geometry,
        )
        self.found = check = own_model.check(
            model,
            projector,
            self._plan,
            own,
            free_bytes=this_machine(device="cpu").ram_free_bytes,
            day=datetime.date.today().isoformat(),
        )
        names = " and ".join(self._plan.devices)
        logger.info("%s", visible(f"Checked {files.name} on {names}: {check.words}."))
        for device in self._machine.devices:
            if device.name in self._plan.devices:
                model_checks.store(files.fingerprint, device, check)
        if check.verdict.words:
            raise AnotherWayError(check, self._plan.devices)


def due(files: ModelFiles, plan: Plan, geometry: ImageGeometry, machine: Machine) -> OwnCheck | None:
    """The check of a model that is about to be loaded; None where there is nothing to check, or it was checked."""
    if not plan.devices or os.environ.get(SWITCH, "").lower() == "off":
        return None
    for device in machine.devices:
        if device.name in plan.devices:
            known = model_checks.lookup(files.fingerprint, device)
            if known is None or not known.covers(plan):
                return OwnCheck(files, plan, geometry, machine)
    return None


def started(start: Callable[[Machine, bool], Started], machine: Machine, kind: str) -> Started:
    """What `start` makes of `machine`, or where the check finds the device wrong, of a machine with what was found.

    Args:
        start: plans and loads a model of that `devices.model_kind` on a machine; called with that, and whether the
            check may run.
    """
    try:
        return start(machine, True)
    except AnotherWayError as error:
        return start(model_checks.with_verdict(machine, error.devices, kind, error.check.verdict), False)
