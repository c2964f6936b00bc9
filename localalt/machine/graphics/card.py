"""What a graphics card is here, and the system that it is looked for in."""

from __future__ import annotations

import os
import platform as python_platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Card", "System"]

MAX_BYTES = 1 << 16
"""Of one file of the kernel's; a file of names has a limit of its own."""
MAX_ENTRIES = 1024
"""Of one folder: no machine has more devices on its bus."""


@dataclass(frozen=True, slots=True)
class Card:
    """Something that shows pictures, or computes as such cards do."""

    name: str
    vendor: str
    """"NVIDIA", "AMD", "Intel", "Apple", another maker's name, or ""."""
    driver: str = ""
    """The kernel's driver that has it, such as "amdgpu"; "" where none has it or the system does not say."""
    pci_id: str = ""
    """Vendor and device, such as "10de:2504"."""
    gfx: str = ""
    """AMD's name of the architecture, such as "gfx1100", where the driver says it."""
    why_not: str = ""
    """Why it computes nothing, for people; "" where it could."""

    @property
    def could_compute(self) -> bool:
        """Whether some backend of llama.cpp is made for it."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class System:
    """Where to look; tests put stand-ins there."""

    root: Path = Path("/")
    platform: str = sys.platform
    machine: str = field(default_factory=python_platform.machine)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    may_use: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)
    """Whether this process may open a device file."""
    registry: Callable[[], list[dict[str, str]]] | None = None
    """Reads what Windows knows of display adapters; None is the real registry."""

    def text(self, path: str, *, most: int = MAX_BYTES) -> str:
        """The beginning of a file, without spaces around it; "" where it cannot be read."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(most).decode("utf-8", errors="replace").replace("\0", "\n").strip()
        except (OSError, ValueError):
            return ""

    def names(self, folder: str, *, most: int = MAX_ENTRIES) -> list[str]:
        """What is in a folder, sorted; nothing where it cannot be read."""
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(entry.name for _, entry in zip(range(most), entries, strict=False))
        except (OSError, ValueError):
            return []

    def linked(self, path: str) -> str:
        """The last part of where a link leads, "" where there is none."""
        try:
            return os.path.basename(os.readlink(self.root / path))  # noqa: PTH115, PTH119 (Windows' stand-ins, too)
        except (OSError, ValueError):
            return ""

    def has(self, path: str) -> bool:
        """Whether something is there."""
        try:
            return (self.root / path).exists()
        except (OSError, ValueError):
            return False

    @property
    def on_path(self) -> list[str]:
        """The folders of the PATH, which a made-up system has below its root."""
        separator = ";" if self.platform == "win32" else ":"
        return [part.lstrip("/") for part in self.environment.get("PATH", "").split(separator) if part]

    def program(self, name: str, *folders: str) -> bool:
        """Whether a program is in one of these folders below the root, or on the PATH."""
        return any(self.has(f"{folder}/{name}") for folder in (*folders, *self.on_path))

    def matching(self, folder: str, beginning: str) -> Iterator[str]:
        """Paths of what begins so in a folder."""
        return (f"{folder}/{name}" for name in self.names(folder) if name.startswith(beginning))
