"""Forks while other threads use the package for the first time, and whether each child can do the same.

Each case is a fresh interpreter in which two threads go through doors of the package's. Every other one is forked in
the middle of an import that they make, the rest after a random time, so that some are forked while a model is loaded.
Not for Windows, which has no forks.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter

from scripts import ROOT

from .outcome import Outcome

__all__ = ["COUNT", "DOORS", "soak"]

COUNT = 300
CHILD_LIMIT_S = 60
HUNG = 1
"""The status of a child whose time is up."""
N_IMPORTS = 430
"""Modules that are looked for until the first picture is described; a few more or less do not matter."""
MAX_WAIT_S = 1.5
PICTURE = ROOT / "examples" / "shape.png"

DOORS = {
    "adescribe": "asyncio.run(localalt.adescribe(picture, model='selftest')).text",
    "adescribe_many": "asyncio.run(listed(localalt.adescribe_many([picture], model='selftest')))[0].text",
    "as_completed": "next(localalt.as_completed([picture], model='selftest'))[1].text",
    "describe": "localalt.describe(picture, model='selftest', metadata=True, language='en').text",
    "describe_many": "next(localalt.describe_many([picture], model='selftest')).text",
    "lint": "localalt.lint.check('Image of a bird')",
    "load": "localalt.load('selftest').describe(picture).text",
    "stream": "localalt.stream(picture, model='selftest').result.text",
}
_PROGRAM = f"""
import asyncio, faulthandler, os, sys, threading, time
import localalt

picture, at_import, wait_s = {str(PICTURE)!r}, int(sys.argv[1]), float(sys.argv[2])
async def listed(results):
    return [result async for result in results]
doors = {{{", ".join(f"{name!r}: lambda: {call}" for name, call in DOORS.items())}}}
reached, n_imports = threading.Event(), 0

class Watch:
    def find_spec(self, name, path=None, target=None):
        global n_imports
        n_imports += 1
        if n_imports == at_import:
            reached.set()
            time.sleep(0.1)

sys.meta_path.insert(0, Watch())
threads = [threading.Thread(target=doors[name], daemon=True) for name in sys.argv[3:]]
for thread in threads:
    thread.start()
if at_import:
    while not reached.wait(0.05) and any(thread.is_alive() for thread in threads):
        pass
else:
    time.sleep(wait_s)
pid = os.fork()
if pid == 0:
    faulthandler.dump_traceback_later({CHILD_LIMIT_S}, exit=True)
    try:
        os._exit(0 if all(doors[name]() for name in ("describe", *sys.argv[3:])) else 3)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(4)
_, status = os.waitpid(pid, 0)
os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
"""


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Fork `count` programs and list the children that did not do what their parents do."""
    rng = random.Random(seed)
    failures = []
    found: Counter[str] = Counter()
    for number in range(count):
        at_import = 0 if number % 2 else rng.randrange(1, N_IMPORTS)
        wait_s, doors = rng.uniform(0, MAX_WAIT_S), rng.choices(sorted(DOORS), k=2)
        command = [sys.executable, "-W", "ignore", "-c", _PROGRAM, str(at_import), str(wait_s), *doors]
        status, said = _run(command)
        found["done" if status == 0 else "hung" if status == HUNG else "failed"] += 1
        if status:
            moment = f"at import {at_import}" if at_import else f"after {wait_s:.2f} s"
            failures.append(f"{number}, {' and '.join(doors)}, {moment}: status {status}, {said[-600:]!r}")
    return Outcome(count, tuple(failures), (f"{found['done']} done, {found['hung']} hung, {found['failed']} failed",))


def _run(command: list[str]) -> tuple[int, str]:
    """The exit status and what was written to standard error."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=3 * CHILD_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return HUNG, "the program itself hung"
    return run.returncode, run.stderr
