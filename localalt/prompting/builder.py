"""A preset, a prompt and what the author knows -> the parts that are sent for one picture.

The author's words are data. They go into parts whose control tokens are not parsed, they
come after the picture, and they are fenced and introduced as information, so that a picture
which contradicts them wins. Knows nothing of tokens, of templates or of the picture itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from localalt import suggest
from localalt.errors import OptionError
from localalt.errors.wording import either, option
from localalt.prompting.builtin import KINDS, PROMPTS
from localalt.prompting.fence import fenced
from localalt.prompting.presets import Preset
from localalt.prompting.prompt import Prompt, Wording
from localalt.request import TextParts
from localalt.text.language_tag import name_of
from localalt.types import FUNCTIONAL_PURPOSES, Purpose

__all__ = [
    "MIN_CHARS",
    "Constraints",
    "PicturePart",
    "PromptPart",
    "TextPart",
    "around_picture",
    "build_prompt",
    "language_in_words",
    "validate_also",
]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of text, tokenized by itself."""

    text: str
    special: bool
    """Whether control tokens in it are parsed: true only for the template's own text."""


@dataclass(frozen=True, slots=True)
class PicturePart:
    """Where the picture goes."""


PromptPart: TypeAlias = TextPart | PicturePart

MIN_CHARS = 20
"""The least `max_chars`: below it not even a short sentence fits."""

_MAX_LANGUAGE = 64

_TAG = 'pass a tag such as "en" or "pt-BR"'
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Constraints:
    """What is known and wanted of an answer."""

    notes: str | None = None
    """What the author knows, as text."""
    language: str | None = None
    """In words for a model: see `language_in_words`."""
    most: int | None = None
    """Characters that the alt text may have."""
    purpose: Purpose = "informative"
    existing: str = ""
    """What a person wrote, which "review" looks at."""


NO_CONSTRAINTS = Constraints()


def build_prompt(
    preset: Preset,
    prompt: Prompt = PROMPTS["plain"],
    constraints: Constraints = NO_CONSTRAINTS,
    *,
    kind: str | None = None,
    faults: Sequence[str] = (),
) -> tuple[PromptPart, ...]:
    """The parts of what is sent for one picture, in order, each tokenized by itself.

    `kind`: the name of another text that is asked for in place of the alt text. The limit is not for it, and what is
    copied from the picture is asked for without notes and language.
    `faults`: rules that an earlier answer broke; the question names them.
    A prompt that is fixed takes its notes as they are and ignores all else: the known-answer models have a few dozen
    words and no idea of languages.
    """
    text_kind = None if kind is None else prompt.also[kind]
    if text_kind is None:
        instruction = prompt.purposes.get(constraints.purpose, prompt.instruction)
    else:
        instruction = text_kind.instruction
    if prompt.fixed:
        words = instruction if constraints.notes is None else f"{instruction}\n{constraints.notes}"
    elif kind == "review":
        words = f"{instruction}\n{fenced(constraints.existing)}"
    elif text_kind is not None and text_kind.copied:
        words = instruction
    else:
        name = "alt text" if text_kind is None else text_kind.name
        words = _question(prompt, instruction, constraints, name, is_alt=text_kind is None)
        if faults:
            words += _again(prompt.wording, constraints, name, faults)
    return (
        *_template_part(preset.opening),
        PicturePart(),
        *(TextPart(piece, special=False) for piece in _without_markers(words)),
        *_template_part(preset.closing),
    )


def validate_also(also: Iterable[str]) -> tuple[str, ...]:
    """The names of further texts, each of them known and named once.

    Raises `OptionError` where they are not, or where `also` is one text in place of several.
    """
    if isinstance(also, (str, bytes)):
        raise OptionError(f"{option('also')} takes several names, not {also!r:.60}: pass a tuple such as {_names()}")
    try:
        names = tuple(also)
    except TypeError:
        raise OptionError(
            f"{option('also')} must be names, not {type(also).__name__}: pass a tuple such as {_names()}"
        ) from None
    for index, name in enumerate(names):
        if not isinstance(name, str) or name not in KINDS:
            advice = suggest.advice(name, KINDS, cutoff=0.5)
            raise OptionError(f"{option('also')} has {name!r:.60}, which cannot be asked for: {advice}")
        if name in names[:index]:
            raise OptionError(f'{option("also")} has "{name}" twice: name it once.')
    return names


def _names() -> str:
    return either("(" + ", ".join(f'"{name}"' for name in KINDS) + ").", ",".join(KINDS) + ".")


def around_picture(prompt: tuple[PromptPart, ...]) -> tuple[TextParts, TextParts]:
    """A prompt's text before its picture, and after it."""
    at = next(index for index, part in enumerate(prompt) if isinstance(part, PicturePart))
    head, tail = (
        tuple((part.text, part.special) for part in parts if isinstance(part, TextPart))
        for parts in (prompt[:at], prompt[at:])
    )
    return head, tail


def _question(prompt: Prompt, instruction: str, constraints: Constraints, name: str, *, is_alt: bool) -> str:
    wording = prompt.wording
    words = instruction
    if constraints.language is not None:
        words += wording.language.format(language=constraints.language)
    if constraints.most is not None and is_alt:
        words += wording.limit.format(most=constraints.most)
    if constraints.notes is None:
        return words
    introduced = wording.notes_on_use if is_alt and constraints.purpose in FUNCTIONAL_PURPOSES else wording.notes
    notes = f"{introduced}\n{fenced(constraints.notes)}\n"
    if prompt.notes_first:
        return f"{notes}{words}"
    return f"{words}\n\n{notes}{wording.now.format(name=name)}"


def _again(wording: Wording, constraints: Constraints, name: str, faults: Sequence[str]) -> str:
    """What was wrong with an earlier answer, and that another is wanted."""
    language = constraints.language or "the language that was asked for"
    known = [wording.faults[fault] for fault in dict.fromkeys(faults) if fault in wording.faults]
    lines = "".join(f"\n- {fault.format(most=constraints.most, language=language)}" for fault in known)
    return f"\n\n{wording.again}{lines}\n{wording.without.format(name=name)}"


def _template_part(text: str) -> tuple[TextPart, ...]:
    return (TextPart(text, special=True),) if text else ()


def _without_markers(text: str) -> list[str]:
    # Control tokens stay out, as special tokens are not parsed, but a vocabulary's user-defined
    # tokens are matched all the same (llama-vocab.cpp, tokenizer_st_partition), and among
    # them are Gemma 4's <|channel> and Qwen's <think>. All of them contain "<", and pieces
    # are tokenized one by one, so a cut after each "<" leaves none whole.
    *pieces, last = text.split("<")
    return [*(f"{piece}<" for piece in pieces), *([last] if last else [])]


def language_in_words(language: str | None) -> str | None:
    """A language in words for a model, such as "Brazilian Portuguese (pt-BR)": of a tag, or of up to 64 characters.

    Raises `OptionError` where it is empty, too long, or no text.
    """
    if language is None:
        return None
    if not isinstance(language, str):
        raise OptionError(f"{option('language')} must be text, not {type(language).__name__}: {_TAG}.")
    name = language.strip()
    if not name:
        raise OptionError(f"{option('language')} is empty: {_TAG}, or {either('None', 'leave it out')}.")
    if len(name) > _MAX_LANGUAGE:
        raise OptionError(
            f"{option('language')} has {len(name)} characters and {_MAX_LANGUAGE} are allowed: "
            f"{_TAG}, and anything longer as {option('context')}."
        )
    if _CONTROL.search(name):
        raise OptionError(f"{option('language')} has control characters in it: {_TAG}.")
    known = name_of(name)
    return f"{known} ({name})" if known else name
