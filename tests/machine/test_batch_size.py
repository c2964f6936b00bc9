"""The batch width: what is measured on made-up machines, what follows from it, and how it is stored."""

import dataclasses
import errno
import json
import logging
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from hypothesis import example, given, strategies as st

from localalt.devices import Device, Machine
from localalt.machine import batch_size
from localalt.models import choose
from localalt.models.catalog import CATALOG
from localalt.planning import planner
from localalt.planning.settings import N_SEQ_MAX
from tests.support.machines import gpu, machine, model

KNEE_AT_4 = {1: 1 / 16, 2: 2 / 26, 4: 4 / 40, 8: 8 / 41, 16: 16 / 39}
GAINING = {1: 1.0, 2: 1.2, 4: 1.5}

seconds = st.floats(0, 1e6, allow_nan=False)
powers_of_two = st.integers(0, 6).map(lambda n: 2**n)
measurements = st.dictionaries(powers_of_two, seconds, min_size=1)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The path of the file, in a folder that does not exist yet."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return batch_size.store_path()


# --- which width follows ---


def test_the_smallest_width_is_chosen_that_is_nearly_the_fastest():
    assert batch_size.choose(KNEE_AT_4, limit=16) == 4


def test_a_wider_step_that_is_faster_is_taken_as_it_is():
    assert batch_size.choose({1: 1.0, 2: 0.5, 4: 2.0, 8: 4.0}, limit=8) == 2


def test_where_a_batch_brings_nothing_there_is_one_slot():
    assert batch_size.choose({1: 1.0, 2: 2.0, 4: 4.1}, limit=16) == 1


def test_where_time_did_not_allow_to_measure_the_constant_it_is_taken():
    assert batch_size.choose({1: 3.0}, limit=16) == N_SEQ_MAX
    assert batch_size.choose({1: 3.0, 2: 6.0}, limit=16) == N_SEQ_MAX
    assert batch_size.choose({1: 3.0}, limit=2) == 2
    assert batch_size.choose({}, limit=16) == N_SEQ_MAX


def test_where_memory_allows_no_more_to_be_measured_that_is_enough_to_choose():
    assert batch_size.choose({1: 3.0, 2: 3.5}, limit=2) == 2
    assert batch_size.choose({1: 3.0, 2: 6.0}, limit=2) == 1
    assert batch_size.choose({1: 3.0, 2: 6.0}, limit=3) == 1
    assert batch_size.choose({1: 3.0}, limit=1) == 1


def test_widths_beyond_the_limit_do_not_count():
    assert batch_size.choose({1: 1.0, 2: 1.0, 4: 1.9, 8: 0.1}, limit=4) == 2


@given(measurements, powers_of_two)
@example({1: 0.0, 2: 0.0}, 2)
def test_whatever_was_measured_the_choice_is_within_the_limit_and_no_narrower_one_was_as_good(step_s, limit):
    chosen = batch_size.choose(step_s, limit=limit)
    assert 1 <= chosen <= limit
    tps = {width: width / max(each, 1e-9) for width, each in step_s.items() if width <= limit}
    if max(tps, default=0) < min(N_SEQ_MAX, limit):
        assert chosen == min(N_SEQ_MAX, limit)
        return
    enough = max(tps.values()) * batch_size.GOOD_SHARE
    assert tps[chosen] >= enough
    assert all(value < enough for width, value in tps.items() if width < chosen)


# --- what is measured ---


class Fake:
    """A machine whose steps take the seconds in `step_s`, and a measurement `n_steps` of them."""

    def __init__(self, step_s, n_steps=3):
        self.of, self.n_steps, self.now = step_s, n_steps, 0.0

    def clock(self):
        return self.now

    def step_s(self, width):
        self.now += self.of(width) * self.n_steps
        return self.of(width)

    def measure(self, limit):
        return batch_size.measure(limit, self.step_s, clock=self.clock)


def at(tps):
    """Seconds of a step by tokens/s, at the widths 1, 2, 4 …"""
    return lambda width: width / tps[width.bit_length() - 1]


def test_widths_double_as_long_as_they_gain():
    assert list(Fake(lambda width: 0.001 * (1 + width / 100)).measure(64)) == [1, 2, 4, 8, 16, 32, 64]


def test_two_doublings_without_a_gain_are_the_end():
    assert list(Fake(at([100, 170, 260, 150, 250, 900, 900])).measure(64)) == [1, 2, 4, 8, 16]


def test_one_doubling_without_a_gain_is_not_the_end():
    """So it is on CPUs from one to two, and where a GPU changes its kernels."""
    assert list(Fake(at([100, 102, 150, 250, 250, 400, 800])).measure(64)) == [1, 2, 4, 8, 16, 32, 64]


def test_a_width_that_would_take_too_long_is_not_begun():
    fake = Fake(lambda width: 0.1 * (1 + width / 4), n_steps=4)
    assert list(fake.measure(64)) == [1, 2]
    assert fake.now <= batch_size.BUDGET_S


def test_however_slow_a_machine_is_one_width_is_measured():
    assert Fake(lambda _: 60.0).measure(64) == {1: 60.0}


@given(st.lists(seconds, min_size=7, max_size=7), st.integers(1, 64))
def test_only_powers_of_two_within_the_limit_are_measured_each_once(step_s, limit):
    fake = Fake(lambda width: step_s[width.bit_length() - 1])
    measured = fake.measure(limit)
    assert list(measured) == [2**n for n in range(len(measured))]
    assert max(measured) <= limit
    assert measured == {width: step_s[width.bit_length() - 1] for width in measured}


@given(st.floats(1e-4, 1), st.lists(st.floats(1, 2), min_size=6, max_size=6), st.integers(1, 5))
def test_steps_that_at_most_double_stay_within_the_time_after_the_first(first_s, factors, n_steps):
    step_s = [first_s]
    for factor in factors:
        step_s.append(step_s[-1] * factor)
    fake = Fake(lambda width: step_s[width.bit_length() - 1], n_steps)
    measured = fake.measure(64)
    assert len(measured) == 1 or fake.now <= batch_size.BUDGET_S * (1 + 1e-9)


# --- what it holds for ---

GPU = Device("CUDA0", "Some GPU", "CUDA", False, 23_000_000_000, 24_000_000_000)
MACHINE = Machine(60_000_000_000, 64_000_000_000, 8, (GPU,))
PLAN = planner.plan(choose.spec_of(CATALOG["qwen3.5-4b"]), MACHINE)


def key(architecture="qwen35", weights_bytes=2_700_000_000, machine=MACHINE, **settings):
    return batch_size.key(architecture, weights_bytes, dataclasses.replace(PLAN, **settings), machine)


@pytest.mark.parametrize(
    "other",
    [
        {"architecture": "gemma4"},
        {"weights_bytes": 2_700_000_001},
        {"layers": (("CPU", PLAN.n_layer + 1),)},
        {"layers": (("CPU", 2), ("CUDA0", PLAN.n_layer - 1))},
        {"n_threads": 4},
        {"repacks_weights": False},
        {"machine": dataclasses.replace(MACHINE, devices=(dataclasses.replace(GPU, description="Another GPU"),))},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_changes_the_speed_is_measured_anew(other):
    assert key(**other) != key()


def test_another_cpu_or_llama_cpp_python_is_measured_anew(monkeypatch):
    keys = {key()}
    with monkeypatch.context() as patched:
        patched.setattr(batch_size, "cpu_name", lambda: "Another CPU")
        keys.add(key())
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.3.99")
    keys.add(key())
    assert len(keys) == 3


def test_what_does_not_change_the_speed_is_not_measured_anew():
    idle = dataclasses.replace(GPU, name="CUDA1", description="A GPU that has no layers", free_bytes=1)
    busy = dataclasses.replace(MACHINE, ram_free_bytes=1, devices=(dataclasses.replace(GPU, free_bytes=1), idle))
    assert key(n_seq_max=1, n_ctx_seq=512, n_image_tokens=64, reasons=(), machine=busy) == key()


# --- how it is stored ---


def test_a_measurement_is_stored_by_its_key(store):
    assert batch_size.lookup("a", limit=16) is None
    batch_size.store("a", KNEE_AT_4, limit=16)
    batch_size.store("b", {1: 1.0, 2: 2.0, 4: 4.0}, limit=16)
    assert (batch_size.lookup("a", limit=16), batch_size.lookup("b", limit=16), batch_size.lookup("c", limit=16)) == (
        4,
        1,
        None,
    )


def test_the_times_are_stored_so_that_another_rule_finds_another_width(store, monkeypatch):
    batch_size.store("a", KNEE_AT_4, limit=16)
    monkeypatch.setattr(batch_size, "GOOD_SHARE", 0.3)
    assert batch_size.lookup("a", limit=16) == 1


def test_a_lower_limit_is_respected(store):
    batch_size.store("a", KNEE_AT_4, limit=16)
    assert batch_size.lookup("a", limit=2) == 2


def test_with_room_for_more_what_ended_at_its_limit_before_the_knee_is_measured_anew(store):
    batch_size.store("a", GAINING, limit=4)
    batch_size.store("b", {1: 1.0, 2: 2.0}, limit=2)
    assert (batch_size.lookup("a", limit=4), batch_size.lookup("b", limit=2)) == (4, 1)
    assert (batch_size.lookup("a", limit=16), batch_size.lookup("b", limit=16)) == (
        None,
        None,
    )  # two may not gain, yet four


def test_with_room_for_more_what_had_no_gain_left_is_not_measured_anew(store):
    batch_size.store("a", {1: 1.0, 2: 1.1, 4: 2.2, 8: 4.4}, limit=8)
    assert batch_size.lookup("a", limit=16) == 2


def test_what_time_cut_short_is_not_measured_anew(store):
    batch_size.store("a", {1: 3.0}, limit=16)
    assert batch_size.lookup("a", limit=32) == N_SEQ_MAX


def test_the_oldest_entries_make_room_and_one_stored_again_is_new(store, monkeypatch):
    monkeypatch.setattr(batch_size, "MAX_ENTRIES", 3)
    for name in "abcad":
        batch_size.store(name, KNEE_AT_4, limit=16)
    assert [name for name in "abcd" if batch_size.lookup(name, limit=16)] == ["a", "c", "d"]


# --- whatever lies there ---

DAMAGED = {
    "empty": b"",
    "cut": b'{"version": 1, "entries": {"a": {"lim',
    "no-text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "list": b"[]",
    "null": b"null",
    "no-version": b'{"entries": {}}',
    "word-version": b'{"version": "one", "entries": {}}',
    "null-entries": b'{"version": 1, "entries": null}',
    "list-entries": b'{"version": 1, "entries": []}',
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_holds_nothing_and_is_replaced(store, content):
    store.parent.mkdir()
    store.write_bytes(content)
    assert batch_size.lookup("a", limit=16) is None
    batch_size.store("a", KNEE_AT_4, limit=16)
    assert batch_size.lookup("a", limit=16) == 4


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        4,
        {},
        {"limit": 16},
        {"limit": 16, "step_s": {}},
        {"limit": 16, "step_s": [0.1]},
        {"limit": 16, "step_s": {"one": 0.1}},
        {"limit": 16, "step_s": {"0": 0.1}},
        {"limit": 16, "step_s": {"-4": 0.1}},
        {"limit": 16, "step_s": {"1": "x"}},
        {"limit": 16, "step_s": {"1": None}},
        {"limit": 16, "step_s": {"1": -1.0}},
        {"limit": 16, "step_s": {"1": float("nan")}},
        {"limit": 16, "step_s": {"1": float("inf")}},
        {"limit": 16, "step_s": {"1": 10**400}},
        {"limit": "16", "step_s": {"1": 0.1}},
        {"limit": None, "step_s": {"1": 0.1}},
    ],
    ids=str,
)
def test_an_entry_that_is_not_a_measurement_counts_as_none_and_the_others_stay(store, entry):
    batch_size.store("sound", KNEE_AT_4, limit=16)
    content = json.loads(store.read_text())
    content["entries"]["a"] = entry
    store.write_text(json.dumps(content))
    assert batch_size.lookup("a", limit=16) is None
    batch_size.store("b", KNEE_AT_4, limit=16)
    assert (batch_size.lookup("sound", limit=16), batch_size.lookup("b", limit=16)) == (4, 4)


def test_a_newer_localalts_file_is_left_alone(store):
    store.parent.mkdir()
    newer = f'{{"version": {batch_size.VERSION + 1}, "entries": {{"a": 4}}}}'
    store.write_text(newer)
    assert batch_size.lookup("a", limit=16) is None
    batch_size.store("a", KNEE_AT_4, limit=16)
    assert store.read_text() == newer


def nothing_is_stored(caplog):
    with caplog.at_level(logging.DEBUG, "localalt.machine.batch_size"):
        assert batch_size.lookup("new", limit=16) is None
        batch_size.store("new", KNEE_AT_4, limit=16)
        assert batch_size.lookup("new", limit=16) is None
    return {record.levelno for record in caplog.records} == {logging.DEBUG}


def test_a_folder_that_cannot_be_made_is_not_an_error(store, caplog):
    store.parent.write_text("a file")
    assert nothing_is_stored(caplog)


def test_a_folder_in_the_files_place_is_not_an_error(store, caplog):
    store.mkdir(parents=True)
    assert nothing_is_stored(caplog)


def test_a_folder_that_may_not_be_read_or_written_is_not_an_error(store, caplog, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    batch_size.store("old", KNEE_AT_4, limit=16)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert nothing_is_stored(caplog)


@pytest.mark.parametrize("call", ["json.dumps", "pathlib.Path.replace"])
def test_a_full_disk_is_not_an_error_and_leaves_what_was_there(store, caplog, monkeypatch, call):
    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    batch_size.store("old", KNEE_AT_4, limit=16)
    with monkeypatch.context() as patched:
        patched.setattr(call, fail)
        assert nothing_is_stored(caplog)
    assert batch_size.lookup("old", limit=16) == 4
    assert list(store.parent.iterdir()) == [store]


def test_without_a_home_nothing_is_written_into_the_current_folder(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/localalt"))
    assert nothing_is_stored(caplog)
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys
from pathlib import Path
from localalt.machine import batch_size as widths

widths.store_path = lambda: Path(sys.argv[1])
for n in range(30):
    widths.store(f"{sys.argv[2]} {n}", {1: 1.0, 2: 2.0, 4: 4.0}, limit=16)
    widths.lookup("always", limit=16)
"""


@pytest.mark.slow
def test_several_processes_at_once_never_damage_the_file(store):
    batch_size.store("always", KNEE_AT_4, limit=16)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, store, str(n)]) for n in range(3)]
    reads = []
    while any(writer.poll() is None for writer in writers):
        reads.append(batch_size.lookup("always", limit=16))
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    # Whoever reads the file finds a whole one; what was there before them all is never lost.
    assert set(reads) == {4}
    assert any(batch_size.lookup(f"{n} 29", limit=16) == 1 for n in range(3))
    assert list(store.parent.iterdir()) == [store]


def test_a_measurement_holds_for_experts_and_prompts_where_they_were():
    def key(name, size):
        here = machine(ram=48, gpus=[gpu(size)])
        own = planner.plan(model(name), here)
        return batch_size.key("any", 1, own, here)

    few, more = key("qwen3.6-35b-a3b", 8), key("qwen3.6-35b-a3b", 12)
    assert few != more
    assert "experts of" in few
    assert "prompts on CUDA0" in key("qwen3.5-2b", 2)
    assert "experts" not in key("qwen3.5-2b", 24)
