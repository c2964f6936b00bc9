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
# The channel's name, where its markers were not printed; and a plan in plain words, where a
# label says where it ends and the answer begins.
_THINKING_WORDS = re.compile(
    r"^\s*(?:thought\s*\n"
    r"|\W{0,3}(?:thinking|reasoning|thought)(?: process)?\W{0,3}:.*"
    r"\n\W{0,3}(?:final answer|alt[ -]?text|answer)\W{0,3}:)",
    re.DOTALL | re.IGNORECASE,
)


def without_thinking(text: str) -> str:
    """The text without thinking: between markers, after the name of a channel, or in plain words before a label."""
    return _THINKING_WORDS.sub("", without_marked_thinking(text))


def without_marked_thinking(text: str) -> str:
    """The text without thinking between markers, of which one may be missing."""
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


def without_special_tokens(text: str) -> str:
    """The text without special tokens, and without what follows the end of the model's turn."""
    text = _TURN_END.sub("", text)
    for _ in range(_MAX_ROUNDS):  # taking one out of the middle of another leaves a whole one
        shorter = _SPECIAL_TOKEN.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


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
