"""The variables that switch kernels off: a table that nothing gets around, in words for people."""

import pytest

from localalt import switches
from localalt.switches import ReadAt

COOPMAT, COOPMAT2 = ("GGML_VK_DISABLE_COOPMAT", "1"), ("GGML_VK_DISABLE_COOPMAT2", "1")


def test_each_backend_has_its_own_and_rocm_those_of_cuda():
    assert {name.split("_")[1] for name, _ in switches.of_backend("Vulkan")} == {"VK"}
    assert switches.of_backend("CUDA") == switches.of_backend("ROCm") != ()
    assert switches.of_backend("MTL") == switches.of_backend("Metal") != ()
    assert switches.of_backend("CPU") == ()


def test_only_metals_are_read_before_a_device_can_be_listed():
    early = {name for name, switch in switches.SWITCHES.items() if switch.read_at is ReadAt.START}
    assert early == {name for name, _ in switches.of_backend("MTL")}


@pytest.mark.parametrize(
    ("name", "value", "is_known"),
    [(*COOPMAT, True), (COOPMAT[0], "0", False), (COOPMAT[0], 1, False), ("PATH", "1", False), (None, None, False)],
)
def test_a_variable_with_another_name_or_value_is_not_one_of_them(name, value, is_known):
    assert switches.is_known(name, value) is is_known


def test_several_are_merged_each_once_and_in_one_order():
    assert switches.merged([COOPMAT], [COOPMAT2, COOPMAT], ()) == (COOPMAT2, COOPMAT)


def test_in_words_what_says_the_same_is_said_once():
    assert switches.words_of((COOPMAT2,)) == ("without NVIDIA's cooperative matrices",)
    assert switches.words_of((COOPMAT2, COOPMAT)) == ("without cooperative matrices",)
    assert switches.words_of(()) == ()
