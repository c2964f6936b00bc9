"""Backends that are installed for a card of this machine and do not compute on it: why not, and what to do.

A plugin that does not load because its driver is not here is no fault where no card of its kind is here either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from localalt import native
from localalt.machine import graphics
from localalt.machine.graphics import Card
from localalt.planning.cards import one_each

__all__ = ["PluginFault", "faults"]

CARDLESS = frozenset(("BLAS", "RPC"))
"""Backends that compute without a card, and are at fault only where they do not load."""


@dataclass(frozen=True, slots=True)
class PluginFault:
    """A backend that is installed, and computes on nothing here."""

    backend: str
    """As ggml calls it: "CUDA"."""
    file: str
    """Its name, in the folder of llama-cpp-python's libraries."""
    said: str
    """What the system's loader, ggml or the driver say; "" is nothing."""
    steps: tuple[str, ...]
    """What is in the way and what to do, a sentence each."""
    cards: tuple[str, ...]
    """The cards that it is for and that no other backend has, by name."""

    @property
    def sentence(self) -> str:
        """For people."""
        return f"the backend {self.backend} is installed and finds no device ({self.file}: {self.said or 'no reason'})."


def faults() -> tuple[PluginFault, ...]:
    """Every backend that is installed for something in this machine, and computes on nothing.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    without = native.plugins_without_devices()
    return tuple(_faults(without)) if without else ()


def _faults(without: tuple[native.Plugin, ...]) -> Iterator[PluginFault]:
    cards = graphics.cards()
    left = graphics.unused(cards, [(each.backend, each.description) for each in one_each(native.gpus())])
    for plugin in without:
        own = [card for card in cards if graphics.is_for(plugin.backend, card)]
        if plugin.is_registered if plugin.backend in CARDLESS else not own:
            continue
        said = native.what_loader_says(plugin)
        card = None if plugin.backend in CARDLESS else _first(own, left)
        steps = tuple(graphics.next_steps(said, plugin.backend, card, file=plugin.file))
        if said == native.LOADS_ELSEWHERE:
            steps = (_where_it_loads_elsewhere(plugin),)
        names = tuple(each.name for each in left if each in own and plugin.backend not in CARDLESS)
        yield PluginFault(plugin.backend, plugin.file.name, said, steps, names)


def _where_it_loads_elsewhere(plugin: native.Plugin) -> str:
    if any(plugin.file.parent.glob("*ggml-cpu-*")):
        return "Please report this: an installation that is made of plugins has left it out."
    command = f"python scripts/build_backend.py {graphics.PRESETS.get(plugin.backend, '')}".strip()
    return f"The installed llama-cpp-python is not made of plugins and loads none. Build all of it anew: {command}"


def _first(own: list[Card], left: list[Card]) -> Card:
    return next((card for card in own if card in left), own[0])
