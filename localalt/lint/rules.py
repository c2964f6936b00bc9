"""The fifteen rules: what each looks for, how bad it is, and what would mend it.

A rule looks at a `Subject` and tells places in its text. Rules know words and characters; levels may be changed by a
profile, and which of them apply to a text is `check`'s business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from localalt import language
from localalt import text as texts
from localalt.claims import Sources, claims
from localalt.lint import words
from localalt.lint.addresses import ends_in_address, is_address
from localalt.lint.profiles import Level, Profile
from localalt.platforms import Limit, length
from localalt.types import FinishReason

__all__ = ["RULES", "Finding", "Found", "Level", "Rule", "Subject"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about a text, at `start` to `end` in it."""

    rule: str
    level: Level
    message: str
    """Names the thing and the next step."""
    start: int
    end: int
    fix: str | None = None
    """What to put in the place of it, where that is safe."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Subject:
    """A text, and all that rules may know about it."""

    text: str
    outside: str
    """The text with a space for every character that is quoted, so that places are the same."""
    language: str
    """ISO 639 code of the language whose words are looked for."""
    asked: str | None
    """The language that it should be in, as a tag; None where any will do."""
    profile: Profile
    limits: tuple[Limit, ...]
    sources: Sources | None
    """What the author supplied; None where the text is the author's."""
    finish_reason: FinishReason
    is_detailed: bool
    """Whether the picture is one of text, a chart or a screen, which take more words."""
    is_short: bool
    """Whether a few words are enough: a link's, a button's or a logo's."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place that a rule tells of."""

    start: int
    end: int
    message: str
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for alt text."""

    name: str
    number: int
    """Of the fifteen of the project's list; a few have two names, as people switch them off one by one."""
    level: Level
    summary: str
    find: Callable[[Subject], Iterator[Found]]
    is_fixable: bool = False
    for_long: bool = True
    """Whether it holds for long descriptions, too."""


_Pattern: TypeAlias = "re.Pattern[str]"


def _compiled(pattern: str) -> _Pattern:
    return re.compile(pattern, re.IGNORECASE)


def _by_language(data: dict[str, str]) -> dict[str, _Pattern]:
    return {code: _compiled(pattern) for code, pattern in data.items()}


# 1


def _empty(subject: Subject) -> Iterator[Found]:
    if not any(unicodedata.category(c)[0] in "LNS" for c in subject.text):
        message = "There is no text: describe the picture, or declare it decorative."
        yield Found(0, len(subject.text), message)


# 2

# Where a case ending or a contraction would be left without its preposition, nothing is mended.
_MENDED = frozenset(("en", "es", "it", "pt", "nl", "sv"))
_OPENINGS = {
    code: _compiled(
        rf"(?:{opening})\s+(?P<link>{words.BARE_OPENINGS[code]}|{words.PORTRAYING[code]})(?<![’'])\b\s+"
        rf"|(?:{opening})\s+[dl]['’]"
    )
    for code, opening in words.OPENINGS.items()
}
_SCREENSHOT = _compiled(r"(?:an?|the|this)?\s*screen ?shots?\s+(?P<link>of|showing)\s+")
_BEFORE_A_CLAUSE = _compiled(
    r"(?:that|how|what|why|where|when|whether|como|cómo|que|che|come|hoe|dat|hur|att|not|in|from)\b"
)
_IS = frozenset(("is", "es", "è", "é", "är"))
_ARTICLE = _compiled(r"(?:an?|the|una?|el|la|um|uma|o|een|de|het|en|ett|il|lo|uno)\s")


def _redundant_opening(subject: Subject) -> Iterator[Found]:
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
        message = f"It begins with “{said}”, which every reader of alt text knows: begin with what is shown."
        is_safe = pattern is _SCREENSHOT or (subject.language in _MENDED and not _BEFORE_A_CLAUSE.match(rest))
        if is_safe and rest[:1].isalpha():
            word = rest.split(None, 1)[0]
            is_name = is_address(word) or word[1:].lower() != word[1:]  # "example.org", "iPhone"
            yield Found(0, match.end() + 1, message, rest[:1] if is_name else rest[:1].upper())
        else:
            yield Found(0, match.end(), message)
        return


# 3


def _label(subject: Subject) -> Iterator[Found]:
    text = subject.text
    kept = texts.without_chatter(text)
    if not kept or kept == text.strip():
        return
    start = text.find(kept)
    message = "“{}” is no part of a description: leave it out."
    if start > 0 and text[:start].strip():
        yield Found(0, start, message.format(text[:start].strip()), "")
    end = start + len(kept)
    if text[end:].strip():
        yield Found(end, len(text), message.format(text[end:].strip()), "")


# 4

_SUFFIX = r"\.(?:jpe?g|png|gif|webp|avif|hei[cf]|svg|bmp|tiff?|jfif|raw|dng|mp4|mov)"
_FILE_NAME = _compiled(
    rf"[^\n,;:!?]{{1,120}}{_SUFFIX}"
    r"|(?:image|img|photo|picture|pic|figure|fig|untitled|screen ?shot|scan|file|foto|bild|imagen|immagine|unnamed)"
    r"[-_ ]?\(?\d+\)?"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{16,}|\d+(?:[-_]\d+)*"
)
_CAMERA_NAME = re.compile(
    r"\b(?:IMG|DSC[NF]?|PXL|MVIMG|VID|GOPR|DJI|_MG|FB_IMG|IMAG|SAM|WP|received)[-_]?\d{4,}\w*"
    r"|\b(?:Screenshot|Screen Shot|Bildschirmfoto|CleanShot|WhatsApp Image)[-_ ](?:\w+ )?\d{4}-\d\d-\d\d[\w.: -]*"
)


def _file_name(subject: Subject) -> Iterator[Found]:
    message = "“{}” is a file's name and tells nothing (WCAG failure F30): describe the picture."
    stripped = subject.text.strip()
    if _FILE_NAME.fullmatch(stripped):
        yield Found(0, len(subject.text), message.format(stripped))
        return
    for match in _CAMERA_NAME.finditer(subject.outside):
        yield Found(*match.span(), message.format(match[0].strip()))


# 5

_AROUND = " \t\n.,:;!?-–—_*[](){}<>\"'“”"


def _placeholder(subject: Subject) -> Iterator[Found]:
    word = subject.text.strip(_AROUND).casefold()
    bare = re.sub(r"^(?:an?|the|ein|eine|une?|una?|um|uma)\s+", "", word)
    if {word, bare} & words.PLACEHOLDERS:
        message = f"“{word}” stands where a description should (WCAG failure F30): describe the picture."
        yield Found(0, len(subject.text), message)


# 6

_CLOSING = "\"'“”’»)」』]*"
_ENDS = ".!?…。！？؟।۔॥:;"
_WITHOUT_FULL_STOP = re.compile("[\u0e00-\u109f\u1780-\u17ff]")
"""Thai, Lao, Tibetan, Burmese and Khmer end a text with nothing, or with signs of their own."""


def _end_punctuation(subject: Subject) -> Iterator[Found]:
    text = subject.text.rstrip()
    core = text.rstrip(_CLOSING)
    if not core or core[-1] in _ENDS or _WITHOUT_FULL_STOP.match(core[-1]):
        return
    if unicodedata.category(core[-1])[0] not in "LNM" and text == core and text[-1] not in "%°":
        return  # an emoji, a symbol, a comma: a full stop would mend nothing
    if ends_in_address(text):
        return  # a full stop would become part of it
    if next(_cut_off(subject), None) is not None:
        return  # a full stop would hide that something is missing
    full_stop = "。" if _is_cjk(core[-1]) else "।" if "\u0900" <= core[-1] <= "\u09ff" else "."
    message = "It does not end like a sentence, so a screen reader runs on without a pause: end it with a full stop."
    yield Found(len(text), len(text), message, full_stop)


def _is_cjk(c: str) -> bool:
    return "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff"


# 7

_LAST_WORD = re.compile(r"([^\W\d_]+['’]?)$")
_LONGEST_WORD = 40
"""Characters from the end that are looked at: the words that no text ends with are short."""
_OPEN_ENDS = (",", "–", "—", "(", "[", "„", "、", "，", " -", "/")


def _cut_off(subject: Subject) -> Iterator[Found]:
    text = subject.text.rstrip()
    end = len(text)
    if subject.finish_reason in ("length", "loop"):
        yield Found(end, end, "It was cut off before its end: shorten it, or end it.")
        return
    word = _LAST_WORD.search(text, max(0, end - _LONGEST_WORD))
    if text.endswith(_OPEN_ENDS):
        yield Found(end - 1, end, f"It ends in “{text[-1]}”, as if something were missing: end it.")
    # One word alone is another rule's.
    elif word is not None and word.start() > 0 and word[1] in words.DANGLING.get(subject.language, ()):
        yield Found(*word.span(1), f"It ends in “{word[1]}”, as if something were missing: end it.")


# 8

_BREAK = re.compile(r"(?<! ) *[\n\r\t\v\f\x85\u2028\u2029]\s*")


def _line_break(subject: Subject) -> Iterator[Found]:
    message = "It has line breaks or tabs, which screen readers read as pauses or not at all: keep it on one line."
    for match in _BREAK.finditer(subject.text):
        is_inside = match.start() > 0 and match.end() < len(subject.text)
        yield Found(*match.span(), message, " " if is_inside else "")


# 9

_TAG = _compiled(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|div|em|figure|figcaption|font|h[1-6]|hr|i|iframe|img|li|mark|ol|p|pre"
    r"|q|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u|ul|video)(?:\s[^<>]*)?/?>"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")


def _markup(subject: Subject) -> Iterator[Found]:
    message = "“{}” is markup, which is read aloud character by character: leave it out."
    found = [match for pattern in (_TAG, _ENTITY) for match in pattern.finditer(subject.outside)]
    for match in found:
        yield Found(*match.span(), message.format(_excerpt(match[0])))
    if found:
        return
    plain = texts.without_markup(subject.text)
    if plain.strip() != subject.text.strip():
        start, end = _difference(subject.text, plain)
        yield Found(0, len(subject.text), message.format(_excerpt(subject.text[start:end])), plain.strip())


def _difference(text: str, other: str) -> tuple[int, int]:
    """Where `text` has something that `other` lacks."""
    start = 0
    while start < min(len(text), len(other)) and text[start] == other[start]:
        start += 1
    return start, min(len(text), start + 24)


def _excerpt(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= 24 else f"{line[:23]}…"


# 10

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26bd\u26be\u26c4\u26c5\u26d4\u26ea\u26f2-\u26fd"
    "\u2705\u2728\u274c\u2753-\u2755\u2757\u2764\u27a1\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55]"
    "[\U0001f000-\U0001faff\ufe0f\u200d\u2640\u2642\u2764\U000e0020-\U000e007f]*|\\S\ufe0f\u20e3?"
)


def _emoji(subject: Subject) -> Iterator[Found]:
    for match in _EMOJI.finditer(subject.outside):
        message = (
            f"The emoji {match[0]} is read as its long name: use a word, or quotation marks if it is in the picture."
        )
        yield Found(*match.span(), message)


# 11

_HEDGES = _by_language({code: rf"\b(?:{pattern})\b" for code, pattern in words.HEDGES.items()})


def _hedge(subject: Subject) -> Iterator[Found]:
    pattern = _HEDGES.get(subject.language)
    for match in pattern.finditer(subject.outside) if pattern else ():
        yield Found(*match.span(), f"“{match[0]}” marks a guess: say what can be seen, or leave it out.")


# 12

N_GRAM = 6
"""Words in a row that no description needs twice. Descriptions of several charts name the same axes: the rule speaks up
about 6 of 596 published texts (benchmarks/TEXTS.md), and about 5 with ten words in place of six."""
N_GRAM_CJK = 12
"""Characters in a row, where no spaces part words."""
MIN_SENTENCE = 3
"""Words of a sentence whose repetition tells: "No." may come twice."""
_TOKEN = re.compile(r"\w+(?:['’-]\w+)*")
_SENTENCE = re.compile(r"[^.!?。！？\n]+")


def _repetition(subject: Subject) -> Iterator[Found]:
    seen: set[str] = set()
    for match in _SENTENCE.finditer(subject.outside):
        said = [word.lower() for word in _TOKEN.findall(match[0])]
        key = " ".join(said)
        if len(said) >= MIN_SENTENCE and key in seen:
            yield Found(*match.span(), f"“{_excerpt(match[0])}” is said twice: say it once.")
            return
        seen.add(key)
    yield from _repeated_run(subject)


def _repeated_run(subject: Subject) -> Iterator[Found]:
    tokens = list(_TOKEN.finditer(subject.outside))
    n = N_GRAM
    if sum(map(_is_cjk, subject.outside)) > len(subject.outside) / 2:
        tokens = list(re.finditer(r"\w", subject.outside))
        n = N_GRAM_CJK
    seen: dict[tuple[str, ...], int] = {}
    for index in range(len(tokens) - n + 1):
        run = tokens[index : index + n]
        key = tuple(match[0].lower() for match in run)
        # A quotation within a run is no part of it: what stands around several may well be the same words.
        if subject.text[run[0].start() : run[-1].end()] != subject.outside[run[0].start() : run[-1].end()]:
            continue
        first = seen.setdefault(key, index)
        if index - first >= n or (index > first and len(set(key)) == 1):
            start, end = run[0].start(), run[-1].end()
            yield Found(start, end, f"“{_excerpt(subject.text[start:end])}” is said twice: say it once.")
            return


# 13


def _band(subject: Subject) -> Iterator[Found]:
    n_chars = length(subject.text.strip(), "graphemes")
    profile = subject.profile
    longest = profile.longest_detailed if subject.is_detailed else profile.longest
    shortest = 1 if subject.is_short else profile.shortest
    if 0 < n_chars < shortest:
        message = f"It has {n_chars} characters, and {shortest} or more tell enough of most pictures: say more of it."
        yield Found(0, len(subject.text), message)
    elif n_chars > longest:
        message = f"It has {n_chars} characters, and {longest} are enough for most pictures of its kind: shorten it."
        yield Found(0, len(subject.text), message)


def _limit(subject: Subject) -> Iterator[Found]:
    for limit in subject.limits:
        n = length(subject.text, limit.unit)
        if n > limit.most:
            where = f" on {limit.platform}" if limit.platform else ""
            message = f"It has {n:,} characters, and {limit.most:,} are allowed{where}: shorten it."
            yield Found(0, len(subject.text), message)


# 14

_TRAITS = {
    code: tuple((kind, _compiled(rf"\b(?:{pattern})(?!\w)")) for kind, pattern in pairs)
    for code, pairs in words.TRAITS.items()
}
_AGES = _by_language({code: rf"\b(?:{pattern})(?!\w)" for code, pattern in words.AGES.items()})


def _guessed_trait(subject: Subject) -> Iterator[Found]:
    patterns = [*_TRAITS.get(subject.language, ())]
    if subject.language in _AGES:
        patterns.append(("age", _AGES[subject.language]))
    found: dict[int, tuple[str, re.Match[str]]] = {}
    for kind, pattern in patterns:
        for match in pattern.finditer(subject.outside):
            found.setdefault(match.start(), (kind, match))
    for start, (kind, match) in sorted(found.items()):
        if subject.sources is not None and subject.sources.have(match[0]):
            continue
        message = f"“{match[0]}” tells {kind}, which a picture cannot: leave it out unless it is known and matters."
        yield Found(start, match.end(), message)


def _unsupplied_name(subject: Subject) -> Iterator[Found]:
    if subject.sources is None:
        return
    for claim in claims(subject.text, language=subject.asked or subject.language):
        if claim.kind == "name" and not subject.sources.bear_out(claim):
            message = f"“{claim.text}” looks like a name that the author did not supply: check it, or leave it out."
            yield Found(claim.start, claim.end, message)


# 15


def _language(subject: Subject) -> Iterator[Found]:
    if subject.asked is None:
        return
    verdict = language.check(subject.text, subject.asked, language.identifier())
    if verdict.outcome == "wrong":
        wanted = language.name_of(subject.asked) or subject.asked
        message = f"It looks like {verdict.found}, and {wanted} was asked for: translate it."
        yield Found(0, len(subject.text), message)


_CUES = _by_language({code: rf"\b(?:{pattern})\b[:,]?\s+(?=\S)" for code, pattern in words.CUES.items()})


def _unquoted(subject: Subject) -> Iterator[Found]:
    pattern = _CUES.get(subject.language)
    for match in pattern.finditer(subject.text) if pattern else ():
        after = subject.text[match.end()]
        if (after.isupper() or after.isdigit()) and subject.outside[match.start()] != " ":
            message = f"Wording of the picture after “{match[0].strip()}” is not in quotation marks: put it in them."
            yield Found(*match.span(), message)


RULES: tuple[Rule, ...] = (
    Rule("empty", 1, "error", "empty, without being declared decorative", _empty),
    Rule("redundant-opening", 2, "error", "opens with “image of” and the like", _redundant_opening, is_fixable=True),
    Rule("label", 3, "error", "a label or chatter: “Alt text:”, “Sure!”, “Here is …”", _label, is_fixable=True),
    Rule("file-name", 4, "error", "the name of a file or of a camera's picture", _file_name),
    Rule("placeholder", 5, "error", "a placeholder in place of a description", _placeholder),
    Rule("end-punctuation", 6, "warning", "no punctuation at the end", _end_punctuation, is_fixable=True),
    Rule("cut-off", 7, "error", "cut off, or ends in a word that cannot end a text", _cut_off),
    Rule("line-break", 8, "error", "line breaks or tabs", _line_break, is_fixable=True, for_long=False),
    Rule("markup", 9, "error", "Markdown, HTML, special tokens, thinking", _markup, is_fixable=True),
    Rule("emoji", 10, "warning", "emoji outside quotations", _emoji),
    Rule("hedge", 11, "warning", "guesses: “appears to”, “possibly”, “likely”", _hedge),
    Rule("repetition", 12, "error", "a sentence or six words in a row said twice", _repetition),
    Rule("length", 13, "warning", "shorter or longer than is aimed for", _band, for_long=False),
    Rule("limit", 13, "error", "longer than the platform or the caller allows", _limit, for_long=False),
    Rule("guessed-trait", 14, "warning", "ethnicity, religion, health or age of people", _guessed_trait),
    Rule("unsupplied-name", 14, "warning", "a proper name that the author did not supply", _unsupplied_name),
    Rule("language", 15, "error", "another language than was asked for", _language),
    Rule("unquoted", 15, "warning", "wording of the picture without quotation marks", _unquoted),
)
"""In the order of their numbers. How often each speaks up about published alt texts: `benchmarks/TEXTS.md`."""
