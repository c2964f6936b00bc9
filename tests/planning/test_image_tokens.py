"""How many image tokens a plan has room for, and those that a person asks for."""

import dataclasses

import pytest

from localalt.devices import DeviceVerdict
from localalt.errors import NotEnoughMemoryError, OptionError
from localalt.planning import planner
from localalt.planning.tuning import Tuning
from tests.support.machines import GB, gpu, machine, model


def plan(name, here, **tuning):
    return planner.plan(model(name).with_tuning(Tuning(**tuning)), here)


@pytest.mark.parametrize(
    ("name", "here", "expected"),
    [
        ("qwen3.5-4b", machine(gpus=[gpu(24)]), 4096),
        ("qwen3.5-4b", machine(), 2048),  # a CPU takes more than three times as long for each doubling
        ("gemma-4-e4b", machine(gpus=[gpu(24)]), 1120),
        ("qwen3.5-4b", machine(ram=64, gpus=[gpu(32, integrated=True)]), 2048),
        ("gemma-4-e4b", machine(), 1120),
        ("gemma-4-e4b", machine(ram=64, gpus=[gpu(32, integrated=True)]), 1120),
        ("gemma-4-12b", machine(ram=64, gpus=[gpu(24)]), 1120),
        ("mistral-small-3.1-24b", machine(ram=64, gpus=[gpu(48)]), 1024),
        ("gemma-3-4b", machine(gpus=[gpu(24)]), 256),
    ],
)
def test_pictures_get_as_many_as_the_projector_takes_where_there_is_room(name, here, expected):
    assert plan(name, here).n_image_tokens == expected


def test_without_flash_attention_pictures_get_as_many_as_reading_takes():
    here = machine(ram=64, gpus=[gpu(24)])
    assert plan("qwen3.5-4b", here, flash_attn=False).n_image_tokens == 1024
    assert plan("qwen3.5-4b", machine(ram=64), flash_attn=False).n_image_tokens == 1024
    (device,) = here.devices
    verdict = DeviceVerdict(projector_flash_attn=False)
    wrong = dataclasses.replace(device, verdicts=((model("qwen3.5-4b").kind, verdict),))
    found = plan("qwen3.5-4b", dataclasses.replace(here, devices=(wrong,)))
    assert (found.projector_flash_attn, found.n_image_tokens) == (False, 1024)


def test_larger_pictures_cost_no_slots_and_no_layers():
    for total in range(3, 30):
        here = machine(ram=64, gpus=[gpu(total)])
        own, with_those_to_read = plan("qwen3-vl-4b", here), plan("qwen3-vl-4b", here, n_image_tokens=1024)
        assert own.n_image_tokens >= with_those_to_read.n_image_tokens or own.n_seq_max == 1
        assert (own.n_seq_max, own.layers) == (with_those_to_read.n_seq_max, with_those_to_read.layers)


def test_larger_pictures_take_a_quarter_of_what_is_free_at_most():
    for total in range(4, 30):
        here = machine(ram=64, gpus=[gpu(total)])
        own, read = plan("qwen3-vl-4b", here), plan("qwen3-vl-4b", here, n_image_tokens=1024)
        if own.n_image_tokens > 1024:
            assert 4 * (own.memory.gpu.total - read.memory.gpu.total) <= total * GB - read.memory.gpu.total


@pytest.mark.parametrize("asked", [64, 300, 1024, 3000, 4096])
def test_a_number_that_is_asked_for_is_honoured(asked):
    own = plan("qwen3.5-4b", machine(gpus=[gpu(24)]), n_image_tokens=asked)
    assert own.n_image_tokens == asked
    assert own.limit(model("qwen3.5-4b").with_tuning(Tuning(n_image_tokens=asked)).geometry).high_tokens == asked


def test_a_number_that_is_asked_for_is_not_cut_to_save_memory():
    with pytest.raises(NotEnoughMemoryError):
        plan("qwen3-vl-2b", machine(ram=2.5, free=2.5), n_image_tokens=4096)


@pytest.mark.parametrize(
    ("name", "asked", "why"),
    [
        ("qwen3.5-4b", 63, "64 to 4096"),
        ("gemma-4-e4b", 1121, "1 to 1120"),
        ("gemma-3-4b", 300, "all its pictures have 256"),
        ("smolvlm-256m", 300, "cuts pictures into tiles"),
    ],
)
def test_a_number_that_the_projector_does_not_take_is_refused_by_name(name, asked, why):
    with pytest.raises(OptionError, match=f"n_image_tokens {asked} is not possible with {name}.*{why}"):
        model(name).with_tuning(Tuning(n_image_tokens=asked))


def test_photographs_get_more_only_where_gpus_do_all_the_work():
    geometry = model("qwen3.5-4b").geometry
    assert plan("qwen3.5-4b", machine(gpus=[gpu(24)])).limit(geometry).low_tokens == 576
    assert plan("qwen3.5-4b", machine()).limit(geometry).low_tokens == 256
    assert plan("qwen3.5-9b", machine(ram=32, gpus=[gpu(4)])).limit(geometry).low_tokens == 256


def test_the_plan_says_how_many_each_kind_of_picture_gets():
    said = " ".join(plan("qwen3.5-4b", machine(gpus=[gpu(24)])).reasons)
    assert (
        "At most 576 image tokens for a picture to look at, 1024 for one to read, and 4096 with the most detail."
        in said
    )
