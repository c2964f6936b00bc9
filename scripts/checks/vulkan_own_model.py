"""The check of a person's own model on a Vulkan device, and faults on purpose that it must find: a part of
scripts/checks/vulkan.sh.

    python scripts/checks/vulkan_own_model.py

The device gets a file with a fault, the CPU the right one. In the last part, sums exceed what F16 holds: the device may
cut them, and must not with the projector in BF16. Mesa's software device needs minutes, most of them for shaders.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from localalt import native, selftest
from localalt.engine import own_model
from localalt.engine.own_model import OwnFiles
from localalt.errors import NotFiniteError
from localalt.machine import this_machine
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.planning.model_check import ModelCheck, is_wrong
from scripts.checks.gguf_mutants import parse

PAIR = selftest.MODELS["selftest"]
LARGE = 60_000.0
"""Times the weights of a matrix whose sums then exceed 65,504; a norm comes after them."""


def zeroed(data: np.ndarray) -> np.ndarray:
    """Nothing is left of it."""
    return data * 0


def doubled(data: np.ndarray) -> np.ndarray:
    """Another scale."""
    return data * 2


def changed(path: Path, name: str, change: Callable[[np.ndarray], np.ndarray], folder: Path) -> Path:
    """A copy of a GGUF file with another tensor `name`, of F32 or F16."""
    file = parse(path.read_bytes())
    tensor = next(each for each in file.tensors if each.name == name)
    kind = {0: "<f4", 1: "<f2"}[tensor.kind]
    tensor.data = change(np.frombuffer(tensor.data, kind)).astype(kind).tobytes()
    faulty = folder / f"{name}-{path.name}"
    faulty.write_bytes(file.write())
    return faulty


def check(device: str, *, weights: Path = PAIR[0], mmproj: Path = PAIR[1]) -> ModelCheck:
    """What is found where the device has these files."""
    files = read_files("selftest", *PAIR)
    spec = files.spec(max_tokens=32)
    machine = this_machine(device=device)
    plan = dataclasses.replace(planner.plan(spec, machine, n_seq_max=1), n_threads=machine.n_cores)
    own = OwnFiles(files.name, PAIR[0], files.weights_bytes, PAIR[1], files.mmproj_bytes, plan.limit(spec.geometry))
    with (
        native.Model(weights, n_gpu_layers=plan.n_gpu_layers, devices=plan.devices) as model,
        native.Projector(mmproj, model, device=device) as projector,
    ):
        return own_model.check(model, projector, plan, own, free_bytes=machine.ram_free_bytes, day="")


def overflow(device: str, folder: Path) -> tuple[float, float]:
    """How far embeddings are off the CPU's where sums exceed F16: (as the file is, in BF16)."""
    mmproj = changed(PAIR[1], "v.blk.1.ffn_down.weight", lambda data: data * LARGE, folder)
    pixels = own_model.picture(read_files("selftest", *PAIR).spec(max_tokens=32).geometry)

    def embeddings(**options: object) -> np.ndarray | None:
        try:
            with native.Projector(mmproj, model, **options) as projector, projector.tokenize([pixels]) as chunks:  # type: ignore[arg-type]
                return np.concatenate([projector.encode(chunk) for chunk in chunks if chunk.tokens is None])
        except NotFiniteError:
            return None

    with native.Model(PAIR[0]) as model:
        right = embeddings(in_bf16=True)
        assert right is not None, "the CPU's own numbers are not finite"
        found = embeddings(device=device), embeddings(device=device, in_bf16=True)
    as_it_is, in_bf16 = (
        float("inf") if each is None else float(np.linalg.norm(each - right) / np.linalg.norm(right)) for each in found
    )
    return as_it_is, in_bf16


def main() -> int:
    """Run all of it; the exit status says whether everything was as it should be."""
    device = next(each.name for each in native.devices() if each.backend == "Vulkan")
    failed = []

    def expect(what: str, holds: bool, found: object) -> None:
        print(f"{'ok    ' if holds else 'FAILED'} {what}: {found}", flush=True)
        if not holds:
            failed.append(what)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = check(device)
        expect("a model that is right", not found.verdict.words and not found.doubt, found.words)
        for tensor, change in (("v.blk.0.attn_out.weight", zeroed), ("v.blk.1.ln1.weight", doubled)):
            found = check(device, mmproj=changed(PAIR[1], tensor, change, folder))
            # The second copy, without flash attention, is of the right file.
            expect(
                f"{tensor} {change.__name__}",
                bool(found.verdict.words) and is_wrong(found.embeddings_error or 0.0),
                found.words,
            )
        for tensor, change in (("blk.0.attn_v.weight", zeroed), ("blk.1.post_attention_norm.weight", doubled)):
            found = check(device, weights=changed(PAIR[0], tensor, change, folder))
            expect(f"{tensor} {change.__name__}", not found.verdict.is_usable, found.words)
        as_it_is, in_bf16 = overflow(device, folder)
        expect("sums beyond F16, in BF16", not is_wrong(in_bf16), f"{in_bf16:.2%} off; as the file is {as_it_is:.2%}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
