"""Where a text begins, after a model's talk before it: labels, "Sure! Here is …".

A name that only a label has ("alt text") goes wherever it is one. A word that may be in the picture ("Caption: …",
"Answer: …") goes only where a description follows: whole words in lower case after a capital letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from localalt.text import label_words as words, preamble_words as preambles
from localalt.text.word_lists import any_of

__all__ = ["after_openers", "after_the_label", "describes"]


_NAME = f"(?:{any_of(words.ALT_TEXT)})"
_APART = r"(?:\s{1,2}|(?<![a-z])|(?![a-z]))"
"""Behind a word: a space, unless its script has none. "aaaa" is not four articles, which took a million steps."""
_LEADS = rf"(?:(?:{any_of(words.LEADS)}){_APART}(?!\w\s)){{0,5}}"
_AGREEING = any_of(preambles.AGREEMENTS, preambles.GREETINGS)
_MARKS = r"[*_#>\s\"“]{0,6}"
_SIZE = r"(?:\s?[(（][^()（）\n]{1,40}[)）])?"
_ALT_NAME = re.compile(_NAME, re.IGNORECASE)
_NAMES = re.compile(
    rf"(?<![a-zA-Zß-ÿ])(?:{any_of(words.ALT_TEXT, words.DESCRIPTIONS)}|html(?: code)?|json|img tag"
    r"|describe (?:it|this|the)\b)",
    re.IGNORECASE,
)
_ALT_LABEL = re.compile(
    rf"{_MARKS}(?:-\s)?(?:{_LEADS}{_NAME}"
    rf"|alt){_SIZE}[*_\"”]{{0,3}}\s?(?:(?:{any_of(words.AFTER)})[^\n]{{0,80}})?[*_]{{0,3}}\s?",
    re.IGNORECASE,
)
_PRESENTING = re.compile(f"{_MARKS}(?:{any_of(preambles.PRESENTING)})", re.IGNORECASE)
_AGREEMENT = re.compile(
    rf"{_MARKS}(?:{any_of(preambles.AGREEMENTS)})[*_]{{0,2}}(?:\s?[!！.。…]|\s?[–—]|:|\n)\s*", re.IGNORECASE
)
_GREETING = re.compile(
    rf"{_MARKS}(?:(?:{_AGREEING})[*_]{{0,2}}(?:\s?[!！.。,،，、–—…]|(?=\s))"
    r"|¡?[^\W\d_]{2,20}(?: [^\W\d_]{2,20}){0,2}\s?[!！])\s*",
    re.IGNORECASE,
)
_SUGGESTING = re.compile(rf"{_MARKS}{_LEADS}(?:{any_of(words.ANSWERS)})(?![^\W\d_])", re.IGNORECASE)
"""As in "My suggestion for the alt text:"."""
_TALK = re.compile(
    rf"{_MARKS}(?:{_AGREEING})(?![^\W\d_])[^:：.!?。！？\n]{{0,100}}[.!。！]\s*",
    re.IGNORECASE,
)
"""A sentence before a preamble, as in "Sure, I can help with that."."""
_KINDS = tuple(
    (re.compile(rf"{_MARKS}{_LEADS}(?:{any_of(each)}){_SIZE}[*_]{{0,3}}\s?", re.IGNORECASE), n_words)
    for each, n_words in ((words.DESCRIPTIONS, 1), (words.ANSWERS, 2), (words.PHOTOGRAPHS, 3))
)
"""Labels that a picture may have, too, and the words in lower case that must follow each."""
_ROLE = re.compile(r"\s*(?:assistant|model)[ \t]*\n\s*", re.IGNORECASE)

_LONGEST = 160
"""Characters up to a label's colon."""
_CLAUSE = re.compile(rf"\s*[^:：\n]{{1,{_LONGEST}}}(?:(?P<colon>\s?[:：]\**\s*)|(?=\n))")
_DASHED = re.compile(r"[^\n–—-]{1,60}\s[–—-]\s+")
_ALT_WITH_HYPHEN = re.compile(rf"{_MARKS}{_LEADS}(?:{_NAME}){_SIZE}[*_]{{0,3}}\s+[–—-]\s+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s)")


def after_openers(text: str) -> int:
    """Where a text begins without labels, preambles and white space."""
    end = len(text.rstrip())
    start, before = 0, -1
    while start != before:
        before = start
        while start < end and text[start].isspace():
            start += 1
        start = _after_an_opener(text, start, end)
    return start


def _after_an_opener(text: str, start: int, end: int) -> int:
    for at in _ends_of_openers(text, start, end):
        if at < end:
            return at
        if at == end and text[start:end].endswith((":", "：")):
            return end  # a label, and nothing behind it
    return start


def _ends_of_openers(text: str, start: int, end: int) -> Iterable[int]:
    """Where the text may go on, by each kind of opener that it begins with."""
    if (role := _ROLE.match(text, start, end)) and not _is_lower(text, role.end()):
        yield role.end()
    if (dashed := _ALT_WITH_HYPHEN.match(text, start, end)) and not _is_lower(text, dashed.end()):
        yield dashed.end()
    if (agreement := _AGREEMENT.match(text, start, end)) and _begins_a_text(text, agreement.end()):
        yield agreement.end()
    clause = _CLAUSE.match(text, start, end)
    if clause is not None:
        greeting = _GREETING.match(text, start, clause.end())
        yield from _after_a_clause(text, clause, greeting.end() if greeting else start, end)
    yield from _after_talk(text, start, end)
    dash = _DASHED.match(text, start, end)
    if dash is not None:
        said = text[start : dash.end()].rstrip(" –—-")
        for kind, n_words in _KINDS:
            if kind.fullmatch(said) and _is_description(text, dash.end(), end, n_words):
                yield dash.end()


def _after_talk(text: str, start: int, end: int) -> Iterable[int]:
    """Where the text may go on after up to three sentences of talk and a preamble."""
    for _ in range(3):
        talk = _TALK.match(text, start, end)
        if talk is None:
            return
        start = talk.end()
        clause = _CLAUSE.match(text, start, end)
        if clause is not None:
            yield from _after_a_clause(text, clause, start, end)


def _after_a_clause(text: str, clause: re.Match[str], start: int, end: int) -> Iterable[int]:
    """Where the text may go on after a clause that ends with a colon or a line."""
    has_colon = clause["colon"] is not None
    said = text[start : clause.start("colon") if has_colon else clause.end()]
    after = _skip_space(text, clause.end())
    has_line = "\n" in text[clause.start("colon") if has_colon else clause.end() : after]
    if not said.strip():
        if has_colon and start > clause.start() and _begins_a_text(text, after):
            yield after
        return
    if _ALT_LABEL.fullmatch(said.rstrip(" .!")):
        if said.strip(" *_#\n").casefold() == "alt":  # and not the height of a place
            is_label = has_colon and not text[after : after + 1].isdigit()
        elif has_colon:
            is_label = _is_free(text, after, said)
        else:
            is_label = has_line and _begins_a_text(text, after)
        if is_label:
            yield after
        return
    if has_colon and _SUGGESTING.match(said) and _ALT_NAME.search(said) and _begins_a_text(text, after):
        yield after
        return
    if _PRESENTING.match(said) and not _SENTENCE_END.search(said) and (has_colon or has_line):
        if (_NAMES.search(said) and _begins_a_text(text, after)) or (
            has_colon and len(said) < 24 and _is_description(text, after, end, 3)
        ):
            yield after
        return
    if has_line and not has_colon and said.lstrip()[:1] in {"#", "*"}:  # a heading
        if any(kind.fullmatch(said.strip()) for kind, _ in _KINDS) and _begins_a_text(text, after):
            yield after
    elif has_colon:
        for kind, n_words in _KINDS:
            if kind.fullmatch(said) and (
                _is_description(text, after, end, n_words) or (has_line and _begins_a_text(text, after))
            ):
                yield after
                return


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _first_letter(text: str, at: int) -> str:
    """The first character after quotation marks and Markdown."""
    for each in text[at : at + 8]:
        if each not in "\"'“„«「『‘*_#>`([{<¿¡ \n":
            return each
    return ""


def _is_lower(text: str, at: int) -> bool:
    return _first_letter(text, at).islower()


def _is_free(text: str, at: int, said: str) -> bool:
    """Whether what follows a label may be anything: after "alt text", but not after "image description"."""
    return "alt" in said.casefold() or not _is_lower(text, at)


def _begins_a_text(text: str, at: int) -> bool:
    """Whether a sentence begins there: with a letter that is not in lower case, or with a figure."""
    first = _first_letter(text, at)
    return bool(first) and (first.isalnum() or text[at : at + 1] in '"“„«「『<{') and not first.islower()


_WORD = re.compile(r"[^\W\d_]+")
_ENDS = (".", "。", "।", "۔", "…", "！", "!", '."', ".”", "。」", ".**", ".*", ".»", ".“")


def _is_description(text: str, at: int, end: int, n_words: int) -> bool:
    """Whether a description follows: a sentence that goes on in lower case after its capital letter."""
    if not _begins_a_text(text, at) or _first_letter(text, at).isdigit():
        return False
    least = n_words if text.endswith(_ENDS, at, end) else n_words + 3
    first = _first_letter(text, at)
    found = _WORD.findall(text, at, min(end, at + 240))
    if first.isupper():
        lower = sum(1 for word in found if str(word)[0].islower())
        return lower >= least and lower >= len(found) * (0.4 if n_words == 1 else 0.5)
    return sum(map(len, found)) >= 8 and least == n_words  # a script without capital letters


def describes(text: str) -> bool:
    """Whether a text alone is a description: some words that go on in lower case after a capital letter."""
    return _is_description(text.strip(), 0, len(text.strip()), 2)


_LABEL_LINE = re.compile(
    rf"(?:^|(?<=\n))[ \t]*(?P<label>[*_#>\"“ \t]{{0,6}}{_LEADS}{_NAME}{_SIZE}[*_]{{0,3}}\s?[:：][*_]{{0,3}}[ \t]*\n?)",
    re.IGNORECASE,
)


def after_the_label(text: str) -> str:
    """What follows the only line that begins with a label for alt text, where a description stands before it.

    Two such labels are two answers, which stay.
    """
    found = list(_LABEL_LINE.finditer(text))
    if len(found) != 1 or not text[: found[0].start()].strip():
        return text
    rest = text[found[0].end() :]
    return rest if rest.strip() and _begins_a_text(rest, _skip_space(rest, 0)) else text
