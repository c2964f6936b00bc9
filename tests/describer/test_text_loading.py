"""Weights that are asked about text alone are loaded with a smaller plan where memory does not suffice."""

import pytest

from localalt import selftest
from localalt.describer import text_loading
from localalt.errors import NotEnoughMemoryError
from tests.support.machines import gpu, machine

LAPTOP = machine(ram=16, gpus=[gpu(8)])


class MadeUpEngine:
    """Lacks memory for the plans that do not fit."""

    special_tokens = None

    def __init__(self, plan, fits):
        if not fits(plan):
            raise NotEnoughMemoryError("llama.cpp could not load it (unable to allocate CUDA0 buffer)")


@pytest.fixture
def tried(monkeypatch):
    """Loads on a made-up laptop; the plans that were tried."""
    plans = []

    def load(fits):
        def start(open_model):
            plans.append(open_model.keywords["plan"])
            return MadeUpEngine(plans[-1], fits)

        monkeypatch.setattr(text_loading, "Engine", start)
        monkeypatch.setattr(text_loading, "this_machine", lambda: LAPTOP)
        monkeypatch.setattr(text_loading, "_preset_for_text", lambda *_: None)
        text_loading.load_text_model(selftest.WEIGHTS, n_text_cells=512, max_tokens=8)

    load.plans = plans
    return load


def test_a_plan_that_fits_is_the_only_one(tried):
    tried(lambda _: True)
    assert [bool(plan.devices) for plan in tried.plans] == [True]


def test_where_the_gpu_lacks_memory_the_cpu_takes_the_model(tried):
    tried(lambda plan: not plan.devices)
    assert len(tried.plans) > 1
    assert tried.plans[0].devices
    assert not tried.plans[-1].devices


def test_where_nothing_fits_the_first_sentence_says_so(tried):
    with pytest.raises(NotEnoughMemoryError, match="unable to allocate"):
        tried(lambda _: False)
