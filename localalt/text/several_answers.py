"""Several answers in one, for a person to choose from: options by number, short and long ones, "Or: …".

A poll or a menu in a picture has options, too. So what comes before the first label must be nothing, or announce it,
and the answers must share words, as they are about one picture.
"""

from __future__ import annotations

import re

from localalt.text.several_words import ANNOUNCING, LENGTHS, NUMBERED, OR, WORDING

__all__ = ["answers"]

MOST_CHARS = 20_000
"""Of a text that is looked at."""
_LEAST_SHARED = 0.34
"""Of the words of the shorter answer, which the other has, too."""
_LEAST_WORDS = 3
_LEAST_WORDS_LABELLED = 2
"""Behind "Option 1:" or "Short:": "A dog."."""
_LONGEST_LEAD = 160
_FRONT = r"(?:(?<=\n)|(?<=[.!?:;。！？：\"”»*)_] )|(?<=[。！？：])|(?<![\s\S]))[ \t]{0,8}[-*_#>\"“(\[]{0,5} ?"
_BACK = r"[*_)\]]{0,4} ?(?:\([^()\n]{1,40}\))?[*_]{0,3} ?(?:[:：.)–—]|-(?= )|\n)[*_]{0,3}"
_LABELS = (
    re.compile(
        rf"{_FRONT}(?:(?:alt[ -]?text )?(?:{NUMBERED}))[ #]{{0,2}}(?:[1-6１-６①-⑥]|[a-d]|one|two|three|eins|zwei"
        rf"|drei|un|deux|uno|dos|um|"
        rf"dois|一|二|三|أول|ثان)(?!\w){_BACK}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_FRONT}(?:(?:{WORDING}) )?(?:{LENGTHS})"
        rf"(?: (?:and|und|et|y|e|,) \w{{1,14}})?[ -]?(?:{WORDING})?(?: (?:{WORDING}))?{_BACK}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_FRONT}(?:for|für|pour|para|per|voor) [^:：.\n]{{1,40}}[:：]\**", re.IGNORECASE),
    re.compile(rf"{_FRONT}[1-6][.)][*_]{{0,3}} "),
    re.compile(rf"{_FRONT}[-*•] "),
)
_NUMBERED_LISTS = _LABELS[3:]
_OR = re.compile(rf"{_FRONT}(?:{OR})(?!\w)[,，、]?[^.:：!?\n]{{0,60}}[:：]\**\s", re.IGNORECASE)
_OR_QUOTED = re.compile(rf"{_FRONT}(?:{OR})(?!\w)[,，、]?[:：]?\s{{1,4}}(?=[\"“„«「『])", re.IGNORECASE)
_QUOTES = '"“„«「『'
_ENDS = ".!?。！？"
_ANNOUNCING = re.compile(ANNOUNCING, re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SIGN = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_AROUND = ' \t\n*_"“”„«»「」-–—:#>'


def answers(text: str) -> tuple[str, ...]:
    """The answers that a text offers, in its order; empty where it is one text."""
    text = text[:MOST_CHARS]
    for pattern in _LABELS:
        found = list(pattern.finditer(text))
        lead = text[: found[0].start()] if found else ""
        if len(found) < 2 or not _may_lead(lead):
            continue
        ends = [*(match.start() for match in found[1:]), len(text)]
        pieces = [_alone(text[match.end() : end]) for match, end in zip(found, ends, strict=True)]
        is_list = pattern in _NUMBERED_LISTS
        least = _LEAST_WORDS if is_list else _LEAST_WORDS_LABELLED
        pieces = [piece for piece in pieces if _size(piece) >= least]
        is_announced = _ANNOUNCING.search(lead) is not None
        if len(pieces) > 1 and (is_announced or (_share(*pieces[:2]) and not (is_list and lead.strip()))):
            return tuple(pieces)
    match = _OR.search(text) or _or_quoted(text)
    if match is not None and match.start():
        pieces = [_alone(text[: match.start()]), _alone(text[match.end() :])]
        if min(map(_size, pieces)) >= _LEAST_WORDS and _share(*pieces):
            return tuple(pieces)
    return ()


def _or_quoted(text: str) -> re.Match[str] | None:
    """An "or" between two texts in quotation marks, or before a quotation behind a whole sentence."""
    match = _OR_QUOTED.search(text)
    if match is None:
        return None
    before = text[: match.start()].strip()
    is_whole = before[:1] in _QUOTES or before.rstrip('"”»“」』')[-1:] in _ENDS
    return match if before and is_whole else None


def _may_lead(lead: str) -> bool:
    """Whether nothing comes before the first label, or what announces it."""
    said = lead.strip(" \t\n*_-#")
    return not said or (len(said) <= _LONGEST_LEAD and (said[-1] in ":：" or _ANNOUNCING.search(said) is not None))


def _alone(piece: str) -> str:
    """An answer up to the end of its paragraph, without what is around it."""
    return piece.strip(_AROUND).partition("\n\n")[0].strip(_AROUND)


def _words(text: str) -> set[str]:
    signs = _SIGN.findall(text)
    return set(signs) if len(signs) > len(text) / 3 else set(_WORD.findall(text.lower()))


def _size(text: str) -> int:
    return len(_words(text))


def _share(one: str, other: str) -> bool:
    """Whether two texts share so many words that they are about the same thing."""
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) >= max(2, _LEAST_SHARED * min(len(mine), len(theirs)))
