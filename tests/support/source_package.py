"""Files of the llama-cpp-python source package that tests read: real chat templates, vocabularies, CMake files.

Fetched once from the package index into the cache; LOCALALT_SOURCE_PACKAGE names an archive or an unpacked
one to use in its place.
"""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import platformdirs
import pytest

VOCABULARIES = ("gemma-4", "qwen2", "qwen35")
CACHE = Path(platformdirs.user_cache_dir("localalt"), "source-package")
"""In the person's own cache, though tests are given another one: this module is imported before that."""
CMAKE = "cmake"
"""The folder of the CMake files."""


def place_of(path: PurePosixPath) -> PurePosixPath | None:
    """The path in the cache of a file of the package; None for one that no test reads."""
    inside = PurePosixPath(*path.parts[1:])  # without the folder of the package's name
    if inside.suffix == ".jinja" or inside.name in {f"ggml-vocab-{name}.gguf" for name in VOCABULARIES}:
        return PurePosixPath(inside.name) if "models" in inside.parts else None
    if inside.name == "CMakeLists.txt" or inside.suffix == ".cmake":
        return PurePosixPath(CMAKE, "--".join(inside.parts))
    return None


def unpack(archive: Path, folder: Path) -> None:
    """What tests read of the package, all at once or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch, tarfile.open(archive) as package:
        for member in package:
            place = place_of(PurePosixPath(member.name))
            if place is not None and (source := package.extractfile(member)):
                target = Path(scratch, place)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(source.read())
        if not folder.exists():
            shutil.copytree(scratch, f"{folder}.partial", dirs_exist_ok=True)
            Path(f"{folder}.partial").rename(folder)


def fetch(folder: Path) -> None:
    version = importlib.metadata.version("llama_cpp_python")
    with tempfile.TemporaryDirectory() as scratch:
        options = ["--quiet", "--no-deps", "--no-binary", ":all:", "--dest", scratch]
        command = [sys.executable, "-m", "pip", "download", *options, f"llama-cpp-python=={version}"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        archives = list(Path(scratch).glob("*.tar.gz"))
        if not archives:
            reason = f"no source package of llama-cpp-python {version}: {run.stderr.strip()[-300:]}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        unpack(archives[0], folder)


def folder(scratch: Path) -> Path:
    """The folder with those files; `scratch` is a folder for temporary files."""
    given = os.environ.get("LOCALALT_SOURCE_PACKAGE")
    if given:
        archive = Path(given)
        if archive.is_dir():
            archive = scratch / "package.tar"
            with tarfile.open(archive, "w") as package:
                package.add(given, "package")
        unpack(archive, scratch / "unpacked")
        return scratch / "unpacked"
    version = importlib.metadata.version("llama_cpp_python")
    cached = CACHE / f"{version}-with-cmake"
    if not cached.is_dir():
        fetch(cached)
    return cached
