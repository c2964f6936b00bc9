"""Loads models that may kill it, for `soak_gguf_mutants`: one line in, one word out.

Reads lines of JSON, [weights, mmproj, picture], and prints for each what became of it. Each is loaded in a fork of
its own, since llama.cpp ends the process where it fails an assertion, and since importing it takes longest.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time

import localalt
from localalt.native.library import library

TIME_LIMIT_S = 60
MEMORY_LIMIT_BYTES = 8 << 30
ANSWERED, ERROR, FAULT = 0, 10, 11


def main() -> None:
    """Answer every line."""
    library()
    for line in sys.stdin:
        print(_outcome(json.loads(line)), flush=True)


def _outcome(files: list[str]) -> str:
    pid = os.fork()
    if pid == 0:
        os._exit(_load_and_ask(*files))
    end = time.monotonic() + TIME_LIMIT_S
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            names = {ANSWERED: "answered", ERROR: "error", FAULT: "fault"}
            return names.get(code, "killed")
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "hung"


def _load_and_ask(weights: str, mmproj: str, picture: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # GGML_ASSERT prints where it is, and may start a debugger to print how it came there.
    os.environ["GGML_NO_BACKTRACE"] = "1"
    silent = os.open(os.devnull, os.O_WRONLY)
    if "LOCALALT_MUTANTS_LOUD" not in os.environ:
        os.dup2(silent, 2)
    os.dup2(silent, 1)
    try:
        with localalt.load((weights, mmproj), device="cpu", n_seq_max=2, exact_tokens=6) as describer:
            describer.describe(picture, checks="off")
    except localalt.LocalAltError:
        return ERROR
    except BaseException:
        import traceback

        traceback.print_exc()
        return FAULT
    return ANSWERED


if __name__ == "__main__":
    main()
