"""Where the time goes when many pictures are described: a table of stages that adds up.

    pip install '.[bench]'
    python benchmarks/stages.py [--shape qwen3.5-0.8b] [--pictures 64] [--tokens 48] [--slots 4]

The native calls of the engine's thread are timed one by one, as are its waits for work; what is left
of each of its steps is Python. Beside it, on threads of their own, files are read and pictures
decoded and resized: those rows are not part of the sum. The sum is compared with the time from the first
call to the last text, by the clock of the caller's thread.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pictures
from peers import limit_image_tokens
from peers.shapes import SHAPES, pair_of

import localalt
from localalt import native
from localalt.describer import describer as describer_module
from localalt.describer.loading import load_model
from localalt.engine import engine as engine_module

ENGINE = "localalt-engine"

STAGES: dict[str, tuple[tuple[type, str], ...]] = {
    "preprocess": ((native.Projector, "tokenize"),),
    "encode": ((native.Projector, "encode_batch"),),
    "prefill, picture": ((native.Context, "decode_image"),),
    "prefill, text": ((native.Context, "decode_text"), (native.Context, "synchronize")),
    "copies of the cache": ((native.Context, "save"), (native.Context, "restore"), (native.Context, "move")),
    "decode": ((native.Context, "decode"),),
    "sampling": ((native.Context, "sample"),),
    "clearing": ((native.Context, "clear"),),
}
"""Native calls of the engine's thread, none of which makes another."""


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, its time added to `stage`."""

        @functools.wraps(function)
        def run(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (whatever the function takes)
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                with self._lock:
                    self.seconds[stage] += time.perf_counter() - started

        return run


@contextlib.contextmanager
def timed(clock: Clock) -> Iterator[None]:
    """The package with its stages timed."""
    describers: Any = describer_module
    replaced: list[tuple[Any, str]] = [(owner, name) for calls in STAGES.values() for owner, name in calls]
    replaced += [(engine_module.Engine, "step"), (engine_module.Engine, "_receive"), (threading.Condition, "wait")]
    replaced += [(describers, "load_picture")]
    originals = [(owner, name, getattr(owner, name)) for owner, name in replaced]
    wait = threading.Condition.wait

    def engine_waits(condition: threading.Condition, timeout: float | None = None) -> bool:
        if threading.current_thread().name != ENGINE:
            return wait(condition, timeout)
        return bool(clock.timed("waiting for pictures", wait)(condition, timeout))

    for stage, calls in STAGES.items():
        for owner, name in calls:
            setattr(owner, name, clock.timed(stage, getattr(owner, name)))
    engine: Any = engine_module.Engine
    engine.step, engine._receive = clock.timed("step", engine.step), clock.timed("receive", engine._receive)
    describers.load_picture = clock.timed("decode and resize", describers.load_picture)
    conditions: Any = threading.Condition
    conditions.wait = engine_waits
    try:
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def read(paths: Sequence[Path], clock: Clock) -> Iterator[bytes]:
    """The files' bytes, their reading timed."""
    for path in paths:
        yield clock.timed("read", path.read_bytes)()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, default="qwen3.5-0.8b")
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--slots", type=int, default=4)
    arguments = parser.parse_args(argv)
    paths = pictures.collect(arguments.pictures)
    weights, mmproj = pair_of(arguments.shape)
    clock = Clock()
    loaded = load_model(
        (weights, mmproj),
        {"device": "cpu", "n_seq_max": arguments.slots, "exact_tokens": arguments.tokens, "reuse": False},
    )
    with localalt.Describer.from_loaded(limit_image_tokens(loaded, SHAPES[arguments.shape].image_tokens)) as describer:
        list(describer.describe_many(paths[:2]))
        with timed(clock):
            started = time.perf_counter()
            texts = list(describer.describe_many(read(paths, clock)))
            whole_s = time.perf_counter() - started
    seconds = clock.seconds
    native_s = sum(seconds[stage] for stage in STAGES)
    idle_s = seconds["waiting for pictures"]
    seconds["Python"] = seconds["step"] + seconds["receive"] - native_s - idle_s
    print(f"{arguments.shape}, {len(texts)} pictures, {arguments.slots} slots: {len(texts) / whole_s:.3f} pictures/s\n")
    print(f"{'the engine':22}{'s':>9}{'share':>8}")
    rows = [*STAGES, "Python", "waiting for pictures"]
    for stage in rows:
        print(f"{stage:22}{seconds[stage]:9.2f}{seconds[stage] / whole_s:8.1%}")
    total_s = sum(seconds[stage] for stage in rows)
    print(f"{'sum':22}{total_s:9.2f}{total_s / whole_s:8.1%}")
    print(f"{'whole':22}{whole_s:9.2f}\n\n{'beside it':22}")
    for stage in ("read", "decode and resize"):
        print(f"{stage:22}{seconds[stage]:9.2f}{seconds[stage] / whole_s:8.1%}")


if __name__ == "__main__":
    main()
