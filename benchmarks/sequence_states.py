"""What saving and restoring a sequence's state takes: through RAM, and left on the device.

    python benchmarks/sequence_states.py WEIGHTS [--device Vulkan0] [--tokens 1024] [--repeats 20] [--no-flash-attn]

Text tokens stand for a picture's: a state depends on how many there are. Each repeat takes all four times, one after
the other, so that what else runs disturbs all of them; the medians count. `copied_bytes` is what crosses between the
device and RAM for one save. On the CPU both are copies within RAM. Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from localalt.native import Context, Model, Sampler
from localalt.request import GREEDY


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, metavar="WEIGHTS")
    parser.add_argument("--device", metavar="NAME", help="a GPU, as localalt devices names it (default: the CPU)")
    parser.add_argument("--tokens", type=int, default=1024, metavar="N")
    parser.add_argument("--repeats", type=int, default=20, metavar="N")
    parser.add_argument("--no-flash-attn", action="store_true", help="V is transposed then, and copied row by row")
    arguments = parser.parse_args()
    devices = [arguments.device] if arguments.device else []
    with Model(arguments.weights, n_gpu_layers=999 if devices else 0, devices=devices) as model:
        samplers = [Sampler(model, GREEDY) for _ in range(2)]
        with Context(
            model,
            samplers,
            n_ctx_seq=arguments.tokens + 8,
            n_batch=512,
            n_ubatch=512,
            n_threads=2,
            use_gpu=bool(devices),
            flash_attn=False if arguments.no_flash_attn else None,
        ) as context:
            tokens = [token % model.n_vocab for token in range(arguments.tokens)]
            context.decode_text(tokens, 0, 0, want_logits=False)
            context.synchronize()
            figures = _measure(context, arguments.repeats)
    for name, value in figures.items():
        print(f"{name:<24}{value:>14,.3f}" if isinstance(value, float) else f"{name:<24}{value:>14,}")
    print(json.dumps({"weights": arguments.weights.name, "device": arguments.device or "CPU", **figures}))


def _measure(context: Context, n_repeats: int) -> dict[str, float | int]:
    times: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}

    def timed(name: str, work: Callable[[], object]) -> object:
        context.synchronize()
        started = time.perf_counter()
        result = work()
        context.synchronize()
        times[name].append(time.perf_counter() - started)
        return result

    for _ in range(n_repeats + 1):
        for where, on_device in (("ram", False), ("device", True)):
            context.saves_on_device = on_device
            state = timed(f"save_{where}", lambda: context.save(0))
            sizes[where] = state.data.size  # type: ignore[attr-defined]
            timed(f"restore_{where}", lambda state=state: context.restore(1, state))  # type: ignore[misc]
            context.clear(1)
            del state
    milliseconds = {f"{name}_ms": 1000 * statistics.median(each[1:]) for name, each in times.items()}  # 1st: allocates
    ratios = {
        f"{work}_ratio": milliseconds[f"{work}_ram_ms"] / milliseconds[f"{work}_device_ms"]
        for work in ("save", "restore")
    }
    return {"copied_bytes_ram": sizes["ram"], "copied_bytes_device": sizes["device"], **milliseconds, **ratios}


if __name__ == "__main__":
    main()
