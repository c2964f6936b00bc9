"""A GPU on which pictures end the process is avoided from then on. It is made up; the children are real."""

import json
import os
import shutil
from pathlib import Path

import pytest

import localalt
from localalt.devices import Device, DeviceVerdict
from localalt.errors import WorkerCrashedError
from localalt.machine import verdicts
from tests.support.fake_workers import until
from tests.support.misbehaving_child import planted
from tests.support.paths import EXAMPLES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the faults that are planted are those of Unix"),
]
GPU, KIND = "Vulkan9", "gemma3 with gemma3"


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """Where the children store verdicts."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return verdicts.store_path()


@pytest.fixture
def picture(tmp_path):
    return shutil.copyfile(EXAMPLES / "shapes.png", tmp_path / "planted.png")


@pytest.fixture(scope="module")
def text(describer):
    return describer.describe(EXAMPLES / "shapes.png", checks="off").text


def usable(store):
    """By the kind of model, what is stored of the GPU."""
    return {kind: verdict["is_usable"] for kind, verdict in ways(store).items()}


def ways(store):
    if not store.exists():
        return {}
    (entry,) = json.loads(store.read_text())["entries"].values()
    return entry["kinds"]


def load(**options):
    return localalt.load("selftest", isolation="process", **options)


def test_a_picture_that_ends_it_on_the_gpu_alone_has_its_text_and_later_plans_use_the_gpu_with_more_care(
    picture, store, tmp_path, text
):
    with planted("encoding", "abort", gpu=GPU, only_on_gpu=True, counted_in=tmp_path):
        with load() as describer:
            assert (describer.plan.devices, describer.plan.flash_attn) == ((GPU,), None)
            assert describer.describe(picture, checks="off").text == text
            until(lambda: ways(store))
            assert ways(store)[KIND]["flash_attn"] is False
        with load() as describer:
            assert (describer.plan.devices, describer.plan.flash_attn) == ((GPU,), False)
            assert any(GPU in notice.message for notice in describer.notices if notice.name == "device-fault")
        # In the end it is not used at all.
        store.write_text(store.read_text().replace('"is_usable": true', '"is_usable": false'))
        with load() as describer:
            assert describer.plan.devices == ()
            assert describer.describe(picture, checks="off").text == text
        # The doctor looks at it again, and stores what it finds in the place of that.
        store.write_text(store.read_text().replace('"is_usable": false', '"is_usable": true'))
        with load() as describer:
            assert describer.plan.devices == (GPU,)


def test_a_picture_that_ends_it_on_the_cpu_too_does_not_rule_out_the_gpu(picture, store, tmp_path, text):
    with planted("encoding", "abort", gpu=GPU, counted_in=tmp_path), load() as describer:
        with pytest.raises(WorkerCrashedError, match="twice with this picture alone"):
            describer.describe(picture, checks="off")
        assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text
        assert describer.plan.devices == (GPU,)
    assert usable(store) == {}


def test_a_model_that_ends_it_while_it_loads_on_the_gpu_loads_on_the_cpu_in_the_end(store, tmp_path, text):
    with planted("load", "abort", gpu=GPU, only_on_gpu=True, counted_in=tmp_path), load() as describer:
        assert describer.plan.devices == ()
        assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text
    assert ways(store)[KIND]["after_crash"]


def test_where_memory_ran_out_the_next_start_takes_less_and_so_does_the_next_run(store, tmp_path, text):
    deaths = tmp_path / "done"
    with planted("load", "out of memory", gpu=GPU, only_on_gpu=True, times=1, counted_in=tmp_path):
        with load() as describer:
            # Nothing of so small a model can be less.
            assert describer.plan.devices == ()
            assert any("ended a process" in reason for reason in describer.plan.reasons)
            assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text
        assert deaths.stat().st_size == 1
        with load() as describer:
            assert describer.plan.devices == ()
        assert usable(store) == {}  # it computes right
        store.with_name("loads.json").unlink()
        with load() as describer:
            assert describer.plan.devices == (GPU,)


def test_what_the_system_ends_for_want_of_memory_does_not_rule_out_the_gpu(store, tmp_path):
    with (
        planted("load", "kill", gpu=GPU, only_on_gpu=True, counted_in=tmp_path),
        pytest.raises(WorkerCrashedError, match="close other programs, or choose a smaller model"),
    ):
        load()
    assert usable(store) == {}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="Linux says what a process was started with")
def test_a_child_is_started_with_the_variables_that_the_doctor_found_right(store, tmp_path, text):
    environment = (("GGML_VK_DISABLE_COOPMAT2", "1"), ("GGML_VK_DISABLE_COOPMAT", "1"))
    device = Device(GPU, "Made-up GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
    assert verdicts.store(device, {KIND: DeviceVerdict(environment=environment)})
    with planted("encoding", "nothing", gpu=GPU, counted_in=tmp_path), load() as describer:
        (place,) = describer._service._here().pool._places
        started_with = Path(f"/proc/{place.worker.process.pid}/environ").read_text().split("\0")
        assert {f"{name}={value}" for name, value in environment} <= set(started_with)
        assert environment[0][0] not in os.environ
        assert describer.plan.environment == environment
        assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text
        (notice,) = [each.message for each in describer.notices if each.name == "device-fault"]
        assert notice.endswith("right only so, as localalt doctor found: without cooperative matrices.")
