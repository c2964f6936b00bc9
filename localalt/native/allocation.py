"""Whether it was memory that llama.cpp lacked, by its own words: the remedy is another than for a damaged file.

Knows the wording of llama.cpp and its backends alone; pure.
"""

from __future__ import annotations

import re

__all__ = ["lacks_memory", "lacks_ram"]

_LACKS = re.compile(
    r"unable to allocate|failed to allocate|can't allocate"  # llama-model.cpp:1870, ggml-alloc.c:1134, ggml-sycl
    r"|out of memory|OutOfMemory|OUT_OF_MEMORY|ALLOC_FAILED"  # CUDA, HIP, Metal, cuBLAS
    r"|OutOf(?:Device|Host)Memory|OUT_OF_(?:DEVICE|HOST)_MEMORY"  # Vulkan
    r"|Cannot allocate memory|std::bad_alloc"  # ENOMEM of mmap and read; C++
    r"|[Nn]ot enough memory|paging file is too small"  # Windows
)
# ggml-cuda.cu:1281 and its like: pinned memory is a luxury, and what follows does without.
_PINNED = re.compile(r"pinned memory")
_BUFFER = re.compile(r"allocate (\S+) buffer")
_OF_RAM = re.compile(r"Cannot allocate memory|std::bad_alloc|OutOfHostMemory|[Nn]ot enough memory|paging file")


def lacks_memory(said: str) -> bool:
    """Whether llama.cpp says that memory ran out; `said` is lines of its log, or a message with them."""
    return any(_LACKS.search(line) and not _PINNED.search(line) for line in re.split(r"[\n;]", said))


def lacks_ram(said: str) -> bool:
    """Whether it was RAM, rather than a GPU's memory."""
    buffers = _BUFFER.findall(said)
    if buffers:  # "CPU", "CPU_REPACK", "CUDA_Host"
        return all(name.startswith("CPU") or name.endswith("_Host") for name in buffers)
    return bool(_OF_RAM.search(said))
