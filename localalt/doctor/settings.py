"""What a try computes, where and how."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from localalt import selftest

__all__ = ["TrialSettings", "as_json", "from_json"]


@dataclass(frozen=True, slots=True)
class TrialSettings:
    """What to compute, where and how."""

    device: str | None = None
    """ggml's name of a GPU; None for the CPU alone."""
    model: str = next(iter(selftest.MODELS))
    """A trained known-answer model, the random pair of a family, or a generated one, by its name."""
    projector_on_device: bool = True
    """Or on the CPU, with the language model on the device all the same."""
    flash_attn: bool | None = None
    """Of the language model; None leaves it to llama.cpp, as localalt does."""
    projector_flash_attn: bool | None = None
    n_seq: int = 1
    """Pictures in one batch; of a generated pair the most sequences in one."""
    n_threads: int = 1
    environment: tuple[tuple[str, str], ...] = ()
    """Variables that the try's process has from its start, so before llama.cpp reads them: names and values. `run` does
    not set them."""
    n_gpu_layers: int | None = None
    """Layers on the device, the last ones, the output counted as one; None for all."""
    in_f32: bool = False
    """Of a generated pair: the same numbers in matrices of F32, for which no activations are rounded to eight bits."""


def as_json(settings: TrialSettings) -> str:
    """The argument that the program of a try takes."""
    return json.dumps(dataclasses.asdict(settings))


def from_json(text: str) -> TrialSettings:
    """Read what `as_json` wrote."""
    fields = json.loads(text)
    variables = tuple((name, value) for name, value in fields.pop("environment", ()))
    return TrialSettings(**fields, environment=variables)
