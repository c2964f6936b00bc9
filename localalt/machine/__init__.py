"""What this machine has for a model to run on: processors, RAM, and the GPUs that are in it.

Only looks; what follows from it is decided in `planning`. Must not know models. Doors: `this_machine`,
`all_devices`, `devices_named`, `compute_threads`. `graphics` imports the standard library alone, so that a build
script can ask it before anything else is installed: hence nothing is imported here before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localalt.machine.probe import all_devices, devices_named, this_machine, with_free_memory
    from localalt.machine.processors import compute_threads

__all__ = ["all_devices", "compute_threads", "devices_named", "this_machine", "with_free_memory"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (PEP 562)
    if name in ("all_devices", "devices_named", "this_machine", "with_free_memory"):
        from localalt.machine import probe

        return getattr(probe, name)
    if name == "compute_threads":
        from localalt.machine.processors import compute_threads

        return compute_threads
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
