"""Characters that readers spell out, or never hear: pictures made of signs, hidden characters, capitals throughout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from localalt.lint.finders.form import emoji
from localalt.lint.finders.patterns import compiled, excerpt
from localalt.lint.subject import Fault, Subject

__all__ = ["capitals", "hidden", "pictures_of_signs"]

_EMOTICON = compiled(r"[:;=8xb]['`]?[-o^~*]?[)(\][dpo3|/\\*$@>]{1,3}|[(\[]['`]?[-o]?[:;=]|<3+|\\o/|o_o|t_t|\^[_.-]?\^")
_LONGEST_PICTURE = 400
"""Characters of a text that is one picture made of signs."""
_LEAST_SIGNS = 3
_SIGNS = frozenset("PS")


def pictures_of_signs(subject: Subject) -> Iterator[Fault]:
    """Emoji outside quotations, and texts that are an emoticon, a line or a picture made of signs."""
    found = False
    for fault in emoji(subject):
        found = True
        yield fault
    text = subject.text.strip()
    if not found and is_made_of_signs(text):
        message = f"“{excerpt(text)}” is read aloud sign by sign, or not at all: say in words what it shows."
        yield Fault(0, len(subject.text), message)


def is_made_of_signs(text: str) -> bool:
    """Whether a text is an emoticon, or a line or picture of signs, with hardly a letter in it."""
    if not text or len(text) > _LONGEST_PICTURE:
        return False
    if _EMOTICON.fullmatch(text):
        return True
    visible = [c for c in text if not c.isspace()]
    n_signs = sum(unicodedata.category(c)[0] in _SIGNS for c in visible)
    n_symbols = sum(unicodedata.category(c)[0] == "S" for c in visible)
    return n_signs >= _LEAST_SIGNS and n_signs > len(visible) * 2 / 3 and (n_symbols > 0 or len(visible) > n_signs)


_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffd\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\U000e0000-\U000e007f]+"
)
_JOINERS = frozenset("\u200c\u200d")
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BREAKING_SCRIPTS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")
_TAGGED = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,10}\U000e007f")


def hidden(subject: Subject) -> Iterator[Fault]:
    """Characters that nobody sees, and that change what is searched, spoken or copied."""
    text = subject.text
    has_other_direction = _RIGHT_TO_LEFT.search(text) is not None
    flags = [match.span() for match in _TAGGED.finditer(text)]
    for match in _HIDDEN.finditer(text):
        if _is_needed(match, has_other_direction) or any(start < match.start() < end for start, end in flags[:50]):
            continue
        names = ", ".join(f"U+{ord(c):04X}" for c in sorted(set(match[0]))[:3])
        yield Fault(*match.span(), f"It has characters that nobody sees ({names}): delete them.", "")


def _is_needed(match: re.Match[str], has_other_direction: bool) -> bool:
    """Whether scripts need a character: joiners, directions, and places where a line may break."""
    signs = set(match[0])
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if signs <= _JOINERS:
        return not (before.isascii() and after.isascii())
    if signs <= _DIRECTIONS and has_other_direction:
        return True
    return signs == {"\u200b"} and bool(_BREAKING_SCRIPTS.match(before) or _BREAKING_SCRIPTS.match(after))


_LEAST_CAPITALS = 20
_LEAST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]{2,}")


def capitals(subject: Subject) -> Iterator[Fault]:
    """A text in capitals throughout, which some screen readers spell; acronyms and short signs are right."""
    words = _WORD.findall(subject.outside)
    cased = [word for word in words if word.upper() != word.lower()]
    n_letters = sum(map(len, cased))
    if len(cased) < _LEAST_WORDS or n_letters < _LEAST_CAPITALS:
        return
    n_capitals = sum(len(word) for word in cased if word.isupper())
    longest = max(map(len, cased))
    if n_capitals >= 0.9 * n_letters and longest > _LEAST_WORDS:
        message = "It is in capitals throughout, which some screen readers spell letter by letter: write it in small"
        " letters."
        yield Fault(0, len(subject.text), message)
