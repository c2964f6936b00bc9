"""The known-answer model of each kind, loaded once: in this process, and in a child."""

import pytest

import localalt
from tests.support.contract import seen


@pytest.fixture(scope="session")
def in_child():
    with localalt.load("selftest", device="cpu", isolation="process") as describer:
        yield describer


@pytest.fixture(params=["none", "process"])
def kind(request):
    """An isolation."""
    return request.param


@pytest.fixture
def shared(kind, request):
    """The Describer of each kind, in turn. Do not close it."""
    return request.getfixturevalue("describer" if kind == "none" else "in_child")


@pytest.fixture
def same(describer, in_child):
    """What comes of a call of a Describer, once it has turned out to be the same for both kinds."""

    def compare(call):
        here, there = seen(lambda: call(describer)), seen(lambda: call(in_child))
        assert there == here
        return here

    return compare
