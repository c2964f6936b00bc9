"""What the doctor found is kept for a device, its driver and its build, and for nothing else."""

import dataclasses
import json
import logging

import pytest

from localalt import doctor, machine, native, verdicts
from localalt.doctor import Finding, Report, Status
from localalt.trial import Settings
from localalt.types import Device, Verdict

GPU = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
OTHER = dataclasses.replace(GPU, name="Vulkan1", description="Another GPU")
WRONG = Verdict(projector_on_device=False, flash_attn=False)


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    path = tmp_path / "cache" / "doctor.json"
    monkeypatch.setattr(verdicts, "store_path", lambda: path)
    monkeypatch.setattr(verdicts, "driver_of", lambda backend: "Mesa 1")
    return path


def kept(device=GPU):
    return verdicts.attached([device])[0].verdict


def test_a_verdict_is_kept_for_its_device():
    verdicts.keep(GPU, WRONG)
    assert (kept(), kept(OTHER)) == (WRONG, Verdict())
    verdicts.keep(GPU, Verdict())
    assert kept() == Verdict()


def test_memory_that_is_free_is_no_part_of_it():
    verdicts.keep(GPU, WRONG)
    assert kept(dataclasses.replace(GPU, free_bytes=1)) == WRONG


@pytest.mark.parametrize("what", ["driver", "build", "package"])
def test_another_driver_or_build_has_no_verdict_yet(monkeypatch, what):
    verdicts.keep(GPU, WRONG)
    with monkeypatch.context() as patched:
        if what == "driver":
            patched.setattr(verdicts, "driver_of", lambda backend: "Mesa 2")
        elif what == "build":
            patched.setattr(native, "ggml_build", lambda: "9.9 (abc)")
        else:
            patched.setattr("importlib.metadata.version", lambda name: "9.9")
        assert kept() == Verdict()
    assert kept() == WRONG


def test_the_driver_is_not_asked_for_where_nothing_is_kept(monkeypatch):
    def ask(backend):
        raise AssertionError("it may take seconds")

    monkeypatch.setattr(verdicts, "driver_of", ask)
    assert kept() == Verdict()


@pytest.mark.parametrize(
    "entry", [None, [], 1, {"is_usable": "no"}, {"flash_attn": 0}, {"projector_on_device": None}], ids=str
)
def test_what_is_no_verdict_is_none(store, entry):
    verdicts.keep(GPU, WRONG)
    content = json.loads(store.read_text())
    content["entries"] = dict.fromkeys(content["entries"], entry)
    store.write_text(json.dumps(content))
    assert kept() == Verdict()


def test_a_verdict_that_cannot_be_kept_is_a_warning(store, caplog):
    store.parent.write_text("a file")
    with caplog.at_level(logging.WARNING, "localalt.verdicts"):
        verdicts.keep(GPU, WRONG)
    assert "The verdict on Vulkan0 cannot be kept" in caplog.text
    assert kept() == Verdict()


def test_the_machine_has_its_gpus_with_their_verdicts(monkeypatch):
    monkeypatch.setattr(native, "gpus", lambda: (GPU, OTHER))
    verdicts.keep(OTHER, WRONG)
    assert [device.verdict for device in machine.this_machine().devices] == [Verdict(), WRONG]


# --- from a report to a verdict ---


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        (Settings("Vulkan0", n_seq=4), Verdict()),
        (Settings("Vulkan0", n_seq=4, projector_flash_attn=False), Verdict(projector_flash_attn=False)),
        (Settings("Vulkan0", n_seq=4, projector_on_device=False), Verdict(projector_on_device=False)),
        (Settings("Vulkan0", n_seq=1), Verdict(one_at_a_time=True)),
        (None, Verdict(is_usable=False)),
    ],
    ids=str,
)
def test_the_first_settings_that_compute_right_are_the_verdict(settings, verdict):
    chosen = Finding("a try", settings, Status.OK) if settings else None
    assert Report(GPU, (), chosen).verdict == verdict


def test_every_verdict_of_the_doctors_tries_is_one_that_can_be_kept():
    for name, settings in doctor.tries(GPU, n_threads=1):
        verdict = Report(GPU, (), Finding(name, settings, Status.OK)).verdict
        verdicts.keep(GPU, verdict)
        assert kept() == verdict
