"""Whether a graphics card drives a display, so that what it shows needs the card's memory too.

Sources: Linux' Documentation/ABI/stable/sysfs-class-drm ("status" of a connector) and sysfs-bus-pci ("boot_vga").
"""

from __future__ import annotations

import re

from localalt.machine.graphics.card import System

__all__ = ["drives_display"]


def drives_display(device_id: str, system: System | None = None) -> bool:
    """Whether the card at this PCI address ("0000:01:00.0", or "" for one of which that is not known) shows pictures.

    Assumed where a system does not say: on Windows and macOS. Never raises.
    """
    system = system or System()
    if system.platform != "linux" or system.has("dev/dxg"):  # WSL: Windows has the screen
        return True
    if not device_id:
        return any(_has_screen(system, f"sys/class/drm/{card}") for card in _cards(system, "sys/class/drm"))
    folder = f"sys/bus/pci/devices/{device_id.lower()}"
    cards = _cards(system, f"{folder}/drm")
    if any(_connectors(system, f"{folder}/drm/{card}") for card in cards):
        return any(_has_screen(system, f"{folder}/drm/{card}") for card in cards)
    # NVIDIA's driver shows its connectors with nvidia-drm.modeset alone.
    return system.text(f"{folder}/boot_vga") == "1"


def _cards(system: System, folder: str) -> list[str]:
    return [name for name in system.names(folder) if re.fullmatch(r"card\d+", name)]


def _connectors(system: System, folder: str) -> list[str]:
    """Folders such as "card0-HDMI-A-1"; "Writeback" has no display."""
    return [name for name in system.names(folder) if re.match(r"card\d+-(?!Writeback)", name)]


def _has_screen(system: System, folder: str) -> bool:
    return any(system.text(f"{folder}/{name}/status") == "connected" for name in _connectors(system, folder))
