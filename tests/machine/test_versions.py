"""GPU drivers' versions, from what real systems say."""

import pytest

from localalt.machine import versions

NVRM = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\nGCC version: 12"
NVRM_OPEN = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (dvs-builder@U22)\n"
    "GCC version:  gcc version 12.3.0"
)
VULKANINFO = """\
Devices:
========
GPU0:
	apiVersion         = 1.3.230
	driverVersion      = 22.3.6
	deviceName         = llvmpipe (LLVM 15.0.6, 256 bits)
	driverName         = llvmpipe
	driverInfo         = Mesa 22.3.6 (LLVM 15.0.6)
"""


@pytest.fixture
def says(monkeypatch):
    """A function that sets what files and tools say, "" for those that are not there."""

    def set_to(files=None, tools=None):
        monkeypatch.setattr(versions, "_read", lambda path: (files or {}).get(path, ""))
        monkeypatch.setattr(versions, "_output", lambda *command: (tools or {}).get(command[0], ""))

    return set_to


@pytest.mark.parametrize(("said", "version"), [(NVRM, "NVIDIA 550.54.14"), (NVRM_OPEN, "NVIDIA 570.86.15")])
def test_nvidias_driver_is_read_from_the_kernel(says, said, version):
    says({versions._NVIDIA: said})
    assert versions.driver_of("CUDA") == version


def test_nvidias_driver_is_asked_of_its_tool_elsewhere(says):
    says(tools={"nvidia-smi": "551.23\n551.23\n"})
    assert versions.driver_of("CUDA") == "NVIDIA 551.23"


def test_amds_driver_is_the_modules_or_the_kernels(says, monkeypatch):
    says({versions._AMDGPU: "6.8.5\n"})
    assert versions.driver_of("ROCm") == "amdgpu 6.8.5"
    says()
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.release", lambda: "6.12.1")
    assert versions.driver_of("ROCm") == "amdgpu of Linux 6.12.1"
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert versions.driver_of("ROCm") == ""


def test_vulkans_drivers_are_each_reported_once(says):
    says(tools={"vulkaninfo": VULKANINFO + VULKANINFO})
    assert versions.driver_of("Vulkan") == "llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)"


@pytest.mark.parametrize("backend", ["CUDA", "Vulkan", "CPU", "BLAS", "something new"])
def test_what_is_not_found_is_nothing(says, backend):
    says()
    assert versions.driver_of(backend) == ""


def test_a_tool_that_is_missing_or_fails_says_nothing(tmp_path, monkeypatch):
    assert versions._output("no-such-tool-anywhere") == ""
    monkeypatch.setattr("shutil.which", lambda name: name)
    assert versions._output(str(tmp_path)) == ""
    assert versions._output("false") == ""
    assert versions._read(tmp_path / "nothing") == ""
