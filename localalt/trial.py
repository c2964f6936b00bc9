"""One try of the known-answer model on one device with one set of settings, meant for a process of its own.

    python -m localalt.trial SETTINGS OUTPUT

`SETTINGS` are a `Settings` as JSON, and what the model computed goes to `OUTPUT`, as numpy saves arrays. A
backend that is broken may end the process, or never come back: `doctor` starts it, and judges. It makes the
same native calls as the engine, and keeps the numbers between them. Knows nothing of right and wrong.
"""

from __future__ import annotations

import dataclasses
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt import selftest
from localalt.native import Context, Model, Part, Projector, Sampler
from localalt.presets import PRESETS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["N_TOKENS", "Answers", "Settings", "load", "pictures", "run", "save"]

N_TOKENS = 24
"""Of each answer: the longest right one has 17."""
N_PICTURES = 4
"""One of each kind that the model was trained on."""
N_CTX_SEQ = 512


@dataclass(frozen=True, slots=True)
class Settings:
    """Where and how to compute."""

    device: str | None = None
    """ggml's name of a GPU; None for the CPU alone."""
    projector_on_device: bool = True
    """Or on the CPU, with the language model on the device all the same."""
    flash_attn: bool | None = None
    """Of the language model; None leaves it to llama.cpp, as localalt does."""
    projector_flash_attn: bool | None = None
    n_seq: int = 1
    """Pictures in one batch."""
    n_threads: int = 1


@dataclass(frozen=True, slots=True)
class Answers:
    """What was computed, picture by picture."""

    embeddings: Sequence[npt.NDArray[np.float32]]
    """(n_image_tokens, n_embd) each."""
    logits: Sequence[npt.NDArray[np.float32]]
    """(n_vocab,) each: those that the first token is drawn from."""
    texts: Sequence[str]


def pictures() -> tuple[selftest.HeldOut, ...]:
    """The pictures of a try: the first held-out one of each kind."""
    found: dict[str, selftest.HeldOut] = {}
    for picture in selftest.held_out():
        if picture.kind != selftest.UNSEEN:
            found.setdefault(picture.kind, picture)
    return tuple(found.values())


def run(settings: Settings) -> Answers:
    """Describe `pictures()`.

    Raises:
        LocalAltError: the model could not be loaded on that device, or the computation failed.
    """
    devices = [settings.device] if settings.device else []
    with (
        Model(selftest.WEIGHTS, n_gpu_layers=999 if devices else 0, devices=devices) as model,
        Projector(
            selftest.MMPROJ,
            model,
            device=settings.device if settings.projector_on_device else None,
            n_threads=settings.n_threads,
            flash_attn=settings.projector_flash_attn,
        ) as projector,
    ):
        samplers = [Sampler(model, PRESETS["selftest"].sampling) for _ in range(settings.n_seq)]
        with Context(
            model,
            samplers,
            n_ctx_seq=N_CTX_SEQ,
            n_batch=N_CTX_SEQ,
            n_ubatch=N_CTX_SEQ,
            n_threads=settings.n_threads,
            use_gpu=bool(devices),
            flash_attn=settings.flash_attn,
            logits_wanted=True,
        ) as context:
            found = list(_answers(model, projector, context, settings.n_seq))
    embeddings, logits, texts = zip(*found, strict=True)
    return Answers(embeddings, logits, texts)


def _answers(
    model: Model, projector: Projector, context: Context, n_seq: int
) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], str]]:
    waiting = [_pixels(picture) for picture in pictures()]
    while waiting:
        group, waiting = waiting[:n_seq], waiting[n_seq:]
        begun = [_prefill(projector, context, pixels, slot) for slot, pixels in enumerate(group)]
        answers = [[token] for *_, token, _ in begun]
        positions = [n_past for *_, n_past in begun]
        slots = range(len(group))
        for _ in range(N_TOKENS - 1):
            context.decode([tokens[-1] for tokens in answers], positions, slots)
            for slot in slots:
                answers[slot].append(context.sample(slot, slot))
                positions[slot] += 1
        for slot, (embeddings, logits, _, _) in enumerate(begun):
            context.clear(slot)
            yield embeddings, logits, _text(model, answers[slot])


def _prefill(
    projector: Projector, context: Context, pixels: npt.NDArray[np.uint8], slot: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], int, int]:
    """(embeddings, logits, first token, positions used) of a picture whose prompt is then in the cache."""
    import numpy as np

    preset = PRESETS["selftest"]
    parts: list[Part] = [(preset.opening, True), pixels, (preset.instruction, False), (preset.closing, True)]
    embeddings, n_past = [], 0
    with projector.tokenize(parts) as chunks:
        for chunk in chunks:
            if chunk.tokens is None:
                embeddings.append(projector.encode(chunk))
                context.decode_image(projector, chunk, embeddings[-1], n_past, slot)
            else:
                context.decode_text(chunk.tokens, n_past, slot, want_logits=True)
            n_past += chunk.n_pos
    logits = context.logits(-1)
    return np.concatenate(embeddings), logits, context.sample(slot, -1), n_past


def _pixels(picture: selftest.HeldOut) -> npt.NDArray[np.uint8]:
    import numpy as np
    import PIL.Image

    with PIL.Image.open(io.BytesIO(picture.picture)) as image:
        return np.asarray(image.convert("RGB"))


def _text(model: Model, tokens: Sequence[int]) -> str:
    end = next((index for index, token in enumerate(tokens) if model.is_end(token)), len(tokens))
    return b"".join(model.piece(token) for token in tokens[:end]).decode("utf-8", errors="replace").strip()


def save(answers: Answers, path: Path) -> None:
    """Write answers for another process."""
    import numpy as np

    arrays: dict[str, Any] = {"texts": np.array(answers.texts)}
    arrays |= {f"embeddings{index}": array for index, array in enumerate(answers.embeddings)}
    arrays |= {f"logits{index}": array for index, array in enumerate(answers.logits)}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load(path: Path) -> Answers:
    """Read what `save` wrote."""
    import numpy as np

    with np.load(path, allow_pickle=False) as saved:
        texts = [str(text) for text in saved["texts"]]
        indices = range(len(texts))
        return Answers([saved[f"embeddings{i}"] for i in indices], [saved[f"logits{i}"] for i in indices], texts)


def main(argv: Sequence[str]) -> None:
    """What `doctor` starts."""
    settings, output = argv
    save(run(Settings(**json.loads(settings))), Path(output))


def as_json(settings: Settings) -> str:
    """The argument that `main` takes."""
    return json.dumps(dataclasses.asdict(settings))


if __name__ == "__main__":
    main(sys.argv[1:])
