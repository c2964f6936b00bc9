"""Git's wildcard patterns, matched in time that grows with the length of the name times that of the pattern.

As in gitignore(5) and git's wildmatch: bytes, not characters; "*" and "?" and sets do not match a slash, "**" between
slashes matches any folders. A pattern is a small automaton whose states are the bits of one number, so that no
pattern can make matching backtrack. Knows nothing of files.
"""

from __future__ import annotations

import functools

__all__ = ["ALL_BYTES", "Glob", "literal_length", "lowered"]

ALL_BYTES = (1 << 256) - 1
_SLASH = ord("/")
_ALL_BUT_SLASH = ALL_BYTES & ~(1 << _SLASH)
_SPECIAL = frozenset(b"*?[\\")


def _bits(values: bytes | range) -> int:
    return functools.reduce(lambda bits, value: bits | 1 << value, values, 0)


_GRAPH = _bits(range(0x21, 0x7F))
_ALNUM = _bits(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_UPPER = _bits(range(0x41, 0x5B))
_LOWER = _bits(range(0x61, 0x7B))
_DIGIT = _bits(range(0x30, 0x3A))
# POSIX classes in the C locale, as git has them.
_CLASSES = {
    b"alnum": _ALNUM,
    b"alpha": _UPPER | _LOWER,
    b"blank": _bits(b" \t"),
    b"cntrl": _bits(range(0x20)) | 1 << 0x7F,
    b"digit": _DIGIT,
    b"graph": _GRAPH,
    b"lower": _LOWER,
    b"print": _GRAPH | 1 << 0x20,
    b"punct": _GRAPH & ~_ALNUM,
    b"space": _bits(b" \t\n\v\f\r"),
    b"upper": _UPPER,
    b"xdigit": _DIGIT | _bits(b"ABCDEFabcdef"),
}

_STAR, _ANY_FOLDERS, _SKIP_FOLDERS = -1, -2, -3
"""Tokens that are not a set of bytes: any but slashes, any at all, and the way past "**/"."""


def lowered(name: bytes, *, ignore_case: bool) -> bytes:
    """The name as a pattern that ignores case is matched with: ASCII alone, as git does."""
    return name.lower() if ignore_case else name


def literal_length(pattern: bytes) -> int:
    """Bytes at the start of a pattern that match themselves."""
    return next((at for at, byte in enumerate(pattern) if byte in _SPECIAL), len(pattern))


class Glob:
    """A pattern, ready to be matched.

    Args:
        pattern: what follows the part that matches itself.
        is_path: whether slashes are special: they are not where a name without folders is matched.
        ignore_case: match names that `lowered` made.
    """

    __slots__ = ("_accept", "_any", "_any_slash", "_loop", "_loop_slash", "_required", "_skips", "_start", "_steps")

    def __init__(self, pattern: bytes, *, is_path: bool, ignore_case: bool) -> None:
        tokens = _tokens(pattern, is_path=is_path, ignore_case=ignore_case)
        self._loop = self._loop_slash = self._skips = self._any = self._any_slash = 0
        self._steps: dict[int, int] = {}
        self._accept = self._start = 0
        self._required = b""
        if tokens is None:  # a pattern that is not a valid one matches nothing
            return
        self._accept = 1 << len(tokens)
        for at, token in enumerate(tokens):
            if token in (_STAR, _ANY_FOLDERS):
                self._loop |= 1 << at
                self._loop_slash |= 1 << at if token == _ANY_FOLDERS else 0
            elif token == _SKIP_FOLDERS:
                self._skips |= 1 << at
            elif token in (ALL_BYTES, _ALL_BUT_SLASH):  # common, and else 256 entries each
                self._any |= 1 << at
                self._any_slash |= 1 << at if token == ALL_BYTES else 0
            else:
                for byte in _members(token):
                    self._steps[byte] = self._steps.get(byte, 0) | 1 << at
        self._start = self._with_ways(1)
        self._required = _longest_literal(tokens)

    def matches(self, name: bytes) -> bool:
        """Whether the whole name matches."""
        if self._required not in name:  # true of nearly all names, and found out at once
            return False
        states = self._start
        for byte in name:
            loop, any_byte = (self._loop_slash, self._any_slash) if byte == _SLASH else (self._loop, self._any)
            taken = states & (self._steps.get(byte, 0) | any_byte)
            states = self._with_ways(taken << 1 | states & loop)
            if not states:
                return False
        return bool(states & self._accept)

    def _with_ways(self, states: int) -> int:
        # Two kinds never follow their own kind, so that a few rounds find all.
        while True:
            more = states | (states & (self._loop | self._skips)) << 1 | (states & self._skips) << 3
            if more == states:
                return states
            states = more


def _longest_literal(tokens: list[int]) -> bytes:
    """The longest run of bytes that every name has to have."""
    longest, run = b"", b""
    skipped = -1  # the slash of "**/" need not be there
    for at, token in enumerate(tokens):
        if token == _SKIP_FOLDERS:
            skipped = at + 2
        is_literal = token > 0 and token & (token - 1) == 0 and at != skipped
        run = run + bytes([token.bit_length() - 1]) if is_literal else b""
        longest = max(longest, run, key=len)
    return longest


def _members(token: int) -> list[int]:
    """The bytes of a set: the one of a literal without going through all."""
    if token & (token - 1) == 0:
        return [token.bit_length() - 1] if token else []
    return [byte for byte in range(256) if token >> byte & 1]


def _tokens(pattern: bytes, *, is_path: bool, ignore_case: bool) -> list[int] | None:
    """A set of bytes, as bits, or a special token, for each part of a pattern; None for one that matches nothing."""
    tokens: list[int] = []
    at = 0
    while at < len(pattern):
        byte = pattern[at]
        if byte == ord("*"):
            end = at
            while end < len(pattern) and pattern[end] == ord("*"):
                end += 1
            stars = _stars(pattern, at, end, is_path=is_path)
            if stars[0] == _SKIP_FOLDERS and tokens[-3:] == [*stars, 1 << _SLASH]:
                end += 1  # "**/**/" is "**/"
            else:
                tokens += stars
            at = end
        elif byte == ord("?"):
            tokens.append(_ALL_BUT_SLASH if is_path else ALL_BYTES)
            at += 1
        elif byte == ord("["):
            found = _set(pattern, at + 1, ignore_case=ignore_case)
            if found is None:
                return None
            bits, at = found
            tokens.append(bits & _ALL_BUT_SLASH if is_path else bits)
        else:
            at += byte == ord("\\")
            if at == len(pattern):
                return None
            tokens.append(1 << lowered(pattern[at : at + 1], ignore_case=ignore_case)[0])
            at += 1
    return tokens


def _stars(pattern: bytes, start: int, end: int, *, is_path: bool) -> list[int]:
    if not is_path:
        return [_ANY_FOLDERS]
    rest = pattern[end:]
    is_folders = end - start > 1 and (start == 0 or pattern[start - 1] == _SLASH)
    if not is_folders or not (rest == b"" or rest.startswith((b"/", b"\\/"))):
        return [_STAR]
    return [_SKIP_FOLDERS, _ANY_FOLDERS] if rest.startswith(b"/") else [_ANY_FOLDERS]


def _set(pattern: bytes, at: int, *, ignore_case: bool) -> tuple[int, int] | None:
    """The bytes of a set that begins before `at`, and where it ends; None where it is not a valid one.

    As in git, a "]" that comes first is one of the set, and a range may begin or end with an escaped byte.
    """
    is_negated = pattern[at : at + 1] in (b"!", b"^")
    at += is_negated
    bits = 0
    previous = -1
    is_first = True
    while True:
        if at >= len(pattern):
            return None
        byte = pattern[at]
        if byte == ord("]") and not is_first:
            break
        is_first = False
        if byte == ord("-") and previous >= 0 and at + 1 < len(pattern) and pattern[at + 1] != ord("]"):
            at += 1
            if pattern[at] == ord("\\"):
                at += 1
                if at >= len(pattern):
                    return None
            bits |= _bits(range(previous, pattern[at] + 1))
            previous = -1
        elif byte == ord("[") and pattern[at + 1 : at + 2] == b":":
            end = pattern.find(b"]", at + 2)
            if end < 0:
                return None
            if pattern[end - 1] != ord(":") or end - 1 < at + 2:
                bits |= 1 << byte
                previous = byte
            else:
                named = _CLASSES.get(pattern[at + 2 : end - 1])
                if named is None:
                    return None
                bits |= named
                previous = -1
                at = end
        else:
            if byte == ord("\\"):
                at += 1
                if at >= len(pattern):
                    return None
                byte = pattern[at]
            bits |= 1 << byte
            previous = byte
        at += 1
    if ignore_case:  # names come in lower case
        bits |= (bits & _UPPER) << 32
    return (ALL_BYTES & ~bits if is_negated else bits), at + 1
