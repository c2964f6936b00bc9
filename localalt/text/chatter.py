"""What a model says around a text: labels, "Sure! Here is …", offers to go on, quotation marks around the whole."""

from __future__ import annotations

import re

__all__ = ["without_chatter", "without_outer_quotes"]

_ALT_TEXT = (
    r"alt(?:ernative)?[ -]?text|alt|image description|picture description|description|caption|(?:final )?answer"
    r"|alternativ-?text|bildbeschreibung|texte alternatif|texto alternativo|testo alternativo|alternatieve tekst"
    r"|alt-?tekst|alternativtekst|alternativ text|tekst alternatywny|альтернативный текст|النص البديل"
    r"|代替テキスト|替代文本|替代文字|대체 텍스트"
)
_OPENERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"[*_#\s]{{0,4}}(?:the |suggested )?(?:{_ALT_TEXT})(?: ?\([^()\n]{{1,30}}\))?\W{{0,2}}[:：]\**\s*",
        # "Sure! Here is the alt text for your picture:"
        r"(?:(?:sure|certainly|of course|absolutely|okay|ok)(?: thing)?[!.,]?\s+)?"
        r"(?:here(?:['’]s| is| are)|this is|below is)\b[^:\n]{0,80}"
        r"\b(?:alt(?:ernative)?[ -]?texts?|descriptions?|captions?)\b[^:\n]{0,80}:\s*",
        r"(?:sure|certainly|of course|absolutely)(?: thing)?!\s+",
    )
)
_COUNT = re.compile(r"[(\[]\s*\d+\s*(?:characters|chars|words)\s*[)\]]", re.IGNORECASE)
_OFFER = re.compile(
    r"(?:let me know|would you like|feel free|i hope (?:this|that)|if you(?:['’]d| would) like)\b", re.IGNORECASE
)


def without_chatter(text: str) -> str:
    """The text without labels ("Alt text:") and talk around it ("Sure! Here is …", "Let me know …")."""
    # Of places in the text, for a copy of what is left after each label would take time for all of it.
    start, end = 0, len(text.rstrip())
    while True:
        before = start, end
        start = _after_openers(text, start, end)
        end = _before_closers(text, start, end)
        if (start, end) == before:
            return text[start:end]


def _after_openers(text: str, start: int, end: int) -> int:
    """Where a text begins without labels and white space."""
    before = -1
    while start != before:
        before = start
        while start < end and text[start].isspace():
            start += 1
        for pattern in _OPENERS:
            if opener := pattern.match(text, start, end):
                start = opener.end()
    return start


def _before_closers(text: str, start: int, end: int) -> int:
    """Where a text ends without talk and white space."""
    line = end
    before = -1
    while end != before:
        before = end
        while start < end and text[end - 1].isspace():
            end -= 1
        end = _before_a_count(text, start, end)
        if line >= end:
            line = text.rfind("\n", start, end)
        end = _before_an_offer(text, line, end) if line >= start else end
    return end


def _before_a_count(text: str, start: int, end: int) -> int:
    """Where a text ends without a last "(17 words)"."""
    if text[end - 1 : end] not in (")", "]"):
        return end
    opening = max(text.rfind("(", start, end), text.rfind("[", start, end))
    return opening if opening >= start and _COUNT.fullmatch(text, opening, end) else end


def _before_an_offer(text: str, line: int, end: int) -> int:
    """Where a text ends without a last line of "Let me know …", which begins at `line`."""
    at = line
    while at < end and text[at].isspace():
        at += 1
    return line if _OFFER.match(text, at, end) else end


_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "‘": "’", "'": "'", "”": "”"}
_FREE_APOSTROPHE = re.compile(r"(?<!\w)['’]|['’](?!\w)")


def without_outer_quotes(text: str) -> str:
    """The text without quotation marks around the whole of it."""
    text = text.strip()
    closing = _QUOTES.get(text[:1])
    if closing is None:
        return text
    inner = text[1:]
    if len(text) > 1 and text[-1] in closing:
        inner = text[1:-1]
        is_split = _FREE_APOSTROPHE.search(inner) if text[0] in "'‘" else set(inner) & {text[0], *closing}
        return text if is_split else inner
    # An answer cut off inside its quotes has an opening one alone.
    return inner if text[0] in '"“„«「『' and not set(inner) & {text[0], *closing} else text
