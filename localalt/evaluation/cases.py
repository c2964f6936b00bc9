"""Cases: pictures with what a good text about each says, must mention, and must not.

A file of JSON lines beside its pictures. A case says what is right about a picture, and knows nothing of models,
texts or scores. Which half of the cases it belongs to is decided by its picture's digest (`split_of`), so that what
prompts are tuned on and what they are judged on cannot be mixed up.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from localalt.errors import OptionError
from localalt.files.decoding import DecodingError, decode_lines
from localalt.text.language_tag import check_language

__all__ = ["SHIPPED", "TYPES", "Case", "MultipleChoice", "Split", "pictures_as_cases", "read_cases", "split_of"]

SHIPPED = Path(__file__).resolve().parent / "cases" / "cases.jsonl"
"""The project's own cases: drawn pictures, and photographs in the public domain."""

TYPES = ("photo", "people", "text", "screenshot", "chart", "diagram", "map", "meme", "art", "logo", "other")

Split: TypeAlias = Literal["dev", "held-out", "all"]

_SPLIT_SALT = b"localalt evaluation split 1\0"
"""Never to be changed: pictures that a prompt was tuned with would become held out."""
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


class _PictureError(ValueError):
    """A case's picture cannot be read."""


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """A question about a picture, of which one of several answers is right."""

    question: str
    options: tuple[str, ...]
    answer: int
    """Of the options, counted from 0."""


@dataclass(frozen=True, slots=True)
class Case:
    """A picture, and what is right about it."""

    id: str
    picture: Path
    sha256: str
    """Of the picture's file."""
    source: str = ""
    licence: str = ""
    language: str = "en"
    type: str = "other"
    context: str | None = None
    """What the author supplies, which may be wrong on purpose: see `context_is`."""
    context_is: str = "true"
    """"true", "wrong" or "hostile"."""
    references: tuple[str, ...] = ()
    """Alt texts that people wrote."""
    must_mention: tuple[tuple[str, ...], ...] = ()
    """Things of which each has to be mentioned, by one of several words."""
    must_not: tuple[str, ...] = ()
    """Words that would be an invention."""
    text: str | None = None
    """The visible text, word for word."""
    questions: tuple[MultipleChoice, ...] = ()

    @property
    def split(self) -> Split:
        """The half that it belongs to."""
        return split_of(self.sha256)


def read_cases(
    path: Path = SHIPPED, *, split: Split = "all", unreadable: Callable[[str], None] | None = None
) -> list[Case]:
    """The cases of a file, those of one half if that is asked for.

    Args:
        path: of the file.
        split: the half, or "all".
        unreadable: gets a sentence for each case whose picture cannot be read, which is left out; None raises.

    Raises:
        OptionError: the file cannot be read; a case has no picture, another than it had, or a field of the wrong
            type; or two have one id.
    """
    try:
        lines = decode_lines(path.read_bytes())
    except DecodingError as error:
        raise OptionError(f"The cases {path} cannot be read ({error}): save them as UTF-8.") from error
    except (OSError, ValueError) as error:
        raise OptionError(f"The cases {path} cannot be read ({error}): check the path.") from error
    cases: list[Case] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = _case(json.loads(line), path.parent)
        except _PictureError as error:
            message = f"{path}, line {number}, is not a case that can be used ({error}): check the picture's path."
            if unreadable is None:
                raise OptionError(message) from error
            unreadable(message)
            continue
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise OptionError(f"{path}, line {number}, is not a case ({_reason(error)}): correct this line.") from error
        cases.append(case)
    _check_unique(path, cases)
    return [case for case in cases if split in ("all", case.split)]


def pictures_as_cases(paths: Iterable[Path]) -> list[Case]:
    """Cases of pictures about which nothing is known.

    Raises:
        OptionError: one cannot be read.
    """
    cases = []
    for path in paths:
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            reason = getattr(error, "strerror", None) or error
            raise OptionError(f"{path} cannot be read ({reason}): check the path.") from error
        cases.append(Case(str(path), path, digest))
    return cases


def split_of(sha256_hex: str) -> Literal["dev", "held-out"]:
    """Which set a picture belongs to: "dev", to tune prompts with, or "held-out", for the final score only.

    About half of all pictures are in each. Its file's own digest decides, hashed again with a salt, so that neither
    other pictures nor anybody's wish moves it, and so that it goes with nothing else that a digest decides. Knows
    files, not pictures: the same picture saved again is another file, and may be in the other set.
    """
    if not isinstance(sha256_hex, str) or not _SHA256.fullmatch(sha256_hex):
        raise OptionError(f"{sha256_hex!r:.80} is not a SHA-256 digest: pass its 64 hexadecimal digits.")
    return "held-out" if hashlib.sha256(_SPLIT_SALT + bytes.fromhex(sha256_hex)).digest()[0] & 1 else "dev"


def _case(value: Any, folder: Path) -> Case:  # noqa: ANN401 (whatever JSON holds)
    if not isinstance(value, dict):
        raise TypeError("it is not a JSON object")
    picture = folder / _text(value, "picture")
    try:
        digest = hashlib.sha256(picture.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _PictureError(f"its picture {picture} cannot be read, {reason}") from error
    if value.get("sha256") not in (None, digest):
        raise ValueError(f"its picture {picture} is another one than before: its sha256 is {digest}")
    check_language(_text(value, "language", "en"))
    return Case(
        id=_text(value, "id"),
        picture=picture,
        sha256=digest,
        source=_text(value, "source", ""),
        licence=_text(value, "licence", ""),
        language=_text(value, "language", "en"),
        type=_one_of(value, "type", TYPES),
        context=None if value.get("context") is None else _text(value, "context"),
        context_is=_text(value, "context_is", "true"),
        references=_texts(value.get("references", ()), "references"),
        must_mention=tuple(
            _texts(each, "must_mention") for each in _list(value.get("must_mention", ()), "must_mention")
        ),
        must_not=_texts(value.get("must_not", ()), "must_not"),
        text=None if value.get("text") is None else _text(value, "text"),
        questions=tuple(_choice(each) for each in _list(value.get("questions", ()), "questions")),
    )


def _choice(value: Any) -> MultipleChoice:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError("a question is not a JSON object")
    options, answer = _texts(value["options"], "options"), value["answer"]
    if type(answer) is not int or not 0 <= answer < len(options):
        raise ValueError(f"the answer {answer!r} is not the number of one of the {len(options)} options")
    return MultipleChoice(_text(value, "question"), options, answer)


def _text(value: Mapping[str, Any], name: str, default: str | None = None) -> str:
    found = value[name] if default is None else value.get(name, default)
    if not isinstance(found, str) or (default is None and not found.strip()):
        raise TypeError(f"{name} is {found!r:.40}, not a text")
    return found


def _texts(value: Any, name: str) -> tuple[str, ...]:  # noqa: ANN401
    if isinstance(value, str) or not all(isinstance(each, str) for each in _list(value, name)):
        raise TypeError(f"{name} is {value!r:.40}, not a list of texts")
    return tuple(value)


def _list(value: Any, name: str) -> Sequence[Any]:  # noqa: ANN401
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{name} is {value!r:.40}, not a list")
    return value


def _one_of(value: Mapping[str, Any], name: str, known: Sequence[str]) -> str:
    found = value.get(name, "other")
    if found not in known:
        raise ValueError(f"{name} is {found!r:.40}, and there are {', '.join(known)}")
    return str(found)


def _check_unique(path: Path, cases: Iterable[Case]) -> None:
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise OptionError(f"{path} has two cases with the id {case.id}: give each one of its own.")
        seen.add(case.id)


def _reason(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
