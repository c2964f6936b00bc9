"""Plans on machines that are made up, written out so that a person can review them: tests/data/plans.txt.

python -m tests.planning.thirty_machines

Each line says what somebody who knows llama.cpp would set by hand, in its own options. After a change of the planner,
write the file anew and read what changed.
"""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator
from pathlib import Path

from localalt.devices import Device, DeviceVerdict, Machine
from localalt.errors import LocalAltError, NotEnoughMemoryError
from localalt.models.catalog import AUTO
from localalt.planning import planner, speed
from localalt.planning.budget import taken_ram
from localalt.planning.choice import choose
from localalt.planning.plan import ModelSpec, Plan
from localalt.units import format_bytes
from tests.support.machines import GB, model

FILE = Path(__file__).parents[1] / "data" / "plans.txt"

MODELS = (
    "smolvlm-256m",
    "qwen3.5-2b",
    "gemma-4-e4b",
    "qwen3.5-9b",
    "gemma-3-27b",
    "gemma-4-26b-a4b",
    "qwen3.6-35b-a3b",
)

AVX2, VNNI, ZEN4 = {"AVX2"}, {"AVX2", "AVX512", "AVX512_VNNI"}, {"AVX2", "AVX512", "AVX512_VNNI", "AVX512_BF16"}
NEON = {"NEON", "DOTPROD", "MATMUL_INT8"}


def gpu(name: str, what: str, total: float, free: float, **fields: object) -> Device:
    """A GPU with `total` GB, of which `free` are free."""
    backend = {"CUDA": "CUDA", "ROCm": "ROCm", "Vulk": "Vulkan", "MTL0": "MTL"}[name[:4]]
    own = Device(name, what, backend, False, int(free * GB), int(total * GB))
    return dataclasses.replace(own, **fields)  # type: ignore[arg-type]


def machine(ram: float, free: float, cores: int, instructions: set[str], *gpus: Device) -> Machine:
    """A machine with `ram` GB."""
    return Machine(int(free * GB), int(ram * GB), cores, gpus, frozenset(instructions))


SCREEN = {"drives_display": True}
APU = {"integrated": True, "drives_display": True, "device_id": "0000:65:00.0"}
WRONG = (("qwen35 with qwen3vl_merger", DeviceVerdict(is_usable=False)),)
PROJECTOR_WRONG = (("qwen35 with qwen3vl_merger", DeviceVerdict(projector_on_device=False)),)

MACHINES: tuple[tuple[str, Machine], ...] = (
    ("Old laptop: 8 GB of RAM, no GPU", machine(8, 5.5, 4, AVX2)),
    ("Office computer: 32 GB of RAM, no GPU", machine(32, 26, 8, VNNI)),
    ("Server: 256 GB of RAM, 32 cores, no GPU", machine(256, 240, 32, ZEN4)),
    (
        "Laptop: MX450 with 2 GB beside the screen's own, 16 GB of RAM",
        machine(16, 11, 4, VNNI, gpu("CUDA0", "MX450", 2.1, 2.0)),
    ),
    ("Desktop: GT 1030 with 2 GB, screen on it", machine(16, 11, 6, AVX2, gpu("CUDA0", "GT 1030", 2.1, 1.6, **SCREEN))),
    ("Laptop: GTX 1650 with 4 GB, screen elsewhere", machine(16, 11, 4, AVX2, gpu("CUDA0", "GTX 1650", 4.2, 4.1))),
    (
        "Desktop: GTX 1650 with 4 GB, screen on it",
        machine(16, 11, 6, AVX2, gpu("CUDA0", "GTX 1650", 4.2, 3.6, **SCREEN)),
    ),
    ("Laptop: RTX 3060 with 6 GB, screen elsewhere", machine(16, 11, 8, AVX2, gpu("CUDA0", "RTX 3060", 6.2, 6.1))),
    ("Laptop: RTX 4050 with 6 GB, 32 GB of RAM", machine(32, 25, 8, AVX2, gpu("CUDA0", "RTX 4050", 6.2, 6.1))),
    ("Laptop: RTX 4060 with 8 GB, 16 GB of RAM", machine(16, 11, 8, AVX2, gpu("CUDA0", "RTX 4060", 8.3, 8.1))),
    (
        "Laptop: RTX 4060 with 8 GB, 32 GB of RAM, screen elsewhere",
        machine(32, 25, 8, AVX2, gpu("CUDA0", "RTX 4060", 8.3, 8.1)),
    ),
    (
        "Desktop: RTX 4060 with 8 GB, 32 GB of RAM, screen on it",
        machine(32, 26, 8, AVX2, gpu("CUDA0", "RTX 4060", 8.3, 7.4, **SCREEN)),
    ),
    (
        "Desktop: RX 7600 with 8 GB by Vulkan, 64 GB of RAM, screen on it",
        machine(64, 56, 8, ZEN4, gpu("Vulkan0", "RX 7600", 8.5, 7.6, **SCREEN)),
    ),
    (
        "Desktop: RTX 3060 with 12 GB, 32 GB of RAM, screen on it",
        machine(32, 26, 6, AVX2, gpu("CUDA0", "RTX 3060", 12.6, 11.6, **SCREEN)),
    ),
    (
        "Desktop: RTX 4070 with 12 GB, 64 GB of RAM, screen elsewhere",
        machine(64, 56, 12, AVX2, gpu("CUDA0", "RTX 4070", 12.6, 12.3)),
    ),
    (
        "Desktop: Arc A770 with 16 GB by Vulkan, 32 GB of RAM, screen on it",
        machine(32, 26, 8, AVX2, gpu("Vulkan0", "Arc A770", 16.2, 15.3, **SCREEN)),
    ),
    (
        "Desktop: RTX 4080 with 16 GB, 16 GB of RAM, screen on it",
        machine(16, 11, 8, AVX2, gpu("CUDA0", "RTX 4080", 17.1, 15.9, **SCREEN)),
    ),
    (
        "Desktop: RX 7900 XT with 20 GB by ROCm and Vulkan, screen on it",
        machine(
            *(32, 26, 8, ZEN4),
            gpu("ROCm0", "RX 7900 XT", 21.4, 20.3, device_id="0000:03:00.0", **SCREEN),
            gpu("Vulkan0", "RX 7900 XT", 21.5, 20.5, device_id="0000:03:00.0", **SCREEN),
        ),
    ),
    (
        "The same, where the doctor found that ROCm computes Qwen3.5 wrong",
        machine(
            *(32, 26, 8, ZEN4),
            gpu("ROCm0", "RX 7900 XT", 21.4, 20.3, device_id="0000:03:00.0", verdicts=WRONG, **SCREEN),
            gpu("Vulkan0", "RX 7900 XT", 21.5, 20.5, device_id="0000:03:00.0", **SCREEN),
        ),
    ),
    (
        "Workstation: RTX 3090 with 24 GB, 64 GB of RAM, no screen",
        machine(64, 58, 16, ZEN4, gpu("CUDA0", "RTX 3090", 25.3, 25.0)),
    ),
    (
        "Workstation: RTX 4090 with 24 GB, screen on it",
        machine(64, 54, 16, ZEN4, gpu("CUDA0", "RTX 4090", 25.3, 23.6, **SCREEN)),
    ),
    (
        "Two equal GPUs: RTX 3060 with 12 GB twice, screen on the first",
        machine(
            *(64, 56, 8, AVX2),
            gpu("CUDA0", "RTX 3060", 12.6, 11.6, **SCREEN),
            gpu("CUDA1", "RTX 3060", 12.6, 12.4),
        ),
    ),
    (
        "Two unequal GPUs: RTX 4070 with 12 GB, GTX 1660 with 6 GB and the screen",
        machine(
            *(32, 26, 8, AVX2),
            gpu("CUDA0", "RTX 4070", 12.6, 12.4),
            gpu("CUDA1", "GTX 1660", 6.4, 5.6, **SCREEN),
        ),
    ),
    (
        "Two unequal GPUs of two makers: RTX 3080 with 10 GB by CUDA, RX 6600 with 8 GB by Vulkan",
        machine(
            *(32, 26, 8, AVX2),
            gpu("CUDA0", "RTX 3080", 10.7, 10.3, device_id="0000:01:00.0"),
            gpu("Vulkan0", "RTX 3080", 10.7, 10.4, device_id="0000:01:00.0"),
            gpu("Vulkan1", "RX 6600", 8.5, 7.7, device_id="0000:0a:00.0", **SCREEN),
        ),
    ),
    (
        "Laptop with a GPU of its own of 4 GB and an external one of 16 GB",
        machine(
            *(32, 25, 8, AVX2),
            gpu("CUDA0", "RTX 3050", 4.2, 4.1),
            gpu("CUDA1", "RTX 4060 Ti", 17.1, 16.8),
        ),
    ),
    (
        "Laptop: Ryzen with a Radeon 780M, 32 GB, of which 4 set aside, by Vulkan",
        machine(28, 22, 8, ZEN4, gpu("Vulkan0", "Radeon 780M", 18, 17.5, carve_out_bytes=int(3.5 * GB), **APU)),
    ),
    (
        "Ryzen AI Max with 128 GB, of which 96 set aside: ROCm sees all, Vulkan too",
        machine(
            *(32, 26, 16, ZEN4),
            gpu("ROCm0", "Radeon 8060S", 103, 102, carve_out_bytes=102 * GB, **APU),
            gpu("Vulkan0", "Radeon 8060S", 119, 118, carve_out_bytes=102 * GB, **APU),
        ),
    ),
    (
        "Mini computer: Radeon 680M, 64 GB; ROCm sees the 6 GB set aside, Vulkan 53",
        machine(
            *(58, 50, 8, AVX2),
            gpu("ROCm0", "Radeon 680M", 6.4, 6.2, carve_out_bytes=int(6.2 * GB), **APU),
            gpu("Vulkan0", "Radeon 680M", 35, 34, carve_out_bytes=int(6.2 * GB), **APU),
        ),
    ),
    (
        "Laptop: Intel Iris Xe by Vulkan, 16 GB",
        machine(16, 10, 4, VNNI, gpu("Vulkan0", "Iris Xe", 8, 7.5, **APU)),
    ),
    (
        "Laptop: Intel Arc by Vulkan that encodes pictures wrong, 32 GB",
        machine(32, 24, 8, AVX2, gpu("Vulkan0", "Arc 140V", 17, 16.5, verdicts=PROJECTOR_WRONG, **APU)),
    ),
    ("MacBook Air, M2, 8 GB", machine(8, 6, 4, NEON, gpu("MTL0", "Apple M2", 5.7, 5.7, integrated=True, **SCREEN))),
    (
        "MacBook Pro, M3 Pro, 18 GB",
        machine(18, 13.5, 6, NEON, gpu("MTL0", "Apple M3 Pro", 13, 13, integrated=True, **SCREEN)),
    ),
    (
        "Mac Studio, M2 Max, 64 GB",
        machine(64, 48, 8, NEON, gpu("MTL0", "Apple M2 Max", 51, 51, integrated=True, **SCREEN)),
    ),
    (
        "A GPU of 24 GB, 20 of them taken by another program",
        machine(32, 20, 8, AVX2, gpu("CUDA0", "RTX 3090", 25.3, 4.5)),
    ),
)


def rendered() -> str:
    """All plans, as a text."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "Plans on machines that are made up: python -m tests.planning.thirty_machines"
    candidates = [model(name, quant) for name, quant in AUTO]
    for number, (title, here) in enumerate(MACHINES, 1):
        yield ""
        yield f"{number}. {title}"
        try:
            choice = choose(candidates, here)
            yield f"   auto: {choice.spec.name}, {choice.plan.placement}"
            yield from textwrap.wrap(
                " ".join(choice.plan.reasons), 118, initial_indent=" " * 6, subsequent_indent=" " * 6
            )
        except NotEnoughMemoryError as error:
            yield f"   auto: {error}"
        for name in MODELS:
            yield f"   {name:16} {_summary(model(name), here)}"


def _summary(spec: ModelSpec, here: Machine) -> str:
    try:
        own = planner.plan(spec, here)
    except LocalAltError as error:
        return f"no: {type(error).__name__}"
    time = speed.estimate(spec, own, here)
    room = {each.name: each.free_bytes for each in here.devices}
    gpus = [
        f"{name} {parts.total / GB:.1f} of {room[name] / GB:.1f} GB"
        for name, parts in zip(own.devices, own.memory.gpus, strict=True)
    ]
    ram = f"RAM {taken_ram(own, here) / GB:.1f} of {here.ram_free_bytes / GB:.1f} GB"
    return f"{_options(own)}; {', '.join([*gpus, ram])}; {time.in_words}"


def _options(own: Plan) -> str:
    """The plan in the options of llama-server."""
    options = [f"-dev {','.join(own.devices) or 'none'}", f"-ngl {own.n_gpu_layers}"]
    if own.n_cpu_moe:
        options.append(f"-ncmoe {own.n_cpu_moe}")
    if own.tensor_split:
        options.append(f"-ts {','.join(map(str, own.tensor_split))}")
    if own.devices and not own.op_offload:
        options.append("--no-op-offload")
    if own.devices and not own.projector_on_gpu:
        options.append("--no-mmproj-offload")
    missing = f" --if-freed {format_bytes(own.missing_bytes)}" if own.missing_bytes else ""
    return (
        " ".join([*options, f"-np {own.n_seq_max} -ub {own.n_ubatch} --image-max-tokens {own.n_image_tokens}"])
        + missing
    )


if __name__ == "__main__":
    FILE.write_text(rendered() + "\n", encoding="utf-8")
