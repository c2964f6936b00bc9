"""A Vulkan device whose memory runs out, at each of its allocations in turn: a part of scripts/checks/vulkan.sh.

    python scripts/checks/vulkan_memory.py

A picture is described all the same, on the CPU if need be. Where llama.cpp reports what it lacks, a smaller plan is
loaded; where it ends the process (an assertion, an exception that nobody catches), the next child has one. Needs cc.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from localalt.selftest import held_out

SHIM = Path(__file__).with_name("vulkan_limit.c")
PROGRAM = """
import sys
import localalt
from localalt.selftest import held_out

picture = held_out()[0]
with localalt.load("selftest", isolation="process") as describer:
    first = describer.plan.placement
    text = describer.describe(picture.picture).text
    print(f"{text}\\t{first}, then {describer.plan.placement}")
"""
TIMEOUT_S = 600


def run(limit: Path, folder: Path, **variables: str) -> tuple[str, str]:
    """Describe one picture in a new process: (its text, where it was computed), or how it failed and why."""
    environment = {**os.environ, "LD_PRELOAD": str(limit), **variables}
    # What a load that failed has taught is for this run alone; shaders are not.
    environment["XDG_CACHE_HOME"] = tempfile.mkdtemp(dir=folder)
    environment["MESA_SHADER_CACHE_DIR"] = str(folder)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if done.returncode:
        return f"exit status {done.returncode}", done.stderr.strip().rpartition("\n")[2]
    text, _, where = done.stdout.strip().rpartition("\n")[2].partition("\t")
    return text, where


def main() -> int:
    """Print what comes of each allocation that fails; 1 where a picture is not described as it should be."""
    picture = held_out()[0]
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        limit, log = folder / "limit.so", folder / "allocations"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(limit), str(SHIM), "-ldl"], check=True)
        text, where = run(limit, folder, LIMIT_LOG=str(log))
        in_use = [int(line) for line in log.read_text().split()]
        highest = sorted({bytes_ for at, bytes_ in enumerate(in_use) if bytes_ > max(in_use[:at], default=0)})
        print(f"{highest[-1] / 1e6:.2f} MB in {len(in_use)} allocations: {where}: {text}", flush=True)
        for most in highest:
            text, where = run(limit, folder, LIMIT_BYTES=str(most - 1))
            is_right = text == picture.torch_texts["selftest"]
            wrong += not is_right
            print(f"{'ok   ' if is_right else 'WRONG'} {most - 1:12,} bytes: {where}: {text}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
