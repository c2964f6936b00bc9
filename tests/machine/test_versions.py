"""GPU drivers' versions, from what real systems say."""

import ctypes
import sys

import pytest

from localalt.devices import Device
from localalt.machine import runtimes, versions, vulkan_drivers
from localalt.machine.vulkan_drivers import VulkanDriver

NVRM = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\nGCC version: 12"
NVRM_OPEN = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (dvs-builder@U22)\n"
    "GCC version:  gcc version 12.3.0"
)
RADV = VulkanDriver("AMD Radeon 780M (RADV PHOENIX)", "radv", "Mesa 25.2.3", 104865795, "1.4.0.0")
LLVMPIPE = VulkanDriver("llvmpipe (LLVM 15.0.6, 256 bits)", "llvmpipe", "Mesa 22.3.6 (LLVM 15.0.6)", 1, "1.3.1.1")
INTEL = VulkanDriver("Intel(R) Iris(R) Xe Graphics", "Intel Corporation", "Intel driver", 0x195D5E, "1.3.8.0")


def device(backend, description="Some GPU"):
    return Device(f"{backend}0", description, backend, False, 0, 8_000_000_000)


@pytest.fixture
def says(monkeypatch):
    """A function that sets what files, libraries and Vulkan say, "" or nothing where they are not there."""

    def set_to(files=None, nvml="", cuda="", hip="", vulkan=()):
        monkeypatch.setattr(versions, "_read", lambda path: (files or {}).get(path, ""))
        monkeypatch.setattr(runtimes, "nvidia_driver", lambda: nvml)
        monkeypatch.setattr(runtimes, "cuda_versions", lambda: cuda)
        monkeypatch.setattr(runtimes, "hip_versions", lambda: hip)
        monkeypatch.setattr(versions, "vulkan_drivers", lambda: tuple(vulkan))

    return set_to


@pytest.mark.parametrize(("said", "version"), [(NVRM, "NVIDIA 550.54.14"), (NVRM_OPEN, "NVIDIA 570.86.15")])
def test_nvidias_driver_is_read_from_the_kernel(says, said, version):
    says({versions._NVIDIA: said})
    assert versions.driver_of(device("CUDA")) == version


def test_nvidias_driver_is_asked_of_nvml_elsewhere_and_the_libraries_of_cuda_are_named(says):
    says(nvml="551.23", cuda="CUDA 12.4, runtime 12.8, cuBLAS 12.8.4")
    assert versions.driver_of(device("CUDA")) == "NVIDIA 551.23, CUDA 12.4, runtime 12.8, cuBLAS 12.8.4"


def test_amds_driver_is_the_modules_or_the_kernels_with_the_libraries_of_rocm(says, monkeypatch):
    says({versions._AMDGPU: "6.8.5\n"}, hip="HIP 6.3.42134")
    assert versions.driver_of(device("ROCm")) == "amdgpu 6.8.5, HIP 6.3.42134"
    says()
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.release", lambda: "6.12.1")
    assert versions.driver_of(device("ROCm")) == "amdgpu of Linux 6.12.1"
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert versions.driver_of(device("ROCm")) == ""


def test_vulkans_driver_is_that_of_the_device_with_the_same_name(says):
    says(vulkan=[RADV, LLVMPIPE, LLVMPIPE])
    words = "llvmpipe Mesa 22.3.6 (LLVM 15.0.6), conformance 1.3.1.1"
    assert versions.driver_of(device("Vulkan", LLVMPIPE.device)) == words
    assert versions.driver_of(device("Vulkan", RADV.device)) == "radv Mesa 25.2.3, conformance 1.4.0.0"
    assert versions.driver_of(device("Vulkan", "Another GPU")) == ""


def test_a_vulkan_driver_that_does_not_write_its_version_out_has_it_as_a_number():
    assert INTEL.words == "Intel Corporation Intel driver version 0x195d5e, conformance 1.3.8.0"


def test_metals_driver_is_macos_by_the_name_under_which_it_registers(says, monkeypatch):
    monkeypatch.setattr("platform.mac_ver", lambda: ("26.1", ("", "", ""), "arm64"))
    assert versions.driver_of(device("MTL")) == "macOS 26.1"


@pytest.mark.parametrize("backend", ["CUDA", "Vulkan", "CPU", "BLAS", "something new"])
def test_what_is_not_found_is_nothing(says, backend):
    says()
    assert versions.driver_of(device(backend)) == ""


def test_a_file_that_is_missing_says_nothing(tmp_path):
    assert versions._read(tmp_path / "nothing") == ""


# --- the libraries ---


class Library:
    """A made-up library: its functions by name, each of which writes a number and returns a status."""

    def __init__(self, status=0, **numbers):
        for name, number in numbers.items():

            def function(*arguments, number=number):
                *first, pointer = arguments
                pointer._obj.value = number[first[0]] if first else number
                return status

            setattr(self, name, function)


def test_the_libraries_of_cuda_say_their_versions(monkeypatch):
    monkeypatch.setattr(runtimes, "_named", lambda *names: Library(cuDriverGetVersion=12040))
    loaded = {
        "libcudart.so": Library(cudaRuntimeGetVersion=12080),
        "libcublas.so": Library(cublasGetProperty=(12, 8, 4)),
    }
    monkeypatch.setattr(runtimes, "_loaded", lambda beginning, _: loaded.get(beginning))
    assert runtimes.cuda_versions() == "CUDA 12.4, runtime 12.8, cuBLAS 12.8.4"
    loaded.clear()
    assert runtimes.cuda_versions() == "CUDA 12.4"


def test_the_libraries_of_rocm_say_their_versions_or_its_folder_does(monkeypatch, tmp_path):
    def version(text, size):
        text.value = b"4.3.0.abc"
        return 0

    rocblas = Library()
    rocblas.rocblas_get_version_string = version
    loaded = {"libamdhip64.so": Library(hipRuntimeGetVersion=60342134), "librocblas.so": rocblas}
    monkeypatch.setattr(runtimes, "_loaded", lambda beginning, _: loaded.get(beginning))
    assert runtimes.hip_versions() == "HIP 6.3.42134, rocBLAS 4.3.0.abc"
    loaded.clear()
    monkeypatch.setattr(runtimes, "_ROCM", tmp_path / "version")
    assert runtimes.hip_versions() == ""
    (tmp_path / "version").write_text("6.4.1-83\n")
    assert runtimes.hip_versions() == "ROCm 6.4.1-83"


def test_a_library_that_fails_or_lacks_the_function_says_nothing(monkeypatch):
    monkeypatch.setattr(runtimes, "_named", lambda *names: Library(status=3, cuDriverGetVersion=12040))
    monkeypatch.setattr(runtimes, "_loaded", lambda *names: Library())
    assert runtimes.cuda_versions() == ""
    monkeypatch.setattr(runtimes, "_named", lambda *names: Library())
    assert runtimes.nvidia_driver() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says which libraries a process has loaded")
def test_only_a_library_that_this_process_has_loaded_is_asked():
    import numpy as np

    assert np.ones(1).sum() == 1
    assert runtimes._loaded("_multiarray_umath", ()) is not None
    assert runtimes._loaded("libcudart-of-nowhere.so", ()) is None


# --- Vulkan's loader ---


class Loader:
    """A made-up libvulkan with one device, which checks what it is handed."""

    def __init__(self, status=0):
        self.is_destroyed = False

        def enumerate_devices(instance, count, handles):
            count._obj.value = 1
            handles[0] = 77
            return 5

        def ask(handle, properties):
            assert (handle, properties._obj.type) == (77, 1000059001)
            driver = vulkan_drivers._DriverProperties.from_address(properties._obj.next)
            assert driver.type == 1000196000
            properties._obj.device_name, properties._obj.driver_version = RADV.device.encode(), RADV.version
            driver.name, driver.info = RADV.name.encode(), RADV.info.encode()
            driver.conformance[:] = [1, 4, 0, 0]

        def destroy(instance, _):
            self.is_destroyed = True

        def create(wanted, allocator, instance):
            assert wanted._obj.application.contents.api_version >= 1 << 22 | 2 << 12
            return status

        self.vkCreateInstance, self.vkDestroyInstance = create, destroy
        self.vkEnumeratePhysicalDevices, self.vkGetPhysicalDeviceProperties2 = enumerate_devices, ask


def test_vulkans_loader_is_asked_for_each_devices_driver():
    loader = Loader()
    assert list(vulkan_drivers._drivers(loader)) == [RADV]
    assert loader.is_destroyed


def test_a_loader_without_a_driver_has_no_devices():
    assert list(vulkan_drivers._drivers(Loader(status=-9))) == []


def test_the_structures_have_the_sizes_of_vulkan_core_h():
    assert ctypes.sizeof(vulkan_drivers._ApplicationInfo) == 48
    assert ctypes.sizeof(vulkan_drivers._InstanceCreateInfo) == 64
    assert ctypes.sizeof(vulkan_drivers._DriverProperties) == 536
    assert vulkan_drivers._Properties2.device_name.offset == 36
    assert ctypes.sizeof(vulkan_drivers._Properties2) >= 840
