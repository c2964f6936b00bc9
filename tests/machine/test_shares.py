"""What one of several processes has of a machine."""

import dataclasses

import pytest

from localalt.devices import RAM, Share
from localalt.errors import NotEnoughMemoryError
from localalt.machine import batch_size
from localalt.planning import planner
from tests.support.machines import GB, gpu, machine, model

WHOLE = machine(ram=32, free=24, cores=8, gpus=[gpu(16, 12), gpu(8, 6, "CUDA1")])


def test_the_only_process_has_all():
    assert WHOLE.part(Share()) == WHOLE
    assert WHOLE.part(Share(free_bytes={RAM: 1}, n_slots=4)) == WHOLE


def test_cores_and_ram_are_divided_by_all_and_a_gpu_by_those_on_it():
    part = WHOLE.part(Share(n_processes=4, n_on_device=2))
    assert (part.n_cores, part.ram_free_bytes, part.ram_total_bytes) == (2, 6 * GB, 8 * GB)
    assert [each.free_bytes for each in part.devices] == [6 * GB, 3 * GB]
    assert part.free_bytes == {RAM: 6 * GB, "CUDA0": 6 * GB, "CUDA1": 3 * GB}


@pytest.mark.parametrize(("n", "n_cores"), [(2, 4), (3, 2), (8, 1), (9, 1), (64, 1)])
def test_everybody_has_a_core(n, n_cores):
    assert WHOLE.part(Share(n)).n_cores == n_cores


def test_what_the_first_took_is_not_missing_to_the_others():
    first = WHOLE.part(Share(2, 2))
    later = dataclasses.replace(WHOLE, ram_free_bytes=WHOLE.ram_free_bytes - first.ram_free_bytes)
    assert later.part(Share(2, 2, first.free_bytes)) == first


def test_nobody_has_more_than_is_free_now():
    later = dataclasses.replace(WHOLE, ram_free_bytes=5 * GB)
    assert later.part(Share(2, free_bytes={RAM: 12 * GB})).ram_free_bytes == 5 * GB


def test_reasons_say_that_it_is_a_part():
    limited = dataclasses.replace(machine(cores=3), cores_because="this container may use 3 of 8 processors")
    plan = planner.plan(model("qwen3.5-0.8b"), limited.part(Share(2)))
    assert any("7.20 GB are free for each of 2 processes." in reason for reason in plan.reasons)
    assert "1 thread: 2 processes share 3 cores, and this container may use 3 of 8 processors." in plan.reasons
    assert (
        "1 thread: 2 processes share 1 core."
        in planner.plan(model("qwen3.5-0.8b"), machine(cores=1).part(Share(2))).reasons
    )


def test_where_a_part_is_too_small_fewer_workers_are_advised():
    with pytest.raises(NotEnoughMemoryError, match=r"as one of 8 processes.*fewer workers"):
        planner.plan(model("qwen3.5-4b"), machine(ram=8).part(Share(8)))
    with pytest.raises(NotEnoughMemoryError) as caught:
        planner.plan(model("qwen3.5-4b"), machine(ram=1))
    assert "workers" not in str(caught.value)


def test_what_is_measured_on_a_part_of_the_cores_is_stored_apart():
    spec = model("qwen3.5-0.8b")
    keys = set()
    for share in (Share(), Share(2), Share(4)):
        part = machine(cores=8).part(share)
        plan = planner.plan(spec, part)
        keys.add(batch_size.key(spec.shape.text.architecture, spec.weights_bytes, plan, part))
    assert len(keys) == 3
