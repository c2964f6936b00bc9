"""llama.cpp's C handles, each with one owner. The only package that imports llama_cpp.

A handle is freed exactly once: by `close()`, by garbage collection, or at exit, and always
after the handles made from it. Return codes and missing capabilities leave here as errors
of the tree. Knows tokens, cells and embeddings; nothing of prompts, people's text or
scheduling. Nothing here is safe to call from two threads at once: the engine's thread owns it.

API: llama.h and mtmd.h as bound by llama-cpp-python 0.3.36 and later 0.3 releases.
"""

from localalt.native.allocation import lacks_memory, lacks_ram
from localalt.native.context import Context
from localalt.native.devices import cpu_instructions, devices, ggml_build, gpus, ram
from localalt.native.library import library_folder
from localalt.native.memory import release_free_memory
from localalt.native.model import Model
from localalt.native.nodes import NodeCounter
from localalt.native.plugins import LOADS_ELSEWHERE, Plugin, plugins_without_devices, what_loader_says
from localalt.native.projector import Chunk, Chunks, Part, Projector
from localalt.native.rates import Rates, measure_rates
from localalt.native.sampler import Sampler
from localalt.native.switching import set_switches

__all__ = [
    "LOADS_ELSEWHERE",
    "Chunk",
    "Chunks",
    "Context",
    "Model",
    "NodeCounter",
    "Part",
    "Plugin",
    "Projector",
    "Rates",
    "Sampler",
    "cpu_instructions",
    "devices",
    "ggml_build",
    "gpus",
    "lacks_memory",
    "lacks_ram",
    "library_folder",
    "measure_rates",
    "plugins_without_devices",
    "ram",
    "release_free_memory",
    "set_switches",
    "what_loader_says",
]
