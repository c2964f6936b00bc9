"""Functions that take a typed dict of options -> a signature and a docstring that show every one of them.

Type checkers read `**options: Unpack[...]`. `help()`, `inspect.signature` and notebooks read what is made here of the
same typed dict: its annotations, its defaults and the options of its docstring. Imports nothing that the annotations
name.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, ItemsView, Mapping
from typing import Any, TypeVar

from localalt.drafting.options import DESCRIBE_DEFAULTS, LOAD_DEFAULTS, DescribeOptions, LoadOptions

__all__ = ["options_of", "takes_describe_options", "takes_load_options"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_HEADING = "Options:\n"


def takes_describe_options(function: _Function) -> _Function:
    """Show the options of `DescribeOptions` in the signature and docstring of `function`."""
    return _with_options(function, DescribeOptions, DESCRIBE_DEFAULTS)


def takes_load_options(function: _Function) -> _Function:
    """Show the options of `LoadOptions` in the signature and docstring of `function`."""
    return _with_options(function, LoadOptions, LOAD_DEFAULTS)


def options_of(known: type) -> str:
    """The section of a typed dict's docstring that says what each option is; "" where docstrings are left out (-OO)."""
    doc = inspect.cleandoc(known.__doc__ or "")
    return doc[doc.index(_HEADING) :] if _HEADING in doc else ""


def _with_options(function: _Function, known: type, defaults: Mapping[str, Any]) -> _Function:
    described: Any = function
    own = inspect.signature(function)
    parameters = [each for each in own.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    if len(parameters) < len(own.parameters):  # a class has the signature of its __init__, which shows them already
        parameters += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults[name], annotation=_source(hint))
            for name, hint in _hints(known)
        ]
        described.__signature__ = own.replace(parameters=parameters)
    if function.__doc__ and (section := options_of(known)):
        hints = {name: f"{name} ({_source(hint)}, default {defaults[name]!r}):" for name, hint in _hints(known)}
        section = re.sub(r"(?m)^    (\w+): ", lambda match: f"    {hints[match[1]]}\n        ", section)
        described.__doc__ = f"{inspect.cleandoc(function.__doc__)}\n\n{section}"
    return function


def _hints(known: type) -> ItemsView[str, object]:
    return known.__annotations__.items()


def _source(hint: object) -> object:
    return hint.__forward_arg__ if isinstance(hint, typing.ForwardRef) else hint
