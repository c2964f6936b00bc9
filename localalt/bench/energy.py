"""Joules that a run took, as far as the platform counts them: of a GPU's board, and of the processor's packages.

What is counted is all that the hardware took meanwhile, whoever used it, idle power included; neither disks, fans nor
losses of the power supply, so it is less than a meter at the wall shows. Knows no pictures, and does not know which
of several GPUs computed: all that the backend may have used are added, and named.

Sources: NVML for NVIDIA (millijoules, milliwatts); the kernel's hwmon for amdgpu (microjoules, microwatts); its
powercap for the processor (microjoules, AMD's too), whose files only root can read on most systems.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from localalt.bench.ticker import Ticker

__all__ = ["EnergyMeter", "load_nvml"]

SAMPLE_S = 0.1
"""Between two looks at a power, which is taken to change evenly in between."""
COUNTER_S = 10.0
"""Between two looks at a counter: some begin again after 65 kJ, which 1 kW takes in 65 s."""
_NVIDIA, _AMD = ("CUDA", "Vulkan", "OpenCL"), ("ROCm", "Vulkan", "OpenCL")
"""Backends that may compute on a GPU of the maker."""


class EnergyMeter:
    """Counts from entering to leaving; never fails.

    Args:
        backend: of ggml's, such as "CUDA", "ROCm", "Vulkan" or "CPU"; the processor is counted beside any GPU.
        sys: where Linux has its sysfs.
        sample_s: between two looks at a power.

    After it: `joules`, 0 or more, of all sources together, None where nothing reports them; `source`, the names of
    these sources, such as "NVML energy of GPU 0 + RAPL package-0", or "". A source that could not be read every time
    is left out.
    An integrated GPU's sensor may count what RAPL counts too.
    """

    def __init__(self, backend: str, *, sys: Path = Path("/sys"), sample_s: float = SAMPLE_S) -> None:
        self.joules: float | None = None
        self.source = ""
        self._backend, self._sys, self._sample_s = backend, sys, sample_s
        self._sources: list[_Source] = []
        self._ticker: Ticker | None = None

    def __enter__(self) -> EnergyMeter:
        self._sources = [source for source in _sources(self._backend, self._sys) if source.joules is not None]
        if self._sources:
            has_power = any(isinstance(source, _Power) for source in self._sources)
            every_s = self._sample_s if has_power else COUNTER_S
            self._ticker = Ticker(self._sample, every_s, name="localalt-energy")
        return self

    def __exit__(self, *_: object) -> None:
        if self._ticker is not None:
            self._ticker.stop()
            self._sample()
        counted = [(source.joules, source.name) for source in self._sources if source.joules is not None]
        if counted:
            self.joules = sum(joules for joules, _ in counted)
            self.source = " + ".join(name for _, name in counted)

    def _sample(self) -> None:
        for source in self._sources:
            source.sample()


class _Source:
    """What is read the first time when it is made; `read` gives None where it cannot."""

    def __init__(self, name: str, read: Callable[[], float | None]) -> None:
        self.name = name
        self.joules: float | None = 0.0
        """Since then; None once it could not be read."""
        self._read = read
        self._last, self._last_s = 0.0, 0.0
        self._take(first=True)

    def sample(self) -> None:
        """Read, and add what came since the last time."""
        if self.joules is not None:
            self._take(first=False)

    def _take(self, *, first: bool) -> None:
        value, now_s = self._read(), time.monotonic()
        if value is None or self.joules is None:
            self.joules = None
            return
        if not first:
            added = self._between(self._last, value, now_s - self._last_s)
            self.joules = None if added is None else self.joules + added
        self._last, self._last_s = value, now_s

    def _between(self, before: float, now: float, elapsed_s: float) -> float | None:
        raise NotImplementedError


class _Counter(_Source):
    """Joules since some start; after `range_j` it begins again."""

    def __init__(self, name: str, read: Callable[[], float | None], range_j: float | None = None) -> None:
        self._range_j = range_j
        super().__init__(name, read)

    def _between(self, before: float, now: float, elapsed_s: float) -> float | None:
        if now >= before:
            return now - before
        # Without a range it was set back, as when a driver is loaded again: what came before is lost.
        return None if self._range_j is None else now + self._range_j - before


class _Power(_Source):
    """Watts, summed up over time by trapezoids."""

    def _between(self, before: float, now: float, elapsed_s: float) -> float | None:
        return (before + now) / 2 * elapsed_s


def load_nvml() -> Any:  # noqa: ANN401 (a module without types)
    """NVIDIA's management library, ready to be asked; None without nvidia-ml-py or a driver."""
    try:
        nvml = importlib.import_module("pynvml")
        nvml.nvmlInit()
    except Exception:  # of a driver that is broken, in whichever way
        return None
    return nvml


def _sources(backend: str, sys: Path) -> Iterator[_Source]:
    if backend in _NVIDIA:
        yield from _nvidia()
    if backend in _AMD:
        yield from _amd(sys)
    yield from _packages(sys)


def _nvidia() -> Iterator[_Source]:
    """The counter of the board since Volta; of older ones, the power now."""
    nvml = load_nvml()
    for index in range(_asked(nvml, "nvmlDeviceGetCount") or 0):
        energy = _Counter(
            f"NVML energy of GPU {index}", functools.partial(_milli, nvml, "nvmlDeviceGetTotalEnergyConsumption", index)
        )
        if energy.joules is not None:
            yield energy
        else:
            power = functools.partial(_milli, nvml, "nvmlDeviceGetPowerUsage", index)
            yield _Power(f"NVML power of GPU {index}", power)


def _milli(nvml: Any, function: str, index: int) -> float | None:  # noqa: ANN401
    """What NVML reports in thousandths, in whole units."""
    found = _asked(nvml, function, index)
    return None if found is None else found / 1e3


def _asked(nvml: Any, function: str, index: int | None = None) -> int | None:  # noqa: ANN401
    with contextlib.suppress(Exception):  # of a driver that knows none of this
        found = getattr(nvml, function)
        return int(found() if index is None else found(nvml.nvmlDeviceGetHandleByIndex(index)))
    return None


def _amd(sys: Path) -> Iterator[_Source]:
    """The first sensor of each card that can be read: a counter, or the power, whose file has one of two names."""
    cards = [path for path in sys.glob("class/drm/card*") if re.fullmatch(r"card\d+", path.name)]  # not their sockets
    for card in sorted(cards):
        for monitor in sorted(card.glob("device/hwmon/hwmon*")):
            if _text(monitor / "name") == "amdgpu":
                found: list[_Source] = [_Counter(f"hwmon energy of {card.name}", _reader(monitor / "energy1_input"))]
                for file in ("power1_average", "power1_input"):
                    found.append(_Power(f"hwmon {file} of {card.name}", _reader(monitor / file)))
                yield from [source for source in found if source.joules is not None][:1]


def _packages(sys: Path) -> Iterator[_Source]:
    """The processor's packages: what is within one, and the platform around it, would count twice."""
    for zone in sorted(sys.glob("class/powercap/intel-rapl:*")):
        name = _text(zone / "name")
        if name.startswith("package"):
            yield _Counter(f"RAPL {name}", _reader(zone / "energy_uj"), _reader(zone / "max_energy_range_uj")())


def _reader(path: Path) -> Callable[[], float | None]:
    """Reads millionths from a file of sysfs, in whole units."""

    def read() -> float | None:
        try:
            return int(path.read_text()) / 1e6
        except (OSError, ValueError):  # not there, not ours to read, or a device that sleeps
            return None

    return read


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
