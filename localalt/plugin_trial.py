"""One of ggml's backends, loaded in a process of its own: how many devices it finds, and what is said where none.

    python -I plugin_trial.py FOLDER [FILE]

FOLDER has ggml's libraries; FILE is a plugin in it, or left out for a backend that is part of them. As a program it is
run by its path, with the standard library alone, so that it answers in the Python of any environment, and a driver that
crashes ends nobody else.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TIMEOUT_S", "Outcome", "attempt", "registered"]

LIBRARIES = {"win32": "ggml.dll", "darwin": "libggml.dylib"}
TIMEOUT_S = 60
"""For a driver to start: CUDA's takes seconds where many GPUs are."""
MAX_SAID = 300
"""Characters of what is said, for a message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of loading a backend."""

    n_devices: int | None
    """None: it did not register."""
    said: str
    """What the system's loader, ggml or the driver said; "" is nothing."""


def attempt(python: str, folder: Path, file: str, backend: str) -> Outcome:
    """Have `python` load the plugin `file` of `folder`, which calls itself `backend`.

    `file` is "" for a backend that is part of ggml's libraries there. Nothing of the environment of `python` is used.
    """
    command = [python, "-I", str(Path(__file__).resolve()), str(folder), *filter(None, [file])]
    environment = {**os.environ, "GGML_NO_BACKTRACE": "1"}  # which would start a debugger and wait for it
    with tempfile.TemporaryDirectory(prefix="localalt-") as scratch:  # for a core, if there is one
        try:
            run = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_S,
                env=environment,
                cwd=scratch,
            )
        except subprocess.TimeoutExpired:
            return Outcome(None, f"it does not load within {TIMEOUT_S} seconds")
        except OSError as error:
            return Outcome(None, f"{python} cannot be run ({error.strerror})")
    return outcome(run.returncode, run.stdout, run.stderr, backend)


def outcome(status: int, output: str, log: str, backend: str) -> Outcome:
    """What the program's exit status, its output and its log say of a backend."""
    lines = [re.sub(r"^load_backend: ", "", line.strip()) for line in log.splitlines()]
    said = "; ".join(line for line in lines if line and not re.match(r"loaded \S+ backend from", line))[:MAX_SAID]
    if status != 0:
        return Outcome(None, f"loading it ends the process with {_ending(status)}" + (f": {said}" if said else ""))
    try:
        answer = json.loads(output.strip().splitlines()[-1])
        error, backends = str(answer["error"]), {str(name): int(n) for name, n in answer["backends"].items()}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return Outcome(None, said)
    return Outcome(backends.get(backend), error[:MAX_SAID] or said)


def _ending(status: int) -> str:
    try:
        return signal.Signals(-status).name if status < 0 else f"exit status {status:#x}"
    except ValueError:
        return f"signal {-status}"


# --- in the process of its own ---


def main(folder: Path, plugin: str = "") -> None:
    """Load, and write one line of JSON: devices by backend that registered, and what the loader says."""
    error = ""
    if sys.platform == "win32":  # as llama_cpp does: LoadLibraryW looks there for what the plugin needs
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    if plugin:
        try:
            # In the words of the loader, which ggml leaves out on Windows; winmode=0 searches as its LoadLibraryW does.
            ctypes.CDLL(str(folder / plugin), winmode=0)
        except OSError as reason:
            error = str(reason)
    found = {} if error else _loaded(folder, plugin)
    sys.stdout.write(json.dumps({"error": error, "backends": found}) + "\n")


def _loaded(folder: Path, plugin: str) -> dict[str, int]:
    """Devices by backend, once the plugin is loaded as llama.cpp loads it."""
    ggml = ctypes.CDLL(str(folder / LIBRARIES.get(sys.platform, "libggml.so")), winmode=0)
    ggml.ggml_backend_load.restype, ggml.ggml_backend_load.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    if plugin:
        ggml.ggml_backend_load(os.fsencode(folder / plugin))
    return registered(ggml)


def registered(ggml: ctypes.CDLL) -> dict[str, int]:
    """The number of devices of each backend that registered in this process with the library `ggml`."""
    pointer, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    for name, result, arguments in (
        ("ggml_backend_reg_count", size, []),
        ("ggml_backend_reg_get", pointer, [size]),
        ("ggml_backend_reg_name", text, [pointer]),
        ("ggml_backend_reg_dev_count", size, [pointer]),
    ):
        function = getattr(ggml, name)
        function.restype, function.argtypes = result, arguments
    backends = [ggml.ggml_backend_reg_get(index) for index in range(ggml.ggml_backend_reg_count())]
    return {ggml.ggml_backend_reg_name(each).decode(): ggml.ggml_backend_reg_dev_count(each) for each in backends}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
