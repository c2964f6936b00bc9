"""What to do about a backend that does not load: made-up systems of Linux and Windows."""

import pytest
from hypothesis import given, settings, strategies as st

from localalt.machine.graphics import Card, System, next_steps
from localalt.machine.graphics.dll import imports, not_found
from tests.support.dll_files import write_dll
from tests.support.file_trees import tree

NVIDIA = Card("NVIDIA GeForce RTX 4060", "NVIDIA", "nvidia")
RADEON = Card("AMD Phoenix1", "AMD", "amdgpu", gfx="gfx1103")
NO_MODULE = "Could not find module 'ggml-cuda.dll' (or one of its dependencies)."


@pytest.fixture
def linux(tmp_path):
    return System(tmp_path, "linux", "x86_64", {}, may_use=lambda _: True)


def lacks(name):
    return f"{name}: cannot open shared object file: No such file or directory"


def files(system, *paths):
    tree(system.root, dict.fromkeys(paths, ""))


def steps(system, said, backend="CUDA", card=NVIDIA, file=None):
    return " ".join(next_steps(said, backend, card, system, file=file))


# --- Linux ---


@pytest.mark.parametrize(
    ("name", "backend", "place"),
    [
        ("libcudart.so.13", "CUDA", "usr/local/cuda-13.0/lib64"),
        ("libcublas.so.12", "CUDA", "usr/local/cuda/targets/x86_64-linux/lib"),
        ("libcuda.so.1", "CUDA", "usr/lib/wsl/lib"),
        ("libcudart.so.13", "CUDA", "opt/cuda/lib64"),
        ("libamdhip64.so.6", "ROCm", "opt/rocm-6.4.1/lib"),
        ("libhipblas.so.2", "ROCm", "opt/rocm/lib"),
    ],
)
def test_a_library_that_is_installed_elsewhere_is_named_with_its_folder(linux, name, backend, place):
    files(linux, f"{place}/{name}")
    said = steps(linux, lacks(name), backend)
    assert said.startswith(f"{name} is in /{place}, where the loader does not look: put LD_LIBRARY_PATH=/{place} into")


@pytest.mark.parametrize(
    ("said", "backend", "step"),
    [
        (
            lacks("libcuda.so.1"),
            "CUDA",
            "belongs to NVIDIA's driver: install that; a container gets it with",
        ),
        (lacks("libvulkan.so.1"), "Vulkan", "libvulkan.so.1 is Vulkan's loader: apt install libvulkan1"),
        (lacks("libcudart.so.13"), "CUDA", "install the CUDA toolkit or its runtime libraries, of the release"),
        (lacks("librocblas.so.4"), "ROCm", "install ROCm, of the release that built this, or build it again"),
        (lacks("libopenblas.so.0"), "BLAS", "install the package that has it"),
        (
            "/lib/libc.so.6: version `GLIBC_2.38' not found (required by /a/libggml-cuda.so)",
            "CUDA",
            "built on a newer system than this one: build it again, in a clone of localalt: python "
            "scripts/build_backend.py cuda --add",
        ),
        ("/a/libggml-vulkan.so: undefined symbol: ggml_abort", "Vulkan", "built for another llama-cpp-python"),
        ("incompatible API version (backend: 1, current: 2)", "ROCm", "scripts/build_backend.py rocm --add"),
        ("/a/libggml-cuda.so: file too short", "CUDA", "The file is damaged, or for another processor"),
        (
            "ggml_cuda_init: failed to initialize CUDA: CUDA driver version is insufficient for CUDA runtime version",
            "CUDA",
            "The driver is older than the toolkit that built this: update it",
        ),
        (
            "loading it ends the process with SIGSEGV",
            "CUDA",
            "Update the driver of the graphics card, or build it again",
        ),
        ("", "quantum", "Update the driver of the graphics card, or build it again, or delete the file."),
    ],
)
def test_what_the_loader_says_is_answered_with_the_next_step(linux, said, backend, step):
    files(linux, "proc/driver/nvidia/version", "dev/nvidia0")
    assert step in steps(linux, said, backend, NVIDIA if backend == "CUDA" else None)


def test_a_library_of_another_release_is_named_and_the_build_that_suits_it(linux):
    files(linux, "usr/local/cuda/lib64/libcudart.so.12")
    said = steps(linux, lacks("libcudart.so.13"))
    assert said.startswith("Here is /usr/local/cuda/lib64/libcudart.so.12, of another release than the one that built")
    assert said.endswith("python scripts/build_backend.py cuda --add")


def test_a_driver_that_finds_no_device_is_asked_for_what_is_in_its_way(linux):
    no_device = "ggml_cuda_init: failed to initialize CUDA: no CUDA-capable device is detected"
    assert "NVIDIA's own driver is not loaded" in steps(linux, no_device)
    hidden = System(linux.root, "linux", "x86_64", {"CUDA_VISIBLE_DEVICES": "-1"})
    assert "CUDA_VISIBLE_DEVICES is set in the environment, and may hide the GPU" in steps(hidden, no_device)
    assert "There is no /dev/kfd" in steps(linux, "no ROCm-capable device is detected", "ROCm", RADEON)
    assert "There is no /dev/dri/renderD128" in steps(linux, "ggml_vulkan: No devices found.", "Vulkan", RADEON)


def test_a_crash_asks_for_another_driver_whatever_else_is_in_the_way(linux):
    said = list(next_steps("loading it ends the process with SIGSEGV", "CUDA", NVIDIA, linux))
    assert "NVIDIA's own driver is not loaded" in said[0]
    assert said[1].startswith("Update the driver of the graphics card")


def test_wsl_has_no_driver_of_its_own_to_blame(linux):
    said = steps(linux, "no CUDA-capable device is detected", card=Card("NVIDIA GPU of Windows", "NVIDIA", "dxg"))
    assert "not loaded" not in said


@given(said=st.text(), backend=st.sampled_from(["CUDA", "ROCm", "Vulkan", "BLAS", ""]))
def test_whatever_is_said_has_a_next_step(said, backend, tmp_path_factory):
    system = System(tmp_path_factory.getbasetemp() / "nothing", "linux", "x86_64", {})
    assert list(next_steps(said, backend, None, system))


# --- Windows ---


@pytest.fixture
def windows(tmp_path):
    own = {"PATH": "/Windows/System32;/Python311;/app/lib", "SystemRoot": "/Windows"}
    system = System(tmp_path, "win32", "AMD64", own, registry=list)
    files(system, "Windows/System32/KERNEL32.dll", "Windows/System32/nvcuda.dll", "app/lib/ggml-base.dll")
    return system


NEEDS = ("KERNEL32.dll", "api-ms-win-crt-heap-l1-1-0.dll", "ggml-base.dll", "nvcuda.dll")
CUDA_13 = ("cudart64_13.dll", "cublas64_13.dll")


def plugin(system, *more):
    return write_dll(system.root / "app" / "lib" / "ggml-cuda.dll", (*NEEDS, *more))


def with_environment(system, **more):
    return System(system.root, "win32", "AMD64", {**system.environment, **more}, registry=list)


def test_the_dlls_that_a_dll_needs_are_read(windows):
    assert imports(plugin(windows, *CUDA_13)) == (*NEEDS, *CUDA_13)
    assert not_found(plugin(windows, *CUDA_13), windows) == CUDA_13


@pytest.mark.parametrize("inner", ["bin", "bin/x64"])
def test_the_folder_that_the_path_lacks_is_named(windows, inner):
    files(windows, *(f"CUDA/v13.0/{inner}/{name}" for name in CUDA_13))
    system = with_environment(windows, CUDA_PATH="/CUDA/v13.0")
    said = steps(system, NO_MODULE, file=plugin(windows, *CUDA_13))
    assert said.startswith(
        f"cudart64_13.dll, cublas64_13.dll are in CUDA/v13.0/{inner}, which the PATH lacks: add that"
    )
    on_path = with_environment(system, PATH=f"{system.environment['PATH']};/CUDA/v13.0/{inner}")
    assert not_found(plugin(windows, *CUDA_13), on_path) == ()


def test_a_version_of_cuda_that_is_not_the_chosen_one_counts(windows):
    files(windows, *(f"CUDA/v12.4/bin/{name}" for name in ("cudart64_12.dll",)))
    system = with_environment(
        windows, CUDA_PATH="/CUDA/v13.0", CUDA_PATH_V13_0="/CUDA/v13.0", CUDA_PATH_V12_4="/CUDA/v12.4"
    )
    assert "cudart64_12.dll is in CUDA/v12.4/bin, which the PATH lacks" in steps(
        system, NO_MODULE, file=plugin(windows, "cudart64_12.dll")
    )


def test_hips_folder_is_named(windows):
    files(windows, "AMD/ROCm/6.2/bin/hipblas.dll")
    system = with_environment(windows, HIP_PATH="/AMD/ROCm/6.2/")
    said = steps(system, NO_MODULE, "ROCm", RADEON, plugin(windows, "hipblas.dll"))
    assert said.startswith("hipblas.dll is in AMD/ROCm/6.2/bin, which the PATH lacks")


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("nvml.dll", "NVIDIA's driver"),
        ("vulkan-1.dll", "the driver of the graphics card"),
        ("amdhip64_6.dll", "AMD's driver"),
        ("cudart64_13.dll", "the CUDA toolkit that built this"),
        ("VCRUNTIME140_1.dll", "Microsoft's Visual C++ Redistributable"),
        ("other.dll", "what has it"),
    ],
)
def test_a_dll_that_is_nowhere_is_named_with_what_has_it(windows, name, owner):
    assert f"{name} is nowhere here: install {owner}" in steps(windows, NO_MODULE, file=plugin(windows, name))


def test_where_every_dll_is_there_the_driver_is_asked(windows):
    assert steps(windows, NO_MODULE, file=plugin(windows)).startswith("Update the driver of the graphics card")


@settings(max_examples=200)
@given(data=st.data())
def test_a_damaged_dll_names_nothing_and_raises_nothing(data, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    whole = write_dll(folder / "whole.dll", ["a.dll", "b.dll"]).read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    changed = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 8)) :]
    (folder / "damaged.dll").write_bytes(changed)
    assert len(imports(folder / "damaged.dll")) <= 256


@pytest.mark.parametrize("content", [b"", b"MZ", b"half a download", bytes(4096)])
def test_what_is_no_dll_needs_nothing(tmp_path, content):
    (tmp_path / "a.dll").write_bytes(content)
    assert imports(tmp_path / "a.dll") == ()
    assert imports(tmp_path / "none.dll") == ()
