"""A name, a file or a `Prompt` -> the prompt that is asked with.

A person's own file is text, which is the instruction, or JSON with any of `name`, `version`, `instruction`, `purposes`,
`also`, `sampling` and `max_tokens`; what it leaves out is as in "plain". Knows nothing of models.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from localalt import suggest
from localalt.errors import OptionError
from localalt.files.decoding import DecodingError, decode
from localalt.limits import SAMPLING_RANGES, sampling_fault
from localalt.prompting.builtin import KINDS, PROMPTS
from localalt.prompting.prompt import Prompt, TextKind
from localalt.prompting.prompt_limits import validate_prompt
from localalt.request import GREEDY, Sampling

__all__ = ["chosen_prompt", "named_prompts", "prompt_to_json"]

MAX_BYTES = 64 * 1024
"""Of a prompt's file: the context window has room for far less."""
_DIGEST = 8
_SUFFIXES = (".json", ".txt", ".md")
_PURPOSES = ("link", "button", "logo", "figure")


def named_prompts() -> tuple[str, ...]:
    """The names of the prompts that come with the package."""
    return tuple(name for name, prompt in PROMPTS.items() if not prompt.fixed)


def chosen_prompt(prompt: object) -> Prompt:
    """The prompt that a caller means.

    Raises:
        OptionError: there is none of that name, its file cannot be read or used, or it is of the wrong type.
    """
    if isinstance(prompt, Prompt):
        return validate_prompt(prompt)
    if isinstance(prompt, str) and prompt in named_prompts():
        return PROMPTS[prompt]
    if isinstance(prompt, os.PathLike) or (isinstance(prompt, str) and _is_path(prompt)):
        return _read(Path(os.fsdecode(prompt)))
    names = named_prompts()
    listed = ", ".join(f'"{name}"' for name in names)
    advice = suggest.advice(prompt, names, f"use {listed} or the path of a prompt file.")
    raise OptionError(f"There is no prompt {prompt!r:.60}: {advice}")


def prompt_to_json(prompt: Prompt) -> str:
    """A prompt as the text of a file that `chosen_prompt` reads: the start of one's own."""
    value: dict[str, Any] = {
        "name": prompt.name,
        "version": prompt.version,
        "instruction": prompt.instruction,
        "purposes": dict(prompt.purposes),
        "also": {name: prompt.also[name].instruction for name in KINDS},
        "sampling": dataclasses.asdict(prompt.sampling or GREEDY),
    }
    return json.dumps(value, ensure_ascii=False, indent=2)


def _is_path(text: str) -> bool:
    return text.lower().endswith(_SUFFIXES) or os.sep in text or "/" in text


def _read(path: Path) -> Prompt:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"The prompt {path} cannot be read ({reason}): check the path.") from error
    if len(data) > MAX_BYTES:
        raise OptionError(f"The prompt {path} has more than {MAX_BYTES:,} bytes: a page is plenty.")
    try:
        text, _ = decode(data)
    except DecodingError as error:
        raise OptionError(f"The prompt {path} is not text ({error}): save it as UTF-8.") from error
    version = hashlib.sha256(data).hexdigest()[:_DIGEST]
    if path.suffix.lower() == ".json":
        return _from_json(text, path, version)
    return dataclasses.replace(
        PROMPTS["plain"], name=path.stem, version=version, instruction=_words(text, path, "instruction"), purposes={}
    )


def _from_json(text: str, path: Path, version: str) -> Prompt:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OptionError(f"The prompt {path} is not JSON ({error}): correct it.") from error
    if not isinstance(value, dict):
        raise OptionError(f"The prompt {path} is not a JSON object: begin it with {{.")
    plain = PROMPTS["plain"]
    _check_names(value, ("name", "version", "instruction", "purposes", "also", "sampling", "max_tokens"), path, "")
    changes: dict[str, Any] = {"name": path.stem, "version": version}
    if "name" in value:
        changes["name"] = _words(value["name"], path, "name")
    if "version" in value:  # with the digest, so that a forgotten new number mixes up no results
        changes["version"] = f"{_words(str(value['version']), path, 'version')}-{version}"
    if "instruction" in value:
        changes["instruction"] = _words(value["instruction"], path, "instruction")
        changes["purposes"] = {}
    if "purposes" in value:
        purposes = _object(value["purposes"], path, "purposes", _PURPOSES)
        changes["purposes"] = {name: _words(each, path, f"purposes.{name}") for name, each in purposes.items()}
    if "also" in value:
        texts = {
            name: _words(each, path, f"also.{name}")
            for name, each in _object(value["also"], path, "also", KINDS).items()
        }
        changes["also"] = {**plain.also, **{name: _further(plain.also[name], words) for name, words in texts.items()}}
    if "sampling" in value:
        changes["sampling"] = _sampling(_object(value["sampling"], path, "sampling", tuple(SAMPLING_RANGES)), path)
    if "max_tokens" in value:
        n = value["max_tokens"]
        if type(n) is not int or not 1 <= n <= 512:
            raise OptionError(f"The prompt {path} has max_tokens {n!r:.20}: write a whole number from 1 to 512.")
        changes["max_tokens"] = n
    return dataclasses.replace(plain, **changes)


def _further(further: TextKind, instruction: str) -> TextKind:
    return dataclasses.replace(further, instruction=instruction)


def _sampling(values: Mapping[str, object], path: Path) -> Sampling:
    for name, value in values.items():
        fault = sampling_fault(name, value)
        if fault is not None:
            raise OptionError(f"The prompt {path} has sampling.{fault}")
    return dataclasses.replace(GREEDY, **values)  # type: ignore[arg-type]  # checked above


def _object(value: object, path: Path, name: str, known: Iterable[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise OptionError(f"The prompt {path} has {name} {value!r:.40}: write a JSON object.")
    _check_names(value, tuple(known), path, f"{name}.")
    return value


def _check_names(value: Mapping[str, object], known: tuple[str, ...], path: Path, before: str) -> None:
    for name in value:
        if name not in known:
            advice = suggest.advice(name, known, prefix=before)
            raise OptionError(f"The prompt {path} has {before}{name!s:.40}, which is unknown: {advice}")


def _words(value: object, path: Path, name: str) -> str:
    # A list of lines reads better in JSON than one long text.
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "\n".join(value)
    if not isinstance(value, str) or not value.strip():
        raise OptionError(f"The prompt {path} has no words in {name}: write a text.")
    return value.strip()
