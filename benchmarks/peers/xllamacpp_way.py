"""xllamacpp: llama-server inside the process, as installed or from a folder where it was built for this machine."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from peers.workload import N_AHEAD, N_CTX_SEQ, Loaded, Tokens, Way, Workload, instructions, messages

__all__ = ["INSTALLED", "NATIVE", "greedily"]


def greedily(workload: Workload) -> dict[str, Any]:
    """How llama-server is to answer: so many tokens, as cheaply as greedy sampling can be, from no cached prompt."""
    return {
        "cache_prompt": False,
        "n_predict": workload.n_tokens,
        "ignore_eos": True,
        "temperature": 0.0,
        "top_k": 1,
        "samplers": ["top_k"],
    }


def _load(workload: Workload) -> Loaded:
    """Asked by as many threads as it has slots, and two that read ahead.

    Nothing is reused, as with localalt here: no prompts stored in RAM, no checkpoints to return to, and no part of a
    slot's last prompt, which would serve a picture that comes again without encoding it.
    """
    xllamacpp = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path, params.mmproj.path = str(workload.weights), str(workload.mmproj)
    params.chat_template = workload.template
    params.n_parallel, params.n_ctx = workload.n_slots, workload.n_slots * N_CTX_SEQ
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = workload.n_threads
    params.n_gpu_layers, params.mmproj_use_gpu = 0, False
    params.fit_params = False
    params.cache_ram_mib, params.n_ctx_checkpoints = 0, 0
    if workload.peer_image_tokens is not None:
        params.image_min_tokens, params.image_max_tokens = workload.peer_image_tokens
    server = xllamacpp.Server(params)

    def ask(path: Path) -> Tokens:
        asked = {"messages": messages(path, workload.instruction), **greedily(workload)}
        answer: Mapping[str, Any] = server.handle_chat_completions(asked)
        if "usage" not in answer:
            raise RuntimeError(f"{path.name}: {answer}")
        return Tokens(answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"])

    def describe(paths: Sequence[Path]) -> list[Tokens]:
        with ThreadPoolExecutor(workload.n_slots + N_AHEAD) as threads:
            return list(threads.map(ask, paths))

    return Loaded(describe)


def _load_native(workload: Workload) -> Loaded:
    """The same from `workload.native`, in place of the xllamacpp that is installed."""
    sys.path.insert(0, str(workload.native))
    return _load(workload)


def _kernels() -> str:
    return instructions(importlib.import_module("xllamacpp").get_system_info())


INSTALLED = Way(_load, _kernels, batched=True)
NATIVE = Way(_load_native, _kernels, batched=True)
