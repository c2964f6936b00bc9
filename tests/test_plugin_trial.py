"""A backend that is loaded in a process of its own: the loader's own words, whatever happens to that process."""

import json
import shutil
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from localalt import native, plugin_trial
from localalt.plugin_trial import Outcome, attempt, outcome
from tests.support.plugins import MISSING, broken

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the words are those of Linux' loader")


def answer(error="", **backends):
    return json.dumps({"error": error, "backends": backends})


# --- for real ---


@LINUX
def test_a_plugin_that_lacks_a_library_is_refused_in_the_loaders_words(tmp_path):
    broken(tmp_path / "libggml-cuda.so")
    found = attempt(sys.executable, tmp_path, "libggml-cuda.so", "CUDA")
    assert found.n_devices is None
    assert found.said.startswith(f"{MISSING[:15]}")
    assert found.said.endswith("cannot open shared object file: No such file or directory")


@LINUX
def test_a_file_that_is_no_library_is_refused_in_the_loaders_words(tmp_path):
    (tmp_path / "libggml-cuda.so").write_text("half a download")
    assert "file too short" in attempt(sys.executable, tmp_path, "libggml-cuda.so", "CUDA").said


@LINUX
def test_a_library_that_is_not_a_backend_is_refused_in_ggmls_words(tmp_path):
    folder = tmp_path / "lib"
    shutil.copytree(native.library_folder(), folder)
    shutil.copy(folder / "libmtmd.so", folder / "libggml-vulkan.so")
    found = attempt(sys.executable, folder, "libggml-vulkan.so", "Vulkan")
    assert found == Outcome(None, f"failed to find ggml_backend_init in {folder / 'libggml-vulkan.so'}")


def test_what_is_part_of_the_libraries_shows_its_devices():
    assert attempt(sys.executable, native.library_folder(), "", "CPU") == Outcome(1, "")


def test_the_program_runs_with_the_standard_library_alone(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    source = Path(plugin_trial.__file__).read_text(encoding="utf-8")
    assert "localalt" not in source.replace("localalt-", "")


def test_a_python_that_is_none_is_named(tmp_path):
    assert "nowhere cannot be run" in attempt(str(tmp_path / "nowhere"), tmp_path, "a.so", "CUDA").said


@pytest.mark.skipif(sys.platform == "win32", reason="a stand-in is a shell script")
@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("kill -SEGV $$", "loading it ends the process with SIGSEGV"),
        ("echo 'driver: lost' >&2; exit 3", "loading it ends the process with exit status 0x3: driver: lost"),
        ("exec sleep 30", "it does not load within 0.2 seconds"),
    ],
)
def test_a_driver_that_ends_the_process_or_hangs_ends_only_that(tmp_path, monkeypatch, does, said):
    monkeypatch.setattr(plugin_trial, "TIMEOUT_S", 0.2)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nexec 2>&1\n{does}\n" if "driver" not in does else f"#!/bin/sh\n{does}\n")
    python.chmod(0o755)
    assert attempt(str(python), tmp_path, "libggml-cuda.so", "CUDA") == Outcome(None, said)


# --- what is understood ---


@pytest.mark.parametrize(
    ("status", "output", "log", "found"),
    [
        (0, answer(CUDA=2, CPU=1), "loaded CUDA backend from /a/libggml-cuda.so\n", Outcome(2, "")),
        (0, answer(CUDA=0), "ggml_cuda_init: failed: no device\n", Outcome(0, "ggml_cuda_init: failed: no device")),
        (0, answer(CPU=1), "load_backend: it returned NULL\n\n", Outcome(None, "it returned NULL")),
        (0, "a driver's own line\n" + answer("libx.so: no"), "", Outcome(None, "libx.so: no")),
        (0, "", "something", Outcome(None, "something")),
        (0, "[1]", "", Outcome(None, "")),
        (-signal.SIGABRT, "", "", Outcome(None, "loading it ends the process with SIGABRT")),
        (-250, "", "", Outcome(None, "loading it ends the process with signal 250")),
        (0xC0000005, "", "", Outcome(None, "loading it ends the process with exit status 0xc0000005")),
    ],
)
def test_status_output_and_log_are_understood(status, output, log, found):
    assert outcome(status, output, log, "CUDA") == found


@given(status=st.integers(-300, 300), output=st.text(), log=st.text())
def test_whatever_a_process_prints_is_bounded_and_raises_nothing(status, output, log):
    assert len(outcome(status, output, log, "CUDA").said) < 400
