"""Plugins that are there and compute on nothing: which files count, and what is said of them."""

import sys
from pathlib import Path

import pytest

from localalt import native, plugin_trial
from localalt.native.plugins import Plugin, without_devices
from localalt.plugin_trial import Outcome
from tests.support.plugins import broken


def folder(tmp_path, *names):
    for name in names:
        (tmp_path / name).touch()
    return tmp_path


def found(tmp_path, **registered):
    return [(each.backend, each.is_registered) for each in without_devices(tmp_path, registered)]


def test_a_plugin_that_did_not_register_counts_and_one_with_devices_does_not(tmp_path):
    folder(tmp_path, "libggml-cuda.so", "libggml-vulkan.so", "libggml-hip.so", "libllama.so", "localalt-build.json")
    assert found(tmp_path, Vulkan=1, CPU=1) == [("CUDA", False), ("ROCm", False)]
    assert found(tmp_path, CUDA=0, ROCm=1, Vulkan=2) == [("CUDA", True)]


def test_the_cpus_variants_are_skipped_by_their_score_and_are_no_faults(tmp_path):
    folder(tmp_path, "libggml-cpu-haswell.so", "libggml-cpu-zen4.so", "libggml-cpu.so", "libggml-base.so", "libggml.so")
    folder(tmp_path, "libggml-base.so.0", "libggml-base.so.0.25.3")
    assert found(tmp_path, CPU=1) == []


def test_windows_names_count_too_and_a_backend_that_is_new_has_its_files_name(tmp_path):
    folder(tmp_path, "ggml-cuda.dll", "ggml-base.dll", "ggml.dll", "ggml-quantum.dll")
    assert found(tmp_path) == [("CUDA", False), ("quantum", False)]
    assert found(tmp_path, QUANTUM=1) == [("CUDA", False)]


def test_of_the_installed_libraries_every_backend_computes():
    assert [each for each in native.plugins_without_devices() if each.backend not in ("BLAS", "RPC")] == []


@pytest.mark.skipif(sys.platform != "linux", reason="the words are those of Linux' loader")
def test_the_loaders_own_words_are_found(tmp_path):
    plugin = Plugin(broken(tmp_path / "libggml-cuda.so"), "CUDA", is_registered=False)
    assert "cannot open shared object file" in native.what_loader_says(plugin)


def test_a_plugin_that_loads_elsewhere_is_not_blamed(tmp_path, monkeypatch):
    monkeypatch.setattr(plugin_trial, "attempt", lambda *_: Outcome(1, "ggml_cuda_init: found 1 CUDA devices"))
    plugin = Plugin(tmp_path / "libggml-cuda.so", "CUDA", is_registered=False)
    assert native.what_loader_says(plugin) == native.LOADS_ELSEWHERE


@pytest.mark.parametrize("executable", ["", "/opt/app/photo-tool", None])
def test_no_other_program_is_started_in_place_of_python(tmp_path, monkeypatch, executable):
    monkeypatch.setattr(plugin_trial, "attempt", lambda *_: pytest.fail("started"))
    monkeypatch.setattr(sys, "executable", executable)
    assert native.what_loader_says(Plugin(Path("/a/libggml-hip.so"), f"of {executable}", is_registered=False)) == ""
