"""The child that describes pictures, on made-up GPUs for which the CPU computes.

Tests run it as a module in place of `localalt.worker` (`made_up_gpus`). The rest is the real child, whose functions
are replaced from outside. Nothing in the package knows of it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

__all__ = ["MODULE", "made_up_gpus", "pictures_by_device"]

MODULE = "tests.support.child_of_a_pool"
VARIABLE = "LOCALALT_TESTS_POOL"


@contextmanager
def made_up_gpus(folder: Path, **faults: str) -> Iterator[None]:
    """Have children that are started within this block find these GPUs.

    Args:
        folder: where they write down what they do.
        faults: by the names of the GPUs: "" for none; "memory": the model does not fit there; "backend": it cannot be
            loaded there; "later": the child there ends at its first picture, and cannot load again.
    """
    from unittest import mock

    from localalt.isolation import service

    plan = json.dumps({"folder": str(folder), "faults": faults})
    with mock.patch.dict(os.environ, {VARIABLE: plan}), mock.patch.object(service, "MODULE", MODULE):
        yield


def pictures_by_device(folder: Path) -> Mapping[str, int]:
    """How many pictures each device's child was given."""
    return Counter(line for path in folder.glob("*.pictures") for line in path.read_text().split())


def _main() -> int:
    plan = json.loads(os.environ[VARIABLE])
    folder, faults = Path(plan["folder"]), plan["faults"]
    from localalt import native
    from localalt.describer import loading as own_loading
    from localalt.devices import Device, Share
    from localalt.errors import EngineError, NotEnoughMemoryError
    from localalt.machine import probe
    from localalt.worker import session as own_session

    # Their functions are replaced.
    loading, session, gpu_list = cast("Any", own_loading), cast("Any", own_session), cast("Any", native)
    gpus = tuple(Device(name, "made up", "CUDA", False, 10**9, 10**9) for name in faults)
    gpu_list.gpus = gpu_list.devices = lambda: gpus
    own = ""
    load_model, describe = loading.load_model, session.Session._describe

    def load(model: Any, options: Any, *, share: Share, **others: Any) -> Any:
        nonlocal own
        asked_for = options["device"]
        own = asked_for if asked_for in ("auto", "cpu") else probe.this_machine(device=asked_for).device
        (folder / f"{os.getpid()}.share").write_text(json.dumps([own, dataclasses.asdict(share)]))
        fault = faults.get(own, "")
        if fault == "memory":
            raise NotEnoughMemoryError("it does not fit")
        if fault == "backend" or (folder / f"{own}.over").exists():
            raise EngineError("it cannot be used")
        return load_model(model, {**options, "device": "cpu"}, share=share, **others)

    def note(child: Any, body: dict[str, Any], frame: Any) -> None:
        if faults.get(own) == "later":
            (folder / f"{own}.over").touch()
            os.abort()
        with (folder / f"{os.getpid()}.pictures").open("a") as file:
            file.write(f"{own}\n")
        describe(child, body, frame)

    loading.load_model, session.Session._describe = load, note
    from localalt.worker.__main__ import main

    return main()


if __name__ == "__main__":
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os._exit(_main())
