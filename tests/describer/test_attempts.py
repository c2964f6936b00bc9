"""A model that does not fit its plan is loaded with a smaller one. Engines are made up."""

import dataclasses

import pytest

from localalt.describer.attempts import SHARES, RisingProgress, open_engine
from localalt.errors import ModelLoadError, NotEnoughMemoryError
from localalt.planning import planner
from tests.support.machines import gpu, machine, model

SPEC = model("qwen3.5-4b")
LAPTOP = machine(ram=16, gpus=[gpu(8)])
VRAM = "llama.cpp could not load it (llama.cpp: unable to allocate CUDA0 buffer): use another"
RAM = "llama.cpp could not load it (llama.cpp: mmap failed: Cannot allocate memory): use another"


class Loads:
    """What is loaded: every plan that takes more than `most_bytes` lacks memory."""

    def __init__(self, fits, message=VRAM):
        self.fits, self.message, self.plans, self.firsts = fits, message, [], []

    def start(self, plan, is_first):
        self.plans.append(plan)
        self.firsts.append(is_first)
        if not self.fits(plan):
            raise NotEnoughMemoryError(self.message)
        return plan

    def open(self, on=LAPTOP, **options):
        return open_engine(
            SPEC,
            planner.plan(SPEC, on, **options),
            measure=lambda: on,
            start=self.start,
            latest=lambda: self.plans[-1],
        )


def test_a_plan_that_fits_is_the_one_that_was_made():
    loads = Loads(lambda _: True)
    opened = loads.open()
    assert opened.engine == planner.plan(SPEC, LAPTOP)
    assert opened.steps == ()
    assert loads.firsts == [True]


def test_a_smaller_plan_says_what_is_less_and_why(caplog):
    first = planner.plan(SPEC, LAPTOP)
    loads = Loads(lambda plan: plan.memory.gpu.total < 0.95 * first.memory.gpu.total)
    opened = loads.open()
    (step,) = opened.steps
    assert opened.engine.reasons[0] == step
    assert step == (
        "4 pictures at a time, 2048 image tokens, 33 of 33 layers on GPUs did not fit the memory of CUDA0, against the "
        "estimate: the model is loaded with 2 pictures at a time, 1024 image tokens."
    )
    assert step in caplog.text
    assert "unable to allocate CUDA0 buffer" in caplog.text
    assert loads.firsts == [True, False]


def test_after_a_few_smaller_plans_comes_the_cpu_alone():
    opened = (loads := Loads(lambda plan: not plan.devices)).open()
    assert opened.engine.devices == ()
    assert len(loads.plans) == len(SHARES) + 2
    assert all(plan.devices for plan in loads.plans[:-1])
    assert opened.steps[-1].endswith("all on the CPU.")


def test_where_nothing_fits_the_error_is_the_last_one():
    with pytest.raises(NotEnoughMemoryError, match="unable to allocate"):
        (loads := Loads(lambda _: False)).open()
    assert len(loads.plans) == len(SHARES) + 2


def test_a_gpu_that_was_asked_for_is_not_given_up():
    with pytest.raises(NotEnoughMemoryError):
        (loads := Loads(lambda plan: not plan.devices)).open(dataclasses.replace(LAPTOP, device="CUDA0"))
    assert all(plan.devices for plan in loads.plans)


def test_want_of_ram_does_not_move_layers_to_the_cpu():
    with pytest.raises(NotEnoughMemoryError):
        (loads := Loads(lambda _: False, RAM)).open()
    assert all(plan.devices for plan in loads.plans)


def test_on_the_cpu_there_are_fewer_slots_and_image_tokens():
    opened = (loads := Loads(lambda plan: plan.n_seq_max == 1, RAM)).open(machine(ram=16))
    assert opened.engine.n_seq_max == 1
    assert "did not fit RAM" in opened.steps[0]
    assert len(loads.plans) <= len(SHARES) + 1


def test_what_fails_for_another_reason_is_not_tried_again():
    tried = []

    def start(plan, is_first):
        tried.append(plan)
        raise ModelLoadError("it is damaged")

    plan = planner.plan(SPEC, LAPTOP)
    with pytest.raises(ModelLoadError):
        open_engine(SPEC, plan, measure=lambda: LAPTOP, start=start, latest=lambda: plan)
    assert len(tried) == 1


def test_the_share_that_is_loaded_does_not_fall():
    heard = []
    progress = RisingProgress(heard.append)
    for share in (0.0, 0.5, 0.9, 0.0, 0.5, 1.0):
        progress(share)
    assert heard == [0.0, 0.5, 0.9, 0.9, 0.9, 1.0]
