"""Texts that are an answer of a model and no description: refusals, several answers, thinking, scraps."""

from __future__ import annotations

from collections.abc import Iterator

from localalt.lint.finders.patterns import excerpt
from localalt.lint.subject import Fault, Subject
from localalt.text.garbled import garbled as find_garbled
from localalt.text.mixed_languages import mixed_languages as find_mixed
from localalt.text.notation import notation
from localalt.text.refusals import refusals, without_refusals
from localalt.text.remarks import is_announcement, is_beginning, is_instruction, is_reply, is_yes_or_no, remarks
from localalt.text.several_answers import answers
from localalt.text.thinking import is_thinking

__all__ = ["garbled", "mixed_languages", "not_a_description", "refusal", "several", "thinking"]


def refusal(subject: Subject) -> Iterator[Fault]:
    """Sentences that refuse to describe, or ask for the picture."""
    text = subject.text
    found = refusals(text)
    message = "“{}” refuses to describe the picture: describe what can be seen."
    if found and not without_refusals(text):
        yield Fault(0, len(text), message.format(excerpt(text)))
        return
    for start, end in found:
        yield Fault(start, end, message.format(excerpt(text[start:end])))


def several(subject: Subject) -> Iterator[Fault]:
    """Several answers in one."""
    found = answers(subject.text)
    if found:
        message = f"It has {len(found)} texts to choose from: leave the best one, and delete the others."
        yield Fault(0, len(subject.text), message)


def thinking(subject: Subject) -> Iterator[Fault]:
    """A plan for a text in place of it."""
    if is_thinking(subject.text) and not refusals(subject.text):
        message = f"“{excerpt(subject.text)}” says how a description is made: write what the picture shows."
        yield Fault(0, len(subject.text), message)


def garbled(subject: Subject) -> Iterator[Fault]:
    """The same sign or word over and over, a broken encoding, scraps of many scripts."""
    found = find_garbled(subject.text)
    if found is not None:
        message = f"“{excerpt(subject.text[slice(*found)])}” cannot be read as words: write it again."
        yield Fault(*found, message)


def not_a_description(subject: Subject) -> Iterator[Fault]:
    """Data or code, an announcement without a text, the question again, remarks about the description."""
    text = subject.text
    found = notation(text)
    if found is not None:
        kind, start, end = found
        yield Fault(start, end, f"It has {kind} in place of words: describe the picture in a sentence.")
    elif is_announcement(text):
        yield Fault(0, len(text), "It announces a description, and none follows: write it.")
    elif is_reply(text) or (is_yes_or_no(text) and not subject.is_short and subject.sources is not None):
        yield Fault(0, len(text), f"“{excerpt(text)}” replies to somebody: describe the picture.")
    elif is_beginning(text) and subject.sources is not None:
        yield Fault(0, len(text), f"“{excerpt(text)}” begins a description, and nothing follows: say what is shown.")
    elif is_instruction(text):
        yield Fault(0, len(text), "It asks for a description: write one in its place.")
    else:
        for start, end in remarks(text):
            yield Fault(
                start, end, f"“{excerpt(text[start:end])}” is about the description, not the picture: delete it."
            )


def mixed_languages(subject: Subject) -> Iterator[Fault]:
    """A sentence in another language than the rest, outside quotations."""
    found = find_mixed(subject.text)
    if found is not None:
        said = excerpt(subject.text[slice(*found)])
        advice = "put it in quotation marks if it is in the picture, or delete it"
        message = f"“{said}” is in another language than the rest: {advice}."
        yield Fault(*found, message)
