"""Every error and every result crosses processes: pickled in every protocol, copied, and raised in a real pool."""

import collections.abc
import concurrent.futures
import copy
import dataclasses
import datetime
import enum
import importlib
import multiprocessing
import os
import pathlib
import pickle
import pkgutil
import sys
import types
import typing

import numpy as np
import numpy.typing
import PIL.Image
import pytest

import localalt
from localalt import errors, selftest
from localalt.frozen import FrozenMapping
from localalt.gguf import reader
from localalt.models import catalog, catalog_hparams
from localalt.prompting import builtin, presets

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def members():
    """Every class of the package, by its full name."""
    names = ["localalt", *(each.name for each in pkgutil.walk_packages(localalt.__path__, "localalt."))]
    for name in names:
        if not name.endswith("__main__"):
            module = importlib.import_module(name)
            for value in vars(module).values():
                if isinstance(value, type) and value.__module__ == name:
                    yield f"{name}.{value.__qualname__}", value


CLASSES = dict(members())
ERRORS = {name: cls for name, cls in CLASSES.items() if issubclass(cls, localalt.LocalAltError)}
"""The others are caught where they are raised."""


class NoSampleError(Exception):
    """No value of this type can be made here."""


def hints(cls):
    known = {**vars(typing), **vars(collections.abc), "Path": pathlib.Path, "np": np, "PIL": PIL, "os": os}
    module = dict(vars(sys.modules[cls.__module__]))
    return typing.get_type_hints(cls, globalns={**known, "npt": numpy.typing, **module})


def sample(hint):
    """A value of a type, with something in every list."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return inner[0]
    if origin in (typing.Union, types.UnionType):
        return sample(next(each for each in inner if each is not type(None)))
    if origin is tuple:
        return tuple(map(sample, inner[:1] if inner[1:] == (Ellipsis,) else inner))
    if origin in (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection):
        return [sample(inner[0])]
    if origin in (set, frozenset):
        return origin([sample(inner[0])])
    if origin in (dict, collections.abc.Mapping):
        return FrozenMapping({sample(inner[0]): sample(inner[1])})
    if origin is np.ndarray:
        return np.zeros((2, 2, 3), np.uint8)
    simple = {int: 3, float: 1.5, str: "text", bool: True, bytes: b"x", object: "x", typing.Any: {"x": 1}}
    if hint in simple:
        return simple[hint]
    if isinstance(hint, type) and issubclass(hint, pathlib.PurePath):
        return pathlib.Path("x")
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if hint is datetime.datetime:
        return datetime.datetime(2026, 1, 1)
    if dataclasses.is_dataclass(hint):
        return build(hint)
    raise NoSampleError(str(hint))


def build(cls):
    known = hints(cls)
    recursive = {"also"} if cls is localalt.AltText else set()
    fields = [field for field in dataclasses.fields(cls) if field.init and field.name not in recursive]
    return cls(**{field.name: sample(known[field.name]) for field in fields})


def same(one, other):
    """Equal, as far as it shows: arrays and errors have no one answer to that."""
    return type(one) is type(other) and repr(one) == repr(other)


def crossings(value):
    yield from (pickle.loads(pickle.dumps(value, protocol)) for protocol in PROTOCOLS)
    yield copy.copy(value)
    yield copy.deepcopy(value)


def an_error(cls):
    options = {"call": "llama_decode", "code": -3} if issubclass(cls, errors.NativeError) else {}
    return cls("Something is wrong with x.png: try another.", **options)


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_crosses_with_its_message_attributes_notes_and_cause(name):
    error = an_error(ERRORS[name])
    error.add_note("a note") if hasattr(error, "add_note") else None
    error.__cause__ = OSError(2, "no such file")
    for crossed in crossings(error):
        assert same(crossed, error)
        assert str(crossed) == str(error)
        assert crossed.__dict__ == error.__dict__
        assert same(crossed.__cause__, error.__cause__)


def test_a_native_error_names_its_call_after_crossing():
    for crossed in crossings(an_error(errors.NativeError)):
        assert (crossed.call, crossed.code) == ("llama_decode", -3)


def test_a_cause_that_cannot_be_sent_is_sent_in_words():
    class ForeignError(Exception):
        pass

    error = errors.ModelLoadError("It does not load.")
    error.__cause__ = ForeignError("a lock is held")
    crossed = pickle.loads(pickle.dumps(error))
    assert str(crossed.__cause__) == "ForeignError: a lock is held"


def records():
    """A sample of every record: those that hold functions, handles or threads of one process cannot be made here."""
    for name, cls in CLASSES.items():
        if dataclasses.is_dataclass(cls):
            try:
                yield name, build(cls)
            except (NoSampleError, NameError, TypeError, ValueError, RecursionError):
                continue


@pytest.mark.slow
def test_every_record_crosses():
    made = dict(records())
    for value in made.values():
        for crossed in crossings(value):
            assert same(crossed, value)
    public = {name for name in localalt.__all__ if dataclasses.is_dataclass(getattr(localalt, name))}
    assert {name.rpartition(".")[2] for name in made} >= {*public, *NEEDED}


NEEDED = {"Plan", "Finding", "Report", "Device", "Machine", "Case", "Output", "Selection"}
"""Records beside the public ones that a caller gets or that are compared by name."""

REAL = {
    **{f"prompt {name}": prompt for name, prompt in builtin.PROMPTS.items()},
    **{f"preset {name}": preset for name, preset in presets.PRESETS.items()},
    "entry": next(iter(catalog.CATALOG.values())),
    "shape": next(iter(catalog_hparams.SHAPES.values())),
    "header": reader.read_header(selftest.WEIGHTS),
    "family": selftest.families()[0],
    "findings": localalt.lint.check("Image of a dog.png, image of a dog"),
}


@pytest.mark.parametrize("name", REAL)
def test_what_the_package_has_crosses(name):
    for crossed in crossings(REAL[name]):
        assert crossed == REAL[name]


def test_a_description_with_everything_in_it_crosses(describer, expected):
    path = next(iter(expected))
    alt = describer.describe(path, also=("long", "text"), candidates=2)
    for value in (alt, describer.plan, describer.model, describer.notices):
        for crossed in crossings(value):
            assert crossed == value


# --- a real pool, whose processes import everything anew ---


def raise_it(name):
    raise an_error(ERRORS[name]) from ValueError("the cause")


def describe(path):
    return localalt.describe(path, model="selftest")


@pytest.mark.slow
def test_a_process_pool_raises_every_error_and_returns_texts(expected):
    path, text = next(iter(expected.items()))
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        raised = {name: pool.submit(raise_it, name) for name in ERRORS}
        for name, future in raised.items():
            error = future.exception(timeout=60)
            assert same(error, an_error(ERRORS[name]))
        assert pool.submit(describe, path).result(timeout=60).text == text
        with pytest.raises(localalt.ImageNotFoundError, match=r"gone\.png"):
            pool.submit(describe, "gone.png").result(timeout=60)
