"""What a model says around a text: labels and preambles, offers to go on, quotation marks around the whole."""

from __future__ import annotations

import re

from localalt.text.closers import before_closers
from localalt.text.openers import after_openers

__all__ = ["without_chatter", "without_outer_quotes"]


def without_chatter(text: str) -> str:
    """The text without labels ("Alt text:") and talk around it ("Sure! Here is …", "Let me know …")."""
    # Of places in the text, for a copy of what is left after each label would take time for all of it.
    start = after_openers(text)
    end = before_closers(text, start)
    return text[start:end]


_WORD = re.compile(r"[^\W\d_]+")
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "‘": "’", "'": "'", "”": "”"}
_FREE_APOSTROPHE = re.compile(r"(?<!\w)['’]|['’](?!\w)")
_MIN_WORDS = 5
"""Of a quotation that does not end as a sentence and is a description all the same."""


def without_outer_quotes(text: str, *, are_around: bool = False) -> str:
    """The text without quotation marks around the whole of it, where that is a description.

    Words of a picture keep theirs: '"Mind the gap"'. After a label (`are_around`) they are the model's.
    """
    text = text.strip()
    closing = _QUOTES.get(text[:1])
    if closing is None:
        return _without_a_last_quote(text)
    inner = text[1:]
    if len(text) > 1 and text[-1] in closing:
        inner = text[1:-1]
        is_split = _FREE_APOSTROPHE.search(inner) if text[0] in "'‘" else set(inner) & {text[0], *closing}
        return inner if not is_split and (are_around or _is_said_by_model(inner)) else text
    # An answer cut off inside its quotes has an opening one alone.
    is_open = text[0] in '"“„«「『' and not set(inner) & {text[0], *closing}
    return inner if is_open and _is_said_by_model(f"{inner}.") else text


def _is_said_by_model(inner: str) -> bool:
    """Whether what stands in quotation marks describes a picture, and is not the words in it."""
    inner = inner.strip().strip("\"'“”„«»‘’*_ ")
    if inner.endswith((".", "。", "।", "۔", "…")) or not inner:
        return True
    if inner.endswith(("!", "?", "！", "？")):
        return False
    found = _WORD.findall(inner, 0, 240)
    lower = sum(1 for word in found if str(word)[0].islower())
    return len(found) >= _MIN_WORDS and inner[0].isupper() and 2 * lower >= len(found)


def _without_a_last_quote(text: str) -> str:
    """The text without a mark that ends no quotation, after the end of its last sentence."""
    if text.endswith(('."', ".”", "。」", ".»")) and not set(text[:-1]) & {text[-1], *'“„«「"'}:
        return text[:-1]
    return text
