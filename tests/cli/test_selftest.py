"""`python -m localalt.selftest`: rates of held-out pictures, and an exit status that says whether they suffice."""

import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from localalt.cli import selftest as command
from localalt.selftest import UNSEEN, HeldOut


@pytest.fixture
def rates(monkeypatch, capsys):
    """Run the command on 100 required pictures and one of an unseen word: (exit status, lines)."""

    def run(*, n_exact, n_like_torch):
        names = [f"{index}.png" for index in range(101)]
        pictures = tuple(
            HeldOut(
                name,
                "word" if index < 100 else UNSEEN,
                "right" if index < n_exact else "missed",
                {"selftest": "right" if index < n_like_torch else "other"},
                b"",
            )
            for index, name in enumerate(names)
        )
        one = SimpleNamespace(text="right")
        describer = SimpleNamespace(describe=lambda _: one, describe_many=lambda images: [one for _ in images])
        monkeypatch.setattr(command, "held_out", lambda: pictures)
        monkeypatch.setattr(command, "load", lambda _, **__: nullcontext(describer))
        return command.main(["selftest"]), capsys.readouterr().out.splitlines()

    return run


@pytest.mark.parametrize(
    ("n_exact", "n_like_torch", "status"), [(100, 101, 0), (97, 101, 0), (96, 101, 1), (100, 100, 0), (100, 99, 1)]
)
def test_97_percent_must_be_exact_and_99_percent_as_in_torch(rates, n_exact, n_like_torch, status):
    found, lines = rates(n_exact=n_exact, n_like_torch=n_like_torch)
    assert found == status
    assert lines[1].split() == ["exact", f"{n_exact / 100:.1%}", f"{n_exact}", "of", "100"]


def test_unseen_words_are_measured_and_not_required(rates):
    status, lines = rates(n_exact=100, n_like_torch=101)
    assert status == 0
    assert any(line.strip().startswith(f"{UNSEEN}s    0.0%  0 of 1 ") for line in lines)


@pytest.mark.slow
def test_the_module_is_the_command(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "localalt.selftest", "nobody"], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "there is no known-answer model nobody: write one of selftest, " in run.stderr
