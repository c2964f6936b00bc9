"""What can be wrong with the metadata and with the container: names, types, values, lengths and counts."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from typing import Any

from .file import ARRAY, BOOL, FLOAT32, INT32, INTEGERS, SCALARS, STRING, UINT32, File, Key, cast
from .names import ARCHITECTURES, PROJECTORS, TEXT_KEYS, VISION_KEYS

__all__ = ["KINDS", "one_key"]

_TEXTS = (
    "",
    "x",
    "\udcff",
    "llama",
    "bert",
    "mamba",
    "clip",
    "qwen3vl_merger",
    "yarn",
    "longrope",
    "a" * 100_000,
    "{{",
    "\0",
)


def one_key(file: File, rng: random.Random, wanted: Callable[[Key], bool] = lambda _: True) -> Key | None:
    """A key that is `wanted`, or None where there is none."""
    keys = [key for key in file.keys if wanted(key)]
    return rng.choice(keys) if keys else None


def _missing(file: File, rng: random.Random) -> str:
    key = rng.choice(file.keys)
    file.keys.remove(key)
    return key.name


def _renamed(file: File, rng: random.Random) -> str:
    key = rng.choice(file.keys)
    names = [key.name + "s", key.name.replace(".", "_"), "", "x." + key.name, key.name + "\0", "\udcff", "k" * 70_000]
    old, key.name = key.name, rng.choice(names)
    return f"{old} -> {key.name!r:.80}"


def _twice(file: File, rng: random.Random) -> str:
    key = rng.choice(file.keys)
    file.keys.append(copy.deepcopy(key))
    return key.name


def _added(file: File, rng: random.Random) -> str | None:
    """One that is optional, with a value that need not fit."""
    keys = {key.name: key for key in file.keys}
    architecture = keys["general.architecture"].value
    optional = VISION_KEYS if architecture == "clip" else TEXT_KEYS
    pattern = rng.choice(sorted(optional))
    name, kind = pattern.format(architecture), optional[pattern]
    if name in keys:
        return None
    if rng.random() < 0.2:
        kind = rng.choice([*SCALARS, STRING, ARRAY])
    element = rng.choice([UINT32, INT32, FLOAT32, BOOL]) if kind == ARRAY else 0
    key = Key(name, kind, None, element)
    key.value = (
        [_any(element, rng) for _ in range(rng.choice([0, 1, 2, 3, 4, 7, 100]))] if kind == ARRAY else _any(kind, rng)
    )
    file.keys.append(key)
    return f"{name} = {key.value!r:.60}"


def _any(kind: int, rng: random.Random) -> Any:  # noqa: ANN401 (the format decides)
    if kind == STRING:
        return rng.choice(_TEXTS)
    if kind == BOOL:
        return rng.random() < 0.5
    if kind in (FLOAT32, 12):
        return rng.choice([0.0, -1.0, 1.0, 0.5, 1e-30, 1e30, float("nan"), float("inf")])
    return cast(rng.choice([0, 1, 2, 3, 4, 5, 7, 16, 32, 100, 512, 1 << 16, 1 << 20, 1 << 31, (1 << 32) - 1, -1]), kind)


def _architecture(file: File, rng: random.Random) -> str | None:
    """Another's, with keys that are named for it: a file of a family that is unlike its tensors."""
    keys = {key.name: key for key in file.keys}
    before = keys["general.architecture"].value
    if before == "clip":
        kind = next(key for key in file.keys if key.name in ("clip.projector_type", "clip.vision.projector_type"))
        before, kind.value = kind.value, rng.choice(PROJECTORS)
        return f"{before} -> {kind.value}"
    after = rng.choice(ARCHITECTURES)
    keys["general.architecture"].value = after
    for key in file.keys:
        if key.name.startswith(f"{before}."):
            key.name = f"{after}.{key.name.removeprefix(f'{before}.')}"
    return f"{before} -> {after}"


def _type(file: File, rng: random.Random) -> str:
    """The same value, as far as possible, in another type."""
    key = rng.choice(file.keys)
    before = key.kind, key.element
    kinds = [kind for kind in (*SCALARS, STRING, ARRAY) if kind != key.kind or kind == ARRAY]
    kind = rng.choice(kinds)
    first = key.value[0] if isinstance(key.value, list) and key.value else key.value
    if kind == ARRAY:
        elements = [each for each in (*SCALARS, STRING) if each != key.element or key.kind != ARRAY]
        key.element = rng.choice(elements)
        values = key.value if isinstance(key.value, list) else [key.value]
        key.value = [cast(each, key.element) for each in values]
    else:
        key.value, key.element = cast(first, kind), 0
    key.kind = kind
    return f"{key.name} type {before} -> {key.kind, key.element}"


def _number(file: File, rng: random.Random) -> str | None:
    """A number that contradicts the tensors, or all sense."""
    key = one_key(file, rng, lambda each: each.kind in (*INTEGERS, FLOAT32, BOOL))
    if key is None:
        return None
    before = key.value
    if key.kind == BOOL:
        key.value = not key.value
    elif key.kind == FLOAT32:
        key.value = rng.choice([0.0, -1.0, float("nan"), float("inf"), 1e-45, 1e-30, 1e30, 3e38, key.value * 2])
    else:
        small = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 33, 64, 100, 511, 512, 513]
        near = [before - 1, before + 1, before * 2, before // 2, before * 3]
        key.value = cast(rng.choice([*small, *near, *near, 1 << 16, 1 << 20, 1 << 31, (1 << 32) - 1, -1]), key.kind)
    return f"{key.name} {before} -> {key.value}"


def _list(file: File, rng: random.Random) -> str | None:
    key = one_key(file, rng, lambda each: each.kind == ARRAY and bool(each.value))
    if key is None:
        return None
    change = rng.choice(["shorter", "empty", "longer", "element", "one", "all", "reversed"])
    at = rng.randrange(len(key.value))
    if change == "shorter":
        key.value = key.value[:-1]
    elif change == "empty":
        key.value = []
    elif change == "longer":
        key.value = [*key.value, key.value[-1] if key.element != STRING else key.value[-1] + "x"]
    elif change == "one":
        key.value = key.value[:1]
    elif change == "reversed":
        key.value = key.value[::-1]
    elif change == "all" and key.element != STRING:
        key.value = [_any(key.element, rng)] * len(key.value)
    else:
        key.value[at] = _any(key.element, rng)
    return f"{key.name} {change} {at}"


def _text(file: File, rng: random.Random) -> str | None:
    key = one_key(file, rng, lambda each: each.kind == STRING)
    if key is None:
        return None
    key.value = rng.choice([*_TEXTS, key.value + "x", key.value.upper(), key.value[:-1], key.value + "\0"])
    return f"{key.name} -> {key.value[:20]!r}"


def _alignment(file: File, rng: random.Random) -> str:
    value = rng.choice([0, 1, 3, 8, 16, 24, 33, 64, 4096, 1 << 20, 1 << 31])
    file.keys = [key for key in file.keys if key.name != "general.alignment"]
    kind = rng.choice([UINT32, UINT32, UINT32, INT32, 10, FLOAT32])
    file.keys.append(Key("general.alignment", kind, cast(value, kind)))
    return f"{kind} {value}"


def _container(file: File, rng: random.Random) -> str:
    change = rng.choice(["version", "keys", "cut"])
    if change == "version":
        file.version = rng.choice([0, 1, 2, 4, 3 << 24, (1 << 32) - 1])
        return f"version {file.version}"
    if change == "keys":
        file.n_keys = rng.choice([0, len(file.keys) - 1, len(file.keys) + 1, 1 << 31, 1 << 40, (1 << 64) - 1])
        return f"{len(file.keys)} keys -> {file.n_keys}"
    file.cut = rng.choice([1, 31, 32, 1000, 100_000])
    return f"cut {file.cut}"


KINDS: Mapping[str, Callable[[File, random.Random], str | None]] = {
    "key-missing": _missing,
    "key-renamed": _renamed,
    "key-twice": _twice,
    "key-added": _added,
    "key-type": _type,
    "key-number": _number,
    "key-list": _list,
    "key-text": _text,
    "key-architecture": _architecture,
    "alignment": _alignment,
    "container": _container,
}
"""By name; see `gguf_mutants.KINDS`."""
