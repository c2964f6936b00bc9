"""Which build suits a graphics card, and what is in its way, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from localalt.machine.graphics import rocm
from localalt.machine.graphics.card import Card, System

__all__ = ["Advice", "advise", "in_the_way", "is_for", "unused"]

CUDA = "11.1"
"""The oldest toolkit that ggml-cuda builds its usual architectures with (scripts/backend/toolchains.py)."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about one card."""

    card: Card
    preset: str
    """Of CMakePresets.json; "" for a card that computes nothing."""
    notes: tuple[str, ...]
    """What is in the way, a sentence each."""
    otherwise: tuple[str, ...] = ()
    """What another preset, which they name, would need, a sentence each."""

    @property
    def command(self) -> str:
        """What builds for it, in a clone of localalt; "" where nothing does."""
        return f"python scripts/build_backend.py {self.preset}" if self.preset else ""


def advise(card: Card, system: System | None = None) -> Advice:
    """The preset that suits a card on this system, and what has to be done before. Never raises."""
    system = system or System()
    if not card.could_compute:
        return Advice(card, "", (f"{card.name}: {card.why_not}.",))
    if system.platform == "darwin":
        return Advice(card, "metal", ())
    if card.driver == "dxg":
        return _in_wsl(card, system)
    if card.vendor == "NVIDIA":
        return Advice(card, "cuda", tuple(_nvidia(card, system)))
    if card.vendor == "AMD" and system.platform == "linux":
        against = [f"For the preset rocm: {each}" for each in rocm.obstacles(card, system)]
        if not against:
            return Advice(card, "rocm", tuple(_device_files(system)))
        return Advice(card, "vulkan", tuple(_vulkan(system)), tuple(against))
    return Advice(card, "vulkan", tuple(_vulkan(system)) if system.platform == "linux" else ())


def unused(found: Iterable[Card], in_use: Sequence[tuple[str, str]]) -> list[Card]:
    """The cards that could compute and that no backend has.

    Args:
        found: the cards of the machine.
        in_use: (backend, description) of each GPU that the installed llama.cpp sees, each once.
    """
    left = []
    taken = list(in_use)
    for card in found:
        own = next((each for each in taken if _is_of(card, *each)), None)
        if own is not None:
            taken.remove(own)
        elif card.could_compute:
            left.append(card)
    return left


_WORDS = {
    "AMD": ("amd", "radeon"),
    "Intel": ("intel", "arc"),
    "NVIDIA": ("nvidia", "geforce"),
    "Apple": ("apple", "amd"),
}
_BACKENDS = {
    "CUDA": "NVIDIA",
    "ROCm": "AMD",
    "HIP": "AMD",
    "Metal": "Apple",
    "MTL": "Apple",
    "SYCL": "Intel",
    "MUSA": "Moore Threads",
}


def _is_of(card: Card, backend: str, description: str) -> bool:
    """Whether a device of a backend may be this card: drivers call it otherwise than lists of names do."""
    if backend in _BACKENDS:
        return card.vendor == _BACKENDS[backend]
    words = _WORDS.get(card.vendor, (card.vendor.lower(),))
    return not card.vendor or any(word in description.lower() for word in words)


def is_for(backend: str, card: Card) -> bool:
    """Whether a backend of ggml's is made for a card."""
    return card.could_compute and (not card.vendor or _BACKENDS.get(backend, card.vendor) == card.vendor)


def in_the_way(card: Card, backend: str, system: System) -> Iterator[str]:
    """What keeps a backend that is built from a card at run time: drivers, device files, kernels."""
    if backend == "CUDA":
        yield from _nvidia_driver(card, system)
    elif system.platform == "linux" and backend == "ROCm":
        yield from rocm.obstacles(card, system)
    elif system.platform == "linux" and backend == "Vulkan":
        yield from _vulkan(system)


# --- by maker ---


def _nvidia(card: Card, system: System) -> Iterator[str]:
    yield from _nvidia_driver(card, system)
    yield from _toolkit(system)


def _nvidia_driver(card: Card, system: System) -> Iterator[str]:
    if system.platform == "linux" and card.driver not in ("nvgpu", "dxg"):
        if not system.has("proc/driver/nvidia/version"):
            other = f" ({card.driver} is)" if card.driver and card.driver != "nvidia" else ""
            yield f"NVIDIA's own driver is not loaded{other}: install it and start the computer again, before cuda."
        elif not any(system.matching("dev", "nvidia0")) and not system.has("dev/nvidiactl"):
            yield "NVIDIA's driver is here without /dev/nvidia0: a container gets its device files with --gpus all."


def _toolkit(system: System) -> Iterator[str]:
    root = system.environment.get("CUDA_PATH", "").lstrip("/") or "usr/local/cuda"
    name = "nvcc.exe" if system.platform == "win32" else "nvcc"
    if not system.program(name, f"{root}/bin") and not system.environment.get("CUDACXX"):
        yield (
            f"The CUDA toolkit (nvcc) is not here, and a driver alone does not build: install it, {CUDA} or newer, "
            "with cuBLAS, or build the preset vulkan, which needs none."
        )


def _in_wsl(card: Card, system: System) -> Advice:
    if card.vendor == "NVIDIA":
        return Advice(card, "cuda", tuple(_toolkit(system)))
    return Advice(
        card,
        "vulkan",
        (
            "WSL hands Windows' GPU through as /dev/dxg: NVIDIA's computes with cuda once its Windows driver is "
            "installed, others only by Mesa's translation to Direct3D (dzn), which localalt doctor has to prove right; "
            "on Windows itself vulkan is the better way.",
        ),
    )


def _vulkan(system: System) -> Iterator[str]:
    folders = ("usr/share/vulkan/icd.d", "etc/vulkan/icd.d", "usr/local/share/vulkan/icd.d")
    drivers = [name for folder in folders for name in system.names(folder) if not name.startswith(("lvp", "dzn"))]
    if not drivers:
        yield "No Vulkan driver is in /usr/share/vulkan/icd.d: apt install mesa-vulkan-drivers, for example."
    yield from _device_files(system)


def _device_files(system: System) -> Iterator[str]:
    own = list(system.matching("dev/dri", "renderD"))
    if not own:
        yield "There is no /dev/dri/renderD128: a container gets it with --device /dev/dri."
    elif not any(system.may_use(system.root / each) for each in own):
        yield f"You may not open /{own[0]}: sudo usermod -aG render,video $USER, then log in again."
