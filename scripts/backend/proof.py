"""Whether each GPU backend that was built shows a device in the environment that it was installed into.

Knows no toolkits and builds nothing. A plugin that does not load is silent in llama.cpp, so it is loaded once more, in
a process of its own, in which the loader says what it lacks.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from localalt import plugin_trial
from localalt.machine import graphics

from .presets import Preset

__all__ = ["without_device"]

BACKENDS: Mapping[str, tuple[str, str]] = {
    "GGML_CUDA": ("ggml-cuda", "CUDA"),
    "GGML_HIP": ("ggml-hip", "ROCm"),
    "GGML_METAL": ("", "MTL"),
    "GGML_VULKAN": ("ggml-vulkan", "Vulkan"),
}
"""By the option that switches it on: the plugin, or "" for a part of ggml's own libraries, and what it calls itself."""


def without_device(python: str, preset: Preset, folder: Path) -> list[str]:
    """Each backend of the preset that shows no device, with what is missing and what to do; empty is right.

    `folder` has the libraries of the llama-cpp-python that is installed for `python`.
    """
    found = []
    for option, (plugin, backend) in BACKENDS.items():
        if f"-D{option}:BOOL=ON" not in preset.definitions:
            continue
        file = _file(plugin) if plugin else ""
        outcome = plugin_trial.attempt(python, folder, file, backend)
        if not outcome.n_devices:
            found.append(_why(outcome, backend, folder / file))
    return found


def _file(plugin: str) -> str:
    return f"{plugin}.dll" if sys.platform == "win32" else f"lib{plugin}.so"


def _why(outcome: plugin_trial.Outcome, backend: str, file: Path) -> str:
    what = "does not load" if outcome.n_devices is None else "loads and finds no device"
    said = f" ({outcome.said})" if outcome.said else ""
    card = next((each for each in graphics.cards() if graphics.is_for(backend, each)), None)
    if card is None and outcome.n_devices is not None:
        steps = ["No GPU that it is made for is found in this machine."]
    else:
        steps = list(graphics.next_steps(outcome.said, backend, card, file=file))
    return f"{backend} {what}{said}. {' '.join(steps)}"
