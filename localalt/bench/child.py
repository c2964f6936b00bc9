"""One run of a setup, in its own process: loads, warms up, describes all pictures, and reports what that took.

    python -m localalt.bench.child SETUP.json RESULT.json

A new process, because what an earlier run left in memory, caches and clocks would be measured with it, and because a
backend that crashes should end one run and not all.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from localalt import native
from localalt.api import load
from localalt.bench import identity, roofline
from localalt.bench.energy import EnergyMeter
from localalt.bench.monitor import Monitor
from localalt.bench.setup import Setup
from localalt.devices import Device
from localalt.errors import EngineError, LocalAltError, OptionError
from localalt.gguf.header import GgufHeader
from localalt.models.files import read_files
from localalt.native import Rates
from localalt.planning.plan import Plan
from localalt.types import AltText

__all__ = ["main", "run"]

N_WARM_UP = 2
"""Pictures before the clock starts, at least: shaders are compiled, weights read and clocks raised by then."""


def run(setup: Setup) -> dict[str, Any]:
    """Measure once: {"fields": of the record's Identity but the model's, "metrics": a number for each, "notes": [...]}.

    Raises:
        LocalAltError: the model cannot be loaded so, or a picture failed.
    """
    device = _device(setup.device)
    with (
        Monitor(free_bytes=_free_bytes(device)) as monitor,
        load(
            (str(setup.target.weights), str(setup.target.mmproj)),
            device=setup.device,
            n_seq_max=setup.n_seq_max,
            tuning=setup.tuning,
            exact_tokens=setup.n_tokens,
            reuse=False,
            offline=True,
        ) as describer,
    ):
        warm_up = [setup.pictures[index % len(setup.pictures)] for index in range(max(N_WARM_UP, setup.n_seq_max))]
        list(describer.describe_many(warm_up))
        with EnergyMeter(device.backend) as meter:
            started = time.perf_counter()
            texts = list(describer.describe_many(setup.pictures))
            elapsed_s = time.perf_counter() - started
        _check_encoded(texts)
        plan, load_s = describer.plan, describer.load_s
    # After the model is gone: both would not always fit.
    rates = native.measure_rates(device.name if device.kind == "gpu" else None, n_threads=plan.n_threads)
    metrics = _metrics(texts, elapsed_s, plan) | {"load_s": load_s}
    if monitor.peak_rss_bytes is not None:
        metrics["peak_rss_bytes"] = monitor.peak_rss_bytes
    if monitor.peak_device_bytes is not None and device.kind == "gpu":
        metrics["peak_device_bytes"] = monitor.peak_device_bytes
    if monitor.others_share is not None:
        metrics["others_share"] = monitor.others_share
    if meter.joules is not None:
        metrics["energy_j_per_image"] = meter.joules / len(texts)
    return {
        "fields": {
            **identity.build_fields(),
            **identity.machine_fields(device if device.kind == "gpu" else None),
            **_settings(setup, texts, plan),
            "energy_source": meter.source if meter.joules is not None else "",
            "copy_bytes_per_s": rates.copy_bytes_per_s,
            "matmul_flops": rates.matmul_flops,
        },
        "metrics": metrics | _shares(setup, metrics, texts, plan, rates),
        "notes": [*monitor.notes, *plan.faults],
    }


def _check_encoded(texts: Sequence[AltText]) -> None:
    """Raises EngineError where a cache served a picture: its time says nothing of the model."""
    for text in texts:
        if text.timings.encode_s <= 0:
            raise EngineError(f"{text.source} was not encoded, so this run has no figures: please report this.")


def _device(name: str) -> Device:
    devices = {device.name: device for device in native.devices()}
    if name == "cpu":
        return next(device for device in devices.values() if device.kind == "cpu")
    if name not in devices or devices[name].kind != "gpu":
        raise OptionError(f"There is no device {name}: `localalt devices` lists the devices of this machine.")
    return devices[name]


def _counted(device: Device) -> str:
    """The backend whose energy is counted besides the processor's, of which some devices are a part."""
    return "CPU" if device.integrated or identity.is_software(device) else device.backend


def _free_bytes(device: Device) -> Callable[[], int] | None:
    if device.kind != "gpu":
        return None
    return lambda: next(each.free_bytes for each in native.devices() if each.name == device.name)


def _metrics(texts: Sequence[AltText], elapsed_s: float, plan: Plan) -> dict[str, float]:
    timings = [text.timings for text in texts]
    encode_s, prefill_s = sum(each.encode_s for each in timings), sum(each.prefill_s for each in timings)
    # The engine does one thing at a time, unless pictures are encoded on another device meanwhile.
    decode_s = elapsed_s - prefill_s - (0.0 if plan.encodes_apart else encode_s)
    n_decoded = sum(each.n_output_tokens - 1 for each in timings)
    found = {
        "prepare_ms": 1000 * statistics.median(each.prepare_s for each in timings),
        "encode_ms": 1000 * statistics.median(each.encode_s for each in timings),
        "ttft_ms": 1000 * statistics.median(each.ttft_s for each in timings),
        "images_per_min": 60 * len(timings) / elapsed_s,
    }
    if encode_s > 0:
        found["encode_tps"] = sum(each.n_image_tokens for each in timings) / encode_s
    if prefill_s > 0:
        found["prefill_tps"] = sum(each.n_prompt_tokens for each in timings) / prefill_s
    alone = [each.decode_tps for each in timings if each.decode_tps > 0]
    if alone and decode_s > 0:
        found["decode_tps"] = statistics.median(alone)
        found["decode_tps_all"] = n_decoded / decode_s
    return found


def _shares(
    setup: Setup, metrics: dict[str, float], texts: Sequence[AltText], plan: Plan, rates: Rates
) -> dict[str, float]:
    """What was reached of what the device can do; left out where model and rates are not of the same one."""
    files = read_files(setup.target.name, setup.target.weights, setup.target.mmproj)
    on_gpu = setup.device != "cpu"
    found: dict[str, float] = {}
    if plan.decodes_on_gpu == on_gpu:
        if "decode_tps_all" in metrics:
            n_steps = metrics["decode_tps_all"] / min(plan.n_seq_max, len(texts))
            found["decode_bandwidth_share"] = n_steps * roofline.decode_bytes(files.weights) / rates.copy_bytes_per_s
        if "prefill_tps" in metrics:
            flops = roofline.prefill_flops(files.weights, metrics["prefill_tps"])
            found["prefill_compute_share"] = flops / rates.matmul_flops
    if plan.projector_on_gpu == on_gpu and "encode_tps" in metrics:
        n_tokens = statistics.median(text.timings.n_image_tokens for text in texts)
        per_picture = roofline.encode_flops(files.mmproj, n_tokens, _merge(files.mmproj))
        found["encode_compute_share"] = per_picture * metrics["encode_tps"] / n_tokens / rates.matmul_flops
    return found


def _merge(mmproj: GgufHeader) -> int:
    """Patches a side that become one image token."""
    keys = ("clip.vision.projector.scale_factor", "clip.vision.spatial_merge_size")
    found = [value for value in map(mmproj.integer, keys) if value]
    return found[0] if found else 2


def _settings(setup: Setup, texts: Sequence[AltText], plan: Plan) -> dict[str, Any]:
    flash_attn = {True: "on", False: "off", None: "auto"}[plan.flash_attn]
    return {
        "model": setup.target.name,
        "weights": setup.target.kind,
        "mmproj_device": setup.device if plan.projector_on_gpu else "CPU",
        "picture_set": setup.picture_set,
        "picture_digest": setup.picture_digest,
        "n_pictures": len(setup.pictures),
        "n_image_tokens": round(statistics.median(text.timings.n_image_tokens for text in texts)),
        "n_prompt": round(statistics.median(text.timings.n_prompt_tokens for text in texts)),
        "n_gen": setup.n_tokens or 0,
        "n_seq_max": plan.n_seq_max,
        "image_tokens_max": plan.n_image_tokens,
        "n_threads": plan.n_threads,
        "n_batch": plan.n_batch,
        "n_ubatch": plan.n_ubatch,
        "n_ctx_seq": plan.n_ctx_seq,
        "n_gpu_layers": plan.n_gpu_layers,
        "flash_attn": flash_attn,
        "type_k": "f16",  # llama.cpp's default, which localalt leaves alone
        "type_v": "f16",
    }


def main(argv: Sequence[str]) -> None:
    """What the runner starts."""
    source, target = map(Path, argv)
    try:
        result = run(Setup.of_json(json.loads(source.read_bytes())))
    except LocalAltError as error:
        result = {"error": error.in_command}
    target.write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
