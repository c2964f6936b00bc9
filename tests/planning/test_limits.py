"""A plan takes less of a device where an earlier one ended a process. Machines are made up."""

import dataclasses

import pytest

from localalt.errors import NotEnoughMemoryError
from localalt.planning import planner
from localalt.planning.limits import LIMIT_SHARE
from tests.support.machines import gpu, machine, model

SPEC = model("qwen3.5-4b")
LAPTOP = machine(ram=16, gpus=[gpu(8)])


def with_failed(on, n_bytes, load_key=SPEC.load_key):
    (device,) = on.devices
    return dataclasses.replace(on, devices=(dataclasses.replace(device, failed=((load_key, n_bytes),)),))


def test_what_ended_a_process_is_not_tried_again():
    before = planner.plan(SPEC, LAPTOP)
    after = planner.plan(SPEC, with_failed(LAPTOP, before.memory.gpu.total))
    assert after.devices == before.devices
    assert after.memory.gpu.total <= LIMIT_SHARE * before.memory.gpu.total
    assert any("loading this model ended a process" in reason for reason in after.reasons)


def test_another_model_and_a_plan_that_takes_less_are_not_concerned():
    before = planner.plan(SPEC, LAPTOP)
    assert planner.plan(SPEC, with_failed(LAPTOP, 1, "another model")) == before
    assert planner.plan(SPEC, with_failed(LAPTOP, 2 * before.memory.gpu.total)).memory == before.memory


def test_where_nothing_fits_any_more_all_is_on_the_cpu():
    assert planner.plan(SPEC, with_failed(LAPTOP, 1)).devices == ()


def test_a_gpu_that_was_asked_for_and_ended_a_process_before_is_named_with_what_forgets_it():
    asked = dataclasses.replace(with_failed(LAPTOP, 1), device="gpu")
    with pytest.raises(NotEnoughMemoryError, match=r"ended a process before: run localalt doctor, which tries again"):
        planner.plan(SPEC, asked)
