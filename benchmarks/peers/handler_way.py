"""llama-cpp-python's `MTMDChatHandler`: one picture at a time."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import ModuleType
from typing import Any

from peers.localalt_ways import kernels
from peers.workload import N_BATCH, N_CTX_SEQ, Loaded, Tokens, Way, Workload, messages

__all__ = ["HANDLER"]


def _load(workload: Workload) -> Loaded:
    """`MTMDChatHandler`, llama-cpp-python's own way to ask about a picture: one at a time."""
    import llama_cpp.llama_cpp
    import llama_cpp.mtmd_cpp
    from llama_cpp import Llama
    from llama_cpp.llama_chat_format import MTMDChatHandler

    # The end of an answer is looked for in Python; logits biased against it would cost time at each token.
    llama_cpp.llama_cpp.llama_vocab_is_eog = lambda *_: False
    library = _Mtmd(llama_cpp.mtmd_cpp, workload.peer_image_tokens)
    handler = MTMDChatHandler(clip_model_path=str(workload.mmproj), verbose=False, use_gpu=False)
    handler._mtmd_cpp = library
    llama = Llama(
        str(workload.weights),
        chat_handler=handler,
        n_ctx=N_CTX_SEQ,
        n_batch=N_BATCH,
        n_threads=workload.n_threads,
        n_threads_batch=workload.n_threads,
        n_gpu_layers=0,
        verbose=False,
    )
    llama.metadata["tokenizer.chat_template"] = workload.template
    # Its own count of `max_tokens` leaves out a token that ends within a letter, and noise often does.
    generate = llama.generate
    llama.generate = lambda *arguments, **options: itertools.islice(generate(*arguments, **options), workload.n_tokens)

    def ask(path: Path) -> Tokens:
        answer = llama.create_chat_completion(
            messages=messages(path, workload.instruction), max_tokens=workload.n_tokens, temperature=0.0
        )
        return Tokens(library.n_prompt_tokens, answer["usage"]["completion_tokens"])

    return Loaded(lambda paths: [ask(path) for path in paths])


class _Mtmd:
    """llama-cpp-python's `mtmd_cpp`, with what the handler does not do: set limits, and count the prompt.

    Its own count is one of positions, of which a picture takes fewer than tokens under M-RoPE.
    """

    def __init__(self, module: ModuleType, image_tokens: tuple[int, int] | None) -> None:
        self._module = module
        self._image_tokens = image_tokens
        self.n_prompt_tokens = 0

    def __getattr__(self, name: str) -> object:
        found: object = getattr(self._module, name)
        return found

    def mtmd_context_params_default(self) -> object:
        params: Any = self._module.mtmd_context_params_default()
        if self._image_tokens is not None:
            params.image_min_tokens, params.image_max_tokens = self._image_tokens
        return params

    def mtmd_tokenize(self, context: object, chunks: object, *rest: object) -> int:
        code: int = self._module.mtmd_tokenize(context, chunks, *rest)
        self.n_prompt_tokens = self._module.mtmd_helper_get_n_tokens(chunks)
        return code


HANDLER = Way(_load, kernels, batched=False)
