"""What `import localalt` and `localalt --help` cost over a bare interpreter.

    python benchmarks/startup.py

Each command runs in its own process, in turn, so that a busy machine slows all alike. Prints
the median difference to the bare interpreter in ms, and its quartiles.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 21
COMMANDS = {
    "bare interpreter": ["-c", "pass"],
    "import localalt": ["-c", "import localalt"],
    "localalt --help": ["-m", "localalt", "--help"],
    "localalt describe --help": ["-m", "localalt", "describe", "--help"],
}
LIMITS_MS = {"import localalt": 60, "localalt --help": 150, "localalt describe --help": 150}


def wall_ms(arguments: list[str]) -> float:
    """Milliseconds that one process takes from start to exit."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1e3


def main() -> None:
    """Measure and print."""
    for arguments in COMMANDS.values():
        wall_ms(arguments)  # fills the file cache and writes the .pyc files
    over: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        times = {name: wall_ms(arguments) for name, arguments in COMMANDS.items()}
        for name, value in times.items():
            over[name].append(value - times["bare interpreter"])
    for name, limit in LIMITS_MS.items():
        low, median, high = statistics.quantiles(over[name], n=4)
        print(f"{name:26} +{median:5.1f} ms  [{low:.1f} to {high:.1f}]  limit {limit} ms")


if __name__ == "__main__":
    main()
