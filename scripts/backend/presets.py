"""The presets of CMakePresets.json, resolved by cmake itself.

cmake knows inheritance, conditions and environments; this asks it and reads its answer. Knows
nothing of toolchains, wheels or environments. Needs cmake 3.21, the standard library and nothing else.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import ROOT

__all__ = ["FILE", "BuildError", "Preset", "names", "resolve"]

FILE = ROOT / "CMakePresets.json"
BUILD_TYPE = "CMAKE_BUILD_TYPE"
"""Which scikit-build-core does not take from CMAKE_ARGS: it is a setting of its own."""
HOW_TO_GET_CMAKE = "install version 3.21 or newer, for example with pip install cmake."


class BuildError(Exception):
    """Why there is no build: a sentence for people, which ends with the next step."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The options for cmake, and what the machine must have."""

    name: str
    definitions: tuple[str, ...]
    """"-DNAME:TYPE=value" each, in the order of their names."""
    environment: Mapping[str, str]
    build_type: str
    needs: tuple[str, ...]
    """Toolchains, by the names of `toolchains.CHECKS`."""

    @property
    def has_plugins(self) -> bool:
        """Whether its backends are files that load at run time."""
        return "-DGGML_BACKEND_DL:BOOL=ON" in self.definitions


def names(file: Path = FILE) -> dict[str, str]:
    """What each preset that can be asked for is for, by name, in the file's order."""
    return {entry["name"]: entry["description"] for entry in _entries(file).values() if not entry.get("hidden")}


def resolve(name: str, cmake: str = "cmake", file: Path = FILE) -> Preset:
    """The preset of that name as cmake on this system sees it.

    Raises:
        BuildError: there is no such preset, it is not for this system, or cmake is missing or too old.
    """
    known = names(file)
    if name not in known:
        raise BuildError(f"There is no preset {name!r}: choose one of {', '.join(known)}.")
    command = [cmake, f"--preset={name}", "-N", "--log-level=VERBOSE"]
    try:
        run = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, errors="replace")
    except OSError as error:
        raise BuildError(f"cmake cannot be run ({error.strerror}): {HOW_TO_GET_CMAKE}") from error
    said = run.stdout + run.stderr
    if "disabled preset" in said:
        raise BuildError(f"The preset {name} is not for this system: {known[name]}")
    if run.returncode != 0:
        raise BuildError(
            f"cmake does not read {file.name} ({said.strip().splitlines()[0] if said.strip() else 'it said nothing'}): "
            f"{HOW_TO_GET_CMAKE}"
        )
    variables, environment = _variables(said)
    return Preset(
        name,
        definitions=tuple(f"-D{key}={value}" for key, value in variables.items() if key != BUILD_TYPE),
        environment=environment,
        build_type=variables.get(BUILD_TYPE, "Release"),
        needs=tuple(_entries(file)[name]["vendor"]["localalt"]["needs"]),
    )


def _variables(said: str) -> tuple[dict[str, str], dict[str, str]]:
    """(cache variables, environment) that cmake lists, as '  NAME:TYPE="value"' under a heading each."""
    found: dict[str, dict[str, str]] = {"CMake": {}, "environment": {}}
    current: dict[str, str] = {}
    for line in said.splitlines():
        heading = re.match(r"Preset (CMake|environment) variables:", line)
        if heading is not None:
            current = found[heading[1]]
        entry = re.fullmatch(r'  ([^="]+)="(.*)"', line)
        if entry is not None:
            current[entry[1]] = entry[2]
    return found["CMake"], found["environment"]


def _entries(file: Path) -> dict[str, dict[str, Any]]:
    content = json.loads(file.read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in content["configurePresets"]}
