"""Backends that are installed and compute on nothing: which of them are faults, and what every command says of them."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from localalt import cli, machine, native
from localalt.describer import loading
from localalt.devices import Device
from localalt.machine import graphics, plugins
from localalt.machine.graphics import Card
from localalt.native import Plugin
from tests.support.plugins import MISSING, broken, libraries

NVIDIA = Card("NVIDIA GeForce RTX 3060", "NVIDIA", "nvidia")
RADEON = Card("AMD Phoenix1", "AMD", "amdgpu", gfx="gfx1103")
CONSOLE = Card("ASPEED", "ASPEED", why_not="it is a remote console")
CUDA = Plugin(Path("/a/lib/libggml-cuda.so"), "CUDA", is_registered=False)
ROCM = Plugin(Path("/a/lib/libggml-hip.so"), "ROCm", is_registered=False)
VULKAN = Plugin(Path("/a/lib/libggml-vulkan.so"), "Vulkan", is_registered=True)
BLAS = Plugin(Path("/a/lib/libggml-blas.so"), "BLAS", is_registered=False)
RPC = Plugin(Path("/a/lib/libggml-rpc.so"), "RPC", is_registered=True)
SAID = "libcunothing.so.13: cannot open shared object file: No such file or directory"


@pytest.fixture
def here(monkeypatch):
    """Puts cards into the machine, plugins into the installation, and GPUs into llama.cpp."""

    def put(cards=(), without=(), in_use=()):
        cpu = tuple(each for each in native.devices() if each.kind == "cpu")
        monkeypatch.setattr(graphics, "cards", lambda: tuple(cards))
        monkeypatch.setattr(native, "plugins_without_devices", lambda: tuple(without))
        monkeypatch.setattr(native, "what_loader_says", lambda plugin: SAID)
        monkeypatch.setattr(native, "gpus", lambda: tuple(in_use))
        monkeypatch.setattr(native, "devices", lambda: (*in_use, *cpu))

    return put


def gpu(name, backend, description):
    return Device(name, description, backend, False, 8 << 30, 8 << 30)


# --- what is a fault ---


@pytest.mark.parametrize(
    ("cards", "without", "faults"),
    [
        ([NVIDIA], [CUDA], ["CUDA"]),
        ([RADEON], [CUDA], []),  # built for every card, and no such card is here
        ([], [CUDA, ROCM, VULKAN], []),
        ([CONSOLE], [CUDA, VULKAN], []),
        ([RADEON], [CUDA, ROCM, VULKAN], ["ROCm", "Vulkan"]),
        ([Card("GPU of Windows", "", "dxg")], [VULKAN], ["Vulkan"]),
        ([], [BLAS, RPC], ["BLAS"]),  # which need no card; RPC never has a device of its own
    ],
)
def test_a_plugin_is_at_fault_where_a_card_of_its_kind_is_here(here, cards, without, faults):
    here(cards, without)
    assert [each.backend for each in plugins.faults()] == faults


def test_a_fault_names_the_cards_that_nobody_else_has(here):
    here([NVIDIA, RADEON], [CUDA, VULKAN])
    assert [each.cards for each in plugins.faults()] == [(NVIDIA.name,), (NVIDIA.name, RADEON.name)]
    here([NVIDIA], [CUDA], [gpu("Vulkan0", "Vulkan", NVIDIA.name)])
    (fault,) = plugins.faults()
    assert (fault.file, fault.said, fault.cards) == ("libggml-cuda.so", SAID, ())


@pytest.mark.parametrize(
    ("beside", "step"),
    [
        (
            "libggml-cpu.so",
            "is not made of plugins and loads none. Build all of it anew: python scripts/build_backend.py ",
        ),
        ("libggml-cpu-haswell.so", "Please report this"),
    ],
)
def test_a_plugin_that_only_another_process_loads_has_no_driver_to_blame(here, monkeypatch, tmp_path, beside, step):
    (tmp_path / beside).touch()
    here([RADEON], [dataclasses.replace(VULKAN, file=tmp_path / "libggml-vulkan.so", is_registered=False)])
    monkeypatch.setattr(native, "what_loader_says", lambda plugin: native.LOADS_ELSEWHERE)
    (fault,) = plugins.faults()
    assert len(fault.steps) == 1
    assert step in fault.steps[0]


def test_without_such_plugins_nobody_looks_for_cards(here, monkeypatch):
    here()
    monkeypatch.setattr(graphics, "cards", lambda: pytest.fail("looked"))
    assert plugins.faults() == ()


# --- who says so ---


def test_devices_names_the_file_the_loaders_words_and_the_step(here, capsys):
    here([NVIDIA], [CUDA])
    assert cli.main(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    said = " ".join(" ".join(lines).split())
    assert f"The backend CUDA is installed and finds no device (libggml-cuda.so: {SAID})." in said
    assert "- libcunothing.so.13 is nowhere here: install the CUDA toolkit" in said
    assert f"Not used: {NVIDIA.name}, driver nvidia CUDA would compute on it: see above." in said
    assert "    python scripts/build_backend.py cuda --add" in lines  # to be copied; and not the whole build
    assert "Build for it" not in said
    assert max(map(len, lines)) <= 80


def test_devices_has_the_fault_as_json(here, capsys):
    here([NVIDIA], [CUDA])
    cli.main(["devices", "--json"])
    (fault,) = json.loads(capsys.readouterr().out)["backend_faults"]
    assert fault == dataclasses.asdict(plugins.faults()[0]) | {
        "steps": list(plugins.faults()[0].steps),
        "cards": [NVIDIA.name],
    }


def test_a_plan_and_a_load_say_what_keeps_the_gpu_from_being_used(here):
    here([NVIDIA], [CUDA])
    found = machine.this_machine()
    assert found.unused_gpu == ""
    assert found.lost_gpu.startswith(
        f"In this machine is {NVIDIA.name}, which the installed llama-cpp-python cannot use: the backend CUDA is "
        f"installed and finds no device (libggml-cuda.so: {SAID}). libcunothing.so.13 is nowhere here"
    )
    assert machine.this_machine(device="cpu").lost_gpu == ""


def test_every_result_carries_the_notice_where_an_installed_backend_lost_its_gpu(here):
    here([NVIDIA], [CUDA])
    loaded = loading.load_model("selftest", {})
    loaded.engine.close()
    (notice,) = [each for each in loaded.notices if each.name == "gpu-unused"]
    assert SAID in notice.message
    loaded = loading.load_model("selftest", {"device": "cpu"})
    loaded.engine.close()
    assert "gpu-unused" not in [each.name for each in loaded.notices]


def test_a_card_that_nothing_is_installed_for_is_no_notice(here):
    here([NVIDIA])
    found = machine.this_machine()
    assert (found.lost_gpu, "build_backend.py cuda" in found.unused_gpu) == ("", True)


def test_a_gpu_that_was_asked_for_is_answered_with_the_fault(here, capsys):
    here([NVIDIA], [CUDA])
    assert cli.main(["plan", "--device", "gpu"]) == 2
    assert SAID in capsys.readouterr().err


@pytest.mark.parametrize(("in_use", "status"), [((), 1), ((gpu("Vulkan0", "Vulkan", NVIDIA.name),), 0)])
def test_the_doctor_says_so_and_is_not_content_where_no_backend_stands_in(here, capsys, monkeypatch, in_use, status):
    here([NVIDIA], [CUDA], in_use)
    monkeypatch.setattr("localalt.doctor.checkup.examine", lambda *_, **__: iter(()))
    assert cli.main(["doctor"]) == status
    assert "libggml-cuda.so" in capsys.readouterr().out
    assert cli.main(["doctor", "--json"]) == status
    assert json.loads(capsys.readouterr().out)["backend_faults"][0]["backend"] == "CUDA"
    assert cli.main(["doctor", "--device", "cpu"]) == 0  # of which nobody asked


@pytest.mark.parametrize(("options", "count"), [([], 1), (["--device", "cpu"], 0), (["--json"], 0)])
def test_the_doctor_names_the_card_that_it_cannot_examine(here, capsys, monkeypatch, options, count):
    here([NVIDIA])
    monkeypatch.setattr("localalt.doctor.checkup.examine", lambda *_, **__: iter(()))
    assert cli.main(["doctor", *options]) == 0
    assert capsys.readouterr().out.count(f"Not examined: in this machine is {NVIDIA.name}") == count


# --- for real ---

COMMAND = """
import sys
from localalt.machine import graphics
from localalt.machine.graphics import Card
graphics.cards = lambda: (Card("NVIDIA GeForce RTX 3060", "NVIDIA", "nvidia"),)
from localalt import cli
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the words are those of Linux' loader")
def test_a_plugin_that_really_does_not_load_is_named_with_the_loaders_words(tmp_path):
    folder = libraries(tmp_path / "lib")
    broken(folder / "libggml-cuda.so")
    environment = {**os.environ, "LLAMA_CPP_LIB_PATH": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", COMMAND, "devices"], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    said = " ".join(run.stdout.split())
    assert run.returncode == 0, run.stderr
    assert "The backend CUDA is installed and finds no device (libggml-cuda.so: " in said
    assert f"{MISSING[:15]}" in said
    assert "cannot open shared object file: No such file or directory)" in said
