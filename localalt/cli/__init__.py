"""The `localalt` command: parse, call, print. One module or package for each command.

Must not decide anything that a caller of the library would want decided too. Door: `main`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from localalt._version import __version__
from localalt.cli import (
    bench,
    compare,
    describe,
    devices,
    doctor,
    lint,
    models,
    plan,
    prompts,
    signals,
    streams,
)
from localalt.cli.evaluate import command as evaluate
from localalt.cli.terminal import NO_OUTPUT, SOME_FAILED, USAGE, leave_now, say
from localalt.console import OutputError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (by default the process's arguments). Returns the exit status."""
    with signals.stopping():
        try:
            arguments = parser().parse_args(argv)
            status: int = arguments.run(arguments)
            return status
        except KeyboardInterrupt as stop:
            say("Stopped.")
            return leave_now(signals.status_of(stop))
        except OutputError as error:
            if error.is_reader_gone:
                return leave_now(SOME_FAILED)
            say(f"The texts cannot be written ({error}): {_remedy(error)}.")
            return leave_now(NO_OUTPUT)
        except OSError as error:
            file = error.filename or "A file"
            say(f"{file} cannot be read or written ({error.strerror or error}): check the path and its permissions.")
            return leave_now(NO_OUTPUT if error.errno in streams.FULL else USAGE)


def _remedy(error: OutputError) -> str:
    return "write them to a file or a pipe" if error.is_closed else "free some space, or write them elsewhere"


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    own = streams.Parser(
        prog="localalt",
        description="Draft alt text for pictures on this machine. No picture leaves it.",
        epilog="Run 'localalt COMMAND --help' for a command's options.",
    )
    own.add_argument("--version", action="version", version=f"localalt {__version__}")
    commands = own.add_subparsers(metavar="COMMAND", required=True)
    for module in (describe, lint, prompts, compare, evaluate, models, plan, devices, doctor, bench):
        module.add_parser(commands)
    return own
