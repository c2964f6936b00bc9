"""A person's own model on a GPU against the same on the CPU: the embeddings of a picture, the logits after a text.

What is computed is judged by `planning.model_check`; where it is wrong, the ways that cost little are tried: without
flash attention, then the projector on the CPU. A second copy of the projector or of the weights is loaded only where
RAM has room for it, and is gone afterwards. Knows no store and no plans but the one that the model was loaded for.
"""

from __future__ import annotations

import dataclasses
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.devices import DeviceVerdict
from localalt.errors import EngineError, ModelError, NotFiniteError
from localalt.native import Context, Model, Projector, Sampler
from localalt.planning.model_check import LARGE, ModelCheck, is_better_than_chance, is_wrong
from localalt.planning.plan import Plan
from localalt.request import GREEDY
from localalt.types import ImageGeometry
from localalt.units import format_bytes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["TEXT", "OwnFiles", "check", "picture"]

logger = logging.getLogger(__name__)

TEXT = (
    "The children walked along the beach with their dog and looked for shells. When the tide came in, they sat down on "
    "a warm rock and shared the apples that their grandmother had given them."
)
"""Some 40 tokens of plain English, which every model of the catalog was trained on."""
N_ALONE = 8
"""Tokens at its end that are decoded one by one: a GPU has other kernels for one column than for many."""
MAX_TOKENS = 128
"""Of the text in a vocabulary of letters, cut there."""
IMAGE_TOKENS = 108
"""Of the picture, where the projector lets one choose: a 4B's tower takes a CPU about a second for them."""
MARGIN = 1.1
"""Times the bytes of a file that a copy of it takes in RAM."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What a second copy is loaded from."""

    name: str
    """What the model is called, for people."""
    weights: Path
    weights_bytes: int
    """Of all parts."""
    mmproj: Path
    mmproj_bytes: int
    geometry: ImageGeometry
    """What the projector makes of a picture, as planned."""


def check(
    model: Model, projector: Projector | None, plan: Plan, files: OwnFiles, *, free_bytes: int, day: str
) -> ModelCheck:
    """What a loaded model computes on its GPU, against the CPU.

    Args:
        model, projector: as loaded for `plan`, before there is a KV cache: its memory is free for the check.
        plan: what they were loaded for.
        files: what they were loaded from.
        free_bytes: of RAM, for copies of them.
        day: ISO 8601.
    """
    started = time.perf_counter()
    found = ModelCheck(files.name, checked=day)
    if projector is not None and plan.projector_on_gpu:
        found = _with_embeddings(found, model, projector, plan, files, free_bytes)
    if plan.op_offload:
        found = _with_likelihood(found, model, plan, files, free_bytes)
    seconds = round(time.perf_counter() - started, 2)
    return dataclasses.replace(found, seconds=seconds, doubt=found.doubt or _doubt(found, plan))


def _doubt(found: ModelCheck, plan: Plan) -> str:
    """What is further off than rounding explains and was not worked around, in a sentence."""
    errors = {"image embeddings": found.embeddings_error, "logits": found.logits_error}
    large = [f"{what} {error:.1%}" for what, error in errors.items() if error is not None and error >= LARGE]
    if found.verdict.words or not large:
        return ""
    names = " and ".join(plan.devices)
    what = f"{names} computes this model's {' and '.join(large)} off the CPU's"
    return f"{what}: update its driver, and run localalt doctor."


def picture(geometry: ImageGeometry) -> npt.NDArray[np.uint8]:
    """A drawn picture of a size that the projector takes: uint8 of shape (height, width, 3).

    It has what towers look for: smooth colour, edges in both directions, fine detail, dark and bright places.
    """
    import numpy as np

    if geometry.square is not None:
        height = width = geometry.square
    elif geometry.token_px == 1:  # cut into tiles by rules of the projector's own
        width, height = 512, 384
    else:
        n_tokens = min(max(IMAGE_TOKENS, geometry.min_tokens), geometry.max_tokens)
        rows = max(1, math.isqrt(n_tokens * 3 // 4))
        width, height = max(1, n_tokens // rows) * geometry.token_px, rows * geometry.token_px
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    red = 255 * x
    green = 255 * (1 - y)
    blue = 127 + 127 * np.sin(40 * x * y)
    colours = np.stack([red, green, blue], axis=-1)
    colours[(np.hypot(x - 0.3, y - 0.3) < 0.15)] = (250, 240, 60)
    colours[(abs(x - 0.7) < 0.12) & (abs(y - 0.4) < 0.2)] = (20, 20, 30)
    stripes = (np.floor(x * 64) + np.floor(y * 64)) % 2 == 0
    colours[stripes & (y > 0.6)] = (255, 255, 255)
    pixels: npt.NDArray[np.uint8] = np.clip(colours, 0, 255).astype(np.uint8)
    return pixels


# --- the projector ---


def _with_embeddings(
    found: ModelCheck, model: Model, projector: Projector, plan: Plan, files: OwnFiles, free_bytes: int
) -> ModelCheck:
    needed = int(files.mmproj_bytes * MARGIN)
    if needed > free_bytes:
        return _not_checked(found, "the projector", needed, free_bytes)
    pixels = picture(files.geometry)
    try:
        with Projector(files.mmproj, model, n_threads=plan.n_threads) as on_cpu:
            reference = _embeddings(on_cpu, pixels)
    except (EngineError, ModelError) as why:
        return _also_not_checked(found, f"the projector against the CPU's, which failed ({why})")
    error = _off(_embeddings_or_none(projector, pixels), reference)
    found = dataclasses.replace(found, embeddings_error=error)
    if not is_wrong(error):
        return found
    logger.warning("%s encodes a picture wrong: %.1f %% off the CPU's numbers.", plan.devices[0], 100 * error)
    if plan.projector_flash_attn is not False:
        try:
            with Projector(
                files.mmproj,
                model,
                device=plan.devices[0],
                n_threads=plan.n_threads,
                in_bf16=plan.projector_in_bf16,
                flash_attn=False,
            ) as without:
                if not is_wrong(_off(_embeddings_or_none(without, pixels), reference)):
                    return _used(found, projector_flash_attn=False)
        except (EngineError, ModelError) as why:  # no room for a second copy on the device, as a rule
            logger.info("The projector without flash attention was not tried: %s", why)
    return _used(found, projector_on_device=False)


def _embeddings(projector: Projector, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    import numpy as np

    with projector.tokenize([pixels]) as chunks:
        return np.concatenate([projector.encode(chunk) for chunk in chunks if chunk.tokens is None])


def _embeddings_or_none(projector: Projector, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
    try:
        return _embeddings(projector, pixels)
    except NotFiniteError:
        return None


# --- the language model ---


def _with_likelihood(found: ModelCheck, model: Model, plan: Plan, files: OwnFiles, free_bytes: int) -> ModelCheck:
    tokens = _tokens(model)
    try:
        own = _logits(model, tokens, plan, use_gpu=True, flash_attn=plan.flash_attn)
    except EngineError as error:
        return _also_not_checked(found, f"the layers, for which there was no room for a small KV cache ({error})")
    found = dataclasses.replace(found, log_likelihood=_log_likelihood(own, tokens))
    needed = int(files.weights_bytes * MARGIN)
    reference: npt.NDArray[np.float32] | None = None
    if needed > free_bytes:
        found = _not_checked(found, "the layers", needed, free_bytes)
    else:
        try:
            # Neither on GPUs nor laid out anew: the file's own pages serve, which are in memory already.
            with Model(files.weights, repack=False) as on_cpu:
                reference = _logits(on_cpu, tokens, plan, use_gpu=False, flash_attn=None)
        except (EngineError, ModelError) as error:
            found = _also_not_checked(found, f"the layers against the CPU's ({error})")
    if reference is not None and not math.isfinite(_log_likelihood(reference, tokens)):
        found, reference = _also_not_checked(found, "the layers against the CPU's, which are not finite"), None
    if reference is not None:
        found = dataclasses.replace(
            found,
            logits_error=_off(_centred(own), _centred(reference)),
            log_likelihood_cpu=_log_likelihood(reference, tokens),
        )
    if not _is_wrong(own, reference, tokens):
        return found
    logger.warning("%s computes the logits after a text wrong.", " and ".join(plan.devices))
    if plan.flash_attn is not False:
        try:
            without = _logits(model, tokens, plan, use_gpu=True, flash_attn=False)
        except EngineError as why:
            logger.info("The layers without flash attention were not tried: %s", why)
        else:
            if not _is_wrong(without, reference, tokens):
                return _used(found, flash_attn=False)
    if reference is not None:
        return _used(found, is_usable=False)
    # Nothing says that the model is not as bad on the CPU: it is used, with a warning.
    return dataclasses.replace(
        found,
        doubt=f"{' and '.join(plan.devices)} gives a plain text a log-likelihood of {found.log_likelihood:.2f} nats a "
        "token with this model, which is near chance: run localalt doctor, and compare with texts of the CPU.",
    )


def _tokens(model: Model) -> list[int]:
    begin = [model.bos] if model.adds_bos else []
    return [*begin, *model.tokenize(TEXT, special=False)][:MAX_TOKENS]


def _logits(
    model: Model, tokens: Sequence[int], plan: Plan, *, use_gpu: bool, flash_attn: bool | None
) -> npt.NDArray[np.float32]:
    """Those after each token but the last, float32 of shape (n_tokens - 1, n_vocab)."""
    import numpy as np

    *seen, _ = tokens
    n_together = max(1, len(seen) - N_ALONE)
    with Context(
        model,
        [Sampler(model, GREEDY)],
        n_ctx_seq=MAX_TOKENS,
        n_batch=MAX_TOKENS,
        n_ubatch=MAX_TOKENS,
        n_threads=plan.n_threads,
        use_gpu=use_gpu,
        flash_attn=flash_attn,
        logits_wanted=True,
        n_outputs_seq=n_together,
    ) as context:
        rows = [context.decode_each(seen[:n_together], 0, 0)]
        for pos in range(n_together, len(seen)):
            rows.append(context.decode_each(seen[pos : pos + 1], pos, 0))
    return np.concatenate(rows)


def _log_likelihood(logits: npt.NDArray[np.float32], tokens: Sequence[int]) -> float:
    """The mean over the tokens after the first, in nats; minus infinity where a number is none."""
    import numpy as np

    if not np.isfinite(logits).all():
        return -math.inf
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(logits)), list(tokens[1:])]
    return float((chosen - np.log(np.exp(shifted).sum(axis=1))).mean())


def _is_wrong(own: npt.NDArray[np.float32], reference: npt.NDArray[np.float32] | None, tokens: Sequence[int]) -> bool:
    likelihood = _log_likelihood(own, tokens)
    if reference is None:
        return not is_better_than_chance(likelihood, own.shape[1])
    loss = _log_likelihood(reference, tokens) - likelihood
    return is_wrong(_off(_centred(own), _centred(reference)), loss=loss)


def _centred(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Without what is added to all of a row's, which changes nothing."""
    centred: npt.NDArray[np.float32] = logits - logits.mean(axis=1, keepdims=True)
    return centred


# --- both ---


def _off(own: npt.NDArray[np.float32] | None, reference: npt.NDArray[np.float32]) -> float:
    """How far numbers are from those they should be, as a share of them; infinity where they are none."""
    import numpy as np

    if own is None or own.shape != reference.shape or not np.isfinite(own).all():
        return math.inf
    return float(np.linalg.norm(own - reference) / np.linalg.norm(reference))


def _used(found: ModelCheck, **way: Any) -> ModelCheck:  # noqa: ANN401 (fields of a verdict)
    return dataclasses.replace(found, verdict=found.verdict.also(DeviceVerdict(**way)))


def _not_checked(found: ModelCheck, what: str, needed: int, free: int) -> ModelCheck:
    return _also_not_checked(
        found,
        f"{what} against the CPU's, for which {format_bytes(needed)} of RAM are needed, {format_bytes(free)} free",
    )


def _also_not_checked(found: ModelCheck, what: str) -> ModelCheck:
    return dataclasses.replace(found, not_checked=(*found.not_checked, what))
