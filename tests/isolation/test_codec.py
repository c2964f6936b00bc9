"""Values and errors arrive as they were sent: equal, of the same types, and nothing is made of data but those."""

import contextlib
import dataclasses
import json
import math
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import given, strategies

import localalt
from localalt import errors
from localalt.errors.wording import Message, either, option
from localalt.frozen import FrozenMapping
from localalt.image.metadata.hints import Hints
from localalt.isolation.codec import decode, encode
from localalt.isolation.errors_as_data import decode_error, encode_error
from localalt.isolation.frames import NotAMessageError
from localalt.planning.memory import Memory, Parts
from localalt.planning.plan import Plan
from localalt.planning.tuning import Tuning
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.prompt import Prompt, TextKind, Wording
from localalt.request import GREEDY, Sampling
from localalt.types import AltText, Candidate, DownloadProgress, Facts, ImageGeometry, ModelIdentity, Notice, Timings

CROSSING = (
    Candidate,
    DownloadProgress,
    Facts,
    Hints,
    ImageGeometry,
    Memory,
    ModelIdentity,
    Notice,
    Parts,
    Plan,
    Prompt,
    Sampling,
    TextKind,
    Timings,
    Tuning,
    Wording,
)
TEXTS = strategies.text(strategies.characters(exclude_categories=()), max_size=12)
MESSAGES = strategies.builds(Message.of_readings, TEXTS, TEXTS)
PLAIN = strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | TEXTS | MESSAGES
VALUES = strategies.recursive(
    PLAIN | strategies.builds(Path, strategies.text("abc/. ", max_size=8)),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.lists(inner, max_size=3).map(tuple)
        | strategies.dictionaries(PLAIN.filter(lambda each: each == each), inner, max_size=3)
        | strategies.dictionaries(TEXTS, inner, max_size=3).map(FrozenMapping)
        | strategies.sampled_from(CROSSING).flatmap(
            lambda cls: strategies.fixed_dictionaries(
                {field.name: inner for field in dataclasses.fields(cls) if field.init}
            ).map(lambda fields: cls(**fields))
        )
    ),
    max_leaves=10,
)
SPANS = strategies.none() | strategies.tuples(strategies.integers(0, 99), strategies.integers(0, 99))
ALTS = strategies.builds(
    AltText,
    text=TEXTS,
    source=TEXTS,
    finish_reason=strategies.sampled_from(["stop", "length"]),
    warnings=strategies.lists(strategies.builds(Notice, TEXTS, TEXTS | MESSAGES, SPANS), max_size=3).map(tuple),
    timings=strategies.builds(Timings),
    model=strategies.none() | strategies.builds(ModelIdentity),
    raw=TEXTS,
    candidates=strategies.lists(strategies.builds(Candidate, TEXTS, strategies.just(((0, 1),)))).map(tuple),
)


def crossed(value):
    return decode(json.loads(json.dumps(encode(value))))


def same(one, other):
    """Equal, of the same types, and with the same words: NaN is the same as NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    if isinstance(one, Message):
        return (str(one), one.in_command) == (str(other), other.in_command)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (dict, FrozenMapping)):
        return same(list(one.items()), list(other.items()))
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in dataclasses.fields(one))
    return one == other


@pytest.mark.slow
@given(VALUES)
def test_every_value_arrives_as_it_is(value):
    assert same(crossed(value), value)


@pytest.mark.slow
@given(ALTS)
def test_a_result_arrives_as_it_is(alt):
    alt = dataclasses.replace(alt, also={"long": alt})
    assert same(crossed(alt), alt)
    assert crossed(alt) == alt or "nan" in repr(alt)


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_of_the_package_arrives_as_it_is(name):
    assert crossed(PROMPTS[name]) == PROMPTS[name]


class Own(Facts):
    """Somebody's own facts."""


class Text(str):
    """Somebody's own text."""


class Whole(int):
    """Somebody's own number."""


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Own(place="Rome"), Facts(place="Rome")),
        (Text("x"), "x"),
        (Whole(3), 3),
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (PurePosixPath("a/b"), Path("a/b")),
        (dataclasses.replace(GREEDY, top_k=np.int32(4)), dataclasses.replace(GREEDY, top_k=4)),
        ({Text("a"): (Whole(1), [Text("b")])}, {"a": (1, ["b"])}),
    ],
    ids=str,
)
def test_what_is_derived_arrives_as_what_it_is_derived_from(value, plain):
    assert same(crossed(value), plain)


@pytest.mark.parametrize(
    "value", [object(), b"x", {1, 2}, 1j, len, int, iter(()), GREEDY.__class__, range(3)], ids=repr
)
def test_what_is_not_of_the_list_does_not_cross(value):
    with pytest.raises(TypeError, match="does not cross"):
        encode((value,))


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"tuple": 3},
        {"tuple": [], "dict": []},
        {"os": ["system", "true"]},
        {"object": {}},
        {"EngineError": {}},
        {"Notice": {}},
        {"Notice": []},
        {"Notice": {"name": "a", "message": "b", "more": 1}},
        {"Message": ["a"]},
        {"path": 3},
        {"path": None},
        {"dict": [["a"]]},
        {"dict": [[[], 1]]},
        {"frozen": {"a": 1}},
        {"__class__": {}},
        [[{"Plan": {"x": 1}}]],
    ],
    ids=str,
)
def test_what_was_not_written_here_is_one_error(value):
    with pytest.raises(NotAMessageError):
        decode(value)


def test_depth_is_one_error_too():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NotAMessageError):
        decode(value)


JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=4),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(["tuple", "dict", "frozen", "path", "Message", "Notice", "AltText", "Plan", "x"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=10,
)


@pytest.mark.slow
@given(JSON)
def test_any_json_is_a_value_or_one_error(value):
    with contextlib.suppress(NotAMessageError):
        decode(value)


# --- errors ---


def error_of(name):
    kind = getattr(errors, name)
    message = f"{option('max_chars')} is wrong: write {either('None', 'nothing')}."
    if issubclass(kind, errors.NativeError):
        return kind(message, call="llama_decode", code=-3)
    if kind is errors.WorkerCrashedError:
        return kind(message, ending="SIGABRT", log=("one", "two"), is_final=True)
    return kind(message)


def crossed_error(error):
    return decode_error(json.loads(json.dumps(encode_error(error))))


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_arrives_with_both_readings_attributes_notes_and_cause(name):
    error = error_of(name)
    error.__notes__ = ["a note", "and another"]
    error.__cause__ = OSError(2, "No such file", "x.png")
    error.__cause__.__cause__ = error_of("NativeError")
    there = crossed_error(error)
    assert (type(there), str(there), repr(there)) == (type(error), str(error), repr(error))
    assert there.in_command == error.in_command != str(error)
    assert (there.args, vars(there)) == (error.args, vars(error))
    cause = there.__cause__
    assert (type(cause), cause.errno, cause.filename) == (FileNotFoundError, 2, "x.png")
    assert (cause.__cause__.call, cause.__cause__.code) == ("llama_decode", -3)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("enough"),
        ValueError("a", 3, None),
        OSError(5, "gone"),
        PermissionError(13, "no", "x"),
        TimeoutError(),
        MemoryError("much"),
        RecursionError("deep"),
        StopIteration(3),
        AssertionError(),
    ],
    ids=repr,
)
def test_errors_of_python_arrive_as_they_are(error):
    error.__notes__ = ["a note"]
    there = crossed_error(error)
    assert vars(there) == vars(error)
    assert (type(there), repr(there), str(there)) == (type(error), repr(error), str(error))


class ForeignError(OSError):
    """Of a library that may not be here."""


class OwnModelError(errors.ModelFormatError):
    """Of this package, and not public."""


def test_of_other_errors_the_words_arrive():
    for error in (ForeignError("broken"), KeyboardInterrupt("x"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "why")):
        there = crossed_error(error)
        assert (type(there), str(there)) == (Exception, f"{type(error).__name__}: {error}")


def test_an_error_that_is_not_public_arrives_as_the_one_above_it():
    there = crossed_error(OwnModelError(f"no {option('device')}"))
    assert (type(there), str(there), there.in_command) == (localalt.ModelFormatError, "no device", "no --device")


def test_no_name_of_anything_else_makes_an_error():
    for name in ("SystemExit", "eval", "open", "Any", "restored", "pickle", "LocalAltErrors", "object"):
        data = {"type": name, "words": "x", "args": ["1+1"], "attributes": {}, "cause": None}
        assert (type(decode_error(data)), str(decode_error(data))) == (Exception, "x")
