"""One of our modules run in a process of its own, so that a crash or a hang is a finding and no end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

__all__ = ["EndedError", "run_module"]


class EndedError(Exception):
    """The process ended without having done its work; the message says how.

    Args:
        words: how it ended.
        is_hang: whether it did not end in time, and was ended.
    """

    def __init__(self, words: str, *, is_hang: bool = False) -> None:
        super().__init__(words)
        self.is_hang = is_hang


def run_module(
    module: str,
    arguments: Sequence[str],
    folder: Path,
    *,
    timeout_s: int,
    variables: Mapping[str, str] = MappingProxyType({}),
    without: Collection[str] = (),
) -> None:
    """Run `python -m module` in `folder`, an empty one or one with files of the caller's.

    Not in the current folder, from which -m would import whatever is called like one of our modules.
    `variables` are set in its environment beside this process's own, but for those `without` names, from before its
    first import.

    Raises:
        EndedError: it crashed, did not end in time, or ended with an error.
    """
    own = Path(__file__).resolve().parent.parent
    paths = [str(own), os.environ.get("PYTHONPATH", "")]
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    environment = {**inherited, **variables, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    try:
        run = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            cwd=folder,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise EndedError(f"no answer within {timeout_s} seconds", is_hang=True) from error
    if run.returncode != 0:
        raise EndedError(_ended(run.returncode, run.stderr))


def _ended(status: int, said: str) -> str:
    """How a process ended, with its last words."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    words = f": {lines[-1]}" if lines else ""
    if status >= 0:
        return f"exit status {status}{words}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"{name}{words}"
