"""What is watched beside a run, and who a result is of: on trees of files that stand in for Linux, and for real."""

import dataclasses
import json
import sys
import threading
import types
from pathlib import Path

import pytest

from localalt import native, selftest
from localalt.bench import identity, record
from localalt.bench.energy import EnergyMeter
from localalt.bench.monitor import Monitor
from localalt.devices import Device
from localalt.gguf.reader import read_header
from scripts.backend import wheel as wheels

GPU = Device("Vulkan0", "llvmpipe (LLVM 15.0.6, 256 bits)", "Vulkan", False, 1_000, 2_000)


def tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


# --- energy ---


def rapl(root, energy, zone="intel-rapl:0", name="package-0", wraps_at=10_000_000):
    folder = f"class/powercap/{zone}"
    return tree(
        root, {f"{folder}/name": name, f"{folder}/energy_uj": energy, f"{folder}/max_energy_range_uj": wraps_at}
    )


def test_the_cpus_package_is_counted(tmp_path):
    rapl(tmp_path, 1_000_000)
    rapl(tmp_path, 5, zone="intel-rapl:0:0", name="core")  # a part of it
    rapl(tmp_path, 5, zone="intel-rapl:1", name="psys")
    with EnergyMeter("CPU", sys=tmp_path) as meter:
        rapl(tmp_path, 3_500_000)
    assert meter.joules == pytest.approx(2.5)
    assert meter.source == "RAPL package-0"


def test_a_counter_that_begins_again_is_counted_on(tmp_path):
    rapl(tmp_path, 9_000_000)
    with EnergyMeter("CPU", sys=tmp_path) as meter:
        rapl(tmp_path, 500_000)
    assert meter.joules == pytest.approx(1.5)


def test_two_packages_are_added(tmp_path):
    for number in (0, 1):
        rapl(tmp_path, 0, zone=f"intel-rapl:{number}", name=f"package-{number}")
    with EnergyMeter("CPU", sys=tmp_path) as meter:
        for number in (0, 1):
            rapl(tmp_path, 1_000_000, zone=f"intel-rapl:{number}", name=f"package-{number}")
    assert meter.joules == pytest.approx(2.0)
    assert meter.source == "RAPL package-0 + RAPL package-1"


def test_without_a_power_sensor_there_is_no_energy_and_no_error(tmp_path):
    rapl(tmp_path, "not a number")
    with EnergyMeter("CPU", sys=tmp_path) as meter:
        pass
    assert (meter.joules, meter.source) == (None, "")


def test_a_source_that_goes_away_meanwhile_is_none(tmp_path):
    rapl(tmp_path, 1)
    with EnergyMeter("CPU", sys=tmp_path) as meter:
        (tmp_path / "class/powercap/intel-rapl:0/energy_uj").unlink()
    assert meter.joules is None


def hwmon(root, **files):
    folder = "class/drm/card1/device/hwmon/hwmon3"
    return tree(root, {f"{folder}/{name}": text for name, text in {"name": "amdgpu", **files}.items()})


def test_an_amd_card_that_counts_is_read_as_it_counts(tmp_path):
    hwmon(tmp_path, energy1_input=1_000_000, power1_average=50_000_000)
    with EnergyMeter("ROCm", sys=tmp_path) as meter:
        hwmon(tmp_path, energy1_input=4_000_000)
    assert meter.joules == pytest.approx(3.0)
    assert meter.source == "hwmon energy of card1"


@pytest.mark.slow
def test_an_amd_card_that_reports_its_power_is_sampled(tmp_path):
    hwmon(tmp_path, power1_input=100_000_000)
    waited = threading.Event()
    with EnergyMeter("ROCm", sys=tmp_path, sample_s=0.01) as meter:
        waited.wait(0.1)
    assert meter.source == "hwmon power1_input of card1"
    assert meter.joules > 1.0  # a hundred watts for at least a tenth of a second, whatever it took


def test_another_makers_sensor_is_not_a_gpu(tmp_path):
    hwmon(tmp_path, name="nouveau", power1_input=100_000_000)
    with EnergyMeter("ROCm", sys=tmp_path) as meter:
        pass
    assert meter.joules is None


class FakeNvml(types.ModuleType):  # its names are NVIDIA's
    """nvidia-ml-py with one GPU."""

    class NVMLError(Exception):
        pass

    def __init__(self, *, counts=True, reasons=0):
        super().__init__("pynvml")
        self.counts, self.reasons, self.millijoules = counts, reasons, 0

    def nvmlInit(self):
        pass

    def nvmlDeviceGetCount(self):
        return 1

    def nvmlDeviceGetHandleByIndex(self, index):
        return index

    def nvmlDeviceGetTotalEnergyConsumption(self, handle):
        if not self.counts:
            raise self.NVMLError
        self.millijoules += 1500
        return self.millijoules

    def nvmlDeviceGetPowerUsage(self, handle):
        return 200_000

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, handle):
        return self.reasons


def test_an_nvidia_gpu_that_counts_is_read_as_it_counts(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml())
    with EnergyMeter("CUDA", sys=tmp_path) as meter:
        pass
    assert meter.joules == pytest.approx(1.5)
    assert meter.source == "NVML energy of GPU 0"


@pytest.mark.slow
def test_an_older_nvidia_gpu_is_sampled(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml(counts=False))
    waited = threading.Event()
    with EnergyMeter("CUDA", sys=tmp_path, sample_s=0.01) as meter:
        waited.wait(0.1)
    assert meter.source == "NVML power of GPU 0"
    assert meter.joules > 1.0


def test_a_driver_that_fails_is_none(tmp_path, monkeypatch):
    broken = FakeNvml()
    broken.nvmlInit = lambda: 1 / 0
    monkeypatch.setitem(sys.modules, "pynvml", broken)
    with EnergyMeter("CUDA", sys=tmp_path) as meter:
        pass
    assert meter.joules is None


# --- what happened meanwhile ---


def machine(root, busy=0, rss_kib=1000, throttled=0, mains=None):
    files = {
        "proc/stat": f"cpu  {busy} 0 0 1000 0 0 0 0 0 0",
        "proc/self/status": f"Name:\tx\nVmHWM:\t{rss_kib} kB",
        "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": throttled,
    }
    if mains is not None:
        files |= {"sys/class/power_supply/AC/type": "Mains", "sys/class/power_supply/AC/online": mains}
    return tree(root, files)


def watched(root, **options):
    return Monitor(proc=root / "proc", sysfs=root / "sys", sample_s=0.001, **options)


def test_a_quiet_machine_has_no_notes(tmp_path):
    machine(tmp_path, mains=1)
    with watched(tmp_path) as monitor:
        pass
    assert monitor.notes == ()
    assert monitor.others_share == 0.0
    assert monitor.peak_rss_bytes == 1000 * 1024
    assert monitor.peak_device_bytes is None


def test_a_busy_hot_machine_on_battery_is_reported(tmp_path):
    machine(tmp_path, mains=0)
    with watched(tmp_path) as monitor:
        machine(tmp_path, busy=10**9, throttled=3, mains=0)
    assert monitor.others_share == 1.0
    assert monitor.notes == (
        "The CPU was slowed down by heat meanwhile.",
        "The machine ran on battery.",
    )


def test_a_gpu_that_is_slowed_down_is_reported_and_one_that_idles_is_not(tmp_path, monkeypatch):
    machine(tmp_path)
    for reasons, n_notes in ((0x40, 1), (0x1, 0)):
        monkeypatch.setitem(sys.modules, "pynvml", FakeNvml(reasons=reasons))
        with watched(tmp_path) as monitor:
            pass
        assert len(monitor.notes) == n_notes


def test_the_devices_least_free_memory_is_remembered(tmp_path):
    machine(tmp_path)
    seen, done = iter([1000, 900, 300, 800]), threading.Event()

    def free():
        value = next(seen, None)
        if value is None:
            done.set()
        return 950 if value is None else value

    with watched(tmp_path, free_bytes=free) as monitor:
        done.wait(5)
    assert monitor.peak_device_bytes == 700


def test_a_machine_that_reports_nothing_is_not_an_error(tmp_path):
    with watched(tmp_path) as monitor:
        pass
    assert monitor.others_share is None
    assert monitor.notes == ()


# --- identity ---


def kinds():
    return {each.name: {"str": str, "int": int, "float": float, "bool": bool}[str(each.type)] for each in FIELDS}


FIELDS = dataclasses.fields(record.Identity)


@pytest.mark.parametrize(
    "found",
    [
        identity.build_fields(),
        identity.machine_fields(None),
        identity.machine_fields(GPU),
        identity.model_fields(selftest.WEIGHTS, selftest.MMPROJ),
    ],
    ids=["build", "cpu", "gpu", "model"],
)
def test_fields_are_the_records_and_of_its_types(found):
    assert {name: type(value) for name, value in found.items()} == {name: kinds()[name] for name in found}


def test_the_build_names_the_backend_that_is_here():
    found = identity.build_fields()
    assert "CPU" in found["backends"].split(",")
    assert all(found[name] for name in ("localalt_version", "llama_cpp_version", "build_commit", "ggml_version"))


def test_a_device_that_is_a_program_is_reported():
    assert identity.machine_fields(GPU)["is_software"]
    real = dataclasses.replace(GPU, description="AMD Radeon RX 7900 XTX (RADV NAVI31)")
    assert not identity.machine_fields(real)["is_software"]


def test_no_home_and_no_host_get_into_a_result():
    import getpass
    import socket

    text = json.dumps(
        [
            identity.build_fields(),
            identity.machine_fields(None),
            identity.model_fields(selftest.WEIGHTS, selftest.MMPROJ),
        ]
    )
    assert str(Path.home()) not in text or str(Path.home()) == "/"
    assert str(selftest.WEIGHTS.parent) not in text
    host, user = socket.gethostname(), getpass.getuser()
    assert len(host) < 5 or host not in text
    assert f"/{user}/" not in text


def test_a_kernel_of_ones_own_keeps_its_name_to_itself(monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.release", lambda: "6.12.3-my-company-7")
    assert identity.machine_fields(None)["os"].split(",")[0] == "Linux 6.12.3"


def test_a_models_size_and_parameters_are_those_of_its_tensors():
    found = identity.model_fields(selftest.WEIGHTS, selftest.MMPROJ)
    tensors = read_header(selftest.WEIGHTS).tensors.values()
    assert found["model_size"] == sum(tensor.n_bytes for tensor in tensors)
    assert 500_000 < found["model_n_params"] < 700_000


def test_the_digest_is_of_both_files(tmp_path):
    other = tmp_path / selftest.MMPROJ.name
    other.write_bytes(selftest.MMPROJ.read_bytes()[:-1] + b"x")
    first, second = (identity.model_fields(selftest.WEIGHTS, path) for path in (selftest.MMPROJ, other))
    assert first["model_digest"] != second["model_digest"]


def test_what_build_backend_leaves_is_reported_until_the_library_is_another(tmp_path, monkeypatch):
    library = tmp_path / "libllama.so"
    library.write_bytes(b"a library")
    answer = types.SimpleNamespace(stdout=f"{tmp_path}\n", returncode=0)
    monkeypatch.setattr(wheels, "run_nowhere", lambda command: answer)
    monkeypatch.setattr(native, "library_folder", lambda: tmp_path)
    assert identity.build_fields()["preset"] == ""
    root = Path.home() / "sdk"
    wheels.leave_trace("python", "vulkan", ["-DGGML_VULKAN:BOOL=ON", f"-DVulkan_ROOT={root}", "-DX=$ORIGIN"])
    found = identity.build_fields()
    assert found["preset"] == "vulkan"
    assert found["cmake_args"] == f"-DGGML_VULKAN:BOOL=ON -DVulkan_ROOT={Path('~/sdk')} '-DX=$ORIGIN'"
    library.write_bytes(b"another library")
    assert identity.build_fields()["preset"] == ""
