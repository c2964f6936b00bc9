"""Results of localalt bench that nobody measured, for tests of what reads them."""

from collections.abc import Mapping, Sequence
from typing import Any

from localalt.bench.record import Identity, Result
from localalt.bench.stats import Metric

CPU = {"backend": "CPU", "device": "CPU", "gpu_info": "", "driver": "", "n_gpu_layers": 0, "mmproj_device": "CPU"}
CUDA = {
    "backend": "CUDA",
    "device": "CUDA0",
    "gpu_info": "NVIDIA H100 80GB HBM3",
    "driver": "580.1",
    "n_gpu_layers": 99,
    "mmproj_device": "CUDA0",
}

PLAIN = {
    "localalt_version": "0.1.0",
    "llama_cpp_version": "0.3.36",
    "build_commit": "1a2b3c4",
    "ggml_version": "0.9.4",
    "cpu_instructions": "AVX2,FMA",
    "cmake_args": "",
    "preset": "",
    "backends": "CPU,CUDA",
    "device_bytes": 16_000_000_000,
    "is_software": False,
    "cpu_info": "AMD EPYC 9B14",
    "n_cores": 8,
    "ram_bytes": 32_000_000_000,
    "os": "Linux 6.1",
    "python": "3.12.3",
    "model": "qwen3.5-0.8b Q4_K_M",
    "weights": "real",
    "model_filename": "model.gguf",
    "model_size": 500_000_000,
    "model_n_params": 800_000_000,
    "model_digest": "ab" * 32,
    "mmproj_filename": "mmproj.gguf",
    "mmproj_size": 200_000_000,
    "picture_set": "photographs",
    "picture_digest": "cd" * 32,
    "n_pictures": 16,
    "n_image_tokens": 256,
    "n_prompt": 300,
    "n_gen": 48,
    "n_seq_max": 1,
    "image_tokens_max": 256,
    "n_threads": 8,
    "n_batch": 512,
    "n_ubatch": 512,
    "n_ctx_seq": 1024,
    "flash_attn": "auto",
    "type_k": "f16",
    "type_v": "f16",
    "test_time": "2026-11-20T10:00:00Z",
}


def a_result(metrics: Mapping[str, Sequence[float]] | None = None, notes: Sequence[str] = (), **fields: Any) -> Result:
    """One on the CPU, with what is named otherwise; metrics are {name: samples}."""
    found = {"decode_tps_all": (10.0, 10.2, 9.8), "encode_ms": (500.0, 510.0, 490.0), "images_per_min": (12.0, 12, 12)}
    metrics = found if metrics is None else metrics
    return Result(
        Identity(**{**PLAIN, **CPU, **fields}),
        {name: Metric(tuple(float(each) for each in samples)) for name, samples in metrics.items()},
        tuple(notes),
    )
