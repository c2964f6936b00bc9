"""`localalt devices`, as a person sees it."""

import json
from pathlib import Path

import pytest

from localalt import cli, native
from localalt.devices import Device, DeviceVerdict
from localalt.errors import BackendMissingError
from localalt.machine import verdicts

GPU = Device("CUDA0", "NVIDIA H100", "CUDA", False, 70_000_000_000, 80_000_000_000)
APU = Device("Vulkan0", "AMD Radeon 780M", "Vulkan", True, 11_000_000_000, 12_000_000_000)
BLAS = Device("BLAS", "OpenBLAS", "BLAS", False, 0, 0, "accelerator")


@pytest.fixture
def drivers(monkeypatch):
    monkeypatch.setattr(
        "localalt.machine.versions.driver_of", lambda device: {"CUDA": "NVIDIA 550.54.14"}.get(device.backend, "")
    )


def in_a_line(lines):
    """Lines without their breaks."""
    return " ".join(" ".join(lines).split())


def add(monkeypatch, *devices):
    own = native.devices()
    monkeypatch.setattr(native, "devices", lambda: (*devices, *own))


def test_a_cpu_alone_is_listed_with_the_next_step_towards_a_gpu(capsys, drivers, monkeypatch):
    cpu = next(device for device in native.devices() if device.kind == "cpu")
    monkeypatch.setattr(native, "devices", lambda: (cpu,))
    assert cli.main(["devices"]) == 0
    heading, row, *rest = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["DEVICE", "BACKEND", "KIND"]
    assert row.startswith("CPU")
    assert "llama-cpp-python" in " ".join(rest)
    assert "scripts/build_backend.py" in " ".join(rest)


def test_gpus_are_listed_with_memory_and_driver(capsys, drivers, monkeypatch):
    add(monkeypatch, GPU, APU, BLAS)
    assert cli.main(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for word in ("CUDA0", "70.0 GB", "80.0 GB", "NVIDIA H100"):
        assert word in lines[1]
    text = in_a_line(lines)
    assert "CUDA0, NVIDIA H100, driver NVIDIA 550.54.14: not examined yet" in text
    assert "Vulkan0, AMD Radeon 780M, shares RAM: not examined yet" in text
    assert max(map(len, lines)) <= 80
    assert "accelerator" in lines[3]
    assert not any("build_backend" in line for line in lines)


def test_as_json_it_is_one_object_in_bytes(capsys, drivers, monkeypatch):
    add(monkeypatch, GPU)
    assert cli.main(["devices", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["devices"][0]["free_bytes"] == GPU.free_bytes
    assert listed["devices"][0]["driver"] == "NVIDIA 550.54.14"
    assert {device["kind"] for device in listed["devices"]} >= {"cpu", "gpu"}
    assert set(listed["cpu_instructions"]) == native.cpu_instructions()


def test_what_the_doctor_found_of_a_gpu_is_reported(capsys, drivers, monkeypatch):
    add(monkeypatch, GPU)
    cli.main(["devices"])
    assert "driver NVIDIA 550.54.14: not examined yet; `localalt doctor` finds out" in in_a_line(
        [capsys.readouterr().out]
    )
    right = {"gemma3 with gemma3": DeviceVerdict(), "qwen3vl with qwen3vl_merger": DeviceVerdict()}
    verdicts.store(GPU, right)
    cli.main(["devices"])
    assert "driver NVIDIA 550.54.14: it computes right, as localalt doctor found." in in_a_line(
        [capsys.readouterr().out]
    )
    wrong = {
        "qwen35 with qwen3vl_merger": DeviceVerdict(is_usable=False),
        "gemma4 with gemma4v": DeviceVerdict(projector_on_device=False, flash_attn=False, one_at_a_time=True),
    }
    verdicts.store(GPU, right | wrong)
    cli.main(["devices"])
    assert (
        "driver NVIDIA 550.54.14: it computes wrong, as localalt doctor found; localalt works around that for "
        "qwen35 with qwen3vl_merger "
        "(not at all); gemma4 with gemma4v (the projector on the CPU, without flash attention, one picture at a time)."
    ) in in_a_line([capsys.readouterr().out])
    cli.main(["devices", "--json"])
    reported = json.loads(capsys.readouterr().out)["devices"][0]["verdicts"]
    assert reported["qwen35 with qwen3vl_merger"]["is_usable"] is False
    assert set(reported) == {*right, *wrong}


def test_a_missing_backend_is_one_sentence(capsys, monkeypatch):
    def missing():
        raise BackendMissingError("llama-cpp-python is not installed: run pip install it.")

    monkeypatch.setattr(native, "devices", missing)
    assert cli.main(["devices"]) == 3
    assert capsys.readouterr().err == "localalt: llama-cpp-python is not installed: run pip install it.\n"


def test_only_one_ggml_is_loaded():
    """A second copy of the library would see other devices than the one that computes."""
    native.devices()
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    except OSError:
        pytest.skip("no /proc here")
    assert len({line.split()[-1] for line in lines if "libggml-base" in line}) == 1
