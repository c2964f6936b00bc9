"""What the format of a model leaves in an answer: thinking, special tokens, characters that nobody sees.

Knows the markers of the families that localalt runs, and of others whose weights fit it.
"""

from __future__ import annotations

import re
import unicodedata

from localalt.text.pairs import Finder, PairKind

__all__ = ["without_invisible", "without_marked_thinking", "without_special_tokens", "without_thinking"]

_MAX_ROUNDS = 32
"""Of taking tokens out: in one round the pieces of a token may meet, and become a whole one."""

# Thinking. Gemma 4 opens a channel, gpt-oss names one, the others use tags.
_thinking = Finder(
    (
        PairKind(r"<think(?:ing)?>", r"(</think(?:ing)?>)"),
        PairKind(r"<\|channel>", r"(<channel\|>)"),
        PairKind(r"◁think▷", r"(◁/think▷)"),
        PairKind(r"\[THINK\]", r"(\[/THINK\])"),
        PairKind(r"<seed:think>", r"(</seed:think>)"),
        PairKind(
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
_THINKING_MARK = re.compile(
    r"</?think(?:ing)?>|◁/?think▷|<\|channel>|<channel\|>|\[/?THINK\]|</?seed:think>|<\|channel\|>analysis",
    re.IGNORECASE,
)
# The channel's name, where its markers were not printed; and a plan in plain words, where a
# label says where it ends and the answer begins.
_CHANNEL_NAME = re.compile(r"\s*thought[ \t]*\n\s*")
_THINKING_WORDS = re.compile(
    r"\s*\W{0,3}(?:thinking|reasoning|thought)(?: process)?\W{0,3}:.*"
    r"\n\W{0,3}(?:final answer|alt[ -]?text|answer)\W{0,3}:",
    re.DOTALL | re.IGNORECASE,
)


def without_thinking(text: str) -> str:
    """The text without thinking: between markers, after the name of a channel, or in plain words before a label."""
    text = without_marked_thinking(text)
    words = _CHANNEL_NAME.match(text) or _THINKING_WORDS.match(text)
    # "thought\nbubble": the first word of a text that was wrapped.
    return text if words is None or text[words.end() : words.end() + 1].islower() else text[words.end() :]


def without_marked_thinking(text: str) -> str:
    """The text without thinking between markers, of which one may be missing."""
    first = _THINKING_MARK.search(text)
    if first is None or _is_shown(text, *first.span()):
        return text
    parts: list[str] = []
    at = 0
    for pair in _thinking(text):
        parts.append(text[at : pair.start])
        at = pair.end
    text = "".join([*parts, text[at:]])
    text = _THINKING_END.sub("", text)
    return _THINKING_OPEN.sub("", text)


# A turn that ended; anything after it is the model talking to itself.
_TURN_END = re.compile(r"<end_of_turn>|<turn\|>|<\|im_end\|>|<\|endoftext\|>|<eos>|</s>|<\|eot_id\|>")
# Where something is in the picture: tokens, and the numbers between them.
_number = r"[\[(\s]{0,4}\d{1,5}(?:\.\d{1,6})?[\])\s]{0,4}"
_BOX = rf"{_number}(?:,{_number}){{1,63}}"
_GROUNDING = re.compile(
    rf"<\|(?:box_start|quad_start|point_start|det)\|>{_BOX}<\|(?:box_end|quad_end|point_end|/det)\|>"
    rf"|<(?:box|quad|point|bbox|coordinates?)>{_BOX}</(?:box|quad|point|bbox|coordinates?)>"
    r"|<object>(?:<patch_index_\d{1,5}>|</delimiter_of_multi_objects/>){1,64}</object>"
    r"|</?(?:phrase|ref|grounding|object)>|"
    r"<points?(?: [xy]\d{0,3}=\"[\d.]{1,8}\"){1,64}(?: alt=\"[^\"<>]{0,200}\")?>|</points?>"
    r"|<loc_?\d{1,4}>|<seg\d{3}>|<patch_index_\d{1,5}>"
    rf"|\[\[{_BOX}\]\](?=[\s.,;])",
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


def without_special_tokens(text: str) -> str:
    """The text without special tokens, and without what follows the end of the model's turn."""
    said = 0
    for end in _TURN_END.finditer(text):
        if not text[said : end.start()].strip():
            said = end.end()  # nothing is said so far: the end of the prompt
        elif not _is_shown(text, *end.span()):
            text = text[: end.start()].rstrip()
            break
    for _ in range(_MAX_ROUNDS):  # taking one out of the middle of another leaves a whole one
        shorter = _SPECIAL_TOKEN.sub(_unless_shown, _GROUNDING.sub("", text))
        if shorter == text:
            break
        text = shorter
    return text


def _unless_shown(token: re.Match[str]) -> str:
    return token[0] if _is_shown(token.string, *token.span()) else ""


def _is_shown(text: str, start: int, end: int) -> bool:
    """Whether a marker is a word of a sentence, as in "A slide with the tokens <s> and </s>."."""
    is_after_a_word = start > 1 and text[start - 1] == " " and (text[start - 2].isalnum() or text[start - 2] in ",:")
    is_before_a_word = text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
    ends_a_sentence = text[end : end + 1] in {",", ".", ";", ":"} and text[end + 1 : end + 2] in {"", " "}
    return (is_before_a_word and (is_after_a_word or start == 0)) or (is_after_a_word and ends_a_sentence)


# Meaningful in Arabic, Persian, Hebrew and Indian scripts and in emoji, unlike every other
# character without a shape.
_USED_FORMATS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"


def without_invisible(text: str) -> str:
    """The text without control characters, overrides of the reading direction, and half characters at its end."""
    # The text goes into people's pages: no control characters, no override of the reading
    # direction, nothing hidden from the person who confirms it.
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in _USED_FORMATS or c.isspace()
    ).rstrip("\N{REPLACEMENT CHARACTER}")  # half a character, where the token limit cut it
