"""The full counts can be run by name, and a skip that nobody agreed to fails the run."""

import importlib
import os

import pytest

from scripts.checks import skips, soak
from scripts.checks.outcome import Outcome


def test_every_soak_has_a_count_and_a_first_line():
    for name in soak.names():
        module = importlib.import_module(f"scripts.checks.soak_{name.replace('-', '_')}")
        assert module.COUNT > 0
        assert module.__doc__.splitlines()[0].endswith(".")
        assert callable(module.soak)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the faults that are planted are those of Unix")
@pytest.mark.parametrize(("name", "count"), [("worker_kills", 20), ("planted_aborts", 12)])
def test_a_sample_of_the_soaks_that_end_children_loses_no_picture(name, count):
    module = importlib.import_module(f"scripts.checks.soak_{name}")
    assert module.soak(count, seed=1).failures == ()


def test_an_unknown_soak_is_named(capsys):
    assert soak.main(["everything"]) == 2
    assert "'everything'" in capsys.readouterr().err


@pytest.mark.parametrize(("failures", "status"), [((), 0), (tuple(f"case {n}" for n in range(30)), 1)])
def test_a_soak_prints_its_figures_and_says_what_failed(monkeypatch, capsys, failures, status):
    class Module:
        COUNT = 50

        @staticmethod
        def soak(count, *, seed):
            return Outcome(count, failures, (f"seed {seed}",))

    monkeypatch.setattr(soak, "names", lambda: ["stand-in"])
    monkeypatch.setattr(soak, "_module", lambda name: Module)
    assert soak.main(["stand-in", "--seed", "7"]) == status
    out = capsys.readouterr().out
    assert "seed 7" in out
    assert f"50 cases, {len(failures)} failed" in out
    assert out.count("FAILED") == min(len(failures), 20)


def results(path, *reasons):
    cases = "".join(
        f'<testcase classname="tests.test_a" name="b"><skipped message="{each}"/></testcase>' for each in reasons
    )
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    return str(path)


def test_only_skips_with_an_agreed_reason_pass(tmp_path, capsys):
    assert skips.main([results(tmp_path / "a.xml")]) == 0
    assert skips.main([results(tmp_path / "b.xml", *skips.ALLOWED)]) == 0
    assert skips.main([results(tmp_path / "c.xml", "no browser here")]) == 1
    assert "tests.test_a::b was skipped: no browser here" in capsys.readouterr().err
