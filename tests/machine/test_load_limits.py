"""What did not fit a device is stored for it, its driver and its build."""

import json

import pytest

from localalt import native
from localalt.devices import Device, Machine, Share
from localalt.machine import load_limits, probe, verdicts

GPU = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
KEY = "gemma3 with gemma3, 100 bytes"


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    path = tmp_path / "cache" / "loads.json"
    monkeypatch.setattr(load_limits, "store_path", lambda: path)
    monkeypatch.setattr(verdicts, "driver_of", lambda device: "Mesa 1")
    monkeypatch.setattr(native, "devices", lambda: (GPU,))
    return path


def failed():
    (device,) = load_limits.with_limits([GPU])
    return device.failed_bytes(KEY)


def test_the_least_that_did_not_fit_counts():
    assert failed() is None
    assert load_limits.store("Vulkan0", KEY, 900)
    assert load_limits.store("Vulkan0", KEY, 1_000)
    assert load_limits.store("Vulkan0", "another", 1)
    assert failed() == 900


def test_another_driver_is_another_device(monkeypatch):
    load_limits.store("Vulkan0", KEY, 900)
    monkeypatch.setattr(verdicts, "driver_of", lambda device: "Mesa 2")
    assert failed() is None


def test_what_is_forgotten_is_gone():
    load_limits.store("Vulkan0", KEY, 900)
    assert load_limits.forget(GPU)
    assert failed() is None
    assert not load_limits.forget(GPU)


def test_a_device_that_is_not_there_is_not_stored(caplog):
    assert not load_limits.store("CUDA7", KEY, 900)
    assert "CUDA7" in caplog.text


@pytest.mark.parametrize("entry", [None, [], {KEY: "much"}, {KEY: True}, {KEY: -1}, {KEY: 1.5}])
def test_a_file_that_says_something_else_is_as_good_as_none(store, entry):
    load_limits.store("Vulkan0", KEY, 900)
    content = json.loads(store.read_text())
    content["entries"] = dict.fromkeys(content["entries"], entry)
    store.write_text(json.dumps(content))
    assert failed() is None


def test_where_nothing_is_stored_nobody_asks_for_a_driver(monkeypatch):
    monkeypatch.setattr(verdicts, "driver_of", lambda device: pytest.fail("it asked"))
    assert load_limits.with_limits([GPU]) == (GPU,)


def test_a_process_knows_what_ended_the_one_before_it_stored_or_not():
    own = Machine(1, 1, 1, (GPU,)).part(Share(failed=((GPU.name, KEY, 900), (GPU.name, KEY, 800), ("CUDA7", KEY, 1))))
    (device,) = own.devices
    assert device.failed_bytes(KEY) == 800


def test_memory_is_measured_again_and_nothing_else(monkeypatch):
    verdict = ((KEY, 5),)
    before = Machine(1, 2, 3, (Device("Vulkan0", "Some GPU", "Vulkan", False, 1, 8, failed=verdict),))
    monkeypatch.setattr(probe, "_ram", lambda: (11, 12))
    after = probe.with_free_memory(before)
    assert (after.ram_free_bytes, after.ram_total_bytes) == (11, 2)
    (device,) = after.devices
    assert (device.free_bytes, device.failed) == (GPU.free_bytes, verdict)
