"""Texts that say again what stands beside the picture: its caption, the text of its link, the name of its file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from localalt.lint.finders.patterns import excerpt
from localalt.lint.subject import Fault, Subject

__all__ = ["repeats_nearby", "stem"]

_SHARE = 0.75
"""Of the longer of two texts that the shorter has to cover, so that the longer says little more."""
_LEAST_WORDS = 3
"""Of the name of a file that a text repeats: shorter ones are names of what is shown."""
_NOT_WORDS = re.compile(r"[\W_]+")


def repeats_nearby(subject: Subject) -> Iterator[Fault]:
    """A text that a reader hears a second time, next to the picture, or that only spells the name of its file."""
    said = _folded(subject.text)
    if not said:
        return
    for other in subject.nearby:
        if _is_said_again(said, _folded(other)):
            message = (
                f"The text beside the picture says the same, “{excerpt(other)}”: describe what that text leaves out, "
                'or mark the picture as decorative with alt="".'
            )
            yield Fault(0, len(subject.text), message)
            return
    name = stem(subject.source_name)
    spelt = " ".join(_NOT_WORDS.sub(" ", name).split())
    # What a person writes has a capital somewhere, or a full stop.
    if subject.text.strip() == spelt and name.islower() and len(said.split()) >= _LEAST_WORDS:
        message = f"It only repeats the file's name, “{excerpt(name)}”: describe the picture."
        yield Fault(0, len(subject.text), message)


def stem(source_name: str | None) -> str:
    """The name of a picture's file without folders, query and suffix, from its path or address."""
    if source_name is None or source_name.lstrip()[:5].lower() == "data:":
        return ""
    path = re.split(r"[?#]", source_name.strip(), maxsplit=1)[0]
    name = unquote(re.split(r"[/\\]", path)[-1])
    return name.rpartition(".")[0] or name


def _folded(text: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", text.casefold()).split())


def _is_said_again(said: str, other: str) -> bool:
    if said == other:
        return True
    shorter, longer = sorted((said, other), key=len)
    return len(shorter) >= _SHARE * len(longer) and " " in shorter and f" {shorter} " in f" {longer} "
