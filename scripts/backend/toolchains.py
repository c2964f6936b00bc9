"""What a build needs on the machine: compilers and toolkits, their versions, the GPUs' architectures.

Looks before anything is built, so that one sentence says what is missing, and not after ten minutes
of compiling. Requirements are those of llama.cpp as vendored by llama-cpp-python 0.3.36 (the
CMakeLists.txt of ggml, ggml-cuda, ggml-hip and ggml-vulkan). Knows no presets and no wheels.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localalt.machine.graphics import System as Machine, rocm

from .presets import BuildError

__all__ = ["CHECKS", "Found", "System", "check"]

Version = tuple[int, ...]

GCC_WITH_PLUGINS = 11
"""The first with AMX and AVX-VNNI, which two of the CPU's variants are compiled for."""
CUDA = (11, 1)
"""The first that knows all of the architectures that ggml-cuda builds by default with CUDA 11."""
CUDA_OF_ARCHITECTURE: Mapping[int, Version] = {
    86: (11, 1),
    89: (11, 8),
    90: (11, 8),
    120: (12, 8),
    121: (12, 9),
}
"""The first CUDA for a compute capability (times ten), as ggml-cuda's CMakeLists.txt has it."""
OLDEST_OF_CUDA_13 = 75
"""CUDA 13 builds for nothing older (same file)."""
ROCM = (6, 1)
"""ggml-hip's own minimum."""


@dataclass(frozen=True, slots=True)
class System:
    """Where to look; tests put stand-ins there."""

    environment: Mapping[str, str]
    cuda_root: Path = Path("/usr/local/cuda")
    rocm_root: Path = Path("/opt/rocm")
    prefixes: tuple[Path, ...] = (Path("/usr"), Path("/usr/local"))
    platform: str = sys.platform

    def which(self, name: str, *folders: Path) -> str | None:
        """The program of that name in the folders, or else on the PATH."""
        for folder in folders:
            found = shutil.which(name, path=str(folder))
            if found is not None:
                return found
        return shutil.which(name, path=self.environment.get("PATH", ""))

    def output(self, *command: str) -> str | None:
        """What a program prints, or None where it fails."""
        try:
            run = subprocess.run(
                command, env=dict(self.environment), capture_output=True, text=True, errors="replace", timeout=60
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return run.stdout + run.stderr if run.returncode == 0 else None


@dataclass(slots=True)
class Found:
    """What a toolchain adds to the build."""

    definitions: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    include: list[Path] = field(default_factory=list)
    """Folders of headers to be found before the system's."""
    notes: list[str] = field(default_factory=list)
    """For people."""


def check(needs: Iterable[str], system: System, *, plugins: bool, architectures: Sequence[str] = ()) -> Found:
    """Look for all that a preset needs.

    `architectures` are GPUs' to build for, in place of those that are here.

    Raises:
        BuildError: something is missing, too old, or does not fit the GPU.
    """
    found = Found()
    for need in needs:
        CHECKS[need](system, found, plugins, architectures)
    return found


def _compiler(system: System, found: Found, plugins: bool, _: Sequence[str]) -> None:
    if system.platform == "win32":
        return  # cmake finds Visual Studio by itself, and says so where there is none
    name = system.environment.get("CXX") or next(
        (each for each in ("c++", "g++", "clang++") if system.which(each)), None
    )
    path = system.which(name) if name else None
    said = system.output(path, "--version") if path else None
    if path is None or said is None:
        how = "xcode-select --install" if system.platform == "darwin" else "apt install build-essential, for example"
        raise BuildError(f"There is no C++ compiler{f' {name}' if name else ''}: install one ({how}).")
    gcc = re.search(r"\) (\d+)\.\d+", said) if "clang" not in said else None
    if plugins and gcc is not None and int(gcc[1]) < GCC_WITH_PLUGINS:
        raise BuildError(
            f"{path} is GCC {gcc[1]}, and the kernels for all CPUs need {GCC_WITH_PLUGINS} or newer: "
            "name a newer compiler in CXX and CC, or build the preset cpu."
        )
    found.notes.append(f"compiler: {said.splitlines()[0]}")


def _cuda(system: System, found: Found, _: bool, architectures: Sequence[str]) -> None:
    roots = [Path(system.environment["CUDA_PATH"])] if system.environment.get("CUDA_PATH") else []
    roots.append(system.cuda_root)
    nvcc = system.environment.get("CUDACXX") or system.which("nvcc", *(root / "bin" for root in roots))
    said = system.output(nvcc, "--version") if nvcc else None
    version = _version(r"release (\d+)\.(\d+)", said)
    if nvcc is None or version is None:
        raise BuildError(
            "There is no CUDA compiler (nvcc), neither on the PATH nor in CUDA_PATH: install the CUDA toolkit, "
            f"{_text(CUDA)} or newer."
        )
    if version < CUDA:
        raise BuildError(
            f"{nvcc} is CUDA {_text(version)}, and llama.cpp needs {_text(CUDA)} or newer: "
            "install a newer toolkit and name it in CUDA_PATH."
        )
    root = Path(nvcc).resolve().parent.parent
    if not any(root.glob("**/libcublas.so*")) and not any(root.glob("lib/x64/cublas.lib")):
        raise BuildError(
            f"The CUDA toolkit in {root} has no cuBLAS: install it (apt install libcublas-dev-"
            f"{version[0]}-{version[1]}, for example)."
        )
    smi = system.which("nvidia-smi")
    driver = _version(r"CUDA Version: (\d+)\.(\d+)", system.output(smi) if smi else None)
    if driver is not None and driver[0] < version[0]:
        raise BuildError(
            f"The NVIDIA driver here runs CUDA up to {_text(driver)}, and the toolkit is {_text(version)}: "
            f"update the driver, or install a toolkit of CUDA {driver[0]} and name it in CUDA_PATH."
        )
    capabilities = system.output(smi, "--query-gpu=compute_cap", "--format=csv,noheader") if smi else None
    own = re.findall(r"^(\d+)\.(\d)\s*$", capabilities or "", re.MULTILINE)
    wanted = list(architectures) or sorted({major + minor for major, minor in own})
    if not wanted:
        raise BuildError(
            "No NVIDIA GPU is found to build for: name its compute capability, for example --arch 89 for an "
            "RTX 4090, or --arch all for every one (about an hour for each on two cores)."
        )
    if wanted != ["all"]:
        for architecture in wanted:
            _check_cuda_architecture(architecture, version)
        found.definitions.append(f"-DCMAKE_CUDA_ARCHITECTURES={';'.join(wanted)}")
    found.definitions.append(f"-DCMAKE_CUDA_COMPILER={nvcc}")
    found.notes.append(f"CUDA {_text(version)} for {', '.join(wanted)}")


def _check_cuda_architecture(architecture: str, version: Version) -> None:
    number = re.fullmatch(r"(\d{2,3})[af]?(?:-real|-virtual)?", architecture)
    if number is None:
        raise BuildError(f"{architecture!r} is not a compute capability: write it as 89 for 8.9.")
    capability = int(number[1])
    first = max((cuda for known, cuda in CUDA_OF_ARCHITECTURE.items() if known <= capability), default=CUDA)
    if version < first:
        raise BuildError(f"CUDA {_text(version)} cannot build for {capability}: it needs {_text(first)} or newer.")
    if version >= (13,) and capability < OLDEST_OF_CUDA_13:
        raise BuildError(
            f"CUDA {_text(version)} no longer builds for {capability}: install a toolkit of CUDA 12, "
            "and name it in CUDA_PATH."
        )


def _rocm(system: System, found: Found, _: bool, architectures: Sequence[str]) -> None:
    roots = [Path(system.environment["ROCM_PATH"])] if system.environment.get("ROCM_PATH") else []
    roots.append(system.rocm_root)
    hipconfig = system.which("hipconfig", *(root / "bin" for root in roots))
    version = _version(r"(\d+)\.(\d+)", system.output(hipconfig, "--version") if hipconfig else None)
    if hipconfig is None or version is None:
        raise BuildError(
            f"There is no ROCm (hipconfig), neither in /opt/rocm nor in ROCM_PATH: install {_text(ROCM)} or newer."
        )
    if version < ROCM:
        raise BuildError(
            f"{hipconfig} is ROCm {_text(version)}, and llama.cpp needs {_text(ROCM)} or newer: "
            "install a newer one and name it in ROCM_PATH."
        )
    root = Path((system.output(hipconfig, "-R") or str(Path(hipconfig).parent.parent)).strip())
    for library in ("hipblas", "rocblas"):
        if not any((root / folder / "cmake" / library).is_dir() for folder in rocm.LIBRARIES):
            raise BuildError(f"ROCm in {root} has no {library}: install {library}-dev (or {library}-devel).")
    enumerator = system.which("rocm_agent_enumerator", root / "bin")
    own = re.findall(r"^gfx(?!000)[0-9a-f]+$", (enumerator and system.output(enumerator)) or "", re.MULTILINE)
    wanted = list(architectures) or sorted(set(own))
    if not wanted:
        raise BuildError(
            "No AMD GPU is found to build for: name its architecture, for example --arch gfx1100 for an RX 7900."
        )
    for architecture in wanted:
        if not re.fullmatch(r"gfx[0-9a-f]{3,4}", architecture):
            raise BuildError(f"{architecture!r} is not an architecture of AMD's: write it as gfx1100.")
    targets = _with_kernels(wanted, system, root, found, is_asked_for=bool(architectures))
    compiler = (system.output(hipconfig, "-l") or str(root / "llvm" / "bin")).strip()
    found.environment |= {"HIPCXX": str(Path(compiler) / "clang"), "HIP_PATH": str(root)}
    found.definitions.append(f"-DGPU_TARGETS={';'.join(targets)}")
    found.notes.append(f"ROCm {_text(version)} for {', '.join(targets)}")


def _with_kernels(
    chips: Sequence[str], system: System, root: Path, found: Found, *, is_asked_for: bool
) -> Sequence[str]:
    """Those of the chips that rocBLAS here has kernels for; all of them where they were asked for, for any machine."""
    machine = Machine(Path(root.anchor), system.platform, environment=system.environment)
    there = rocm.kernels(machine, [str(root), *map(str, system.prefixes)])
    if not there.folder:
        found.notes.append(f"The kernels of rocBLAS in {root} are not where others have them: nobody looked into them.")
        return chips
    without = [each for each in chips if each not in there.architectures]
    if without and not is_asked_for and without == list(chips):
        raise BuildError(
            f"{rocm.without_kernels(without[0], there)}\n"
            "The preset vulkan needs no such kernels, and no override: python scripts/build_backend.py vulkan"
        )
    for each in without:
        found.notes.append(
            f"rocBLAS in /{there.folder} has no kernels for {each}: llama.cpp would crash at its first matrix product. "
            + (
                "It is built for all the same, because --arch names it."
                if is_asked_for
                else "It is left out; HIP_VISIBLE_DEVICES hides it from ROCm."
            )
        )
    return chips if is_asked_for else [each for each in chips if each not in without]


SHIM = Path(__file__).resolve().parent / "vulkan_headers"
"""What ggml-vulkan.cpp uses of newer Vulkan headers than the system's."""


def _vulkan(system: System, found: Found, _: bool, __: Sequence[str]) -> None:
    sdk = system.environment.get("VULKAN_SDK")
    prefixes = [*([Path(sdk)] if sdk else []), *system.prefixes]
    if system.which("glslc", *(prefix / "bin" for prefix in prefixes)) is None:
        raise BuildError("The shader compiler glslc is missing: apt install glslc, or the Vulkan SDK.")
    core = _first(prefix / "include" / "vulkan" / "vulkan_core.h" for prefix in prefixes)
    if core is None or not core.with_name("vulkan.hpp").exists():
        raise BuildError("The Vulkan headers are missing: apt install libvulkan-dev, or the Vulkan SDK.")
    folders = ("lib/cmake/SPIRV-Headers", "share/cmake/SPIRV-Headers", "lib64/cmake/SPIRV-Headers")
    if _first(prefix / folder for prefix in prefixes for folder in folders) is None:
        raise BuildError("The SPIR-V headers are missing: apt install spirv-headers, or the Vulkan SDK.")
    text = core.read_text(encoding="utf-8", errors="replace")
    if "VK_EXT_layer_settings" not in text:
        found.include.append(SHIM)
    header = _version(r"#define VK_HEADER_VERSION (\d+)", text)
    found.notes.append(f"Vulkan headers {_text(header) if header else 'of an unknown version'}")


CHECKS: Mapping[str, Callable[[System, Found, bool, Sequence[str]], None]] = {
    "compiler": _compiler,
    "cuda": _cuda,
    "rocm": _rocm,
    "vulkan": _vulkan,
}


def _version(pattern: str, text: str | None) -> Version | None:
    found = re.search(pattern, text or "")
    return tuple(int(part) for part in found.groups()) if found else None


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def _first(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.exists()), None)
