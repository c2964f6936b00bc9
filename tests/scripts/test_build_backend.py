"""The build script: what it asks of cmake, what it looks for first, and how it explains what goes wrong.

Toolchains are stand-ins: small programs that print what real ones of some version print.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import textwrap
from pathlib import Path

import pytest

from localalt import native, plugin_trial
from localalt.machine import graphics
from localalt.machine.graphics import Card
from localalt.plugin_trial import Outcome
from scripts.backend import command, plugin as plugins, presets, proof, toolchains, wheel as wheels
from scripts.backend.presets import BuildError
from tests.support import source_package
from tests.support.paths import ROOT
from tests.support.plugins import MISSING, broken

needs_cmake = pytest.mark.skipif(shutil.which("cmake") is None, reason="no cmake here")
posix = pytest.mark.skipif(os.name == "nt", reason="stand-ins are shell scripts")
LINUX = sys.platform == "linux"


# --- presets ---


@needs_cmake
def test_cmake_lists_the_presets_that_the_script_lists():
    said = subprocess.run(["cmake", "--list-presets"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r'^  "([\w-]+)"', said, re.MULTILINE)
    assert set(listed) <= set(presets.names())
    assert set(presets.names()) - set(listed) == ({"metal"} if LINUX else set(presets.names()) - set(listed))


@needs_cmake
@pytest.mark.skipif(not LINUX, reason="which presets there are depends on the system")
@pytest.mark.parametrize(
    ("name", "backends", "needs"),
    [
        ("cpu-portable", set(), ("compiler",)),
        ("cuda", {"GGML_CUDA"}, ("compiler", "cuda")),
        ("rocm", {"GGML_HIP"}, ("compiler", "rocm")),
        ("vulkan", {"GGML_VULKAN"}, ("compiler", "vulkan")),
        ("cuda-vulkan", {"GGML_CUDA", "GGML_VULKAN"}, ("compiler", "cuda", "vulkan")),
        ("rocm-vulkan", {"GGML_HIP", "GGML_VULKAN"}, ("compiler", "rocm", "vulkan")),
    ],
)
def test_presets_build_plugins_for_every_cpu_and_their_own_backends(name, backends, needs):
    preset = presets.resolve(name)
    on = {each[2:].partition(":")[0] for each in preset.definitions if each.endswith("=ON")}
    assert on & {"GGML_CUDA", "GGML_HIP", "GGML_VULKAN", "GGML_METAL"} == backends
    assert preset.has_plugins
    assert "GGML_CPU_ALL_VARIANTS" in on
    assert "-DGGML_NATIVE:BOOL=OFF" in preset.definitions  # together with plugins, ON is an error of ggml's
    assert "-DCMAKE_INSTALL_RPATH=$ORIGIN" in preset.definitions
    assert preset.needs == needs
    assert preset.build_type == "Release"
    assert not any("BUILD_TYPE" in each for each in preset.definitions)


@needs_cmake
def test_the_preset_of_this_machines_cpu_is_an_ordinary_build():
    preset = presets.resolve("cpu")
    assert not preset.has_plugins
    assert "-DGGML_NATIVE:BOOL=ON" in preset.definitions


@needs_cmake
@pytest.mark.skipif(sys.platform == "darwin", reason="metal is for this system")
def test_a_preset_for_another_system_says_so():
    with pytest.raises(BuildError, match=r"metal is not for this system: Metal.*macOS"):
        presets.resolve("metal")


def test_an_unknown_preset_is_answered_with_those_there_are():
    with pytest.raises(BuildError, match=r"no preset 'cudda': choose one of cpu, .*vulkan"):
        presets.resolve("cudda")


def test_without_cmake_the_next_step_is_named(tmp_path):
    with pytest.raises(BuildError, match="pip install cmake"):
        presets.resolve("cpu", cmake=str(tmp_path / "cmake"))


@needs_cmake
def test_inheritance_and_environments_are_cmakes(tmp_path):
    content = {
        "version": 3,
        "configurePresets": [
            {"name": "base", "hidden": True, "cacheVariables": {"A": "1", "B": {"type": "BOOL", "value": "OFF"}}},
            {
                "name": "own",
                "description": "d",
                "inherits": "base",
                "cacheVariables": {"B": {"type": "BOOL", "value": "ON"}, "LIST": "a;b c"},
                "environment": {"HIPCXX": "/opt/x=y/clang"},
                "vendor": {"localalt": {"needs": []}},
            },
        ],
    }
    file = tmp_path / "CMakePresets.json"
    file.write_text(json.dumps(content))
    preset = presets.resolve("own", file=file)
    assert preset.definitions == ("-DA=1", "-DB:BOOL=ON", "-DLIST=a;b c")
    assert preset.environment == {"HIPCXX": "/opt/x=y/clang"}


@pytest.mark.source_package
def test_every_option_of_every_preset_and_toolchain_is_one_of_the_sources_own(package):
    """cmake takes unknown names in silence."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (package / source_package.CMAKE).iterdir())
    known = set(re.findall(r"^\s*(?:option|set|cmake_dependent_option)\s*\(\s*(\w+)", source, re.MULTILINE))
    used = set(re.findall(r'"(GGML_\w+|LLAMA_\w+)"', presets.FILE.read_text(encoding="utf-8")))
    assert used
    assert used <= known
    given = set(re.findall(r"-D(\w+)=", Path(toolchains.__file__).read_text(encoding="utf-8")))
    assert given == {"CMAKE_CUDA_ARCHITECTURES", "CMAKE_CUDA_COMPILER", "GPU_TARGETS"}
    assert "GPU_TARGETS" in source


@pytest.mark.source_package
def test_the_versions_that_are_asked_for_are_the_sources_own(package):
    hip = (package / source_package.CMAKE / "vendor--llama.cpp--ggml--src--ggml-hip--CMakeLists.txt").read_text()
    assert f"VERSION_LESS {'.'.join(map(str, toolchains.ROCM))})" in hip
    cuda = (package / source_package.CMAKE / "vendor--llama.cpp--ggml--src--ggml-cuda--CMakeLists.txt").read_text()
    for capability, version in toolchains.CUDA_OF_ARCHITECTURE.items():
        if capability != 121:  # in the code below the comment, not in it
            assert re.search(rf"# {capability} +== .*v{version[0]}\.{version[1]}\b", cuda), capability


# --- toolchains ---


def program(folder, name, text, code=0):
    """A stand-in that prints `text`, or what `text` has for its arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    cases = text if isinstance(text, dict) else {"*": text}
    body = "".join(f"{key})\ncat <<'END'\n{value}\nEND\n;;\n" for key, value in cases.items())
    path.write_text(f'#!/bin/sh\ncase "$*" in\n{body}esac\nexit {code}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


GCC = "c++ (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022"


@pytest.fixture
def system(tmp_path):
    """A system with nothing on it but cat, and a C++ compiler."""
    folder = tmp_path / "bin"
    program(folder, "c++", GCC)
    (folder / "cat").symlink_to(shutil.which("cat"))
    return toolchains.System(
        {"PATH": str(folder)},
        cuda_root=tmp_path / "cuda",
        rocm_root=tmp_path / "rocm",
        prefixes=(tmp_path / "usr",),
        platform="linux",
    )


def look(system, *needs, plugins=True, arch=()):
    return toolchains.check(needs, system, plugins=plugins, architectures=arch)


def on_path(system):
    return Path(system.environment["PATH"])


@posix
@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (GCC, None),
        ("g++ (GCC) 14.1.1 20240522 (Red Hat 14.1.1-4)", None),
        ("Debian clang version 14.0.6", None),
        ("c++ (Ubuntu 9.4.0-1ubuntu1~20.04.2) 9.4.0", "is GCC 9, and the kernels for all CPUs need 11"),
    ],
)
def test_an_old_compiler_is_reported_where_plugins_need_a_newer_one(system, said, complaint):
    program(on_path(system), "c++", said)
    if complaint:
        with pytest.raises(BuildError, match=complaint):
            look(system, "compiler")
    else:
        look(system, "compiler")
    look(system, "compiler", plugins=False)


@posix
def test_no_compiler_is_one_sentence_with_the_next_step(system):
    (on_path(system) / "c++").unlink()
    with pytest.raises(BuildError, match=r"There is no C\+\+ compiler: install one \(apt install build-essential"):
        look(system, "compiler")
    named = toolchains.System({**system.environment, "CXX": "g++-99"})
    with pytest.raises(BuildError, match=r"no C\+\+ compiler g\+\+-99"):
        look(named, "compiler")


def cuda(system, version="12.4", driver="12.4", capability="8.9", cublas=True):
    """A CUDA toolkit, and a driver with a GPU where `driver` is not empty."""
    nvcc = f"nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release {version}, V{version}.99"
    program(system.cuda_root / "bin", "nvcc", nvcc)
    if cublas:
        (system.cuda_root / "lib64").mkdir(exist_ok=True)
        (system.cuda_root / "lib64" / "libcublas.so").touch()
    if driver:
        smi = {"--query-gpu=compute_cap*": capability, "*": f"| NVIDIA-SMI 550.54.14   CUDA Version: {driver}     |"}
        program(on_path(system), "nvidia-smi", smi)


@posix
def test_cuda_is_built_for_the_gpus_that_are_here(system):
    cuda(system, capability="8.9\n8.6\n8.9")
    found = look(system, "compiler", "cuda")
    assert "-DCMAKE_CUDA_ARCHITECTURES=86;89" in found.definitions
    assert f"-DCMAKE_CUDA_COMPILER={system.cuda_root / 'bin' / 'nvcc'}" in found.definitions


@posix
def test_cuda_is_built_for_the_architecture_that_is_named(system):
    cuda(system, driver="")
    assert "-DCMAKE_CUDA_ARCHITECTURES=90" in look(system, "cuda", arch=["90"]).definitions
    assert not any("ARCHITECTURES" in each for each in look(system, "cuda", arch=["all"]).definitions)


@posix
@pytest.mark.parametrize(
    ("there", "arch", "complaint"),
    [
        (None, (), "no CUDA compiler"),
        ({"version": "10.2"}, (), "is CUDA 10.2, and llama.cpp needs 11.1 or newer"),
        ({"cublas": False}, (), "has no cuBLAS: install it .*libcublas-dev-12-4"),
        (
            {"version": "13.0", "driver": "12.4"},
            (),
            "runs CUDA up to 12.4, and the toolkit is 13.0: update",
        ),
        ({"driver": ""}, (), "No NVIDIA GPU is found to build for: name its compute capability"),
        ({"version": "11.4", "capability": "8.9"}, (), "CUDA 11.4 cannot build for 89: it needs 11.8"),
        ({"capability": "12.0"}, (), "CUDA 12.4 cannot build for 120: it needs 12.8"),
        ({"version": "13.0", "driver": "13.0", "capability": "6.1"}, (), "no longer builds for 61"),
        ({}, ("gfx1100",), "'gfx1100' is not a compute capability"),
    ],
)
def test_what_cuda_lacks_is_one_sentence_with_the_next_step(system, there, arch, complaint):
    if there is not None:
        cuda(system, **there)
    with pytest.raises(BuildError, match=complaint):
        look(system, "cuda", arch=arch)


EVERY = ("gfx90a", "gfx1030", "gfx1100", "gfx1102")


def rocm(
    system,
    version="6.2.41133-dd7f95766",
    gpus="gfx000\ngfx1100",
    libraries=("hipblas", "rocblas"),
    kernels=EVERY,
):
    root = system.rocm_root
    (root / "lib" / "rocblas" / "library").mkdir(parents=True)
    for each in kernels:
        (root / "lib" / "rocblas" / "library" / f"TensileLibrary_lazy_{each}.dat").touch()
    program(root / "bin", "hipconfig", {"--version": version, "-R": str(root), "-l": f"{root}/lib/llvm/bin"})
    program(root / "bin", "rocm_agent_enumerator", gpus)
    for library in libraries:
        (root / "lib" / "cmake" / library).mkdir(parents=True)


@posix
def test_rocm_is_built_for_the_gpus_that_are_here_by_its_own_clang(system):
    rocm(system, gpus="gfx000\ngfx1030\ngfx1100\ngfx90a\ngfx1100")
    found = look(system, "rocm")
    assert found.definitions == ["-DGPU_TARGETS=gfx1030;gfx1100;gfx90a"]
    root = system.rocm_root
    assert found.environment == {"HIPCXX": f"{root}/lib/llvm/bin/clang", "HIP_PATH": str(root)}


@posix
@pytest.mark.parametrize(
    ("gpus", "kernels", "complaint"),
    [
        (
            "gfx1103",
            EVERY,
            r"(?s)no kernels for gfx1103: .* kernels for gfx1102, .*localalt doctor .* HSA_OVERRIDE_GFX_VERSION=11.0.2 "
            r"python scripts/build_backend.py rocm --arch gfx1102\n.* vulkan .*: python scripts/build_backend.py "
            r"vulkan$",
        ),
        (
            "gfx1035\ngfx1036",
            EVERY,
            r"(?s)no kernels for gfx1035: .*=10.3.0 .*--arch gfx1030\n.*build_backend.py vulkan$",
        ),
        ("gfx90c", EVERY, r"(?s)No override helps: .*gfx90c can run none of them.*build_backend.py vulkan$"),
        ("gfx1103", ("gfx1100",), r"(?s)No override helps: .*build_backend.py vulkan$"),
    ],
)
def test_a_chip_without_kernels_in_rocblas_is_refused_before_anything_is_compiled(system, gpus, kernels, complaint):
    rocm(system, gpus=f"gfx000\n{gpus}", kernels=kernels)
    with pytest.raises(BuildError, match=complaint):
        look(system, "rocm")


@posix
def test_beside_a_card_with_kernels_one_without_is_left_out(system):
    rocm(system, gpus="gfx000\ngfx1100\ngfx1036")  # a desktop's card, and the GPU in its processor
    found = look(system, "rocm")
    assert found.definitions == ["-DGPU_TARGETS=gfx1100"]
    assert any("no kernels for gfx1036" in note and "HIP_VISIBLE_DEVICES" in note for note in found.notes)


@posix
def test_a_chip_that_is_asked_for_is_built_with_a_note_where_this_rocblas_has_no_kernels_for_it(system):
    rocm(system)
    found = look(system, "rocm", arch=["gfx1103"])
    assert found.definitions == ["-DGPU_TARGETS=gfx1103"]
    assert any("no kernels for gfx1103" in note and "--arch names it" in note for note in found.notes)
    assert not any("no kernels" in note for note in look(system, "rocm", arch=["gfx1030"]).notes)


@posix
def test_kernels_that_are_nowhere_to_be_found_stop_no_build(system):
    rocm(system, gpus="gfx000\ngfx1103", kernels=())
    found = look(system, "rocm")
    assert found.definitions == ["-DGPU_TARGETS=gfx1103"]
    assert any("nobody looked into them" in note for note in found.notes)


@posix
@pytest.mark.parametrize(
    ("there", "arch", "complaint"),
    [
        (None, (), "There is no ROCm"),
        ({"version": "5.7.31921"}, (), "is ROCm 5.7, and llama.cpp needs 6.1 or newer"),
        ({"libraries": ("hipblas",)}, (), "has no rocblas: install rocblas-dev"),
        ({"gpus": "gfx000"}, (), "No AMD GPU is found to build for"),
        ({}, ("89",), "'89' is not an architecture of AMD's"),
    ],
)
def test_what_rocm_lacks_is_one_sentence_with_the_next_step(system, there, arch, complaint):
    if there is not None:
        rocm(system, **there)
    with pytest.raises(BuildError, match=complaint):
        look(system, "rocm", arch=arch)


def vulkan(system, *, header="#define VK_HEADER_VERSION 290\n#define VK_EXT_layer_settings 1", without=()):
    prefix = system.prefixes[0]
    if "glslc" not in without:
        program(prefix / "bin", "glslc", "glslc")
    (prefix / "include" / "vulkan").mkdir(parents=True)
    if "headers" not in without:
        (prefix / "include" / "vulkan" / "vulkan_core.h").write_text(header)
        (prefix / "include" / "vulkan" / "vulkan.hpp").touch()
    if "spirv" not in without:
        (prefix / "share" / "cmake" / "SPIRV-Headers").mkdir(parents=True)


@posix
def test_old_vulkan_headers_get_what_they_lack_put_in_front(system):
    vulkan(system, header="#define VK_HEADER_VERSION 239\n")
    assert look(system, "vulkan").include == [toolchains.SHIM]
    assert (toolchains.SHIM / "vulkan" / "vulkan.hpp").exists()


@posix
def test_newer_vulkan_headers_are_used_as_they_are(system):
    vulkan(system)
    assert look(system, "vulkan").include == []


@posix
@pytest.mark.parametrize(
    ("missing", "complaint"),
    [("glslc", "glslc is missing"), ("headers", "Vulkan headers are missing"), ("spirv", "SPIR-V headers are missing")],
)
def test_what_vulkan_lacks_is_one_sentence_with_the_next_step(system, missing, complaint):
    vulkan(system, without=(missing,))
    with pytest.raises(BuildError, match=rf"{complaint}: apt install"):
        look(system, "vulkan")


# --- building ---


def build(**other):
    settings = {"version": "0.3.36", "definitions": ("-DA=1",), "environment": {}, "build_type": "Release", "tools": ()}
    return wheels.Build(**(settings | other))


def test_a_wheel_is_stored_by_all_that_it_is_made_of():
    others = [
        {"version": "0.3.37"},
        {"definitions": ("-DA=2",)},
        {"environment": {"HIPCXX": "clang"}},
        {"build_type": "Debug"},
        {"tools": ("GCC 13",)},
    ]
    assert len({build().key, *(build(**other).key for other in others)}) == len(others) + 1
    assert build(definitions=("-DA=1", "-DB=1")).key == build(definitions=("-DB=1", "-DA=1")).key


def test_a_build_for_this_cpu_is_for_no_other(monkeypatch):
    native = {"definitions": ("-DGGML_NATIVE:BOOL=ON",)}
    keys = {build(**native).key}, {build().key}
    monkeypatch.setattr(wheels, "_cpu", lambda: "another")
    assert build(**native).key not in keys[0]
    assert build().key in keys[1]


@pytest.mark.parametrize(
    ("log", "explanation"),
    [
        (
            "c++: fatal error: Killed signal terminated program cc1plus",
            "out of memory.*CMAKE_BUILD_PARALLEL_LEVEL=1",
        ),
        ("fatal error: error writing to /tmp/x.s: No space left on device", "disk is full"),
        ("#error -- unsupported GNU version! gcc versions later than 13", "CUDAHOSTCXX"),
        ("nvcc fatal   : Unsupported gpu architecture 'compute_120'", "does not build for this GPU"),
        ("CMake Error: Could NOT find Vulkan (missing: Vulkan_LIBRARY)", "cmake does not find Vulkan: install"),
        ('Could not find a package configuration file provided by "hipblas"', "cmake does not find hipblas"),
        ("a.cpp:1:10: fatal error: cublas_v2.h: No such file or directory", "The header cublas_v2.h is missing"),
        (
            "x.cpp:3: error: 'foo' was not declared\nmake: *** error",
            "failed:\n    x.cpp:3: error: 'foo' was not declared\n",
        ),
        ("", "it said nothing"),
    ],
)
def test_a_failed_build_is_explained_by_its_log(log, explanation):
    said = wheels.explain(log, Path("build.log"))
    assert re.search(explanation, said)
    assert "build.log" in said


PIP_AROUND = """\
  Building wheel for llama-cpp-python (pyproject.toml): started
  error: subprocess-exited-with-error
  × Building wheel for llama-cpp-python (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> See above for output.
  note: This error originates from a subprocess, and is likely not a problem with pip.
ERROR: Failed building wheel for llama-cpp-python
"""


def test_what_is_optional_and_missing_is_not_blamed():
    log = "-- Could NOT find OpenMP_CXX (missing: OpenMP_CXX_FLAGS)\nx.cpp:3:1: error: expected ';'\n" + PIP_AROUND
    said = wheels.explain(log, Path("/a/build.log"))
    assert said == "The build failed:\n    x.cpp:3:1: error: expected ';'\nThe log is in /a/build.log."


@needs_cmake
def test_what_cmake_itself_says_is_shown_whole(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.21)\nproject(own NONE)\n"
        'message(STATUS "quite normal")\n'
        'message(FATAL_ERROR "The compiler of this toolkit is too old.\\n\\nTake a newer one, and name it.")\n'
    )
    run = subprocess.run(["cmake", "-S", tmp_path, "-B", tmp_path / "b"], capture_output=True, text=True)
    log = textwrap.indent(run.stdout + run.stderr, "  ") + PIP_AROUND  # as pip shows it
    said = wheels.explain(log, Path("/a/build.log"))
    assert "CMake Error at CMakeLists.txt:4 (message):" in said
    assert "The compiler of this toolkit is too old." in said
    assert "Take a newer one, and name it." in said
    assert "quite normal" not in said
    assert "pip" not in said
    assert said.splitlines()[-1] == "The log is in /a/build.log."


def test_a_long_wall_of_errors_is_cut_to_the_first(tmp_path):
    log = "\n".join(f"x.cpp:{line}: error: {'long ' * 100}" for line in range(1000))
    said = wheels.explain(log, Path("build.log"))
    assert len(said.splitlines()) <= 16
    assert max(map(len, said.splitlines())) <= 250
    assert "x.cpp:0: error" in said


@pytest.mark.parametrize(
    "line",
    [
        "ninja: error: loading 'build.ninja': No such file or directory",
        "/usr/bin/ld: cannot find -lcublas: No such file or directory",
        "foo.cpp(12): error C2065: 'x': undeclared identifier",
        "LINK : fatal error LNK1104: cannot open file 'vulkan-1.lib'",
        "make[2]: *** No rule to make target 'a.o'.  Stop.",
        "foo.o: in function `bar': undefined reference to `ggml_x'",
        "clang++: error: cannot find ROCm device library",
        "CMake Error: CMake was unable to find a build program corresponding to Ninja.",
        "FAILED: CMakeFiles/a.o",
    ],
)
def test_what_compilers_and_linkers_say_is_shown(line):
    assert f"    {line}\n" in wheels.explain(f"noise\n  {line}\nmore noise\n", Path("build.log"))


def test_a_build_starts_no_more_compilers_than_the_container_may_use(monkeypatch):
    monkeypatch.delenv("CMAKE_BUILD_PARALLEL_LEVEL", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert plugins._jobs() == ["1"]
    monkeypatch.setenv("CMAKE_BUILD_PARALLEL_LEVEL", "7")
    assert plugins._jobs() == ["7"]


@pytest.fixture
def pip(tmp_path):
    """A stand-in for a Python whose pip builds in no time, and the calls that it got."""
    calls = tmp_path / "calls"
    path = tmp_path / "python"
    path.write_text(
        textwrap.dedent(f"""\
        #!/bin/sh
        echo "$CMAKE_ARGS|$HIPCXX|$*" >> {calls}
        case "$*" in
        *fail*) echo "[1/2] Building"; echo "x.cpp: fatal error: Killed"; exit 1;;
        *wheel*) while [ "$1" != --wheel-dir ]; do shift; done
            echo "  [1/2] Building CXX object"; echo "noise"; echo "[2/2] Linking"
            echo wheel > "$2/llama_cpp_python-0.3.36-py3-none-any.whl";;
        esac
        """)
    )
    path.chmod(0o755)
    return str(path), lambda: calls.read_text().splitlines() if calls.exists() else []


@posix
def test_a_wheel_is_built_with_the_flags_and_then_stored(tmp_path, pip):
    python, calls = pip
    steps = []
    made = build(definitions=("-DGPU_TARGETS=gfx1030;gfx1100", "-DX=a b"), environment={"HIPCXX": "clang"})
    for _ in range(2):
        path = wheels.wheel(python, Path("x.tar.gz"), made, tmp_path / "kept", lambda *step: steps.append(step))
    assert path.read_text() == "wheel\n"
    (call,) = calls()
    assert call.startswith("'-DGPU_TARGETS=gfx1030;gfx1100' '-DX=a b'|clang|")
    assert "--no-cache-dir" in call
    assert "cmake.build-type=Release" in call
    assert steps == [(1, 2), (2, 2)]
    assert "noise" in (tmp_path / "kept" / "build.log").read_text()


@posix
@needs_cmake
def test_a_wheel_of_other_flags_in_the_folder_that_is_named_is_replaced(tmp_path, pip, monkeypatch, capsys):
    """Wheels of all presets have one name."""
    monkeypatch.setattr(wheels, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(wheels, "source", lambda *_: Path("llama_cpp_python-0.3.36.tar.gz"))
    folder = tmp_path / "wheels"
    folder.mkdir()
    other = folder / "llama_cpp_python-0.3.36-py3-none-any.whl"
    other.write_text("of another preset")
    assert command.main(["cpu", "--python", pip[0], "--wheel-dir", str(folder)]) == 0
    assert other.read_text() == "wheel\n"
    assert list(folder.iterdir()) == [other]


@posix
def test_a_build_that_failed_is_explained_and_leaves_no_wheel(tmp_path, pip):
    with pytest.raises(BuildError, match="ran out of memory"):
        wheels.wheel(pip[0], Path("fail.tar.gz"), build(), tmp_path / "kept", lambda *_: None)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["build.log"]


def test_a_python_that_is_none_is_named(tmp_path):
    with pytest.raises(BuildError, match="nowhere cannot be run"):
        wheels.source(str(tmp_path / "nowhere"), "llama-cpp-python", tmp_path)


# --- a plugin for what is installed ---


@pytest.fixture
def environment(tmp_path):
    """A stand-in for the Python of an environment, and the folder of its llama-cpp-python's libraries."""
    folder = tmp_path / "site" / "llama_cpp" / "lib"
    folder.mkdir(parents=True)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho 0.3.36\necho {folder}\n")
    python.chmod(0o755)
    return str(python), folder


@posix
def test_a_plugin_is_added_only_to_plugins(environment):
    python, folder = environment
    (folder / "libggml-cpu.so").touch()
    with pytest.raises(BuildError, match="not built as plugins: leave out --add"):
        plugins.installed(python)
    (folder / "libggml-cpu-haswell.so").touch()
    assert plugins.installed(python) == plugins.Installed("0.3.36", folder)


@posix
def test_an_environment_without_llama_cpp_python_is_reported(tmp_path):
    with pytest.raises(BuildError, match="has no llama-cpp-python: leave out --add"):
        plugins.installed(str(program(tmp_path, "python", "", code=1)))


CMAKE = """#!/bin/sh
echo "$@" >> {calls}
case "$*" in
*--build*) echo "[ 50%] Building"; mkdir -p $2/ggml/src; echo library > $2/ggml/src/libggml-vulkan.so
    ln -s libggml-vulkan.so $2/ggml/src/libggml-vulkan.so.0;;
esac
"""


@posix
def test_a_plugin_is_built_from_the_installed_version_and_put_beside_the_others(environment, tmp_path, monkeypatch):
    python, folder = environment
    calls = tmp_path / "calls"
    cmake = tmp_path / "bin" / "cmake"
    cmake.parent.mkdir()
    cmake.write_text(CMAKE.format(calls=calls))
    cmake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{cmake.parent}{os.pathsep}{os.environ['PATH']}")

    def source(python, requirement, into):
        assert requirement == "llama-cpp-python==0.3.36"
        with tarfile.open(into / "llama_cpp_python-0.3.36.tar.gz", "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("llama_cpp_python-0.3.36/CMakeLists.txt"))
        return into / "llama_cpp_python-0.3.36.tar.gz"

    monkeypatch.setattr(plugins, "source", source)
    preset = presets.Preset("vulkan", ("-DGGML_VULKAN:BOOL=ON",), {}, "Release", ("vulkan",))
    made = build(definitions=preset.definitions)
    steps = []
    place = plugins.Installed("0.3.36", folder)
    added = plugins.add(python, preset, made, place, tmp_path / "log" / "add.log", lambda *step: steps.append(step))
    assert added == [folder / "libggml-vulkan.so"]
    assert added[0].read_text() == "library\n"
    configure, compiling = calls.read_text().splitlines()
    assert "-DGGML_VULKAN:BOOL=ON" in configure
    assert compiling.endswith("--target ggml-vulkan")
    assert steps == [(50, 100)]


@posix
def test_a_preset_without_a_gpu_has_nothing_to_add(environment, tmp_path):
    preset = presets.Preset("cpu-portable", ("-DGGML_BACKEND_DL:BOOL=ON",), {}, "Release", ())
    place = plugins.Installed("0.3.36", environment[1])
    with pytest.raises(BuildError, match="cpu-portable has no GPU backend to add"):
        plugins.add("python", preset, build(), place, tmp_path / "add.log", lambda *_: None)


# --- whether what was built shows a device ---

VULKAN = presets.Preset("vulkan", ("-DGGML_BACKEND_DL:BOOL=ON", "-DGGML_VULKAN:BOOL=ON"), {}, "Release", ())
BOTH = presets.Preset("cuda-vulkan", ("-DGGML_CUDA:BOOL=ON", "-DGGML_VULKAN:BOOL=ON"), {}, "Release", ())
CPU = presets.Preset("cpu-portable", ("-DGGML_BACKEND_DL:BOOL=ON", "-DGGML_VULKAN:BOOL=OFF"), {}, "Release", ())
METAL = presets.Preset("metal", ("-DGGML_METAL:BOOL=ON",), {}, "Release", ())
ARC = Card("Intel Arc A770", "Intel", "xe")


@pytest.fixture
def loads(monkeypatch):
    """What comes of loading each backend, by its name; and the cards of the machine."""
    outcomes = {}
    monkeypatch.setattr(plugin_trial, "attempt", lambda python, folder, file, backend: outcomes[backend])
    monkeypatch.setattr(graphics, "cards", lambda: (ARC,))
    return outcomes


def test_a_backend_with_a_device_is_right_and_one_that_was_not_built_is_not_asked(loads):
    loads["Vulkan"] = Outcome(1, "")
    assert proof.without_device("python", VULKAN, Path("lib")) == []
    assert proof.without_device("python", CPU, Path("lib")) == []


def test_each_backend_without_a_device_is_named_with_what_is_missing_and_the_next_step(loads):
    loads |= {
        "CUDA": Outcome(None, "libcunothing.so.13: cannot open shared object file: No such file or directory"),
        "Vulkan": Outcome(1, ""),
    }
    (said,) = proof.without_device("python", BOTH, Path("lib"))
    assert said.startswith("CUDA does not load (libcunothing.so.13: cannot open shared object file: No such file or")
    assert "libcunothing.so.13 is nowhere here: install the CUDA toolkit" in said
    loads |= {"CUDA": Outcome(2, ""), "Vulkan": Outcome(0, "ggml_vulkan: No devices found.")}
    (said,) = proof.without_device("python", BOTH, Path("lib"))
    assert said.startswith("Vulkan loads and finds no device (ggml_vulkan: No devices found.). ")


def test_without_a_card_the_reason_is_that_there_is_none(loads, monkeypatch):
    loads["Vulkan"] = Outcome(0, "ggml_vulkan: No devices found.")
    monkeypatch.setattr(graphics, "cards", lambda: (Card("ASPEED", "ASPEED", why_not="it is a remote console"),))
    (said,) = proof.without_device("python", VULKAN, Path("lib"))
    assert said.endswith("No GPU that it is made for is found in this machine.")


def test_a_backend_that_is_no_plugin_is_asked_in_ggmls_own_library(monkeypatch):
    asked = []
    monkeypatch.setattr(plugin_trial, "attempt", lambda *arguments: asked.append(arguments) or Outcome(1, ""))
    assert proof.without_device("python", METAL, Path("lib")) == []
    assert asked == [("python", Path("lib"), "", "MTL")]


@pytest.mark.skipif(not LINUX, reason="the words are those of Linux' loader")
def test_a_plugin_that_really_does_not_load_is_named_with_the_loaders_words(tmp_path):
    broken(tmp_path / "libggml-vulkan.so")
    (said,) = proof.without_device(sys.executable, VULKAN, tmp_path)
    assert said.startswith(f"Vulkan does not load ({MISSING[:15]}")
    assert "cannot open shared object file" in said


def test_the_libraries_of_an_environment_are_found():
    assert wheels.library_folder(sys.executable) == native.library_folder()


@pytest.fixture
def built(monkeypatch):
    """A build that is done; the commands of localalt that are run then."""
    commands = []

    def nowhere(line, *, capture=True):
        if line[1:3] == ["-m", "localalt"]:
            commands.append(line[3])
        return subprocess.CompletedProcess(line, 0, "/a/lib\n", "")

    monkeypatch.setattr(wheels, "run_nowhere", nowhere)
    for name in ("source", "wheel", "install", "leave_trace"):
        monkeypatch.setattr(wheels, name, lambda *_: Path("llama_cpp_python-0.3.36.tar.gz"))
    monkeypatch.setattr(plugins, "installed", lambda python: plugins.Installed("0.3.36", Path("/a/lib")))
    monkeypatch.setattr(plugins, "add", lambda *_: [Path("/a/lib/libggml-vulkan.so")])
    monkeypatch.setattr(presets, "resolve", lambda name: VULKAN)
    monkeypatch.setattr(toolchains, "check", lambda *_, **__: toolchains.Found())
    return commands


@pytest.mark.parametrize("options", [[], ["--add"]])
def test_a_build_whose_backend_shows_no_device_fails_with_the_next_step(built, loads, capsys, options):
    loads["Vulkan"] = Outcome(None, "libvulkan.so.1: cannot open shared object file: No such file or directory")
    assert command.main(["vulkan", *options]) == 1
    said = capsys.readouterr().err
    assert "The preset vulkan is built and installed, but shows no device here:\n- Vulkan does not load (lib" in said
    assert "apt install libvulkan1" in said
    assert said.rstrip().endswith("name its GPU with --arch, or add --no-doctor.")
    assert built == ["devices"]  # a doctor of the CPU alone would take its time


@pytest.mark.parametrize("options", [["--no-doctor"], ["--arch", "gfx1100"], ["--add", "--no-doctor"]])
def test_a_build_for_another_machine_says_so_and_is_no_failure(built, loads, capsys, options):
    loads["Vulkan"] = Outcome(0, "ggml_vulkan: No devices found.")
    assert command.main(["vulkan", *options]) == 0
    assert "shows no device here:\n- Vulkan loads and finds no device" in capsys.readouterr().err


def test_a_build_that_shows_its_device_is_examined(built, loads, capsys):
    loads["Vulkan"] = Outcome(1, "")
    assert command.main(["vulkan"]) == 0
    assert built == ["devices", "doctor"]
    assert "no device" not in capsys.readouterr().err


# --- the command ---


def run(*arguments, **environment):
    command = [sys.executable, str(ROOT / "scripts" / "build_backend.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


@pytest.mark.slow
def test_without_a_preset_the_command_lists_them():
    listed = run()
    assert listed.returncode == 0
    table, _, advice = listed.stdout.partition("\n\n")
    assert re.findall(r"^(\S+)", table, re.MULTILINE) == list(presets.names())
    assert "In this machine: " in advice or "No GPU that could compute is found in this machine" in advice
    assert max(map(len, listed.stdout.splitlines())) <= 80


@pytest.mark.slow
@needs_cmake
def test_the_flags_are_printed_as_a_shell_takes_them(tmp_path):
    printed = run("cpu", "--print")
    assert printed.returncode == 0, printed.stderr
    assert "GGML_NATIVE:BOOL=ON" in printed.stdout
    shell = subprocess.run(
        ["sh", "-c", f'{printed.stdout.strip()}\necho "$CMAKE_ARGS"'], capture_output=True, text=True, check=True
    )
    assert "-DGGML_NATIVE:BOOL=ON" in shell.stdout


@pytest.mark.slow
@needs_cmake
def test_the_flags_are_printed_for_another_machine_too(tmp_path):
    printed = run("rocm", "--print", PATH=os.pathsep.join([str(Path(shutil.which("cmake")).parent)]), ROCM_PATH="/none")
    assert printed.returncode == 0
    assert "-DGGML_HIP:BOOL=ON" in printed.stdout
    assert printed.stderr.startswith("Here it would not build. ")


def test_a_full_disk_at_the_download_is_reported_as_that(tmp_path, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "OSError: [Errno 28] No space left on device\n")
    monkeypatch.setattr(wheels, "_check_pip", lambda python: None)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: failed)
    with pytest.raises(presets.BuildError, match=r"There is no room for the source of llama-cpp-python in .*free some"):
        wheels.source("python", "llama-cpp-python", tmp_path / "scratch")


@pytest.mark.slow
@needs_cmake
def test_what_is_missing_is_one_line_and_no_traceback(tmp_path):
    refused = run("cuda", PATH=os.pathsep.join([str(Path(shutil.which("cmake")).parent)]), CXX="no-such-compiler")
    assert refused.returncode == 1
    assert refused.stderr.startswith("There is no C++ compiler no-such-compiler")
    assert len(refused.stderr.splitlines()) == 1


def test_the_version_is_the_one_that_the_package_takes():
    assert command._requirement(None).startswith("llama-cpp-python>=0.3.36")
    assert command._requirement("0.3.40") == "llama-cpp-python==0.3.40"
