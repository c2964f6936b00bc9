"""The end of a text: whether something is missing there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.lint.addresses import ends_in_address
from localalt.lint.ending_words import ENDINGS
from localalt.lint.ending_words_more import UNSPACED_ENDINGS
from localalt.lint.subject import Fault, Subject

__all__ = ["cut_off"]

_TAIL = 200
"""Characters from the end that are looked at: what lets a word stand last is in the same sentence."""
_UNSPACED_TAIL = 60
_WORD = re.compile(r"(?<![\w\\])[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f]|['’-](?=[^\W\d_]))*['’]?")
_SENTENCE_BREAK = re.compile(r"[.!?:;…]\s")
_OPEN_ENDS = (",", "–", "—", "(", "[", "„", "«", "、", "，", " -", "/")
_ELLIPSIS = ("…", "...")
_CLOSERS = {"“": "”\"’'", "„": '“”"', "«": "»", "「": "」", "『": "』", "(": ")]", "[": ")]"}
_FACE = re.compile(r"[:;=8]['’]?-?$")
_OPENING_QUOTE = re.compile(r'(?<![\w"])"(?=\w)')
_UNSPACED = {code: re.compile(pattern) for code, pattern in UNSPACED_ENDINGS.items()}


def cut_off(subject: Subject) -> Iterator[Fault]:
    """A text that its model did not finish, or whose last word or sign cannot be the last."""
    text = subject.text.rstrip()
    end = len(text)
    if subject.finish_reason in ("length", "loop"):
        yield Fault(end, end, "It was cut off before it was finished: finish it, or shorten it.")
        return
    message = "It ends with “{}”, so the rest seems to be missing: finish it."
    if (text.endswith(_OPEN_ENDS) and not ends_in_address(text)) or (text.endswith("-") and text[-2:-1].isalpha()):
        yield Fault(end - 1, end, message.format(text[-1]))
    elif text.endswith(_ELLIPSIS):
        found = _unfinished(text.rstrip("….").rstrip(), subject.language)
        if found is not None:
            start, word = found
            yield Fault(start, end, message.format(f"{word}…"), is_mild=True)
    elif (found := _unfinished(text, subject.language)) is not None:
        start, word = found
        yield Fault(start, end, message.format(word))
    elif (opened := _unclosed(text)) is not None:
        message = "It opens {} and does not close it, so the rest seems to be missing: finish it."
        yield Fault(opened, end, message.format(text[opened]))


def _unfinished(text: str, language: str) -> tuple[int, str] | None:
    """The last words, where something must follow them."""
    pattern = _UNSPACED.get(language)
    if pattern is not None:
        match = pattern.search(text, max(0, len(text) - _UNSPACED_TAIL))
        if match is not None:
            start = max(match.start(), len(text) - 2)
            return start, text[start:]
    endings = ENDINGS.get(language)
    if endings is None:
        return None
    tail_start = max(0, len(text) - _TAIL)
    for each in _SENTENCE_BREAK.finditer(text, tail_start):
        tail_start = each.end()
    found = list(_WORD.finditer(text, tail_start))
    if not found or found[-1].end() != len(text) or found[-1].start() == 0:
        return None  # a word alone is for another rule
    last = found[-1]
    # "Vitamin A", "the inputs of an AND", "The The": names of letters and things.
    if last[0] != last[0].lower() or not _continues(text, last.start()):
        return None
    said = [match[0].lower().replace("’", "'") for match in found]
    if any(ending.is_of(said) for ending in endings):
        return last.start(), last[0]
    return None


def _continues(text: str, start: int) -> bool:
    """Whether a word goes on from words before it, and is not a variable after a sign."""
    before = text[:start].rstrip()[-1:]
    return before.isalnum() or before in (",", ")", "]", '"', "”", "’", "'", "»") or not before.isascii()


def _unclosed(text: str) -> int | None:
    """Where a quotation or a bracket opens that does not close, in a text without a full stop."""
    if text[-1:] in (*".!?。！？", ""):
        return None
    for opening, closers in _CLOSERS.items():
        at = -1 if opening == "“" and "„" in text else text.rfind(opening)  # it closes „
        if at < 0 or max(text.rfind(closer, at + 1) for closer in closers) > at:
            continue
        if opening in "([" and (_FACE.search(text, max(0, at - 3), at) or at > len(text) - 3):
            continue
        return at
    if text.count('"') % 2 == 1:
        last = text.rfind('"')
        if _OPENING_QUOTE.match(text, last):
            return last
    return None
