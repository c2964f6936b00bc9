"""How long the words of a caller's own prompt may be, and its grammar, and what its numbers may be."""

from __future__ import annotations

from localalt.errors import OptionError
from localalt.limits import MAX_SEED, MAX_TOKENS, shown, validate_chars, validate_sampling
from localalt.prompting.prompt import Prompt

__all__ = ["MAX_GRAMMAR_CHARS", "MAX_GRAMMAR_DEPTH", "MAX_PROMPT_CHARS", "validate_prompt"]

MAX_PROMPT_CHARS = 65_536
"""Of all words of a prompt: a page is plenty."""
MAX_GRAMMAR_CHARS = 16_384
"""Of a grammar, which the parser of llama.cpp goes through call by call."""
MAX_GRAMMAR_DEPTH = 32
"""Brackets inside brackets in a grammar: each is a call inside a call there."""


def validate_prompt(prompt: Prompt) -> Prompt:
    """A prompt of a caller's own, if its words and numbers are within their limits.

    Raises:
        OptionError: they are not.
    """
    name = f"The prompt {str(prompt.name)[:40]!r}"
    words = [prompt.name, prompt.version, prompt.instruction, *prompt.purposes.values()]
    words += [part for further in prompt.also.values() for part in (further.instruction, further.name)]
    if not all(isinstance(each, str) for each in (*words, prompt.grammar)):
        raise OptionError(f"{name} has words that are not text: pass a str.")
    validate_chars(f"{name} with all its texts", "".join(words), MAX_PROMPT_CHARS)
    if prompt.sampling is not None:
        validate_sampling(prompt.sampling)
    if prompt.max_tokens is not None:
        _check_whole(f"{name} has max_tokens", prompt.max_tokens, 1, MAX_TOKENS)
    _check_whole(f"{name} has seed", prompt.seed, 0, MAX_SEED)
    _check_grammar(name, prompt.grammar)
    return prompt


def _check_whole(what: str, value: object, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise OptionError(f"{what} {shown(value)}: write a whole number from {least} to {most}.")


def _check_grammar(name: str, grammar: str) -> None:
    validate_chars(f"The grammar of {name[:1].lower()}{name[1:]}", grammar, MAX_GRAMMAR_CHARS)
    depth = deepest = 0
    for character in grammar:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_GRAMMAR_DEPTH:
        raise OptionError(f"{name} has a grammar with {deepest} brackets inside each other: write it with more rules.")
    if "\0" in grammar or any("\ud800" <= character <= "\udfff" for character in grammar):
        raise OptionError(f"{name} has a grammar with characters that are not text: leave them out.")
