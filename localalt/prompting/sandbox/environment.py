"""The sandbox of chat templates: jinja's, with nothing in it but what is paid for.

Jinja's own keeps a template from Python's objects, but not from using up time and memory. A template that was
rewritten (`rewriting`) calls this environment for each step and each value. No clock, thread or process: the same
template always ends the same way.
"""

from __future__ import annotations

import functools
import types
from typing import cast

import jinja2
import jinja2.ext
import jinja2.filters
import jinja2.parser
import jinja2.runtime
import jinja2.sandbox
import jinja2.tests
import jinja2.utils
from jinja2 import nodes

from localalt.errors import TemplateError
from localalt.prompting.sandbox.budget import BudgetError, Function, Value, WorkBudget
from localalt.prompting.sandbox.functions import (
    FILTERS,
    METHODS,
    TESTS,
    TemplateFunction,
    own_filters,
    own_globals,
    unknown,
)

__all__ = ["Environment"]

_MAX_MACRO_DEPTH = 40


class _Generation(jinja2.ext.Extension):
    """`{% generation %}` marks the answer for training; here it only holds its body."""

    tags = {"generation"}  # noqa: RUF012 -- declared so by jinja

    def parse(self, parser: jinja2.parser.Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """The sandbox, with nothing in it but what is paid for."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, budget: WorkBudget) -> None:
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
        filters = {name: jinja2.filters.FILTERS[name] for name in FILTERS} | own_filters(budget)
        self.filters = {name: self._metered(function) for name, function in filters.items()}
        known = cast("dict[str, Function]", jinja2.tests.TESTS)
        self.tests = {name: self._metered(known[name], data_only=False) for name in TESTS if name in known}
        self.globals = {**own_globals(budget)}

    def stub_unknown(self, tree: nodes.Template) -> None:
        """Let names that only a branch not taken needs fail when they are reached, not before."""
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            known = cast("dict[str, Function]", self.filters if isinstance(node, nodes.Filter) else self.tests)
            known.setdefault(node.name, functools.partial(unknown, node.name))

    def _metered(self, function: Function, data_only: bool = True) -> Function:
        """Pay for what goes into a filter or test, and for what comes out."""

        @functools.wraps(function, updated=())
        def metered(*args: Value, **kwargs: Value) -> Value:
            for value in (*args, *kwargs.values()):
                # jinja's own first argument of functions that ask for it
                if not isinstance(value, (jinja2.Environment, jinja2.runtime.Context, nodes.EvalContext)):
                    self.paid(value) if data_only else self.read(value)
            result = function(*args, **kwargs)
            # map, select and reject are lazy
            return self.paid(list(result) if hasattr(result, "__next__") else result)

        # What makes jinja pass that argument; functools.partial has it not.
        metered.__dict__.update(getattr(function, "__dict__", {}))
        return metered

    # The next five stand in the rewritten template: see `rewriting.Meter`.

    def tick(self, units: int) -> bool:
        """Pay for one run of a body."""
        return self._budget.spend(units)

    def read(self, value: Value) -> Value:
        """Pay for looking through a value."""
        if isinstance(value, (str, list, tuple, dict)):
            self._budget.pay(value)
        return value

    def paid(self, value: Value) -> Value:
        """Pay for a value that was made or is printed, and refuse what is not plain data."""
        self._budget.pay(value)
        return value

    def joined(self, *values: Value) -> str:
        """`a ~ b`."""
        return "".join(str(self.paid(value)) for value in values)

    def cut(self, value: Value, start: Value, stop: Value, step: Value) -> Value:
        """`a[b:c:d]`."""
        return self.paid(self.paid(value)[start:stop:step])

    def getattr(self, obj: Value, attribute: str) -> Value:
        """Plain data has none of Python's attributes, only the methods listed above."""
        methods = METHODS.get(type(obj))
        if methods is None:
            return super().getattr(obj, attribute)
        if attribute in methods:
            return TemplateFunction(methods[attribute], self._budget, obj)
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Value, argument: Value) -> Value:
        """By text and number only: a tuple would be hashed with all that it holds."""
        if isinstance(argument, (str, int)):
            try:
                return obj[argument]
            except (AttributeError, TypeError, LookupError):
                if isinstance(argument, str):
                    return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Value, right: Value) -> Value:
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
        __function: Value,
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        """A macro of the template's own, or one of the functions above."""
        # Only Meter can name a method of the environment; no template can.
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
        if not isinstance(__function, TemplateFunction):
            raise TemplateError(f"calls a {type(__function).__name__}, which chat templates do not")
        for name in ("_loop_vars", "_block_vars", "caller"):  # jinja's own
            kwargs.pop(name, None)
        for value in (*args, *kwargs.values()):
            __self.paid(value)
        result = __function(*args, **kwargs)
        return result if isinstance(result, jinja2.utils.Namespace) else __self.paid(result)
