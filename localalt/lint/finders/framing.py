"""Words around a description that are not part of it: an opening, a label, chatter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from localalt.lint import opening_words as words
from localalt.lint.addresses import is_address
from localalt.lint.finders.patterns import Pattern, compiled
from localalt.lint.subject import Fault, Subject
from localalt.text.chatter import without_chatter
from localalt.text.quotations import quotations
from localalt.text.word_lists import any_of

__all__ = ["label", "redundant_opening"]

_NEVER = r"(?!)"
# Where a case ending or a contraction would be left without its preposition, nothing is fixed.
_FIXABLE = frozenset(("en", "es", "it", "pt", "nl", "sv"))
_CONTRACTED = frozenset(("del", "do", "da", "dos", "das", "dello", "della", "dei", "degli", "delle"))
_WITHOUT_SPACES = frozenset(("ar", "ja", "ko", "th", "zh"))
_COLON = r"(?:\s+\d{1,3})?\s*(?:[:：]\s*|\s[–—-]\s)(?=\S)"


def _spaced(pattern: str) -> Pattern:
    return compiled(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"))


def _opening(code: str) -> Pattern:
    """An article, what praises the picture, its word, and what links it with the thing that is shown."""
    this_is, determiner, adjective = (
        data.get(code, _NEVER) for data in (words.THIS_IS, words.DETERMINERS, words.ADJECTIVES)
    )
    link = rf"(?P<link>{words.LINKS[code]}|{words.PORTRAYING[code]})(?![\w’'])"
    return _spaced(
        rf"(?:(?:{this_is})\b\s*)?(?P<article>(?:{determiner})(?:(?<=['’])|\s+))?"
        rf"(?:(?P<adjective>(?:{adjective})(?:,? (?:{adjective}))?) )?(?:{words.PICTURES[code]})"
        rf"(?:(?: |(?=,)){link} | d(?:ell)?['’])(?=\S)"
    )


def _labelled(code: str) -> Pattern:
    determiner = words.DETERMINERS.get(code, _NEVER)
    word = words.LABELLED.get(code) or words.PICTURES[code]
    return _spaced(rf"(?:(?:{determiner})(?:(?<=['’]) ?| ))?(?:{word}){_COLON}")


def _saying(code: str, data: Mapping[str, str]) -> Pattern:
    end = "" if code in _WITHOUT_SPACES else r"(?!\w)"
    return _spaced(rf"(?:{data[code]}){end}(?:\s*[,:：،])?\s*")


_OPENINGS = {code: _opening(code) for code in words.LINKS}
_COMPOUND = _spaced(any_of(words.COMPOUNDS))
"""What makes a name of such an opening. Of all languages: close ones share words."""
_LABELS = {code: _labelled(code) for code in (*words.PICTURES, *words.LABELLED)}
_SAYINGS = {code: _saying(code, words.SAYINGS) for code in words.SAYINGS}
_MILD = {code: _saying(code, words.MILD) for code in words.MILD}
_ENDINGS = {code: compiled(rf"(?:{pattern})[.。!]?$") for code, pattern in words.ENDINGS.items()}
_KIND = compiled(any_of(words.KINDS))
_LONGEST_ENDING = 30
_LONGEST_PHRASE = 80
"""Characters of a text that may end so: in a longer one there is more than the picture's name."""
_SCREENSHOT = compiled(r"(?:an?|the|this)?\s*screen ?shots?\s+(?P<link>of|showing)\s+")
_BEFORE = re.compile(r"[\s(\[{*•·>–—-]{0,20}")
_QUOTES = frozenset("\"'“”„«»‘’「」『』")

_WRITTEN_AGAIN = frozenset(("ja", "ko", "zh"))
"""Languages whose openings no fix takes off, and which are errors in drafts."""
_BEFORE_A_CLAUSE = compiled(
    r"(?:that|how|what|why|where|when|whether|como|cómo|que|che|come|hoe|dat|hur|att|not|in|from)\b"
)
_IS = frozenset(("is", "es", "è", "é", "är", "ist", "est"))
_ARTICLE = compiled(r"(?:an?|the|une?|una|el|la|um|uma|o|een|de|het|en|ett|il|lo|uno|eine?|des)\s")
_CLOSE_UP = compiled(r"close[- ]?up")


def redundant_opening(subject: Subject) -> Iterator[Fault]:
    """An opening, or in some languages an end, that only says that there is a picture."""
    text = subject.text
    begin = _begin(text)
    if kind := _KIND.fullmatch(text.strip(" .\n")):
        message = f"“{kind[0]}” only says which picture it is: say what is shown."
        yield Fault(0, len(text), message, is_mild=True)
        return
    found = _found(subject, begin)
    if found is None:
        yield from _endings(text)
        return
    code, match, is_mild = found
    said = " ".join(match[0].split())
    message = f"It begins with “{said}”, which screen readers say by themselves: begin with what is shown."
    fix = _fix(code, match) if code == subject.language and not text[:begin].strip() and not is_mild else None
    if fix is None:
        yield Fault(0, match.end(), message, is_mild=is_mild)
    else:
        yield Fault(0, match.end() + 1, message, fix)


def _begin(text: str) -> int:
    """Where the words begin, behind a bullet, a bracket, or the quotation marks around the whole text."""
    match = _BEFORE.match(text)
    begin = 0 if match is None else match.end()
    if text[begin : begin + 1] in _QUOTES:
        first = next(quotations(text), None)
        if first is not None and first.start == begin and not text[first.end :].strip(" .!\n"):
            return begin + 1
    return begin


def _found(subject: Subject, begin: int) -> tuple[str, re.Match[str], bool] | None:
    """The language of an opening, where it is, and whether it is a small fault.

    Each language's words are looked for in every text: a page's `lang` is often that of its template.
    """
    first = (subject.language, "en")
    if subject.profile.bans_screenshot and (match := _SCREENSHOT.match(subject.text, begin)):
        return "en", match, False
    for code in (*first, *(words.SAYINGS.keys() - set(first))):
        for patterns in (_OPENINGS, _SAYINGS, _LABELS):
            match = patterns[code].match(subject.text, begin) if code in patterns else None
            if match is None or (patterns is _OPENINGS and _COMPOUND.match(subject.text, match.end())):
                continue
            if not _is_within(match):
                return code, match, False
    for code, pattern in _MILD.items():
        if match := pattern.match(subject.text, begin):
            # A draft can be written again, and a person's text may have its reasons.
            is_draft = subject.sources is not None and code in _WRITTEN_AGAIN
            return code, match, not is_draft
    return None


def _is_within(match: re.Match[str]) -> bool:
    """Whether a picture is part of what is shown: "An image is displayed on a monitor"."""
    link = match.groupdict().get("link") or ""
    return link.lower() in _IS and not _ARTICLE.match(match.string, match.end())


def _fix(code: str, match: re.Match[str]) -> str | None:
    """What to put in place of an opening and the letter behind it, where what is left is a sentence."""
    groups = match.groupdict()
    rest = match.string[match.end() :]
    if code not in _FIXABLE or not rest[:1].isalpha() or _BEFORE_A_CLAUSE.match(rest):
        return None
    if (groups.get("link") or "").lower() in _CONTRACTED or match[0].rstrip().endswith(("'", "’")):
        return None
    if _CLOSE_UP.search(groups.get("adjective") or ""):
        if not _CLOSE_UP.fullmatch(groups["adjective"]) or groups["link"].lower() != "of":
            return None
        article = groups["article"] or ""
        said = f"{article}{groups['adjective'].rstrip('s')} of {rest[0]}"
        return said[0].upper() + said[1:]
    word = rest.split(None, 1)[0]
    is_name = is_address(word) or word[1:].lower() != word[1:]  # "example.org", "iPhone"
    return rest[:1] if is_name else rest[:1].upper()


def _endings(text: str) -> Iterator[Fault]:
    core = text.strip()
    if len(core) > _LONGEST_PHRASE or any(mark in core[:-1] for mark in "。.!?:："):
        return
    for pattern in _ENDINGS.values():
        start = max(0, len(core) - _LONGEST_ENDING)
        if match := pattern.search(core, start):
            message = f"It ends with “{match[0].strip()}”, which screen readers say by themselves: say what is shown."
            at = text.index(core) + match.start()
            yield Fault(at, at + len(match[0]), message, is_mild=True)
            return


def label(subject: Subject) -> Iterator[Fault]:
    """A label before the text, and chatter before or after it."""
    text = subject.text
    description = without_chatter(text)
    if not description or description == text.strip():
        return
    start = text.find(description)
    message = "“{}” is not part of a description: delete it."
    if start > 0 and text[:start].strip():
        yield Fault(0, start, message.format(text[:start].strip()), "")
    end = start + len(description)
    if text[end:].strip():
        yield Fault(end, len(text), message.format(text[end:].strip()), "")
