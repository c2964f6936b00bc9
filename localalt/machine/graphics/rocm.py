"""What ROCm needs for an AMD card: packages, device files, and kernels for the card's own architecture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from localalt.machine.graphics.card import Card, System

__all__ = ["KERNELS", "OVERRIDES", "obstacles"]

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
without kernels ends the process at the first product of matrices (llama.cpp #14421, #6509)."""

OVERRIDES: Mapping[str, str] = {f"gfx103{step}": "10.3.0" for step in (1, 2, 3, 4, 5, 6)}
"""HSA_OVERRIDE_GFX_VERSION by architecture: all of RDNA 2 has the instructions of gfx1030 (rocBLAS #1339, Tensile
#1907). Not gfx1103 as gfx1100: it hangs the card (rocm-libraries #6320)."""


def obstacles(card: Card, system: System) -> Iterator[str]:
    """What keeps ROCm from computing on a card, in sentences for people; none where nothing does."""
    root = _root(system)
    if not system.program("hipconfig", f"{root}/bin"):
        yield (
            f"ROCm is not here (hipconfig): it needs version {OLDEST} or newer with the packages "
            f"{' and '.join(f'{name}-dev' for name in PACKAGES)}."
        )
    else:
        missing = [
            name
            for name in PACKAGES
            if not any(system.has(f"{top}/{lib}/cmake/{name}") for top in (root, "usr") for lib in LIBRARIES)
        ]
        if missing:
            packages = " ".join(f"{name}-dev" for name in missing)
            yield f"ROCm is here without {' and '.join(missing)}: install {packages}."
    yield from _of_chip(card, _kernels(system, root))
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


def _of_chip(card: Card, kernels: frozenset[str]) -> Iterator[str]:
    if not card.gfx or card.gfx in kernels:
        return
    if card.gfx in OVERRIDES:
        yield (
            f"rocBLAS has no kernels for {card.gfx} and would end the process; HSA_OVERRIDE_GFX_VERSION="
            f"{OVERRIDES[card.gfx]} lets it use those of gfx1030, at your own risk: localalt doctor proves whether "
            "that is right."
        )
    else:
        yield (
            f"rocBLAS has no kernels for {card.gfx}, and no other chip's fit it (HSA_OVERRIDE_GFX_VERSION would hang "
            f"it or compute garbage); there are kernels for {', '.join(sorted(kernels, key=_number))}."
        )


def _number(gfx: str) -> int:
    return int(gfx[3:], 16)


def _kernels(system: System, root: str) -> frozenset[str]:
    """Architectures that the installed rocBLAS has kernels for, or else those that AMD's has."""
    libraries = (f"{root}/lib", "usr/lib/x86_64-linux-gnu", "usr/lib64")
    for folder in (f"{library}/rocblas/library" for library in libraries):
        found = {each for name in system.names(folder) for each in re.findall(r"gfx[0-9a-f]{3,4}(?![0-9a-f])", name)}
        if found:
            return frozenset(found)
    return KERNELS


def _root(system: System) -> str:
    return system.environment.get("ROCM_PATH", "").lstrip("/") or "opt/rocm"
