"""Run one of the full counts: `python -m scripts.checks.soak NAME [--count N] [--seed N]`; without a name, list them.

Run it from the repository's root. The exit status is 0 where no case failed, 1 where one did, and 2 for a wrong name.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path
from types import ModuleType

from .outcome import Outcome

__all__ = ["main", "names"]

_PREFIX = "soak_"
_SHOWN = 20
"""Failures that are printed; the rest are counted."""


def names() -> list[str]:
    """The names of all soaks, from the modules beside this one."""
    found = Path(__file__).parent.glob(f"{_PREFIX}*.py")
    return sorted(path.stem.removeprefix(_PREFIX).replace("_", "-") for path in found)


def main(arguments: list[str] | None = None) -> int:
    """Run the soak that is named and print what it counted."""
    parser = argparse.ArgumentParser(prog="python -m scripts.checks.soak", description=__doc__)
    parser.add_argument("name", nargs="?", metavar="NAME", help="which soak to run")
    parser.add_argument("--count", type=int, metavar="N", help="cases to run (default: the full count)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the random choices (default: 0)")
    chosen = parser.parse_args(arguments)
    if chosen.name is None:
        for name in names():
            module = _module(name)
            print(f"{name:20} {module.COUNT:>7,}  {(module.__doc__ or '').splitlines()[0]}")
        return 0
    if chosen.name not in names():
        print(f"There is no soak {chosen.name!r}: there are {', '.join(names())}.", file=sys.stderr)
        return 2
    module = _module(chosen.name)
    started = time.monotonic()
    outcome: Outcome = module.soak(chosen.count or module.COUNT, seed=chosen.seed)
    for line in outcome.figures:
        print(line)
    for line in outcome.failures[:_SHOWN]:
        print(f"FAILED {line}")
    if len(outcome.failures) > _SHOWN:
        print(f"… and {len(outcome.failures) - _SHOWN:,} more")
    took_s = time.monotonic() - started
    print(f"{chosen.name}: {outcome.n_cases:,} cases, {len(outcome.failures):,} failed, {took_s:.0f} s")
    return 1 if outcome.failures else 0


def _module(name: str) -> ModuleType:
    return importlib.import_module(f".{_PREFIX}{name.replace('-', '_')}", __package__)


if __name__ == "__main__":
    sys.exit(main())
