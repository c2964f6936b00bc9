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
"""Tokens that are no set of bytes: any but slashes, any at all, and the way past "**/"."""


def lowered(name: bytes, *, ignore_case: bool) -> bytes:
    """The name as a pattern that ignores case is matched with: ASCII alone, as git does."""
    return name.lower() if ignore_case else name


def literal_length(pattern: bytes) -> int:
    """Bytes at the start of a pattern that stand for themselves."""
    return next((at for at, byte in enumerate(pattern) if byte in _SPECIAL), len(pattern))


class Glob:
    """A pattern, ready to be matched.

    Args:
        pattern: what follows any part that stands for itself.
        is_path: whether slashes are special: they are not where a name without folders is matched.
        ignore_case: match names that `lowered` made.
    """

    __slots__ = ("_accept", "_loop", "_loop_slash", "_start", "_steps", "_ways")

    def __init__(self, pattern: bytes, *, is_path: bool, ignore_case: bool) -> None:
        tokens = _tokens(pattern, is_path=is_path, ignore_case=ignore_case)
        self._loop = self._loop_slash = 0
        self._ways: dict[int, int] = {}
        self._steps: list[int] = [0] * 256
        self._accept = self._start = 0
        if tokens is None:  # a pattern that is not a valid one matches nothing
            return
        self._accept = 1 << len(tokens)
        for at, token in enumerate(tokens):
            if token in (_STAR, _ANY_FOLDERS):
                self._loop |= 1 << at
                self._loop_slash |= 1 << at if token == _ANY_FOLDERS else 0
                self._ways[at] = 1 << at + 1
            elif token == _SKIP_FOLDERS:
                self._ways[at] = 1 << at + 1 | 1 << at + 3
            else:
                for byte in range(256):
                    self._steps[byte] |= (token >> byte & 1) << at
        self._start = self._with_ways(1)

    def matches(self, name: bytes) -> bool:
        """Whether the whole name matches."""
        states = self._start
        for byte in name:
            loop = self._loop_slash if byte == _SLASH else self._loop
            states = self._with_ways((states & self._steps[byte]) << 1 | states & loop)
            if not states:
                return False
        return bool(states & self._accept)

    def _with_ways(self, states: int) -> int:
        # Ways lead forward only, so that one pass over them in order finds all.
        for at, ways in self._ways.items():
            if states >> at & 1:
                states |= ways
        return states


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
            tokens += _stars(pattern, at, end, is_path=is_path)
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
