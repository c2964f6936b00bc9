"""The ways in which a device can be used: which come first, and what follows a crash."""

import pytest

from localalt import switches, ways
from localalt.devices import DeviceVerdict

BACKENDS = ("CUDA", "ROCm", "Vulkan", "MTL", "something new")


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_way_and_no_name_comes_twice_and_the_first_is_the_whole_device(backend):
    names, found = zip(*ways.ways(backend), strict=True)
    assert len(set(names)) == len(names)
    assert len(set(found)) == len(found)
    assert (names[0], found[0]) == (ways.WHOLE, DeviceVerdict())


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_costs_little_is_tried_before_the_projector_leaves_the_device(backend):
    found = [way for _, way in ways.ways(backend)]
    leaves = [way.projector_on_device for way in found].index(False)
    alone = [way for way in found if len(switches.words_of(way.environment)) == 1 and way.projector_on_device]
    assert all(found.index(way) < leaves for way in alone)
    assert {pair for way in found for pair in way.environment} == set(switches.of_backend(backend))


def test_a_device_that_needs_everything_off_has_a_way():
    (last,) = (way for name, way in ways.ways("Vulkan") if name == "with everything switched off that can be")
    assert last.environment == switches.of_backend("Vulkan")
    assert (last.flash_attn, last.projector_flash_attn, last.projector_on_device) == (False, False, True)


def test_without_khrs_cooperative_matrices_those_of_nvidia_are_off_too():
    found = dict(ways.ways("Vulkan"))["without cooperative matrices"].environment
    assert dict(found) == {"GGML_VK_DISABLE_COOPMAT2": "1", "GGML_VK_DISABLE_COOPMAT": "1"}


def test_without_integer_products_sums_are_not_in_f16_either():
    alone = [way.environment for _, way in ways.ways("Vulkan") if len(way.environment) < 3]
    found = [dict(each) for each in alone if "GGML_VK_DISABLE_INTEGER_DOT_PRODUCT" in dict(each)]
    assert found == [{"GGML_VK_DISABLE_INTEGER_DOT_PRODUCT": "1", "GGML_VK_DISABLE_F16": "1"}]


@pytest.mark.parametrize("backend", BACKENDS)
def test_after_each_crash_there_is_another_way_until_none_is_left(backend):
    for _, way in ways.ways(backend):
        seen = [way]
        while seen[-1].is_usable:
            seen.append(ways.after_crash(seen[-1], backend))
            assert seen[-1] not in seen[:-1]
            assert seen[-1].after_crash
        assert 2 <= len(seen) <= 5
