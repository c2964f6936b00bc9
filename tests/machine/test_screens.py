"""Which GPUs drive a display, and what memory firmware set aside: made-up /sys."""

import pytest

from localalt.machine.graphics import System, drives_display, free_carve_out
from tests.support.file_trees import tree

CARD, OTHER = "0000:01:00.0", "0000:65:00.0"


@pytest.fixture
def system(tmp_path):
    """A Linux system with nothing in it."""
    return System(tmp_path, "linux", "x86_64", {})


def connector(system, device_id, name, status):
    tree(system.root, {f"sys/bus/pci/devices/{device_id}/drm/{name.partition('-')[0]}/{name}/status": f"{status}\n"})


def test_a_card_drives_a_display_where_one_is_connected(system):
    connector(system, CARD, "card1-DP-1", "disconnected")
    connector(system, CARD, "card1-HDMI-A-1", "disconnected")
    assert not drives_display(CARD, system)
    connector(system, CARD, "card1-DP-2", "connected")
    assert drives_display(CARD, system)
    assert drives_display(CARD.upper(), system)
    assert not drives_display(OTHER, system)


def test_the_laptops_own_screen_is_on_the_other_card(system):
    connector(system, OTHER, "card0-eDP-1", "connected")
    connector(system, CARD, "card1-HDMI-A-1", "disconnected")
    assert (drives_display(OTHER, system), drives_display(CARD, system)) == (True, False)


def test_a_writeback_connector_shows_nothing(system):
    connector(system, CARD, "card0-Writeback-1", "connected")
    assert not drives_display(CARD, system)


def test_a_card_that_shows_no_connectors_counts_where_the_computer_started_with_it(system):
    tree(system.root, {f"sys/bus/pci/devices/{CARD}/boot_vga": "1\n", f"sys/bus/pci/devices/{OTHER}/boot_vga": "0\n"})
    assert (drives_display(CARD, system), drives_display(OTHER, system)) == (True, False)


def test_a_card_without_an_address_drives_a_display_where_any_does(system):
    assert not drives_display("", system)
    tree(system.root, {"sys/class/drm/card0/card0-DP-1/status": "connected\n"})
    assert drives_display("", system)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_where_a_system_does_not_say_it_is_assumed(tmp_path, platform):
    assert drives_display(CARD, System(tmp_path, platform, "", {}))


def test_wsl_has_windows_screen(system):
    tree(system.root, {"dev/dxg": ""})
    assert drives_display(CARD, system)


def amdgpu(system, total, used):
    folder = f"sys/bus/pci/devices/{OTHER}"
    tree(system.root, {f"{folder}/mem_info_vram_total": f"{total}\n", f"{folder}/mem_info_vram_used": f"{used}\n"})


def test_what_firmware_set_aside_is_what_the_driver_calls_vram(system):
    assert free_carve_out(OTHER, "Vulkan", 16 << 30, system) == 0
    amdgpu(system, 4 << 30, 1 << 30)
    assert free_carve_out(OTHER, "Vulkan", 16 << 30, system) == 3 << 30
    assert free_carve_out("", "Vulkan", 16 << 30, system) == 0


def test_rocm_takes_all_from_ram_where_it_sees_more(system):
    amdgpu(system, 4 << 30, 1 << 30)
    assert free_carve_out(OTHER, "ROCm", 4 << 30, system) == 3 << 30
    assert free_carve_out(OTHER, "ROCm", 16 << 30, system) == 0


@pytest.mark.parametrize("text", ["", "much", "-5", "9" * 30])
def test_a_file_without_a_number_counts_as_nothing(system, text):
    tree(system.root, {f"sys/bus/pci/devices/{OTHER}/mem_info_vram_total": text})
    assert free_carve_out(OTHER, "Vulkan", 16 << 30, system) == 0
