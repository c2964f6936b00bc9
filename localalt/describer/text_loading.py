"""Weights that are asked about text alone: planned, loaded, and a question put into their own template.

Knows plans and engines. Knows no pictures and no questions.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from pathlib import Path

from localalt.describer.attempts import open_engine
from localalt.engine.engine import Engine
from localalt.engine.handles import open_handles
from localalt.errors import TemplateError
from localalt.machine import this_machine
from localalt.models.files import read_text_weights
from localalt.planning import planner
from localalt.planning.plan import Plan
from localalt.prompting.chat_template import complete
from localalt.prompting.presets import PRESETS, Preset
from localalt.request import GREEDY
from localalt.types import SpecialTokens

__all__ = ["LoadedTextModel", "load_text_model"]


@dataclass(frozen=True, slots=True)
class LoadedTextModel:
    """A running engine that sees no pictures, and how a question is put to it. Whoever has it closes the engine."""

    engine: Engine
    preset: Preset
    """What stands around a question: from the chat template in the weights, or plain words where there is none."""
    architecture: str


def load_text_model(weights: Path, *, n_text_cells: int, max_tokens: int) -> LoadedTextModel:
    """Plan and load weights that are asked about text alone, one question at a time.

    Args:
        weights: a GGUF file.
        n_text_cells: the most tokens of a question, with what stands around it.
        max_tokens: the most tokens of an answer.

    Raises:
        ModelError: the file is not there, is damaged, is a projector, or does not fit the machine.
        EngineError: the backend or its memory does not suffice.
    """
    files = read_text_weights(weights)
    spec = files.spec(n_text_cells=n_text_cells, max_tokens=max_tokens)
    tried: list[Plan] = []

    def start(plan: Plan, _is_first: bool) -> Engine:
        tried.append(plan)
        return Engine(functools.partial(open_handles, weights, None, plan=plan, geometry=None, sampling=GREEDY))

    first = planner.plan(spec, this_machine(), n_seq_max=1)
    engine = open_engine(spec, first, measure=this_machine, start=start, latest=lambda: tried[-1]).engine
    try:
        preset = _preset_for_text(files.chat_template, engine.special_tokens)
    except BaseException:
        engine.close()
        raise
    return LoadedTextModel(engine, preset, files.header.architecture)


def _preset_for_text(template: str, special: SpecialTokens) -> Preset:
    try:
        return complete(PRESETS["generic"], template, special)
    except TemplateError:
        return dataclasses.replace(PRESETS["generic"], opening="", closing="\n", stop=())
