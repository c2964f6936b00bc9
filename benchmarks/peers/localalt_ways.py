"""localalt's own two ways: `describe_many`, and a plain loop over `describe`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from peers.workload import Loaded, Tokens, Way, Workload, instructions

if TYPE_CHECKING:
    from localalt import AltText, Describer
    from localalt.describer.loading import LoadedModel

__all__ = ["DESCRIBE", "DESCRIBE_MANY", "kernels", "limit_image_tokens"]


def kernels() -> str:
    """Of llama-cpp-python's llama.cpp, which is localalt's."""
    import llama_cpp

    return instructions(llama_cpp.llama_print_system_info().decode())


def limit_image_tokens(loaded: LoadedModel, image_tokens: tuple[int, int] | None) -> LoadedModel:
    """`loaded` with pictures within these limits, least and most, which its own are wider than; None leaves them.

    localalt has no option for it: its budget is what its projectors' rules and the memory allow.
    """
    if image_tokens is None:
        return loaded
    least, most = image_tokens
    return dataclasses.replace(loaded, geometry=dataclasses.replace(loaded.geometry, min_tokens=least, max_tokens=most))


def _describe_many(workload: Workload) -> Loaded:
    describer = _describer(workload, workload.n_slots)
    return Loaded(lambda paths: _counted(describer.describe_many(paths)))


def _describe(workload: Workload) -> Loaded:
    """One picture after the other, as a program without `describe_many` would ask."""
    describer = _describer(workload, 1)
    return Loaded(lambda paths: _counted(describer.describe(path) for path in paths))


def _describer(workload: Workload, n_slots: int) -> Describer:
    import localalt
    from localalt.describer.loading import load_model

    loaded = load_model(
        (workload.weights, workload.mmproj),
        {"device": "cpu", "n_seq_max": n_slots, "exact_tokens": workload.n_tokens, "reuse": False},
    )
    if loaded.engine.plan.n_seq_max != n_slots:
        raise RuntimeError(f"this machine's memory allows {loaded.engine.plan.n_seq_max} slots, not {n_slots}")
    return localalt.Describer.from_loaded(limit_image_tokens(loaded, workload.image_tokens))


def _counted(results: Iterable[AltText]) -> list[Tokens]:
    return [Tokens(each.timings.n_prompt_tokens, each.timings.n_output_tokens) for each in results]


DESCRIBE_MANY = Way(_describe_many, kernels, batched=True)
DESCRIBE = Way(_describe, kernels, batched=False)
