"""Memory and processor time of small files that ask for a lot, and what they print.

Each file is read in a process of its own, which may take at most 750 MB above what it had before and 10 s of
processor time, and must write nothing to its standard output and error but what the check itself says.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .hostile_pictures import HOSTILE
from .outcome import Outcome

__all__ = ["COUNT", "MAX_CPU_S", "MAX_GROWTH_BYTES", "measure", "soak"]

COUNT = len(HOSTILE)
MAX_GROWTH_BYTES = 750_000_000
MAX_CPU_S = 10.0
_LIMIT_S = 120
"""Wall-clock, for a machine that does other things."""

_CHILD = """
import json, resource, sys
import numpy, PIL.Image
from localalt.errors import ImageError
from localalt.image.processor import load_picture
from localalt.types import ImageGeometry
try:
    import pillow_heif
except ImportError:
    pass

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))

def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

before, began = peak(), cpu()
try:
    picture = load_picture(
        sys.argv[1], ImageGeometry(square=None, token_px=32, min_tokens=64, max_tokens=1024), wants_hints=True
    )
    end = "read, {}x{}".format(*picture.original_size)
except ImageError as error:
    end = f"{type(error).__name__}: {error}"
print(json.dumps({"growth_bytes": peak() - before, "cpu_s": cpu() - began, "end": end}))
"""


def measure(data: bytes, *, python: str = sys.executable) -> dict[str, object]:
    """Read a picture in a process of its own: `growth_bytes`, `cpu_s`, how it ended, and what was `printed`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture")
        path.write_bytes(data)
        command = [python, "-c", _CHILD, str(path)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return {"growth_bytes": 0, "cpu_s": float(_LIMIT_S), "end": "not at all", "printed": ""}
    *lines, last = run.stdout.splitlines() or [""]
    try:
        found: dict[str, object] = json.loads(last)
    except ValueError:
        found = {"growth_bytes": 0, "cpu_s": 0.0, "end": f"the process ended with {run.returncode}"}
        lines.append(last)
    return {**found, "printed": "\n".join([*lines, run.stderr]).strip()}


def soak(count: int, *, seed: int) -> Outcome:
    """Measure the first `count` of them; nothing is drawn at random."""
    del seed
    figures, failures = [], []
    for name, build in list(HOSTILE.items())[:count]:
        data = build()
        found = measure(data)
        growth, cpu_s = int(str(found["growth_bytes"])), float(str(found["cpu_s"]))
        line = f"{name:24} {len(data):>12,} bytes {growth / 1e6:6.0f} MB {cpu_s:5.1f} s  {str(found['end'])[-110:]}"
        figures.append(line)
        is_over = growth > MAX_GROWTH_BYTES or cpu_s > MAX_CPU_S
        is_read = "read" in str(found["end"]) or "Image" in str(found["end"])
        if is_over or not is_read or found["printed"]:
            failures.append(f"{line} {str(found['printed'])[:200]}")
    return Outcome(len(figures), tuple(failures), tuple(figures))
