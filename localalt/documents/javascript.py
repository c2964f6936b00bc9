"""Pieces of JavaScript: strings, regular expressions, and expressions that are one string. Not a parser of it."""

from __future__ import annotations

import re

__all__ = ["after_regex", "after_string", "is_after_value", "literal_of"]

_SIMPLE = re.compile(
    r"""\{\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.|\$(?!\{))*)`)\s*\}""", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r\n|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_OPERAND = re.compile(r"[\w$)\]}\"'`]\s*$")
_KEYWORD = re.compile(r"\b(?:return|typeof|case|in|of|await|yield|default|do|else|void|delete|new|throw)\s*$")


def literal_of(expression: str) -> str | None:
    """The text of an expression in braces that is one string, None for any other."""
    match = _SIMPLE.fullmatch(expression)
    if match is None:
        return None
    return _ESCAPE.sub(_unescaped, next(each for each in match.groups() if each is not None))


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return "" if match[4] is None else _CONTROL.get(match[4], match[4])


def after_string(content: str, start: int) -> int:
    """The offset behind a string that opens at `start`; an apostrophe on a line of its own opens none."""
    quote = content[start]
    string = re.compile(rf"{quote}(?:[^{quote}\\\n]|\\.)*{quote}", re.DOTALL)
    match = string.match(content, start, start + 100_000)
    return match.end() if match else start + 1


def after_regex(content: str, start: int) -> int:
    """The offset behind a regular expression that opens at `start`, or behind the slash where it is not one."""
    match = _REGEX.match(content, start, start + 1_000)
    return match.end() if match else start + 1


def is_after_value(content: str, begun: int, at: int) -> bool:
    """Whether a value ends before this offset: then "<" compares, or begins a type, and "/" divides.

    Looks no further back than `begun`, where the program begins.
    """
    before = content[max(begun, at - 40) : at]
    return _OPERAND.search(before) is not None and _KEYWORD.search(before) is None
