r"""The one way to print: standard output for results, standard error for sentences, in whatever encoding they have.

What a stream's encoding does not hold is written as codes (`\u2013`, errors="backslashreplace"), in JSON as its own
(`\u2013`, surrogate pairs), so that JSON is JSON everywhere. Every write is flushed: what is wrong with an output is
found where it is written, and raised as `OutputError`, never taken for a fault of the file that was read. A standard
error that is closed or full loses messages and ends nothing.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import json
import math
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from localalt.console.visible import visible

__all__ = [
    "OutputError",
    "check_output",
    "is_terminal",
    "json_text",
    "print_bytes",
    "print_document",
    "print_draft",
    "print_json",
    "print_line",
    "print_lines",
    "say",
    "shown_on",
    "write_to_error",
    "write_to_output",
]

_READER_GONE = {errno.EPIPE, errno.ECONNRESET, errno.ESHUTDOWN}


class OutputError(Exception):
    """Standard output cannot be written to.

    Not an OSError: whoever catches those speaks of the files that are read.
    """

    def __init__(self, reason: str, is_reader_gone: bool = False, is_closed: bool = False) -> None:
        super().__init__(reason, is_reader_gone, is_closed)
        self.reason = reason
        self.is_reader_gone = is_reader_gone
        """Whether a pipe's other end was closed, as `head` does: nobody reads any more."""
        self.is_closed = is_closed
        """Whether there is no standard output, as with `>&-` or in a service."""

    def __str__(self) -> str:
        return self.reason


def is_terminal(name: str) -> bool:
    """Whether "stdin", "stdout" or "stderr" is a terminal; one that is closed or missing is none."""
    stream = getattr(sys, name)
    try:
        return stream is not None and bool(stream.isatty())
    except (ValueError, AttributeError):  # closed, or a stand-in
        return False


# --- standard error ---


def say(message: str) -> None:
    """Print one sentence to standard error, if there is one."""
    write_to_error(f"localalt: {visible(message)}\n")


def write_to_error(text: str) -> None:
    """Write to standard error what is visible already. What cannot be written is dropped."""
    stream = sys.stderr
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        stream.write(_held(text, stream))
        stream.flush()


# --- standard output ---


def check_output() -> None:
    """Before work whose results are to be printed.

    Raises:
        OutputError: there is no standard output.
    """
    if sys.stdout is None or getattr(sys.stdout, "closed", False):
        raise OutputError("standard output is closed", is_closed=True)


def print_line(text: str = "") -> None:
    """Print one line, whatever is in it.

    Raises:
        OutputError: it cannot be written, here and in the other functions.
    """
    write_to_output(f"{visible(text)}\n")


def print_lines(text: str) -> None:
    """Print several lines, or a table: line breaks and tabs are meant."""
    write_to_output(f"{visible(text, keeps_lines=True)}\n")


def print_draft(name: str, text: str, *, end: str = "\n") -> None:
    """Print what was written about a picture, after its name where there is one: "name: text"."""
    named = f"{visible(name)}: " if name else ""
    write_to_output(f"{named}{visible(text, keeps_lines=True, is_draft=True)}{end}")


def print_json(value: Any, *, indent: int | None = None) -> None:  # noqa: ANN401 (whatever JSON can say)
    """Print one value as JSON: valid in every encoding, with nothing in it that a terminal obeys."""
    write_to_output(f"{json_text(value, indent=indent)}\n")


def json_text(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401
    """A value as JSON that standard output can hold. Numbers that JSON has no word for are null."""
    try:
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, indent=indent, allow_nan=False)
    return _safe_json(text, is_ascii=not _is_utf_8(sys.stdout))


def print_document(text: str, *, is_json: bool = False) -> None:
    """Print a page, a report or a file's content: UTF-8 into files and pipes, as it says of itself that it is.

    On a terminal it is shown as that terminal can.
    """
    if is_terminal("stdout"):
        on_screen = _safe_json(text, is_ascii=not _is_utf_8(sys.stdout)) if is_json else visible(text, keeps_lines=True)
        write_to_output(f"{on_screen}\n")
    else:
        whole = _safe_json(text, is_ascii=False) if is_json else text
        print_bytes(f"{whole}\n".encode("utf-8", errors="replace"))


def print_bytes(data: bytes) -> None:
    """Write bytes as they are, such as those of a file that was read."""

    def write(stream: Any) -> None:  # noqa: ANN401 (a text stream, or a stand-in)
        buffer = getattr(stream, "buffer", None)
        if buffer is None:  # a stand-in that takes only text, such as a notebook's
            stream.write(data.decode("utf-8", errors="replace"))
            return
        stream.flush()
        buffer.write(data)
        buffer.flush()

    _written(write)


def shown_on(name: str, text: str) -> str:
    """`text` as "stdout" or "stderr" shows it, with codes for what its encoding does not hold."""
    return _held(text, getattr(sys, name))


def write_to_output(text: str) -> None:
    """Write to standard output what is visible already."""
    _written(lambda stream: stream.write(_held(text, stream)))


def _written(write: Callable[[Any], object]) -> None:
    check_output()
    stream = sys.stdout
    try:
        write(stream)
        stream.flush()
    except OSError as error:
        if error.errno == errno.EBADF:
            raise OutputError("standard output is closed", is_closed=True) from error
        # Windows calls a pipe without a reader an invalid argument.
        gone = error.errno in _READER_GONE or (os.name == "nt" and error.errno == errno.EINVAL)
        raise OutputError(error.strerror or str(error), gone) from error
    except ValueError as error:  # closed meanwhile
        raise OutputError("standard output is closed", is_closed=True) from error


# --- encodings ---


def _held(text: str, stream: Any) -> str:  # noqa: ANN401
    """`text` with what the stream's encoding does not hold as codes."""
    encoding = getattr(stream, "encoding", None)
    if not encoding:
        return text  # a stand-in that takes any text
    try:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")


def _is_utf_8(stream: Any) -> bool:  # noqa: ANN401
    try:
        return codecs.lookup(getattr(stream, "encoding", None) or "ascii").name == "utf-8"
    except LookupError:
        return False


_BEYOND_ASCII = re.compile("[^\x00-\x7e]")


def _safe_json(text: str, *, is_ascii: bool) -> str:
    """JSON with what is hidden, or all that is not ASCII, as JSON's own codes: the value stays what it is."""
    if is_ascii:
        return _BEYOND_ASCII.sub(lambda match: _json_code(match[0]), text)
    return visible(text, keeps_lines=True, code=_json_code)


def _json_code(character: str) -> str:
    if character in "\r\t\n":  # between values: within strings they are codes already
        return character
    data = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at]:02x}{data[at + 1]:02x}" for at in range(0, len(data), 2))


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
