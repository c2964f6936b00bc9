"""What a model wrote -> the text that a reader gets.

Removes what is not alt text (leaked thinking, special tokens, labels, chatter, Markdown,
quotes around the whole), makes it one line, and lets a text that was cut off end at a
sentence. It never rewrites what is said: openings such as "The image shows" are for the
linter. Knows nothing of models, tokens or pictures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from localalt.text import copies
from localalt.text.artifacts import without_invisible, without_marked_thinking, without_special_tokens, without_thinking
from localalt.text.chatter import without_outer_quotes
from localalt.text.closers import before_closers
from localalt.text.escapes import without_escapes
from localalt.text.markup import without_markdown
from localalt.text.notation import is_detection
from localalt.text.openers import after_openers, after_the_label
from localalt.text.repeats import without_repeats
from localalt.text.short_answers import says_all_is_right, says_there_is_no_text
from localalt.text.truncation import cut_off
from localalt.text.wrappers import without_fence, without_wrapper
from localalt.types import FinishReason, Notice

__all__ = ["Cleaned", "clean", "clean_copy", "clean_objections", "clean_paragraphs"]

Steps: TypeAlias = tuple[Callable[[str], str], ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean text, and what its reader should know about it."""

    text: str
    notices: tuple[Notice, ...]


def clean(raw: str, *, finish_reason: FinishReason) -> Cleaned:
    """The alt text in an answer.

    An answer that was cut off ("length") or stopped in a loop ("loop") keeps its whole
    sentences, or its whole words and "…" where no sentence is complete; of a repeated end one
    copy stays.

    Never raises, never gives more than one character more than it got, and leaves its own
    texts as they are. Names with places in the picture stay whole, as no text comes of
    them. Notices: "cut-off", "loop", "empty".
    """
    if is_detection(raw):
        return Cleaned(_on_one_line(raw), ())
    return _with_notice_if_empty(*_with_an_end(raw, finish_reason, _STEPS))


def clean_paragraphs(raw: str, *, finish_reason: FinishReason) -> Cleaned:
    """The long description in an answer: as `clean`, with its paragraphs, separated by a blank line."""
    return _with_notice_if_empty(*_with_an_end(raw, finish_reason, _STEPS_OF_PARAGRAPHS))


def clean_copy(raw: str, *, finish_reason: FinishReason, nothing: str) -> Cleaned:
    """The text of a picture in an answer: its words and lines as they are.

    Only what cannot be the picture's is removed: thinking, special tokens, invisible
    characters, a code fence or quotation marks around the whole, and the model's words before
    and after it. An answer that was cut off keeps its whole words. The answer `nothing`, or one
    that says as much in a language that is known, means no text, with the notice "no-text".
    """
    text, notices = _with_an_end(raw, finish_reason, _STEPS_OF_A_COPY, in_sentences=False)
    if _is_answer(text, nothing) or says_there_is_no_text(text):
        return Cleaned("", (Notice("no-text", "The model found no text in the picture."),))
    return _with_notice_if_empty(text, notices)


def clean_objections(raw: str, *, finish_reason: FinishReason, nothing: str) -> Cleaned:
    """What a review objects to, by line; nothing where the answer is `nothing`, or says that all is right."""
    text, notices = _with_an_end(raw, finish_reason, _STEPS_OF_A_REVIEW, in_sentences=False)
    if _is_answer(text, nothing) or says_all_is_right(text):
        return Cleaned("", ())
    lines = (line for line in text.splitlines() if not says_all_is_right(line))
    return Cleaned("\n".join(lines), tuple(notices))


def _is_answer(text: str, answer: str) -> bool:
    return text.strip(_AROUND_A_COPY).casefold() == answer.strip(_AROUND_A_COPY).casefold()


def _with_an_end(
    raw: str, finish_reason: FinishReason, steps: Steps, *, in_sentences: bool = True
) -> tuple[str, list[Notice]]:
    """A clean text with an end that suits what ended it."""
    text = _settle(raw, steps)
    if finish_reason == "loop":
        once = without_repeats(text)
        text = cut_off(once, in_a_word=once == text, in_sentences=in_sentences)
        notice = Notice("loop", "The model began to repeat itself, and the text stops before that: check its end.")
    elif finish_reason == "length":
        text = cut_off(text, in_a_word=True, in_sentences=in_sentences)
        notice = Notice("cut-off", "The answer reached the token limit and was cut off: check its end.")
    else:
        return text, []
    return _settle(text, steps), [notice]


def _with_notice_if_empty(text: str, notices: list[Notice]) -> Cleaned:
    if not any(unicodedata.category(c)[0] in "LNS" for c in text):
        text = ""
        notices.append(
            Notice(
                "empty",
                "The model wrote nothing that can be used: describe the picture yourself.",
            )
        )
    return Cleaned(text, tuple(notices))


_MAX_ROUNDS = 32
"""Of all steps: two or three settle what a model writes, and one for each layer what is packed like an onion."""


def _settle(text: str, steps: Steps) -> str:
    # What one step uncovers is for another: a label inside quotes, quotes behind a label.
    for _ in range(_MAX_ROUNDS):
        before = text
        for step in steps:
            text = step(text)
        if text == before:
            return text
    return ""  # markup around markup, and nothing that a person would read


_CJK = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_SIGN = re.compile(f"[{_CJK}]")
_SPACES = re.compile(r"\s+")


def _on_one_line(text: str) -> str:
    return _SPACES.sub(_joint, text.strip())


def _joint(spaces: re.Match[str]) -> str:
    """What replaces white space: nothing for a line break between two signs, which have no space between them."""
    text, start, end = spaces.string, *spaces.span()
    is_between_signs = _SIGN.match(text, start - 1) and _SIGN.match(text, end)
    return "" if is_between_signs and "\n" in spaces[0] else " "


_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


def _in_paragraphs(text: str) -> str:
    lines = (_on_one_line(paragraph) for paragraph in _PARAGRAPH_BREAK.split(text))
    return "\n\n".join(line for line in lines if line)


_AROUND_A_COPY = " \n\"'“”„«».!。()[]*"


def _without_talk(text: str) -> str:
    """The text without chatter; quotation marks after a label are the model's, whatever they hold."""
    start = after_openers(text)
    said = text[start : before_closers(text, start)]
    return without_outer_quotes(said, are_around=True) if text[:start].strip() else said


def _in_lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_SAFE_STEPS: Steps = (without_special_tokens, without_invisible)
_STEPS_OF_A_REVIEW: Steps = (without_marked_thinking, *_SAFE_STEPS, without_fence, _in_lines)
_STEPS_OF_A_COPY: Steps = (*_STEPS_OF_A_REVIEW, copies.without_talk)
_FORMAT_STEPS: Steps = (without_thinking, *_SAFE_STEPS, without_fence, without_wrapper)
_WORDING_STEPS: Steps = (_without_talk, without_escapes, without_markdown, without_outer_quotes)
_STEPS_OF_PARAGRAPHS: Steps = (*_FORMAT_STEPS, *_WORDING_STEPS, _in_paragraphs)
_STEPS: Steps = (*_FORMAT_STEPS, after_the_label, *_WORDING_STEPS, _on_one_line)
