"""Pairs of every family, which the checks of headers must take and whose damaged copies they must refuse."""

import pytest

from localalt import selftest


@pytest.fixture(scope="session")
def pairs(tmp_path_factory):
    """{name: (weights, mmproj)} of every family's tiny pair and of the known-answer models."""
    found = dict(selftest.MODELS)
    for family in selftest.families():
        found[family.name] = selftest.unpack_family(family.name, tmp_path_factory.mktemp(family.name))
    return found
