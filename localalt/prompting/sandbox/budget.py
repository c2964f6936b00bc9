"""What one chat template may spend: every step and every value is paid for from one budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import jinja2

from localalt.errors import TemplateError

__all__ = ["BUDGET_UNITS", "CHARS_PER_UNIT", "BudgetError", "Function", "Value", "WorkBudget"]

BUDGET_UNITS = 50_000
"""One unit is one node of the template run once, or `CHARS_PER_UNIT` characters read or written. The 68 templates in
llama.cpp of November 2026 take 60 to 1,600 for one turn; 50,000 take a quarter of a second and 2 million characters."""
CHARS_PER_UNIT = 32
_MAX_BITS = 256
_MAX_NESTING = 32

Value: TypeAlias = Any
"""Whatever a template computes."""
Function: TypeAlias = Callable[..., Any]


class BudgetError(TemplateError):
    """The template asks for more time or memory than any chat template needs."""


class WorkBudget:
    """What one template may still spend."""

    def __init__(self, units: int = BUDGET_UNITS) -> None:
        self.left = units

    def spend(self, units: int) -> bool:
        """Pay, or raise. True, so that it can stand in a condition."""
        self.left -= units
        if self.left < 0:
            raise BudgetError("asks for far more work than a chat template needs")
        return True

    def pay(self, value: Value, nesting: int = 0) -> None:
        """Pay for all that a value holds, and for what it holds twice twice.

        A list of two lists of two lists... costs nothing to make and everything to print, so
        what is only shared counts in full. Nothing but plain data may be inside something
        else: what can change later could grow after it was paid for.
        """
        if isinstance(value, str):
            self.spend(1 + len(value) // CHARS_PER_UNIT)
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
