"""GPU backends added to a llama-cpp-python that is installed as plugins, without building the rest again.

A plugin belongs to the very ggml that it was built with, so it is built from the source of the installed
version. pip does not know of the file: uninstalling llama-cpp-python leaves it, reinstalling keeps it.
"""

from __future__ import annotations

import os
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .presets import BuildError, Preset
from .wheel import PACKAGE, Build, Report, copy, explain, run_logged, run_nowhere, source

__all__ = ["Installed", "add", "installed"]

TARGETS: Mapping[str, str] = {"GGML_CUDA": "ggml-cuda", "GGML_HIP": "ggml-hip", "GGML_VULKAN": "ggml-vulkan"}
"""cmake's target of each GPU backend, by the option that switches it on."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The llama-cpp-python of an environment."""

    version: str
    folder: Path
    """Where its libraries are."""


def installed(python: str) -> Installed:
    """What the environment of `python` has.

    Raises:
        BuildError: it has no llama-cpp-python, or one whose backends are not plugins.
    """
    code = (
        "import importlib.metadata, importlib.util, pathlib; "
        f"print(importlib.metadata.version('{PACKAGE}')); "
        "print(pathlib.Path(importlib.util.find_spec('llama_cpp').origin).parent / 'lib')"
    )
    run = run_nowhere([python, "-c", code])
    if run.returncode != 0:
        raise BuildError(f"The environment of {python} has no {PACKAGE}: leave out --add.")
    version, folder = run.stdout.split("\n")[:2]
    if not any(Path(folder).glob("*ggml-cpu-*")):
        raise BuildError(f"The {PACKAGE} in {folder} is not built as plugins: leave out --add, which builds it anew.")
    return Installed(version, Path(folder))


def add(python: str, preset: Preset, build: Build, place: Installed, log: Path, report: Report) -> list[Path]:
    """Build the preset's GPU backends for what is installed, and put them beside it. Returns their files.

    Raises:
        BuildError: the preset has none, or the build failed; the error names its log.
    """
    targets = [target for option, target in TARGETS.items() if f"-D{option}:BOOL=ON" in preset.definitions]
    if not targets:
        raise BuildError(f"The preset {preset.name} has no GPU backend to add: leave out --add.")
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **build.environment}
    with tempfile.TemporaryDirectory(prefix="localalt-build-") as name:
        folder = Path(name)
        with tarfile.open(source(python, f"{PACKAGE}=={place.version}", folder)) as archive:
            if hasattr(tarfile, "data_filter"):  # not in the first releases of Python 3.10 and 3.11
                archive.extraction_filter = tarfile.data_filter
            archive.extractall(folder)
        (tree,) = (path for path in folder.iterdir() if path.is_dir())
        configure = [
            *("cmake", "-S", str(tree), "-B", str(folder / "build")),
            f"-DCMAKE_BUILD_TYPE={build.build_type}",
            "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
            *build.definitions,
        ]
        compile_ = ["cmake", "--build", str(folder / "build"), "--parallel", *_jobs(), "--target", *targets]
        for command in (configure, compile_):
            if run_logged(command, environment, log, report) != 0:
                raise BuildError(explain(log.read_text(encoding="utf-8", errors="replace"), log))
        return [copy(path, place.folder) for path in _built(folder / "build", targets)]


def _built(folder: Path, targets: Sequence[str]) -> list[Path]:
    found = [path for target in targets for path in sorted(folder.rglob(f"*{target}.*")) if _is_library(path)]
    if len(found) < len(targets):
        raise BuildError(f"The build made no library for {' and '.join(targets)}: please report this.")
    return found


def _is_library(path: Path) -> bool:
    return path.suffix in (".so", ".dll", ".dylib") and path.is_file() and not path.is_symlink()


def _jobs() -> list[str]:
    from localalt.machine import compute_threads  # of this clone

    return [os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or str(compute_threads().n)]
