"""Outputs: what a system wrote about a case, with all that it takes to know how.

One record a line, under a key of its content: the same picture, model, prompt and settings have one key, so that a
run goes on where it stopped. Texts of other systems, and people's own, are read from files with fewer fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localalt.errors import OptionError
from localalt.errors.wording import option
from localalt.evaluation.cases import Case
from localalt.evaluation.records import read_records

__all__ = ["Output", "content_key", "of_authors", "read_outputs"]

_TEXTS = ("text", "caption", "alt", "alt_text")
_CASES = ("case", "id", "image", "picture", "source", "sha256")


@dataclass(frozen=True, slots=True)
class Output:
    """A text by a system ("arm") about a case."""

    case: str
    arm: str
    text: str
    key: str = ""
    finish_reason: str = ""
    warnings: tuple[str, ...] = ()
    """By name."""
    transcription: str | None = None
    error: str = ""
    """Why there is no text."""
    seed: int = 0
    total_s: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """All else that the record says: model, digests, prompt, sampling, versions, image tokens, timings."""


def content_key(**parts: Any) -> str:  # noqa: ANN401 (whatever JSON can say)
    """A digest of what makes an output what it is."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:32]


def read_outputs(
    paths: Iterable[Path], cases: Sequence[Case], *, unreadable: Callable[[OptionError], None] | None = None
) -> list[Output]:
    """The outputs of files about `cases`, ours and those of other systems, the last one under each key.

    Another system's line names its case (`case`, `id`, `image`, `sha256` …: a case's id, its picture's name or
    digest) and its `text` (or `caption`, `alt`); `system` says who wrote it, or else the file's name.

    `unreadable` gets the error of each file that cannot be used, and the others are read; None raises.

    Raises:
        OptionError: a file cannot be read, or has no text about any of the cases.
    """
    by_name = dict(_names(cases))
    found: dict[tuple[str, str, int, str], Output] = {}
    for path in paths:
        try:
            n_before = len(found)
            for record in read_records(path):
                for output in _outputs(record, path.stem, by_name):
                    found[output.case, output.arm, output.seed, output.key] = output
            if len(found) == n_before:
                raise OptionError(
                    f"{path} has no text about any of the cases: name the cases that it is about ({option('cases')})."
                )
        except OptionError as error:
            if unreadable is None:
                raise
            unreadable(error)
    # A crash, which has no key, is forgotten once a later run has made the text.
    made = {(each.case, each.arm, each.seed) for each in found.values() if each.key or not each.error}
    return [
        each for each in found.values() if each.key or not each.error or (each.case, each.arm, each.seed) not in made
    ]


def of_authors(cases: Iterable[Case]) -> list[Output]:
    """The first reference of each case, as the output of a system "author"."""
    return [Output(case.id, "author", case.references[0]) for case in cases if case.references]


def _names(cases: Iterable[Case]) -> Iterator[tuple[str, str]]:
    for case in cases:
        yield from ((name, case.id) for name in (case.id, case.sha256, str(case.picture), case.picture.name))


def _outputs(record: Mapping[str, Any], stem: str, by_name: Mapping[str, str]) -> Iterator[Output]:
    case = next((by_name[name] for key in _CASES if (name := str(record.get(key, ""))) in by_name), None)
    if case is None or "references" in record:  # a case is not an output, though it may have a text
        return
    captions = record.get("captions")
    if isinstance(captions, dict):  # as `localalt compare` writes them
        yield from (Output(case, str(arm), text) for arm, text in captions.items() if isinstance(text, str))
        return
    text = next((record[key] for key in _TEXTS if isinstance(record.get(key), str)), "")
    error = record.get("error", "")
    if not text and not error and record.get("verdict") is None:
        return
    seconds = record.get("total_s")
    own = {"case", "arm", "text", "key", "finish_reason", "warnings", "transcription", "error", "seed", "total_s"}
    yield Output(
        case=case,
        arm=str(record.get("arm") or record.get("system") or stem),
        text=text,
        key=str(record.get("key", "")),
        finish_reason=str(record.get("finish_reason", "")),
        warnings=tuple(str(each) for each in record.get("warnings") or () if isinstance(each, str)),
        transcription=record["transcription"] if isinstance(record.get("transcription"), str) else None,
        error=str(error or ""),
        seed=record["seed"] if type(record.get("seed")) is int else 0,
        total_s=float(seconds) if isinstance(seconds, (int, float)) else None,
        details={name: value for name, value in record.items() if name not in own},
    )
