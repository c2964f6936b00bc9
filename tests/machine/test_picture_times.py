"""Seconds a picture that were measured here: for what they hold, and files that are damaged."""

import dataclasses
import json

import pytest

from localalt.machine import picture_times
from localalt.machine.picture_times import key, lookup, picture_time, store
from localalt.planning import planner
from tests.support.machines import gpu, machine, model


@pytest.fixture(autouse=True)
def path(monkeypatch, tmp_path):
    path = tmp_path / "picture-times.json"
    monkeypatch.setattr(picture_times, "store_path", lambda: path)
    return path


def key_of(candidate, here):
    return key(candidate, planner.plan(candidate, here), here)


def test_what_was_measured_takes_the_place_of_the_estimate():
    candidate, here = model("qwen3.5-2b"), machine(gpus=[])
    plan = planner.plan(candidate, here)
    assert picture_time(candidate, plan, here).basis == "estimated"
    store(key(candidate, plan, here), [3.5, 3.1, 3.2], n_pictures=8, day="2026-11-26")
    time = picture_time(candidate, plan, here)
    assert (time.low_s, time.high_s, time.basis) == (3.1, 3.5, "measured")
    assert time.sentence == "A picture takes 3.1-3.5 s, as measured here (24 pictures on 2026-11-26)."


def test_it_holds_for_the_model_the_layers_and_the_threads_alone():
    candidate, here = model("qwen3.5-2b"), machine(gpus=[])
    own = key_of(candidate, here)
    assert own == key_of(candidate, dataclasses.replace(here, ram_free_bytes=here.ram_free_bytes - 10**8))
    assert own != key_of(dataclasses.replace(candidate, mmproj_bytes=candidate.mmproj_bytes + 1), here)
    assert own != key_of(dataclasses.replace(candidate, weights_bytes=candidate.weights_bytes + 1), here)
    assert own != key_of(candidate, dataclasses.replace(here, n_cores=here.n_cores + 1))
    assert own != key_of(candidate, machine(gpus=[gpu(24)]))


def test_forgetting_brings_the_estimate_back():
    store("a", [1.0], n_pictures=4, day="2026-11-26")
    store("b", [1.0], n_pictures=4, day="2026-11-26")
    assert picture_times.forget({"a"}) == ["a"]
    assert lookup("a") is None
    assert picture_times.forget() == ["b"]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        {"seconds": [1.0], "n_pictures": 1, "day": ""},
        {"seconds": [2.0, 1.0], "n_pictures": 1, "day": ""},
        {"seconds": [0.0, 1.0], "n_pictures": 1, "day": ""},
        {"seconds": [1.0, float("inf")], "n_pictures": 1, "day": ""},
        {"seconds": [1.0, 10**400], "n_pictures": 1, "day": ""},
        {"seconds": "12", "n_pictures": None, "day": ""},
    ],
)
def test_a_damaged_entry_counts_as_none(path, entry):
    path.write_text(json.dumps({"version": picture_times.VERSION, "entries": {"a": entry}}), encoding="utf-8")
    assert lookup("a") is None


def test_a_damaged_file_counts_as_none(path):
    path.write_bytes(b"{")
    assert lookup("a") is None
