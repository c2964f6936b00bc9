"""How many slots a model gets: measured once, kept, and used by whatever loads or plans it next."""

import logging

import pytest

import localalt
from localalt import hardware, selftest, slots, widths
from localalt.errors import EngineError
from localalt.model import read_files
from localalt.types import Machine

MACHINE = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=2)
STEPS = {1: 0.010, 2: 0.011, 4: 0.013, 8: 0.018, 16: 0.036}
"""Eight are nearly as fast as one at a time: the knee."""


@pytest.fixture
def candidate():
    return read_files("model", selftest.WEIGHTS, selftest.MMPROJ).candidate(max_tokens=64)


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path):
    path = tmp_path / "widths.json"
    monkeypatch.setattr(widths, "store_path", lambda: path)
    return path


@pytest.fixture
def measurements(monkeypatch):
    """The limits that were measured up to, with times of our own."""
    limits = []

    def measure(model, *, limit, n_threads, use_gpu, flash_attn):
        limits.append(limit)
        return {width: seconds for width, seconds in STEPS.items() if width <= limit}

    monkeypatch.setattr(slots, "measure_widths", measure)
    return limits


def test_what_was_never_measured_has_the_default_and_is_not_settled(candidate):
    plan, is_settled = slots.planned(candidate, MACHINE)
    assert (plan.n_seq_max, is_settled) == (widths.UNMEASURED, False)


def test_a_measurement_settles_the_slots_and_is_kept(candidate, measurements):
    assert slots.measured(candidate, MACHINE, None).n_seq_max == 8
    plan, is_settled = slots.planned(candidate, MACHINE)
    assert (plan.n_seq_max, is_settled) == (8, True)
    assert measurements == [hardware.MAX_SLOTS_CPU]


def test_another_machine_is_measured_anew(candidate, measurements):
    slots.measured(candidate, MACHINE, None)
    other = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=4)
    assert not slots.planned(candidate, other)[1]


def test_where_memory_allows_one_slot_nothing_is_measured(candidate, monkeypatch):
    monkeypatch.setattr(hardware, "widest", lambda *_: 1)
    plan, is_settled = slots.planned(candidate, MACHINE)
    assert (plan.n_seq_max, is_settled) == (1, True)


def test_a_measurement_that_fails_leaves_the_default_and_is_told_in_the_log(candidate, monkeypatch, store, caplog):
    def fail(*_, **__):
        raise EngineError("no memory")

    monkeypatch.setattr(slots, "measure_widths", fail)
    with caplog.at_level(logging.WARNING, logger="localalt.slots"):
        assert slots.measured(candidate, MACHINE, None).n_seq_max == widths.UNMEASURED
    assert "no memory" in caplog.text
    assert not store.exists()


# --- from loading a model to the slots that it runs with ---


@pytest.fixture
def no_instrument(monkeypatch):
    """The selftest model, not recognised: its own slots are a constant, so that its batches are."""
    monkeypatch.setattr("localalt.model.ModelFiles.is_instrument", False)
    monkeypatch.setattr("localalt.model.ModelFiles.family", "selftest")  # asked in the words that it knows


def load():
    return localalt.load((selftest.WEIGHTS, selftest.MMPROJ), device="cpu")


def test_the_first_load_measures_and_later_ones_know(no_instrument, monkeypatch, measurements, expected):
    monkeypatch.setattr("localalt.describer.this_machine", lambda **_: MACHINE)
    for _ in range(2):
        with load() as describer:
            assert describer.plan.n_seq_max == 8
            assert len(describer._engine._context.in_graph) == 8
            assert (
                describer.plan.memory
                == hardware.plan(
                    read_files("model", selftest.WEIGHTS, selftest.MMPROJ).candidate(max_tokens=64),
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
        assert describer.plan.n_seq_max == widths.UNMEASURED
    assert measurements == []


def test_the_genuine_measurement_leaves_a_model_that_works(no_instrument, store, expected):
    with load() as describer:
        assert [alt.text for alt in describer.describe_many(expected)] == list(expected.values())
        assert describer.plan.n_seq_max in (1, 2, 4, 8, 16)
    assert store.exists()


def test_a_plan_tells_what_was_measured(no_instrument, measurements):
    candidate = read_files("model", selftest.WEIGHTS, selftest.MMPROJ).candidate(max_tokens=64)
    pair = (selftest.WEIGHTS, selftest.MMPROJ)
    assert localalt.models.plan_for(pair, MACHINE)[1].n_seq_max == widths.UNMEASURED
    slots.measured(candidate, MACHINE, None)
    assert localalt.models.plan_for(pair, MACHINE)[1].n_seq_max == 8
