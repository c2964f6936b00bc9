"""The `localalt` command: parse, call, print."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from localalt import __version__
from localalt.cli import bench, compare, describe, devices, doctor, evaluate, lint, models, plan, prompts
from localalt.cli.terminal import INTERRUPTED, NO_OUTPUT, SOME_FAILED, leave_now, never_fail_to_print, say

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (by default the process's arguments). Returns the exit status."""
    never_fail_to_print()
    arguments = parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        return status
    except KeyboardInterrupt:
        say("Stopped.")
        return leave_now(INTERRUPTED)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return leave_now(SOME_FAILED)
    except OSError as error:  # what is read is the library's concern: this is our output
        say(f"The texts cannot be written ({error.strerror}): free some space, or write them elsewhere.")
        return leave_now(NO_OUTPUT)


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    own = argparse.ArgumentParser(
        prog="localalt",
        description="Draft alt text for pictures on this machine. No picture leaves it.",
        epilog="Run 'localalt COMMAND --help' for a command's options.",
    )
    own.add_argument("--version", action="version", version=f"localalt {__version__}")
    commands = own.add_subparsers(metavar="COMMAND", required=True)
    for module in (describe, lint, prompts, compare, evaluate, models, plan, devices, doctor, bench):
        module.add_parser(commands)
    return own
