"""Loading plans a model once, and hands what it loaded to a Describer."""

import dataclasses
import functools

import pytest

import localalt
from localalt import selftest
from localalt.describer import loading
from localalt.describer.loading import load_model
from localalt.devices import RAM, Machine, Share
from localalt.engine.engine import Engine
from localalt.machine import autotune, batch_size
from localalt.models import choose, local, reference
from localalt.models.catalog import CATALOG
from localalt.planning import planner
from localalt.planning.settings import N_SEQ_MAX
from localalt.planning.tuning import Tuning
from localalt.types import Notice
from tests.support.fake_engine import FakeEngine, fake_model
from tests.support.hub import Hub, use_hub

PAIR = (selftest.WEIGHTS, selftest.MMPROJ)
LAPTOP = Machine(ram_free_bytes=14_000_000_000, ram_total_bytes=16_000_000_000, n_cores=4)


@pytest.fixture
def plans(monkeypatch):
    """The models that a plan was made for, one entry for each plan."""
    plan, made = planner.plan, []

    @functools.wraps(plan)
    def count(candidate, machine, **options):
        made.append(candidate.name)
        return plan(candidate, machine, **options)

    monkeypatch.setattr(planner, "plan", count)
    return made


@pytest.fixture
def no_instrument(monkeypatch):
    """The selftest model, not recognised, so that its slots are measured."""
    monkeypatch.setattr("localalt.models.files.ModelFiles.is_instrument", False)
    monkeypatch.setattr("localalt.models.files.ModelFiles.family", "selftest")


@pytest.fixture(autouse=True)
def measured(monkeypatch, tmp_path):
    """Where what is measured is stored, and a measurement that finds eight slots."""
    monkeypatch.setattr("localalt.describer.loading.this_machine", lambda **_: LAPTOP)
    monkeypatch.setattr("localalt.describer.loading.with_free_memory", lambda machine: machine)
    monkeypatch.setattr(batch_size, "store_path", lambda: tmp_path / "widths.json")
    steps = {1: 0.010, 2: 0.011, 4: 0.013, 8: 0.018, 16: 0.036}
    monkeypatch.setattr(
        autotune,
        "measure_widths",
        lambda *_, limit, **__: {width: [s, s] for width, s in steps.items() if width <= limit},
    )
    monkeypatch.setattr(autotune, "Disturbance", lambda: type("Quiet", (), {"share": lambda self, **_: 0.0})())


def load(model=PAIR, **options):
    loaded = load_model(model, {"device": "cpu", **options})
    loaded.engine.close()
    return loaded.engine.plan


@pytest.mark.parametrize("options", [{"n_seq_max": 2}, {"n_seq_max": 2, "tuning": Tuning(n_threads=1)}])
def test_a_load_with_a_number_of_slots_plans_once(plans, no_instrument, options):
    assert load(**options).n_seq_max == 2
    assert len(plans) == 1


def test_a_load_of_the_instrument_plans_once(plans):
    load("selftest")
    assert len(plans) == 1


def test_a_load_whose_slots_were_never_measured_plans_once_and_again_with_the_number_that_was_found(
    plans, no_instrument
):
    assert load().n_seq_max == 8
    assert len(plans) == 2


def test_a_load_whose_slots_are_known_plans_to_find_what_they_hold_for_and_with_them(plans, no_instrument):
    load()
    plans.clear()
    assert load().n_seq_max == 8
    assert len(plans) == 2


def test_slots_that_are_known_to_be_the_usual_number_need_no_other_plan(plans, no_instrument, monkeypatch):
    monkeypatch.setattr(batch_size, "lookup", lambda *_, **__: N_SEQ_MAX)
    assert load().n_seq_max == N_SEQ_MAX
    assert len(plans) == 1


def test_the_plan_follows_what_is_free_once_the_files_are_here(monkeypatch):
    """A download takes minutes, and other programs take memory meanwhile."""
    events, opened = [], loading._open

    def open_files(*arguments):
        files = opened(*arguments)
        events.append("files")
        return files

    def measure(machine):
        events.append("memory")
        return dataclasses.replace(machine, ram_free_bytes=1_000)

    monkeypatch.setattr(loading, "_open", open_files)
    monkeypatch.setattr(loading, "with_free_memory", measure)
    assert load("selftest").missing_bytes > 0
    assert events[:2] == ["files", "memory"]


def load_share(share, **options):
    loaded = load_model(PAIR, {"device": "cpu", **options}, share=share)
    loaded.engine.close()
    return loaded.engine.plan


def test_a_process_that_shares_the_machine_takes_another_ones_slots_and_measures_nothing(no_instrument, monkeypatch):
    monkeypatch.setattr(autotune, "measure_widths", lambda *_, **__: pytest.fail("it measured"))
    plan = load_share(Share(2, 2, {RAM: 1_000_000_000}, n_slots=6))
    assert (plan.n_seq_max, plan.n_threads) == (6, 2)
    assert any("1.00 GB are free for each of 2 processes" in reason for reason in plan.reasons)


def test_slots_of_another_process_are_nothing_against_those_that_are_stored_or_asked_for(no_instrument):
    assert load_share(Share(2)).n_seq_max == 8  # measured, and stored for shares of this size
    assert load_share(Share(2, n_slots=6)).n_seq_max == 8
    assert load_share(Share(2, n_slots=6), n_seq_max=3).n_seq_max == 3


def test_slots_measured_on_a_share_are_not_those_of_the_whole_machine(no_instrument, monkeypatch):
    measured_with = []

    def measure(*_, limit, n_threads, **__):
        measured_with.append(n_threads)
        return {1: [0.01, 0.01]}

    monkeypatch.setattr(autotune, "measure_widths", measure)
    for share in (Share(), Share(2), Share(4), Share(2)):
        load_share(share)
    assert measured_with == [4, 2, 1]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A hub that has every model that "auto" may choose; all are the selftest model inside."""
    files = {"model-Q4_K_M.gguf": selftest.WEIGHTS.read_bytes(), "mmproj-F16.gguf": selftest.MMPROJ.read_bytes()}
    with Hub() as hub:
        use_hub(monkeypatch, hub.url, tmp_path / "home")
        for entry in CATALOG.values():
            hub.add(entry.repository, files)
        yield hub


@pytest.mark.slow
def test_auto_plans_each_model_that_it_looks_at_once_and_then_the_files_of_the_one_it_takes(home, plans):
    for _ in range(2):  # downloaded, and then here
        load("auto", n_seq_max=2)
        name = str(choose.auto(LAPTOP).named)
        others = plans[: plans.index(name)]
        # What it takes: by the catalog's sizes, and by those of its files.
        assert plans[len(others) : len(others) + 2] == [name] * 2
        assert len(set(others)) == len(others)
        plans.clear()


@pytest.mark.slow
def test_a_model_of_the_catalog_is_planned_before_its_download_and_once_by_its_files(home, plans):
    load("qwen3.5-0.8b", n_seq_max=2)
    assert plans == ["qwen3.5-0.8b:Q4_K_M"] * 2
    plans.clear()
    load("qwen3.5-0.8b", n_seq_max=2)
    assert plans == ["qwen3.5-0.8b:Q4_K_M"]
    assert local.find(reference.parse("qwen3.5-0.8b")) is not None


def test_a_describer_of_a_model_that_is_handed_in_asks_and_closes_its_engine(expected):
    engine, notice = FakeEngine(lambda _: "Two dogs on a beach."), Notice("instrument", "It is a fake.")
    with localalt.Describer.from_loaded(fake_model(engine, notices=(notice,))) as describer:
        alt = describer.describe(next(iter(expected)))
        assert (alt.text, alt.warnings[0], describer.notices) == ("Two dogs on a beach.", notice, (notice,))
        assert describer.plan == engine.plan
        assert not engine.is_closed
    assert engine.is_closed
    with pytest.raises(localalt.ClosedError):
        describer.describe(next(iter(expected)))


def test_what_fails_after_the_engine_was_started_closes_it(monkeypatch):
    closed, close = [], Engine.close
    monkeypatch.setattr(Engine, "close", lambda self: (closed.append(self), close(self)))
    monkeypatch.setattr("localalt.describer.loading.complete", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load_model("selftest", {"device": "cpu"})
    assert len(closed) == 1
