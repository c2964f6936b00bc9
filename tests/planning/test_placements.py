"""How a model that the GPUs do not hold is shared between them and the CPU."""

import dataclasses

import pytest

from localalt.planning import placements, planner, speed
from localalt.planning.memory import layer_bytes
from localalt.planning.settings import memory_of, runtime_settings
from localalt.planning.weights import guessed_split
from tests.support.machines import GB, gpu, machine, model

MIXTURES = ("qwen3.6-35b-a3b", "gemma-4-26b-a4b", "qwen3-vl-30b-a3b")


def plan(name, on, **options):
    return planner.plan(model(name), on, **options)


# --- experts on the CPU ---


@pytest.mark.parametrize("name", MIXTURES)
def test_of_a_mixture_that_does_not_fit_the_experts_of_some_layers_are_on_the_cpu(name):
    own = plan(name, machine(ram=48, gpus=[gpu(8)]))
    assert own.n_gpu_layers == own.n_layer + 1
    assert 0 < own.n_cpu_moe < own.n_layer
    assert not own.decodes_on_gpu
    assert own.memory.gpu.total < 8 * GB
    experts = f"the experts of {own.n_cpu_moe} and the projector"
    assert own.reasons[0].startswith(f"All {own.n_layer} layers but {experts} are on CUDA0")
    assert "a token passes few of them" in own.reasons[1]
    assert own.placement == "on the GPU, experts on the CPU"


@pytest.mark.parametrize("name", MIXTURES)
def test_a_larger_gpu_has_the_experts_of_more_layers_and_none_too_few(name):
    few, many = (plan(name, machine(ram=48, gpus=[gpu(size)])) for size in (8, 12))
    assert few.n_cpu_moe > many.n_cpu_moe
    one_less = runtime_settings(model(name), 1, many.n_image_tokens, many.n_gpu_layers, n_cpu_moe=many.n_cpu_moe - 1)
    budget = placements.budget_of(machine(ram=48, gpus=[gpu(12)]), [gpu(12)])
    assert budget.missing(memory_of(model(name), one_less)) > 0


def test_what_is_moved_to_the_cpu_is_in_ram_instead():
    name = "qwen3.6-35b-a3b"
    candidate = model(name)
    all_of_it, moved = (memory_of(candidate, runtime_settings(candidate, 1, 1024, 41, n_cpu_moe=n)) for n in (0, 10))
    experts = guessed_split(candidate.shape.text, candidate.weights_bytes).experts
    assert all_of_it.gpu.weights - moved.gpu.weights == sum(experts[:10])
    assert moved.host.weights - all_of_it.host.weights == sum(experts[:10])
    # Nearly all of such a layer is experts.
    layers = guessed_split(candidate.shape.text, candidate.weights_bytes).layers
    assert sum(experts) > 0.9 * sum(layers)


@pytest.mark.parametrize("name", MIXTURES)
@pytest.mark.parametrize("size", [6, 8, 12, 16])
def test_experts_on_the_cpu_are_estimated_faster_than_whole_layers_there(name, size):
    here = machine(ram=48, gpus=[gpu(size)])
    candidate, own = model(name), plan(name, here)
    layers = runtime_settings(candidate, 1, own.n_image_tokens, 1)
    for n in range(2, own.n_layer):
        more = runtime_settings(candidate, 1, own.n_image_tokens, n)
        if placements.budget_of(here, here.devices).missing(memory_of(candidate, more)):
            break
        layers = more
    of_layers, of_own = (speed.typical_s(candidate, each, here, here.devices, 4) for each in (layers, own))
    assert of_own < of_layers
    assert speed.cpu_bytes_per_token(candidate, own) < speed.cpu_bytes_per_token(candidate, layers)


def test_where_not_even_the_rest_of_all_layers_fits_some_whole_layers_are_on_the_cpu():
    own = plan("qwen3.6-35b-a3b", machine(ram=48, gpus=[gpu(3.0)]))
    assert 0 < own.n_gpu_layers <= own.n_layer
    assert "on CUDA0" in own.reasons[0]


def test_a_dense_model_has_no_experts_to_move():
    own = plan("qwen3.5-9b", machine(ram=32, gpus=[gpu(6)]))
    assert (own.n_cpu_moe, own.placement) == (0, "partly on the GPU, slower")
    assert 0 < own.n_gpu_layers <= own.n_layer


def test_a_graph_covers_the_picture_where_weights_are_uploaded_for_each():
    split = plan("qwen3.5-9b", machine(ram=32, gpus=[gpu(6)]))
    experts = plan("qwen3.6-35b-a3b", machine(ram=48, gpus=[gpu(8)]))
    whole = plan("qwen3.5-9b", machine(ram=32, gpus=[gpu(24)]))
    assert split.n_ubatch >= split.n_image_tokens
    assert experts.n_ubatch >= experts.n_image_tokens
    assert whole.n_ubatch == 512


# --- small GPUs ---


def laptop(size, ram=16):
    """A machine with a CPU as laptops have it, and a GPU of that many GB."""
    return dataclasses.replace(machine(ram=ram, cores=6, gpus=[gpu(size)]), instructions=frozenset({"AVX2"}))


def test_a_small_gpu_has_the_projector_and_prompts_and_the_cpu_the_slots():
    own = plan("qwen3.5-2b", laptop(2))
    assert (own.devices, own.n_gpu_layers, own.projector_on_gpu, own.op_offload) == (("CUDA0",), 0, True, True)
    assert own.layers == (("CPU", own.n_layer + 1),)
    assert own.n_seq_max == 4
    assert own.n_ubatch >= own.n_image_tokens
    assert own.memory.gpu.weights == own.memory.gpu.kv_cache == 0
    assert min(own.memory.gpu.projector, own.memory.gpu.compute) > 0
    assert own.memory.host.projector == own.memory.host.vision_compute == 0
    assert own.reasons[0].startswith("Pictures and prompts are computed on CUDA0")
    assert own.placement == "on the CPU, the projector and prompts on the GPU"
    assert (own.tensor_split, own.encodes_apart) == ((), False)


def test_the_projector_alone_is_on_a_gpu_that_has_no_room_for_prompts_too():
    own = plan("gemma-3-4b", laptop(1.8))
    assert (own.n_gpu_layers, own.projector_on_gpu, own.op_offload) == (0, True, False)
    assert own.encodes_apart
    assert own.memory.gpu.compute == 0
    assert own.reasons[0].startswith("The projector alone is on CUDA0")
    assert own.placement == "on the CPU, the projector on the GPU"


def test_without_room_for_the_projector_prompts_alone_are_on_the_gpu():
    own = plan("qwen3.5-9b", laptop(1.2))
    assert (own.n_gpu_layers, own.projector_on_gpu, own.op_offload) == (0, False, True)
    assert own.placement == "on the CPU, prompts on the GPU"


def test_a_projector_that_is_not_to_be_on_a_gpu_is_on_none():
    tuning = dataclasses.replace(model("qwen3.5-2b").tuning, projector_on_gpu=False)
    for size in (1.2, 2, 2.5, 24):
        own = planner.plan(model("qwen3.5-2b").with_tuning(tuning), laptop(size))
        assert own.devices
        assert not own.projector_on_gpu


# --- several GPUs ---


def test_layers_are_cut_where_the_rooms_end():
    assert placements._cut([1] * 10, [5, 5], nearest=True) == (5, 5)
    assert placements._cut([1] * 9 + [6], [10, 5], nearest=True) == (9, 1)
    assert placements._cut([4, 4, 4, 4], [9, 7], nearest=False) == (2, 2)
    assert placements._cut([4, 4], [100, 1], nearest=False) == (1, 1)


def test_each_layer_costs_what_it_takes():
    candidate = model("gemma-4-26b-a4b")
    n_layer = candidate.shape.text.n_layer
    settings = runtime_settings(candidate, 2, 560, n_layer + 1)
    split = guessed_split(candidate.shape.text, candidate.weights_bytes)
    costs = layer_bytes(candidate.shape, settings, split)
    memory = memory_of(candidate, settings).gpu
    assert len(costs) == n_layer + 1
    assert sum(costs) == memory.weights + memory.kv_cache + memory.recurrent


@pytest.mark.parametrize("sizes", [(12, 12), (16, 8), (14, 8), (12, 8, 8)])
def test_unequal_gpus_are_filled_each_within_its_own_room(sizes):
    gpus = [gpu(size, name=f"CUDA{index}") for index, size in enumerate(sizes)]
    here = machine(ram=64, gpus=gpus)
    own = plan("qwen3.5-27b", here)
    free = {each.name: each.free_bytes for each in gpus}
    assert own.decodes_on_gpu
    for name, parts in zip(own.devices, own.memory.gpus, strict=True):
        assert parts.total < free[name]
    assert sum(own.tensor_split) == own.n_layer + 1
    assert "Layers by the room of each GPU" in own.reasons[1]


def test_a_gpu_without_room_for_its_own_needs_is_left_out():
    own = plan("qwen3.5-27b", machine(ram=64, gpus=[gpu(16, name="CUDA0"), gpu(0.8, name="CUDA1")]))
    assert own.devices == ("CUDA0",)


def test_more_gpus_come_before_smaller_pictures():
    two = machine(ram=64, gpus=[gpu(7.3, name="CUDA0"), gpu(7.3, name="CUDA1")])
    own = plan("qwen3-vl-8b", two)
    assert own.devices == ("CUDA0", "CUDA1")
    assert own.n_image_tokens == model("qwen3-vl-8b").geometry.high_tokens
