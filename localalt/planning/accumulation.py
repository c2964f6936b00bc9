"""Where a device would add up a projector's products in F16, which ends at 65,504, and what avoids that.

Towers exceed it: Qwen2.5-VL's last blocks do (llama.cpp #17534), and Gemma 4's. CUDA gives infinities then, which are
seen; Vulkan cuts its sums at 65,504 (mul_mm.comp:447), so that the numbers are finite and wrong, and must be avoided
beforehand. Pure. Sources, as vendored by llama-cpp-python 0.3.36:

- CUDA and ROCm multiply F16 matrices with more than 16 columns by cuBLAS with F16 accumulators (ggml-cuda.cu:1392,
  1618-1662), and quantized ones so where their own kernels do not serve (mmq.cu:318: Volta, some of AMD's). A variable
  that is read at every product makes that F32. BF16 is added up in F32.
- Vulkan adds up F16 matrices in F16 wherever it can (ggml-vulkan.cpp:5943), and quantized ones, too, except where it
  has products of integers for them: not with NVIDIA's cooperative matrices, and with KHR's on RDNA 3 and 4 alone
  (lines 2287-2320 and 2482). BF16 is never added up so.
- Metal and the CPU add up in F32; but what enters a product with an F16 matrix is F16 there, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from localalt import switches
from localalt.devices import Device, Machine
from localalt.gguf.bf16_tensors import BF16, F16, F32, Q8_0
from localalt.planning.budget import budget_of
from localalt.planning.memory import Memory
from localalt.planning.plan import ModelSpec, Plan

__all__ = ["adds_up_in_f16", "mmproj_preference", "with_f32_sums"]

_BY_VARIABLE = ("CUDA", "ROCm")
_VARIABLE = ("GGML_CUDA_CUBLAS_COMPUTE_TYPE", "f32")
_BY_TYPE = ("Vulkan",)


def adds_up_in_f16(devices: Collection[Device]) -> bool:
    """Whether one of the devices adds up products with F16 matrices in F16."""
    return any(device.backend in (*_BY_VARIABLE, *_BY_TYPE) for device in devices)


def mmproj_preference(preference: Sequence[str], devices: Collection[Device]) -> tuple[str, ...]:
    """The formats of a projector, best first: F16 comes last where a device would add it up in F16."""
    if not adds_up_in_f16(devices):
        return tuple(preference)
    return (*(each for each in preference if each != "F16"), *(each for each in preference if each == "F16"))


def with_f32_sums(own: Plan, spec: ModelSpec, machine: Machine) -> Plan:
    """`own` with what keeps its projector's sums in F32, and the reason."""
    devices = [device for name in own.devices for device in machine.devices if device.name == name]
    if not (own.projector_on_gpu and devices and spec.mmproj_types and adds_up_in_f16(devices[:1])):
        return own
    first = devices[0]  # which has the projector
    kinds = spec.mmproj_types - {F32, BF16}
    if not kinds:
        return _because(own, f"The projector is in BF16 or F32, which {first.name} adds up in F32.")
    what = "F16" if F16 in kinds else "quantized"
    if first.backend in _BY_VARIABLE:
        why = f"the sums of this {what} projector may exceed what F16 holds"
        own = dataclasses.replace(own, environment=switches.merged(own.environment, (_VARIABLE,)))
        return _because(own, f"Large products are added up in F32 on {first.name}, since {why}.")
    if spec.bf16_growth is None or not kinds <= {F16, Q8_0}:
        return own
    memory = _with_projector_grown(own.memory, spec.bf16_growth)
    if spec.bf16_growth > 0 and budget_of(machine, devices).missing(memory):
        return own  # quantized matrices, which many devices multiply as integers
    own = dataclasses.replace(own, projector_in_bf16=True, memory=memory)
    return _because(
        own,
        f"The projector is made BF16 while it is loaded: {first.name} may add up {what} matrices in F16, and cut what "
        "exceeds that.",
    )


def _with_projector_grown(memory: Memory, n_bytes: int) -> Memory:
    """With so many bytes more in the projector's part, which is on the first GPU."""
    first, *others = memory.gpus
    grown = dataclasses.replace(first, projector=first.projector + n_bytes)
    gpu = dataclasses.replace(memory.gpu, projector=memory.gpu.projector + n_bytes)
    return dataclasses.replace(memory, gpu=gpu, gpus=(grown, *others))


def _because(own: Plan, reason: str) -> Plan:
    return dataclasses.replace(own, reasons=(*own.reasons, reason))
