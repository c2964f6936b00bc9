"""The ways to describe many pictures that `throughput.py` compares: localalt's own two, and its peers.

A way is a function that loads a model and returns another, which describes pictures and tells the tokens
of each. All of them get the same files, prompt, limits of image tokens, threads and number of tokens out.
Knows nothing of clocks, processes or tables.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from localalt import AltText, Describer

__all__ = ["BATCHED", "WAYS", "Describe", "Job", "Tokens", "kernels", "limit_image_tokens"]

N_CTX_SEQ = 2048
"""Cells of one sequence of a peer: prompts here have 200 to 1,400 tokens."""
N_BATCH = 2048
"""As localalt's plan has it, and llama.cpp by default."""
N_AHEAD = 2
"""Requests in flight beyond a server's slots, so that a slot never waits for a file to be read: as many
as localalt has threads that read ahead."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a way has to do, the same for all of them."""

    weights: Path
    mmproj: Path
    opening: str
    """The prompt: this, the picture, the instruction, and the closing."""
    instruction: str
    closing: str
    n_tokens: int
    """Tokens to generate for each picture, whatever they say."""
    n_slots: int
    """Pictures at a time; ways that can do only one ignore it."""
    n_threads: int
    image_tokens: tuple[int, int] | None
    """Least and most image tokens of a picture, where the projector leaves a choice."""
    peer_image_tokens: tuple[int, int] | None
    """What makes llama.cpp's own rule come to as many."""
    native: Path | None
    """A folder with an xllamacpp that was built for this machine, for the way of that name."""

    @property
    def template(self) -> str:
        """A chat template that writes the same prompt. Each text is a literal, which jinja does not trim."""
        opening, closing = json.dumps(self.opening), json.dumps(self.closing)
        return (
            "{% for message in messages %}{{ " + opening + " }}"
            "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
            "{% for part in message['content'] %}{{ part['text'] }}{% endfor %}{% endif %}"
            "{% endfor %}{{ " + closing + " }}"
        )


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one picture took: tokens of its prompt, the picture's among them, and of its answer."""

    prompt: int
    output: int


Describe: TypeAlias = Callable[[Sequence[Path]], "list[Tokens]"]


def kernels(way: str) -> str:
    """The processor's instructions that the way's own copy of llama.cpp was built for, as it says itself."""
    if way.startswith("xllamacpp"):
        text: str = importlib.import_module("xllamacpp").get_system_info()
    else:
        import llama_cpp

        text = llama_cpp.llama_print_system_info().decode()
    return " ".join(sorted(part.split("=")[0].strip() for part in text.replace("CPU :", "").split("|") if "=" in part))


# --- localalt ---


def _describe_many(job: Job) -> Describe:
    describer = _describer(job, job.n_slots)
    return lambda paths: _counted(describer.describe_many(paths))


def _describe(job: Job) -> Describe:
    """One picture after the other, as a program without `describe_many` would ask."""
    describer = _describer(job, 1)
    return lambda paths: _counted(describer.describe(path) for path in paths)


def _describer(job: Job, n_slots: int) -> Describer:
    import localalt

    describer = localalt.load((job.weights, job.mmproj), device="cpu", n_seq_max=n_slots, exact_tokens=job.n_tokens)
    if describer.plan.n_seq_max != n_slots:
        raise RuntimeError(f"this machine's memory allows {describer.plan.n_seq_max} slots, not {n_slots}")
    limit_image_tokens(describer, job.image_tokens)
    return describer


def limit_image_tokens(describer: Describer, image_tokens: tuple[int, int] | None) -> None:
    """Give pictures within these limits, least and most, to a model whose own are wider; None leaves it as it is.

    localalt has no option for it: its budget is what its projectors' rules and the memory allow.
    """
    if image_tokens is not None:
        least, most = image_tokens
        describer._geometry = dataclasses.replace(describer._geometry, min_tokens=least, max_tokens=most)


def _counted(results: Iterable[AltText]) -> list[Tokens]:
    return [Tokens(each.timings.n_prompt_tokens, each.timings.n_output_tokens) for each in results]


# --- xllamacpp ---


def _xllamacpp(job: Job) -> Describe:
    """llama-server inside the process, asked by as many threads as it has slots, and two that read ahead.

    What serves long chats and not a pile of different pictures is switched off: the prompts kept in RAM, and
    the checkpoints to return to. A slot keeps its last prompt, as by default: the tokens before the picture are
    the same each time, and this saves a step for them. Sampling is as cheap as greedy can be.
    """
    xllamacpp = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path, params.mmproj.path = str(job.weights), str(job.mmproj)
    params.chat_template = job.template
    params.n_parallel, params.n_ctx = job.n_slots, job.n_slots * N_CTX_SEQ
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = job.n_threads
    params.n_gpu_layers, params.mmproj_use_gpu = 0, False
    params.fit_params = False
    params.cache_ram_mib, params.n_ctx_checkpoints = 0, 0
    if job.peer_image_tokens is not None:
        params.image_min_tokens, params.image_max_tokens = job.peer_image_tokens
    server = xllamacpp.Server(params)

    def ask(path: Path) -> Tokens:
        answer: Mapping[str, Any] = server.handle_chat_completions(
            {
                "messages": _messages(path, job.instruction),
                "n_predict": job.n_tokens,
                "ignore_eos": True,
                "temperature": 0.0,
                "top_k": 1,
                "samplers": ["top_k"],
            }
        )
        if "usage" not in answer:
            raise RuntimeError(f"{path}: {answer}")
        return Tokens(answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"])

    def describe(paths: Sequence[Path]) -> list[Tokens]:
        with ThreadPoolExecutor(job.n_slots + N_AHEAD) as threads:
            return list(threads.map(ask, paths))

    return describe


def _xllamacpp_native(job: Job) -> Describe:
    """The same from `job.native`, in place of the xllamacpp that is installed."""
    sys.path.insert(0, str(job.native))
    return _xllamacpp(job)


# --- llama-cpp-python ---


def _chat_handler(job: Job) -> Describe:
    """`MTMDChatHandler`, llama-cpp-python's own way to ask about a picture: one at a time."""
    import llama_cpp.llama_cpp
    import llama_cpp.mtmd_cpp
    from llama_cpp import Llama
    from llama_cpp.llama_chat_format import MTMDChatHandler

    # The end of an answer is looked for in Python; logits biased against it would cost time at each token.
    llama_cpp.llama_cpp.llama_vocab_is_eog = lambda *_: False
    library = _Mtmd(llama_cpp.mtmd_cpp, job.peer_image_tokens)
    handler = MTMDChatHandler(clip_model_path=str(job.mmproj), verbose=False, use_gpu=False)
    handler._mtmd_cpp = library
    llama = Llama(
        str(job.weights),
        chat_handler=handler,
        n_ctx=N_CTX_SEQ,
        n_batch=N_BATCH,
        n_threads=job.n_threads,
        n_threads_batch=job.n_threads,
        n_gpu_layers=0,
        verbose=False,
    )
    llama.metadata["tokenizer.chat_template"] = job.template
    # Its own count of `max_tokens` leaves out a token that ends within a letter, and noise often does.
    generate = llama.generate
    llama.generate = lambda *arguments, **options: itertools.islice(generate(*arguments, **options), job.n_tokens)

    def ask(path: Path) -> Tokens:
        answer = llama.create_chat_completion(
            messages=_messages(path, job.instruction), max_tokens=job.n_tokens, temperature=0.0
        )
        return Tokens(library.n_prompt_tokens, answer["usage"]["completion_tokens"])

    return lambda paths: [ask(path) for path in paths]


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


def _messages(path: Path, instruction: str) -> list[dict[str, Any]]:
    """One user's turn: the file as it is, in a data URL, and then the words."""
    kind = "png" if path.suffix == ".png" else "jpeg"
    url = f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": instruction}]
    return [{"role": "user", "content": content}]


WAYS: Mapping[str, Callable[[Job], Describe]] = {
    "localalt": _describe_many,
    "xllamacpp": _xllamacpp,
    "xllamacpp-native": _xllamacpp_native,
    "handler": _chat_handler,
    "describe": _describe,
}
"""By name; "localalt" is `describe_many`, "handler" llama-cpp-python's MTMDChatHandler, "describe" a plain loop."""

BATCHED = ("localalt", "xllamacpp", "xllamacpp-native")
"""Those that work on several pictures at a time."""
