"""How many steps a backtracking engine takes for a pattern: an interpreter of the parse tree that counts.

It tries what CPython's engine tries, in the same order and without its shortcuts, so it never counts fewer. A test
compares its matches with those of `re`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

if sys.version_info >= (3, 11):
    from re import _constants as constants, _parser as parser
else:
    import sre_constants as constants
    import sre_parse as parser

__all__ = ["TooManyStepsError", "attacks", "count_steps", "matches"]

_Go: TypeAlias = Callable[[int], int]
"""Goes on from a place; gives where all of it ends, or -1."""
_Node: TypeAlias = Callable[[int, _Go], int]
_Test: TypeAlias = Callable[[str], bool]

_CATEGORIES: dict[Any, _Test] = {
    constants.CATEGORY_DIGIT: str.isdecimal,
    constants.CATEGORY_NOT_DIGIT: lambda c: not c.isdecimal(),
    constants.CATEGORY_SPACE: str.isspace,
    constants.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    constants.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    constants.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


BOUND = 30
"""What a limit on repetitions counts as, if it is higher: any limit is one, and short texts do not reach a high one."""


class TooManyStepsError(Exception):
    """The budget is spent."""


class _Machine:
    """One pattern over one text."""

    def __init__(self, pattern: re.Pattern[str], text: str, budget: int, most: int | None = None) -> None:
        self.text, self.budget, self.steps = text, budget, 0
        self._most = most
        self._node = self._sequence(parser.parse(pattern.pattern, pattern.flags), pattern.flags)

    def run(self, start: int, *, full: bool = False, empty: bool = True) -> int:
        """Where the match that begins at `start` ends, or -1."""

        def end(at: int) -> int:
            return -1 if (full and at < len(self.text)) or (at == start and not empty) else at

        return self._node(start, end)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.budget:
            raise TooManyStepsError

    def _sequence(self, items: Any, flags: int) -> _Node:  # noqa: ANN401
        nodes = [self._item(op, value, flags) for op, value in items]

        def sequence(at: int, go: _Go, index: int = 0) -> int:
            if index == len(nodes):
                return go(at)
            return nodes[index](at, lambda end: sequence(end, go, index + 1))

        return sequence if len(nodes) != 1 else nodes[0]

    def _item(self, op: Any, value: Any, flags: int) -> _Node:  # noqa: ANN401
        test = _single(op, value, flags)
        if test is not None:
            return self._one(test)
        if op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            return self._repeat(value, flags, is_greedy=op is constants.MAX_REPEAT)
        if op is constants.SUBPATTERN:
            _, added, taken, items = value
            return self._sequence(items, (flags | added) & ~taken)
        if op is constants.BRANCH:
            branches = [self._sequence(branch, flags) for branch in value[1]]
            return lambda at, go: next((end for branch in branches if (end := branch(at, go)) >= 0), -1)
        if op is constants.AT:
            holds = _anchor(value, self.text, flags)

            def anchor(at: int, go: _Go) -> int:
                self._step()
                return go(at) if holds(at) else -1

            return anchor
        if op in (constants.ASSERT, constants.ASSERT_NOT):
            return self._assertion(value, flags, is_wanted=op is constants.ASSERT)
        raise NotImplementedError(f"{op}: write the pattern without it")

    def _one(self, test: _Test) -> _Node:
        text, length = self.text, len(self.text)

        def one(at: int, go: _Go) -> int:
            self._step()
            return go(at + 1) if at < length and test(text[at]) else -1

        return one

    def _repeat(self, value: Any, flags: int, *, is_greedy: bool) -> _Node:  # noqa: ANN401
        least, most, items = value
        if most is constants.MAXREPEAT:
            most = len(self.text) + 1
        elif self._most is not None:
            most = max(least, min(most, self._most))
        op, only = items[0]
        test = _single(op, only, flags) if len(items) == 1 else None
        if test is not None:
            return self._repeat_one(test, least, most, is_greedy=is_greedy)
        inner = self._sequence(items, flags)

        def repeat(at: int, go: _Go, n: int = 0, before: int = -1) -> int:
            self._step()
            if n < least:
                return inner(at, lambda end: repeat(end, go, n + 1, at))
            if is_greedy:
                if n < most and at != before:
                    end = inner(at, lambda end: repeat(end, go, n + 1, at))
                    if end >= 0:
                        return end
                return go(at)
            end = go(at)
            return end if end >= 0 or n >= most or at == before else inner(at, lambda e: repeat(e, go, n + 1, at))

        return repeat

    def _repeat_one(self, test: _Test, least: int, most: int, *, is_greedy: bool) -> _Node:
        text, length = self.text, len(self.text)

        def repeat(at: int, go: _Go) -> int:
            end, last = at, min(at + most, length)
            wanted = last if is_greedy else min(at + least, length)
            while end < wanted and test(text[end]):
                self._step()
                end += 1
            if end - at < least:
                return -1
            while True:
                self._step()
                found = go(end)
                if found >= 0:
                    return found
                if is_greedy:
                    end -= 1
                    if end < at + least:
                        return -1
                else:
                    if end >= last or not test(text[end]):
                        return -1
                    end += 1

        return repeat

    def _assertion(self, value: Any, flags: int, *, is_wanted: bool) -> _Node:  # noqa: ANN401
        direction, items = value
        inner = self._sequence(items, flags)
        width = 0 if direction > 0 else items.getwidth()[0]

        def assertion(at: int, go: _Go) -> int:
            self._step()
            start = at - width
            holds = start >= 0 and inner(start, lambda end: end) >= 0
            return go(at) if holds == is_wanted else -1

        return assertion


def _single(op: Any, value: Any, flags: int) -> _Test | None:  # noqa: ANN401
    """The test of an item that takes one character; None for any other."""
    ignores_case = bool(flags & re.IGNORECASE)
    if op is constants.LITERAL:
        return _caseless(lambda c: ord(c) == value, ignores_case)
    if op is constants.NOT_LITERAL:
        same = _caseless(lambda c: ord(c) == value, ignores_case)
        return lambda c: not same(c)
    if op is constants.ANY:
        return (lambda _: True) if flags & re.DOTALL else (lambda c: c != "\n")
    if op is not constants.IN:
        return None
    is_negated = value[0][0] is constants.NEGATE
    tests = [_member(*each) for each in (value[1:] if is_negated else value)]
    has = _remembered(_caseless(lambda c: any(test(c) for test in tests), ignores_case))
    return (lambda c: not has(c)) if is_negated else has


def _member(op: Any, value: Any) -> _Test:  # noqa: ANN401
    if op is constants.LITERAL:
        return lambda c: ord(c) == value
    if op is constants.RANGE:
        return lambda c: value[0] <= ord(c) <= value[1]
    return _CATEGORIES[value]


def _caseless(test: _Test, ignores_case: bool) -> _Test:
    return (lambda c: any(map(test, {c, c.lower()[:1], c.upper()[:1]}))) if ignores_case else test


def _remembered(test: _Test) -> _Test:
    known: dict[str, bool] = {}

    def remembered(c: str) -> bool:
        if c not in known:
            known[c] = test(c)
        return known[c]

    return remembered


def _anchor(value: Any, text: str, flags: int) -> Callable[[int], bool]:  # noqa: ANN401
    length = len(text)

    def is_word(at: int) -> bool:
        return 0 <= at < length and (text[at].isalnum() or text[at] == "_")

    lines = bool(flags & re.MULTILINE)
    if value in (constants.AT_BEGINNING, constants.AT_BEGINNING_STRING):
        return lambda at: at == 0 or (lines and value is constants.AT_BEGINNING and text[at - 1] == "\n")
    if value is constants.AT_END:
        return lambda at: at >= length - (text[-1:] == "\n") or (lines and text[at] == "\n")
    if value is constants.AT_END_STRING:
        return lambda at: at == length
    is_boundary = value is constants.AT_BOUNDARY
    return lambda at: (is_word(at - 1) != is_word(at)) == is_boundary


def matches(pattern: re.Pattern[str], text: str, *, budget: int = 10**9) -> Iterator[tuple[int, int]]:
    """Where the pattern matches, as `finditer` gives it."""
    machine = _Machine(pattern, text, budget)
    yield from _found(machine)


def count_steps(pattern: re.Pattern[str], text: str, *, budget: int, way: str = "scan") -> int:
    """The steps of `finditer` (way "scan") or `fullmatch` (way "match") of a pattern over a text.

    Raises:
        TooManyStepsError: there are more than `budget`.
    """
    machine = _Machine(pattern, text, budget, BOUND)
    if way == "match":
        machine.run(0, full=True)
    else:
        for _ in _found(machine):
            pass
    return machine.steps


def _found(machine: _Machine) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(machine.text):
        end = machine.run(start)
        if end >= 0:
            yield start, end
        if end == start and (end := machine.run(start, empty=False)) >= 0:
            yield start, end
        start = max(end, start + 1)


def attacks(pattern: re.Pattern[str], length: int) -> Sequence[str]:
    """Texts for a pattern itself: its own characters and what it matches, again and again, then what does not fit."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    own = list(dict.fromkeys(_characters(tree)))[:10]
    sample = _sample(tree)
    pieces = [*own, *(a + b for a in own[:6] for b in own[:6] if a != b)]
    pieces += filter(None, [sample, sample[:-1], sample[: len(sample) // 2], f"{sample} "])
    starts = ("", "".join(own[:3]), sample[:-1])
    return [f"{start}{piece * (length // len(piece))}!" for piece in pieces for start in dict.fromkeys(starts)]


def _sample(items: Any) -> str:  # noqa: ANN401
    """About what a pattern matches."""
    parts = []
    for op, value in items:
        if op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            parts.append(_sample(value[2]) * min(max(value[0], 1), 50))
        elif op is constants.SUBPATTERN:
            parts.append(_sample(value[3]))
        elif op is constants.BRANCH:
            parts.append(_sample(value[1][0]))
        elif op not in (constants.ASSERT, constants.ASSERT_NOT, constants.AT):
            parts.append(next(_characters([(op, value)]), ""))
    return "".join(parts)


def _characters(items: Any) -> Iterator[str]:  # noqa: ANN401
    """One character for each class in a pattern."""
    for op, value in items:
        if op is constants.LITERAL:
            yield chr(value)
        elif op is constants.IN:
            test = _single(op, value, 0)
            assert test is not None
            yield from [c for c in "a7 \n_-.,'\"@(<*`é中" if test(c)][:3]
        elif op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            yield from _characters(value[2])
        elif op is constants.SUBPATTERN:
            yield from _characters(value[3])
        elif op is constants.BRANCH:
            for branch in value[1][:8]:
                yield from _characters(branch)
        elif op in (constants.ASSERT, constants.ASSERT_NOT):
            yield from _characters(value[1])
        elif op in (constants.ANY, constants.NOT_LITERAL):
            yield "a"
