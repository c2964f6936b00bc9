"""One try of a known-answer model on one device with one set of settings, meant for a process of its own.

    python -m localalt.doctor.trial SETTINGS OUTPUT

`SETTINGS` are a `TrialSettings` as JSON, and what the model computed goes to `OUTPUT`, as numpy saves arrays. A
backend that is broken may end the process, or never come back: `doctor` starts it, and judges. It makes the
same native calls as the engine, and returns the numbers between them. Knows nothing of right and wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localalt import selftest
from localalt.devices import model_kind
from localalt.doctor import pairs
from localalt.doctor.answers import Answers, load, save
from localalt.doctor.difference import Difference, off
from localalt.doctor.pairs.rows import N_SCRIPTS
from localalt.doctor.placement import Placement
from localalt.doctor.settings import TrialSettings, as_json, from_json
from localalt.gguf.mmproj import image_geometry, projector_type
from localalt.gguf.reader import read_header
from localalt.image.processor import load_picture
from localalt.models.files import read_files
from localalt.native import Context, Model, NodeCounter, Part, Projector, Sampler
from localalt.prompting.builder import around_picture, build_prompt
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.chat_template import complete
from localalt.prompting.presets import PRESETS, Preset
from localalt.prompting.prompt import Prompt
from localalt.request import GREEDY, TextParts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TRAINED = tuple(selftest.MODELS)
"""Models whose texts people can read."""
ALL_LAYERS = 999
"""More than any model has: llama.cpp takes as many as there are."""

__all__ = [
    "N_PICTURES",
    "TRAINED",
    "Answers",
    "TrialSettings",
    "as_json",
    "difference",
    "from_json",
    "kind_of",
    "load",
    "margin_of",
    "models",
    "most_together",
    "noise_of",
    "reference_of",
    "run",
    "save",
    "truths",
]

N_TOKENS = 24
"""Of each answer of a trained model: the longest right one has 17."""
N_PICTURES = 4
"""For a trained model one of each kind, for a family all that have an answer."""
N_CTX_SEQ = 1024
"""Cells of a sequence: prompts have up to 870 tokens."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A model with its pictures, and how it is asked."""

    weights: Path
    mmproj: Path
    pictures: Sequence[bytes]
    n_tokens: int
    parts: Callable[[Model], tuple[TextParts, TextParts]]
    """The prompt's text before the picture, and after it."""
    text: Callable[[Model, Sequence[int]], str]


def models() -> tuple[str, ...]:
    """All that can be tried, the trained ones first, the generated ones last."""
    return (*TRAINED, *(family.name for family in selftest.families()), *pairs.PAIRS)


def reference_of(model: str, n_threads: int) -> TrialSettings:
    """What the answers of all devices are compared with: the CPU's, one at a time, of a generated pair in F32."""
    return TrialSettings(model=model, n_threads=n_threads, in_f32=model in pairs.PAIRS)


def most_together(model: str) -> int:
    """Sequences in the widest batch that is tried."""
    return N_SCRIPTS if model in pairs.PAIRS else N_PICTURES


def kind_of(model: str) -> str:
    """The `model_kind` of what can be tried."""
    if model in TRAINED:
        files = read_files(model, *selftest.MODELS[model])
        return model_kind(files.weights.architecture, projector_type(files.mmproj))
    if model in pairs.PAIRS:
        return pairs.PAIRS[model].kind
    family = _family(model)
    return model_kind(family.architecture, family.projector)


def noise_of(model: str) -> float:
    """By how much rounding activations to F16 changes the lead of a model's tokens, in logits whose standard deviation
    is about one: how far its random weights pass rounding on. 0.0 for trained and generated ones, which damp it."""
    return (
        0.0 if model not in _families() else max(float(answer["noise"]) for answer in _family(model).pictures.values())
    )


def margin_of(model: str) -> float:
    """By how much the least sure token of a model's answers leads over the next one, in the same unit. Infinity for
    trained ones, which are sure of theirs, and generated ones, whose other tokens are not compared."""
    return (
        math.inf
        if model not in _families()
        else min(float(answer["margin"]) for answer in _family(model).pictures.values())
    )


def difference(settings: TrialSettings, answers: Answers, reference: Answers) -> Difference:
    """What a try computed, against the numbers of `reference_of` its model, and torch's texts where there are any."""
    if settings.model in pairs.PAIRS:
        return pairs.compare(answers, reference, settings.n_seq)
    texts = zip(answers.texts, truths(settings.model), strict=True)
    return Difference(
        max(map(off, answers.embeddings, reference.embeddings)),
        max(map(off, answers.logits, reference.logits)),
        next((f"{text!r} in place of {truth!r}" for text, truth in texts if text != truth), ""),
    )


def truths(model: str) -> tuple[str, ...]:
    """What torch makes of each picture of a trained model, or a family's."""
    if model in TRAINED:
        return tuple(picture.torch_texts[model] for picture in _of_each_kind())
    return tuple(_numbers(answer["tokens"]) for answer in _family(model).pictures.values())


def run(settings: TrialSettings) -> Answers:
    """Describe the pictures of a model, or compute a generated pair.

    Raises:
        LocalAltError: the model could not be loaded on that device, or the computation failed.
    """
    devices = [settings.device] if settings.device else []
    if settings.model in pairs.PAIRS:
        return pairs.answers(settings)
    n_gpu_layers = ALL_LAYERS if settings.n_gpu_layers is None else settings.n_gpu_layers
    with (
        _case(settings.model) as case,
        Model(case.weights, n_gpu_layers=n_gpu_layers if devices else 0, devices=devices) as model,
    ):
        with _projector(settings, case, model) as projector, _context(settings, model) as context:
            found = list(_answers(case, model, projector, context, settings.n_seq))
        placement = _placement(settings, case, model) if devices else None
    embeddings, logits, texts = zip(*found, strict=True)
    return Answers(embeddings, logits, texts, placement)


def _projector(settings: TrialSettings, case: _Case, model: Model, counter: NodeCounter | None = None) -> Projector:
    return Projector(
        case.mmproj,
        model,
        device=settings.device if settings.projector_on_device else None,
        n_threads=settings.n_threads,
        flash_attn=settings.projector_flash_attn,
        counter=counter,
    )


def _context(settings: TrialSettings, model: Model, counter: NodeCounter | None = None) -> Context:
    return Context(
        model,
        [Sampler(model, GREEDY) for _ in range(settings.n_seq)],
        n_ctx_seq=N_CTX_SEQ,
        n_batch=N_CTX_SEQ,
        n_ubatch=N_CTX_SEQ,
        n_threads=settings.n_threads,
        use_gpu=settings.device is not None,
        flash_attn=settings.flash_attn,
        logits_wanted=True,
        counter=counter,
    )


def _placement(settings: TrialSettings, case: _Case, model: Model) -> Placement:
    """What runs where with these settings: one picture and one step of all slots, in a pass of its own, since graphs
    that are watched do not run quite as others do."""
    seen, thought = NodeCounter(), NodeCounter()
    with _projector(settings, case, model, seen) as projector, _context(settings, model, thought) as context:
        head, tail = case.parts(model)
        pixels = load_picture(case.pictures[0], image_geometry(read_header(case.mmproj))).pixels
        *_, token, n_past = _prefill(projector, context, [*head, pixels, *tail], 0)
        others = settings.n_seq - 1
        context.decode([token] * settings.n_seq, [n_past, *[0] * others], range(settings.n_seq))
    return Placement(seen.by_device, thought.by_device)


def _answers(
    case: _Case, model: Model, projector: Projector, context: Context, n_seq: int
) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], str]]:
    head, tail = case.parts(model)
    geometry = image_geometry(read_header(case.mmproj))
    waiting = [load_picture(picture, geometry).pixels for picture in case.pictures]
    while waiting:
        group, waiting = waiting[:n_seq], waiting[n_seq:]
        begun = [_prefill(projector, context, [*head, pixels, *tail], slot) for slot, pixels in enumerate(group)]
        answers = [[token] for *_, token, _ in begun]
        positions = [n_past for *_, n_past in begun]
        slots = range(len(group))
        for _ in range(case.n_tokens - 1):
            context.decode([tokens[-1] for tokens in answers], positions, slots)
            for slot in slots:
                answers[slot].append(context.sample(slot, slot))
                positions[slot] += 1
        for slot, (embeddings, logits, _, _) in enumerate(begun):
            context.clear(slot)
            yield embeddings, logits, case.text(model, answers[slot])


def _prefill(
    projector: Projector, context: Context, parts: Sequence[Part], slot: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], int, int]:
    """(embeddings, logits, first token, positions used) of a picture whose prompt is then in the cache."""
    import numpy as np

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


# --- the models ---


@contextlib.contextmanager
def _case(model: str) -> Iterator[_Case]:
    if model in TRAINED:
        pictures = [picture.picture for picture in _of_each_kind()]
        preset = PRESETS["selftest"]
        yield _Case(*selftest.MODELS[model], pictures, N_TOKENS, lambda _: _parts(preset, PROMPTS["selftest"]), _text)
        return
    family = _family(model)
    with tempfile.TemporaryDirectory(prefix="localalt-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        weights, mmproj = selftest.unpack_family(model, folder)
        pictures = [(folder / picture).read_bytes() for picture in family.pictures]
        n_tokens = max(len(answer["tokens"]) for answer in family.pictures.values())
        files = read_files(model, weights, mmproj)

        def parts(loaded: Model) -> tuple[TextParts, TextParts]:
            preset = complete(PRESETS[files.family], files.chat_template, loaded.special_tokens)
            return _parts(preset, dataclasses.replace(PROMPTS["plain"], instruction=family.instruction))

        yield _Case(weights, mmproj, pictures, n_tokens, parts, lambda _, tokens: _numbers(tokens))


def _parts(preset: Preset, prompt: Prompt) -> tuple[TextParts, TextParts]:
    return around_picture(build_prompt(preset, prompt))


def _of_each_kind() -> tuple[selftest.HeldOut, ...]:
    """A held-out picture of each kind that the models were trained on, no two of them in a row of one shape."""
    import PIL.Image

    found: dict[str, selftest.HeldOut] = {}
    shape = 0
    for picture in selftest.held_out():
        if picture.kind == selftest.UNSEEN or picture.kind in found:
            continue
        with PIL.Image.open(io.BytesIO(picture.picture)) as image:
            own = (image.width > image.height) - (image.width < image.height)
        if not found or own != shape:
            found[picture.kind] = picture
            shape = own
    return tuple(found.values())


def _families() -> frozenset[str]:
    return frozenset(family.name for family in selftest.families())


def _family(name: str) -> selftest.Family:
    return next(family for family in selftest.families() if family.name == name)


def _text(model: Model, tokens: Sequence[int]) -> str:
    end = next((index for index, token in enumerate(tokens) if model.is_end(token)), len(tokens))
    return b"".join(model.piece(token) for token in tokens[:end]).decode("utf-8", errors="replace").strip()


def _numbers(tokens: Sequence[int]) -> str:
    return " ".join(map(str, tokens))


def main(argv: Sequence[str]) -> None:
    """What `doctor` starts."""
    settings, output = argv
    # Of a try that crashes, whoever started it removes what it leaves.
    tempfile.tempdir = str(Path(output).absolute().parent)
    save(run(from_json(settings)), Path(output))


if __name__ == "__main__":
    main(sys.argv[1:])
