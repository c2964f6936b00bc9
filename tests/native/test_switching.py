"""Variables that switch kernels off reach llama.cpp before it reads them, or there is an error that says what to do."""

import ctypes
import os

import pytest

from localalt.devices import DeviceVerdict
from localalt.errors import EngineError
from localalt.native import switching
from localalt.native.devices import device_handles
from localalt.switches import ReadAt

F16, CUBLAS, METAL = (
    ("GGML_VK_DISABLE_F16", "1"),
    ("GGML_CUDA_CUBLAS_COMPUTE_TYPE", "f32"),
    ("GGML_METAL_BF16_DISABLE", "1"),
)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """A process in which nothing has been read yet; what is set is taken back."""
    monkeypatch.setattr(switching, "_read", {})
    for name, _ in (F16, CUBLAS, METAL):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.skipif(os.name == "nt", reason="there is no one C library to ask")
def test_c_sees_what_is_set():
    getenv = ctypes.CDLL(None).getenv
    getenv.argtypes, getenv.restype = [ctypes.c_char_p], ctypes.c_char_p
    assert getenv(F16[0].encode()) is None
    switching.set_switches((F16,))
    assert getenv(F16[0].encode()) == b"1"


def test_a_listed_device_leaves_time_for_those_that_are_read_as_it_is_used():
    switching.note_reading(ReadAt.START)
    switching.set_switches((CUBLAS, F16))
    assert dict([CUBLAS, F16]).items() <= os.environ.items()


def test_once_a_gpu_was_used_only_those_can_be_set_that_are_read_at_every_call():
    switching.note_reading(ReadAt.FIRST_USE)
    switching.set_switches((CUBLAS,))
    with pytest.raises(EngineError) as raised:
        switching.set_switches((CUBLAS, F16))
    assert "only so, as localalt doctor found: without F16." in str(raised.value)
    assert 'load with isolation="process", or start the program with GGML_VK_DISABLE_F16=1.' in str(raised.value)
    assert "leave out --in-process" in raised.value.in_command
    assert F16[0] not in os.environ


def test_metals_are_read_before_a_device_can_be_listed():
    switching.note_reading(ReadAt.START)
    with pytest.raises(EngineError, match="without BF16"):
        switching.set_switches((METAL,))


def test_what_was_set_as_it_was_read_need_not_be_set_in_time_again():
    switching.set_switches((F16,))
    switching.note_reading(ReadAt.FIRST_USE)
    switching.set_switches((F16,))


def test_asking_for_a_gpu_to_use_it_is_its_first_use():
    device_handles([])
    assert ReadAt.FIRST_USE not in switching._read
    device_handles(["CPU"])
    assert ReadAt.FIRST_USE in switching._read


def test_a_verdict_without_variables_sets_none():
    before = dict(os.environ)
    switching.note_reading(ReadAt.FIRST_USE)
    switching.set_switches(DeviceVerdict().environment)
    assert dict(os.environ) == before
