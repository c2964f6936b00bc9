"""A GGUF file's own chat template -> the text before the picture and after the words.

The template is rendered for one user turn around a mark that cannot be guessed; what stands
before and after it is what the model was trained to see there. Knows nothing of GGUF files,
of tokens or of what is asked.
"""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections.abc import Callable, Mapping

from localalt.errors import TemplateError
from localalt.first_imports import importing
from localalt.prompting.presets import FAMILIES, PRESETS, VARIANTS, Preset
from localalt.types import SpecialTokens

__all__ = ["complete", "fit_preset", "preset_from_template"]

# Every spelling of "no thinking" among llama.cpp's 68 templates whose values do not clash.
_THINKING_OFF: Mapping[str, object] = {
    "enable_thinking": False,
    "thinking": False,
    "reasoning": False,
    "thinking_budget": 0,
    "thinking_mode": "disabled",
}
# A template that opens a thinking block all the same gets it closed again.
_THINKING_BLOCKS = (("<think>", "</think>"), ("[THINK]", "[/THINK]"), ("<seed:think>", "</seed:think>"))
# The longest among them writes 5,000 characters around one question.
_MAX_TEXT = 65_536


def complete(preset: Preset, template: str, special: SpecialTokens) -> Preset:
    """The preset as the chat template in the model's own file wants it.

    Raises:
        TemplateError: see `preset_from_template`.
    """
    if preset.family == "selftest":
        return preset
    if preset.family == "generic":
        return preset_from_template(template, special, base=preset)
    return fit_preset(preset, template, special)


def preset_from_template(template: str, special: SpecialTokens, *, base: Preset) -> Preset:
    """`base` with the opening and closing that a chat template writes around one user turn.

    `special.bos` is dropped from the opening where the vocabulary adds it by itself, and
    `special.eos` becomes a stop text.

    Raises `TemplateError` where the template is missing, broken, refuses a user's turn, or
    asks for more than a chat template needs: within about a second and tens of megabytes.
    """
    if not template.strip():
        raise _refusal("is missing")
    try:
        opening, closing = _around(template, special)
    except TemplateError as error:
        raise _refusal(str(error)) from error
    except RecursionError as error:
        raise _refusal("is nested too deeply") from error
    except Exception as error:
        # The boundary to a stranger's program: whatever it provokes in jinja or in Python's
        # own compiler is the template's fault.
        raise _refusal(f"is broken ({type(error).__name__}: {error})") from error
    if special.adds_bos:
        opening = opening.removeprefix(special.bos)
    for start, end in _THINKING_BLOCKS:
        if closing.rstrip().endswith(start):
            closing = f"{closing.rstrip()}\n\n{end}\n\n"
    eos = special.eos
    stop = (*base.stop, eos) if eos and eos not in base.stop else base.stop
    return dataclasses.replace(base, opening=opening, closing=closing, stop=stop)


def fit_preset(preset: Preset, template: str, special: SpecialTokens) -> Preset:
    """`preset`, or the variant of its family that the file's own template asks for.

    A template that is missing, broken or unlike all of them leaves `preset` as it is: the
    family is known by other means.
    """
    variants = VARIANTS.get(preset.family, ())
    if not variants:
        return preset
    try:
        own = preset_from_template(template, special, base=preset)
    except TemplateError:
        return preset
    for name in variants:
        if (own.opening, own.closing) == (PRESETS[name].opening, PRESETS[name].closing):
            return PRESETS[name]
    return preset


def _around(template: str, special: SpecialTokens) -> tuple[str, str]:
    """What the template writes before and after the content of a user's only turn.

    Content as plain text comes first: the picture is then exactly where its mark stands, and
    no image marker of the template's own gets in, as mtmd writes those. A template that takes
    only a list of parts is rendered with the picture and without: what both begin with is the
    opening, and what only one has before the text is its image marker.
    """
    # Here, because it imports jinja2, which `import localalt` must not pay for.
    with importing():
        from localalt.prompting.sandbox.budget import BudgetError
        from localalt.prompting.sandbox.template import SandboxedTemplate

    program = SandboxedTemplate(template)

    def render(content: object) -> str:
        turn = {"role": "user", "content": content}
        settings = {"bos_token": special.bos, "eos_token": special.eos, "tools": None, "documents": None}
        return program.render({"messages": [turn], "add_generation_prompt": True, **settings, **_THINKING_OFF})

    mark = "localalt" + secrets.token_hex(16)
    try:
        return _cut(render(mark), mark)
    except BudgetError:
        raise
    except Exception as refused:
        return _around_parts(render, mark, refused)


def _around_parts(render: Callable[[object], str], mark: str, refused: Exception) -> tuple[str, str]:
    text = {"type": "text", "text": mark}
    try:
        alone, _ = _cut(render([text]), mark)
        with_picture, closing = _cut(render([{"type": "image"}, text]), mark)
    except Exception as error:
        raise error from refused
    shared = 0
    for a, b in zip(alone, with_picture, strict=False):
        if a != b:
            break
        shared += 1
    return alone[:shared], closing


def _cut(rendered: str, mark: str) -> tuple[str, str]:
    if len(rendered) > _MAX_TEXT:
        raise TemplateError(f"writes more than {_MAX_TEXT} characters around one question")
    opening, found, closing = rendered.partition(mark)
    if not found:
        raise TemplateError("leaves out what the user says")
    if mark in closing:
        raise TemplateError("repeats what the user says")
    # A list of parts, printed as Python or JSON writes it.
    if re.search(r"""['"]text['"]: ?['"]$""", opening):
        raise TemplateError("prints the parts of a message instead of their text")
    return opening, closing


def _refusal(cause: str) -> TemplateError:
    # Part of the cause may be the template's own words: one line of them, and not many.
    line = " ".join("".join(c if c.isprintable() else " " for c in cause[:400]).split())
    if len(line) > 200:
        line = line[:199] + "…"
    families = ", ".join(sorted(set(FAMILIES.values())))
    return TemplateError(
        f"The model's chat template {line}. "
        f"Use a model of a family that needs no template ({families}), or another GGUF file of this model."
    )
