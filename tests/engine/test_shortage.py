"""Memory that runs out while a loaded model is examined is an error of loading, after which a smaller plan is tried."""

import functools

import pytest

from localalt import selftest
from localalt.engine.handles import open_handles
from localalt.errors import NativeError, NotEnoughMemoryError
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.request import GREEDY
from tests.support.machines import machine

SHORTAGE = (
    "The projector failed (llama.cpp: mtmd_batch_encode: error: vk::Device::allocateMemory: ErrorOutOfDeviceMemory)"
)


@pytest.mark.parametrize(
    ("message", "expected"), [(SHORTAGE, NotEnoughMemoryError), ("The projector failed (code 1)", NativeError)]
)
def test_a_model_that_cannot_be_examined_for_lack_of_memory_does_not_fit(message, expected):
    def prove(_model, _projector):
        raise NativeError(message, call="mtmd_batch_encode", code=1)

    spec = read_files("selftest", selftest.WEIGHTS, selftest.MMPROJ).spec(max_tokens=64)
    plan = planner.plan(spec, machine(ram=16))
    opened = functools.partial(
        open_handles, selftest.WEIGHTS, selftest.MMPROJ, lambda _: None, geometry=spec.geometry, sampling=GREEDY
    )
    with pytest.raises(expected), opened(plan=plan, prove=prove):
        pass
