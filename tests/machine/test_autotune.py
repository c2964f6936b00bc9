"""How many slots a model gets: measured once, stored, and used by whatever loads or plans it next."""

import json
import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import localalt
from localalt import native, selftest
from localalt.devices import Machine
from localalt.errors import EngineError
from localalt.machine import autotune, batch_size, json_cache, picture_times, sweep_results, verdicts
from localalt.models import forecast
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.planning.settings import N_SEQ_MAX
from localalt.planning.tuning import Tuning
from tests.support.engine_probe import recorded

MACHINE = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=2)
STEPS = {1: 0.010, 2: 0.011, 4: 0.013, 8: 0.018, 16: 0.036}
"""Eight are nearly as fast as one at a time: the knee."""


@pytest.fixture
def candidate():
    return read_files("model", selftest.WEIGHTS, selftest.MMPROJ).spec(max_tokens=64)


def measured(candidate, model=None):
    return autotune.measured(autotune.planned(candidate, MACHINE), model)


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path):
    path = tmp_path / "widths.json"
    monkeypatch.setattr(batch_size, "store_path", lambda: path)
    return path


@pytest.fixture(autouse=True)
def disturbance(monkeypatch):
    """A quiet machine, until a test says otherwise by `others`."""

    class Fake:
        others = 0.0

        def share(self, **_):
            return self.others

    monkeypatch.setattr(autotune, "Disturbance", Fake)
    return Fake


@pytest.fixture
def measurements(monkeypatch):
    """The limits that were measured up to, with times of our own."""
    limits = []

    def measure(model, *, limit, n_threads, use_gpu, flash_attn, is_disturbed):
        limits.append(limit)
        found = {}
        for width, seconds in STEPS.items():
            if width <= limit:
                found[width] = [seconds, seconds * 1.1, seconds * 1.1]
                if is_disturbed():
                    break
        return found

    monkeypatch.setattr(autotune, "measure_widths", measure)
    return limits


def test_what_was_never_measured_has_the_default_and_is_not_settled(candidate):
    own = autotune.planned(candidate, MACHINE)
    assert (own.plan.n_seq_max, own.is_settled) == (N_SEQ_MAX, False)


def test_a_measurement_settles_the_slots_and_is_stored(candidate, measurements):
    assert measured(candidate).n_seq_max == 8
    own = autotune.planned(candidate, MACHINE)
    assert (own.plan.n_seq_max, own.is_settled) == (8, True)
    assert measurements == [planner.MAX_SLOTS_CPU]


def test_another_machine_is_measured_anew(candidate, measurements):
    measured(candidate)
    other = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=4)
    assert not autotune.planned(candidate, other).is_settled


def test_where_memory_allows_one_slot_nothing_is_measured(candidate, monkeypatch):
    monkeypatch.setattr(planner, "max_slots_worth_measuring", lambda *_: 1)
    own = autotune.planned(candidate, MACHINE)
    assert (own.plan.n_seq_max, own.is_settled) == (1, True)


def test_a_measurement_that_fails_leaves_the_default_and_is_reported_in_the_log(candidate, monkeypatch, store, caplog):
    def fail(*_, **__):
        raise EngineError("no memory")

    monkeypatch.setattr(autotune, "measure_widths", fail)
    with caplog.at_level(logging.WARNING, logger="localalt.machine.autotune"):
        assert measured(candidate).n_seq_max == N_SEQ_MAX
    assert "no memory" in caplog.text
    assert not store.exists()


# --- a busy machine, and several processes at once ---


@pytest.mark.parametrize("others", [0.06, 0.77, 1.0])
def test_a_busy_machine_stores_nothing_gets_a_cautious_number_and_is_measured_again(
    candidate, measurements, disturbance, store, others
):
    disturbance.others = others
    plan = measured(candidate)
    assert plan.n_seq_max == N_SEQ_MAX
    reported = f"4 at a time is a cautious number: other programs took {others:.0%} of the processors"
    assert plan.reasons[0].startswith(reported)
    assert plan.reasons[0].endswith("Nothing was stored, and the next load measures again.")
    assert not store.exists()
    disturbance.others = 0.02
    assert not autotune.planned(candidate, MACHINE).is_settled
    assert measured(candidate).n_seq_max == 8
    assert autotune.planned(candidate, MACHINE).plan.n_seq_max == 8


def test_a_busy_machine_is_not_measured_to_the_end(candidate, monkeypatch, disturbance):
    disturbance.others = 0.77
    steps = []

    def step_s(width):
        steps.append(width)
        return 0.01 * width**0.5

    def measure(model, *, limit, is_disturbed, **_):
        return {width: [s, s] for width, s in batch_size.measure(limit, step_s, is_disturbed=is_disturbed).items()}

    monkeypatch.setattr(autotune, "measure_widths", measure)
    assert measured(candidate).n_seq_max == N_SEQ_MAX
    assert steps == [1]


def test_steps_that_differ_are_noise_where_nobody_knows_what_others_take(candidate, monkeypatch, disturbance, store):
    """As on macOS and Windows, and on a GPU that others use."""
    disturbance.others = None
    repeats = {1: [0.010, 0.010], 2: [0.011, 0.019, 0.020, 0.021], 4: [0.013, 0.013]}
    monkeypatch.setattr(autotune, "measure_widths", lambda *_, **__: repeats)
    plan = measured(candidate)
    assert plan.n_seq_max == N_SEQ_MAX
    assert plan.reasons[0].startswith("4 at a time is a cautious number: steps of one width differed by 77%")
    assert not store.exists()


def test_a_plan_says_that_the_number_is_still_to_be_measured(candidate, measurements):
    assert autotune.UNMEASURED in autotune.planned(candidate, MACHINE).plan.reasons
    measured(candidate)
    assert autotune.UNMEASURED not in autotune.planned(candidate, MACHINE).plan.reasons


def test_one_thread_measures_and_the_others_take_its_result(candidate, monkeypatch):
    """Each opens the lock's file for itself, as processes do."""
    begun, go_on, models = threading.Semaphore(0), threading.Event(), []

    def measure(model, **_):
        models.append(model)
        begun.release()
        assert go_on.wait(60)
        return {width: [seconds, seconds] for width, seconds in STEPS.items()}

    monkeypatch.setattr(autotune, "measure_widths", measure)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(measured, candidate, "first")
        assert begun.acquire(timeout=60)
        others = [threads.submit(measured, candidate, f"other {n}") for n in range(3)]
        go_on.set()
        plans = [each.result(60) for each in (first, *others)]
    assert models == ["first"]
    assert {plan.n_seq_max for plan in plans} == {8}


def test_whoever_waits_too_long_for_others_has_a_cautious_number(candidate, measurements, monkeypatch, store):
    with monkeypatch.context() as patched, json_cache.one_at_a_time(store, wait_s=1) as is_ours:
        patched.setattr(autotune, "WAIT_S", 0.05)
        assert is_ours
        plan = measured(candidate)
    assert plan.n_seq_max == N_SEQ_MAX
    assert "other processes were measuring" in plan.reasons[0]
    assert measurements == []
    assert measured(candidate).n_seq_max == 8


HOLDER = """
import sys, time
from pathlib import Path
from localalt.machine import json_cache

with json_cache.one_at_a_time(Path(sys.argv[1]), wait_s=30) as is_ours:
    print(is_ours, flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_a_process_that_died_while_it_measured_blocks_nobody(candidate, measurements, store):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, store], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline().strip() == "True"
    with json_cache.one_at_a_time(store, wait_s=0.05) as is_ours:
        assert not is_ours
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert measured(candidate).n_seq_max == 8


def test_a_folder_that_takes_no_lock_is_measured_all_the_same(candidate, measurements, store, monkeypatch):
    blocked = store.parent / "file"
    blocked.write_text("in the folder's place")
    monkeypatch.setattr(batch_size, "store_path", lambda: blocked / "widths.json")
    assert measured(candidate).n_seq_max == 8


LOADER = """
import sys
from pathlib import Path
from localalt import selftest
from localalt.devices import Machine
from localalt.machine import autotune, batch_size
from localalt.models.files import read_files

folder, number = Path(sys.argv[1]), sys.argv[2]
batch_size.store_path = lambda: folder / "widths.json"

class Quiet:
    def share(self, **_):
        return 0.0

def measure(model, **_):
    (folder / f"measured-{number}").touch()
    knee = 2 ** int(number)  # each process would find another number
    return {width: [1.0 if width <= knee else float(width)] for width in (1, 2, 4, 8, 16)}

autotune.Disturbance, autotune.measure_widths = Quiet, measure
candidate = read_files("model", selftest.WEIGHTS, selftest.MMPROJ).spec(max_tokens=64)
machine = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=2)
print(autotune.measured(autotune.planned(candidate, machine), None).n_seq_max)
"""


@pytest.mark.slow
def test_four_processes_at_once_come_to_one_number(tmp_path):
    started = [
        subprocess.Popen([sys.executable, "-c", LOADER, tmp_path, str(n)], stdout=subprocess.PIPE, text=True)
        for n in (1, 2, 3, 4)
    ]
    numbers = {process.communicate(timeout=120)[0].strip() for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(numbers) == 1
    assert len(list(tmp_path.glob("measured-*"))) == 1


# --- what earlier versions stored ---


def test_what_was_stored_from_wrong_measurements_is_dropped_at_the_first_start(
    candidate, measurements, tmp_path, monkeypatch
):
    """Files as the code before wrote them: version 1. Verdicts are none of its business."""
    monkeypatch.setattr(sweep_results, "store_path", lambda: tmp_path / "tuned.json")
    monkeypatch.setattr(verdicts, "store_path", lambda: tmp_path / "doctor.json")
    plan = planner.plan(candidate, MACHINE)
    key = batch_size.key(candidate.shape.text.architecture, candidate.weights_bytes, plan, MACHINE)
    tuning = {"n_threads": 1, "n_ubatch": 256, "n_image_tokens": None, "flash_attn": False, "projector_on_gpu": None}
    old = {
        "widths.json": {key: {"limit": 16, "step_s": {"1": 0.01, "2": 0.009, "4": 0.008, "8": 0.007, "16": 0.006}}},
        "tuned.json": {
            sweep_results.key(candidate, MACHINE): {"goal": "throughput", "n_seq_max": 16, "tuning": tuning},
        },
        "doctor.json": {"some device": {"text": {"is_right": True}}},
    }
    for name, entries in old.items():
        version = verdicts.VERSION if name == "doctor.json" else 1
        (tmp_path / name).write_text(json.dumps({"version": version, "entries": entries}, indent=1) + "\n")
    own = autotune.planned(candidate, MACHINE)
    assert (own.plan.n_seq_max, own.plan.n_ubatch, own.is_settled) == (N_SEQ_MAX, 512, False)
    assert not (tmp_path / "widths.json").exists()
    assert not (tmp_path / "tuned.json").exists()
    assert json_cache.read(tmp_path / "doctor.json", version=verdicts.VERSION) == old["doctor.json"]
    assert measured(candidate).n_seq_max == 8


def test_what_was_measured_can_be_forgotten(candidate, measurements, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep_results, "store_path", lambda: tmp_path / "tuned.json")
    monkeypatch.setattr(picture_times, "store_path", lambda: tmp_path / "picture-times.json")
    assert not autotune.forget(candidate, MACHINE)
    measured(candidate)
    sweep_results.store(candidate, MACHINE, sweep_results.Best("throughput", 3, Tuning(n_ubatch=256)))
    batch_size.store("another model", STEPS, limit=16)
    time_key = picture_times.key(candidate, planner.plan(candidate, MACHINE, n_seq_max=1), MACHINE)
    picture_times.store(time_key, [2.0], n_pictures=8, day="2026-11-26")
    assert autotune.planned(candidate, MACHINE).plan.n_seq_max == 3
    assert autotune.forget(candidate, MACHINE)
    assert not autotune.planned(candidate, MACHINE).is_settled
    assert picture_times.lookup(time_key) is None
    assert batch_size.lookup("another model", limit=16) == 8


# --- from loading a model to the slots that it runs with ---


@pytest.fixture
def no_instrument(monkeypatch):
    """The selftest model, not recognised: its own slots are a constant, so that its batches are."""
    monkeypatch.setattr("localalt.models.files.ModelFiles.is_instrument", False)
    monkeypatch.setattr("localalt.models.files.ModelFiles.family", "selftest")  # asked in the words that it knows


PAIR = (selftest.WEIGHTS, selftest.MMPROJ)


def load():
    return localalt.load(PAIR, device="cpu")


@pytest.mark.slow
def test_the_first_load_measures_and_later_ones_know(no_instrument, monkeypatch, measurements, expected):
    monkeypatch.setattr("localalt.describer.loading.this_machine", lambda **_: MACHINE)
    contexts = recorded(monkeypatch, "localalt.engine.handles.Context", native.Context)
    for _ in range(2):
        with load() as describer:
            assert describer.plan.n_seq_max == 8
            assert len(contexts[-1].in_graph) == 8
            assert (
                describer.plan.memory
                == planner.plan(
                    read_files("model", selftest.WEIGHTS, selftest.MMPROJ).spec(max_tokens=64),
                    MACHINE,
                    n_seq_max=8,
                ).memory
            )
            assert [alt.text for alt in describer.describe_many(expected)] == list(expected.values())
    assert len(measurements) == 1


def test_a_number_that_was_asked_for_is_taken_unmeasured(no_instrument, measurements):
    with localalt.load((selftest.WEIGHTS, selftest.MMPROJ), device="cpu", n_seq_max=3) as describer:
        assert describer.plan.n_seq_max == 3
    assert measurements == []


def test_the_selftest_model_keeps_its_slots(measurements):
    with load() as describer:
        assert describer.plan.n_seq_max == N_SEQ_MAX
    assert measurements == []


@pytest.mark.slow
def test_the_genuine_measurement_leaves_a_model_that_works(no_instrument, store, expected, monkeypatch):
    monkeypatch.setattr(batch_size, "MAX_SPREAD", 1e9)  # this machine may be busy
    with load() as describer:
        assert [alt.text for alt in describer.describe_many(expected)] == list(expected.values())
        assert describer.plan.n_seq_max in (1, 2, 4, 8, 16)
    assert store.exists()


def test_a_plan_reports_what_was_measured(no_instrument, measurements):
    candidate = read_files("model", selftest.WEIGHTS, selftest.MMPROJ).spec(max_tokens=64)
    pair = (selftest.WEIGHTS, selftest.MMPROJ)
    assert forecast.plan_for(pair, MACHINE)[1].n_seq_max == N_SEQ_MAX
    measured(candidate)
    assert forecast.plan_for(pair, MACHINE)[1].n_seq_max == 8
