"""Messages in the language of the caller: of a program, which passes `max_chars`, and of a person at the command, who
types `--max-chars`.

A message marks the words that differ, with `option` or `either`. An error has both readings of it (see
`LocalAltError`), and so does a `Message`.
"""

from __future__ import annotations

import re

__all__ = ["NO_FLAG", "Message", "either", "flag_of", "in_command", "in_python", "option"]

# Noncharacters (Unicode 15.1, section 23.7): texts that people write have none.
_BEGIN, _BETWEEN, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_BETWEEN}{_END}]*){_BETWEEN}([^{_BEGIN}{_BETWEEN}{_END}]*){_END}")
_FLAGS = {
    "exact_tokens": "--tokens",
    "facts": "--fact",
    "isolation": "--in-process",
    "n_image_tokens": "--image-tokens",
    "n_seq_max": "--widths",
    "n_threads": "--threads",
    "n_ubatch": "--ubatch",
    "on_existing": "--check-existing",
    "timeout_s": "--timeout",
}
"""The command's options whose names are not simply the library's: those of `bench` for what only it has."""
NO_FLAG = frozenset({"n_seq_max", "progress", "on_download", "tuning", "exact_tokens", "reuse", "workers", "python"})
"""Options of `load` that `localalt describe` does not have."""


def flag_of(name: str) -> str:
    """The command's option for one of the library's: "--max-chars" for "max_chars"."""
    return _FLAGS.get(name) or f"--{name.replace('_', '-')}"


def option(name: str) -> str:
    """The name of an option, in a message."""
    return either(name, flag_of(name))


def either(in_python: str, in_command: str) -> str:
    """Words of a message that differ between the library and the command."""
    return f"{_BEGIN}{in_python}{_BETWEEN}{in_command}{_END}"


def in_python(message: str) -> str:
    """The message for a program."""
    return _MARKED.sub(r"\1", message)


def in_command(message: str) -> str:
    """The message for a person at the command."""
    return _MARKED.sub(r"\2", message)


class Message(str):
    """A message for a program that has the reading for the command, too."""

    in_command: str

    def __new__(cls, message: str) -> Message:
        """Of a text with marked words."""
        own = super().__new__(cls, in_python(message))
        own.in_command = in_command(message)
        return own

    @classmethod
    def of_readings(cls, in_python: str, in_command: str) -> Message:
        """Of its two readings."""
        own = str.__new__(cls, in_python)
        own.in_command = in_command
        return own
