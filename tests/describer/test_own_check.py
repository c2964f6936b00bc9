"""A model is compared with the CPU at its first load on a GPU: through llama.cpp, with the CPU in a GPU's place."""

import dataclasses

import numpy as np
import pytest

import localalt
from localalt import native, selftest
from localalt.describer import own_check
from localalt.describer.loading import load_model
from localalt.devices import Device, DeviceVerdict, Machine
from localalt.engine import own_model
from localalt.errors import NotFiniteError
from localalt.machine import model_checks, verdicts
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.planning.model_check import ModelCheck

PAIR = (selftest.WEIGHTS, selftest.MMPROJ)
GPU = Device("CPU", "A CPU that stands in for a GPU", "Pretended", False, 8_000_000_000, 9_000_000_000)
"""llama.cpp takes its CPU device where it takes a GPU."""
MACHINE = Machine(12_000_000_000, 16_000_000_000, 1, (GPU,))
MOVED = DeviceVerdict(projector_on_device=False)


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.delenv(own_check.SWITCH, raising=False)
    monkeypatch.setattr("localalt.describer.loading.this_machine", lambda **_: MACHINE)
    monkeypatch.setattr("localalt.describer.loading.with_free_memory", lambda machine: machine)
    monkeypatch.setattr(model_checks, "store_path", lambda: tmp_path / "models.json")
    monkeypatch.setattr(verdicts, "driver_of", lambda device: "1")
    return tmp_path / "models.json"


@pytest.fixture
def checks(monkeypatch):
    """All that are made."""
    made, check = [], own_model.check

    def record(*arguments, **options):
        made.append(check(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(own_model, "check", record)
    return made


def load(**options):
    return localalt.Describer.from_loaded(load_model(PAIR, {"n_seq_max": 2, "exact_tokens": 8, **options}))


def picture():
    pixels = np.full((96, 96, 3), 255, np.uint8)
    pixels[10:40, 10:40] = (220, 30, 30)
    return pixels


def faults(result):
    return [str(each.message) for each in result.warnings if each.name == "device-fault"]


@pytest.fixture(scope="module")
def right():
    """What the CPU says of the picture."""
    with localalt.load(PAIR, device="cpu", exact_tokens=8) as describer:
        return describer.describe(picture()).raw


def on_device(monkeypatch, compute):
    """Have projectors on the device compute `compute(right embeddings)`."""
    made, encode_batch, on_gpu = native.Projector.__init__, native.Projector.encode_batch, set()

    def make(projector, *arguments, device=None, **options):
        made(projector, *arguments, device=device, **options)
        if device is not None:
            on_gpu.add(id(projector))

    def encode(projector, chunks):
        arrays = encode_batch(projector, chunks)
        return [compute(each) for each in arrays] if id(projector) in on_gpu else arrays

    monkeypatch.setattr(native.Projector, "__init__", make)
    monkeypatch.setattr(native.Projector, "encode_batch", encode)


def overflow(array):
    raise NotFiniteError("The projector computed numbers that are not finite.", call="mtmd_batch_encode")


@pytest.mark.slow
def test_a_model_is_checked_once_and_every_later_plan_says_so(checks, right):
    for _ in range(2):
        with load() as describer:
            result = describer.describe(picture())
            assert describer.plan.devices == ("CPU",)
            assert describer.plan.projector_on_gpu
            assert (result.raw, faults(result)) == (right, [])
        assert len(checks) == 1
    (found,) = model_checks.of_device(GPU)
    assert found == checks[0]
    assert found.verdict == DeviceVerdict()
    assert found.embeddings_error < 0.01


@pytest.mark.slow
def test_a_projector_that_is_wrong_on_the_device_is_loaded_on_the_cpu_now_and_later(checks, right, monkeypatch):
    on_device(monkeypatch, lambda array: array[::-1].copy())
    for _ in range(2):
        with load() as describer:
            result = describer.describe(picture())
            assert (describer.plan.devices, describer.plan.projector_on_gpu) == (("CPU",), False)
            assert result.raw == right
            assert len(faults(result)) == 1
        assert len(checks) == 1
    assert checks[0].verdict == MOVED


@pytest.mark.slow
def test_layers_that_are_wrong_on_the_device_are_loaded_on_the_cpu(checks, right, monkeypatch):
    logits = own_model._logits
    monkeypatch.setattr(
        own_model, "_logits", lambda *a, use_gpu, **b: logits(*a, use_gpu=use_gpu, **b) * (1 - 2 * use_gpu)
    )
    with load() as describer:
        assert describer.plan.devices == ()
        result = describer.describe(picture())
    assert result.raw == right
    assert faults(result)


@pytest.mark.slow
def test_a_picture_that_overflows_later_has_the_cpus_text_and_the_warning(right, monkeypatch):
    with load():
        pass  # the check finds nothing
    on_device(monkeypatch, overflow)
    with load() as describer:
        assert describer.plan.projector_on_gpu
        results = [describer.describe(picture()) for _ in range(2)]
    for result in results:
        assert result.raw == right
        assert ["encoded this picture to numbers that are not finite" in each for each in faults(result)] == [True]


@pytest.mark.slow
def test_the_environment_leaves_the_check_out(checks, monkeypatch):
    monkeypatch.setenv(own_check.SWITCH, "OFF")
    with load() as describer:
        assert describer.plan.devices == ("CPU",)
    assert checks == []


@pytest.mark.slow
def test_what_cannot_be_stored_is_found_at_every_load(checks, store, monkeypatch):
    store.mkdir()
    on_device(monkeypatch, overflow)
    for n in (1, 2):
        with load() as describer:
            assert not describer.plan.projector_on_gpu
        assert len(checks) == n


# --- when it is due ---


def due(**changes):
    files = read_files("some model", *PAIR)
    spec = files.spec(max_tokens=32)
    plan = dataclasses.replace(planner.plan(spec, MACHINE), **changes)
    return files, own_check.due(files, plan, spec.geometry, MACHINE)


def test_it_is_due_on_a_device_until_a_check_covers_the_plan():
    files, check = due()
    assert check is not None
    model_checks.store(files.fingerprint, GPU, ModelCheck("some model", embeddings_error=0.0))
    assert due()[1] is not None
    assert due(op_offload=False)[1] is None
    model_checks.store(files.fingerprint, GPU, ModelCheck("some model", embeddings_error=0.0, log_likelihood=-3.0))
    assert due()[1] is None


def test_it_is_not_due_on_the_cpu():
    assert due(devices=())[1] is None


def test_a_doubt_is_a_warning_of_every_result(monkeypatch):
    files, _ = due()
    check = ModelCheck("x", embeddings_error=0.2, logits_error=0.0, log_likelihood=-3.0, doubt="It is far off.")
    model_checks.store(files.fingerprint, GPU, check)
    from localalt.describer.loading import _notices

    plan = planner.plan(files.spec(max_tokens=32), MACHINE)
    assert "It is far off." in [str(each.message) for each in _notices(files, plan, MACHINE)]


def test_a_device_that_is_found_wrong_is_planned_without_what_is_wrong():
    seen = []

    def start(machine, may_check):
        seen.append((machine.devices[0].verdict("a kind"), may_check))
        if may_check:
            raise own_check.AnotherWayError(ModelCheck("x", verdict=MOVED), ("CPU",))
        return "started"

    assert own_check.started(start, MACHINE, "a kind") == "started"
    assert seen == [(DeviceVerdict(), True), (MOVED, False)]
