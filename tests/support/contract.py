"""What two Describers are compared by: everything that a caller sees of a call, but for times.

seen(lambda: describer.describe(picture))  # equal for a model in this process and in a child
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from localalt.types import AltText, Notice, Timings

_NO_TIMES: dict[str, Any] = {field.name: 0.0 for field in dataclasses.fields(Timings) if field.name.endswith("_s")}


def without_times(value: Any) -> Any:
    """A result, or several, with no seconds in it."""
    if isinstance(value, AltText):
        return dataclasses.replace(
            value,
            timings=dataclasses.replace(value.timings, **_NO_TIMES),
            also={name: without_times(text) for name, text in value.also.items()},
        )
    if isinstance(value, (list, tuple)):
        return type(value)(map(without_times, value))
    return words_of(value) if isinstance(value, BaseException) else value


def words_of(error: BaseException | None) -> tuple[Any, ...] | None:
    """What an error says: its class, both readings, its arguments and attributes, notes, and the same of its cause."""
    if error is None:
        return None
    in_command = getattr(error, "in_command", None)
    return type(error), str(error), in_command, error.args, dict(vars(error)), _cause(error.__cause__)


def _cause(cause: BaseException | None) -> str | None:
    # Of another library's error the words alone arrive.
    return None if cause is None else f"{type(cause).__name__}: {cause}".removeprefix("Exception: ")


def messages_of(value: Any) -> list[tuple[Any, ...]]:
    """The warnings of a result, or several, word for word: they compare equal without."""
    return [(type(each.message), each.message, each.in_command, each.name, each.span) for each in _notices(value)]


def _notices(value: Any) -> Iterator[Notice]:
    if isinstance(value, AltText):
        yield from value.warnings
        for text in value.also.values():
            yield from _notices(text)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _notices(each)


def seen(call: Callable[[], Any]) -> tuple[Any, ...]:
    """What comes of a call."""
    try:
        value = call()
    except Exception as error:
        return "raised", words_of(error)
    return "returned", without_times(value), messages_of(value)
