"""A device that is asked for and not there: said at once, by every command, before anything is written or fetched."""

import pytest

import localalt
from localalt import cli, native
from localalt.devices import Device
from localalt.errors import OptionError
from localalt.machine import devices_named, this_machine

CPU = Device("CPU", "A CPU", "CPU", False, 1, 1, "cpu")
CUDA = Device("CUDA0", "NVIDIA X", "CUDA", False, 1, 1)
VULKAN = Device("Vulkan0", "NVIDIA X", "Vulkan", False, 1, 1)


@pytest.fixture(autouse=True)
def without_gpus(monkeypatch):
    own = tuple(each for each in native.devices() if each.kind == "cpu")
    monkeypatch.setattr(native, "devices", lambda: own)
    monkeypatch.setattr(native, "gpus", lambda: ())
    monkeypatch.setattr("localalt.hub.client.fetch_repository", lambda *_: pytest.fail("the hub was asked"))


@pytest.mark.parametrize("device", ["gpu", "GPU0", "Vulkan0"])
@pytest.mark.parametrize(
    "command",
    [
        ("plan",),
        ("plan", "qwen3.5-2b"),
        ("describe", "PICTURE"),
        ("describe", "PICTURE", "--model", "qwen3.5-0.8b"),
        ("compare", "PICTURE", "--models", "qwen3.5-0.8b,selftest"),
        ("doctor",),
        ("bench", "--model", "selftest"),
        ("eval", "run", "--models", "qwen3.5-0.8b", "--out", "OUT"),
        ("eval", "tune", "--models", "qwen3.5-0.8b", "--out", "OUT"),
    ],
    ids=" ".join,
)
def test_every_command_says_so_with_status_2_and_has_done_nothing(command, device, expected, tmp_path, capsys):
    out = tmp_path / "made" / "outputs.jsonl"
    words = {"PICTURE": str(next(iter(expected))), "OUT": str(out)}
    assert cli.main([*(words.get(word, word) for word in command), "--device", device]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    message = "can use no GPU of this machine" if device == "gpu" else f"There is no device '{device}'"
    assert message in printed.err.splitlines()[-1]
    assert not out.parent.exists()


@pytest.mark.parametrize("device", ["gpu", "GPU0"])
def test_the_library_says_so_before_it_opens_the_model(device):
    with pytest.raises(OptionError):
        localalt.load("no/such-model", device=device)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["cuda0"], ["CUDA0"]),
        (["VULKAN0", "cpu", "CPU"], ["Vulkan0", "CPU"]),
        (["gpu"], ["CUDA0", "Vulkan0"]),
        (["gpu", "CUDA0"], ["CUDA0", "Vulkan0"]),
    ],
)
def test_names_are_taken_in_any_case_each_once(names, found):
    assert [device.name for device in devices_named(names, [CPU, CUDA, VULKAN])] == found


def test_a_gpu_is_found_by_its_name_in_any_case(monkeypatch):
    monkeypatch.setattr(native, "devices", lambda: (CPU, CUDA, VULKAN))
    monkeypatch.setattr(native, "gpus", lambda: (CUDA,))
    assert (this_machine(device="vulkan0").devices[0].name, this_machine(device="vulkan0").device) == ("Vulkan0",) * 2
    assert [device.name for device in this_machine(device="GPU").devices] == ["CUDA0"]
    assert this_machine(device="CPU").devices == ()
