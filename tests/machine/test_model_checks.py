"""What the first load of a model found of a device is stored for these files, this device, its driver and its build."""

import dataclasses
import json
import math

import pytest

from localalt import native
from localalt.devices import Device, DeviceVerdict
from localalt.machine import model_checks, verdicts
from localalt.planning import planner
from localalt.planning.model_check import ModelCheck
from tests.support import machines

GPU = Device("CUDA0", "Some GPU", "CUDA", False, 11_000_000_000, 12_000_000_000)
FILES = "weights.gguf of 1 bytes, 2, mmproj.gguf of 3 bytes, 4"
RIGHT = ModelCheck("qwen3.5-2b:Q4_K_M", 0.004, 0.012, -3.21, -3.22, seconds=4.1, checked="2026-11-27")
WRONG = dataclasses.replace(RIGHT, embeddings_error=math.inf, verdict=DeviceVerdict(projector_on_device=False))


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    path = tmp_path / "cache" / "models.json"
    monkeypatch.setattr(model_checks, "store_path", lambda: path)
    monkeypatch.setattr(verdicts, "driver_of", lambda device: "NVIDIA 1")
    return path


@pytest.mark.parametrize("check", [RIGHT, WRONG, ModelCheck("x", not_checked=("the projector, since …",), doubt="Hm.")])
def test_a_check_comes_back_as_it_was(check):
    model_checks.store(FILES, GPU, check)
    assert model_checks.lookup(FILES, GPU) == check
    assert model_checks.of_device(GPU) == (check,)


def test_it_holds_for_these_files_this_device_its_driver_and_its_build_alone(monkeypatch):
    model_checks.store(FILES, GPU, RIGHT)
    assert model_checks.lookup(FILES + "0", GPU) is None
    other = dataclasses.replace(GPU, name="CUDA1")
    assert model_checks.lookup(FILES, other) is None
    assert model_checks.of_device(other) == ()
    with monkeypatch.context() as patched:
        patched.setattr(verdicts, "driver_of", lambda device: "NVIDIA 2")
        assert model_checks.lookup(FILES, GPU) is None
    with monkeypatch.context() as patched:
        patched.setattr(native, "ggml_build", lambda: "0.99 (abcdef)")
        assert model_checks.of_device(GPU) == ()
    assert model_checks.lookup(FILES, dataclasses.replace(GPU, free_bytes=1)) == RIGHT


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": {"is_usable": "no"}},
        {"verdict": None},
        {"embeddings_error": "much"},
        {"logits_error": math.nan},
        {"log_likelihood": True},
        {"not_checked": "x"},
        {"not_checked": [1]},
    ],
)
def test_what_is_not_a_check_counts_as_not_stored(store, changes):
    model_checks.store(FILES, GPU, RIGHT)
    content = json.loads(store.read_text())
    (entry,) = content["entries"].values()
    entry.update(changes)
    store.write_text(json.dumps(content))
    assert model_checks.lookup(FILES, GPU) is None
    assert model_checks.of_device(GPU) == ()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1, "entries": {"x": 1}}', '{"version": 99}'])
def test_a_damaged_file_holds_nothing(store, content):
    store.parent.mkdir()
    store.write_text(content)
    assert model_checks.lookup(FILES, GPU) is None
    assert model_checks.applied(machines.machine(gpus=[GPU]), FILES, "x").devices == (GPU,)


def test_a_folder_that_cannot_be_written_is_no_error(store, caplog):
    store.parent.write_text("a file")
    model_checks.store(FILES, GPU, RIGHT)
    assert "cannot be stored" in caplog.text
    assert model_checks.lookup(FILES, GPU) is None


def test_a_plan_follows_what_was_found():
    spec, machine = machines.model(), machines.machine(gpus=[GPU])
    assert planner.plan(spec, machine).projector_on_gpu
    model_checks.store(FILES, GPU, WRONG)
    own = planner.plan(spec, model_checks.applied(machine, FILES, spec.kind))
    assert (own.devices, own.projector_on_gpu) == (("CUDA0",), False)
    assert own.faults
    assert planner.plan(spec, model_checks.applied(machine, "others", spec.kind)).projector_on_gpu
    unusable = dataclasses.replace(RIGHT, verdict=DeviceVerdict(is_usable=False))
    model_checks.store(FILES, GPU, unusable)
    assert planner.plan(spec, model_checks.applied(machine, FILES, spec.kind)).devices == ()


def test_what_the_doctor_found_stays(monkeypatch):
    spec = machines.model()
    known = dataclasses.replace(
        GPU, verdicts=((spec.kind, DeviceVerdict(flash_attn=False)), ("other", DeviceVerdict()))
    )
    model_checks.store(FILES, GPU, WRONG)
    (device,) = model_checks.applied(machines.machine(gpus=[known]), FILES, spec.kind).devices
    assert device.verdict(spec.kind) == DeviceVerdict(flash_attn=False, projector_on_device=False)
    assert device.verdict("other") == DeviceVerdict()


def test_a_plan_says_what_was_found():
    spec, machine = machines.model(), machines.machine(gpus=[GPU])
    plan = planner.plan(spec, machine)
    assert model_checks.explained(plan, machine, FILES) == plan
    model_checks.store(FILES, GPU, RIGHT)
    assert model_checks.explained(plan, machine, FILES).reasons[-1] == (
        "This model on CUDA0, as its first load there found: image embeddings 0.40% off the CPU's; log-likelihood of a "
        "text -3.210 nats a token, and -3.220 on the CPU (logits 1.20% off) (4.1 s, 2026-11-27)."
    )


@pytest.mark.parametrize(
    ("check", "plan", "expected"),
    [
        (RIGHT, {}, True),
        (dataclasses.replace(RIGHT, embeddings_error=None), {}, False),
        (dataclasses.replace(RIGHT, embeddings_error=None), {"projector_on_gpu": False}, True),
        (dataclasses.replace(RIGHT, embeddings_error=None, not_checked=("the projector, …",)), {}, True),
        (dataclasses.replace(RIGHT, log_likelihood=None), {}, False),
        (dataclasses.replace(RIGHT, log_likelihood=None), {"op_offload": False}, True),
    ],
)
def test_a_check_is_due_again_where_a_plan_puts_more_on_the_device(check, plan, expected):
    own = planner.plan(machines.model(), machines.machine(gpus=[GPU]))
    assert check.covers(dataclasses.replace(own, **plan)) is expected
