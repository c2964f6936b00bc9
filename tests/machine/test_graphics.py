"""Which graphics cards are in a machine, and what is said of them: made-up /sys, /proc, /dev and registry."""

import dataclasses
import gzip
import json
import re

import pytest

from localalt import cli, native
from localalt.machine import graphics
from localalt.machine.graphics import Card, System, advise, cards, rocm as rocm_of, unused
from tests.support.file_trees import tree
from tests.support.paths import ROOT

PCI_IDS = """\
# a comment
1002  Advanced Micro Devices, Inc. [AMD/ATI]
\t15bf  Phoenix1
\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX/7900M]
\t\t1002 0e3b  RX 7900 GRE [XFX]
10de  NVIDIA Corporation
\t2504  GA106 [GeForce RTX 3060 Lite Hash Rate]
\t28e0  AD107M [GeForce RTX 4060 Max-Q / Mobile]
1a03  ASPEED Technology, Inc.
\t2000  ASPEED Graphics Family
8086  Intel Corporation
\t56a0  DG2 [Arc A770]
C 03  Display controller
\t00  VGA compatible controller
"""


@pytest.fixture
def system(tmp_path):
    """A Linux system with nothing in it; its user may open every device."""
    return System(tmp_path, "linux", "x86_64", {}, may_use=lambda _: True)


def on_bus(system, slot, vendor, device, driver="", kind="0x030000"):
    folder = f"sys/bus/pci/devices/{slot}"
    tree(
        system.root,
        {f"{folder}/class": f"{kind}\n", f"{folder}/vendor": f"0x{vendor}\n", f"{folder}/device": f"0x{device}\n"},
    )
    if driver:
        (system.root / folder / "driver").symlink_to(f"../../../../bus/pci/drivers/{driver}")


def files(system, *paths, **contents):
    tree(system.root, dict.fromkeys(paths, "") | contents)


def with_names(system, path="usr/share/misc/pci.ids"):
    tree(system.root, {path: PCI_IDS})


def kfd(system, gfx, bus, version=True):
    tree(
        system.root,
        {
            "sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 16\nsimd_count 0\ngfx_target_version 0\n",
            "sys/class/kfd/kfd/topology/nodes/1/properties": f"simd_count 24\nvendor_id 4098\nlocation_id {bus << 8}\n"
            f"domain 0\ngfx_target_version {gfx}\n",
        },
    )


def rocm(system, *kernels):
    files(system, "opt/rocm/bin/hipconfig", "dev/kfd", "dev/dri/renderD128")
    files(system, "opt/rocm/lib/cmake/hipblas/x", "opt/rocm/lib/cmake/rocblas/x")
    files(system, *(f"opt/rocm/lib/rocblas/library/Kernels.so-000-{each}.hsaco" for each in kernels))


def notes(system, index=0):
    advice = advise(cards(system)[index], system)
    return " ".join([*advice.notes, *advice.otherwise])


# --- looking ---


def test_a_laptop_with_two_cards_names_both_the_stronger_first(system):
    with_names(system)
    on_bus(system, "0000:c1:00.0", "1002", "15bf", "amdgpu")
    on_bus(system, "0000:01:00.0", "10de", "28e0", "nvidia", kind="0x030200")
    on_bus(system, "0000:00:1f.0", "8086", "a0a0", "lpc", kind="0x060100")
    kfd(system, 110003, 0xC1)
    assert [(card.name, card.vendor, card.driver, card.gfx) for card in cards(system)] == [
        ("NVIDIA GeForce RTX 4060 Max-Q / Mobile", "NVIDIA", "nvidia", ""),
        ("AMD Phoenix1", "AMD", "amdgpu", "gfx1103"),
    ]


@pytest.mark.parametrize(
    ("version", "gfx"),
    [(110003, "gfx1103"), (90010, "gfx90a"), (90012, "gfx90c"), (90402, "gfx942"), (120001, "gfx1201")],
)
def test_the_architecture_is_read_as_the_driver_writes_it(system, version, gfx):
    on_bus(system, "0000:03:00.0", "1002", "744c", "amdgpu")
    kfd(system, version, 3)
    assert cards(system)[0].gfx == gfx


@pytest.mark.parametrize("path", ["usr/share/hwdata/pci.ids", "usr/share/misc/pci.ids"])
def test_names_come_from_pci_ids(system, path):
    with_names(system, path)
    on_bus(system, "0000:03:00.0", "1002", "744c", "amdgpu")
    assert cards(system)[0].name == "AMD Radeon RX 7900 XT/7900 XTX/7900M"


def test_names_come_from_a_packed_file_too_and_a_damaged_one_has_none(system):
    on_bus(system, "0000:03:00.0", "8086", "56a0", "xe")
    path = system.root / "usr/share/misc/pci.ids.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(PCI_IDS.encode()))
    assert cards(system)[0].name == "Intel Arc A770"
    path.write_bytes(gzip.compress(PCI_IDS.encode())[:40])
    assert cards(system)[0].name == "Intel graphics card (8086:56a0)"


def test_nvidias_driver_knows_the_name_best(system):
    on_bus(system, "0000:01:00.0", "10de", "2504", "nvidia")
    tree(
        system.root,
        {"proc/driver/nvidia/gpus/0000:01:00.0/information": "Model: \t\t NVIDIA GeForce RTX 3060\nIRQ: 1\n"},
    )
    assert cards(system)[0].name == "NVIDIA GeForce RTX 3060"


@pytest.mark.parametrize(
    ("vendor", "device", "driver", "why_not"),
    [
        ("1a03", "2000", "ast", "remote console"),
        ("102b", "0536", "mgag200", "remote console"),
        ("1af4", "1050", "virtio-pci", "virtual machine's screen"),
        ("1234", "1111", "bochs-drm", "virtual machine's screen"),
        ("15ad", "0405", "vmwgfx", "virtual machine's screen"),
        ("1414", "5353", "hyperv_drm", "virtual machine's screen"),
        ("10de", "2504", "vfio-pci", "handed to a virtual machine"),
        ("1002", "6779", "radeon", "too old"),
        ("abcd", "1111", "", "no backend"),
    ],
)
def test_what_computes_nothing_is_named_with_the_reason_and_no_preset(system, vendor, device, driver, why_not):
    on_bus(system, "0000:06:00.0", vendor, device, driver)
    (card,) = cards(system)
    assert not card.could_compute
    assert why_not in card.why_not
    assert (advise(card, system).preset, advise(card, system).command) == ("", "")
    assert unused([card], []) == []


def test_a_data_centres_card_without_a_display_counts(system):
    on_bus(system, "0000:41:00.0", "1002", "74a1", "amdgpu", kind="0x120000")
    on_bus(system, "0000:42:00.0", "1d0f", "7064", "neuron", kind="0x120000")
    assert [card.vendor for card in cards(system)] == ["AMD"]


def test_boards_without_a_bus_are_found(system):
    tree(
        system.root,
        {"sys/class/drm/card0/device/uevent": "DRIVER=panthor\nOF_NAME=gpu\n", "sys/class/drm/renderD128/x": ""},
    )
    assert [card.name for card in cards(system)] == ["Arm Mali"]
    tree(
        system.root,
        {
            "proc/device-tree/compatible": "nvidia,p3768\0nvidia,tegra234\0",
            "proc/device-tree/model": "Jetson Orin Nano\0",
        },
    )
    (card,) = cards(system)
    assert (card.name, advise(card, system).preset) == ("NVIDIA Jetson Orin Nano", "cuda")


@pytest.mark.parametrize(
    "contents",
    [
        {},
        {"sys/bus/pci/devices/0000:01:00.0/class": "0x030000"},
        {
            "sys/bus/pci/devices/x/class": "0x03",
            "sys/bus/pci/devices/x/vendor": "\xff",
            "sys/bus/pci/devices/x/device": "0x",
        },
        {"sys/bus/pci/devices": "a file"},
        {"sys/class/drm/card0/device/uevent": "DRIVER=\n"},
    ],
)
def test_damaged_or_missing_folders_are_not_a_card(system, contents):
    tree(system.root, contents)
    assert cards(system) == ()


@pytest.mark.slow
def test_folders_and_files_are_read_to_a_bound(system):
    tree(system.root, {"sys/bus/pci/devices/0000:01:00.0/class": "0x030000" + "\n" * 10_000_000})
    assert len(system.text("sys/bus/pci/devices/0000:01:00.0/class")) <= 1 << 16
    for index in range(1100):
        (system.root / "many" / str(index)).mkdir(parents=True)
    assert len(system.names("many")) == 1024


def test_a_mac_has_metal():
    (card,) = cards(System(platform="darwin", machine="arm64"))
    assert (card.vendor, advise(card, System(platform="darwin", machine="arm64")).preset) == ("Apple", "metal")


def test_windows_registry_is_read():
    adapters = [
        {
            "DriverDesc": "NVIDIA GeForce RTX 4090",
            "MatchingDeviceId": r"pci\ven_10de&dev_2684&subsys_1",
            "DriverVersion": "32.0",
        },
        {"DriverDesc": "Intel(R) UHD Graphics 770", "MatchingDeviceId": r"PCI\VEN_8086&DEV_4680"},
        {"DriverDesc": "NVIDIA GeForce RTX 4090", "MatchingDeviceId": r"pci\ven_10de&dev_2684&subsys_1"},
        {"DriverDesc": "Microsoft Basic Display Adapter", "MatchingDeviceId": r"root\basicdisplay"},
        {},
    ]
    windows = System(platform="win32", registry=lambda: adapters, environment={})
    found = cards(windows)
    assert [(card.vendor, card.could_compute) for card in found] == [("NVIDIA", True), ("Intel", True), ("", False)]
    assert [advise(card, windows).preset for card in found] == ["cuda", "vulkan", ""]


def test_an_unknown_system_has_no_cards():
    assert cards(System(platform="plan9")) == ()


# --- advice ---


def test_nvidia_without_its_driver_is_advised_to_install_it(system):
    on_bus(system, "0000:01:00.0", "10de", "2504", "nouveau")
    assert "NVIDIA's own driver is not loaded (nouveau is)" in notes(system)


def test_nvidias_driver_without_the_toolkit_is_explained(system):
    on_bus(system, "0000:01:00.0", "10de", "2504", "nvidia")
    files(system, "proc/driver/nvidia/version", "dev/nvidia0")
    assert advise(cards(system)[0], system).command == "python scripts/build_backend.py cuda"
    assert "CUDA toolkit (nvcc) is not here" in notes(system)
    assert "driver is not loaded" not in notes(system)
    files(system, "usr/local/cuda/bin/nvcc")
    assert notes(system) == ""


def test_nvidia_in_a_container_without_its_device_files_is_explained(system):
    on_bus(system, "0000:01:00.0", "10de", "2504", "nvidia")
    files(system, "proc/driver/nvidia/version", "usr/local/cuda/bin/nvcc")
    assert "--gpus all" in notes(system)


def test_a_desktop_radeon_with_rocm_gets_rocm(system):
    on_bus(system, "0000:03:00.0", "1002", "744c", "amdgpu")
    kfd(system, 110000, 3)
    rocm(system, "gfx1100", "gfx1030")
    advice = advise(cards(system)[0], system)
    assert (advice.preset, advice.notes) == ("rocm", ())


def test_a_radeon_without_rocm_gets_vulkan_and_a_report_of_what_rocm_takes(system):
    on_bus(system, "0000:03:00.0", "1002", "744c", "amdgpu")
    kfd(system, 110000, 3)
    files(system, "dev/kfd", "dev/dri/renderD128", "usr/share/vulkan/icd.d/radeon_icd.x86_64.json")
    advice = advise(cards(system)[0], system)
    assert advice.preset == "vulkan"
    assert advice.notes == ()
    (note,) = advice.otherwise
    assert "hipblas-dev and rocblas-dev" in note
    assert rocm_of.OLDEST in note


def test_what_rocm_lacks_is_said(system):
    on_bus(system, "0000:03:00.0", "1002", "744c", "amdgpu")
    files(system, "opt/rocm/bin/hipconfig", "opt/rocm/lib/cmake/hipblas/x", "dev/dri/renderD128")
    assert "without rocblas: install rocblas-dev" in notes(system)
    assert "There is no /dev/kfd" in notes(system)


def test_devices_that_may_not_be_opened_are_reported_with_the_groups(tmp_path):
    system = System(tmp_path, "linux", "x86_64", {}, may_use=lambda path: path.name not in ("kfd", "renderD128"))
    on_bus(system, "0000:03:00.0", "1002", "744c", "amdgpu")
    rocm(system, "gfx1100")
    assert "You may not open /dev/kfd: sudo usermod -aG render,video" in notes(system)
    assert "You may not open /dev/dri/renderD128" in notes(system)


@pytest.mark.parametrize(
    ("version", "there", "said"),
    [
        (
            100306,
            ("gfx1030", "gfx1100"),
            "for gfx1030, which gfx1036 runs under an override. AMD does not support that",
        ),
        (100305, ("gfx1030",), "HSA_OVERRIDE_GFX_VERSION=10.3.0 python scripts/build_backend.py rocm --arch gfx1030"),
        (110003, ("gfx1100", "gfx1102"), "HSA_OVERRIDE_GFX_VERSION=11.0.2 python scripts/build_backend.py rocm"),
        (110003, ("gfx1100", "gfx1030"), "No override helps: there are kernels for gfx1030, gfx1100 alone"),
        (90012, ("gfx900", "gfx1030"), "HSA_OVERRIDE_GFX_VERSION=9.0.0 python scripts/build_backend.py rocm"),
        (90012, ("gfx906", "gfx1030"), "gfx90c can run none of them"),
        (90012, (), "AMD's rocBLAS has no kernels for gfx90c"),
    ],
)
def test_a_chip_without_kernels_gets_vulkan_and_the_nearest_chip_that_has_some(system, version, there, said):
    on_bus(system, "0000:03:00.0", "1002", "15bf", "amdgpu")
    kfd(system, version, 3)
    rocm(system, *there)
    assert advise(cards(system)[0], system).preset == "vulkan"
    assert said in notes(system)
    assert "11.0.0" not in notes(system)  # gfx1100's kernels need more registers than gfx1103 has


def test_what_rocm_takes_comes_last_and_says_that_it_is_about_rocm(system):
    on_bus(system, "0000:03:00.0", "1002", "15bf", "amdgpu")
    kfd(system, 110003, 3)
    files(system, "dev/dri/renderD128")
    advice = advise(cards(system)[0], system)
    assert [note[:20] for note in advice.notes] == ["No Vulkan driver is "]
    assert [note[:26] for note in advice.otherwise] == [
        "For the preset rocm: AMD's",  # rocBLAS has no kernels
        "For the preset rocm: ROCm ",  # is not here
        "For the preset rocm: There",  # is no /dev/kfd
    ]
    kfd(system, 90012, 3)
    assert "hipconfig" not in notes(system)  # installing ROCm would not help


def test_where_no_card_of_another_chip_helps_the_folder_that_was_looked_into_is_named(system):
    on_bus(system, "0000:03:00.0", "1002", "15bf", "amdgpu")
    kfd(system, 110003, 3)
    rocm(system, "gfx1030")
    assert "rocBLAS in /opt/rocm/lib/rocblas/library has no kernels for gfx1103" in notes(system)


def test_the_override_in_the_environment_is_the_chip_that_counts(system):
    on_bus(system, "0000:03:00.0", "1002", "15bf", "amdgpu")
    kfd(system, 100305, 3)
    rocm(system, "gfx1030")
    own = dataclasses.replace(system, environment={"HSA_OVERRIDE_GFX_VERSION": "10.3.0"})
    assert advise(cards(own)[0], own).preset == "rocm"
    other = dataclasses.replace(system, environment={"HSA_OVERRIDE_GFX_VERSION": "9.0.12"})
    assert "no kernels for gfx90c" in notes(other)


@pytest.mark.parametrize("chip", sorted(rocm_of.NEAREST))
def test_the_nearest_chip_is_of_the_same_family_and_has_kernels_of_its_own_somewhere(chip):
    nearest = rocm_of.NEAREST[chip]
    assert chip[:-2] == nearest[:-2]
    assert nearest not in rocm_of.NEAREST
    assert re.fullmatch(r"\d+\.\d+\.\d+", rocm_of.override_for(nearest))


@pytest.mark.parametrize(
    ("folder", "environment"),
    [
        ("opt/rocm/lib/rocblas/library", {}),
        ("opt/rocm-6.4.1/lib/rocblas/library", {}),
        ("usr/lib64/rocblas/library", {}),
        ("usr/lib/x86_64-linux-gnu/rocblas/4.4.1/library", {}),
        ("usr/lib64/rocm/gfx11/lib/rocblas/library", {}),
        ("srv/rocm/lib/rocblas/library", {"ROCM_PATH": "/srv/rocm"}),
        ("AMD/ROCm/6.2/bin/rocblas/library", {"HIP_PATH": "/AMD/ROCm/6.2"}),
        ("srv/kernels", {"ROCBLAS_TENSILE_LIBPATH": "/srv/kernels"}),
    ],
)
def test_kernels_are_found_wherever_rocblas_has_them(system, folder, environment):
    files(
        system,
        f"{folder}/TensileLibrary_lazy_gfx1102.dat",
        f"{folder}/Kernels.so-000-gfx90a-xnack+.hsaco",
        f"{folder}/TensileLibrary_Type_HH_Contraction_l_Ailk_Bjlk_Cijk_Dijk_fallback_gfx1030.hsaco",
        f"{folder}/README.md",
    )
    found = rocm_of.kernels(dataclasses.replace(system, environment=environment))
    assert found == rocm_of.Kernels(frozenset({"gfx1102", "gfx90a", "gfx1030"}), folder)


def test_kernels_of_all_families_count_where_each_has_a_folder(system):
    files(system, "usr/lib64/rocm/gfx10/lib/rocblas/library/TensileLibrary_lazy_gfx1030.dat")
    files(system, "usr/lib64/rocm/gfx11/lib/rocblas/library/TensileLibrary_lazy_gfx1103.dat")
    assert rocm_of.kernels(system).architectures == {"gfx1030", "gfx1103"}


def test_the_rocblas_that_is_named_counts_before_others(system):
    files(system, "opt/rocm/lib/rocblas/library/TensileLibrary_lazy_gfx1030.dat")
    files(system, "srv/rocm/lib/rocblas/library/TensileLibrary_lazy_gfx1103.dat")
    named = dataclasses.replace(system, environment={"ROCM_PATH": "/srv/rocm"})
    assert rocm_of.kernels(named).architectures == {"gfx1103"}
    assert rocm_of.kernels(system, ["/opt/rocm"]).architectures == {"gfx1030"}


def test_without_a_rocblas_amds_own_counts(system):
    assert rocm_of.kernels(system) == rocm_of.Kernels(rocm_of.KERNELS)


def test_thousands_of_kernels_in_a_folder_hide_none(system):
    """ROCm's own folder has more files than a bus has devices."""
    names = [*(f"Kernel{index:04}_gfx1100.hsaco" for index in range(3000)), "Kernel_gfx1030.hsaco"]

    class Large(System):
        def names(self, folder, *, most=1024):
            return names[:most] if folder == "opt/rocm/lib/rocblas/library" else []

    assert rocm_of.kernels(Large(system.root, "linux", "x86_64", {})).architectures == {"gfx1100", "gfx1030"}


def test_the_installed_rocblas_knows_best_which_chips_it_has_kernels_for(system):
    on_bus(system, "0000:03:00.0", "1002", "15bf", "amdgpu")
    kfd(system, 110003, 3)
    rocm(system, "gfx1103")  # as Fedora's has
    assert advise(cards(system)[0], system).preset == "rocm"


def test_intel_gets_vulkan_and_a_missing_driver_is_reported(system):
    on_bus(system, "0000:03:00.0", "8086", "56a0", "xe")
    files(system, "usr/share/vulkan/icd.d/lvp_icd.x86_64.json", "dev/dri/renderD128")
    assert advise(cards(system)[0], system).preset == "vulkan"
    assert "apt install mesa-vulkan-drivers" in notes(system)
    files(system, "usr/share/vulkan/icd.d/intel_icd.x86_64.json")
    assert notes(system) == ""


def test_wsl_is_explained(system):
    files(system, "dev/dxg")
    assert advise(cards(system)[0], system).preset == "vulkan"
    assert "/dev/dxg" in notes(system)
    files(system, "usr/lib/wsl/lib/libcuda.so.1")
    assert (cards(system)[0].vendor, advise(cards(system)[0], system).preset) == ("NVIDIA", "cuda")


def test_every_preset_that_is_recommended_is_one_of_the_file():

    file = ROOT / "CMakePresets.json"
    known = {entry["name"] for entry in json.loads(file.read_text())["configurePresets"] if not entry.get("hidden")}
    assert {"cuda", "rocm", "vulkan", "metal", "cpu"} <= known


# --- used or not ---

NVIDIA = Card("NVIDIA GeForce RTX 3060", "NVIDIA", "nvidia")
RADEON = Card("AMD Phoenix1", "AMD", "amdgpu", gfx="gfx1103")
ARC = Card("Intel Arc A770", "Intel", "xe")


@pytest.mark.parametrize(
    ("in_use", "left"),
    [
        ([], [NVIDIA, RADEON]),
        ([("CUDA", "NVIDIA GeForce RTX 3060")], [RADEON]),
        ([("Vulkan", "AMD Radeon 780M Graphics (RADV PHOENIX)")], [NVIDIA]),
        ([("ROCm", "gfx1103")], [NVIDIA]),
        ([("Vulkan", "NVIDIA GeForce RTX 3060"), ("Vulkan", "AMD Radeon 780M (RADV)")], []),
        ([("Vulkan", "llvmpipe (LLVM 15.0.6, 256 bits)")], [NVIDIA, RADEON]),
    ],
)
def test_cards_that_no_backend_has_are_left_over(in_use, left):
    assert unused([NVIDIA, RADEON], in_use) == left


def test_of_two_equal_cards_of_which_one_is_seen_one_is_left():
    assert unused([NVIDIA, NVIDIA], [("CUDA", "NVIDIA GeForce RTX 3060")]) == [NVIDIA]
    assert unused([ARC], [("Vulkan", "Intel(R) Arc(tm) A770 Graphics (DG2)")]) == []


# --- in the commands ---


@pytest.fixture
def with_a_card(monkeypatch):
    monkeypatch.setattr(graphics, "cards", lambda: (NVIDIA, Card("ASPEED", "ASPEED", why_not="it is a remote console")))
    cpu = tuple(device for device in native.devices() if device.kind == "cpu")
    monkeypatch.setattr(native, "devices", lambda: cpu)
    monkeypatch.setattr(native, "gpus", lambda: ())


def test_devices_names_the_card_and_the_command_within_80_columns(with_a_card, capsys):
    assert cli.main(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Not used: NVIDIA GeForce RTX 3060, driver nvidia" in lines
    assert "    python scripts/build_backend.py cuda" in lines
    assert "Not used: ASPEED: it is a remote console." in lines
    assert max(map(len, lines)) <= 80
    cli.main(["devices", "--json"])
    listed = json.loads(capsys.readouterr().out)["graphics_cards"]
    assert [(each["name"], each["is_used"], each["preset"]) for each in listed] == [
        ("NVIDIA GeForce RTX 3060", False, "cuda"),
        ("ASPEED", False, ""),
    ]


def test_plan_names_the_card_and_the_command(with_a_card, capsys):
    assert cli.main(["plan", "qwen3.5-2b", "--json"]) == 0
    reasons = json.loads(capsys.readouterr().out)["reasons"]
    (said,) = [reason for reason in reasons if "RTX 3060" in reason]
    assert "python scripts/build_backend.py cuda" in said
    cli.main(["plan", "qwen3.5-2b", "--device", "cpu", "--json"])
    assert "RTX 3060" not in capsys.readouterr().out


def test_a_gpu_that_was_asked_for_and_is_not_built_for_is_named(with_a_card, capsys):
    assert cli.main(["plan", "--device", "gpu"]) == 2
    assert "In this machine is NVIDIA GeForce RTX 3060" in capsys.readouterr().err
