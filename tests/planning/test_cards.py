"""A GPU that several backends offer, and how much of each may be taken."""

import dataclasses

from localalt.devices import DeviceVerdict
from localalt.planning import budget, planner
from localalt.planning.budget import GpuRoom, MemoryBudget
from localalt.planning.cards import one_each
from localalt.planning.memory import Memory, Parts
from tests.support.machines import GB, gpu, machine, model

GIB = 1 << 30


def offered(name, size, **fields):
    return dataclasses.replace(gpu(size, name=name), device_id="0000:01:00.0", **fields)


def test_a_card_that_two_backends_offer_is_used_by_the_first():
    rocm, vulkan = offered("ROCm0", 16), offered("Vulkan0", 16.2)
    assert one_each([rocm, vulkan]) == (rocm,)
    assert planner.plan(model("qwen3.5-9b"), machine(gpus=[rocm, vulkan])).devices == ("ROCm0",)


def test_one_that_can_use_much_more_memory_is_preferred():
    rocm, vulkan = offered("ROCm0", 6, integrated=True), offered("Vulkan0", 53, integrated=True)
    assert one_each([rocm, vulkan]) == (vulkan,)


def test_a_backend_that_computes_wrong_does_not_hide_one_that_computes_right():
    wrong = (("qwen35 with qwen3vl_merger", DeviceVerdict(is_usable=False)),)
    rocm, vulkan = offered("ROCm0", 16, verdicts=wrong), offered("Vulkan0", 16)
    here = machine(gpus=[rocm, vulkan])
    own = planner.plan(model("qwen3.5-9b"), here)
    assert own.devices == ("Vulkan0",)
    assert "ROCm0 (Some GPU) computes such models wrong" in own.faults[0]
    assert planner.plan(model("gemma-3-4b"), here).devices in (("ROCm0",), ("Vulkan0",))
    assert one_each([rocm, vulkan], "qwen35 with qwen3vl_merger") == (vulkan,)
    assert one_each([vulkan, rocm], "qwen35 with qwen3vl_merger") == (vulkan,)


def test_cards_without_an_address_are_different_ones():
    two = (gpu(8, name="CUDA0"), gpu(8, name="CUDA1"))
    assert one_each(two) == two


# --- rooms ---


def test_a_gpu_with_a_screen_leaves_a_gib_and_a_small_one_a_quarter():
    for total, left in ((24, 1.074), (8, 1.074), (2, 0.5)):
        device = dataclasses.replace(gpu(total, free=total), drives_display=True)
        assert round((device.free_bytes - budget.room_of(device).usable) / GB, 3) == left
    assert budget.room_of(gpu(24, free=24)).usable > 24 * GB - GIB


def test_a_large_card_leaves_its_share_with_a_screen_too():
    device = dataclasses.replace(gpu(80, free=80), drives_display=True)
    assert budget.room_of(device).usable == budget.room_of(gpu(80, free=80)).usable


def memory(host, *gpus):
    parts = tuple(Parts(weights=int(each * GB)) for each in gpus)
    return Memory(Parts(weights=int(host * GB)), sum(parts, Parts()), parts)


def test_a_carve_out_is_filled_before_ram():
    room = GpuRoom(20 * GB, in_ram=True, carve_out=4 * GB)
    own = MemoryBudget(10 * GB, (room,))
    assert own.missing(memory(2, 4)) == 0
    assert own.missing(memory(2, 12)) == 0
    assert own.missing(memory(2, 13)) == 1 * GB
    assert MemoryBudget(10 * GB, (GpuRoom(20 * GB, in_ram=True),)).missing(memory(2, 12)) == 4 * GB


def test_a_gpu_with_memory_of_its_own_takes_no_ram_and_each_has_its_own_room():
    own = MemoryBudget(2 * GB, (GpuRoom(8 * GB), GpuRoom(4 * GB)))
    assert own.missing(memory(2, 8, 4)) == 0
    assert own.missing(memory(2, 6, 6)) == 2 * GB
    assert own.missing(memory(3, 8, 4)) == 1 * GB


def test_a_processor_with_much_set_aside_needs_little_ram():
    apu = dataclasses.replace(gpu(20, free=19, integrated=True), carve_out_bytes=16 * GB)
    own = planner.plan(model("qwen3.5-9b"), machine(ram=16, free=4, gpus=[apu]))
    assert own.decodes_on_gpu
    assert budget.taken_ram(own, machine(gpus=[apu])) < 4 * GB
    assert "set aside for it" in " ".join(own.reasons)
    without = dataclasses.replace(apu, carve_out_bytes=0)
    assert not planner.plan(model("qwen3.5-9b"), machine(ram=16, free=4, gpus=[without])).decodes_on_gpu
