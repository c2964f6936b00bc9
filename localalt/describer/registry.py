"""The Describers that this process shares: one for each model, loaded on first use until the process ends."""

from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures import CancelledError, Future
from typing import TypeAlias

from localalt.concurrency.pipeline import until_done
from localalt.concurrency.waiting import wait
from localalt.describer.describer import Describer
from localalt.types import ModelSource

__all__ = ["ashared_describer", "is_loaded", "loads", "shared_describer"]

_Key: TypeAlias = tuple[int, object]

loads: dict[_Key, Future[Describer]] = {}
"""By process and model: a forked process loads its own. Whoever puts an entry here loads, and the others wait."""


def is_loaded(model: ModelSource) -> bool:
    """Whether `model` is loaded in this process, or somebody is loading it."""
    return _key_of(model) in loads


def shared_describer(model: ModelSource) -> Describer:
    """This process's Describer of `model`, loaded by whoever asks for it first.

    Raises:
        LocalAltError: see `localalt.load`; the next call tries again.
    """
    while True:
        key, loading, is_mine = _enter(model)
        if is_mine:
            _load(key, model, loading)
        try:
            return wait(loading)
        except CancelledError:  # Ctrl-C ended it in the thread that loaded
            continue


async def ashared_describer(model: ModelSource) -> Describer:
    """`shared_describer` for asyncio, loading in a thread of its own: the event loop's are for others, and few."""
    while True:
        key, loading, is_mine = _enter(model)
        if is_mine:
            threading.Thread(
                target=_load_apart, args=(key, model, loading), name="localalt-loader", daemon=True
            ).start()
        await until_done(loading)
        try:
            return loading.result()
        except CancelledError:
            continue


def _key_of(model: ModelSource) -> _Key:
    try:
        if isinstance(model, str | os.PathLike):
            return os.getpid(), os.fspath(model)
        return os.getpid(), tuple(os.fspath(path) for path in model)
    except TypeError:
        Describer(model)  # says what is wrong with it
        raise


def _enter(model: ModelSource) -> tuple[_Key, Future[Describer], bool]:
    """The entry of a model, and whether the caller is to load it."""
    key = _key_of(model)
    mine: Future[Describer] = Future()
    loading = loads.setdefault(key, mine)
    return key, loading, loading is mine


def _load(key: _Key, model: ModelSource, loading: Future[Describer]) -> None:
    try:
        loading.set_result(Describer(model))
    except BaseException as error:
        del loads[key]
        loading.set_exception(error if isinstance(error, Exception) else CancelledError())
        raise


def _load_apart(key: _Key, model: ModelSource, loading: Future[Describer]) -> None:
    with contextlib.suppress(BaseException):  # whoever waits gets the error
        _load(key, model, loading)
