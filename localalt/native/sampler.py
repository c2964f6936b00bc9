"""How the next token of a sequence is drawn from its logits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localalt.errors import OptionError
from localalt.limits import MAX_SEED, validate_sampling
from localalt.native.handle import Handle
from localalt.native.library import library
from localalt.native.model import Model
from localalt.request import Sampling

__all__ = ["Sampler"]


class Sampler(Handle):
    """A sampler chain: penalties, top-k, top-p, min-p, temperature, draw; or the likeliest token.

    Args:
        model: the model whose tokens it draws.
        sampling: how.
        seed: of the random draws, 0 to `localalt.limits.MAX_SEED`.
        grammar: GBNF that the answer follows; its rule "root" is the whole answer. "" for none.

    Raises:
        OptionError: the grammar is not GBNF, or a number is out of range.
    """

    def __init__(self, model: Model, sampling: Sampling, *, seed: int = 0, grammar: str = "") -> None:
        llama, _ = library()
        validate_sampling(sampling)  # the last check before llama.cpp, which does not make any
        super().__init__(
            llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params()), llama.llama_sampler_free, model
        )
        self.sampling, self.seed, self.grammar = sampling, seed, grammar
        if grammar:
            rules = llama.llama_sampler_init_grammar(model.vocab, grammar.encode(), b"root")
            if not rules:
                raise OptionError(f"The grammar {grammar!r:.60} is not GBNF with a rule named root: correct it.")
            llama.llama_sampler_chain_add(self.pointer, rules)
        for step in _steps(llama, model, sampling, seed):
            llama.llama_sampler_chain_add(self.pointer, step)  # the chain owns its steps

    def reset(self) -> None:
        """Forget the tokens seen and start the random numbers again from the seed."""
        library()[0].llama_sampler_reset(self.pointer)


def _steps(llama: Any, model: Model, sampling: Sampling, seed: int) -> Iterator[Any]:
    if sampling.presence_penalty:
        # Over the whole answer; repeat and frequency penalties damage transcription and stay off.
        yield llama.llama_sampler_init_penalties(model.n_vocab, 256, 1.0, 0.0, sampling.presence_penalty)
    if sampling.temperature <= 0.0:
        yield llama.llama_sampler_init_greedy()
        return
    if sampling.top_k > 0:
        # Above the vocabulary it ends the process where it is computed in the graph.
        yield llama.llama_sampler_init_top_k(min(sampling.top_k, model.n_vocab))
    if sampling.top_p < 1.0:
        yield llama.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0.0:
        yield llama.llama_sampler_init_min_p(sampling.min_p, 1)
    yield llama.llama_sampler_init_temp(sampling.temperature)
    yield llama.llama_sampler_init_dist(seed % (MAX_SEED + 1))
