"""The form of a text: its end, line breaks, markup, emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html.entities import html5

from localalt.lint.addresses import ends_in_address
from localalt.lint.finders.ending import cut_off
from localalt.lint.finders.patterns import compiled, excerpt, is_cjk
from localalt.lint.subject import Fault, Subject
from localalt.text.markup import without_markup

__all__ = ["emoji", "end_punctuation", "line_break", "markup"]

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


_BREAK = re.compile(r"(?<! ) *[\n\r\t\v\f\x85\u2028\u2029]\s*")
_ONE_LINE_ENDS = re.compile(r" *(?:\n|\r\n?)([ \t]*)")
_ITEM = re.compile(r"[-*+•·–]\s|\d{1,3}[.)]\s|[A-Za-z][.)]\s")
_WRAPPED_LINE = 30
"""Characters of a line that an editor may have wrapped, where the next begins with a capital."""


def line_break(subject: Subject) -> Iterator[Fault]:
    """Line breaks that part sentences and lines of a list, and tabs; not where a line was wrapped between words."""
    message = "It has line breaks or tabs, which screen readers read as pauses or skip: write it on one line."
    text = subject.text
    before = 0
    for match in _BREAK.finditer(text):
        is_inside = match.start() > 0 and match.end() < len(text)
        line, before = match.start() - before, match.end()
        one = _ONE_LINE_ENDS.fullmatch(match[0])
        if one is None or _ITEM.match(text, match.end()):
            yield Fault(*match.span(), message, " " if is_inside else "")
        elif not is_inside:
            yield Fault(*match.span(), message, "", is_mild=True)
        elif text[match.start() - 1] in _ENDS or (
            text[match.end()].isupper() and line < _WRAPPED_LINE and not one[1] and not _goes_on(subject, match.start())
        ):
            # After the end of a sentence, an editor's wrapped line has an indentation, and a model's has none.
            yield Fault(*match.span(), message, " ", is_mild=bool(one[1]) or line > 2 * _WRAPPED_LINE)


def _goes_on(subject: Subject, end: int) -> bool:
    """Whether what stands before `end` cannot be a whole line: "a view of"."""
    line = subject.text[max(0, end - _WRAPPED_LINE) : end]
    return next(cut_off(replace(subject, text=line, finish_reason="stop")), None) is not None


_TAG = compiled(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|div|em|figure|figcaption|font|h[1-6]|hr|i|iframe|img|li|mark|ol|p"
    r"|pre"
    r"|q|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u|ul|video)(?:\s[^<>]*)?/?>"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_STRUCK = re.compile(r"~~(?=\S)[^~\n]{1,200}~~")
_OF_A_TAG = re.compile(r"[\s-]{0,2}(?:tags?|elements?|nodes?)\b|\s{1,2}in (?:the |an? )?(?:code|source|mark-?up)\b")
"""What follows the name of a tag that a picture of code shows."""
_CODE = re.compile(r"`([^`\n]{1,200})`")
_OF_CODE = compiled(
    r"\b(?:code|command|terminal|shell|console|editor|function|method|variable|class|branch|file|folder|directory|path|field"
    r"|property|attribute|element|tag|prop|module|package|keyword|key|flag|option|parameter|argument|value|output|prompt|hook"
    r"|component|node|import|string|type|constant|api|sql|css|html|json|python|javascript|query|table|column|event|state)s?\b"
    r"|`[^`\n]{0,60}[\d_.()=/{}$<>-][^`\n]{0,60}`"
)


def markup(subject: Subject) -> Iterator[Fault]:
    """HTML, entities, Markdown, special tokens, and what a model wrote as its thinking."""
    message = "“{}” is markup, which is read aloud character by character: delete it."
    tags = [match for match in _TAG.finditer(subject.outside) if not _OF_A_TAG.match(subject.outside, match.end())]
    entities = [match for match in _ENTITY.finditer(subject.outside) if match[0][1:] in html5 or match[0][1] == "#"]
    found = [*tags, *entities, *_STRUCK.finditer(subject.outside)]
    for match in found:
        yield Fault(*match.span(), message.format(excerpt(match[0])))
    if found:
        return
    text = subject.text
    plain = without_markup(text)
    if plain.strip() == text.strip():
        return
    # Names of code between backticks are usual where the picture is one of code.
    without_code = _CODE.sub(r"\1", text)
    is_code_alone = without_markup(without_code).strip() == without_code.strip()
    if is_code_alone and _OF_CODE.search(text) and not _CODE.fullmatch(text.strip()):
        return
    start, end = _difference(text, plain)
    yield Fault(0, len(text), message.format(excerpt(text[start:end])), plain.strip(), is_mild=is_code_alone)


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
