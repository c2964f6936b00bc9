"""Runs one chat template, a program by a stranger, with nothing to harm and little to spend.

Jinja's sandbox keeps a template from Python's objects, but not from using up time and memory.
So every template is rewritten before it runs: each step and each value is paid for from one
budget, and only what chat templates use is there at all. No clock, thread or process: the
same template always ends the same way. Knows nothing of models, pictures or prompts.

Imports jinja2, so import this module where it is needed.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias, cast

import jinja2
import jinja2.ext
import jinja2.filters
import jinja2.parser
import jinja2.runtime
import jinja2.sandbox
import jinja2.tests
import jinja2.utils
import jinja2.visitor
from jinja2 import nodes

from localalt.errors import TemplateError

__all__ = ["BudgetError", "SandboxedTemplate"]

# The largest of the 68 templates in llama.cpp of November 2026 has 17,000 characters and 1,300
# nodes, 29 deep; the largest seen elsewhere 34,000 characters.
_MAX_SOURCE = 65_536
_MAX_NODES = 10_000
_MAX_DEPTH = 80
# One unit is one node of the template run once, or 32 characters read or written. The 68 take
# 60 to 1,600 of them for one turn; 50,000 take a quarter of a second and 2 million characters.
_BUDGET = 50_000
_CHARS_PER_UNIT = 32
_MAX_BITS = 256
_MAX_NESTING = 32
_MAX_MACRO_DEPTH = 40

_Value: TypeAlias = Any
"""Whatever a template computes."""
_Function: TypeAlias = Callable[..., Any]


class BudgetError(TemplateError):
    """The template asks for more time or memory than any chat template needs."""


class SandboxedTemplate:
    """A compiled chat template. One budget covers all of its renderings.

    Raises `TemplateError` where the template is too large or has what chat templates do not,
    and jinja's or Python's own errors where it is not a template.
    """

    def __init__(self, source: str) -> None:
        if len(source) > _MAX_SOURCE:
            raise TemplateError(f"has {len(source)} characters, where chat templates have a few thousand")
        self._budget = _Budget(_BUDGET)
        environment = _Environment(self._budget)
        tree = environment.parse(source)
        _check(tree)
        _Meter(environment).visit(tree)
        environment.stub_unknown(tree)
        tree.set_environment(environment)
        code = environment.compile(tree)
        self._template = jinja2.Template.from_code(environment, code, dict(environment.globals))

    @property
    def spent(self) -> int:
        """Units used so far, of 50,000."""
        return _BUDGET - self._budget.left

    def render(self, variables: Mapping[str, object]) -> str:
        """The template's text. Raises `BudgetError`, `TemplateError`, or whatever it provokes."""
        return self._template.render(variables)


class _Budget:
    """What one template may still spend."""

    def __init__(self, units: int) -> None:
        self.left = units

    def spend(self, units: int) -> bool:
        """Pay, or raise. True, so that it can stand in a condition."""
        self.left -= units
        if self.left < 0:
            raise BudgetError("asks for far more work than a chat template needs")
        return True

    def pay(self, value: _Value, nesting: int = 0) -> None:
        """Pay for all that a value holds, and for what it holds twice twice.

        A list of two lists of two lists... costs nothing to make and everything to print, so
        what is only shared counts in full. Nothing but plain data may be inside something
        else: what can change later could grow after it was paid for.
        """
        if isinstance(value, str):
            self.spend(1 + len(value) // _CHARS_PER_UNIT)
        elif isinstance(value, int):
            self.spend(1)
            if value.bit_length() > _MAX_BITS:
                raise BudgetError("computes with numbers far larger than a chat template needs")
        elif isinstance(value, (list, tuple, dict)):
            self.spend(1)
            if nesting >= _MAX_NESTING:
                raise BudgetError("nests its data deeper than a chat template needs")
            for item in value:
                self.pay(item, nesting + 1)
            if isinstance(value, dict):
                for item in value.values():
                    self.pay(item, nesting + 1)
        elif value is None or isinstance(value, float):
            self.spend(1)
        elif nesting or not isinstance(value, jinja2.Undefined):
            raise TemplateError(f"uses a {type(value).__name__} as if it were text")


class _Callable:
    """A function that a template may call, with the arguments it does not see."""

    # Private, so that the sandbox shows neither to the template.
    __slots__ = ("_bound", "_function")

    def __init__(self, function: _Function, *bound: _Value) -> None:
        self._function = function
        self._bound = bound

    def __call__(self, *args: _Value, **kwargs: _Value) -> _Value:
        return self._function(*self._bound, *args, **kwargs)


def _shrinking(name: str) -> _Function:
    """A method of str whose result is at most a few times as long as the string."""

    def method(budget: _Budget, text: str, *args: _Value) -> _Value:
        budget.spend(1 + len(text) // _CHARS_PER_UNIT)
        return getattr(text, name)(*args)

    return method


def _splitting(name: str) -> _Function:
    """A method of str that may make a list item of every character."""

    def method(budget: _Budget, text: str, *args: _Value) -> _Value:
        budget.spend(1 + len(text))
        return getattr(text, name)(*args)

    return method


def _replace(budget: _Budget, text: str, old: str, new: str, count: int = -1) -> str:
    budget.spend(1 + (len(text) + text.count(old) * len(new)) // _CHARS_PER_UNIT)
    return text.replace(old, new, count)


def _join(budget: _Budget, glue: str, items: Sequence[str]) -> str:
    budget.spend(1 + len(glue) * len(items) // _CHARS_PER_UNIT)
    return glue.join(items)


def _format(budget: _Budget, text: str, *args: _Value, **kwargs: _Value) -> str:
    # No attributes, items, conversions or widths: those reach Python's objects or pad to any length.
    if re.search(r"[{}]", re.sub(r"\{\w*\}|\{\{|\}\}", "", text)):
        raise TemplateError("formats text in a way that chat templates do not")
    longest = max((len(str(value)) for value in (*args, *kwargs.values())), default=0)
    budget.spend(1 + (len(text) + text.count("{") * longest) // _CHARS_PER_UNIT)
    return text.format(*args, **kwargs)


# What text and mappings can do for a template. Each takes the budget and the value first.
_TEXT_METHODS: Mapping[str, _Function] = {
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
_MAPPING_METHODS: Mapping[str, _Function] = {
    # Only text is looked up: a tuple would be hashed with all that it holds.
    "get": lambda _, mapping, key, default=None: mapping.get(key, default) if isinstance(key, str) else default,
    "items": lambda _, mapping: list(mapping.items()),
    "keys": lambda _, mapping: list(mapping),
    "values": lambda _, mapping: list(mapping.values()),
}
_METHODS: Mapping[type, Mapping[str, _Function]] = {str: _TEXT_METHODS, dict: _MAPPING_METHODS, list: {}, tuple: {}}

# Filters and tests of jinja's own whose result is no larger than what goes in.
_FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "last", "length", "list"),
    *("lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "string"),
    *("sum", "title", "trim", "unique", "upper"),
)
_TESTS = (
    *("boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "gt", "in", "integer"),
    *("iterable", "le", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string"),
    *("true", "undefined", "upper", "==", "!=", ">", ">=", "<", "<=", "greaterthan", "lessthan"),
)
_STATEMENTS = (
    *("Template", "Output", "If", "For", "Break", "Continue", "Assign", "AssignBlock", "Macro", "CallBlock"),
    *("FilterBlock", "With"),
)


def _raise_exception(message: object = "") -> NoReturn:
    raise TemplateError(f"refuses a user's turn ({message})")


def _unknown(name: str, *_args: _Value, **_kwargs: _Value) -> NoReturn:
    raise TemplateError(f'needs "{name}", which is not among what chat templates use')


def _tojson(
    budget: _Budget,
    value: _Value,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: _Value = None,
    sort_keys: bool = False,
) -> str:
    # As transformers has it: jinja's own escapes HTML.
    if indent is not None and not 0 <= indent <= 8:
        raise TemplateError("indents JSON further than chat templates do")
    before = budget.left
    budget.pay(value)
    budget.spend((before - budget.left) * (indent or 0))
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _indent(budget: _Budget, text: str, width: int = 4, first: bool = False, blank: bool = False) -> str:
    if not 0 <= width <= 16:
        raise TemplateError("indents text further than chat templates do")
    budget.spend(1 + len(text))
    lines = text.split("\n")
    return "\n".join(" " * width + line if (line or blank) and (first or n) else line for n, line in enumerate(lines))


def _join_filter(budget: _Budget, items: Iterable[_Value], glue: str = "", attribute: str | None = None) -> str:
    if attribute is not None:
        items = [item.get(attribute, "") for item in items]
    return _join(budget, str(glue), [str(item) for item in items])


def _int_filter(value: _Value, default: int = 0, base: int = 10) -> int:
    # Reading a long number takes time that grows with its square.
    if isinstance(value, str) and len(value) > 64:
        return default
    try:
        return int(value, base) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        return default


def _items_filter(value: _Value) -> list[tuple[_Value, _Value]]:
    return list(value.items()) if isinstance(value, dict) else []


def _range(budget: _Budget, *bounds: int) -> list[int]:
    numbers = range(*bounds)
    # A range may be longer than len() can say.
    budget.spend(len(numbers) if not numbers or abs(numbers[-1] - numbers[0]) < 2**31 else _BUDGET)
    return list(numbers)


def _strftime_now(pattern: str) -> str:
    if len(pattern) > 64:
        raise TemplateError("formats the date in a way that chat templates do not")
    return datetime.datetime.now().strftime(pattern)


class _Generation(jinja2.ext.Extension):
    """`{% generation %}` marks the answer for training; here it only holds its body."""

    tags = {"generation"}  # noqa: RUF012 -- declared so by jinja

    def parse(self, parser: jinja2.parser.Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """The sandbox, with nothing in it but what is paid for."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, budget: _Budget) -> None:
        super().__init__(
            trim_blocks=True,  # these two as transformers sets them
            lstrip_blocks=True,
            extensions=["jinja2.ext.loopcontrols", _Generation],
            finalize=self.paid,
            optimized=False,
            cache_size=0,
        )
        self._budget = budget
        self._macro_depth = 0
        own: dict[str, _Function] = {
            "from_json": json.loads,
            "indent": functools.partial(_indent, budget),
            "int": _int_filter,
            "items": _items_filter,
            "join": functools.partial(_join_filter, budget),
            "replace": functools.partial(_replace, budget),
            "safe": str,
            "tojson": functools.partial(_tojson, budget),
        }
        filters = {name: jinja2.filters.FILTERS[name] for name in _FILTERS} | own
        self.filters = {name: self._metered(function) for name, function in filters.items()}
        known = cast("dict[str, _Function]", jinja2.tests.TESTS)
        self.tests = {name: self._metered(known[name], data_only=False) for name in _TESTS if name in known}
        self.globals = {
            "dict": _Callable(lambda **items: items),
            "namespace": _Callable(jinja2.utils.Namespace),
            "raise_exception": _Callable(_raise_exception),
            "range": _Callable(_range, budget),
            "strftime_now": _Callable(_strftime_now),
        }

    def stub_unknown(self, tree: nodes.Template) -> None:
        """Let names that only a branch not taken needs fail when they are reached, not before."""
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            known = cast("dict[str, _Function]", self.filters if isinstance(node, nodes.Filter) else self.tests)
            known.setdefault(node.name, functools.partial(_unknown, node.name))

    def _metered(self, function: _Function, data_only: bool = True) -> _Function:
        """Pay for what goes into a filter or test, and for what comes out."""

        @functools.wraps(function, updated=())
        def metered(*args: _Value, **kwargs: _Value) -> _Value:
            for value in (*args, *kwargs.values()):
                # jinja's own first argument of functions that ask for it
                if not isinstance(value, (jinja2.Environment, jinja2.runtime.Context, nodes.EvalContext)):
                    self.paid(value) if data_only else self.read(value)
            result = function(*args, **kwargs)
            # map, select and reject are lazy
            return self.paid(list(result) if hasattr(result, "__next__") else result)

        # What tells jinja to pass that argument; functools.partial has it not.
        metered.__dict__.update(getattr(function, "__dict__", {}))
        return metered

    # The next five stand in the rewritten template: see _Meter.

    def tick(self, units: int) -> bool:
        """Pay for one run of a body."""
        return self._budget.spend(units)

    def read(self, value: _Value) -> _Value:
        """Pay for looking through a value."""
        if isinstance(value, (str, list, tuple, dict)):
            self._budget.pay(value)
        return value

    def paid(self, value: _Value) -> _Value:
        """Pay for a value that was made or is printed, and refuse what is not plain data."""
        self._budget.pay(value)
        return value

    def joined(self, *values: _Value) -> str:
        """`a ~ b`."""
        return "".join(str(self.paid(value)) for value in values)

    def cut(self, value: _Value, start: _Value, stop: _Value, step: _Value) -> _Value:
        """`a[b:c:d]`."""
        return self.paid(self.paid(value)[start:stop:step])

    def getattr(self, obj: _Value, attribute: str) -> _Value:
        """Plain data has none of Python's attributes, only the methods listed above."""
        methods = _METHODS.get(type(obj))
        if methods is None:
            return super().getattr(obj, attribute)
        if attribute in methods:
            return _Callable(methods[attribute], self._budget, obj)
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: _Value, argument: _Value) -> _Value:
        """By text and number only: a tuple would be hashed with all that it holds."""
        if isinstance(argument, (str, int)):
            try:
                return obj[argument]
            except (AttributeError, TypeError, LookupError):
                if isinstance(argument, str):
                    return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: _Value, right: _Value) -> _Value:
        """Arithmetic, with the size of its result paid for before it is made."""
        self.paid(left)
        self.paid(right)
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise TemplateError(f'uses "{operator}" in a way that chat templates do not')
        if operator == "*":
            for value, times in ((left, right), (right, left)):
                if isinstance(times, int) and isinstance(value, (str, list, tuple)):
                    self._budget.spend(max(times, 0) * (1 + len(value)))
        return self.paid(super().call_binop(context, operator, left, right))

    def call(
        __self,  # noqa: N805 -- a template may pass any keyword
        __context: jinja2.runtime.Context,
        __function: _Value,
        *args: _Value,
        **kwargs: _Value,
    ) -> _Value:
        """A macro of the template's own, or one of the functions above."""
        # Only _Meter can name a method of the environment; no template can.
        if isinstance(__function, types.MethodType) and __function.__self__ is __self:
            return __function(*args)
        if isinstance(__function, jinja2.runtime.Macro):
            if __self._macro_depth >= _MAX_MACRO_DEPTH:
                raise BudgetError("calls its macros deeper than a chat template needs")
            __self._macro_depth += 1
            try:
                return __self.paid(super().call(__context, __function, *args, **kwargs))
            finally:
                __self._macro_depth -= 1
        if isinstance(__function, jinja2.Undefined):
            return __function()  # raises jinja's error, which names it
        if not isinstance(__function, _Callable):
            raise TemplateError(f"calls a {type(__function).__name__}, which chat templates do not")
        for name in ("_loop_vars", "_block_vars", "caller"):  # jinja's own
            kwargs.pop(name, None)
        for value in (*args, *kwargs.values()):
            __self.paid(value)
        result = __function(*args, **kwargs)
        return result if isinstance(result, jinja2.utils.Namespace) else __self.paid(result)


def _check(tree: nodes.Template) -> None:
    """Refuse what is too large or too deep to compile, and statements that chat templates lack."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 1)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > _MAX_NODES:
            raise TemplateError("is far longer than chat templates are")
        if depth > _MAX_DEPTH:
            raise TemplateError("is nested too deeply")
        if isinstance(node, nodes.Stmt) and type(node).__name__ not in _STATEMENTS:
            raise TemplateError(f'has a statement that chat templates do not use ("{type(node).__name__}")')
        if isinstance(node, nodes.For) and node.recursive:
            raise TemplateError("has a recursive loop, which chat templates do not use")
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


class _Meter(jinja2.visitor.NodeTransformer):
    """Rewrites a template so that whatever costs time or memory goes through the environment."""

    def __init__(self, environment: _Environment) -> None:
        self._environment = environment

    def _through(self, method: str, *args: nodes.Expr) -> nodes.Call:
        return nodes.Call(nodes.EnvironmentAttribute(method), list(args), [], None, None)

    def _tick(self, *body: nodes.Node) -> nodes.Call:
        """Pays for one run of a body; loops inside it pay again for each of theirs."""
        found = [node for part in body for node in (part, *part.find_all(nodes.Node))]
        text = sum(len(node.data) for node in found if isinstance(node, nodes.TemplateData))
        return self._through("tick", nodes.Const(1 + len(found) + text // _CHARS_PER_UNIT))

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        """A loop pays for each round, those that its condition skips included."""
        ticks = [self._tick(*node.body, *([node.test] if node.test else [])) for _ in range(2)]
        self.generic_visit(node)
        node.iter = self._through("read", cast("nodes.Expr", node.iter))
        if node.test is not None:
            node.test = nodes.And(ticks[0], node.test)
        node.body.insert(0, nodes.ExprStmt(ticks[1]))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        """A macro pays for each call."""
        tick = self._tick(*node.body)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(tick))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """`a ~ b` pays for its parts."""
        self.generic_visit(node)
        return self._through("joined", *node.nodes)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """`a == b`, `a in b` pay for both sides."""
        self.generic_visit(node)
        node.expr = self._through("read", node.expr)
        for operand in node.ops:
            operand.expr = self._through("read", operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """`a[b:c]` pays for what it copies."""
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        return self._through("cut", node.node, *(bound or nodes.Const(None) for bound in bounds))

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """`[a, b]` pays for what it holds."""
        self.generic_visit(node)
        return self._through("paid", node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """`{a: b}` pays for what it holds."""
        self.generic_visit(node)
        return self._through("paid", node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """`(a, b)` pays for what it holds, unless it is a target to assign to."""
        self.generic_visit(node)
        return self._through("paid", node) if node.ctx == "load" else node
