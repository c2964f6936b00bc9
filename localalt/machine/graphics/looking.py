"""Graphics cards from Linux' /sys, /proc and /dev, a Mac's processor, and Windows' registry.

Sources: Linux' Documentation/ABI/testing/sysfs-bus-pci and drivers/gpu/drm/amd/amdkfd/kfd_topology.c, NVIDIA's driver
README ("/proc/driver/nvidia"), Microsoft's "System-Defined Device Setup Classes".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from localalt.machine.graphics.card import Card, System
from localalt.machine.graphics.names import MAKERS, names_of

__all__ = ["cards"]

_DISPLAY, _ACCELERATOR = "0x03", "0x1200"
"""Classes on a PCI bus: displays of all kinds; data centres' cards without one."""

_REMOTE = "it is the screen of a server's remote console and computes nothing"
_VIRTUAL = "it is a virtual machine's screen and computes nothing"
_BARE = "it is a plain screen without a driver, which computes nothing"
_OTHERS: Mapping[str, tuple[str, str]] = {
    "1a03": ("ASPEED", _REMOTE),
    "102b": ("Matrox", _REMOTE),
    "19e5": ("HiSilicon", _REMOTE),
    "126f": ("Silicon Motion", _REMOTE),
    "1af4": ("virtio", _VIRTUAL),
    "1b36": ("QXL", _VIRTUAL),
    "1234": ("QEMU", _VIRTUAL),
    "15ad": ("VMware", _VIRTUAL),
    "80ee": ("VirtualBox", _VIRTUAL),
    "1414": ("Hyper-V", _VIRTUAL),
    "5853": ("Xen", _VIRTUAL),
    "1013": ("Cirrus Logic", _VIRTUAL),
}
_BOARDS: Mapping[str, tuple[str, str]] = {
    "panfrost": ("Arm", "Arm Mali"),
    "panthor": ("Arm", "Arm Mali"),
    "msm": ("Qualcomm", "Qualcomm Adreno"),
    "msm_dpu": ("Qualcomm", "Qualcomm Adreno"),
    "v3d": ("Broadcom", "Broadcom VideoCore"),
    "asahi": ("Apple", "Apple GPU"),
}
"""Drivers of GPUs that are on no PCI bus -> (maker, name)."""


def cards(system: System | None = None) -> tuple[Card, ...]:
    """The cards that are in this machine: those that could compute first. Never raises."""
    system = system or System()
    looks = {"linux": _linux, "darwin": _macos, "win32": _windows}
    found = list(looks[system.platform](system)) if system.platform in looks else []
    ranks = ("NVIDIA", "AMD", "Apple", "Intel")
    return tuple(sorted(found, key=lambda each: (not each.could_compute, [*ranks, each.vendor].index(each.vendor))))


# --- Linux ---


def _linux(system: System) -> Iterator[Card]:
    on_bus = list(_on_pci_bus(system))
    yield from on_bus
    yield from _on_board(system)
    if not on_bus and system.has("dev/dxg"):
        yield _through_windows(system)


def _on_pci_bus(system: System) -> Iterator[Card]:
    found = []
    for slot in system.names("sys/bus/pci/devices"):
        folder = f"sys/bus/pci/devices/{slot}"
        kind = system.text(f"{folder}/class").lower()
        if kind.startswith((_DISPLAY, _ACCELERATOR)):
            vendor, device = (_hex(system.text(f"{folder}/{name}")) for name in ("vendor", "device"))
            if vendor and device and (kind.startswith(_DISPLAY) or vendor in MAKERS):
                found.append((slot, vendor, device))
    names = names_of((f"{vendor}:{device}" for _, vendor, device in found), system)
    for slot, vendor, device in found:
        yield _card(system, slot, vendor, device, names.get(f"{vendor}:{device}", ""))


def _hex(text: str) -> str:
    found = re.fullmatch(r"0x([0-9a-f]{4})", text.lower())
    return found[1] if found else ""


def _card(system: System, slot: str, vendor: str, device: str, name: str) -> Card:
    pci_id = f"{vendor}:{device}"
    driver = system.linked(f"sys/bus/pci/devices/{slot}/driver")
    if vendor in _OTHERS:
        maker, why_not = _OTHERS[vendor]
        return Card(_named(maker, name, pci_id), maker, driver, pci_id, why_not=why_not)
    maker = MAKERS.get(vendor, "")
    if vendor == "10de":
        model = re.search(r"^Model:\s*(.+)$", system.text(f"proc/driver/nvidia/gpus/{slot}/information"), re.MULTILINE)
        name = model[1] if model else name
    why_not = "" if maker else "no backend of llama.cpp is made for it"
    if driver == "vfio-pci":
        why_not = "it is handed to a virtual machine (driver vfio-pci)"
    if driver == "radeon":
        why_not = "it is too old for Vulkan and ROCm (driver radeon)"
    gfx = _gfx(system, slot) if vendor == "1002" else ""
    return Card(_named(maker, name, pci_id), maker, driver, pci_id, gfx, why_not)


def _named(maker: str, name: str, pci_id: str) -> str:
    if not name:
        return f"{maker} graphics card ({pci_id})".strip()
    return name if not maker or name.lower().startswith(maker.lower()) else f"{maker} {name}"


def _gfx(system: System, slot: str) -> str:
    """What the driver calls the architecture of the AMD card in a slot: 110003 is gfx1103, 90010 is gfx90a."""
    place = re.fullmatch(r"([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])", slot)
    if place is None:
        return ""
    domain, bus, unit, function = (int(part, 16) for part in place.groups())
    location = bus << 8 | unit << 3 | function
    nodes = "sys/class/kfd/kfd/topology/nodes"
    for node in system.names(nodes):
        fields = dict(re.findall(r"^(\w+) (\d{1,18})$", system.text(f"{nodes}/{node}/properties"), re.MULTILINE))
        version = int(fields.get("gfx_target_version", 0))
        if version and int(fields.get("location_id", -1)) == location and int(fields.get("domain", 0)) == domain:
            major, minor, step = version // 10000, version // 100 % 100, version % 100
            return f"gfx{major}{minor:x}{step:x}"
    return ""


def _on_board(system: System) -> Iterator[Card]:
    """GPUs of boards and phones, which are on no PCI bus."""
    compatible = system.text("proc/device-tree/compatible")
    if "nvidia,tegra" in compatible:
        model = system.text("proc/device-tree/model", most=200) or "NVIDIA Jetson"
        yield Card(_named("NVIDIA", model, ""), "NVIDIA", "nvgpu")
        return
    seen = set()
    for name in system.names("sys/class/drm"):
        uevent = system.text(f"sys/class/drm/{name}/device/uevent")
        driver = re.search(r"^DRIVER=([\w.-]+)$", uevent, re.MULTILINE)
        if re.fullmatch(r"card\d+", name) and driver and driver[1] in _BOARDS and driver[1] not in seen:
            seen.add(driver[1])
            maker, title = _BOARDS[driver[1]]
            yield Card(title, maker, driver[1])


def _through_windows(system: System) -> Card:
    """WSL has one device file for whatever GPU Windows has; NVIDIA's driver puts its library beside it."""
    if any(name.startswith("libcuda.so") for name in system.names("usr/lib/wsl/lib")):
        return Card("NVIDIA GPU of Windows", "NVIDIA", "dxg")
    return Card("GPU of Windows", "", "dxg")


# --- others ---


def _macos(system: System) -> Iterator[Card]:
    name = "Apple GPU (Metal)" if system.machine == "arm64" else "GPU of this Mac (Metal)"
    yield Card(name, "Apple", "Metal")


DISPLAY_ADAPTERS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"


def _windows(system: System) -> Iterator[Card]:
    seen = set()
    for adapter in (system.registry or _display_adapters)():
        ids = re.search(r"ven_([0-9a-f]{4})&dev_([0-9a-f]{4})", adapter.get("MatchingDeviceId", "").lower())
        name = adapter.get("DriverDesc", "")[:100]
        vendor, pci_id = (ids[1], f"{ids[1]}:{ids[2]}") if ids else ("", "")
        if not name or (name, pci_id) in seen:
            continue
        seen.add((name, pci_id))
        maker, why_not = _OTHERS.get(vendor, (MAKERS.get(vendor, ""), "" if vendor in MAKERS else _BARE))
        yield Card(name, maker, adapter.get("DriverVersion", "")[:40], pci_id, why_not=why_not)


def _display_adapters() -> list[dict[str, str]]:
    """What the registry has of display adapters; those of removed cards, too."""
    try:
        import winreg  # not on other systems
    except ImportError:
        return []
    found = []
    for number in range(32):
        try:
            key = winreg.OpenKey(  # type: ignore[attr-defined,unused-ignore]
                winreg.HKEY_LOCAL_MACHINE,  # type: ignore[attr-defined,unused-ignore]
                f"{DISPLAY_ADAPTERS}\\{number:04}",
            )
        except OSError:
            continue
        own = {}
        with key:
            for name in ("DriverDesc", "MatchingDeviceId", "DriverVersion"):
                try:
                    own[name] = str(winreg.QueryValueEx(key, name)[0])  # type: ignore[attr-defined,unused-ignore]
                except OSError:
                    continue
        found.append(own)
    return found
