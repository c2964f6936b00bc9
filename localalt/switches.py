"""Environment variables that switch off, in ggml's backends, what a device may compute wrong: a table, and its words.

An environment here is a tuple of (variable, value) pairs, each a row of `SWITCHES`: nothing else is ever set, whatever
a stored file says. Knows no device and sets nothing: `native.switches` does.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

__all__ = ["SWITCHES", "Environment", "ReadAt", "Switch", "is_known", "merged", "of_backend", "words_of"]

Environment: TypeAlias = tuple[tuple[str, str], ...]
"""(variable, value) pairs in the order of `SWITCHES`."""


class ReadAt(enum.IntEnum):
    """When ggml reads a variable, the earliest first."""

    START = 0
    """As the backend registers, before a device can be listed."""
    FIRST_USE = 1
    """As a device is first used, or its first graph is computed; never again in that process."""
    EVERY_CALL = 2


@dataclass(frozen=True, slots=True)
class Switch:
    """One variable with the value that switches something off."""

    value: str
    backends: tuple[str, ...]
    """By ggml's names. ROCm is compiled from CUDA's sources, and has their variables; Metal registers as MTL."""
    words: str
    """What a device does with it, for people."""
    read_at: ReadAt


_CUDA, _VULKAN, _METAL = ("CUDA", "ROCm"), ("Vulkan",), ("MTL", "Metal")
# Where they are read, in ggml 0.25.3: ggml-cuda.cu:1636 (in every product), 3446 and 4525 (static, at the first graph),
# common.cuh:1289 (static); ggml-vulkan.cpp:4060-4081, 4269 and 4897 (ggml_vk_get_device, which listing devices does not
# call); ggml-metal-device.m:1141-1146 and 1298 (ggml_metal_device_init, as the backend registers).
SWITCHES: Mapping[str, Switch] = MappingProxyType(
    {
        "GGML_CUDA_CUBLAS_COMPUTE_TYPE": Switch("f32", _CUDA, "large products in F32", ReadAt.EVERY_CALL),
        "GGML_CUDA_DISABLE_FUSION": Switch("1", _CUDA, "without fused operations", ReadAt.FIRST_USE),
        "GGML_CUDA_DISABLE_GRAPHS": Switch("1", _CUDA, "without CUDA graphs", ReadAt.FIRST_USE),
        "GGML_VK_DISABLE_FUSION": Switch("1", _VULKAN, "without fused operations", ReadAt.FIRST_USE),
        "GGML_VK_DISABLE_INTEGER_DOT_PRODUCT": Switch("1", _VULKAN, "without integer products", ReadAt.FIRST_USE),
        "GGML_VK_DISABLE_COOPMAT2": Switch("1", _VULKAN, "without NVIDIA's cooperative matrices", ReadAt.FIRST_USE),
        "GGML_VK_DISABLE_COOPMAT": Switch("1", _VULKAN, "without cooperative matrices", ReadAt.FIRST_USE),
        "GGML_VK_DISABLE_BFLOAT16": Switch("1", _VULKAN, "without BF16", ReadAt.FIRST_USE),
        "GGML_VK_DISABLE_F16": Switch("1", _VULKAN, "without F16", ReadAt.FIRST_USE),
        "GGML_METAL_FUSION_DISABLE": Switch("1", _METAL, "without fused operations", ReadAt.START),
        "GGML_METAL_TENSOR_DISABLE": Switch("1", _METAL, "without the tensor API", ReadAt.START),
        "GGML_METAL_BF16_DISABLE": Switch("1", _METAL, "without BF16", ReadAt.START),
    }
)


def of_backend(backend: str) -> Environment:
    """All switches of a backend, by ggml's name for it."""
    return tuple((name, switch.value) for name, switch in SWITCHES.items() if backend in switch.backends)


def is_known(name: object, value: object) -> bool:
    """Whether a pair is a row of the table."""
    return isinstance(name, str) and name in SWITCHES and value == SWITCHES[name].value


def merged(*environments: Iterable[tuple[str, str]]) -> Environment:
    """All of them together."""
    wanted = dict(pair for environment in environments for pair in environment)
    return tuple((name, wanted[name]) for name in SWITCHES if name in wanted)


def words_of(environment: Environment) -> tuple[str, ...]:
    """What they do, for people, each once: without cooperative matrices at all, those of NVIDIA need no mention."""
    names = [name for name, _ in environment]
    if "GGML_VK_DISABLE_COOPMAT" in names and "GGML_VK_DISABLE_COOPMAT2" in names:
        names.remove("GGML_VK_DISABLE_COOPMAT2")
    return tuple(dict.fromkeys(SWITCHES[name].words for name in names if name in SWITCHES))
