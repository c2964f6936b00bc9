"""A fault on purpose in the processes that the doctor starts: what its checks must find."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

__all__ = ["planted"]


@contextmanager
def planted(module: str, program: str) -> Iterator[None]:
    """Within it each process that would run `module` runs the text of `program` in its place."""
    run = subprocess.run

    def changed(command: list[str], **options: Any) -> Any:  # noqa: ANN401 (subprocess.run's own)
        if command[1:3] == ["-m", module]:
            command = [command[0], "-c", program, *command[3:]]
        return run(command, **options)

    with mock.patch.object(subprocess, "run", changed):
        yield
