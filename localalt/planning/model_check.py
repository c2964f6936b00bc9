"""A model's numbers on a device against the CPU's: what was found, how far off is wrong, and what follows for plans.

Values and bounds alone: `engine.own_model` computes the numbers, and `machine.model_checks` stores what came of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from localalt.devices import DeviceVerdict
from localalt.planning.plan import Plan

__all__ = ["GARBAGE", "LARGE", "MAX_LOSS", "MIN_SHARE_OF_CHANCE", "ModelCheck", "is_better_than_chance", "is_wrong"]

GARBAGE = 0.3
"""From here on, as a share of the CPU's (L2 norms), numbers are off by more than rounding. A right device is 0.002 to
0.06 off with the known-answer models, a wrong kernel 0.5 and more; llama.cpp's own tests let one product be 0.022 off
(test-backend-ops.cpp: NMSE 5e-4), and a tower of 32 blocks has some 200 of them."""
LARGE = 0.1
"""From here on it is said, and nothing is changed: a right 8B on a GPU was published at a cosine of 0.9998 (llama.cpp
#26044), which is 0.02."""
MAX_LOSS = 0.45
"""Nats a token by which the mean log-likelihood of a text may differ from the CPU's: what quantization to Q2_K costs an
8B (llama.cpp's tools/perplexity/README.md: perplexities of 6.23 and 9.75; Q4_K_M costs 0.03, another backend less)."""
MIN_SHARE_OF_CHANCE = 0.75
"""Of the log-likelihood that equal chances for every token give, what an ordinary sentence has at the worst, where the
CPU's is not known: trained models have a quarter to a half of it."""


def is_wrong(error: float, *, loss: float = 0.0) -> bool:
    """Whether numbers that are `error` off the CPU's, with a log-likelihood that differs by `loss`, are wrong."""
    return not (error < GARBAGE and abs(loss) < MAX_LOSS)  # nor is NaN right


def is_better_than_chance(log_likelihood: float, n_vocab: int) -> bool:
    """Whether a text's mean log-likelihood, in nats a token, is one that a trained model has."""
    return log_likelihood > -MIN_SHARE_OF_CHANCE * math.log(n_vocab)


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """A model's numbers on a device against the CPU's."""

    model: str
    """What it was called, for people."""
    embeddings_error: float | None = None
    """How far the image embeddings of one picture are off, as a share of the CPU's (L2 norms); infinity where they
    are not finite; None where they were not compared."""
    logits_error: float | None = None
    """The same of the logits after each token of a text."""
    log_likelihood: float | None = None
    """Of that text on the device, in nats a token."""
    log_likelihood_cpu: float | None = None
    not_checked: tuple[str, ...] = ()
    """What was not compared, and why, for people."""
    verdict: DeviceVerdict = field(default_factory=DeviceVerdict)
    """How the device computes this model right."""
    doubt: str = ""
    """What is wrong and could not be worked around, in a sentence for people."""
    seconds: float = 0.0
    """That the check took."""
    checked: str = ""
    """The day, ISO 8601."""

    def covers(self, plan: Plan) -> bool:
        """Whether there is nothing in a plan that could be compared and was not."""
        has_projector = self.embeddings_error is not None or any("projector" in each for each in self.not_checked)
        has_layers = self.log_likelihood is not None or any("layers" in each for each in self.not_checked)
        return (has_projector or not plan.projector_on_gpu) and (has_layers or not plan.op_offload)

    @property
    def words(self) -> str:
        """What was found, for people, without the names of model and device."""
        found = list(self._found())
        found += [f"not checked: {each}" for each in self.not_checked]
        found += [f"so the device is used like this: {', '.join(self.verdict.words)}"] if self.verdict.words else []
        found += [self.doubt] if self.doubt else []
        return f"{'; '.join(found) or 'nothing was compared'} ({self.seconds:.1f} s, {self.checked})"

    def _found(self) -> Iterator[str]:
        if self.embeddings_error is not None:
            yield f"image embeddings {_share(self.embeddings_error)} off the CPU's"
        if self.log_likelihood is None:
            return
        cpu = "" if self.log_likelihood_cpu is None else f", and {self.log_likelihood_cpu:.3f} on the CPU"
        off = "" if self.logits_error is None else f" (logits {_share(self.logits_error)} off)"
        yield f"log-likelihood of a text {self.log_likelihood:.3f} nats a token{cpu}{off}"


def _share(error: float) -> str:
    return f"{error:.2%}" if math.isfinite(error) else "infinitely far"
