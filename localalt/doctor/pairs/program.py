"""A generated pair computed, as a try says: two pictures, a long text, and batches of every width.

It makes the calls that the engine makes: sequences are saved, restored and moved between slots, and samplers run
outside the graph and inside it. Knows nothing of right and wrong.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.doctor.answers import Answers
from localalt.doctor.pairs.rows import N_STEPS, PROMPT, SHORT_PROMPT, UBATCH, Group, groups, token
from localalt.doctor.pairs.shapes import PAIRS, GeneratedPair
from localalt.doctor.pairs.weights import write
from localalt.doctor.placement import Placement
from localalt.doctor.settings import TrialSettings
from localalt.native import Context, Model, NodeCounter, Projector, Sampler
from localalt.native.saved_state import SavedState
from localalt.request import GREEDY, Sampling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["answers"]

ALL_LAYERS = 999
N_CTX_SEQ = 1024
"""Cells of a sequence: a picture of up to 100 image tokens, the prompt and a script."""
LIKELIEST = Sampling(temperature=1.0, top_k=1, top_p=1.0, min_p=0.0, presence_penalty=0.0)
"""Draws the likeliest token, by the steps that draw others: top-k, softmax, and the draw."""


def answers(settings: TrialSettings) -> Answers:
    """Compute a pair: embeddings by picture, logits by row (`rows`), tokens of the prompts and of each group.

    Raises:
        LocalAltError: the model could not be loaded on that device, or the computation failed.
    """
    first, second = pictures(PAIRS[settings.model])
    found = _Found()
    with _loaded(settings) as (model, mmproj):
        with _projector(settings, mmproj, model) as projector, _context(settings, model) as context:
            n_past = _prefill(projector, context, first, PROMPT, found)
            context.saves_on_device = settings.device is not None
            states = context.save(0), context.save(0)  # the second in RAM, since the first has the place on the device
            context.clear(0)
            _prefill(projector, context, second, SHORT_PROMPT, found)
            context.clear(0)
            for index, group in enumerate(groups(settings.n_seq)):
                if not group.in_graph:
                    _decode(context, group, states[index % 2], n_past, settings.n_seq, found)
        with _context(settings, model, in_graph=True) as context:
            for group in groups(settings.n_seq):
                if group.in_graph:
                    _decode(context, group, states[1], n_past, settings.n_seq, found)
        placement = _placement(settings, mmproj, model, second) if settings.device else None
    return Answers(found.embeddings, found.logits, [" ".join(map(str, tokens)) for tokens in found.tokens], placement)


def _placement(settings: TrialSettings, mmproj: Path, model: Model, picture: npt.NDArray[np.uint8]) -> Placement:
    """What runs where with these settings: one picture, a short text, and one step of all sequences."""
    seen, thought = NodeCounter(), NodeCounter()
    with (
        _projector(settings, mmproj, model, seen) as projector,
        _context(settings, model, counter=thought) as context,
    ):
        n_past = _prefill(projector, context, picture, SHORT_PROMPT, _Found())
        slots = range(settings.n_seq)
        context.decode([token(slot, 0) for slot in slots], [n_past, *[0] * (settings.n_seq - 1)], slots)
    return Placement(seen.by_device, thought.by_device)


def pictures(pair: GeneratedPair) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Two pictures of uint8 pixels, (height, width, 3): of patches and noise, since flat ones would tell little."""
    import numpy as np

    rng = np.random.default_rng(0)
    width, height = pair.picture_px
    coarse = rng.integers(0, 192, (height // 14 + 1, width // 14 + 1, 3))
    pixels = coarse.repeat(14, 0).repeat(14, 1)[:height, :width] + rng.integers(0, 64, (height, width, 3))
    first = pixels.astype(np.uint8)
    return first, np.ascontiguousarray(255 - first.transpose(1, 0, 2))


@dataclass
class _Found:
    """What has been computed so far."""

    embeddings: list[npt.NDArray[np.float32]] = field(default_factory=list)
    logits: list[npt.NDArray[np.float32]] = field(default_factory=list)
    tokens: list[list[int]] = field(default_factory=lambda: [[]])
    """Of the prompts, then of each group."""


@contextlib.contextmanager
def _loaded(settings: TrialSettings) -> Iterator[tuple[Model, Path]]:
    """The language model, and the projector's file."""
    devices = [settings.device] if settings.device else []
    n_gpu_layers = ALL_LAYERS if settings.n_gpu_layers is None else settings.n_gpu_layers
    with tempfile.TemporaryDirectory(prefix="localalt-", ignore_cleanup_errors=True) as folder:
        weights, mmproj = write(PAIRS[settings.model], settings.model, Path(folder), in_f32=settings.in_f32)
        with Model(weights, n_gpu_layers=n_gpu_layers if devices else 0, devices=devices) as model:
            yield model, mmproj


def _projector(settings: TrialSettings, mmproj: Path, model: Model, counter: NodeCounter | None = None) -> Projector:
    return Projector(
        mmproj,
        model,
        device=settings.device if settings.projector_on_device else None,
        n_threads=settings.n_threads,
        flash_attn=settings.projector_flash_attn,
        counter=counter,
    )


def _context(
    settings: TrialSettings, model: Model, *, in_graph: bool = False, counter: NodeCounter | None = None
) -> Context:
    return Context(
        model,
        [Sampler(model, LIKELIEST if in_graph and slot % 2 else GREEDY) for slot in range(settings.n_seq)],
        n_ctx_seq=N_CTX_SEQ,
        n_batch=UBATCH,
        n_ubatch=UBATCH,
        n_threads=settings.n_threads,
        use_gpu=settings.device is not None,
        flash_attn=settings.flash_attn,
        logits_wanted=not in_graph,
        counter=counter,
    )


def _prefill(
    projector: Projector,
    context: Context,
    picture: npt.NDArray[np.uint8],
    prompt: Sequence[Sequence[int]],
    found: _Found,
) -> int:
    """Put a picture and the parts of a text into sequence 0: the positions that are then used."""
    import numpy as np

    embeddings, n_past = [], 0
    with projector.tokenize([picture]) as chunks:
        for chunk in chunks:
            if chunk.tokens is None:
                embeddings.append(projector.encode(chunk))
                context.decode_image(projector, chunk, embeddings[-1], n_past, 0)
            else:
                context.decode_text(chunk.tokens, n_past, 0, want_logits=False)
            n_past += chunk.n_pos
    for part in prompt:
        context.decode_text(part, n_past, 0, want_logits=True)
        n_past += len(part)
        found.logits.append(context.logits(-1))
        found.tokens[0].append(context.sample(0, -1))
    found.embeddings.append(np.concatenate(embeddings))
    return n_past


def _decode(context: Context, group: Group, state: SavedState, n_past: int, n_slots: int, found: _Found) -> None:
    """Compute a group's scripts, each from a copy of what the prompt left."""
    tokens: list[int] = []
    slots = range(group.width)
    spare = group.width if group.width < n_slots else None
    for start in range(0, group.n_scripts, group.width):
        for slot in slots:
            if spare is None:
                context.restore(slot, state)
            else:
                context.restore(spare, state)
                context.move(spare, slot)
        for step in range(N_STEPS):
            given = [token(start + slot, step) for slot in slots]
            context.decode(given, [n_past + step] * group.width, slots)
            tokens += [context.sample(slot, slot) for slot in slots]
            if not group.in_graph:
                found.logits += [context.logits(slot) for slot in slots]
        for slot in slots:
            context.clear(slot)
    found.tokens.append(tokens)
