"""What a model wrote -> the text that a reader gets.

Takes off what is not alt text (leaked thinking, special tokens, labels, chatter, Markdown,
quotes around the whole), makes it one line, and lets a text that was cut off end at a
sentence. It never rewrites what is said: openings such as "The image shows" are for the
linter. Knows nothing of models, tokens or pictures.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from localalt.text.pairs import Finder, Kind
from localalt.text.quotations import outside_quotes
from localalt.text.truncation import cut_off
from localalt.types import FinishReason, Notice

__all__ = ["Cleaned", "clean", "clean_copy", "clean_paragraphs", "without_chatter", "without_markup"]

Steps: TypeAlias = tuple[Callable[[str], str], ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean text, and what its reader should know about it."""

    text: str
    notices: tuple[Notice, ...]


def clean(raw: str, *, finish_reason: FinishReason) -> Cleaned:
    """The alt text in an answer.

    An answer that was cut off ("length") or stopped in a loop ("loop") keeps its whole
    sentences, or its whole words and "…" where no sentence is complete; of a repeated end one
    copy stays.

    Never raises, never gives more than one character more than it got, and leaves its own
    texts as they are. Notices: "cut-off", "loop", "empty".
    """
    return _told_if_empty(*_ended(raw, finish_reason, _STEPS))


def clean_paragraphs(raw: str, *, finish_reason: FinishReason) -> Cleaned:
    """The long description in an answer: as `clean`, its paragraphs kept, parted by a blank line."""
    return _told_if_empty(*_ended(raw, finish_reason, _STEPS_OF_PARAGRAPHS))


def clean_copy(raw: str, *, finish_reason: FinishReason, nothing: str) -> Cleaned:
    """The text of a picture in an answer: its words and lines as they are.

    Only what cannot be the picture's is taken off: thinking, special tokens, invisible
    characters and a code fence around the whole. An answer that was cut off keeps its whole
    words. The answer `nothing` is no text, with the notice "no-text".
    """
    text, notices = _ended(raw, finish_reason, _STEPS_OF_A_COPY, in_sentences=False)
    if text.strip(_AROUND_A_COPY).casefold() == nothing.strip(_AROUND_A_COPY).casefold():
        return Cleaned("", (Notice("no-text", "The model found no text in the picture."),))
    return _told_if_empty(text, notices)


def _ended(
    raw: str, finish_reason: FinishReason, steps: Steps, *, in_sentences: bool = True
) -> tuple[str, list[Notice]]:
    """A settled text with an end that suits what ended it."""
    text = _settle(raw, steps)
    if finish_reason == "loop":
        once = _without_repeats(text)
        text = cut_off(once, in_a_word=once == text, in_sentences=in_sentences)
        notice = Notice("loop", "The model began to repeat itself: what came before that is kept.")
    elif finish_reason == "length":
        text = cut_off(text, in_a_word=True, in_sentences=in_sentences)
        notice = Notice("cut-off", "The answer reached the token limit and was cut off.")
    else:
        return text, []
    return _settle(text, steps), [notice]


def _told_if_empty(text: str, notices: list[Notice]) -> Cleaned:
    if not any(unicodedata.category(c)[0] in "LNS" for c in text):
        text = ""
        notices.append(Notice("empty", "The model wrote nothing that could be used."))
    return Cleaned(text, tuple(notices))


_MAX_ROUNDS = 32
"""Of all steps: two or three settle what a model writes, and one for each layer what is packed like an onion."""


def _settle(text: str, steps: Steps) -> str:
    # What one step uncovers is another's work: a label inside quotes, quotes behind a label.
    for _ in range(_MAX_ROUNDS):
        before = text
        for step in steps:
            text = step(text)
        if text == before:
            return text
    return ""  # markup around markup, and nothing that a person would read


# Thinking. Gemma 4 opens a channel, gpt-oss names one, the others use tags.
_thinking = Finder(
    (
        Kind(r"<think(?:ing)?>", r"(</think(?:ing)?>)"),
        Kind(r"<\|channel>", r"(<channel\|>)"),
        Kind(r"\[THINK\]", r"(\[/THINK\])"),
        Kind(r"<seed:think>", r"(</seed:think>)"),
        Kind(
            r"<\|channel\|>analysis<\|message\|>",
            r"(<\|end\|>|(?=<\|start\|>|<\|channel\|>final))",
        ),
    ),
    re.IGNORECASE,
)
# The opening may have been part of the prompt, so that the answer begins inside.
_THINKING_END = re.compile(r"^.*(?:</think(?:ing)?>|<channel\|>|\[/THINK\]|</seed:think>)", re.DOTALL | re.IGNORECASE)
_THINKING_OPEN = re.compile(
    r"(?:<think(?:ing)?>|<\|channel>|\[THINK\]|<seed:think>|<\|channel\|>analysis).*", re.DOTALL | re.IGNORECASE
)
# The channel's name, where its markers were not printed; and a plan in plain words, where a
# label tells its end from the answer.
_THINKING_WORDS = re.compile(
    r"^\s*(?:thought\s*\n"
    r"|\W{0,3}(?:thinking|reasoning|thought)(?: process)?\W{0,3}:.*"
    r"\n\W{0,3}(?:final answer|alt[ -]?text|answer)\W{0,3}:)",
    re.DOTALL | re.IGNORECASE,
)


def _without_thinking(text: str) -> str:
    return _THINKING_WORDS.sub("", _without_marked_thinking(text))


def _without_marked_thinking(text: str) -> str:
    parts: list[str] = []
    at = 0
    for pair in _thinking(text):
        parts.append(text[at : pair.start])
        at = pair.end
    text = "".join([*parts, text[at:]])
    text = _THINKING_END.sub("", text)
    return _THINKING_OPEN.sub("", text)


# A turn that ended; anything after it is the model talking to itself.
_TURN_END = re.compile(
    r"(?<=\S)\s*(?:<end_of_turn>|<turn\|>|<\|im_end\|>|<\|endoftext\|>|<eos>|</s>|<\|eot_id\|>).*", re.DOTALL
)
_SPECIAL_TOKEN = re.compile(
    # The header of a turn, with whose it is.
    r"(?:<\|im_start\|>|<\|turn>|<start_of_turn>|<\|start\|>|<\|channel\|>)(?:assistant|model|user|final)?"
    r"|"
    r"<\|[^<>|\s]{1,40}\|?>"  # <|im_start|>, <|turn>
    r"|<[a-z_\"]{1,40}\|>"  # <turn|>
    r"|<｜[^<>\s]{1,40}｜>"  # DeepSeek's are full width
    r"|</?(?:start|end)_of_(?:turn|image|utterance)>|<end_of_utterance>|<fake_token_around_image>"
    r"|<(?:bos|eos|pad|unk|mask|s|/s|global-img|image_soft_token|__media__)>|<unused\d+>|<0x[0-9A-Fa-f]{2}>"
    r"|\[/?INST\]|\[IMG(?:_END|_BREAK)?\]|\[/?SYSTEM_PROMPT\]"
)


def _without_special_tokens(text: str) -> str:
    text = _TURN_END.sub("", text)
    for _ in range(_MAX_ROUNDS):  # taking one out of the middle of another leaves a whole one
        shorter = _SPECIAL_TOKEN.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


# Meaningful in Arabic, Persian, Hebrew and Indian scripts and in emoji, unlike every other
# character without a shape.
_KEPT_FORMATS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"


def _without_invisible(text: str) -> str:
    # The text goes into people's pages: no control characters, no override of the reading
    # direction, nothing hidden from the person who confirms it.
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in _KEPT_FORMATS or c.isspace()
    ).rstrip("\N{REPLACEMENT CHARACTER}")  # half a character, where the token limit cut it


_LINE_MARKUP = re.compile(
    r"^[ \t]*(?:(?:```|~~~)[\w+-]*[ \t]*|(?:[-*_][ \t]*){3,})$"  # fences, rules
    r"|^[ \t]*(?:(?:#{1,6}|>)[ \t]+)+",  # headings, block quotes
    re.MULTILINE,
)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•][ \t]+)+", re.MULTILINE)
_NEXT_BULLET = re.compile(r"(?<=[^\s.!?;:,。！？…])\s*\n[ \t]*[-*+•][ \t]+")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")  # and a picture
# Each takes its markup off and leaves what it holds.
_INLINE_MARKUP = tuple(
    Finder((kind,))
    for kind in (
        Kind("```", "(```)|`"),
        Kind(r"(?<!`)`(?=[^`\n])", r"(`(?!`))|[`\n]"),
        Kind(r"\*\*(?=\S)", r"((?<=\S)\*\*)|\n", 1),
        Kind(r"(?<!\w)__(?=\S)", r"((?<=\S)__(?![\w(]))|\n", 1),
        Kind(r"~~(?=\S)", r"((?<=\S)~~)|\n", 1),
        Kind(r"(?<![\w*])\*(?=[^\s*])", r"((?<=\S)\*(?![\w*]))|[*\n]", 1),
        Kind(r"(?<![\w_])_(?=[^\s_])", r"((?<=\S)_(?![\w_]))|[_\n]", 1),
    )
)
_STRAY_MARKUP = re.compile(r"(?<!\w)\*\*|\*\*(?!\w)|```|<br ?/?>")  # and not the power of "x**3"


def without_markup(text: str) -> str:
    """The text without thinking, special tokens and Markdown; what is quoted stays as it is."""
    return _without_markdown(_without_special_tokens(_without_thinking(text)))


def _without_markdown(text: str) -> str:
    text = _LINE_MARKUP.sub("", text)
    # A list read aloud needs its pauses.
    text = _BULLET.sub("", _NEXT_BULLET.sub("; ", text))
    text = outside_quotes(_links, text)
    for find in _INLINE_MARKUP:
        text = outside_quotes(functools.partial(_held, find), text)
    return outside_quotes(_stray_markup, text)


def _links(text: str) -> Iterator[tuple[int, int, str]]:
    return ((*match.span(), match[1]) for match in _LINK.finditer(text))


def _held(find: Finder, text: str) -> Iterator[tuple[int, int, str]]:
    return ((pair.start, pair.end, text[pair.inner_start : pair.inner_end]) for pair in find(text))


def _stray_markup(text: str) -> Iterator[tuple[int, int, str]]:
    return ((*match.span(), "") for match in _STRAY_MARKUP.finditer(text))


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


def _without_outer_quotes(text: str) -> str:
    text = text.strip()
    closing = _QUOTES.get(text[:1])
    if closing is None:
        return text
    inner = text[1:]
    if len(text) > 1 and text[-1] in closing:
        inner = text[1:-1]
        parted = _FREE_APOSTROPHE.search(inner) if text[0] in "'‘" else set(inner) & {text[0], *closing}
        return text if parted else inner
    # An answer cut off inside its quotes has an opening one alone.
    return inner if text[0] in '"“„«「『' and not set(inner) & {text[0], *closing} else text


_CJK = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_SIGN = re.compile(f"[{_CJK}]")
_SPACES = re.compile(r"\s+")


def _on_one_line(text: str) -> str:
    return _SPACES.sub(_joint, text.strip())


def _joint(spaces: re.Match[str]) -> str:
    """What stands in place of white space: nothing for a line break between two signs, which no space parts."""
    text, start, end = spaces.string, *spaces.span()
    is_between_signs = _SIGN.match(text, start - 1) and _SIGN.match(text, end)
    return "" if is_between_signs and "\n" in spaces[0] else " "


_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


def _in_paragraphs(text: str) -> str:
    lines = (_on_one_line(paragraph) for paragraph in _PARAGRAPH_BREAK.split(text))
    return "\n\n".join(line for line in lines if line)


_FENCE = re.compile(r"\s*```[\w+-]*[ \t]*\n")
_AROUND_A_COPY = " \n\"'“”„«».!。()[]*"


def _without_fence(text: str) -> str:
    opening = _FENCE.match(text)
    if opening is None:
        return text
    inner = text[opening.end() :].rstrip()
    before = inner[:-3].rstrip(" \t")
    return before[:-1] if inner.endswith("```") and before.endswith("\n") else inner


def _in_lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_SAFE_STEPS: Steps = (_without_special_tokens, _without_invisible)
_STEPS_OF_A_COPY: Steps = (_without_marked_thinking, *_SAFE_STEPS, _without_fence, _in_lines)
_WORDING_STEPS: Steps = (_without_thinking, *_SAFE_STEPS, _without_markdown, without_chatter, _without_outer_quotes)
_STEPS_OF_PARAGRAPHS: Steps = (*_WORDING_STEPS, _in_paragraphs)
_STEPS: Steps = (*_WORDING_STEPS, _on_one_line)


def _without_repeats(text: str) -> str:
    """All but one copy of what the text ends by repeating, three times or more."""
    # Copies that a space parts have one less of it than copies; without one they have none.
    return _one_copy(text) or _one_copy(f"{text} ") or text


_SPACE = re.compile(r"\s")


def _one_copy(text: str) -> str | None:
    """`text` with one copy of its repeated end, or None where the end does not repeat."""
    backwards = text[::-1]
    border = [0] * (len(backwards) + 1)
    border[0] = -1
    dropped = 0
    for length in range(1, len(backwards) + 1):
        k = border[length - 1]
        while k >= 0 and backwards[k] != backwards[length - 1]:
            k = border[k]
        border[length] = k + 1
        period = length - border[length]
        if length >= 3 * period:
            dropped = max(dropped, length - period)
    if not dropped:
        return None
    # Copies may be counted from inside a word: the one that stays goes on to the end of it.
    kept, rest = text[: len(text) - dropped], text[len(text) - dropped :]
    end_of_word = _SPACE.search(rest)
    return kept + rest[: end_of_word.start()] if end_of_word and not kept[-1:].isspace() else kept
