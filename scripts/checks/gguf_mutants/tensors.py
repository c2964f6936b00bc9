"""What can be wrong with a table of tensors: their names, shapes, types and places, and which are there."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from .file import BLOCKS, FLOAT32, File, Tensor, refill
from .names import TEXT_TENSORS, VISION_TENSORS

__all__ = ["KINDS"]


def _one(file: File, rng: random.Random) -> Tensor:
    # One of each name as often as of any other, whatever layer it is in: the last layers are not special.
    by_role: dict[str, list[Tensor]] = {}
    for tensor in file.tensors:
        by_role.setdefault("".join(each for each in tensor.name if not each.isdigit()), []).append(tensor)
    return rng.choice(by_role[rng.choice(sorted(by_role))])


def _missing(file: File, rng: random.Random) -> str:
    tensor = _one(file, rng)
    file.tensors.remove(tensor)
    return tensor.name


def _layer_missing(file: File, rng: random.Random) -> str | None:
    """All tensors of one layer, as in a file that was put together from parts."""
    layers = sorted(
        {name.split(".blk.")[0] + ".blk." + name.split("blk.")[1].split(".")[0] for name in _in_layers(file)}
    )
    if not layers:
        return None
    layer = rng.choice(layers).removeprefix(".")
    file.tensors = [tensor for tensor in file.tensors if not tensor.name.startswith(f"{layer}.")]
    return layer


def _in_layers(file: File) -> list[str]:
    return [
        f".{tensor.name}" if tensor.name.startswith("blk.") else tensor.name
        for tensor in file.tensors
        if "blk." in tensor.name
    ]


def _added(file: File, rng: random.Random) -> str | None:
    """One that is optional and that no file of this family has, or whose shape is another's."""
    is_vision = any(tensor.name.startswith("v.") for tensor in file.tensors)
    name = rng.choice(VISION_TENSORS if is_vision else TEXT_TENSORS).format(rng.randrange(3))
    if any(tensor.name == name for tensor in file.tensors):
        return None
    like = _one(file, rng)
    shape = rng.choice([[like.shape[0]], list(like.shape), [1], [7], [like.shape[0], 3], [like.shape[-1]]])
    tensor = Tensor(name, shape, rng.choice([0, 0, 0, 1]), bytes(range(0, 64, 1)))
    refill(tensor)
    file.tensors.append(tensor)
    return f"{name} {shape}"


def _renamed(file: File, rng: random.Random) -> str:
    tensor = _one(file, rng)
    old = tensor.name
    tensor.name = rng.choice(
        [
            old + "x",
            old.replace(".weight", ".wieght") + "_",
            old.replace(".", "_"),
            old[:-1],
            "x",
            "",
            "n" * 63,
            "n" * 64,
            "n" * 5000,
            "\udcff\udcfe",
            old + "\0",
            old.replace("blk.", "blk.99"),
            old.replace("blk.", "blk.-"),
        ]
    )
    return f"{old} -> {tensor.name!r:.80}"


def _twice(file: File, rng: random.Random) -> str:
    tensor, other = _one(file, rng), _one(file, rng)
    old, other.name = other.name, tensor.name
    return f"{old} -> {tensor.name}"


def _swapped(file: File, rng: random.Random) -> str:
    """Two tensors of different shapes under each other's name."""
    tensor, other = _one(file, rng), _one(file, rng)
    tensor.name, other.name = other.name, tensor.name
    return f"{tensor.name} <-> {other.name}"


def _shuffled(file: File, rng: random.Random) -> str:
    """All of them, in another order: valid, where the data lie in that order too."""
    rng.shuffle(file.tensors)
    return file.tensors[0].name


def _shape(file: File, rng: random.Random) -> str:
    tensor = _one(file, rng)
    before, shape = list(tensor.shape), tensor.shape
    at = rng.randrange(len(shape))
    change = rng.choice(
        ["halve", "double", "more", "less", "one", "zero", "swap", "flat", "deep", "huge", "negative", "none"]
    )
    if change == "halve":
        shape[at] = max(1, shape[at] // 2)
    elif change == "double":
        shape[at] *= 2
    elif change == "more":
        shape[at] += 32
    elif change == "less":
        shape[at] = max(1, shape[at] - 1)
    elif change == "one":
        shape[at] = 1
    elif change == "zero":
        shape[at] = 0
    elif change == "swap":
        shape.reverse()
    elif change == "flat":
        total = 1
        for side in shape:
            total *= side
        shape[:] = [total]
    elif change == "deep":
        shape[:] = [*shape, 2] if rng.random() < 0.5 else [*shape, *(1,) * rng.choice([1, 2, 3, 60])]
    elif change == "huge":
        shape[at] = rng.choice([1 << 31, 1 << 40, 1 << 62])
    elif change == "none":
        shape[:] = [1]
    else:
        shape[at] = -shape[at]
    refill(tensor)
    return f"{tensor.name} {before} -> {shape}"


def _role_shape(file: File, rng: random.Random) -> str | None:
    """The same side of the tensors of one name, in all layers: they agree with each other and with nothing else."""
    tensor = _one(file, rng)
    if ".blk." not in f".{tensor.name}":
        return None
    role = tensor.name.rpartition("blk.")[2].partition(".")[2]
    at, factor = rng.randrange(len(tensor.shape)), rng.choice([2, 3])
    for each in file.tensors:
        if each.name.endswith(f".{role}") and len(each.shape) > at:
            side = each.shape[at]
            each.shape[at] = max(1, side // 2) if factor == 3 else side * 2
            refill(each)
    return f"{role} side {at} {'halved' if factor == 3 else 'doubled'}"


def _type(file: File, rng: random.Random) -> str:
    tensor = _one(file, rng)
    before = tensor.kind
    tensor.kind = rng.choice([kind for kind in (*BLOCKS, 4, 33, 36, 41, 99, 1 << 31) if kind != before])
    if tensor.kind in BLOCKS and rng.random() < 0.8:
        refill(tensor)
    return f"{tensor.name} type {before} -> {tensor.kind}"


def _offset(file: File, rng: random.Random) -> str:
    tensor = _one(file, rng)
    tensor.offset = rng.choice([0, 32, 33, 1 << 20, 1 << 40, (1 << 63) - 32, (1 << 64) - 32])
    return f"{tensor.name} offset {tensor.offset}"


def _data(file: File, rng: random.Random) -> str | None:
    """Numbers that no training gives: all of one value, or of bits at random."""
    tensor = _one(file, rng)
    before, size = tensor.data, len(tensor.data)
    fills = [b"\0", b"\xff", b"\x7f\x7f", b"\x00\x00\x80\x7f" if tensor.kind == FLOAT32 else b"\x00\x7c"]
    fill = rng.choice([*fills, rng.randbytes(64)])
    tensor.data = (fill * (size // len(fill) + 1))[:size]
    return f"{tensor.name} all {fill[:4].hex()}" if tensor.data != before else None


def _count(file: File, rng: random.Random) -> str:
    n_tensors = len(file.tensors)
    file.n_tensors = rng.choice([0, 1, n_tensors - 1, n_tensors + 1, 1 << 31, 1 << 40, (1 << 64) - 1])
    return f"{n_tensors} -> {file.n_tensors}"


def _none(file: File, rng: random.Random) -> str:
    n_left = rng.choice([0, 1, len(file.tensors) // 2])
    file.tensors = file.tensors[:n_left]
    return f"the first {n_left}"


KINDS: Mapping[str, Callable[[File, random.Random], str | None]] = {
    "tensor-missing": _missing,
    "tensor-layer-missing": _layer_missing,
    "tensor-added": _added,
    "tensor-renamed": _renamed,
    "tensor-twice": _twice,
    "tensor-swapped": _swapped,
    "tensor-shuffled": _shuffled,
    "tensor-shape": _shape,
    "tensor-role-shape": _role_shape,
    "tensor-type": _type,
    "tensor-offset": _offset,
    "tensor-data": _data,
    "tensor-count": _count,
    "tensor-none": _none,
}
"""By name; see `gguf_mutants.KINDS`."""
