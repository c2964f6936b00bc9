"""The graphics cards that are in this machine, whether or not an installed backend can use them, and what to build.

Reads the system's own files and registry: no program is started, nothing raises, and all that is read is bounded.
Standard library alone, since scripts/build_backend.py asks before anything is installed. Must not know llama.cpp.
Doors: `cards` looks, `advise` says which preset suits and what is in the way, `next_steps` what to do about a backend
that is installed and does not load; `drives_display` and `free_carve_out` say what a card's memory is.
"""

from localalt.machine.graphics.advice import Advice, advise, is_for, unused
from localalt.machine.graphics.card import Card, System
from localalt.machine.graphics.carve_out import free_carve_out
from localalt.machine.graphics.loading import PRESETS, next_steps
from localalt.machine.graphics.looking import cards
from localalt.machine.graphics.screens import drives_display

__all__ = [
    "PRESETS",
    "Advice",
    "Card",
    "System",
    "advise",
    "cards",
    "drives_display",
    "free_carve_out",
    "is_for",
    "next_steps",
    "unused",
]
