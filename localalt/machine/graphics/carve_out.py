"""Memory that the firmware sets aside for an AMD processor's own GPU, which is not part of the machine's RAM.

Source: Linux' Documentation/gpu/amdgpu/driver-misc.rst ("mem_info_vram_total", "mem_info_vram_used").
"""

from __future__ import annotations

from localalt.machine.graphics.card import System

__all__ = ["free_carve_out"]


def free_carve_out(device_id: str, backend: str, total_bytes: int, system: System | None = None) -> int:
    """Bytes that an integrated GPU at this PCI address can take that are no RAM, 0 where that is not known.

    `total_bytes` is what its backend says it can use. Never raises.
    """
    system = system or System()
    folder = f"sys/bus/pci/devices/{device_id.lower()}"
    if system.platform != "linux" or not device_id:
        return 0
    total, used = (_bytes(system.text(f"{folder}/mem_info_vram_{name}")) for name in ("total", "used"))
    if backend in ("ROCm", "HIP") and total_bytes > total:
        # From Linux 6.10 on, ROCm takes all from RAM where it may take more than the carve-out (amdgpu's
        # apu_prefer_gtt).
        return 0
    return max(0, total - used)


def _bytes(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 20 else 0
