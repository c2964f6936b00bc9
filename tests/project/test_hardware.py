"""What has run on real GPUs: the README, the docs and `localalt devices` say what benchmarks/results prove."""

import dataclasses
import json

import pytest

from localalt import cli, native
from localalt.bench.result_files import Entry
from localalt.devices import Device
from localalt.machine import hardware_runs
from localalt.machine.hardware_runs import Run
from scripts.checks import hardware

OWN = hardware.entries()
OF_CPU = next(each for each in OWN if each.identity.backend == "CPU")


def result(backend, gpu="NVIDIA H100 80GB HBM3", day="2026-11-29", *, is_software=False, file="gpu.jsonl"):
    identity = dataclasses.replace(
        OF_CPU.identity,
        backend=backend,
        device=f"{backend}0",
        gpu_info=gpu,
        is_software=is_software,
        test_time=f"{day}T10:00:00+00:00",
    )
    return Entry(file, dataclasses.replace(OF_CPU.result, identity=identity))


LLVMPIPE = result("Vulkan", "llvmpipe (LLVM 15.0.6, 256 bits)", is_software=True)
H100 = result("CUDA")
RADEON = result("Vulkan", "AMD Radeon 780M Graphics (RADV PHOENIX)", "2026-12-01", file="radeon.jsonl")
MAC = result("MTL", "Apple M4")


def test_readme_docs_and_package_say_what_the_results_prove():
    assert hardware.stale(OWN) == [], "run python -m scripts.checks.hardware --write"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([OF_CPU], "No GPU has run this code yet: CUDA, ROCm, Metal and Vulkan never ran."),
        (
            [OF_CPU, LLVMPIPE],
            "No GPU has run this code yet: Vulkan ran on a software device only, and CUDA, ROCm and Metal never ran.",
        ),
        (
            [LLVMPIPE, H100],
            "These GPUs have run this code: CUDA on NVIDIA H100 80GB HBM3 (2026-11-29). Vulkan ran on a software "
            "device only, and ROCm and Metal never ran.",
        ),
        (
            [LLVMPIPE, MAC, RADEON, H100],
            "These GPUs have run this code: CUDA on NVIDIA H100 80GB HBM3 (2026-11-29); Metal on Apple M4 "
            "(2026-11-29); Vulkan on AMD Radeon 780M Graphics (RADV PHOENIX) (2026-12-01). ROCm never ran.",
        ),
    ],
)
def test_a_result_of_a_gpu_that_is_no_program_changes_the_sentence(found, said):
    assert hardware.sentence(found) == said


def test_the_newest_result_of_a_gpu_counts():
    older = result("CUDA", day="2026-11-01", file="older.jsonl")
    assert hardware.runs([H100, older, LLVMPIPE, OF_CPU]) == [
        Run("CUDA", "NVIDIA H100 80GB HBM3", "2026-11-29", "gpu.jsonl")
    ]


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """Copies of what is written."""
    copies = []
    for page in hardware.PAGES:
        copy = tmp_path / page.name
        copy.write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
        copies.append(copy)
    monkeypatch.setattr(hardware, "PAGES", tuple(copies))
    file = tmp_path / "hardware_runs.json"
    file.write_text(hardware_runs.FILE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(hardware_runs, "FILE", file)
    return copies


def test_what_is_stale_is_brought_up_to_date_and_nothing_else_is_touched(pages):
    before = [page.read_text(encoding="utf-8") for page in pages]
    found = [*OWN, H100]
    assert hardware.stale(found) == [hardware_runs.FILE, *pages]
    hardware.stale(found, write=True)
    assert hardware.stale(found) == []
    assert json.loads(hardware_runs.FILE.read_text(encoding="utf-8"))[0]["gpu"] == "NVIDIA H100 80GB HBM3"
    for page in pages:
        new = page.read_text(encoding="utf-8")
        assert " ".join(hardware.sentence(found).split()) in " ".join(new.split())
        assert max(len(line) for line in new.splitlines() if "H100" in line) <= hardware.WIDTH
    hardware.stale(OWN, write=True)
    assert [page.read_text(encoding="utf-8") for page in pages] == before


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (
            (),
            "Vulkan0, llvmpipe: not examined yet; `localalt doctor` finds out whether it computes right. This project "
            "has never run Vulkan on real hardware.",
        ),
        (
            (Run("Vulkan", "AMD Radeon 780M", "2026-12-01", "radeon.jsonl"), Run("CUDA", "NVIDIA H100", "", "")),
            "This project has run Vulkan on real hardware (AMD Radeon 780M, 2026-12-01, "
            "benchmarks/results/radeon.jsonl).",
        ),
    ],
)
def test_devices_says_of_each_gpu_what_its_backend_has_run_on(monkeypatch, capsys, runs, said):
    own = native.devices()
    gpu = Device("Vulkan0", "llvmpipe", "Vulkan", False, 1 << 30, 2 << 30)
    monkeypatch.setattr(native, "devices", lambda: (gpu, *own))
    monkeypatch.setattr(hardware_runs, "all_runs", lambda: runs)
    monkeypatch.setattr("localalt.machine.versions.driver_of", lambda backend: "")
    assert cli.main(["devices"]) == 0
    assert said in " ".join(capsys.readouterr().out.split())
    cli.main(["devices", "--json"])
    listed = json.loads(capsys.readouterr().out)["devices"]
    assert [len(each["hardware_runs"]) for each in listed] == [len(runs[:1]), *[0] * len(own)]


def test_metal_has_the_name_that_people_know():
    assert hardware_runs.in_words("MTL") == "This project has never run Metal on real hardware."
