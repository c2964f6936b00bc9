"""What `help()`, `inspect.signature` and type hints say of everything that takes options."""

import ast
import dataclasses
import inspect
import os
import re
import sys
import typing
from collections import abc

import pytest

import localalt
import localalt.types
from localalt import lint
from localalt.drafting.option_checks import check_known
from localalt.drafting.options import DESCRIBE_DEFAULTS, LOAD_DEFAULTS, DescribeOptions, LoadOptions
from localalt.drafting.signatures import options_of
from localalt.drafting.task import MAX_CANDIDATES
from localalt.limits import MAX_CONTEXT_CHARS, MAX_EXISTING_CHARS, MAX_FACT_CHARS, MAX_MAX_CHARS, MAX_TOKENS
from localalt.planning.tuning import MAX_SLOTS, TUNING_RANGES
from localalt.prompting.builder import MIN_CHARS

DESCRIBING = ["describe", "describe_many", "as_completed", "stream", "adescribe", "adescribe_many"]
FUNCTIONS = [
    *((getattr(localalt, name), DescribeOptions, DESCRIBE_DEFAULTS) for name in DESCRIBING),
    *((getattr(localalt.Describer, name), DescribeOptions, DESCRIBE_DEFAULTS) for name in DESCRIBING),
    (localalt.load, LoadOptions, LOAD_DEFAULTS),
    (localalt.Describer, LoadOptions, LOAD_DEFAULTS),
]
CALLABLES = [
    value
    for name in localalt.__all__
    if callable(value := getattr(localalt, name)) and not typing.get_origin(value) and not isinstance(value, str)
]


@pytest.mark.parametrize(("function", "known", "defaults"), FUNCTIONS, ids=lambda each: getattr(each, "__name__", ""))
def test_every_option_is_in_the_signature_and_in_help(function, known, defaults):
    parameters = inspect.signature(function).parameters
    assert "options" not in parameters
    doc = inspect.getdoc(function)
    for name, hint in known.__annotations__.items():
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[name].default == defaults[name]
        assert parameters[name].annotation == hint.__forward_arg__
        entry = f"    {name} ({hint.__forward_arg__}, default {defaults[name]!r}):\n        "
        assert re.search(rf"^{re.escape(entry)}\S", doc, re.MULTILINE), name
    assert "Raises:" in doc


@pytest.mark.parametrize(("known", "defaults"), [(DescribeOptions, DESCRIBE_DEFAULTS), (LoadOptions, LOAD_DEFAULTS)])
def test_options_are_documented_one_by_one_in_their_order(known, defaults):
    documented = re.findall(r"^    (\w+): ", options_of(known), re.MULTILINE)
    assert documented == list(known.__annotations__) == list(defaults)


@pytest.mark.parametrize("value", [localalt.Facts, localalt.Tuning], ids=lambda value: value.__name__)
def test_values_that_options_take_show_their_fields_in_help(value):
    documented = re.findall(r"^    (\w+): \S", inspect.getdoc(value), re.MULTILINE)
    assert documented == [field.name for field in dataclasses.fields(value)]


def test_ranges_in_help_are_those_that_are_checked():
    for name, (least, most) in TUNING_RANGES.items():
        assert re.search(rf"{name}: .*\b{least} to {most}\b", inspect.getdoc(localalt.Tuning)), name
    described, loaded = options_of(DescribeOptions), options_of(LoadOptions)
    assert f"{MIN_CHARS} to {MAX_MAX_CHARS:,}" in described
    assert f"1 to {MAX_CANDIDATES}." in described
    assert f"1 to {MAX_SLOTS};" in loaded
    assert f"1 to {MAX_TOKENS}," in loaded
    for most in (MAX_CONTEXT_CHARS, MAX_EXISTING_CHARS, MAX_FACT_CHARS):
        assert f"{most:,} characters" in described
    for alias in (localalt.Purpose, localalt.Detail, localalt.Checks, localalt.OnExisting):
        assert all(f'"{value}"' in described for value in typing.get_args(alias))


@pytest.mark.parametrize("name", ["check", "fix"])
def test_types_of_lint_are_public(name):
    for hint in typing.get_type_hints(getattr(lint, name)).values():
        for each in types_in(hint):
            if each.__module__.startswith("localalt"):
                assert each.__name__ in {*lint.__all__, *localalt.__all__}


def hints_of(value):
    import numpy as np
    import numpy.typing as npt
    import PIL.Image
    import typing_extensions

    names = {**vars(localalt.types), **vars(abc), **vars(typing_extensions), "os": os, "np": np, "npt": npt}
    names |= {"PIL": PIL, **{name: getattr(localalt, name) for name in localalt.__all__}}
    return typing.get_type_hints(value, {**vars(sys.modules[value.__module__]), **names})


def members(value):
    yield value
    if inspect.isclass(value) and not issubclass(value, BaseException):
        for name, member in vars(value).items():
            if not name.startswith("_"):
                found = member.fget if isinstance(member, property) else member
                if inspect.isfunction(found):
                    yield found


def types_in(hint):
    """All classes in a type, however deep."""
    if isinstance(hint, type) and not typing.get_origin(hint):
        yield hint
    for part in typing.get_args(hint):
        yield from types_in(part)


@pytest.mark.parametrize("value", CALLABLES, ids=lambda value: value.__name__)
def test_types_in_signatures_are_public(value):
    for member in members(value):
        for name, hint in hints_of(member).items():
            for each in types_in(hint):
                if each.__module__.startswith("localalt") and value is not localalt.Plan:
                    where = f"{member.__qualname__}: {name}"
                    assert each.__name__ in localalt.__all__ or each.__module__ in PUBLIC_MODULES, where


PUBLIC_MODULES = {"localalt.prompting.prompt", "localalt.lint", "localalt.request"}
"""Their own types are reached as `localalt.request.Sampling`."""


@pytest.mark.parametrize(("function", "known", "defaults"), FUNCTIONS, ids=lambda each: getattr(each, "__name__", ""))
def test_names_in_signatures_are_public(function, known, defaults):
    for parameter in inspect.signature(function).parameters.values():
        annotation = parameter.annotation
        if isinstance(annotation, str):
            names = {node.id for node in ast.walk(ast.parse(annotation)) if isinstance(node, ast.Name)}
            assert {name for name in names if name in localalt.types.__all__} <= set(localalt.__all__)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: localalt.describe("a.png", device="gpu"),
            r"device belongs to load, not to describe: .*load\(device=…",
        ),
        (lambda: localalt.describe_many(["a.png"], n_seq_max=2), r"n_seq_max belongs to load"),
        (lambda: localalt.as_completed(["a.png"], offline=True), r"offline belongs to load"),
        (lambda: localalt.stream("a.png", tuning=None), r"tuning belongs to load"),
        (
            lambda: localalt.load("selftest", language="en"),
            r"language belongs to describe, not to load: .*describe\(im",
        ),
        (lambda: localalt.Describer("selftest", prompt="plain"), r"prompt belongs to describe"),
        (lambda: localalt.load("selftest", on_error="return"), r"on_error belongs to describe_many"),
        (lambda: localalt.describe("a.png", on_error="return"), r"on_error belongs to describe_many"),
        (lambda: localalt.describe("a.png", lang="en"), r'did you mean "language"\?'),
        (lambda: localalt.describe("a.png", max_length=80), r'did you mean "max_chars"\?'),
        (
            lambda: localalt.describe("a.png", devise="cpu"),
            r'did you mean "device"\? It belongs to load: load\(device',
        ),
        (lambda: localalt.load("selftest", languge="en"), r'did you mean "language"\? It belongs to describe'),
        (lambda: localalt.load("selftest", n_seq_mx=3), r'did you mean "n_seq_max"\?'),
        (lambda: localalt.describe("a.png", xyzzy=1), 'There is no option xyzzy: use "context",'),
    ],
)
def test_an_option_in_the_wrong_place_is_sent_to_the_right_one(call, message):
    with pytest.raises(localalt.OptionError, match=message):
        call()


def test_a_describer_says_that_the_model_is_chosen_when_it_is_loaded(describer):
    with pytest.raises(localalt.OptionError, match=r"model belongs to load, not to describe: write load\(model=…"):
        describer.describe("a.png", model="qwen3.5-4b")


def test_every_option_of_one_is_known_to_the_other():
    for known, other in [(DescribeOptions, LoadOptions), (LoadOptions, DescribeOptions)]:
        for name in other.__annotations__:
            with pytest.raises(localalt.OptionError, match=f"^{name} belongs to "):
                check_known({name: None}, known)
