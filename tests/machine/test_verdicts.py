"""What the doctor found is stored for a device, its driver and its build, and for nothing else."""

import dataclasses
import json
import logging

import pytest
from hypothesis import given, strategies as st

from localalt import machine, native, switches
from localalt.devices import Device, DeviceVerdict
from localalt.doctor import examination
from localalt.doctor.examination import Report, Status, TrialResult
from localalt.doctor.trial import TrialSettings
from localalt.machine import verdicts

GPU = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
OTHER = dataclasses.replace(GPU, name="Vulkan1", description="Another GPU")
WRONG = DeviceVerdict(projector_on_device=False, flash_attn=False)


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    path = tmp_path / "cache" / "doctor.json"
    monkeypatch.setattr(verdicts, "store_path", lambda: path)
    monkeypatch.setattr(verdicts, "driver_of", lambda device: "Mesa 1")
    return path


UNSOUND = (
    {"is_usable": "no"},
    {"flash_attn": 0},
    {"one_at_a_time": None},
    {"off": "much"},
    {"off": float("nan")},
    {"environment": "GGML_VK_DISABLE_F16"},
    {"environment": [["GGML_VK_DISABLE_F16"]]},
    {"environment": [["GGML_VK_DISABLE_F16", "0"]]},
    {"environment": [["GGML_VK_DISABLE_F16", "1"], ["LD_PRELOAD", "/tmp/evil.so"]]},
    {"environment": [[["GGML_VK_DISABLE_F16"], "1"]]},
)


def write(store, entry):
    """Have the file hold this in place of a verdict on the GPU."""
    verdicts.store(GPU, {"a": WRONG})
    content = json.loads(store.read_text())
    content["entries"] = dict.fromkeys(content["entries"], entry)
    store.write_text(json.dumps(content))


def stored(device=GPU):
    return dict(verdicts.with_verdicts([device])[0].verdicts)


def test_verdicts_are_stored_for_their_device():
    verdicts.store(GPU, {"a": WRONG, "b": DeviceVerdict()})
    assert (stored(), stored(OTHER)) == ({"a": WRONG, "b": DeviceVerdict()}, {})
    verdicts.store(GPU, {"a": DeviceVerdict()})
    assert stored() == {"a": DeviceVerdict()}


def test_memory_that_is_free_is_not_part_of_it():
    verdicts.store(GPU, {"a": WRONG})
    assert stored(dataclasses.replace(GPU, free_bytes=1)) == {"a": WRONG}


@pytest.mark.parametrize("what", ["driver", "build", "package"])
def test_another_driver_or_build_has_no_verdict_yet(monkeypatch, what):
    verdicts.store(GPU, {"a": WRONG})
    with monkeypatch.context() as patched:
        if what == "driver":
            patched.setattr(verdicts, "driver_of", lambda device: "Mesa 2")
        elif what == "build":
            patched.setattr(native, "ggml_build", lambda: "9.9 (abc)")
        else:
            patched.setattr("importlib.metadata.version", lambda name: "9.9")
        assert stored() == {}
    assert stored() == {"a": WRONG}


def test_a_device_whose_driver_or_build_is_another_than_the_doctor_examined_says_so(monkeypatch):
    def changed(device=GPU):
        return verdicts.with_verdicts([device])[0].changed

    verdicts.store(GPU, {"a": WRONG})
    assert (changed(), changed(OTHER)) == ("", "")
    with monkeypatch.context() as patched:
        patched.setattr(verdicts, "driver_of", lambda device: "Mesa 2")
        assert changed() == "another driver"
        patched.setattr(native, "ggml_build", lambda: "9.9 (abc)")
        assert changed() == "another driver and another llama-cpp-python"
        verdicts.store(GPU, {"a": DeviceVerdict()})
        assert changed() == ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_whatever_a_file_says_no_other_variable_comes_out_of_it(entry):
    for read in (entry, {"environment": entry}, {"environment": [["GGML_VK_DISABLE_F16", "1"], entry]}):
        verdict = verdicts.read_one(read)
        assert verdict is None or all(switches.is_known(*pair) for pair in verdict.environment)


def test_the_driver_is_not_asked_for_where_nothing_is_stored(monkeypatch):
    def ask(device):
        raise AssertionError("it may take seconds")

    monkeypatch.setattr(verdicts, "driver_of", ask)
    assert stored() == {}


@pytest.mark.parametrize(
    "entry",
    [None, [], 1, {}, {"kinds": []}, {"kinds": {"a": None}}, *({"kinds": {"a": each}} for each in UNSOUND)],
    ids=str,
)
def test_what_is_not_a_verdict_is_none(store, entry):
    write(store, entry)
    assert stored() == {}


def test_verdicts_that_cannot_be_stored_are_a_warning(store, caplog):
    store.parent.write_text("a file")
    with caplog.at_level(logging.WARNING, "localalt.machine.verdicts"):
        verdicts.store(GPU, {"a": WRONG})
    assert "The verdicts on Vulkan0 cannot be stored" in caplog.text
    assert stored() == {}


def test_the_machine_has_its_gpus_with_their_verdicts(monkeypatch):
    monkeypatch.setattr(native, "gpus", lambda: (GPU, OTHER))
    verdicts.store(OTHER, {"a": WRONG})
    assert [device.verdict("a") for device in machine.this_machine().devices] == [DeviceVerdict(), WRONG]


@pytest.fixture
def gpus(monkeypatch):
    monkeypatch.setattr(native, "gpus", lambda: (GPU, OTHER))


def test_a_device_on_which_models_of_a_kind_crash_is_ruled_out_for_them_beside_what_is_known_of_it(gpus):
    verdicts.store(GPU, {"a": WRONG})
    assert verdicts.rule_out(GPU.name, "b")
    assert stored() == {"a": WRONG, "b": DeviceVerdict(is_usable=False, after_crash=True)}
    assert stored(OTHER) == {}


def test_a_device_that_ends_its_process_is_used_more_carefully_each_time_and_at_last_not_at_all(gpus):
    verdicts.store(GPU, {"a": DeviceVerdict()})
    found = [verdicts.step_down(GPU.name, "b") for _ in range(5)]
    for step in found:
        assert step.after_crash
    assert [step.is_usable for step in found] == [True, True, True, False, False]
    assert not any(step.projector_on_device and step.projector_flash_attn is not False for step in found[:3])
    assert found[1].environment == switches.of_backend("Vulkan")
    assert not found[2].projector_on_device
    assert stored() == {"a": DeviceVerdict(), "b": found[-1]}


def test_the_doctor_brings_back_a_device_that_was_ruled_out(gpus):
    found = Report(GPU, (TrialResult("a", TrialSettings(GPU.name, n_seq=4), Status.OK),)).verdicts
    (kind,) = found
    verdicts.rule_out(GPU.name, kind)
    assert not stored()[kind].is_usable
    verdicts.store(GPU, found)
    assert stored()[kind].is_usable


def test_a_device_that_is_gone_cannot_be_ruled_out_which_is_a_warning(monkeypatch, caplog):
    monkeypatch.setattr(native, "gpus", lambda: ())
    assert not verdicts.rule_out(GPU.name, "a")
    assert verdicts.step_down(GPU.name, "a") is None
    assert "There is no device Vulkan0" in caplog.text


# --- from a report to verdicts ---


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        (TrialSettings("Vulkan0", n_seq=4), DeviceVerdict()),
        (TrialSettings("Vulkan0", n_seq=4, projector_flash_attn=False), DeviceVerdict(projector_flash_attn=False)),
        (TrialSettings("Vulkan0", n_seq=4, projector_on_device=False), DeviceVerdict(projector_on_device=False)),
        (TrialSettings("Vulkan0", n_seq=1), DeviceVerdict(one_at_a_time=True)),
    ],
    ids=str,
)
def test_the_first_settings_that_compute_right_are_the_verdict(settings, verdict):
    wrong = TrialResult("a try", TrialSettings("Vulkan0"), Status.GARBAGE)
    findings = (
        wrong,
        TrialResult("another", settings, Status.OK),
        TrialResult("a third", TrialSettings("Vulkan0"), Status.OK),
    )
    assert Report(GPU, findings).verdicts == {"gemma3 with gemma3": verdict}
    assert Report(GPU, (wrong,)).verdicts == {"gemma3 with gemma3": DeviceVerdict(is_usable=False)}


def test_models_of_one_kind_have_one_verdict_together():
    right = TrialResult("a", TrialSettings("Vulkan0", "qwen35", n_seq=4), Status.OK)
    off = TrialResult("b", TrialSettings("Vulkan0", "gemma4", n_seq=4, flash_attn=False), Status.OK)
    on_cpu = TrialResult("c", TrialSettings("Vulkan0", "gemma4-moe", n_seq=4, projector_on_device=False), Status.OK)
    assert Report(GPU, (right, off, on_cpu)).verdicts == {
        "qwen35 with qwen3vl_merger": DeviceVerdict(),
        "gemma4 with gemma4v": DeviceVerdict(flash_attn=False, projector_on_device=False),
    }


def test_all_verdicts_of_the_doctors_tries_can_be_stored():
    for name, settings in examination.tries(GPU, n_threads=1):
        found = Report(GPU, (TrialResult(name, settings, Status.OK),)).verdicts
        verdicts.store(GPU, found)
        assert stored() == found
