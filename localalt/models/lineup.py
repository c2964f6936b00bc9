"""Several models that were named for one piece of work: all resolved before the first is loaded, each of them once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import NamedTuple

from localalt import selftest
from localalt.devices import Machine
from localalt.errors import ModelError, OfflineError
from localalt.errors.wording import either
from localalt.hub import client
from localalt.hub.cache import sha256_of
from localalt.models import choose, forecast, local as local_models, reference, resolve
from localalt.types import ModelSource

__all__ = ["distinct"]


class _Files(NamedTuple):
    weights: Path
    mmproj: Path


def distinct(
    named: Sequence[ModelSource],
    machine: Machine,
    *,
    offline: bool = False,
    on_same: Callable[[ModelSource, ModelSource], None] = lambda *_: None,
) -> list[ModelSource]:
    """The models of `named`, each once, in their order. Nothing is downloaded; what is not here is looked up.

    Args:
        named: as people wrote them; two names may stand for one model.
        machine: where they shall run.
        offline: open no connection.
        on_same: called with a name that is left out and the one that stands for the same model.

    Raises:
        ModelError: some cannot be used. One message names all of them, with what to write instead.
    """
    found: dict[Hashable, ModelSource] = {}
    problems: list[tuple[ModelSource, ModelError]] = []
    for model in named:
        try:
            key = _identity(model, machine, offline=offline)
        except ModelError as error:
            problems.append((model, error))
            continue
        same = key if key in found else next((each for each in found if _are_copies(key, each)), None)
        if same is None:
            found[key] = model
        else:
            on_same(model, found[same])
    if problems:
        raise _error(problems, len(named))
    return list(found.values())


def _error(problems: Sequence[tuple[ModelSource, ModelError]], n_named: int) -> ModelError:
    if len(problems) == 1:
        return problems[0][1]
    kinds = {type(error) for _, error in problems}
    kind = kinds.pop() if len(kinds) == 1 else ModelError
    messages = " ".join(dict.fromkeys(either(str(error), error.in_command) for _, error in problems))
    return kind(f"{len(problems)} of {n_named} models cannot be used. {messages}")


def _identity(model: ModelSource, machine: Machine, *, offline: bool) -> Hashable:
    """What is the same for two names of one model.

    Raises:
        ModelError: it is not there, damaged, too large, or cannot be looked up.
    """
    if isinstance(model, str) and model in selftest.MODELS:
        return _files(*selftest.MODELS[model])
    pair = local_models.local_pair(model)
    if pair is not None:
        forecast.plan_for(model, machine)
        return _files(*pair)
    assert isinstance(model, str)
    chosen = choose.auto(machine, offline=offline).named if model == "auto" else reference.parse(model)
    local = local_models.find(chosen)
    if local is not None:
        forecast.plan_for(str(chosen), machine)
        return _files(local.weights, local.mmproj)
    if offline or client.is_offline():
        raise OfflineError(
            f"{chosen} is not downloaded, and no connection may be opened: run `localalt pull {chosen}` while online."
        )
    if chosen.entry is not None:
        forecast.plan_for(str(chosen), machine)
    selection = resolve.selection_of(chosen)
    return selection.repository.casefold(), selection.quant.casefold()


def _are_copies(key: Hashable, other: Hashable) -> bool:
    """Whether two pairs of local files have the same content; hashed only where the sizes are the same."""
    if not (isinstance(key, _Files) and isinstance(other, _Files)):
        return False
    if [path.stat().st_size for path in key] != [path.stat().st_size for path in other]:
        return False
    return all(sha256_of(own) == sha256_of(path) for own, path in zip(key, other, strict=True))


def _files(weights: Path, mmproj: Path) -> _Files:
    return _Files(weights.resolve(), mmproj.resolve())
