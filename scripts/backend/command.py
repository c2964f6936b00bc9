"""Build llama-cpp-python for a backend, and install it.

    python scripts/build_backend.py PRESET [--arch ARCH,...] [--python PATH]
    python scripts/build_backend.py            lists the presets
    python scripts/build_backend.py PRESET --print
    python scripts/build_backend.py PRESET --wheel-dir FOLDER
    python scripts/build_backend.py PRESET --add

A preset is one of CMakePresets.json. What it needs is looked for first: compiler, toolkit and its version, the
GPU. Then llama-cpp-python is built beside what is installed, which takes from 5 minutes (cpu) to an hour and
more (cuda on few cores), and takes its place at the end. A wheel that was built before with the same flags is
used again. Everything but cpu and metal is built as plugins: kernels for every CPU, and GPU backends that are
left out at run time where their driver is missing. To such an installation --add brings a further GPU backend,
without building the rest again. In the end every backend that was built has to show a device; then the doctor
examines it.

Needs Python 3.10, cmake 3.21 or newer, and no other package.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from localalt.machine import compute_threads, graphics
from scripts import ROOT

from . import plugin as plugins, presets, proof, toolchains, wheel as wheels
from .presets import BuildError, Preset

OK, FAILED = 0, 1


def main(argv: Sequence[str] | None = None) -> int:
    """Build, or say in a sentence why not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="%(prog)s [PRESET] [options]"
    )
    parser.add_argument("preset", nargs="?", metavar="PRESET", help="one of CMakePresets.json; none lists them")
    parser.add_argument(
        "--arch",
        default="",
        help="GPU architectures in place of those that are here, with commas: 89 (CUDA), gfx1100 (ROCm), or all "
        "(CUDA). They may be another machine's, so a backend without a device is not a failure then",
    )
    parser.add_argument(
        "--python", default=sys.executable, metavar="PATH", help="of the environment to install into (default: this)"
    )
    parser.add_argument(
        "--print", action="store_true", dest="only_print", help="the flags alone, even where what they need is missing"
    )
    parser.add_argument("--wheel-dir", type=Path, metavar="FOLDER", help="put the wheel there and install nothing")
    parser.add_argument(
        "--version", metavar="VERSION", help="of llama-cpp-python (default: the newest that localalt takes)"
    )
    parser.add_argument(
        "--no-doctor",
        action="store_true",
        help="do not examine what was built, which takes very long on a software device, and do not fail where a "
        "backend shows no device",
    )
    parser.add_argument(
        "--add",
        action="store_true",
        help="build the GPU backend alone, and put it beside the installed plugins",
    )
    arguments = parser.parse_args(argv)
    if arguments.preset is None:
        _list()
        return OK
    # As many compilers as this process may use processors: a container's memory suffices for no more.
    os.environ.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(compute_threads().n))
    try:
        return _build(arguments)
    except BuildError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped; what was installed is as it was.", file=sys.stderr)
        return 130


def _list() -> None:
    """The presets, and which of them is for the graphics cards of this machine."""
    for name, description in presets.names().items():
        print(textwrap.fill(description, 80, initial_indent=f"{name:14}", subsequent_indent=" " * 14))
    found = graphics.cards()
    print()
    for card in found:
        advice = graphics.advise(card)
        if not advice.preset:
            print(textwrap.fill(f"In this machine: {card.name}: {card.why_not}.", 80))
            continue
        print(textwrap.fill(f"In this machine: {card.name}. Its preset is {advice.preset}.", 80))
        for note in advice.notes:
            print(textwrap.fill(note, 80, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False))
        print(f"    {advice.command}")
        for note in advice.otherwise:
            print(textwrap.fill(note, 80, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False))
    if not any(card.could_compute for card in found):
        print("No GPU that could compute is found in this machine: its preset is cpu.")


def _build(arguments: argparse.Namespace) -> int:
    preset = presets.resolve(arguments.preset)
    architectures = [each for each in arguments.arch.split(",") if each]
    try:
        found = toolchains.check(
            preset.needs, toolchains.System(os.environ), plugins=preset.has_plugins, architectures=architectures
        )
    except BuildError as missing:
        if not arguments.only_print:
            raise
        print(f"Here it would not build. {missing}", file=sys.stderr)  # the flags may be for another machine
        found = toolchains.Found()
    definitions = (*preset.definitions, *found.definitions)
    environment = {**preset.environment, **found.environment, **_flags(found.include)}
    if arguments.only_print:
        for name, value in environment.items():
            print(f"{name}={shlex.quote(value)}")
        print(f"CMAKE_ARGS={shlex.quote(shlex.join(definitions))}")
        return OK
    for note in found.notes:
        print(note)
    if arguments.add:
        return _add(arguments, preset, definitions, environment, found.notes)
    with tempfile.TemporaryDirectory(prefix="localalt-build-") as folder:
        sdist = wheels.source(arguments.python, _requirement(arguments.version), Path(folder))
        build = wheels.Build(wheels.version_of(sdist), definitions, environment, preset.build_type, tuple(found.notes))
        target = wheels.cache_folder() / f"{preset.name}-{build.key}"
        print(f"Building llama-cpp-python {build.version} for {preset.name}; a log is in {target / 'build.log'}")
        path = wheels.wheel(arguments.python, sdist, build, target, _Progress())
    if arguments.wheel_dir is not None:
        print(f"Built {wheels.copy(path, arguments.wheel_dir)}")
        return OK
    print(f"Built {path}")
    wheels.install(arguments.python, path)
    wheels.leave_trace(arguments.python, preset.name, definitions)
    print(f"Installed into the environment of {arguments.python}")
    return _examine(arguments, preset)


def _add(
    arguments: argparse.Namespace,
    preset: Preset,
    definitions: Sequence[str],
    environment: Mapping[str, str],
    tools: Sequence[str],
) -> int:
    python = arguments.python
    place = plugins.installed(python)
    build = wheels.Build(place.version, tuple(definitions), environment, preset.build_type, tuple(tools))
    log = wheels.cache_folder() / f"{preset.name}-{build.key}" / "add.log"
    print(f"Building {preset.name} for the llama-cpp-python {place.version} in {place.folder}; a log is in {log}")
    for path in plugins.add(python, preset, build, place, log, _Progress()):
        print(f"Added {path}")
    wheels.leave_trace(python, preset.name, definitions)
    return _examine(arguments, preset)


def _flags(include: Sequence[Path]) -> dict[str, str]:
    """Folders of headers, for cmake to find before the system's."""
    own = os.environ.get("CXXFLAGS", "")
    return {"CXXFLAGS": " ".join([own, *(f"-I{folder}" for folder in include)]).strip()} if include else {}


def _requirement(version: str | None) -> str:
    """Which llama-cpp-python localalt takes, as pyproject.toml has it."""
    if version is not None:
        return f"{wheels.PACKAGE}=={version}"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(rf'"({wheels.PACKAGE}[^"]+)"', text)
    assert found is not None
    return found[1]


class _Progress:
    """How far a build is, on standard error: a line that changes on a terminal, elsewhere one for each tenth."""

    def __init__(self) -> None:
        self._tenth = -1

    def __call__(self, done: int, n_steps: int) -> None:
        text = f"{done * 100 // max(1, n_steps):3} % built"
        if sys.stderr.isatty():
            print(f"\r{text}", end="\n" if done == n_steps else "", file=sys.stderr, flush=True)
        elif done * 10 // max(1, n_steps) > self._tenth:
            self._tenth = done * 10 // max(1, n_steps)
            print(text, file=sys.stderr, flush=True)


def _examine(arguments: argparse.Namespace, preset: Preset) -> int:
    """What the new build sees and whether it computes right, where localalt is in the same environment.

    Raises:
        BuildError: a backend of the preset shows no device, and nobody asked for a build for another machine.
    """
    python = arguments.python
    missing = proof.without_device(python, preset, wheels.library_folder(python))
    no_device = "\n- ".join([f"\nThe preset {preset.name} is built and installed, but shows no device here:", *missing])
    commands = ["devices"] if missing or arguments.no_doctor else ["devices", "doctor"]
    status = OK
    if wheels.run_nowhere([python, "-c", "import localalt"]).returncode != 0:
        print(f"localalt is not in that environment yet: {python} -m pip install {ROOT}")
        commands = []
    for command in commands:
        print(flush=True)
        status = wheels.run_nowhere([python, "-m", "localalt", command], capture=False).returncode
    if missing and not (arguments.no_doctor or arguments.arch):
        raise BuildError(f"{no_device}\nTo build for another machine, name its GPU with --arch, or add --no-doctor.")
    if missing:
        print(no_device, file=sys.stderr)
    return OK if status == OK else FAILED


if __name__ == "__main__":
    sys.exit(main())
