"""What a model says around the text that it copies from a picture: "The text reads:", quotes, a last remark."""

from __future__ import annotations

import re

from localalt.text import copy_words as words, preamble_words as preambles
from localalt.text.chatter import without_outer_quotes
from localalt.text.closers import offers_more
from localalt.text.word_lists import any_of

__all__ = ["without_talk"]

_AGREEMENTS = any_of(preambles.AGREEMENTS, preambles.GREETINGS)
_BEGIN = rf"[*_#\s]{{0,4}}(?:(?:{_AGREEMENTS})[!.,！。，、–— ]{{1,4}})?(?:{any_of(words.LEADS)})[*_]{{0,3}}\s?"
_LEAD = re.compile(rf"{_BEGIN}[:：][*_]{{0,3}}\s*", re.IGNORECASE)
_SAYS = re.compile(rf"{_BEGIN}(?=[\"“„«「『])", re.IGNORECASE)
_REMARK = re.compile(rf"[(（\[](?=\s?[^\W\d_])[^()（）\[\]\n]{{0,40}}(?:{any_of(words.REMARKS)})", re.IGNORECASE)
_LONGEST_REMARK = 120


def without_talk(text: str) -> str:
    """A copy without the model's words around it; those of the picture stay, its lines and marks included."""
    text = _before_a_remark(_before_an_offer(text.strip()))
    lead = _LEAD.match(text)
    if lead is not None and lead.end() < len(text):
        return without_outer_quotes(text[lead.end() :], are_around=True)
    says = _SAYS.match(text)
    if says is not None and " " in says[0].strip():
        said = text[says.end() :].removesuffix(".")
        inner = without_outer_quotes(said, are_around=True)
        return inner if len(inner) < len(said) else text
    is_quotation = len(text) > 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1]
    return text[1:-1] if is_quotation else text


def _before_an_offer(text: str) -> str:
    """A copy without a last paragraph that offers to go on."""
    before, _, last = text.rpartition("\n\n")
    return before.rstrip() if before.strip() and "\n" not in last and offers_more(last) else text


def _before_a_remark(text: str) -> str:
    """A copy without a last "(white letters on a red sign)"."""
    if not text.endswith((")", "）", "]")):
        return text
    start = max(text.rfind(mark, max(0, len(text) - _LONGEST_REMARK)) for mark in "(（[")
    if start < 1 or not _REMARK.match(text, start) or text[start + 1].isupper():
        return text
    said = text[start:]
    n_words = len(said.split())
    is_long = n_words >= 3 or any(word in said for word in ("illegible", "unreadable")) or not said.isascii()
    return text[:start].rstrip() if is_long else text
