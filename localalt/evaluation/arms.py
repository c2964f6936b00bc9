"""Arms: what is compared, a model with a prompt, a budget of image tokens and a way of sampling.

Values, and their names in tables. Knows nothing of cases or of running them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from localalt import suggest
from localalt.errors import OptionError
from localalt.prompting.presets import VENDOR_SAMPLING
from localalt.prompting.prompt import Prompt
from localalt.prompting.prompt_file import chosen_prompt
from localalt.request import GREEDY, Sampling
from localalt.types import Detail, ModelSource

__all__ = ["SAMPLINGS", "Arm", "arms_of"]

SAMPLINGS = ("greedy", "card")
"""Ways of sampling: the likeliest token, or as the family's model card does."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of describing pictures."""

    model: ModelSource
    prompt: Prompt
    sampling: str = "greedy"
    detail: Detail = "auto"
    checks: str = "full"
    seeds: int = 1
    """Texts of each case, drawn with the seeds 0, 1 …: more than one needs random drawing."""

    @property
    def model_name(self) -> str:
        """The model as a table calls it."""
        if isinstance(self.model, str | os.PathLike):
            return os.fspath(self.model)
        return os.fspath(self.model[0])

    @property
    def name(self) -> str:
        """The arm as a table calls it: the model and the prompt, and what is not usual."""
        unusual = [
            self.sampling if self.sampling != "greedy" else "",
            f"detail {self.detail}" if self.detail != "auto" else "",
            f"checks {self.checks}" if self.checks != "full" else "",
        ]
        return ", ".join([f"{self.model_name} {self.prompt.identity}", *filter(None, unusual)])

    def sampling_for(self, family: str) -> Sampling:
        """How tokens are drawn with a model of a family."""
        return GREEDY if self.sampling == "greedy" else VENDOR_SAMPLING.get(family, VENDOR_SAMPLING["generic"])

    def identity(self) -> dict[str, Any]:
        """All of it but the model, as JSON."""
        return {
            "prompt": self.prompt.identity,
            "instruction": self.prompt.instruction,
            "sampling": self.sampling,
            "detail": self.detail,
            "checks": self.checks,
        }


def arms_of(
    models: Iterable[ModelSource],
    prompts: Iterable[object],
    *,
    samplings: Iterable[str] = ("greedy",),
    details: Iterable[Detail] = ("auto",),
    checks: str = "full",
    seeds: int = 1,
) -> list[Arm]:
    """All combinations, each once, those of one model together, so that each model is loaded once.

    Raises:
        OptionError: there is no such prompt or way of sampling, or greedy sampling with several seeds.
    """
    chosen = list({prompt.identity: prompt for prompt in map(chosen_prompt, prompts)}.values())
    samplings, details = dict.fromkeys(samplings), dict.fromkeys(details)
    for sampling in samplings:
        if sampling not in SAMPLINGS:
            raise OptionError(f"There is no sampling {sampling!r:.40}: {suggest.advice(sampling, SAMPLINGS)}")
        if sampling == "greedy" and seeds > 1:
            raise OptionError("Greedy sampling writes the same text with every seed: use card sampling for several.")
    return [
        Arm(model, prompt, sampling, detail, checks, seeds)
        for model, prompt, sampling, detail in itertools.product(models, chosen, samplings, details)
    ]
