"""What Pillow says about damaged files, and would print: silenced while this package decodes, in its thread alone."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import cast

__all__ = ["quiet"]

_decoding: ContextVar[bool] = ContextVar("localalt_decoding", default=False)


class _WhileDecoding:
    """A pattern for a warnings filter and a filter for a logger, for decoding threads only."""

    def match(self, text: str) -> bool:
        return _decoding.get()

    def filter(self, record: logging.LogRecord) -> bool:
        return not _decoding.get()


_while_decoding = _WhileDecoding()
_IGNORE = ("ignore", _while_decoding, Warning, None, 0)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Pillow says about damaged files from being printed, in this thread alone.

    `warnings.catch_warnings` swaps the process's filters and puts them back: two threads that
    overlap leave the wrong ones behind, except where Python made it context-aware (3.14, by a
    flag). So one filter is added and stays, and it matches nothing outside of this context.
    """
    logging.getLogger("PIL.TiffImagePlugin").addFilter(_while_decoding)  # the one that logs errors
    with ExitStack() as stack:
        stack.callback(_decoding.reset, _decoding.set(True))
        if getattr(sys.flags, "context_aware_warnings", False):
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        else:
            filters = cast("list[object]", warnings.filters)
            # First, again, where the program has since put others before it or swapped the list.
            if not filters or filters[0] is not _IGNORE:
                filters.insert(0, _IGNORE)
        yield
