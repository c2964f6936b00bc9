"""Which Python runs the child, and how it is started: the parent's interpreter, or one that somebody names."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localalt.errors import EngineError, OptionError

__all__ = ["Start", "start_of"]


@dataclass(frozen=True, slots=True)
class Start:
    """What starts a child."""

    command: tuple[str, ...]
    folder: str
    """It works in a folder from which nothing is imported by mistake: -m looks there first."""
    environment: Mapping[str, str]
    import_path: tuple[str, ...] | None
    """Of the child, once it runs: this process's; None for that of an interpreter of its own."""


def start_of(module: str, python: str | os.PathLike[str] | None = None) -> Start:
    """How `python -m module` is started with this process's interpreter, or with `python`.

    Raises:
        OptionError: `python` is not a file.
        EngineError: this is a frozen application, or its `sys.executable` is not a Python, and none is named.
    """
    # What ggml prints as it aborts is enough; its backtrace starts a debugger, and waits for it.
    environment = {**os.environ, "GGML_NO_BACKTRACE": "1", "PYTHONSAFEPATH": "1"}
    folder = Path(sys.prefix).anchor or os.sep
    if python is not None:
        path = Path(python).expanduser().absolute()  # not resolved: a virtual environment's is a link
        if not path.is_file():
            raise OptionError(f"python is {os.fspath(python)!r}, which is not a file: pass the path of an interpreter.")
        for name in ("PYTHONHOME", "PYTHONPATH"):  # of another Python, or of a frozen application
            environment.pop(name, None)
        return Start((str(path), "-m", module), folder, environment, None)
    _check_own_interpreter()
    own = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [own, environment.get("PYTHONPATH", "")]))
    environment["PYTHONUTF8"] = str(sys.flags.utf8_mode)
    optimized = ("-" + "O" * sys.flags.optimize,) if sys.flags.optimize else ()
    import_path = tuple(str(Path(each).absolute()) for each in sys.path)
    return Start((sys.executable, *optimized, "-m", module), folder, environment, import_path)


def _check_own_interpreter() -> None:
    executable = sys.executable or ""
    if getattr(sys, "frozen", False) or "__compiled__" in globals():
        what = "This application is frozen, and its program is not a Python interpreter"
    elif not executable:
        what = "This process does not know its Python interpreter (sys.executable is empty)"
    elif "py" not in Path(executable).name.lower():
        what = f"{executable!r} (sys.executable) is not a Python interpreter"
    else:
        return
    raise EngineError(
        f'{what}, so that no process can be started for the model: name one with localalt installed by python="…", '
        'or load with isolation="none".'
    )
