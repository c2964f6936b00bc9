"""`localalt prompts`: lists the built-in prompts, and prints one to start a file of your own."""

from __future__ import annotations

import argparse

from localalt.cli.layout import print_table
from localalt.cli.terminal import OK, USAGE, say
from localalt.console import print_document
from localalt.errors import OptionError

__all__ = ["add_parser"]

EPILOG = """\
examples:
  localalt prompts
  localalt prompts plain > mine.json
  localalt describe photo.jpg --prompt mine.json

A file of your own may also be plain text, which is then the instruction.
"""

ABOUT = {
    "plain": "one instruction for every picture",
    "typed": "a line of instructions for each kind of picture: scene, screen, words, chart, meme, art",
    "informed": "what the author knows comes first, then what to do with it",
    "brief": "few words, for the smallest models",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    prompts = commands.add_parser(
        "prompts",
        help="list the built-in prompts, or print one to start your own",
        description="List the built-in prompts, or print one as JSON.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    prompts.set_defaults(run=_prompts)
    prompts.add_argument("name", nargs="?", metavar="NAME", help="prompt to print (default: list all)")


def _prompts(arguments: argparse.Namespace) -> int:
    from localalt.prompting.prompt_file import chosen_prompt, named_prompts, prompt_to_json

    if arguments.name is None:
        lines = [("PROMPT", "HOW IT ASKS")]
        lines += [(chosen_prompt(name).identity, ABOUT[name]) for name in named_prompts()]
        print_table(lines)
        return OK
    try:
        print_document(prompt_to_json(chosen_prompt(arguments.name)), is_json=True)
    except OptionError as error:
        say(error.in_command)
        return USAGE
    return OK
