"""What other programs take of the processors, on a tree of files that stands in for Linux."""

import os

import pytest

from localalt.machine import disturbance
from localalt.machine.disturbance import Disturbance, busy_s

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@pytest.fixture
def proc(tmp_path, monkeypatch):
    """Sets seconds that each processor has been busy; this process may use the processors 0 and 2."""
    monkeypatch.setattr(disturbance, "usable", lambda: {0, 2})
    monkeypatch.setattr(os, "sysconf", lambda _: TICKS, raising=False)

    def write(*busy_s):
        rows = [("cpu", sum(busy_s)), *((f"cpu{number}", each) for number, each in enumerate(busy_s))]
        lines = [f"{name} {round(each * TICKS)} 0 0 999 9 0 0 0 0 0" for name, each in rows]
        (tmp_path / "stat").write_text("\n".join([*lines, "intr 5"]))
        return tmp_path

    return write


class Clock:
    now = own = 0.0

    def watch(self, folder):
        return Disturbance(proc=folder, clock=lambda: self.now, own=lambda: self.own)


def test_what_others_took_of_the_processors_that_may_be_used_is_a_share(proc):
    clock = Clock()
    watch = clock.watch(proc(10, 10, 10, 10))
    clock.now, clock.own = 2.0, 1.5
    proc(12, 99, 11.5, 99)  # 3.5 s of 4, of which 1.5 are its own
    assert watch.share() == pytest.approx(0.5)


def test_its_own_work_disturbs_nothing(proc):
    clock = Clock()
    watch = clock.watch(proc(0, 0, 0, 0))
    clock.now, clock.own = 2.0, 4.0
    proc(2, 0, 2, 0)
    assert watch.share() == 0.0


def test_before_a_while_nothing_is_known(proc):
    clock = Clock()
    watch = clock.watch(proc(0, 0, 0, 0))
    clock.now = 0.1
    proc(0.1, 0, 0.1, 0)
    assert watch.share() is None
    assert watch.share(least_s=0.0) == 1.0


def test_where_processors_are_not_reported_one_by_one_all_of_them_count(tmp_path, monkeypatch):
    monkeypatch.setattr(disturbance, "usable", lambda: {0, 1})
    (tmp_path / "stat").write_text(f"cpu {2 * TICKS} 0 0 999 9 0 0 0\n")
    assert busy_s(tmp_path, {0, 1}) == 2.0


@pytest.mark.parametrize("text", [None, "", "cpu\n", "cpu a b c d e f g h\n", "cpu 1 2\n"])
def test_what_the_platform_does_not_report_is_unknown(tmp_path, text):
    if text is not None:
        (tmp_path / "stat").write_text(text)
    clock = Clock()
    watch = clock.watch(tmp_path)
    clock.now = 5.0
    assert watch.share() is None
