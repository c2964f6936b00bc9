"""Options, validated before any work begins: each error says what is wrong and what to write instead."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import get_args

from localalt import suggest
from localalt.drafting.options import DescribeOptions, LoadOptions, isolation_of
from localalt.errors import OptionError
from localalt.errors.wording import either, option
from localalt.limits import MAX_TOKENS, shown
from localalt.planning.tuning import MAX_SLOTS, check_tuning
from localalt.types import Isolation

__all__ = ["check_known", "check_load_options", "validate_timeout"]

_FUNCTIONS: Mapping[type, str] = {DescribeOptions: "describe", LoadOptions: "load"}
_SYNONYMS: Mapping[str, str] = {
    "caption": "facts",
    "gpu": "device",
    "keywords": "facts",
    "lang": "language",
    "length": "max_chars",
    "locale": "language",
    "max_length": "max_chars",
    "people": "facts",
    "place": "facts",
    "devices": "device",
    "max_workers": "workers",
    "n_parallel": "n_seq_max",
    "slots": "n_seq_max",
}
"""What other programs call an option, or what is a fact, by the option that it is here."""
LONGEST_S = 1e9
MAX_WORKERS = 64
NO_GPUS = ("all", "auto", "cpu", "gpu")
"""What stands for devices alone, and not in a list."""


def check_known(options: Mapping[str, object], known: type) -> None:
    """Raises `OptionError` for a name that the typed dict `known` does not have."""
    for name in options:
        if name not in known.__annotations__:
            raise OptionError(_advice(name, known))


def _advice(name: str, known: type) -> str:
    """What to do about the option `name`, which functions with the options `known` do not have."""
    if name in _elsewhere(known):
        return f"{name} belongs to {_function_of(name)}, not to {_FUNCTIONS[known]}: write {_example(name)}."
    usual = _SYNONYMS.get(name.lower())
    own = list(known.__annotations__)
    near = [usual] if usual in own else suggest.nearest(name, own)
    if near:
        return f"There is no option {name}: {suggest.did_you_mean(near[0])}"
    other = suggest.nearest(name, _elsewhere(known))
    if other or usual:
        meant = str(usual or other[0])
        question = suggest.did_you_mean(meant)
        return f"There is no option {name}: {question} It belongs to {_function_of(meant)}: {_example(meant)}."
    return f"There is no option {name}: {suggest.advice(name, own)}"


def _elsewhere(known: type) -> tuple[str, ...]:
    """Names that mean something to other functions than those with the options `known`."""
    others = [each.__annotations__ for each in _FUNCTIONS if each is not known]
    return (*(name for each in others for name in each), "model", "on_error")


def _function_of(name: str) -> str:
    if name == "on_error":
        return "describe_many, as_completed and adescribe_many"
    return _FUNCTIONS[DescribeOptions] if name in DescribeOptions.__annotations__ else _FUNCTIONS[LoadOptions]


def _example(name: str) -> str:
    if name == "on_error":
        return 'describe_many(images, on_error="return")'
    if name in DescribeOptions.__annotations__:
        return f"describe(image, {name}=…)"
    return f"load({name}=…).describe(image)"


def check_load_options(options: LoadOptions) -> None:
    """Raises `OptionError` for an option of loading that is unknown, of the wrong type or out of range."""
    check_known(options, LoadOptions)
    _check_device(options.get("device", "auto"))
    n_seq_max = options.get("n_seq_max")
    _check_isolation(options)
    if n_seq_max is not None and (type(n_seq_max) is not int or not 1 <= n_seq_max <= MAX_SLOTS):
        raise OptionError(
            f"{option('n_seq_max')} is {shown(n_seq_max)}: it must be a whole number from 1 to {MAX_SLOTS}."
        )
    check_tuning(options.get("tuning"))
    progress, on_download = options.get("progress"), options.get("on_download")
    if progress is not None and not callable(progress):
        raise OptionError(f"progress is {progress!r}: pass a function of one number, or None.")
    if on_download is not None and not callable(on_download):
        raise OptionError(f"on_download is {on_download!r}: pass a function of one DownloadProgress, or None.")
    if type(options.get("reuse", True)) is not bool:
        raise OptionError(f"reuse is {options.get('reuse')!r}: write True or False.")
    exact_tokens = options.get("exact_tokens")
    if exact_tokens is not None and (type(exact_tokens) is not int or not 1 <= exact_tokens <= MAX_TOKENS):
        raise OptionError(
            f"{option('exact_tokens')} is {shown(exact_tokens)}: it must be a whole number from 1 to {MAX_TOKENS}."
        )


def validate_timeout(timeout_s: object) -> float | None:
    """Seconds, above 0 and at most `LONGEST_S`, or None.

    Raises `OptionError` for anything else.
    """
    if timeout_s is None:
        return None
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, (int, float)):
        raise OptionError(
            f"{option('timeout_s')} must be a number of seconds, not {type(timeout_s).__name__}: pass one, or None."
        )
    if not 0 < timeout_s <= LONGEST_S:  # nor is NaN
        raise OptionError(
            f"{option('timeout_s')} is {shown(timeout_s)}: pass a number of seconds above 0, or "
            f"{either('None', 'leave it out')} for no limit."
        )
    return float(timeout_s)


def _check_device(device: object) -> None:
    if isinstance(device, str):
        return
    if not isinstance(device, list | tuple):
        raise OptionError(
            f'There is no device {device!r}: write "auto", "cpu", "gpu", "all", the name of a GPU, or a list of names.'
        )
    if not device or not all(isinstance(each, str) for each in device):
        raise OptionError(f'device is {device!r:.60}: write a list of the names of GPUs, such as ["CUDA0", "CUDA1"].')
    names = [each.lower() for each in device]
    for name in device:
        if name.lower() in NO_GPUS:
            raise OptionError(
                f"{option('device')} lists {name!r:.40}, which is not the name of one GPU: "
                f'write it alone, or list names of GPUs, such as "CUDA0".'
            )
        if names.count(name.lower()) > 1:
            raise OptionError(f"{option('device')} lists {name!r:.40} twice: list each GPU once.")


def _check_isolation(options: LoadOptions) -> None:
    workers, python = options.get("workers", 1), options.get("python")
    if type(workers) is not int or not 1 <= workers <= MAX_WORKERS:
        raise OptionError(
            f"{option('workers')} is {shown(workers)}: it must be a whole number from 1 to {MAX_WORKERS}."
        )
    isolation = options.get("isolation")
    if isolation not in (None, *get_args(Isolation)):
        raise OptionError(f"isolation is {isolation!r:.40}: {suggest.advice(isolation, get_args(Isolation))}")
    if python is not None and not isinstance(python, str | os.PathLike):
        raise OptionError(f"python is {python!r:.60}: pass the path of a Python interpreter, or None.")
    if isolation == "none":
        without: LoadOptions = {"device": options.get("device", "auto"), "workers": workers}
        if isolation_of(without) == "process":
            is_none = either('isolation is "none"', "--in-process is given")
            raise OptionError(f"{is_none}, and several devices or workers need processes of their own: leave it out.")
        if python is not None:
            raise OptionError('python belongs to isolation="process": leave it out, or write that.')
