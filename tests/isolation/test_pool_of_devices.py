"""Several children behind one Describer: on several GPUs, which are made up here, and on shares of one CPU."""

import asyncio
import json
import logging
import threading

import pytest

import localalt
from localalt import machine
from tests.support.child_of_a_pool import made_up_gpus, pictures_by_device
from tests.support.paths import EXAMPLES

pytestmark = pytest.mark.slow

PICTURES = [EXAMPLES / name for name in ("shape.png", "chart.png", "sign.jpg", "shapes.webp")] * 4


@pytest.fixture(scope="module")
def texts():
    """What one process says of them."""
    with localalt.load("selftest", device="cpu") as describer:
        return [alt.text for alt in describer.describe_many(PICTURES)]


def places_of(describer):
    return describer._service._here().pool._places


def children_of(describer):
    return [place.worker.process for place in places_of(describer) if place.worker is not None]


def left_out(describer):
    return [notice.message for notice in describer.notices if notice.name == "device-left-out"]


# --- shares of the CPU ---


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_say_what_one_says_and_divide_its_cores(workers, texts):
    with localalt.load("selftest", workers=workers, device="cpu") as describer:
        assert [alt.text for alt in describer.describe_many(PICTURES)] == texts
        n_threads = max(1, machine.compute_threads().n // workers)
        assert [plan.n_threads for plan in describer.plans] == [n_threads] * workers
        assert describer.plan == describer.plans[0]
        assert any(f"{workers} processes share" in reason for reason in describer.plan.reasons)
        assert len({child.pid for child in children_of(describer)}) == workers


def test_the_window_is_that_of_all_workers_together():
    with localalt.load("selftest", device="cpu", isolation="process") as one:
        ahead = one._service.n_ahead
    with localalt.load("selftest", workers=2, device="cpu") as two:
        assert two._service.n_ahead == 2 * ahead
        children_of(two)[0].kill()  # nor does it shrink while one starts again
        assert two._service.n_ahead == 2 * ahead


def test_progress_is_that_of_all_together_and_never_falls():
    shares = []
    localalt.load("selftest", workers=2, device="cpu", progress=shares.append).close()
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert any(0.4 < share < 0.6 for share in shares)


def test_what_a_progress_callback_raises_at_the_second_worker_ends_the_loading():
    def stop(share):
        if share > 0.6:
            raise KeyError("enough")

    before = threading.active_count()
    with pytest.raises(KeyError, match="enough"):
        localalt.load("selftest", workers=2, device="cpu", progress=stop)
    assert threading.active_count() <= before


@pytest.mark.parametrize("n_killed", [1, 2])
def test_killed_workers_cost_no_text(n_killed, texts):
    with localalt.load("selftest", workers=2, device="cpu") as describer:
        results = describer.describe_many(PICTURES)
        first = next(results)
        for child in children_of(describer)[:n_killed]:
            child.kill()
        assert [alt.text for alt in [first, *results]] == texts
        assert left_out(describer) == []


def test_close_ends_all_workers():
    describer = localalt.load("selftest", workers=2, device="cpu")
    children = children_of(describer)
    assert [child.ending for child in children] == ["", ""]
    describer.close()
    assert all(child.ending for child in children)


def test_workers_serve_every_way_of_asking(texts):
    with localalt.load("selftest", workers=2, device="cpu") as describer:
        assert describer.describe(PICTURES[0]).text == texts[0]
        assert describer.stream(PICTURES[0]).result.text == texts[0]
        assert {index: alt.text for index, alt in describer.as_completed(PICTURES)} == dict(enumerate(texts))

        async def listed():
            return [alt.text async for alt in describer.adescribe_many(PICTURES)]

        assert asyncio.run(listed()) == texts


def test_a_model_that_cannot_be_loaded_anywhere_is_tried_once(tmp_path):
    with pytest.raises(localalt.ModelNotFoundError):
        localalt.load((tmp_path / "no.gguf", tmp_path / "mmproj-no.gguf"), workers=3, device="cpu")


# --- GPUs ---


def test_each_gpu_has_a_child_and_all_of_them_get_pictures(tmp_path, texts):
    with made_up_gpus(tmp_path, CUDA0="", CUDA1=""), localalt.load("selftest", device="all") as describer:
        assert [alt.text for alt in describer.describe_many(PICTURES)] == texts
        assert [place.request.device for place in places_of(describer)] == ["CUDA0", "CUDA1"]
        assert left_out(describer) == []
    given = pictures_by_device(tmp_path)
    assert set(given) == {"CUDA0", "CUDA1"}
    assert sum(given.values()) == len(PICTURES)


def test_a_few_pictures_are_shared_though_one_child_could_have_them_all(tmp_path):
    with made_up_gpus(tmp_path, CUDA0="", CUDA1=""), localalt.load("selftest", device="all") as describer:
        few = PICTURES[: len(describer.plans) * 2]
        assert len(few) < describer._service.n_ahead // 2
        list(describer.describe_many(few))
    assert set(pictures_by_device(tmp_path)) == {"CUDA0", "CUDA1"}


def test_children_on_gpus_share_ram_and_cores_and_those_on_one_gpu_its_memory(tmp_path):
    with made_up_gpus(tmp_path, CUDA0="", CUDA1=""):
        localalt.load("selftest", device=["cuda0", "CUDA1"], workers=2).close()
    shares = [json.loads(path.read_text()) for path in tmp_path.glob("*.share")]
    assert sorted(device for device, _ in shares) == ["CUDA0", "CUDA0", "CUDA1", "CUDA1"]
    assert {(share["n_processes"], share["n_on_device"]) for _, share in shares} == {(4, 2)}
    # The first one looks what is free, and the others have as much: what it took is its own.
    (free,) = [dict(each) for each in {tuple(share["free_bytes"].items()) for _, share in shares} if each]
    assert [share["free_bytes"] for _, share in shares].count({}) == 1
    assert free["RAM"] > 0


@pytest.mark.parametrize("fault", ["memory", "backend"])
@pytest.mark.parametrize("bad", ["CUDA0", "CUDA1"])
def test_a_gpu_that_cannot_load_is_left_out_and_reported(fault, bad, tmp_path, texts, caplog):
    gpus = {"CUDA0": "", "CUDA1": "", bad: fault}
    caplog.set_level(logging.WARNING, "localalt")
    with made_up_gpus(tmp_path, **gpus), localalt.load("selftest", device=["CUDA0", "CUDA1"]) as describer:
        assert [alt.text for alt in describer.describe_many(PICTURES)] == texts
        (message,) = left_out(describer)
        assert message.startswith(f"{bad} is left out")
        assert len(describer.plans) == 1
    assert any(f"{bad} is left out" in record.message for record in caplog.records)


def test_a_gpu_that_fails_later_is_left_out_and_the_others_take_its_pictures(tmp_path, texts):
    with made_up_gpus(tmp_path, CUDA0="", CUDA1="later"), localalt.load("selftest", device="all") as describer:
        assert left_out(describer) == []
        for _ in range(20):  # until the second try to load it has failed, too
            assert [alt.text for alt in describer.describe_many(PICTURES)] == texts
            if left_out(describer):
                break
        (message,) = left_out(describer)
        assert message.startswith("CUDA1 is left out")


def test_where_all_gpus_fail_the_last_error_is_raised(tmp_path):
    with made_up_gpus(tmp_path, CUDA0="backend", CUDA1="memory"), pytest.raises(localalt.NotEnoughMemoryError):
        localalt.load("selftest", device="all")


@pytest.mark.parametrize("devices", [["CUDA0", "CUDA7"], ["CUDA7", "CUDA0"]])
def test_a_gpu_that_does_not_exist_is_an_error_and_not_left_out(devices, tmp_path):
    with made_up_gpus(tmp_path, CUDA0=""), pytest.raises(localalt.OptionError, match=r"CUDA7.*CUDA0"):
        localalt.load("selftest", device=devices)


def test_a_list_of_one_gpu_has_one_child(tmp_path, texts):
    with made_up_gpus(tmp_path, CUDA0="", CUDA1=""), localalt.load("selftest", device=["CUDA1"]) as describer:
        assert describer.describe(PICTURES[0]).text == texts[0]
    assert pictures_by_device(tmp_path) == {"CUDA1": 1}


def test_all_without_a_gpu_says_so(tmp_path):
    with made_up_gpus(tmp_path), pytest.raises(localalt.OptionError, match=r'"all".*no GPU'):
        localalt.load("selftest", device="all")
