"""What the machine has, read from made-up and from real files."""

import pytest

from localalt import machine, native
from localalt.machine import probe
from localalt.units import format_bytes
from tests.support.file_trees import tree

MEMINFO = "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:   12000000 kB\n"
KIB = 1024


def test_available_memory_is_more_than_what_is_free():
    assert probe._meminfo(MEMINFO) == (12_000_000 * KIB, 16_000_000 * KIB)


def group(root, version, path, limit, used="3000"):
    """A control group with a limit, of whose use 900 bytes are cached files."""
    folder = root / ("memory" if version == 1 else "") / path
    folder.mkdir(parents=True, exist_ok=True)
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes") if version == 1 else ("memory.max", "memory.current")
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(used)
    (folder / "memory.stat").write_text("anon 2000\ninactive_file 900\n")


MEMBERSHIP = {1: "5:cpu,cpuacct:/\n4:memory:/own/deep\n", 2: "0::/own/deep\n"}


def limited(free, total, folder, version):
    """With the groups of `folder` mounted where they usually are, as far as no mountinfo says otherwise."""
    tree(folder, {"proc/self/cgroup": MEMBERSHIP[version]})
    return probe._limited(free, total, folder)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("path", ["own/deep", "own", ""])
def test_a_containers_limit_counts_and_its_file_cache_does_not(tmp_path, version, path):
    group(tmp_path / "sys/fs/cgroup", version, path, 4000)
    assert limited(50_000, 100_000, tmp_path, version) == (1900, 4000)
    assert limited(500, 100_000, tmp_path, version) == (500, 4000)


def test_the_tightest_limit_counts(tmp_path):
    group(tmp_path / "sys/fs/cgroup", 2, "own", 4000)
    group(tmp_path / "sys/fs/cgroup", 2, "own/deep", 9000)
    assert limited(50_000, 100_000, tmp_path, 2) == (1900, 4000)


@pytest.mark.parametrize("limit", ["max", "9223372036854771712"])
def test_a_container_without_a_limit_has_the_machines_memory(tmp_path, limit):
    group(tmp_path / "sys/fs/cgroup", 2, "own", limit)
    assert limited(50_000, 100_000, tmp_path, 2) == (50_000, 100_000)


def test_no_container_at_all_is_the_machines_memory(tmp_path):
    assert limited(50_000, 100_000, tmp_path, 2) == (50_000, 100_000)


def test_this_machine_has_memory_and_cores():
    here = machine.this_machine()
    assert 0 < here.ram_free_bytes <= here.ram_total_bytes
    assert here.ram_total_bytes <= native.ram()[1]
    assert here.n_cores >= 1
    assert all(device.name and device.total_bytes >= device.free_bytes for device in here.devices)


def test_without_gpus_none_is_looked_for():
    assert machine.this_machine(device="cpu").devices == ()


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
    assert format_bytes(n_bytes) == text
