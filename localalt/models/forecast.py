"""How a model would run on a machine, before it is loaded or even downloaded."""

from __future__ import annotations

from localalt import selftest
from localalt.devices import Machine
from localalt.errors import ModelNotFoundError
from localalt.machine import autotune, model_checks
from localalt.models import choose, reference
from localalt.models.files import ModelFiles
from localalt.models.local import find, local_pair
from localalt.models.resolve import open_model
from localalt.planning.plan import ModelSpec, Plan
from localalt.prompting.presets import PRESETS
from localalt.types import ModelSource

__all__ = ["plan_for", "planned"]


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
        choice = choose.expected_auto(machine)
        own, plan = choose.as_it_is(choice, machine)
        if find(choice.named) is None:
            return str(choice.named), own, plan.because(choice.why)
        _, own, plan = _of_files(open_model(str(choice.named), machine, offline=True), machine)
        return str(choice.named), own, plan.because(choice.why)
    if isinstance(model, str) and model not in selftest.MODELS and local_pair(model) is None:
        named = reference.parse(model)
        if find(named) is None:
            if named.entry is None:
                raise ModelNotFoundError(
                    f"{model} is neither downloaded nor in the catalog, so its size is not known: "
                    f"run localalt pull {model} first."
                )
            expected = choose.spec_of(named.entry, named.wanted_quant)
            return expected.name, expected, autotune.planned(expected, machine).plan
    return _of_files(open_model(model, machine, offline=True), machine)


def _of_files(files: ModelFiles, machine: Machine) -> tuple[str, ModelSpec, Plan]:
    """The plan of files that are here, by what their first load found of the devices."""
    own = files.spec(max_tokens=PRESETS[files.family].max_tokens)
    plan = autotune.planned(own, model_checks.applied(machine, files.fingerprint, own.kind)).plan
    return files.name, own, model_checks.explained(plan, machine, files.fingerprint)
