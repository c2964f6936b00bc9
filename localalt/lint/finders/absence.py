"""Texts that say nothing: an empty one, and what stands in place of one that nobody wrote."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator

from localalt.lint import placeholder_words as words
from localalt.lint.finders.patterns import compiled
from localalt.lint.finders.signs import is_made_of_signs
from localalt.lint.subject import Fault, Subject
from localalt.text.word_lists import any_of

__all__ = ["empty", "placeholder"]

_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Fillers and the blank of Braille: letters and symbols by their category, and nothing to see or to hear."""


def empty(subject: Subject) -> Iterator[Fault]:
    """A text without a letter, a digit or a symbol."""
    if is_made_of_signs(subject.text.strip()):
        return  # signs that are read aloud, one by one
    if not any(unicodedata.category(c)[0] in "LNS" and c not in _BLANK for c in subject.text):
        message = "The alt text is empty: describe the picture, or mark it as decorative."
        yield Fault(0, len(subject.text), message)


_AROUND = " \t\n.,:;!?-–—_*[](){}<>\"'“”«»。：！、|#=…"
_LONGEST = 120
"""Characters of a placeholder."""
_ALONE = frozenset().union(*words.ALONE.values())
_MILD = frozenset().union(*words.MILD.values())
_ARTICLE = re.compile(r"(?:an?|the|this|ein|eine|une?|una?|um|uma|een|en|ett|et|il|la|le|el|l'|un')\s*(?=\w)")
_PICTURE = "|".join(words.PICTURES.split())
_KIND = compiled(
    rf"(?:(?P<qualifier>{words.QUALIFIERS}|(?P<mild>{words.MILD_QUALIFIERS}))[- ]){{1,4}}(?:{_PICTURE})s?"
    r"(?: (?:alt|preview|placeholder|here|text|title|name|caption|\d{1,4}|alt text|description))?"
)
_ASKING = compiled(any_of(words.ASKING))
_UNFILLED = re.compile(words.UNFILLED)
_ALONE_UNFILLED = re.compile(r"\{[\w. |$:'-]{0,60}\}|%\d?\$?[sd]|\$[a-zA-Z_]\w{0,40}|\{\d\}|@\w{1,20}\.\w{1,40}")
_ATTRIBUTE = compiled(
    r"(?:<img\s[^<>]{0,100})?\b(?:alt|title|src"
    r"|data-alt)\s*=\s*[\"'“”]?[^\"'“”]{0,60}[\"'“”]?\s?/?>?"
)
_NULLS = compiled(
    r"(?:(?:undefined|null|nan|none|nil)[ ,-]{0,2}){1,6}(?:image|logo|photo|picture|thumbnail|avatar"
    r"|icon)?"
)
_ONE_LETTER = "|".join(f"{letter}{{3,8}}" for letter in string.ascii_lowercase)
_MASHED = compiled(
    r"(?:asdf?|sdfg?|dfgh?|fghj?|ghjk?|hjkl?|qwe(?:r(?:ty?|tz?)?)?|wert|zxcv?|yxcv|aoeu|sdf|lkj|jkl|fdsa){2,12}"
    rf"|asdf|qwert[yz]|{_ONE_LETTER}|lorem ipsum\b.{{0,80}}|(?:blah? ?){{2,6}}|(?:test ?){{2,6}}"
    r"|foo(?: ?(?:bar|baz)){0,2}"
)


def placeholder(subject: Subject) -> Iterator[Fault]:
    """A word such as "image" in place of a text, a field's own words, a template's syntax."""
    text = subject.text
    message = "“{}” is a placeholder (WCAG failure F30): describe the picture."
    word = " ".join(text.strip(_AROUND).casefold().replace("’", "'").split())
    if len(text) <= _LONGEST and word:
        if _stands_alone(word, text.strip()):
            yield Fault(0, len(text), message.format(word))
            return
        kind = _KIND.fullmatch(word)
        if word in _MILD or kind is not None:
            is_mild = kind is None or kind["mild"] is not None
            yield Fault(0, len(text), message.format(word), is_mild=is_mild)
            return
    yield from _unfilled(subject)


def _stands_alone(word: str, text: str) -> bool:
    if {word, _ARTICLE.sub("", word, count=1)} & _ALONE:
        return True
    patterns = (_ASKING, _NULLS, _MASHED)
    if any(pattern.fullmatch(word) for pattern in patterns):
        return True
    return bool(_ALONE_UNFILLED.fullmatch(text) or _ATTRIBUTE.fullmatch(text))


_LEAST_WORDS = 3


def _unfilled(subject: Subject) -> Iterator[Fault]:
    """Syntax of a template whose value is missing; next to words that describe something, it may be shown."""
    left = _UNFILLED.sub(" ", subject.outside)
    is_mild = len(re.findall(r"\w+", left)) >= _LEAST_WORDS
    for match in _UNFILLED.finditer(subject.outside):
        said = " ".join(match[0].split())
        message = f"“{said}” is a template's, and nothing has taken its place: fill it in, or quote it if it is shown."
        start, end = match.span() if is_mild else (0, len(subject.text))
        yield Fault(start, end, message, is_mild=is_mild)
        return
