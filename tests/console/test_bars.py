"""A download's bar: on a terminal, in a notebook, and nowhere else."""

import io
import sys
import types

import pytest

from localalt.console import DownloadBar, bars
from localalt.types import DownloadProgress


@pytest.fixture
def notebook(monkeypatch):
    """As ipykernel has it: a shell with the kernel's configuration, and a standard error that is not a terminal."""
    shell = types.SimpleNamespace(config={"IPKernelApp": {}})
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    return shell


def progress(done):
    return DownloadProgress("owner/name", "folder/we\x1b[31mights.gguf", done, 100)


def downloaded(monkeypatch, error):
    monkeypatch.setattr(sys, "stderr", error)
    with DownloadBar() as bar:
        for done in (10, 50, 100):
            bar(progress(done))
    return error.getvalue()


def test_a_notebook_shows_the_bar_and_a_file_does_not(monkeypatch, notebook):
    shown = downloaded(monkeypatch, io.StringIO())
    assert r"we\x1b[31mights.gguf" in shown
    assert "/100" in shown
    notebook.config = {}  # IPython in a terminal, whose standard error was redirected
    assert downloaded(monkeypatch, io.StringIO()) == ""


def test_without_ipython_there_is_no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not bars._is_notebook()
    assert downloaded(monkeypatch, io.StringIO()) == ""


def test_a_shell_that_is_not_running_is_not_a_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    assert not bars._is_notebook()


def test_the_bar_may_be_turned_off_in_a_notebook_too(monkeypatch, notebook):
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    assert downloaded(monkeypatch, io.StringIO()) == ""
