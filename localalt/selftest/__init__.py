"""The known-answer models and the pictures whose text they must get right.

Paths and records only. What describes the pictures is `python -m localalt.selftest` (`cli/selftest`); what drew them
and trained the models is `scripts/train_selftest`. Beside them there is a tiny pair of random weights for each family
of models, with torch's answers to pictures, made by `scripts/make_family_pairs`. Knows no engine and no command, and
imports nothing heavy. Doors: `MODELS`, `held_out`, `families`, `unpack_family`.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from localalt.frozen import FrozenMapping

__all__ = [
    "FAMILIES",
    "HELD_OUT",
    "MMPROJ",
    "MODELS",
    "UNSEEN",
    "WEIGHTS",
    "Family",
    "HeldOut",
    "families",
    "held_out",
    "unpack_family",
]

_HERE = Path(__file__).resolve().parent

WEIGHTS = _HERE / "selftest.gguf"
MMPROJ = _HERE / "mmproj-selftest.gguf"
MODELS: Mapping[str, tuple[Path, Path]] = MappingProxyType(
    {
        "selftest": (WEIGHTS, MMPROJ),
        "selftest-qwen3vl": (_HERE / "selftest-qwen3vl.gguf", _HERE / "mmproj-selftest-qwen3vl.gguf"),
        "selftest-gemma4": (_HERE / "selftest-gemma4.gguf", _HERE / "mmproj-selftest-gemma4.gguf"),
    }
)
"""(weights, mmproj) of the trained models by name: one in Gemma 3's architecture and one in each that the names say."""
HELD_OUT = _HERE / "heldout.tar.xz"
"""Bitmaps and index.json in one solid archive, a quarter smaller than single PNG files."""
FAMILIES = _HERE / "families"
"""Per family NAME.tar.xz (weights, mmproj, pictures) and NAME.json (torch's greedy answers in float32)."""

UNSEEN = "unseen word"
"""The kind of the pictures that print a word which training never printed. They are measured, not required."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A picture that training never saw."""

    name: str
    kind: str
    text: str
    """What the picture shows."""
    torch_texts: Mapping[str, str]
    """What each of `MODELS` answers in torch, in float32."""
    picture: bytes
    """A BMP file."""


def held_out() -> tuple[HeldOut, ...]:
    """Every held-out picture, the required kinds first."""
    files = _unpacked(HELD_OUT)
    return tuple(
        HeldOut(entry["name"], entry["kind"], entry["text"], entry["torch_texts"], files[entry["name"]])
        for entry in json.loads(files["index.json"])
    )


@dataclass(frozen=True, slots=True)
class Family:
    """What is known of a family's random pair."""

    name: str
    architecture: str
    projector: str
    family: str
    """The preset that it is asked with."""
    instruction: str
    pictures: Mapping[str, Mapping[str, Any]]
    """torch's answer to each picture, by the name of its file: its tokens, and how many the picture takes."""


def families() -> tuple[Family, ...]:
    """What is known of every family's pair, by name."""
    return tuple(_family(path) for path in sorted(FAMILIES.glob("*.json")))


def _family(path: Path) -> Family:
    known = json.loads(path.read_text(encoding="utf-8"))
    return Family(
        path.stem,
        known["architecture"],
        known["projector"],
        known["family"],
        known["instruction"],
        FrozenMapping(known["pictures"]),
    )


def unpack_family(name: str, folder: Path) -> tuple[Path, Path]:
    """(weights, mmproj) of a family, unpacked into `folder` with its pictures."""
    for file, content in _unpacked(FAMILIES / f"{name}.tar.xz").items():
        (folder / file).write_bytes(content)
    return folder / "weights.gguf", folder / "mmproj.gguf"


def _unpacked(path: Path) -> dict[str, bytes]:
    """The files of one of our archives by name."""
    files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None, member.name
            files[member.name] = content.read()
    return files
