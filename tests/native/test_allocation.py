"""Whether memory ran out, by what llama.cpp and its backends say."""

import pytest

from localalt.native import lacks_memory, lacks_ram

GPU = (
    "llama_model_load: error loading model: unable to allocate CUDA0 buffer",
    "alloc_tensor_range: failed to allocate Vulkan0 buffer of size 3221225472",
    "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 93000.00 MiB on device 0: cudaMalloc failed: out of memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "ggml_gallocr_reserve_n_impl: failed to allocate ROCm0 buffer of size 1",
    "what():  vk::Device::allocateMemory: ErrorOutOfDeviceMemory",
    "ggml_metal_buffer_init: error: failed to allocate buffer, size = 4096.00 MiB",
    "clip_image_batch_encode: failed to allocate compute graph",
)
RAM = (
    "llama_model_load: error loading model: mmap failed: Cannot allocate memory",
    "llama_init_from_model: failed to initialize the context: std::bad_alloc",
    "alloc_tensor_range: failed to allocate CPU_REPACK buffer of size 1",
    "llama_model_load: error loading model: unable to allocate CUDA_Host buffer",
    "mmap failed: The paging file is too small for this operation to complete.",
)
OTHER = (
    "",
    "llama_model_load: error loading model: tensor 'blk.0.attn_q.weight' data is not within the file bounds",
    "gguf_init_from_file_impl: encountered bad_alloc error while reading value for key 'a'",
    "llama_model_load: error loading model: unknown model architecture: 'x'",
    "ggml_sycl_host_malloc: WARNING: failed to allocate 1.00 MB of pinned memory: out of memory",
)


@pytest.mark.parametrize("said", GPU)
def test_a_gpu_that_lacks_memory_is_known_by_its_words(said):
    assert lacks_memory(said)
    assert not lacks_ram(said)


@pytest.mark.parametrize("said", RAM)
def test_ram_that_does_not_suffice_is_known_by_its_words(said):
    assert lacks_memory(said)
    assert lacks_ram(said)


@pytest.mark.parametrize("said", OTHER)
def test_damage_and_pinned_memory_are_something_else(said):
    assert not lacks_memory(said)


def test_one_line_of_several_is_enough():
    assert lacks_memory(f" (llama.cpp: {OTHER[-1]}; {GPU[0]})")
