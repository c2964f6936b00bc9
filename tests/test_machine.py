"""What the machine has, read from made-up and from real files."""

import pytest

from localalt import machine, native
from localalt.units import amount

MEMINFO = "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:   12000000 kB\n"
KIB = 1024


def test_available_memory_is_more_than_what_is_free():
    assert machine._meminfo(MEMINFO) == (12_000_000 * KIB, 16_000_000 * KIB)


@pytest.mark.parametrize("version", [1, 2])
def test_a_containers_limit_counts_and_its_file_cache_does_not(tmp_path, version):
    folder = tmp_path / "memory" if version == 1 else tmp_path
    folder.mkdir(exist_ok=True)
    limit, used = (
        ("memory.limit_in_bytes", "memory.usage_in_bytes") if version == 1 else ("memory.max", "memory.current")
    )
    (folder / limit).write_text("4000\n")
    (folder / used).write_text("3000\n")
    (folder / "memory.stat").write_text("anon 2000\ninactive_file 900\n")
    assert machine._limited(50_000, 100_000, tmp_path) == (1900, 4000)
    assert machine._limited(500, 100_000, tmp_path) == (500, 4000)


@pytest.mark.parametrize("limit", ["max", "9223372036854771712"])
def test_a_container_without_a_limit_has_the_machines_memory(tmp_path, limit):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text("3000")
    (tmp_path / "memory.stat").write_text("")
    assert machine._limited(50_000, 100_000, tmp_path) == (50_000, 100_000)


def test_no_container_at_all_is_the_machines_memory(tmp_path):
    assert machine._limited(50_000, 100_000, tmp_path) == (50_000, 100_000)


def test_this_machine_has_memory_and_cores():
    here = machine.this_machine()
    assert 0 < here.ram_free_bytes <= here.ram_total_bytes
    assert here.ram_total_bytes <= native.ram()[1]
    assert here.n_cores >= 1
    assert all(device.name and device.total_bytes >= device.free_bytes for device in here.devices)


def test_without_gpus_none_is_looked_for():
    assert machine.this_machine(gpu=False).devices == ()


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "2 KB"),
        (532_517_120, "533 MB"),
        (999_600_000, "1.00 GB"),
        (1_949_063_104, "1.95 GB"),
        (9_996_000_000, "10.0 GB"),
        (16_700_000_000, "16.7 GB"),
    ],
)
def test_amounts_read_as_hubs_and_disks_count(n_bytes, text):
    assert amount(n_bytes) == text
