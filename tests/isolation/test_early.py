"""A child that runs before it is known what it will load: asked, handed over, or ended."""

import os
import signal
import threading

import pytest

import localalt
from localalt.describer.describer import open_service
from localalt.isolation import errands
from localalt.isolation.early import EarlyChild
from localalt.isolation.interpreter import MODULE, start_of
from localalt.selftest import MODELS

pytestmark = pytest.mark.slow


@pytest.fixture
def child():
    early = EarlyChild(start_of(MODULE), will_load=False)
    yield early
    early.close()


def process_of(child):
    return child._worker.process


def kill(child):
    process = process_of(child)
    process.kill()
    process._thread.join()


def test_it_says_which_pictures_can_be_read(child, expected, tmp_path):
    good, bad = next(iter(expected)), tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    errands.check_readable(child, good)
    errands.check_readable(child, good.read_bytes())
    with pytest.raises(localalt.ImageFormatError, match=r"bad\.png"):
        errands.check_readable(child, bad)
    with pytest.raises(localalt.ImageNotFoundError, match=r"gone\.png"):
        errands.check_readable(child, tmp_path / "gone.png")
    errands.check_readable(child, good)  # it goes on after those


def test_its_models_are_those_of_the_lineup_and_its_errors_too(child):
    same = []
    found = errands.distinct_models(
        child, ["selftest", MODELS["selftest"], "selftest"], "cpu", on_same=lambda *pair: same.append(pair)
    )
    assert found == ["selftest"]
    assert same == [(MODELS["selftest"], "selftest"), ("selftest", "selftest")]
    with pytest.raises(localalt.ModelNotFoundError, match="qwen3"):
        errands.distinct_models(child, ["qwen3.5-2"], "cpu", offline=True)


def test_it_says_which_devices_there_are(child):
    errands.distinct_models(child, (), "cpu")
    with pytest.raises(localalt.OptionError, match="Warp9"):
        errands.distinct_models(child, (), ["cpu", "Warp9"])


@pytest.mark.skipif(os.name == "nt", reason="no such signal on this platform")
def test_its_death_is_an_error_and_the_next_question_goes_to_a_fresh_one(child, expected):
    process = process_of(child)
    os.kill(process.pid, signal.SIGSTOP)  # so that it has not answered yet
    death = threading.Timer(0.3, process.kill)
    death.start()
    with pytest.raises(localalt.EngineError, match="ended"):
        errands.check_readable(child, next(iter(expected)))
    death.join()
    errands.check_readable(child, next(iter(expected)))
    assert process_of(child).pid != process.pid


def test_one_that_gives_no_answer_is_ended(child):
    process = process_of(child)
    with pytest.raises(localalt.EngineError, match="no answer for 0 seconds"):
        child.ask("devices", patience_s=0.0)
    process._thread.join(10)
    assert process.ending in ("SIGKILL", "exit status 1")


def test_a_model_is_loaded_in_the_child_that_runs_already(child, expected):
    picture, text = next(iter(expected.items()))
    errands.check_readable(child, picture)
    process = process_of(child)
    service = open_service("selftest", {"isolation": "process"}, early=child)
    child.close()  # which is somebody else's now
    with localalt.Describer.from_service(service) as describer:
        assert [place.worker.process.pid for place in service._here().pool._places] == [process.pid]
        assert describer.describe(picture).text == text
    assert process.ending


def test_a_fresh_child_loads_the_model_where_the_early_one_is_gone(child, expected):
    kill(child)
    picture, text = next(iter(expected.items()))
    with localalt.Describer.from_service(open_service("selftest", {"isolation": "process"}, early=child)) as describer:
        assert describer.describe(picture).text == text
