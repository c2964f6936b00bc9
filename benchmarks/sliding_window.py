"""What Gemma 4's sliding window does to pictures of more image tokens than it has, in llama.cpp and in transformers.

    python benchmarks/sliding_window.py SOURCE_PACKAGE [family …] [--tokens 280 …]

Needs the extra `train` and the unpacked source package of llama-cpp-python, as scripts/make_family_pairs does. For each
of Gemma 4's four shapes a tiny random pair is written with the window of the published models: 512 for E2B and E4B,
1024 for the others. Both answer pictures of 280 to 1120 image tokens, greedily, in graphs of several sizes; printed
is by how much the leads of their tokens differ at most, and the same for transformers with windows that never end. The
latter says that the window counts for the answers, the former whether both apply it alike.

`--record FILE` writes what tests/describer/test_sliding_window.py holds the engine to: torch's answers to the pictures
of the families' own pairs with a window of fewer tokens than these have.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from localalt import native
    from scripts.make_family_pairs.common import Family, Pixels
    from scripts.make_family_pairs.files import SourcePackage

GRIDS = {280: (20, 14), 560: (28, 20), 1120: (40, 28)}
"""(columns, rows) of pictures that fill three of Gemma 4's budgets."""
WINDOWS = {"gemma4-e2b": 512}
"""Tokens in the sliding window of the published models (config.json), and of all others:"""
WINDOW = 1024
NO_WINDOW = 8192
SHORT_WINDOW = 64
"""Tokens of the window with which answers are recorded."""
LEAST_LEAD = 0.1
"""Of all tokens of a recorded answer over the next best ones, in logits: rounding changes it by a third of that."""
GRAPHS = (256, 512, 2048)
"""Tokens in one graph, where the image tokens do not all see each other."""


def shapes(names: Sequence[str]) -> Iterator[Family]:
    """The families of tiny pairs, each with its published window, and with places for so many patches."""
    from scripts.make_family_pairs.gemma4 import FAMILIES, Gemma4

    for family in FAMILIES:
        if not isinstance(family, Gemma4) or (names and family.name not in names):
            continue
        kind = type(family)
        window = {"sliding_window": WINDOWS.get(family.name, WINDOW)}
        own = {
            "text": {**kind.text, **window},
            "vision": {**kind.vision, "position_embedding_size": 256},
            "image_bounds": None,
        }
        yield type(kind.__name__, (kind,), own)()


def write(family: Family, model: PreTrainedModel, source: SourcePackage, folder: Path) -> tuple[Path, Path]:
    """The pair as GGUF files: (weights, mmproj)."""
    from safetensors.torch import load_file, save_file

    from scripts.make_family_pairs.files import MMPROJ, WEIGHTS

    checkpoint, pair = folder / "checkpoint", folder / "pair"
    pair.mkdir()
    model.save_pretrained(checkpoint)
    tensors = checkpoint / "model.safetensors"
    save_file(family.published(load_file(tensors)), tensors, metadata={"format": "pt"})
    for name, content in {"preprocessor_config.json": family.preprocessor(), **family.files()}.items():
        (checkpoint / name).write_text(json.dumps(content), encoding="utf-8")
    source.convert(family, checkpoint, pair)
    return pair / WEIGHTS, pair / MMPROJ


def set_window(model: PreTrainedModel, n_tokens: int) -> None:
    """Change the window of a model that is built."""
    model.config.get_text_config().sliding_window = n_tokens
    for module in model.modules():
        if getattr(module, "is_sliding", False):
            module.sliding_window = n_tokens


def leads_of(
    weights: native.Model,
    projector: native.Projector,
    prompt: Sequence[tuple[str, bool] | Pixels],
    tokens: Sequence[int],
    n_ubatch: int,
) -> list[float]:
    """How far each of these tokens leads the next best one in llama.cpp, negative where it does not lead."""
    from localalt import native
    from localalt.request import GREEDY

    sampler = native.Sampler(weights, GREEDY)
    leads, n_past = [], 0
    with native.Context(
        weights, [sampler], n_ctx_seq=4096, n_batch=2048, n_ubatch=n_ubatch, n_threads=2, logits_wanted=True
    ) as context:
        for chunk in projector.tokenize(prompt):
            if chunk.tokens is None:
                context.decode_image(projector, chunk, projector.encode(chunk), n_past, 0)
            else:
                context.decode_text(chunk.tokens, n_past, 0, want_logits=True)
            n_past += chunk.n_pos
        for place, token in enumerate(tokens):
            # Of the prompt's last token first, then of the token before.
            logits = np.array(context.logits(-1), copy=True)
            mine = logits[token]
            logits[token] = -np.inf
            leads.append(float(mine - logits.max()))
            context.decode_text([token], n_past + place, 0, want_logits=True)
    return leads


def compare(family: Family, source: SourcePackage, wanted: Sequence[int]) -> None:
    """Print a line for each number of image tokens and each size of graph."""
    from localalt import native
    from localalt.prompting.builder import TextPart, build_prompt
    from scripts.make_family_pairs.files import drawing

    model = family.build().float().eval()
    template = source.template(family.template)
    parts = build_prompt(family.preset(template))
    window = model.config.get_text_config().sliding_window
    with tempfile.TemporaryDirectory() as scratch:
        weights, mmproj = write(family, model, source, Path(scratch))
        with native.Model(weights) as loaded, native.Projector(mmproj, loaded) as projector:
            for n_tokens in wanted:
                columns, rows = GRIDS[n_tokens]
                size = (columns * family.token_px, rows * family.token_px)
                pixels = drawing(f"{family.name} {n_tokens}", size, family.token_px)
                set_window(model, window)
                answer = family.answer(model, pixels, template)
                assert answer.n_image_tokens == n_tokens
                prompt = [(part.text, part.special) if isinstance(part, TextPart) else pixels for part in parts]
                set_window(model, NO_WINDOW)
                endless = family.answer(model, pixels, template)
                apart = max(abs(mine - its) for mine, its in zip(answer.leads, endless.leads, strict=True))
                for n_ubatch in (2048,) if projector.non_causal else GRAPHS:
                    leads = leads_of(loaded, projector, prompt, answer.tokens, n_ubatch)
                    off = max(abs(mine - its) for mine, its in zip(answer.leads, leads, strict=True))
                    print(
                        f"{family.name}: window {window}, {n_tokens} image tokens of {answer.n_prompt_tokens}, graphs "
                        f"of {n_ubatch}: llama.cpp {off:.3f} off, smallest lead {min(leads):.3f}; without windows "
                        f"{apart:.3f} off, {'the same' if endless.tokens == answer.tokens else 'another'} answer",
                        flush=True,
                    )


def record(path: Path, source: SourcePackage) -> None:
    """Write torch's answers with a short window, to the pictures of the pairs that localalt has."""
    from localalt import selftest
    from localalt.prompting.builtin import PROMPTS
    from scripts.make_family_pairs.gemma4 import FAMILIES

    answers: dict[str, dict[str, dict[str, object]]] = {}
    for family in FAMILIES:
        model = family.build().float().eval()
        template = source.template(family.template)
        answers[family.name] = {}
        with tempfile.TemporaryDirectory() as folder:
            selftest.unpack_family(family.name, Path(folder))
            for picture in sorted(Path(folder).glob("*.png")):
                pixels = np.array(Image.open(picture).convert("RGB"))
                set_window(model, SHORT_WINDOW)
                answer = family.answer(model, pixels, template)
                set_window(model, NO_WINDOW)
                endless = family.answer(model, pixels, template)
                if answer.n_image_tokens > SHORT_WINDOW and min(answer.leads) > LEAST_LEAD:
                    answers[family.name][picture.name] = {
                        "n_image_tokens": answer.n_image_tokens,
                        "tokens": answer.tokens,
                        "without_window": endless.tokens,
                    }
    known = {
        "source": "torch, by benchmarks/sliding_window.py --record",
        "instruction": PROMPTS["plain"].instruction,
        "window": SHORT_WINDOW,
        "answers": answers,
    }
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Compare the shapes that the command line names, or all."""
    parser = argparse.ArgumentParser(description="Compare Gemma 4's sliding window in llama.cpp and transformers.")
    parser.add_argument("source", type=Path, help="the unpacked source package of llama-cpp-python")
    parser.add_argument("families", nargs="*", metavar="family", help="shapes to compare (default: all four)")
    parser.add_argument("--tokens", type=int, nargs="+", choices=GRIDS, default=list(GRIDS))
    parser.add_argument("--record", type=Path, help="write answers with a short window to this file, and end")
    arguments = parser.parse_args()
    from scripts.make_family_pairs.files import SourcePackage

    source = SourcePackage(arguments.source)
    if arguments.record:
        record(arguments.record, source)
        return
    for family in shapes(arguments.families):
        compare(family, source, arguments.tokens)


if __name__ == "__main__":
    main()
