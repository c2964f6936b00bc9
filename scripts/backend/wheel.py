"""llama-cpp-python from its source to a wheel, and the wheel into an environment.

Builds beside what is installed and touches that only when the wheel is done. Built wheels are cached by
version and flags. Knows no presets and no toolkits: options go to cmake as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .presets import BuildError

__all__ = [
    "Build",
    "Report",
    "cache_folder",
    "complaints",
    "copy",
    "explain",
    "install",
    "leave_trace",
    "library_folder",
    "run_logged",
    "run_nowhere",
    "source",
    "version_of",
    "wheel",
]

PACKAGE = "llama-cpp-python"
LIBRARIES = ("libllama.so", "libllama.dylib", "llama.dll")
TRACE = "localalt-build.json"
Report = Callable[[int, int], None]
"""Called with (steps done, all steps) of a build."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a wheel is made of: all that its cache key depends on."""

    version: str
    definitions: tuple[str, ...]
    environment: Mapping[str, str]
    build_type: str
    tools: tuple[str, ...]
    """The versions of what compiles."""

    @property
    def key(self) -> str:
        """Names the wheel in the cache."""
        # A build for this machine's own CPU is for no other: caches travel with home folders.
        is_native = "-DGGML_NATIVE:BOOL=ON" in self.definitions
        parts = [
            self.version,
            sorted(self.definitions),
            sorted(self.environment.items()),
            self.build_type,
            self.tools,
            sys.platform,
            platform.machine(),
            _cpu() if is_native else "",
        ]
        return f"{self.version}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]}"


def source(python: str, requirement: str, folder: Path) -> Path:
    """The source package of llama-cpp-python, downloaded into `folder`.

    Raises:
        BuildError: it cannot be downloaded, or the environment has no pip.
    """
    _check_pip(python)
    command = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE, "--dest", str(folder)]
    run = subprocess.run([*command, requirement], capture_output=True, text=True, errors="replace")
    found = sorted(folder.glob("llama_cpp_python-*.tar.gz"))
    if run.returncode != 0 or not found:
        if "No space left on device" in run.stderr:
            raise BuildError(f"There is no room for the source of {requirement} in {folder.parent}: free some space.")
        raise BuildError(
            f"The source of {requirement} cannot be downloaded ({_last_line(run.stderr)}): check the connection."
        )
    return found[-1]


def version_of(sdist: Path) -> str:
    """The version in the name of a source package."""
    return sdist.name.removeprefix("llama_cpp_python-").removesuffix(".tar.gz")


def wheel(python: str, sdist: Path, build: Build, target: Path, report: Report) -> Path:
    """Build, unless it was built before, and put the wheel into `target`, which is for wheels of this very `build`.

    Raises:
        BuildError: the build failed; the error names its log.
    """
    target.mkdir(parents=True, exist_ok=True)
    cached = sorted(target.glob("llama_cpp_python-*.whl"))
    if cached:
        return cached[0]
    log = target / "build.log"
    with tempfile.TemporaryDirectory(prefix="localalt-build-") as folder:
        command = [
            *(python, "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-cache-dir", "--wheel-dir", folder),
            f"--config-settings=cmake.build-type={build.build_type}",
            "--config-settings=wheel.exclude=include/**",
            str(sdist),
        ]
        flags = shlex.join(build.definitions)
        environment = {**os.environ, **build.environment, "CMAKE_ARGS": flags}
        code = run_logged(command, environment, log, report)
        built = sorted(Path(folder).glob("llama_cpp_python-*.whl"))
        if code != 0 or not built:
            raise BuildError(explain(log.read_text(encoding="utf-8", errors="replace"), log))
        return copy(built[0], target)


def copy(path: Path, folder: Path) -> Path:
    """Copy a file into `folder`, whole or not at all, in place of one of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{path.name}.part"
    shutil.copyfile(path, part)
    part.replace(folder / path.name)
    return folder / path.name


def install(python: str, path: Path) -> None:
    """Put a wheel into the environment of `python`, in place of the llama-cpp-python that is there.

    Raises:
        BuildError: pip refused; what was there is there still.
    """
    for options in ([], ["--force-reinstall", "--no-deps"]):  # first what it depends on, then itself
        run = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *options, str(path)], capture_output=True, text=True
        )
        if run.returncode != 0:
            raise BuildError(f"pip could not install {path} ({_last_line(run.stderr)}): try that by hand.")


def library_folder(python: str) -> Path:
    """Where the llama-cpp-python of an environment has its libraries; the current folder where it has none."""
    code = (
        "import importlib.util, pathlib; "
        "print(pathlib.Path(importlib.util.find_spec('llama_cpp').origin).parent / 'lib')"
    )
    return Path(run_nowhere([python, "-c", code]).stdout.strip() or ".")


def leave_trace(python: str, preset: str, definitions: Sequence[str]) -> None:
    """Write beside the installed libraries how they were built, which results of `localalt bench` report.

    With the size and time of one library, so that it says nothing about others that take its place. Where it cannot
    be written, nobody knows.
    """
    folder = library_folder(python)
    library = next((path for name in LIBRARIES if (path := folder / name).is_file()), None)
    if library is None:
        return
    state = library.stat()
    content = {
        "preset": preset,
        "cmake_args": shlex.join(definitions),
        "library": library.name,
        "stamp": [state.st_size, state.st_mtime_ns],
    }
    with contextlib.suppress(OSError):
        (folder / TRACE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def cache_folder() -> Path:
    """The cache of built wheels."""
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:  # this script may be the first thing that runs in a clone
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "localalt" / "wheels"
    return user_cache_path("localalt", appauthor=False) / "wheels"


# What compilers and the system say, and what to do about it; the first that is found explains the failure.
_REASONS: Sequence[tuple[str, str]] = (
    (r"No space left on device", "The disk is full: free some space and try again."),
    (
        r"\b[Kk]illed\b|bad_alloc|out of memory|[Cc]annot allocate memory|virtual memory exhausted",
        "The build ran out of memory: close other programs, set CMAKE_BUILD_PARALLEL_LEVEL=1, and try again.",
    ),
    (
        r"unsupported GNU version|unsupported clang version|unsupported Microsoft Visual Studio version",
        "The CUDA toolkit does not take this C++ compiler: name an older one in CUDAHOSTCXX, or use a newer toolkit.",
    ),
    (
        r"[Uu]nsupported gpu architecture|invalid target ID",
        "The toolkit does not build for this GPU: install a newer toolkit, or name another architecture with --arch.",
    ),
    (r"(?<!-- )Could NOT find (\w+)", "cmake does not find {0}: install its development package."),
    (
        r'Could not find a package configuration file provided by "([\w-]+)"',
        "cmake does not find {0}: install its development package.",
    ),
    (r"fatal error: ([\w./+-]+): No such file", "The header {0} is missing: install its development package."),
)


def explain(log: str, path: Path) -> str:
    """Why a build failed, from its log: a sentence, what cmake and the compiler said, and where all of it is."""
    own = complaints(log)
    for pattern, sentence in _REASONS:
        # What is wrong first: a log has other lines, such as those about what was looked for and is not needed.
        found = re.search(pattern, "\n".join(own)) or re.search(pattern, log)
        if found is not None:
            why = sentence.format(*found.groups())
            break
    else:
        why = "The build failed" + (":" if own else ", and it said nothing.")
    said = "".join(f"\n    {line}" for line in own)
    return f"{why}{said}\nThe log is in {path}."


MAX_COMPLAINT_LINES = 14
MAX_LINE = 240
_OF_TOOLS = re.compile(
    r"\b(?:fatal )?error(?: [A-Z]{1,4}\d+)?\s?:|^nvcc fatal|^FAILED:|undefined reference to|: cannot find -l"
    r"|\*\*\* .*(?:Error \d|No rule)|^CMake Error|^ninja: (?:error|fatal)|Killed"
)
_OF_PIP = re.compile(r"^(?:error: subprocess-exited|ERROR: Failed building|note: This error originates|× |╰─>|│)")


def complaints(log: str) -> list[str]:
    """The lines in which cmake, compilers and linkers say what is wrong, the first ones, without pip's around them."""
    found: list[str] = []
    lines = [re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line)[:MAX_LINE].rstrip() for line in log.splitlines()]
    at = 0
    while at < len(lines) and len(found) < MAX_COMPLAINT_LINES:
        line = lines[at].strip()
        at += 1
        if _OF_PIP.search(line) or not _OF_TOOLS.search(line) or line in found:
            continue
        found.append(line)
        if line.startswith("CMake Error") and not line.startswith("CMake Error:"):
            # "CMake Error at FILE:LINE (command):", its message indented below, and then the call stack.
            at = _block(lines, at, found)
    return found[:MAX_COMPLAINT_LINES]


def _block(lines: Sequence[str], at: int, found: list[str]) -> int:
    """Add the message that begins at a line to `found`, and return where it ends."""
    indent = len(lines[at - 1]) - len(lines[at - 1].lstrip())
    while at < len(lines):
        line = lines[at]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        if line.strip():
            found.append(f"  {line.strip()}")
        at += 1
    return at


def run_logged(command: Sequence[str], environment: Mapping[str, str], log: Path, report: Report) -> int:
    """Run a build; its output goes to `log`, and its steps are reported as they come.

    Whatever interrupts this ends the build and its compilers.
    """
    with subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=os.name != "nt",
    ) as process:
        assert process.stdout is not None
        try:
            with log.open("w", encoding="utf-8") as file:
                for line in process.stdout:
                    file.write(line)
                    step = re.match(r"\s*\[\s*(\d+)(?:/(\d+)|%)\] ", line)  # Ninja's, and make's
                    if step is not None:
                        report(int(step[1]), int(step[2] or 100))
            return process.wait()
        finally:
            if process.poll() is None:
                _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    """End a build with its compilers, which Ctrl-C alone would leave running."""
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, 15)
    process.wait()


def run_nowhere(command: Sequence[str], *, capture: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a Python in an empty folder: it would import what lies in the current one."""
    with tempfile.TemporaryDirectory(prefix="localalt-") as folder:
        return subprocess.run(command, capture_output=capture, text=True, errors="replace", cwd=folder)


def _check_pip(python: str) -> None:
    try:
        run = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True)
    except OSError as error:
        raise BuildError(f"{python} cannot be run ({error.strerror}): name the Python of an environment.") from error
    if run.returncode != 0:
        raise BuildError(f"The environment of {python} has no pip: run {python} -m ensurepip.")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _cpu() -> str:
    try:
        fields = dict(
            line.split(":", 1)
            for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
            if ":" in line
        )
    except OSError:
        return platform.processor()
    return "".join(value for key, value in fields.items() if key.strip() in ("model name", "flags", "Features"))
