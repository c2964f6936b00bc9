"""Every command that a message, a docstring or the README's help recommends is one that the command line takes."""

import ast
import functools
import re
import shlex
from pathlib import Path

import pytest

import localalt
from localalt.cli import parser

PACKAGE = Path(localalt.__file__).parent
COMMANDS = "bench|compare|describe|devices|doctor|eval|lint|models|plan|prompts|pull|remove|verify"
SAMPLES = {"MODEL": "qwen3.5-2b", "NAME": "qwen3.5-2b"}
QUOTED = re.compile(r"[`\"'](localalt (?:" + COMMANDS + r")\b[^`\"'\n]*)[`\"']")
EXAMPLE = re.compile(r"^ {2}(localalt .*)$", re.M)


def texts(path):
    """The strings of a module, with a model's name for what an f-string fills in."""
    source = path.read_text(encoding="utf-8")
    if "localalt " not in source:  # most have none, and parsing takes long
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "qwen3.5-2b" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@functools.cache
def recommended():
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in texts(path):
            found |= {
                *QUOTED.findall(text),
                *(line.split(" | ")[0].split(" > ")[0] for line in EXAMPLE.findall(text)),
            }
    return sorted(command for command in found if "COMMAND" not in command)


def test_there_are_commands_to_look_at():
    assert len(recommended()) > 20


@pytest.mark.parametrize("command", recommended())
def test_a_recommended_command_is_one_that_is_taken(command):
    words = [SAMPLES.get(word, word) for word in shlex.split(command)[1:]]
    if words in (
        ["eval"],
        ["compare"],
        ["describe"],
        ["bench", "compare"],
    ):  # named in prose: their help is what is meant
        words.append("--help")
        with pytest.raises(SystemExit):
            parser().parse_args(words)
        return
    parser().parse_args(words)  # a wrong one raises SystemExit
