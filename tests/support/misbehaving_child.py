"""The child that describes pictures, with a fault planted: `python -m tests.support.misbehaving_child`.

Tests run it in place of `localalt.worker` (`planted`). What it does wrong, and when, is in an environment variable; the
rest is the real child, whose functions are replaced from outside. Nothing in the package knows of it.
"""

from __future__ import annotations

import ctypes
import dataclasses
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["MARK", "MODULE", "VARIABLE", "planted"]

MODULE = "tests.support.misbehaving_child"
VARIABLE = "LOCALALT_TESTS_PLANTED"
MARK = "planted"
"""What the names of pictures have in them at which it happens."""

_answers = -1
_is_on_gpu = False


@contextmanager
def planted(
    when: str, what: str, *, gpu: str = "", only_on_gpu: bool = False, times: int | None = None, counted_in: Path
) -> Iterator[None]:
    """Have children that are started within this block misbehave.

    Args:
        when: "start", "load", "loaded", "reading" (of a marked picture), "encoding" (the same, in native code),
            "every picture", or "never".
        what: a name of `_FAULTS`.
        gpu: the name of a made-up GPU, which the CPU computes for.
        only_on_gpu: not where the model is loaded without that.
        times: how often, of all children together.
        counted_in: a folder in which they count.
    """
    from unittest import mock

    from localalt.isolation import service

    plan = {
        "when": when,
        "what": what,
        "gpu": gpu,
        "only_on_gpu": only_on_gpu,
        "times": times,
        "folder": str(counted_in),
    }
    with mock.patch.dict(os.environ, {VARIABLE: json.dumps(plan)}), mock.patch.object(service, "MODULE", MODULE):
        yield


def main() -> int:
    """Be the child."""
    from localalt.worker.__main__ import main as real_main

    plan = json.loads(os.environ[VARIABLE])
    if plan["when"] == "start":
        _misbehave(plan)
    from localalt.worker import session

    serve = session.serve

    def served(commands: Any, answers: int) -> int:
        global _answers
        _answers = answers
        return serve(commands, answers)

    session.serve = served
    _before(session.Session, "_load_model", lambda *_: _plant(plan))
    if plan["gpu"]:
        for errand in ("_blame", "_limit"):
            _before(session.Session, errand, lambda *_: _plant_gpu(plan["gpu"]))
    return real_main()


def _plant(plan: Mapping[str, Any]) -> None:
    """Replace what is to misbehave, now that everything may be imported."""
    from localalt import native
    from localalt.image.source import name_of

    in_process: Any = importlib.import_module("localalt.describer.in_process")
    loading: Any = importlib.import_module("localalt.describer.loading")
    reader: Any = importlib.import_module("localalt.image.reader")

    def misbehave(*_: Any, **__: Any) -> None:
        _misbehave(plan)

    if plan["gpu"]:
        _plant_gpu(plan["gpu"])
    when = plan["when"]
    if when == "load":
        _before(loading, "open_handles", misbehave)
    elif when == "loaded":
        _before(in_process, "InProcess", misbehave)
    elif when == "reading":
        _before(reader, "load_picture", lambda image, *_, **__: _misbehave(plan, if_=MARK in name_of(image)))
    elif when == "encoding":
        # The name is lost by then: what is read from a marked file has a corner that says so.
        read = reader.load_picture

        def marking(image: Any, *arguments: Any, **options: Any) -> Any:
            picture = read(image, *arguments, **options)
            if MARK in name_of(image):
                picture.pixels[0, 0] = _CORNER
            return picture

        reader.load_picture = marking
        _before(native.Projector, "tokenize", lambda _, parts: _misbehave(plan, if_=any(map(_is_marked, parts))))
    elif when == "every picture":
        _before(native.Projector, "tokenize", misbehave)
    if plan["gpu"]:
        _let_the_cpu_compute(loading)


_CORNER = (255, 1, 254)


def _is_marked(part: Any) -> bool:
    return hasattr(part, "shape") and tuple(part[0, 0]) == _CORNER


def _plant_gpu(name: str) -> None:
    """Let there be a GPU of this name."""
    from localalt import native
    from localalt.devices import Device

    def gpus() -> tuple[Device, ...]:
        return (Device(name, "Made-up GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000),)

    native.gpus = native.devices = gpus


def _let_the_cpu_compute(loading: Any) -> None:
    """Load on the CPU what is planned for the GPU."""
    opened = loading.open_handles

    @contextmanager
    def on_cpu(*arguments: Any, plan: Any, **options: Any) -> Iterator[Any]:
        global _is_on_gpu
        _is_on_gpu = bool(plan.devices)
        real = dataclasses.replace(plan, n_gpu_layers=0, devices=(), projector_on_gpu=False)
        with opened(*arguments, plan=real, **options) as handles:
            yield dataclasses.replace(handles, plan=plan)

    loading.open_handles = on_cpu


def _before(owner: Any, name: str, call: Callable[..., object]) -> None:
    """Have `call` called with the same arguments before a function of this name."""
    real = getattr(owner, name)

    def both(*arguments: Any, **options: Any) -> Any:
        call(*arguments, **options)
        return real(*arguments, **options)

    setattr(owner, name, both)


def _misbehave(plan: Mapping[str, Any], *, if_: bool = True) -> None:
    if not if_ or (plan["only_on_gpu"] and not _is_on_gpu):
        return
    if plan["times"] is not None:
        done = Path(plan["folder"], "done")
        with done.open("ab") as file:
            if file.tell() >= plan["times"]:
                return
            file.write(b".")
    _FAULTS[plan["what"]]()


def _assertion() -> None:
    """What GGML_ASSERT does where it fails."""
    from localalt.native.devices import ggml

    abort = ggml().ggml_abort
    abort.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
    abort(b"planted.cpp", 1, b"GGML_ASSERT(planted) failed")


def _out_of_memory() -> None:
    """What ggml-cuda does where its pool cannot grow."""
    os.write(2, b"CUDA error: out of memory\n  current device: 0, in function alloc at ggml-cuda.cu:563\n")
    os.abort()


def _sleep() -> None:
    while True:
        time.sleep(1)


def _rubbish() -> None:
    os.write(_answers, b"\xff" * 64)
    _sleep()


def _no_answer() -> None:
    from localalt.isolation.frames import Frame, FrameWriter

    FrameWriter(_answers).write(Frame({"event": "done"}))
    _sleep()


_FAULTS: dict[str, Callable[[], object]] = {
    "abort": os.abort,
    "assertion": _assertion,
    "out of memory": _out_of_memory,
    "segfault": lambda: ctypes.string_at(0),
    "exit": lambda: os._exit(3),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "sleep": _sleep,
    # Without giving Python's lock away, as native code may.
    "sleep with the lock": lambda: ctypes.PyDLL(None).sleep(1_000_000),
    "rubbish": _rubbish,
    "no answer": _no_answer,
    "nothing": lambda: None,
}

if __name__ == "__main__":
    # As the module that others import: what is planted is kept there.
    from tests.support import misbehaving_child

    code = misbehaving_child.main()
    sys.stderr.flush()
    os._exit(code)
