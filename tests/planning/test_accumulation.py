"""What keeps a projector's sums in F32, on made-up machines."""

import dataclasses

import pytest

from localalt.devices import Device
from localalt.gguf.bf16_tensors import BF16, F16, F32, Q8_0
from localalt.planning import accumulation, planner
from tests.support.machines import GB, machine, model

CUBLAS = (("GGML_CUDA_CUBLAS_COMPUTE_TYPE", "f32"),)


def device(backend, total=12):
    return Device(f"{backend}0", "Some GPU", backend, False, int(total * 0.97 * GB), total * GB)


def plan(backend, *types, growth=0, total=12):
    spec = dataclasses.replace(model(), mmproj_types=frozenset(types), bf16_growth=growth)
    return planner.plan(spec, machine(gpus=[device(backend, total)] if backend else []))


@pytest.mark.parametrize("backend", ["CUDA", "ROCm"])
@pytest.mark.parametrize("types", [(F16, F32), (Q8_0, F32), (Q8_0, F16)])
def test_cuda_and_rocm_add_up_large_products_in_f32(backend, types):
    own = plan(backend, *types)
    assert own.environment == CUBLAS
    assert not own.projector_in_bf16
    assert f"Large products are added up in F32 on {backend}0" in own.reasons[-1]


@pytest.mark.parametrize("backend", ["CUDA", "ROCm", "Vulkan"])
def test_a_projector_in_bf16_needs_nothing_and_says_why(backend):
    own = plan(backend, BF16, F32)
    assert (own.environment, own.projector_in_bf16) == ((), False)
    assert own.reasons[-1] == f"The projector is in BF16 or F32, which {backend}0 adds up in F32."


@pytest.mark.parametrize(("types", "growth"), [((F16, F32), 0), ((Q8_0, F32), 400_000_000)])
def test_vulkan_gets_the_projector_in_bf16_and_its_memory_is_counted(types, growth):
    own, other = plan("Vulkan", *types, growth=growth), plan("Metal", *types, growth=growth)
    assert (own.environment, own.projector_in_bf16) == ((), True)
    assert own.memory.gpu.projector - other.memory.gpu.projector == growth
    assert "made BF16 while it is loaded" in own.reasons[-1]


def test_quantized_matrices_stay_as_they_are_where_memory_is_short():
    """On most GPUs that Vulkan serves they are multiplied as integers."""
    assert not plan("Vulkan", Q8_0, growth=12 * GB).projector_in_bf16


def test_a_projector_that_cannot_be_converted_stays_as_it_is():
    assert not plan("Vulkan", F16, growth=None).projector_in_bf16
    assert not plan("Vulkan", F16, 12).projector_in_bf16  # a format that is not converted


@pytest.mark.parametrize("backend", ["Metal", "MTL", "SYCL", None])
def test_devices_that_add_up_in_f32_need_nothing(backend):
    own = plan(backend, F16)
    assert (own.environment, own.projector_in_bf16) == ((), False)
    assert not any("F32" in reason for reason in own.reasons)


def test_a_projector_on_the_cpu_needs_nothing():
    spec = dataclasses.replace(model(), mmproj_types=frozenset({F16}), bf16_growth=0)
    spec = dataclasses.replace(spec, tuning=dataclasses.replace(spec.tuning, projector_on_gpu=False))
    own = planner.plan(spec, machine(gpus=[device("CUDA")]))
    assert not own.projector_on_gpu
    assert own.environment == ()


def test_a_model_whose_projector_is_not_here_yet_needs_nothing():
    assert planner.plan(model(), machine(gpus=[device("CUDA")])).environment == ()


@pytest.mark.parametrize(
    ("backend", "preference", "expected"),
    [
        ("CUDA", ("Q8_0", "F16", "BF16"), ("Q8_0", "BF16", "F16")),
        ("Vulkan", ("F16", "Q8_0"), ("Q8_0", "F16")),
        ("ROCm", ("BF16", "Q8_0"), ("BF16", "Q8_0")),
        ("Metal", ("Q8_0", "F16", "BF16"), ("Q8_0", "F16", "BF16")),
        (None, ("Q8_0", "F16", "BF16"), ("Q8_0", "F16", "BF16")),
    ],
)
def test_a_projector_in_f16_is_downloaded_last_where_its_sums_could_overflow(backend, preference, expected):
    devices = [device(backend)] if backend else []
    assert accumulation.mmproj_preference(preference, devices) == expected
