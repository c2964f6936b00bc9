"""The next smaller plan, where the memory for one did not suffice."""

import dataclasses
import itertools

import pytest

from localalt.planning import planner
from tests.support.machines import gpu, machine, model


def steps(name, here, **options):
    """All plans, each smaller than the one before."""
    own = planner.plan(model(name), here, **options)
    yield own
    while (own := planner.step_down(model(name), own, here)) is not None:
        yield own


def test_the_most_detail_and_slots_come_first_then_image_tokens_then_layers_then_the_cpu():
    own = list(steps("qwen3.5-4b", machine(gpus=[gpu(24)])))
    seen = [(each.n_seq_max, each.n_image_tokens, each.n_gpu_layers) for each in own]
    assert seen[:4] == [(4, 4096, 33), (4, 1024, 33), (2, 1024, 33), (1, 1024, 33)]
    assert seen[4:6] == [(1, 512, 33), (1, 256, 33)]
    layers = [each.n_gpu_layers for each in own[5:]]
    assert layers == sorted(layers, reverse=True)
    assert len(set(layers)) == len(layers) <= 10
    assert (own[-1].devices, own[-1].n_gpu_layers, own[-1].projector_on_gpu) == ((), 0, False)


@pytest.mark.parametrize("name", ["qwen3.5-4b", "gemma-3-4b", "qwen3.6-35b-a3b", "smolvlm2-500m"])
@pytest.mark.parametrize(
    "here",
    [
        machine(ram=64, gpus=[gpu(24)]),
        machine(ram=64, gpus=[gpu(8)]),
        machine(ram=64, gpus=[gpu(1.7)]),
        machine(ram=64, gpus=[gpu(16, name="CUDA0"), gpu(8, name="CUDA1")]),
        machine(ram=64, gpus=[gpu(32, integrated=True)]),
        machine(ram=64),
    ],
)
def test_every_step_takes_less_of_the_gpus_and_says_what_did_not_suffice(name, here):
    own = list(steps(name, here))
    for before, after in itertools.pairwise(own):
        assert after.memory.gpu.total < before.memory.gpu.total or not before.devices
        assert after.n_seq_max <= before.n_seq_max
        assert after.n_image_tokens <= before.n_image_tokens
        assert after.reasons[0].startswith("The memory did not suffice for ")
    assert own[-1].devices == ()
    assert own[-1].n_seq_max == 1


def test_experts_go_before_layers():
    own = list(steps("qwen3.6-35b-a3b", machine(ram=64, gpus=[gpu(32)])))
    moved = [each for each in own if each.n_cpu_moe]
    assert moved
    assert all(each.n_gpu_layers == 41 for each in moved if each.n_cpu_moe < 40)
    assert moved[0].reasons[0] == "The memory did not suffice for the experts of 40 layers on GPUs."


def test_where_a_gpu_was_asked_for_the_cpu_is_not_the_last_step():
    here = dataclasses.replace(machine(gpus=[gpu(24)]), device="gpu")
    assert all(each.devices for each in steps("qwen3.5-4b", here))
