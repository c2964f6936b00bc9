"""The functions, methods, filters and tests that a chat template may use: each pays before it makes something large."""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

import jinja2.utils

from localalt.errors import TemplateError
from localalt.prompting.sandbox.budget import BUDGET_UNITS, CHARS_PER_UNIT, Function, Value, WorkBudget

__all__ = ["FILTERS", "METHODS", "TESTS", "TemplateFunction", "own_filters", "own_globals", "unknown"]


class TemplateFunction:
    """A function that a template may call, with the arguments it does not see."""

    # Private, so that the sandbox shows neither to the template.
    __slots__ = ("_bound", "_function")

    def __init__(self, function: Function, *bound: Value) -> None:
        self._function = function
        self._bound = bound

    def __call__(self, *args: Value, **kwargs: Value) -> Value:
        """Call the function with what it is bound to, and then the template's own arguments."""
        return self._function(*self._bound, *args, **kwargs)


def _shrinking(name: str) -> Function:
    """A method of str whose result is at most a few times as long as the string."""

    def method(budget: WorkBudget, text: str, *args: Value) -> Value:
        budget.spend(1 + len(text) // CHARS_PER_UNIT)
        return getattr(text, name)(*args)

    return method


def _splitting(name: str) -> Function:
    """A method of str that may make a list item of every character."""

    def method(budget: WorkBudget, text: str, *args: Value) -> Value:
        budget.spend(1 + len(text))
        return getattr(text, name)(*args)

    return method


def _replace(budget: WorkBudget, text: str, old: str, new: str, count: int = -1) -> str:
    budget.spend(1 + (len(text) + text.count(old) * len(new)) // CHARS_PER_UNIT)
    return text.replace(old, new, count)


def _join(budget: WorkBudget, glue: str, items: Sequence[str]) -> str:
    budget.spend(1 + len(glue) * len(items) // CHARS_PER_UNIT)
    return glue.join(items)


def _format(budget: WorkBudget, text: str, *args: Value, **kwargs: Value) -> str:
    # No attributes, items, conversions or widths: those reach Python's objects or pad to any length.
    if re.search(r"[{}]", re.sub(r"\{\w*\}|\{\{|\}\}", "", text)):
        raise TemplateError("formats text in a way that chat templates do not")
    longest = max((len(str(value)) for value in (*args, *kwargs.values())), default=0)
    budget.spend(1 + (len(text) + text.count("{") * longest) // CHARS_PER_UNIT)
    return text.format(*args, **kwargs)


# What text and mappings can do for a template. Each takes the budget and the value first.
_TEXT_METHODS: Mapping[str, Function] = {
    **{
        name: _shrinking(name)
        for name in (
            *("capitalize", "lower", "title", "upper", "strip", "lstrip", "rstrip"),
            *("startswith", "endswith", "removeprefix", "removesuffix", "find", "rfind", "index", "count"),
            *("isdigit", "isalpha", "isalnum", "isnumeric", "isspace", "islower", "isupper"),
        )
    },
    **{name: _splitting(name) for name in ("split", "rsplit", "splitlines", "partition", "rpartition")},
    "format": _format,
    "join": _join,
    "replace": _replace,
}
_MAPPING_METHODS: Mapping[str, Function] = {
    # Only text is looked up: a tuple would be hashed with all that it holds.
    "get": lambda _, mapping, key, default=None: mapping.get(key, default) if isinstance(key, str) else default,
    "items": lambda _, mapping: list(mapping.items()),
    "keys": lambda _, mapping: list(mapping),
    "values": lambda _, mapping: list(mapping.values()),
}
METHODS: Mapping[type, Mapping[str, Function]] = {str: _TEXT_METHODS, dict: _MAPPING_METHODS, list: {}, tuple: {}}

# Filters and tests of jinja's own whose result is no larger than what goes in.
FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "last", "length", "list"),
    *("lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "string"),
    *("sum", "title", "trim", "unique", "upper"),
)
TESTS = (
    *("boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "gt", "in", "integer"),
    *("iterable", "le", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string"),
    *("true", "undefined", "upper", "==", "!=", ">", ">=", "<", "<=", "greaterthan", "lessthan"),
)


def _raise_exception(message: object = "") -> NoReturn:
    raise TemplateError(f"refuses a user's turn ({message})")


def unknown(name: str, *_args: Value, **_kwargs: Value) -> NoReturn:
    """What stands for a filter or a test that is not among those above: it fails when it is reached."""
    raise TemplateError(f'needs "{name}", which is not among what chat templates use')


def _tojson(
    budget: WorkBudget,
    value: Value,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: Value = None,
    sort_keys: bool = False,
) -> str:
    # As transformers has it: jinja's own escapes HTML.
    if indent is not None and not 0 <= indent <= 8:
        raise TemplateError("indents JSON further than chat templates do")
    before = budget.left
    budget.pay(value)
    budget.spend((before - budget.left) * (indent or 0))
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _indent(budget: WorkBudget, text: str, width: int = 4, first: bool = False, blank: bool = False) -> str:
    if not 0 <= width <= 16:
        raise TemplateError("indents text further than chat templates do")
    budget.spend(1 + len(text))
    lines = text.split("\n")
    return "\n".join(" " * width + line if (line or blank) and (first or n) else line for n, line in enumerate(lines))


def _join_filter(budget: WorkBudget, items: Iterable[Value], glue: str = "", attribute: str | None = None) -> str:
    if attribute is not None:
        items = [item.get(attribute, "") for item in items]
    return _join(budget, str(glue), [str(item) for item in items])


def _int_filter(value: Value, default: int = 0, base: int = 10) -> int:
    # Reading a long number takes time that grows with its square.
    if isinstance(value, str) and len(value) > 64:
        return default
    try:
        return int(value, base) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        return default


def _items_filter(value: Value) -> list[tuple[Value, Value]]:
    return list(value.items()) if isinstance(value, dict) else []


def _range(budget: WorkBudget, *bounds: int) -> list[int]:
    numbers = range(*bounds)
    # A range may be longer than len() can say.
    budget.spend(len(numbers) if not numbers or abs(numbers[-1] - numbers[0]) < 2**31 else BUDGET_UNITS)
    return list(numbers)


def _strftime_now(pattern: str) -> str:
    if len(pattern) > 64:
        raise TemplateError("formats the date in a way that chat templates do not")
    return datetime.datetime.now().strftime(pattern)


def own_filters(budget: WorkBudget) -> dict[str, Function]:
    """Filters in place of jinja's, whose result may be larger than what goes in."""
    return {
        "from_json": json.loads,
        "indent": functools.partial(_indent, budget),
        "int": _int_filter,
        "items": _items_filter,
        "join": functools.partial(_join_filter, budget),
        "replace": functools.partial(_replace, budget),
        "safe": str,
        "tojson": functools.partial(_tojson, budget),
    }


def own_globals(budget: WorkBudget) -> dict[str, TemplateFunction]:
    """The functions that a template may call by their names."""
    return {
        "dict": TemplateFunction(lambda **items: items),
        "namespace": TemplateFunction(jinja2.utils.Namespace),
        "raise_exception": TemplateFunction(_raise_exception),
        "range": TemplateFunction(_range, budget),
        "strftime_now": TemplateFunction(_strftime_now),
    }
