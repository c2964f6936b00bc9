"""What `localalt.planning.memory` predicts for plans that share a model with the CPU, against llama.cpp's own estimate.

    GGML_VK_VISIBLE_DEVICES=0,0 python benchmarks/split_memory.py [MODEL:QUANT ...] [--folder FOLDER]

Needs a build with a GPU backend; Mesa's software device will do, named twice for plans on two GPUs. Writes headers of
each model's true shape (no weights), loads them with `no_alloc`, in a process of its own for each placement, and makes
a context: llama.cpp then says how large its buffers would be, and allocates none. Of graphs, buffers are compared as it
logs them; weights by the layers that it says it put on each device; caches are exact (tests/planning/test_memory.py).
Prints a line for each device and placement, in MiB, and one JSON line for each placement.
"""

from __future__ import annotations

import argparse
import collections
import ctypes
import dataclasses
import json
import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

MODELS = (
    *("qwen3.5-2b:Q4_K_M", "qwen3.5-9b:Q4_K_M", "qwen3.6-35b-a3b:Q4_K_M", "qwen3-vl-4b:Q4_K_M"),
    *("qwen3-vl-30b-a3b:Q4_K_M", "gemma-4-e2b:Q4_0", "gemma-4-12b:Q4_K_M", "gemma-4-26b-a4b:Q4_0", "gemma-3-4b:Q4_K_M"),
)
MIB = 1 << 20


def placements(n_layer: int, n_expert: int, n_gpus: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, arguments of `runtime_settings` besides slots and image tokens)."""
    yield "all on one", {"n_gpu_layers": n_layer + 1}
    yield "half of the layers", {"n_gpu_layers": n_layer // 2}
    yield "the output alone", {"n_gpu_layers": 1}
    yield "prompts alone", {"n_gpu_layers": 0, "op_offload": True}
    if n_expert:
        yield "experts of half on the CPU", {"n_gpu_layers": n_layer + 1, "n_cpu_moe": n_layer // 2}
        yield "all experts on the CPU", {"n_gpu_layers": n_layer + 1, "n_cpu_moe": n_layer}
        yield "half, without experts", {"n_gpu_layers": n_layer // 2, "n_cpu_moe": n_layer}
    if n_gpus > 1:
        third = n_layer // 3
        split = (third, n_layer + 1 - third)
        yield "all on two", {"n_gpu_layers": n_layer + 1, "tensor_split": split}
        yield "half on two", {"n_gpu_layers": n_layer // 2, "tensor_split": (n_layer // 4, n_layer // 2 - n_layer // 4)}
        if n_expert:
            moved = {"n_gpu_layers": n_layer + 1, "tensor_split": split, "n_cpu_moe": n_layer // 2}
            yield "all on two, experts of half on the CPU", moved


def measure(weights: Path, placed: Sequence[dict[str, Any]]) -> None:
    """Print the buffers that llama.cpp would make for each of these settings. To be run in a new process."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("localalt.llama_cpp")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    from localalt import native

    names = [each.name for each in native.gpus()]
    for settings in placed:
        del lines[:]
        gpus = names[: max(1, len(settings["tensor_split"]))]
        _reserve(weights, settings, gpus)
        compute: dict[str, float] = {}
        layers: collections.Counter[str] = collections.Counter()
        for line in lines:
            if found := re.search(r"sched_reserve: +(\S+) compute buffer size = +([\d.]+)", line):
                compute[found[1]] = float(found[2]) * MIB
            if found := re.search(r"layer +\d+ assigned to device (\S+),", line):
                layers[found[1]] += 1
        offloaded = next((line for line in lines if "offloaded" in line and "layers to GPU" in line), "")
        said = {"gpus": gpus, "compute": compute, "layers": layers, "offloaded": offloaded.split(":")[-1].strip()}
        print(json.dumps(said), flush=True)


def _reserve(weights: Path, settings: dict[str, Any], gpus: Sequence[str]) -> None:
    """Load without allocating, make a context, and free both."""
    from localalt.native.devices import device_handles
    from localalt.native.library import library
    from localalt.native.model import _experts_on_cpu, _native_split

    llama, _ = library()
    params = llama.llama_model_default_params()
    handles = [*device_handles(gpus if settings["op_offload"] else ()), None]
    devices = (ctypes.c_void_p * len(handles))(*handles)
    params.devices = ctypes.cast(devices, ctypes.c_void_p)
    params.n_gpu_layers = settings["n_gpu_layers"]
    split = _native_split(llama, settings["tensor_split"])
    params.tensor_split = split
    overrides = _experts_on_cpu(settings["n_cpu_moe"])
    params.tensor_buft_overrides = ctypes.cast(overrides, ctypes.c_void_p)
    params.no_alloc = True
    params.load_mode = llama.LLAMA_LOAD_MODE_NONE
    model = llama.llama_model_load_from_file(str(weights).encode(), params)
    wanted = llama.llama_context_default_params()
    wanted.n_ctx = settings["n_ctx_seq"] * settings["n_seq_max"]
    wanted.n_batch, wanted.n_ubatch = max(2048, settings["n_ubatch"]), settings["n_ubatch"]
    wanted.n_seq_max = wanted.n_outputs_max = settings["n_seq_max"]
    wanted.n_outputs_max_per_seq = 1
    wanted.offload_kqv = wanted.op_offload = settings["op_offload"]
    wanted.flash_attn_type = -1
    wanted.swa_full = wanted.kv_unified = False
    context = llama.llama_init_from_model(model, wanted)
    if not context:
        raise SystemExit("llama.cpp makes no context.")
    llama.llama_free(context)
    llama.llama_model_free(model)


def compare(name: str, weights: Path, placed: Sequence[tuple[str, dict[str, Any]]], n_slots: int) -> list[float]:
    """Print predicted and estimated of each placement; the ratios of the totals of each device."""
    from localalt.gguf.hparams import ModelShape, text_shape
    from localalt.gguf.reader import read_header
    from localalt.models import choose
    from localalt.models.catalog import CATALOG
    from localalt.planning.settings import memory_of, runtime_settings
    from localalt.planning.weights import weights_split

    header = read_header(weights)
    spec = choose.spec_of(CATALOG[name], None)
    text = text_shape(header)
    shape = ModelShape(text, spec.shape.vision)
    split, n_bytes = weights_split(header, text), weights.stat().st_size
    spec = dataclasses.replace(spec, shape=shape, split=split, weights_bytes=n_bytes)
    n_image_tokens = spec.geometry.max_tokens or 1024
    settings = [
        runtime_settings(spec, n_slots, n_image_tokens, projector_on_gpu=False, **options) for _, options in placed
    ]
    run = subprocess.Popen(
        [sys.executable, __file__, "--measure", str(weights), json.dumps(list(map(dataclasses.asdict, settings)))],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    ratios = []
    for (label, _), own, line in zip(placed, settings, run.stdout, strict=False):
        measured = json.loads(line)
        memory = memory_of(spec, own)
        host = {key: value for key, value in measured["compute"].items() if key not in measured["gpus"]}
        rows = [("RAM", memory.host, sum(host.values()))]
        pairs = zip(measured["gpus"], memory.gpus, strict=False)
        rows += [(gpu, parts, measured["compute"].get(gpu, 0.0)) for gpu, parts in pairs]
        for device, parts, compute in rows:
            rest = parts.weights + parts.kv_cache + parts.recurrent
            ratios.append((rest + parts.compute) / (rest + compute) if rest + compute else 1.0)
            print(
                f"  {name:16} {label:38} {device:8} rest {rest / MIB:9.1f}  graphs {parts.compute / MIB:7.1f} of "
                f"{compute / MIB:7.1f} {parts.compute / compute if compute else 0:6.2f}  total {ratios[-1]:6.3f}",
                flush=True,
            )
        print(json.dumps({"model": name, "placement": label, **measured}))
    if run.wait():
        raise SystemExit(f"{name} could not be measured.")
    return ratios


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=MODELS, help="NAME:QUANT")
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "localalt-benchmarks")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.measure:
        weights, settings = arguments.measure
        measure(Path(weights), json.loads(settings))
        return
    from localalt import native
    from localalt.models.catalog_hparams import SHAPES
    from localalt.random_pair import write_pair

    n_gpus = len(native.gpus())
    ratios: list[float] = []
    for model in arguments.models:
        name, _, quant = model.partition(":")
        weights, mmproj = write_pair(name, quant, arguments.folder, empty=True)
        text = SHAPES[name].text
        ratios += compare(name, weights, list(placements(text.n_layer, text.n_expert, n_gpus)), arguments.slots)
        weights.unlink()
        mmproj.unlink()
    print(f"{len(ratios)} totals, predicted over llama.cpp's own: {min(ratios):.3f} to {max(ratios):.3f}")


if __name__ == "__main__":
    main()
