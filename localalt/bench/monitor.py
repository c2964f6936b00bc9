"""What else happened on the machine during a run: other programs, heat, the battery, and the most memory it took.

Only watches, and never fails: what the platform does not report is left out.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

from localalt.bench.energy import load_nvml
from localalt.bench.ticker import Ticker
from localalt.machine.disturbance import Disturbance

__all__ = ["Monitor", "peak_rss"]

SAMPLE_S = 0.05
"""Between two looks at the device's free memory."""
_NVML_SLOWED = 0x8 | 0x20 | 0x40 | 0x80
"""nvmlClocksThrottleReason of nvml.h: HwSlowdown, SwThermalSlowdown, HwThermalSlowdown, HwPowerBrakeSlowdown."""


class Monitor:
    """Watches from entering to leaving.

    Args:
        free_bytes: the device's free memory now; None where there is none to watch.
        proc, sysfs: Linux's /proc and /sys.

    After it: `notes` in sentences for people, `others_share` (0 to 1, None where unknown), `peak_rss_bytes` of
    this process since it began, `peak_device_bytes` since entering.
    """

    def __init__(
        self,
        *,
        free_bytes: Callable[[], int] | None = None,
        proc: Path = Path("/proc"),
        sysfs: Path = Path("/sys"),
        sample_s: float = SAMPLE_S,
    ) -> None:
        self.notes: tuple[str, ...] = ()
        self.others_share: float | None = None
        self.peak_rss_bytes: int | None = None
        self.peak_device_bytes: int | None = None
        self._free_bytes, self._proc, self._sysfs, self._sample_s = free_bytes, proc, sysfs, sample_s
        self._least = 0
        self._ticker: Ticker | None = None

    def __enter__(self) -> Monitor:
        self._throttled = self._throttles()
        self._others = Disturbance(proc=self._proc)
        if self._free_bytes is not None:
            self._first = self._least = self._free_bytes()
            self._ticker = Ticker(self._look, self._sample_s, name="localalt-memory")
        return self

    def __exit__(self, *_: object) -> None:
        if self._ticker is not None:
            self._ticker.stop()
            self.peak_device_bytes = max(0, self._first - self._least)
        self.peak_rss_bytes = peak_rss(self._proc)
        self.others_share = self._others.share(least_s=0)
        notes = []
        if self._throttles() > self._throttled:
            notes.append("The CPU was slowed down by heat meanwhile.")
        if _nvidia_is_slowed():
            notes.append("The GPU was slowed down by heat or power meanwhile.")
        if self._is_on_battery():
            notes.append("The machine ran on battery.")
        self.notes = tuple(notes)

    def _look(self) -> None:
        assert self._free_bytes is not None
        self._least = min(self._least, self._free_bytes())

    def _throttles(self) -> int:
        """How often the CPUs have been slowed down by heat, since the machine started."""
        found = 0
        for path in self._sysfs.glob("devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count"):
            with contextlib.suppress(OSError, ValueError):
                found += int(path.read_text())
        return found

    def _is_on_battery(self) -> bool:
        mains = []
        for supply in self._sysfs.glob("class/power_supply/*"):
            with contextlib.suppress(OSError):
                if (supply / "type").read_text().strip() == "Mains":
                    mains.append((supply / "online").read_text().strip() == "1")
        return bool(mains) and not any(mains)


def peak_rss(proc: Path = Path("/proc")) -> int | None:
    """The most RAM in bytes that this process has held; None where unknown."""
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = (proc / "self" / "status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _nvidia_is_slowed() -> bool:
    nvml = load_nvml()
    if nvml is None:
        return False
    with contextlib.suppress(Exception):  # of a driver that knows none of this
        handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        return any(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle) & _NVML_SLOWED for handle in handles)
    return False
