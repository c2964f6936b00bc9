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
    if not store.exists():
        return {}
    (entry,) = json.loads(store.read_text())["entries"].values()
    return {kind: verdict["is_usable"] for kind, verdict in entry["kinds"].items()}


def load(**options):
    return localalt.load("selftest", isolation="process", **options)


def test_a_picture_that_ends_it_on_the_gpu_alone_has_its_text_and_later_plans_avoid_the_gpu(
    picture, store, tmp_path, text
):
    with planted("encoding", "abort", gpu=GPU, only_on_gpu=True, counted_in=tmp_path):
        with load() as describer:
            assert describer.plan.devices == (GPU,)
            assert describer.describe(picture, checks="off").text == text
            until(lambda: usable(store) == {KIND: False})
            assert describer.describe(picture, checks="off").text == text
            assert describer.plan.devices == ()
        with load() as describer:
            assert describer.plan.devices == ()
            assert any(GPU in notice.message for notice in describer.notices if notice.name == "device-fault")
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


def test_a_model_that_ends_it_while_it_loads_on_the_gpu_is_an_error_once_and_then_loads(store, tmp_path, text):
    with planted("load", "abort", gpu=GPU, only_on_gpu=True, counted_in=tmp_path):
        with pytest.raises(WorkerCrashedError, match=f"load it again, which avoids {GPU} from now on"):
            load()
        assert usable(store) == {KIND: False}
        with load() as describer:
            assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text


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
