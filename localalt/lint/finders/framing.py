"""Words around a description that are not part of it: an opening, a label, chatter."""

from __future__ import annotations

from collections.abc import Iterator

from localalt.lint import words
from localalt.lint.addresses import is_address
from localalt.lint.finders.patterns import compiled
from localalt.lint.subject import Fault, Subject
from localalt.text.chatter import without_chatter

__all__ = ["label", "redundant_opening"]

# Where a case ending or a contraction would be left without its preposition, nothing is fixed.
_FIXABLE = frozenset(("en", "es", "it", "pt", "nl", "sv"))
_OPENINGS = {
    code: compiled(
        rf"(?:{opening})\s+(?P<link>{words.BARE_OPENINGS[code]}|{words.PORTRAYING[code]})(?<![’'])\b\s+"
        rf"|(?:{opening})\s+[dl]['’]"
    )
    for code, opening in words.OPENINGS.items()
}
_SCREENSHOT = compiled(r"(?:an?|the|this)?\s*screen ?shots?\s+(?P<link>of|showing)\s+")
_BEFORE_A_CLAUSE = compiled(
    r"(?:that|how|what|why|where|when|whether|como|cómo|que|che|come|hoe|dat|hur|att|not|in|from)\b"
)
_IS = frozenset(("is", "es", "è", "é", "är"))
_ARTICLE = compiled(r"(?:an?|the|una?|el|la|um|uma|o|een|de|het|en|ett|il|lo|uno)\s")


def redundant_opening(subject: Subject) -> Iterator[Fault]:
    """An opening that only says that there is a picture."""
    patterns = [_OPENINGS[code] for code in {subject.language, "en"} if code in _OPENINGS]
    if subject.profile.bans_screenshot:
        patterns.append(_SCREENSHOT)
    begin = len(subject.text) - len(subject.text.lstrip())
    for pattern in patterns:
        match = pattern.match(subject.text, begin)
        if match is None:
            continue
        rest = subject.text[match.end() :]
        link = (match["link"] or "").lower()
        if link in _IS and not _ARTICLE.match(rest):
            continue  # "An image is displayed on a monitor": the picture within the picture
        said = " ".join(match[0].split())
        message = f"It begins with “{said}”, which screen readers say by themselves: begin with what is shown."
        is_safe = pattern is _SCREENSHOT or (subject.language in _FIXABLE and not _BEFORE_A_CLAUSE.match(rest))
        if is_safe and rest[:1].isalpha():
            word = rest.split(None, 1)[0]
            is_name = is_address(word) or word[1:].lower() != word[1:]  # "example.org", "iPhone"
            yield Fault(0, match.end() + 1, message, rest[:1] if is_name else rest[:1].upper())
        else:
            yield Fault(0, match.end(), message)
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
