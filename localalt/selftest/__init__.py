"""The known-answer model and the pictures whose text it must get right.

Paths and records only: what describes the pictures is `python -m localalt.selftest`, what
drew them and trained the model is `scripts/train_selftest.py`. Nothing heavy is imported here.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["HELD_OUT", "MMPROJ", "UNSEEN", "WEIGHTS", "HeldOut", "held_out"]

_HERE = Path(__file__).resolve().parent

WEIGHTS = _HERE / "selftest.gguf"
MMPROJ = _HERE / "mmproj-selftest.gguf"
HELD_OUT = _HERE / "heldout.zip"

UNSEEN = "unseen word"
"""The kind of the pictures that print a word which training never printed. They are measured, not required."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A picture that training never saw."""

    name: str
    kind: str
    text: str
    """What the picture shows."""
    torch_text: str
    """What the model answers in torch, in float32."""
    picture: bytes
    """A PNG file."""


def held_out() -> tuple[HeldOut, ...]:
    """Every held-out picture, the required kinds first."""
    with zipfile.ZipFile(HELD_OUT) as archive:
        return tuple(
            HeldOut(entry["name"], entry["kind"], entry["text"], entry["torch_text"], archive.read(entry["name"]))
            for entry in json.loads(archive.read("index.json"))
        )
