"""What ROCm needs for an AMD card: packages, device files, and kernels for the card's own architecture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from localalt.machine.graphics.card import Card, System

__all__ = [
    "KERNELS",
    "NEAREST",
    "Kernels",
    "kernels",
    "nearest_of",
    "obstacles",
    "override_for",
    "roots",
    "without_kernels",
]

OLDEST = "6.1"
"""ROCm's version that ggml-hip asks for (its CMakeLists.txt, in llama-cpp-python 0.3.36)."""
PACKAGES = ("hipblas", "rocblas")
LIBRARIES = ("lib", "lib64", "lib/x86_64-linux-gnu")

KERNELS = frozenset(
    (
        *("gfx908", "gfx90a", "gfx942", "gfx950", "gfx1030"),
        *("gfx1100", "gfx1101", "gfx1102", "gfx1150", "gfx1151", "gfx1200", "gfx1201"),
    )
)
"""Architectures that AMD's own rocBLAS has kernels for, where none is installed to look into: llama.cpp's Docker image
builds for those "mostly tied to rocBLAS supported archs" (its PR #15994), with those that later releases added. A chip
without kernels ends the process at the first matrix product (llama.cpp #14421, #6509)."""

NEAREST: Mapping[str, str] = {
    **dict.fromkeys(("gfx902", "gfx909", "gfx90c"), "gfx900"),
    **dict.fromkeys(("gfx1011", "gfx1012", "gfx1013"), "gfx1010"),
    **{f"gfx103{step}": "gfx1030" for step in (1, 2, 3, 4, 5, 6)},
    "gfx1101": "gfx1100",
    "gfx1103": "gfx1102",
    **dict.fromkeys(("gfx1152", "gfx1153"), "gfx1150"),
}
"""The chip whose code another one runs: it has every instruction of it and as many registers (FeatureISAVersion* in
LLVM's AMDGPU.td). AMD's developers say so of gfx1031 (rocBLAS #1339), gfx101x (#1331, #1339) and gfx90c (#1398). Not
gfx1103 as gfx1100: that has half as many registers again, and its kernels hang the smaller chip (ROCm #4557,
rocm-libraries #6320)."""

MAX_KERNEL_FILES = 1 << 16
"""Of one folder: rocBLAS has hundreds for each architecture."""


@dataclass(frozen=True, slots=True)
class Kernels:
    """The architectures that a rocBLAS computes on."""

    architectures: frozenset[str]
    folder: str = ""
    """Where its files are; "" where no rocBLAS is found and `architectures` are those of AMD's own."""


def obstacles(card: Card, system: System) -> Iterator[str]:
    """What keeps ROCm from computing on a card, in sentences for people; none where nothing does."""
    chip, there = _overridden(system) or card.gfx, kernels(system)
    if chip and chip not in there.architectures:
        yield without_kernels(chip, there)
        if nearest_of(chip, there) is None:
            return  # nothing that could be installed helps
    if not any(system.program("hipconfig", f"{each}/bin") for each in roots(system)):
        yield (
            f"ROCm is not here (hipconfig): it needs version {OLDEST} or newer with the packages "
            f"{' and '.join(f'{name}-dev' for name in PACKAGES)}."
        )
    else:
        missing = [
            name
            for name in PACKAGES
            if not any(system.has(f"{top}/{lib}/cmake/{name}") for top in roots(system) for lib in LIBRARIES)
        ]
        if missing:
            packages = " ".join(f"{name}-dev" for name in missing)
            yield f"ROCm is here without {' and '.join(missing)}: install {packages}."
    if not system.has("dev/kfd"):
        yield (
            "There is no /dev/kfd, through which ROCm computes: load the driver amdgpu; a container gets it with "
            "--device /dev/kfd --device /dev/dri."
        )
    elif not system.may_use(system.root / "dev/kfd"):
        yield (
            "You may not open /dev/kfd: sudo usermod -aG render,video $USER, then log in again; a container needs "
            "--group-add render, too."
        )


def without_kernels(chip: str, there: Kernels) -> str:
    """What happens to a chip without kernels, and the chip whose kernels it might run, in sentences for people."""
    where = f"rocBLAS in /{there.folder}" if there.folder else "AMD's rocBLAS"
    why = f"{where} has no kernels for {chip}: llama.cpp would crash at its first matrix product."
    nearest = nearest_of(chip, there)
    if nearest is not None:
        variable = f"HSA_OVERRIDE_GFX_VERSION={override_for(nearest)}"
        return (
            f"{why} It has kernels for {nearest}, which {chip} runs under an override. AMD does not support that: try "
            f"it at your own risk, with {variable} in the environment wherever localalt runs. localalt doctor finds "
            f"out whether it computes right. To build, in a clone of localalt: {variable} python "
            f"scripts/build_backend.py rocm --arch {nearest}"
        )
    others = ", ".join(sorted(there.architectures, key=_number))
    return f"{why} No override helps: there are kernels for {others} alone, and {chip} can run none of them."


def nearest_of(chip: str, there: Kernels) -> str | None:
    """The chip with kernels there whose code `chip` runs; None where there is none."""
    nearest = NEAREST.get(chip)
    return nearest if nearest in there.architectures else None


def override_for(chip: str) -> str:
    """HSA_OVERRIDE_GFX_VERSION that has ROCm take a card for `chip`: "11.0.2" for gfx1102."""
    major, minor, step = chip[3:-2], chip[-2], chip[-1]
    return f"{major}.{int(minor, 16)}.{int(step, 16)}"


def _overridden(system: System) -> str:
    """The chip that ROCm takes every card for, where the environment says so."""
    version = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", system.environment.get("HSA_OVERRIDE_GFX_VERSION", ""))
    return f"gfx{version[1]}{int(version[2]):x}{int(version[3]):x}" if version else ""


def _number(gfx: str) -> int:
    return int(gfx[3:], 16)


def kernels(system: System, places: Iterable[str] = ()) -> Kernels:
    """Architectures that the first rocBLAS found has kernels for, or else those that AMD's has.

    `places` are folders that ROCm may be in, in place of those that are usual.
    """
    for folders in _kernel_folders(system, [each.lstrip("/") for each in places] or roots(system)):
        by_folder = {folder: _architectures(system.names(folder, most=MAX_KERNEL_FILES)) for folder in folders}
        found = frozenset().union(*by_folder.values())
        if found:
            return Kernels(found, next(folder for folder, own in by_folder.items() if own))
    return Kernels(KERNELS)


def _architectures(names: Iterable[str]) -> Set[str]:
    return {each for name in names for each in re.findall(r"gfx[0-9a-f]{3,4}(?![0-9a-f])", name)}


def _kernel_folders(system: System, places: Iterable[str]) -> Iterator[list[str]]:
    """Folders of one rocBLAS each: as AMD, Debian and Fedora install it, and as Windows' HIP SDK does."""
    named = system.environment.get("ROCBLAS_TENSILE_LIBPATH", "").lstrip("/")
    if named:  # rocBLAS itself looks nowhere else then
        yield [named]
    for root in places:
        for library in (*LIBRARIES, "bin"):
            own = f"{root}/{library}/rocblas"
            yield [f"{own}/library"]
            yield [f"{own}/{version}/library" for version in system.names(own)]
            # Fedora has a folder for each family of chips: /usr/lib64/rocm/gfx11/lib/rocblas/library.
            families = system.matching(f"{root}/{library}/rocm", "gfx")
            yield [f"{family}/{inner}/rocblas/library" for family in families for inner in ("lib", "lib64")]


def roots(system: System) -> list[str]:
    """Folders that ROCm may be in, those that the environment names first."""
    named = (system.environment.get(name, "").lstrip("/") for name in ("ROCM_PATH", "HIP_PATH"))
    versions = sorted(system.matching("opt", "rocm-"), reverse=True)
    return list(dict.fromkeys([*filter(None, named), "opt/rocm", *versions, "usr"]))
