"""Where a text ends, and a model's talk after it begins: offers, notes, counts, hashtags, an emoji.

What stands on a line of its own goes by what it begins with; on the text's last line it must say more. A number of
characters or words goes where it is one of this text: a picture may show a counter.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from localalt.text import closer_words as words
from localalt.text.graphemes import is_emoji
from localalt.text.label_words import ALT_TEXT, DESCRIPTIONS
from localalt.text.word_lists import any_of

__all__ = ["before_closers", "offers_more"]


_MARKS = r"[*_#>(\[\s\"“]{0,6}"
_OFFER = re.compile(rf"{_MARKS}(?:[-•]\s)?(?:{any_of(words.OFFERS)})", re.IGNORECASE)
_HOPE = re.compile(rf"{_MARKS}(?:{any_of(words.HOPES)})", re.IGNORECASE)
_NOTE = re.compile(rf"{_MARKS}(?:{any_of(words.NOTES)})[*_]{{0,2}}\s?[:：]", re.IGNORECASE)
_REMARK = re.compile(rf"{_MARKS}(?:{any_of(words.REMARKING)})", re.IGNORECASE)
_OWN_NOTE = re.compile(
    rf"{_MARKS}(?:please )?note(?: that)?:?[*_]{{0,2}}:?\s"
    r"(?:i\b|this\b|the (?:image|picture|photo|alt|description|brand|text)\b)",
    re.IGNORECASE,
)
_ABOUT_THIS = re.compile(
    rf"{_MARKS}(?:(?:{any_of(words.THIS)})\s{{0,2}}(?:[\w-]{{1,20}}\s){{0,2}}(?:{any_of(ALT_TEXT)})"
    r"|this (?:concise |short |brief )?(?:description|caption|text)\b"
    r"|i(?:['’]ve| have)? (?:not mentioned|left out|kept (?:the|it|this)|used|focused on|tried to"
    r"|included|avoided|omitted)\b"
    r"|ich habe [^.\n]{0,80}(?:vermieden|weggelassen|beschränkt)|j['’]ai (?:évité|omis)\b|he (?:evitado|omitido)\b"
    r"|ho (?:evitato|omesso)\b|evitei\b|ik heb [^.\n]{0,80}(?:vermeden|weggelaten)"
    rf"|(?:{any_of(ALT_TEXT)})(?: ini| này|นี้))",
    re.IGNORECASE,
)
_ABOUT_ITS_LENGTH = re.compile(
    rf"{_MARKS}(?:{any_of(words.THIS)})\s{{0,2}}(?:[\w-]{{1,20}}\s){{0,2}}"
    rf"(?:{any_of(ALT_TEXT, DESCRIPTIONS)})[^\n\"“”'‘]{{0,80}}\d",
    re.IGNORECASE,
)
_END_MARK = re.compile(
    r"[\[(*]{0,2}end (?:of )?(?:id|(?:image )?description|alt(?:[ -]text)?)[\])*.]{0,3}", re.IGNORECASE
)
_COLON = re.compile("[:：]")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")
_ENDS = tuple('.!?。！？।۔؟…"”»“」』)）]:：*_')
_SENTENCE_ENDS = tuple(".!?。！？।۔؟…")
_SENTENCE_BREAK = re.compile(
    r"[.!?。！？।۔؟…][\"”»“」*_]{0,2}(?:\s+|(?=[^\s\w.!?。！？\"”»“」*_,;:)])|(?<=[。！？])(?=\S))"
)
_LAST_SENTENCE = 300
"""Characters from the end that are looked at for a last sentence."""


def before_closers(text: str, start: int) -> int:
    """Where a text that begins at `start` ends without talk and white space."""
    end = _stripped(text, start, len(text))
    starts_of_words: list[int] = []
    line = -2
    before = -1
    while end != before:
        before = end
        end = _before_counts(text, start, end, starts_of_words)
        end = _before_an_emoji(text, start, end)
        if line == -2 or line >= end:
            line = text.rfind("\n", start, end)
        if line >= start:
            end = _before_a_line(text, start, line, end)
        if end == before:
            end = _before_a_sentence(text, max(start, line + 1, end - _LAST_SENTENCE), end)
    return end


def offers_more(line: str) -> bool:
    """Whether a line is a model's offer to go on, by words that a picture hardly has."""
    return _HOPE.match(line) is not None


def _stripped(text: str, start: int, end: int) -> int:
    while start < end and text[end - 1].isspace():
        end -= 1
    return end


# --- numbers of characters and words ---

_COUNT = re.compile(r"[(\[（【][^()\[\]（）【】\n]{0,60}[)\]）】]")
_WORDS = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d[\d.,]{0,8}")
_NEAR = 3
"""Times that a number that a model gives may be off after the end of a sentence."""
_EXACT = 1.2
"""And where the text has no end of its own."""


def _is_count(said: str) -> bool:
    """Whether these words are a number of characters or words and nothing else."""
    found = {word.casefold() for word in _WORDS.findall(said)}
    units = found & words.CHARACTERS or found & words.WORDS or found & {"count"}
    return (
        bool(units)
        and _NUMBER.search(said) is not None
        and found <= (words.CHARACTERS | words.WORDS | words.ABOUT_COUNTS)
    )


def _before_counts(text: str, start: int, end: int, starts_of_words: list[int]) -> int:
    """Where a text ends without a last "(17 words)", or several."""
    at, found = end, 0
    while text[at - 1 : at] in {")", "]", "）", "】"}:
        opening = max(text.rfind(mark, max(start, at - 62), at) for mark in "([（【")
        if opening < start or not _COUNT.fullmatch(text, opening, at) or not _is_count(text[opening:at]):
            break
        said = text[opening:at]
        at = _stripped(text, start, opening)
        found += 1
    if not found or at <= start:
        return end
    if found > 1:
        return at
    if not starts_of_words:
        starts_of_words += [match.start() for match in re.finditer(r"\S+", text)]
    n_words = bisect_left(starts_of_words, at) - bisect_left(starts_of_words, start)
    named = {word.casefold() for word in _WORDS.findall(said)}
    n = at - start if named & words.CHARACTERS else n_words
    number = _NUMBER.search(said)
    claimed = int(re.sub(r"\D", "", number[0])) if number else 0
    times = _NEAR if text[at - 1] in '.!?。！？।۔؟…"”»“」*' else _EXACT
    return at if n <= claimed * times and claimed <= n * times else end


# --- the last character, line and sentence ---


def _before_an_emoji(text: str, start: int, end: int) -> int:
    """Where a text ends without emoji after its last sentence."""
    at = end
    while at > start and (is_emoji(text[at - 1]) or text[at - 1] in "\N{ZERO WIDTH JOINER}\ufe0f "):
        at -= 1
    at_sentence = _stripped(text, start, at)
    has_emoji = any(is_emoji(each) and each not in "©®™" for each in text[at:end])
    return at_sentence if has_emoji and at > start and text[at_sentence - 1] in '.!?。！？।۔؟…"”' else end


def _before_a_line(text: str, start: int, line: int, end: int) -> int:
    """Where a text ends without its last line, which begins after `line`."""
    before = _stripped(text, start, line)
    last = text[line + 1 : end]
    if before <= start or not last.strip():
        return end
    head = last[:400]
    # What follows a colon is what the picture says.
    is_free = text[before - 1] not in ":："
    is_apart = "\n" in text[before:line] or text[before - 1] in _ENDS
    if is_free and is_apart:
        if _OFFER.match(head) or _END_MARK.fullmatch(last.strip()) or _are_hashtags(last):
            return before
        if _is_count(head) and len(last) < 100:
            return before
        is_note = _NOTE.match(head) or _REMARK.match(head) or (_ABOUT_THIS.match(head) and not _COLON.search(head))
        if is_note and text[before - 1] in '.!?。！？।۔؟…"”»“」*)':
            return before
        if _NOTE.fullmatch(last.strip().rstrip("*_ ")):
            return before
        above = max(start, text.rfind("\n", start, before))
        if _NOTE.fullmatch(text[above:before].strip().rstrip("*_ ")) and _stripped(text, start, above) > start:
            return _stripped(text, start, above)
    if _BULLET.match(last):
        return _before_a_list(text, start, line, end)
    return end


def _before_a_list(text: str, start: int, line: int, end: int) -> int:
    """Where a text ends without a last list of offers or notes, with the line that introduces it."""
    at = line
    while at > start:
        above = text.rfind("\n", start, at)
        said = text[max(above + 1, start) : at]
        if said.strip() and not _BULLET.match(said):
            before = _stripped(text, start, max(above, start))
            is_talk = said.rstrip(" *_").endswith((":", "：")) and (_OFFER.match(said) or _NOTE.match(said))
            return before if is_talk and before > start else end
        at = above
    return end


def _are_hashtags(line: str) -> bool:
    """Whether a line has nothing but hashtags."""
    tags = line.split()
    return all(tag[0] == "#" and tag[1:2].isalpha() for tag in tags)


def _before_a_sentence(text: str, start: int, end: int) -> int:
    """Where a text ends without its last sentence, which begins after `start`."""
    breaks = [match.end() for match in _SENTENCE_BREAK.finditer(text, start, end - 1)]
    if not breaks:
        return end
    said = text[breaks[-1] : end]
    is_talk = _HOPE.match(said) or _OWN_NOTE.match(said) or (_ABOUT_ITS_LENGTH.match(said) and not _COLON.search(said))
    is_in_brackets = said.startswith(("(", "[")) or (")" in said and "(" not in said)  # "(max. 200 characters)"
    if is_talk or (_is_count(said) and len(said) < 60 and not is_in_brackets):
        return _stripped(text, start, breaks[-1])
    tags = said.split()
    # What follows a colon is what the picture says.
    is_added = len(tags) > 1 and _are_hashtags(said) and ":" not in text[start : breaks[-1]]
    return _stripped(text, start, breaks[-1]) if is_added else end
