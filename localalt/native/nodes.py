"""Which device computes each operation of llama.cpp's graphs: read back, not assumed.

llama.cpp asks before it computes a graph whether anybody wants to see a node (`cb_eval`). By then the scheduler has
chosen a backend for every node and has given it memory of that backend (ggml-backend.cpp:1814). Nobody wants to see
any here, so that the graph of each split is computed as a whole, with the same nodes and fusions as unwatched. Two
things do differ: llama.cpp waits for the device after each split, and CUDA looks through its captured graph anew
(ggml-cuda.cu:2598). So a graph that is timed, or whose numbers are judged, is not watched.
"""

from __future__ import annotations

import ctypes
import functools
from collections import Counter
from typing import Any

from localalt.native.devices import ggml
from localalt.native.library import library

__all__ = ["CPU", "UNKNOWN", "NodeCounter"]

CPU = "CPU"
"""Whatever computes in plain memory: the processor, and accelerators that serve it."""
UNKNOWN = "?"
"""The device of a node whose structure is not the one that is known here."""

_NOTHING_COMPUTED = frozenset({"NONE", "RESHAPE", "VIEW", "PERMUTE", "TRANSPOSE"})
_COMPUTE = 16
"""GGML_TENSOR_FLAG_COMPUTE: backends skip nodes without it (ggml-cpu.c:3137)."""


class _Node(ctypes.Structure):
    """ggml_tensor in ggml.h, as far as its name."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("ne", ctypes.c_int64 * 4),
        ("nb", ctypes.c_size_t * 4),
        ("op", ctypes.c_int),
        ("op_params", ctypes.c_int32 * 16),
        ("flags", ctypes.c_int32),
        ("src", ctypes.c_void_p * 10),
        ("view_src", ctypes.c_void_p),
        ("view_offs", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("name", ctypes.c_char * 64),
    )


class NodeCounter:
    """Counts the operations that are computed, by device: to be handed to a `Context` or a `Projector`."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        """By (device, operation), with ggml's names: ("Vulkan0", "MUL_MAT")."""
        self.native: Any = library()[0].ggml_backend_sched_eval_callback(self._asked)
        """The C function, alive as long as this object."""

    @property
    def by_device(self) -> dict[str, dict[str, int]]:
        """The counts by device, then by operation."""
        found: dict[str, dict[str, int]] = {}
        for (device, operation), count in sorted(self.counts.items()):
            found.setdefault(device, {})[operation] = count
        return found

    def _asked(self, pointer: int, ask: bool, _user_data: int | None) -> bool:
        if ask:
            try:
                self._count(pointer)
            except Exception:  # nothing may be raised into C
                self.counts[UNKNOWN, UNKNOWN] += 1
        return not ask  # False: its numbers are not wanted; True to the second question would go on

    def _count(self, pointer: int) -> None:
        functions = _functions()
        if functions.ggml_get_name(pointer) - pointer != _Node.name.offset:
            self.counts[UNKNOWN, UNKNOWN] += 1
            return
        node = _Node.from_address(pointer)
        operation = functions.ggml_op_desc(pointer).decode()
        if operation in _NOTHING_COMPUTED or not node.flags & _COMPUTE or 0 in node.ne:
            return
        self.counts[_device_of(node.buffer) if node.buffer else UNKNOWN, operation] += 1


def _device_of(buffer: int) -> str:
    """ggml's name of the device whose backend computes into a buffer.

    Memory of a GPU's that the CPU addresses too (CUDA_Host, Vulkan_Host) is what the CPU's backend computes into.
    """
    functions = _functions()
    kind = functions.ggml_backend_buffer_get_type(buffer)
    if functions.ggml_backend_buft_is_host(kind):
        return CPU
    device = functions.ggml_backend_buft_get_device(kind)
    return functions.ggml_backend_dev_name(device).decode() if device else UNKNOWN


@functools.cache
def _functions() -> Any:
    """llama-cpp-python's library with the prototypes of what is called here."""
    own = ggml()
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result in (
        ("ggml_op_desc", text),
        ("ggml_get_name", pointer),  # not text: its address says where the structure has it
        ("ggml_backend_buffer_get_type", pointer),
        ("ggml_backend_buft_is_host", ctypes.c_bool),
        ("ggml_backend_buft_get_device", pointer),
        ("ggml_backend_dev_name", text),
    ):
        function = getattr(own, name)
        function.restype, function.argtypes = result, [pointer]
    return own
