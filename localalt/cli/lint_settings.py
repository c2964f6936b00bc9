"""The settings of `localalt lint` for each file: of the nearest pyproject.toml with a table for it, and of options."""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path
from typing import Any

from localalt.errors import OptionError
from localalt.lint.settings import TABLE, LintSettings, settings_in

__all__ = ["Configurations"]

MAX_BYTES = 4 * 1024 * 1024
"""Of a pyproject.toml."""
_TABLE_KEY = re.compile(
    rb"^[ \t]*\[?[ \t]*(?:\"?tool\"?[ \t]*\.[ \t]*)?\"?localalt\"?[ \t]*(?:[.\]]|=[ \t]*\{)", re.MULTILINE
)
"""What a file with such a table has; others need no parser."""


class Configurations:
    """LintSettings by folder.

    Args:
        options: what the command's options set, which wins.
        file: the file to use for all, in place of those that are found.
        is_wanted: whether files are looked for at all.

    Raises:
        OptionError: `file` cannot be read, or has no such table.
    """

    def __init__(self, options: LintSettings, *, file: str | None = None, is_wanted: bool = True) -> None:
        self._options = options
        self._is_wanted = is_wanted
        self._found: dict[Path, tuple[Path, LintSettings] | None] = {}
        self._fixed: tuple[Path, LintSettings] | None = None
        if file is not None:
            path = Path(file)
            settings = _read(path, must=True)
            self._fixed = (_absolute(path.parent), settings or LintSettings())

    def of(self, path: str | None) -> tuple[LintSettings, frozenset[str]]:
        """The settings for a file, or for texts that are in none, and the rules that do not count there.

        Raises:
            OptionError: the configuration is not a valid one.
        """
        is_file = path is not None and path != "-"
        found = self._nearest(_absolute(Path(path or "").parent if is_file else Path()))
        if found is None:
            return self._options, self._options.off()
        folder, settings = found
        settings = settings.with_options(self._options)
        return settings, settings.off(_below(folder, path) if is_file and path else None)

    def excludes(self, path: str, is_folder: bool) -> bool:
        """Whether a path is left out of folders and globs."""
        found = self._nearest(_absolute(Path(path).parent))
        below = None if found is None else _below(found[0], path)
        return found is not None and below is not None and found[1].excludes(below, is_folder=is_folder)

    def _nearest(self, folder: Path) -> tuple[Path, LintSettings] | None:
        if self._fixed is not None or not self._is_wanted:
            return self._fixed
        passed = []
        found: tuple[Path, LintSettings] | None = None
        for each in (folder, *folder.parents):
            if each in self._found:
                found = self._found[each]
                break
            passed.append(each)
            settings = _read(each / "pyproject.toml")
            if settings is not None:
                found = (each, settings)
                break
        self._found.update(dict.fromkeys(passed, found))
        return found


def _absolute(folder: Path) -> Path:
    return Path(os.path.abspath(folder))  # noqa: PTH100 (links stay as they are written)


def _below(folder: Path, path: str) -> bytes | None:
    """The path below the folder, with "/", or None where it is not below."""
    try:
        relative = os.path.relpath(os.path.abspath(path), folder)  # noqa: PTH100
    except ValueError:  # another drive
        return None
    if relative.startswith(os.pardir):
        return None
    return relative.replace(os.sep, "/").encode("utf-8", "surrogateescape")


def _read(path: Path, *, must: bool = False) -> LintSettings | None:
    """The settings of a file, or None where it is not there or has no table for them."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1) if path.is_file() else b""
    except (OSError, ValueError) as error:
        if must:
            reason = getattr(error, "strerror", None) or error
            raise OptionError(f"The configuration {path} cannot be read ({reason}): check the path.") from error
        return None
    if not must and not _TABLE_KEY.search(data):
        return None
    if len(data) > MAX_BYTES:
        raise OptionError(f"{path} has more than {MAX_BYTES // (1024 * 1024)} MiB: that is not a configuration.")
    table = _table(_parsed(data, path), path)
    if table is None:
        if must:
            raise OptionError(f"{path} has no table [{TABLE}]: write one, or leave out --config.")
        return None
    return settings_in(table, str(path))


def _parsed(data: bytes, path: Path) -> dict[str, Any]:
    try:
        tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError as error:
        raise OptionError(
            f"[{TABLE}] in {path} needs tomli on Python 3.10: pip install 'localalt[config]', or pass --no-config."
        ) from error
    try:
        return dict(tomllib.loads(data.decode("utf-8-sig")))
    except ValueError as error:  # of both the encoding and the form
        raise OptionError(f"{path} is not valid TOML ({error}): correct it, or pass --no-config.") from error
    except RecursionError as error:
        raise OptionError(f"{path} is nested too deeply to be read: correct it, or pass --no-config.") from error


def _table(document: dict[str, Any], path: Path) -> dict[str, Any] | None:
    at: Any = document
    for name in TABLE.split("."):
        if not isinstance(at, dict):
            raise OptionError(f"{path}: [{TABLE}] is not a table: write its settings below it.")
        if name not in at:
            return None
        at = at[name]
    if not isinstance(at, dict):
        raise OptionError(f"{path}: [{TABLE}] is not a table: write its settings below it.")
    return at
