"""What `localalt.memory` predicts against what loading and describing really take, on the CPU.

    python benchmarks/plan_memory.py [MODEL:QUANT ...] [--slots 4] [--folder FOLDER] [--keep]

Writes a pair of random weights of each model's true shape (`localalt.random_pair`), and in a
process of its own loads it, describes one picture of the largest size that localalt gives the
model, and then a small one in every slot. Linux only (it reads /proc).

The total that is measured is the memory that must stay: the peak of anonymous memory, the pages
of shared libraries, and those pages of the weights' file that llama.cpp computes from. Of what it
has repacked the file's pages are read once and can be dropped, so they are left out; `VmHWM`
counts them. Parts come from llama.cpp's own log; overhead is what they leave of the total.
Prints a table and one JSON line per model.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MODELS = (
    *("qwen3.5-0.8b:Q4_K_M", "qwen3.5-2b:Q4_K_M", "qwen3-vl-2b:Q4_K_M", "gemma-4-e2b:Q4_0", "gemma-3-4b:Q4_K_M"),
    *("qwen2.5-vl-3b:Q4_K_M", "smolvlm2-500m:Q8_0", "smolvlm-256m:Q8_0"),
)
MIB = 1 << 20
SAMPLE_S = 0.02

# What llama.cpp's log says of each part, in MiB.
_BUFFERS = {
    "mapped": r"load_tensors: +CPU_Mapped model buffer size = +([\d.]+)",
    "repacked": r"load_tensors: +CPU_REPACK model buffer size = +([\d.]+)",
    "copied": r"load_tensors: +CPU model buffer size = +([\d.]+)",
    "kv_cache": r"KV buffer size = +([\d.]+)",
    "recurrent": r"RS buffer size = +([\d.]+)",
}
_LARGEST = {
    "compute": r"sched_reserve: +CPU compute buffer size = +([\d.]+)",
    # Logged once for seeing and once for hearing where a projector does both: the size of the whole file.
    "projector": r"load_hparams: +model size: +([\d.]+)",
    "vision_compute": r"reserve_compute_meta: +CPU compute buffer size = +([\d.]+)",
}
_SETTINGS = r"llama_context: +(n_seq_max|n_ctx_seq|n_ubatch) += +(\d+)"


class _Peak:
    """The largest anonymous memory so far, in bytes, looked at every `SAMPLE_S`."""

    def __init__(self) -> None:
        self.value = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(SAMPLE_S):
            self.value = max(self.value, _status("RssAnon"))

    def stop(self) -> int:
        self._stop.set()
        self._thread.join()
        return max(self.value, _status("RssAnon"))


def _status(key: str) -> int:
    found = re.search(rf"^{key}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _resident_of(path: Path) -> int:
    """Bytes of a mapped file that are in memory."""
    total, inside = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = line.endswith(str(path))
        elif inside and line.startswith("Rss:"):
            total += int(line.split()[1]) * 1024
    return total


def measure(weights: Path, mmproj: Path, n_seq_max: int) -> dict[str, Any]:
    """Load, describe, and return what it took. To be run in a new process."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("localalt.llama_cpp")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)

    import numpy as np
    from PIL import Image

    import localalt
    from localalt.gguf.mmproj import image_geometry
    from localalt.gguf.reader import read_header

    geometry = image_geometry(read_header(mmproj))
    side = int(geometry.max_tokens**0.5) * geometry.token_px
    peak = _Peak()
    with localalt.load((weights, mmproj), device="cpu", n_seq_max=n_seq_max, exact_tokens=2, reuse=False) as describer:
        pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
        # The largest first: llama.cpp logs the buffer of the first encode only.
        n_image_tokens = describer.describe(Image.fromarray(pixels)).timings.n_image_tokens
        if n_seq_max > 1:
            list(describer.describe_many([Image.fromarray(pixels[:128, :128])] * n_seq_max))
        planned = describer.plan.memory.host
        weights_resident = _resident_of(weights.resolve())
        libraries = _status("RssFile") - weights_resident
    measured: dict[str, Any] = dict.fromkeys((*_BUFFERS, *_LARGEST), 0.0)
    settings: dict[str, int] = {}
    for line in lines:
        for key, pattern in _BUFFERS.items():
            if found := re.search(pattern, line):
                measured[key] += float(found[1]) * MIB
        for key, pattern in _LARGEST.items():
            if found := re.search(pattern, line):
                measured[key] = max(measured[key], float(found[1]) * MIB)
        if found := re.search(_SETTINGS, line):
            settings[found[1]] = int(found[2])
    anonymous = peak.stop()
    from_file = max(0.0, measured["mapped"] - measured["repacked"])
    return {
        **measured,
        "settings": settings,
        "planned_projector": planned.projector,
        "n_image_tokens": n_image_tokens,
        "weights": measured["mapped"] or measured["repacked"] + measured["copied"],
        "anonymous": anonymous,
        "libraries": libraries,
        "weights_resident": weights_resident,
        "vm_hwm": _status("VmHWM"),
        "total": anonymous + libraries + from_file,
        "load_s": round(describer.load_s, 2),
    }


def compare(name: str, weights: Path, mmproj: Path, n_seq_max: int) -> dict[str, Any]:
    """Predicted and measured of one pair, in bytes by part."""
    from localalt.models.catalog_hparams import SHAPES
    from localalt.planning.memory import Parts, RuntimeSettings, estimate

    run = subprocess.run(
        [sys.executable, __file__, "--measure", str(weights), str(mmproj), str(n_seq_max)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    measured = json.loads(run.stdout.splitlines()[-1])
    settings = RuntimeSettings(
        n_seq_max=measured["settings"]["n_seq_max"],
        n_ctx_seq=measured["settings"]["n_ctx_seq"],
        n_ubatch=measured["settings"]["n_ubatch"],
        n_image_tokens=measured["n_image_tokens"],
        n_gpu_layers=0,
        projector_on_gpu=False,
    )
    memory = estimate(
        SHAPES[name.removesuffix("-qat")],
        weights_bytes=weights.stat().st_size,
        mmproj_bytes=measured["planned_projector"],  # in BF16, where this CPU has it so
        settings=settings,
    )
    parts = [field.name for field in dataclasses.fields(Parts)]
    measured["overhead"] = measured["total"] - sum(measured[part] for part in parts if part != "overhead")
    predicted = {part: getattr(memory.host, part) for part in parts} | {"total": memory.host.total}
    return {"predicted": predicted, "measured": measured, "ratio": round(predicted["total"] / measured["total"], 3)}


def show(name: str, result: dict[str, Any]) -> None:
    """One table row per part, in MiB."""
    settings = result["measured"]["settings"]
    print(f"{name}: {settings}, picture of {result['measured']['n_image_tokens']} tokens")
    for part, predicted in result["predicted"].items():
        measured = result["measured"][part]
        ratio = f"{predicted / measured:8.2f}" if measured else "       -"
        print(f"  {part:15} {predicted / MIB:9.1f} {measured / MIB:9.1f} {ratio}")
    print(json.dumps({"model": name, **result}), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=MODELS, help="NAME:QUANT")
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "localalt-benchmarks")
    parser.add_argument("--keep", action="store_true", help="leave the files for another run")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.measure:
        weights, mmproj, n_seq_max = arguments.measure
        print(json.dumps(measure(Path(weights), Path(mmproj), int(n_seq_max))))
        return
    from localalt.random_pair import pair_paths, write_pair

    print(f"  {'MiB':15} {'predicted':>9} {'measured':>9} {'ratio':>8}")
    for model in arguments.models:
        name, _, quant = model.partition(":")
        pair = pair_paths(name, quant, arguments.folder)
        if not all(path.exists() for path in pair):
            pair = write_pair(name, quant, arguments.folder)
        show(model, compare(name, *pair, arguments.slots))
        if not arguments.keep:
            for path in pair:
                path.unlink()


if __name__ == "__main__":
    main()
