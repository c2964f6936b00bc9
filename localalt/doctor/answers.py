"""What a try computed, and how it passes from its process to the doctor's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.doctor.placement import Placement

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Answers", "load", "save"]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was computed, picture by picture."""

    embeddings: Sequence[npt.NDArray[np.float32]]
    """(n_image_tokens, n_embd) each."""
    logits: Sequence[npt.NDArray[np.float32]]
    """(n_vocab,) each: those that the first token is drawn from. Of a generated pair: see `pairs.rows`."""
    texts: Sequence[str]
    """Of a random pair the numbers of its tokens, which make no words."""
    placement: Placement | None = None
    """What ran where; None of a try on the CPU alone."""


def save(answers: Answers, path: Path) -> None:
    """Write answers for another process."""
    import numpy as np

    arrays: dict[str, Any] = {"texts": np.array(answers.texts)}
    arrays |= {f"embeddings{index}": array for index, array in enumerate(answers.embeddings)}
    arrays |= {f"logits{index}": array for index, array in enumerate(answers.logits)}
    if answers.placement is not None:
        arrays["placement"] = np.array(json.dumps(dataclasses.asdict(answers.placement)))
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load(path: Path) -> Answers:
    """Read what `save` wrote."""
    import numpy as np

    with np.load(path, allow_pickle=False) as saved:
        placement = Placement(**json.loads(str(saved["placement"]))) if "placement" in saved else None
        embeddings, logits = (
            [saved[f"{name}{index}"] for index in range(sum(key.startswith(name) for key in saved))]
            for name in ("embeddings", "logits")
        )
        return Answers(embeddings, logits, [str(text) for text in saved["texts"]], placement)
