"""The form of a text: its end, line breaks, markup, emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from localalt.lint.addresses import ends_in_address
from localalt.lint.ending_words import DANGLING
from localalt.lint.finders.patterns import compiled, excerpt, is_cjk
from localalt.lint.subject import Fault, Subject
from localalt.text.markup import without_markup

__all__ = ["cut_off", "emoji", "end_punctuation", "line_break", "markup"]

_CLOSING = "\"'“”’»)」』]*"
_ENDS = ".!?…。！？؟।۔॥:;"
_WITHOUT_FULL_STOP = re.compile("[\u0e00-\u109f\u1780-\u17ff]")
"""Thai, Lao, Tibetan, Burmese and Khmer end a text with nothing, or with signs of their own."""


def end_punctuation(subject: Subject) -> Iterator[Fault]:
    """No punctuation at the end of a text that is finished otherwise."""
    text = subject.text.rstrip()
    core = text.rstrip(_CLOSING)
    if not core or core[-1] in _ENDS or _WITHOUT_FULL_STOP.match(core[-1]):
        return
    if unicodedata.category(core[-1])[0] not in "LNM" and text == core and text[-1] not in "%°":
        return  # an emoji, a symbol, a comma: a full stop would fix nothing
    if ends_in_address(text):
        return  # a full stop would become part of it
    if next(cut_off(subject), None) is not None:
        return  # a full stop would hide that something is missing
    full_stop = "。" if is_cjk(core[-1]) else "।" if "\u0900" <= core[-1] <= "\u09ff" else "."
    message = "It does not end with punctuation, so a screen reader reads on without a pause: add a full stop."
    yield Fault(len(text), len(text), message, full_stop)


_LAST_WORD = re.compile(r"([^\W\d_]+['’]?)$")
_LONGEST_WORD = 40
"""Characters from the end that are looked at: the words that no text ends with are short."""
_OPEN_ENDS = (",", "–", "—", "(", "[", "„", "、", "，", " -", "/")


def cut_off(subject: Subject) -> Iterator[Fault]:
    """A text that its model did not finish, or whose last word or sign cannot be the last."""
    text = subject.text.rstrip()
    end = len(text)
    if subject.finish_reason in ("length", "loop"):
        yield Fault(end, end, "It was cut off before it was finished: finish it, or shorten it.")
        return
    word = _LAST_WORD.search(text, max(0, end - _LONGEST_WORD))
    if text.endswith(_OPEN_ENDS):
        yield Fault(end - 1, end, f"It ends with “{text[-1]}”, so the rest seems to be missing: finish it.")
    # A word alone is for another rule.
    elif word is not None and word.start() > 0 and word[1] in DANGLING.get(subject.language, ()):
        yield Fault(*word.span(1), f"It ends with “{word[1]}”, so the rest seems to be missing: finish it.")


_BREAK = re.compile(r"(?<! ) *[\n\r\t\v\f\x85\u2028\u2029]\s*")


def line_break(subject: Subject) -> Iterator[Fault]:
    """Line breaks and tabs."""
    message = "It has line breaks or tabs, which screen readers read as pauses or skip: write it on one line."
    for match in _BREAK.finditer(subject.text):
        is_inside = match.start() > 0 and match.end() < len(subject.text)
        yield Fault(*match.span(), message, " " if is_inside else "")


_TAG = compiled(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|div|em|figure|figcaption|font|h[1-6]|hr|i|iframe|img|li|mark|ol|p|pre"
    r"|q|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u|ul|video)(?:\s[^<>]*)?/?>"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")


def markup(subject: Subject) -> Iterator[Fault]:
    """HTML, entities, Markdown, special tokens, and what a model wrote as its thinking."""
    message = "“{}” is markup, which is read aloud character by character: delete it."
    found = [match for pattern in (_TAG, _ENTITY) for match in pattern.finditer(subject.outside)]
    for match in found:
        yield Fault(*match.span(), message.format(excerpt(match[0])))
    if found:
        return
    plain = without_markup(subject.text)
    if plain.strip() != subject.text.strip():
        start, end = _difference(subject.text, plain)
        yield Fault(0, len(subject.text), message.format(excerpt(subject.text[start:end])), plain.strip())


def _difference(text: str, other: str) -> tuple[int, int]:
    """Where `text` has something that `other` lacks."""
    start = 0
    while start < min(len(text), len(other)) and text[start] == other[start]:
        start += 1
    return start, min(len(text), start + 24)


_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26bd\u26be\u26c4\u26c5\u26d4\u26ea\u26f2-\u26fd"
    "\u2705\u2728\u274c\u2753-\u2755\u2757\u2764\u27a1\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55]"
    "[\U0001f000-\U0001faff\ufe0f\u200d\u2640\u2642\u2764\U000e0020-\U000e007f]*|\\S\ufe0f\u20e3?"
)


def emoji(subject: Subject) -> Iterator[Fault]:
    """Emoji outside quotations."""
    for match in _EMOJI.finditer(subject.outside):
        message = (
            f"The emoji {match[0]} is read aloud as its long name: write a word instead, or put it in quotation marks "
            "if it is in the picture."
        )
        yield Fault(*match.span(), message)
