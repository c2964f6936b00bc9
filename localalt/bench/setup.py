"""What one run measures: a model, a device, settings, pictures, tokens. Values alone, which pass between processes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localalt.bench.targets import Target
from localalt.planning.tuning import Tuning

__all__ = ["Setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that is asked for; what a plan makes of it is in the result."""

    target: Target
    device: str
    """"cpu", or a GPU's name."""
    n_seq_max: int
    picture_set: str
    picture_digest: str
    pictures: tuple[Path, ...]
    n_tokens: int | None
    """Of each answer; None lets the model end it."""
    tuning: Tuning = field(default_factory=Tuning)

    @property
    def key(self) -> str:
        """The same for the same setup, wherever its files lie."""
        values = self.as_json() | {"pictures": len(self.pictures), "target": [self.target.name, self.target.kind]}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """For people."""
        set_ = [f"{name} {value}" for name, value in dataclasses.asdict(self.tuning).items() if value is not None]
        return ", ".join([f"{self.target.name} on {self.device}, {self.n_seq_max} at a time", *set_])

    def as_json(self) -> dict[str, Any]:
        """For another process."""
        values = dataclasses.asdict(self)
        values["pictures"] = [str(path) for path in self.pictures]
        values["target"] = [self.target.name, str(self.target.weights), str(self.target.mmproj), self.target.kind]
        return values

    @classmethod
    def of_json(cls, values: dict[str, Any]) -> Setup:
        """What `as_json` made."""
        name, weights, mmproj, kind = values["target"]
        return cls(
            **values
            | {
                "target": Target(name, Path(weights), Path(mmproj), kind),
                "pictures": tuple(map(Path, values["pictures"])),
                "tuning": Tuning(**values["tuning"]),
            }
        )
