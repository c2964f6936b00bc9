"""Settings that were found best: what they hold for, what plans make of them, and files that are damaged."""

import dataclasses
import json

import pytest

import localalt
from localalt import selftest
from localalt.devices import DeviceVerdict
from localalt.errors import OptionError
from localalt.machine import autotune, sweep_results
from localalt.machine.sweep_results import Best
from localalt.planning import planner
from localalt.planning.tuning import Tuning
from tests.support.machines import gpu, machine, model

BEST = Best("throughput", 6, Tuning(n_threads=3, n_ubatch=1024, flash_attn=False, projector_on_gpu=False))


@pytest.fixture(autouse=True)
def own_store(monkeypatch, tmp_path):
    monkeypatch.setattr(sweep_results, "store_path", lambda: tmp_path / "tuned.json")


def test_what_is_stored_is_found_again_for_the_same_model_and_machine():
    candidate, here = model("qwen3.5-4b"), machine(gpus=[gpu(24)])
    assert sweep_results.lookup(candidate, here) is None
    sweep_results.store(candidate, here, BEST)
    assert sweep_results.lookup(candidate, here) == BEST
    assert sweep_results.lookup(model("qwen3.5-2b"), here) is None
    assert sweep_results.lookup(candidate, machine(gpus=[])) is None
    assert sweep_results.lookup(candidate, dataclasses.replace(here, n_cores=here.n_cores + 1)) is None


def test_image_tokens_are_never_stored_since_they_decide_the_text():
    candidate, here = model("qwen3.5-4b"), machine()
    sweep_results.store(candidate, here, Best("latency", 1, Tuning(n_image_tokens=64)))
    assert sweep_results.lookup(candidate, here).tuning.n_image_tokens is None


def test_a_plan_follows_what_was_found_and_says_so():
    candidate, here = model("qwen3.5-4b"), machine(gpus=[gpu(24)])
    sweep_results.store(candidate, here, BEST)
    own = autotune.planned(candidate, here)
    assert own.is_settled
    own = own.plan
    assert (own.n_seq_max, own.n_threads, own.n_ubatch) == (6, 3, 1024)
    assert (own.flash_attn, own.projector_flash_attn, own.projector_on_gpu) == (False, False, False)
    assert own.reasons[0] == "Settings are those that localalt bench sweep found best for throughput here."


def test_what_computes_wrong_stays_off_whatever_is_asked_for():
    verdict = DeviceVerdict(projector_on_device=False, flash_attn=False, projector_flash_attn=False)
    candidate = model("qwen3.5-4b").with_tuning(Tuning(flash_attn=True, projector_on_gpu=True))
    here = machine(gpus=[dataclasses.replace(gpu(24), verdicts=((candidate.kind, verdict),))])
    own = planner.plan(candidate, here)
    assert (own.flash_attn, own.projector_flash_attn, own.projector_on_gpu) == (False, False, False)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        {"goal": "throughput", "n_seq_max": 0, "tuning": {}},
        {"goal": "throughput", "n_seq_max": 10**6, "tuning": {}},
        {"goal": "throughput", "n_seq_max": "4", "tuning": {}},
        {"goal": "throughput", "n_seq_max": 4, "tuning": {"n_threads": 10**9}},
        {"goal": "throughput", "n_seq_max": 4, "tuning": {"flash_attn": "yes"}},
        {"goal": "throughput", "n_seq_max": 4, "tuning": None},
    ],
)
def test_an_entry_that_makes_no_sense_is_ignored(entry):
    candidate, here = model("qwen3.5-4b"), machine()
    sweep_results.store(candidate, here, BEST)
    path = sweep_results.store_path()
    content = json.loads(path.read_text())
    (key,) = content["entries"]
    path.write_text(json.dumps(content | {"entries": {key: entry}}))
    assert sweep_results.lookup(candidate, here) is None


@pytest.mark.parametrize(
    "tuning",
    [
        "fast",
        Tuning(n_threads=0),
        Tuning(n_threads=True),
        Tuning(n_ubatch=31),
        Tuning(n_image_tokens=4097),
        Tuning(flash_attn=1),
        Tuning(projector_on_gpu="no"),
    ],
)
def test_a_setting_out_of_range_is_refused_before_loading(tuning):
    with pytest.raises(OptionError, match="tuning"):
        localalt.load("selftest", tuning=tuning)


def test_a_model_runs_with_the_settings_it_is_given(expected):
    picture, text = next(iter(expected.items()))
    tuning = localalt.Tuning(n_threads=1, n_ubatch=64, flash_attn=False)
    with localalt.load((selftest.WEIGHTS, selftest.MMPROJ), device="cpu", tuning=tuning, n_seq_max=2) as describer:
        assert (describer.plan.n_threads, describer.plan.n_ubatch, describer.plan.flash_attn) == (1, 64, False)
        assert describer.describe(picture).text == text


def test_a_gpu_that_is_not_there_is_answered_with_what_to_write():
    with pytest.raises(OptionError, match='There is no device \'Vulkan7\': write one of "auto", "cpu"'):
        localalt.load("selftest", device="Vulkan7")
