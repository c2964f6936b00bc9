"""Which Python runs the child, and how it is started: the parent's interpreter, or one that somebody names."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localalt.errors import EngineError, OptionError
from localalt.errors.wording import either

__all__ = ["MODULE", "Start", "start_of"]

MODULE = "localalt.worker"
"""What a child runs."""

PYTHONS = re.compile(r"(python|pypy|graalpy|mayapy|hython)[\d.]*t?(w|_d)?(\.exe)?", re.IGNORECASE)
"""Names of interpreters: what an application that embeds one is called may start the whole application."""
INHERITED = (
    "PYTHONHOME",
    "PYTHONPLATLIBDIR",
    "PYTHONUSERBASE",
    "PYTHONNOUSERSITE",
    "PYTHONPYCACHEPREFIX",
    "PYTHONCOERCECLOCALE",
)
"""Python's variables for the child: where things are. The others are for people who watch this process: a prompt at the
end, warnings as errors, or tracebacks in the place of llama.cpp's last words."""
_ROOT = Path(__file__).absolute().parents[2]
"""The folder, or archive, from which this localalt was imported."""


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
        OptionError: `python` is not a program.
        EngineError: this is a frozen application, or its `sys.executable` is not a Python, and none is named.
    """
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("PYTHON")}
    # What ggml prints as it aborts is enough; its backtrace starts a debugger, and waits for it.
    environment |= {"GGML_NO_BACKTRACE": "1", "PYTHONSAFEPATH": "1"}
    folder = Path(sys.prefix).anchor or os.sep
    if python is not None:
        return Start((_named(python), "-m", module), folder, _unfrozen(environment), None)
    _check_own_interpreter()
    if not sys.flags.ignore_environment:
        environment |= {name: os.environ[name] for name in INHERITED if name in os.environ}
    import_path = _import_path()
    # From its first line on: its interpreter might find other modules of the same names, or no localalt.
    environment["PYTHONPATH"] = os.pathsep.join(path for path in import_path if os.pathsep not in path)
    environment["PYTHONUTF8"] = str(sys.flags.utf8_mode)
    if "" in sys.path:
        # The working folder, as an interactive session has it, comes last and late: what its files have in common with
        # modules by name was none of this process's business when it imported those modules, elsewhere.
        import_path += tuple(filter(None, [working_folder()]))
    return Start((sys.executable, *_flags(), "-m", module), folder, environment, import_path)


def working_folder() -> str:
    """The folder from which this process's relative paths begin; "" where it is deleted."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return ""


def _named(python: str | os.PathLike[str]) -> str:
    path = Path(python).expanduser().absolute()  # not resolved: a virtual environment's is a link
    what = ""
    if not path.is_file():
        what = "not a file"
    elif not os.access(path, os.X_OK):
        what = "not a program"
    if what:
        raise OptionError(f"python is {os.fspath(python)!r}, which is {what}: pass the path of an interpreter.")
    return str(path)


def _unfrozen(environment: dict[str, str]) -> dict[str, str]:
    """Without where PyInstaller has programs look for the application's own libraries, in place of the system's."""
    for name in ("LD_LIBRARY_PATH", "LIBPATH"):
        before = environment.pop(f"{name}_ORIG", None)
        if before is not None:
            environment[name] = before
        elif getattr(sys, "frozen", False):
            environment.pop(name, None)
    return environment


def _import_path() -> tuple[str, ...]:
    """This process's, in absolute paths, and with this localalt in it."""
    path = [absolute for entry in sys.path if entry and isinstance(entry, str) for absolute in _absolute(entry)]
    own = str(_ROOT)
    if own not in path:
        # Found through "", or by an import hook: before other copies of localalt, but not before the standard library.
        path.insert(_n_of_the_standard_library(path), own)
    return tuple(path)


def _n_of_the_standard_library(path: list[str]) -> int:
    standard = str(Path(os.__file__).absolute().parent)
    return path.index(standard) + 1 if standard in path else 0


def _absolute(entry: str) -> list[str]:
    try:
        return [str(Path(entry).absolute())]
    except FileNotFoundError:  # the working folder is deleted
        return []


def _flags() -> list[str]:
    flags = ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    for letter, is_set in (("s", sys.flags.no_user_site), ("S", sys.flags.no_site), ("B", sys.dont_write_bytecode)):
        if is_set:
            flags.append(f"-{letter}")
    return flags


def _check_own_interpreter() -> None:
    executable = sys.executable or ""
    if getattr(sys, "frozen", False) or _is_compiled():
        what = "This application is frozen, and its program is not a Python interpreter"
    elif not executable:
        what = "This process does not know its Python interpreter (sys.executable is empty)"
    elif not PYTHONS.fullmatch(Path(executable).name):
        what = f"{executable!r} (sys.executable) is not a Python interpreter"
    elif not os.access(executable, os.X_OK):
        what = f"{executable!r} (sys.executable) is not there"
    else:
        return
    raise EngineError(
        f"{what}, so that no process can be started for the model: "
        + either('name one with localalt installed by python="…", or load with isolation="none".', "add --in-process.")
    )


def _is_compiled() -> bool:
    """Whether Nuitka has made a program of this: each module that it compiles has the name `__compiled__`."""
    of_main = getattr(sys.modules.get("__main__"), "__compiled__", None)
    compiled = (each for each in (globals().get("__compiled__"), of_main) if each is not None)
    # A single compiled module is imported by an interpreter like any other.
    return any(getattr(each, "standalone", True) for each in compiled)
