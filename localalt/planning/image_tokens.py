"""More image tokens than reading takes, for writing that is very small, where memory is left for them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from localalt.planning.budget import MemoryBudget
from localalt.planning.memory import RuntimeSettings
from localalt.planning.placements import Placed
from localalt.planning.plan import ModelSpec
from localalt.planning.settings import memory_of, with_image_tokens

__all__ = ["with_room"]

ROOM_SHARE = 0.25
"""Of the memory that a plan leaves free, the most that larger pictures take: other programs need it."""
SLOW_GROWTH = 2
"""Times as many tokens as reading takes, at most, where a CPU or a GPU in the processor encodes: twice as many take it
two to three times as long, and four times as many, as estimated, a Radeon 780M up to six minutes."""


def with_room(spec: ModelSpec, found: Placed, budget: MemoryBudget, *, projector_flash_attn: bool | None) -> Placed:
    """`found` with pictures as large as its projector takes, as far as that costs no slots and no layers.

    Without flash attention the projector's memory grows with the square of the tokens: there are no more then.
    """
    if spec.tuning.n_image_tokens is not None or projector_flash_attn is False:
        return found
    room = budget.part(found.memory, ROOM_SHARE)
    is_slow = not found.settings.projector_on_gpu or any(device.integrated for device in found.devices)
    for n_image_tokens in _beyond(spec, found.settings, is_slow=is_slow):
        settings = with_image_tokens(spec, found.settings, n_image_tokens)
        memory = memory_of(spec, settings)
        if not room.missing(memory):
            return Placed(found.devices, settings, memory)
    return found


def _beyond(spec: ModelSpec, settings: RuntimeSettings, *, is_slow: bool) -> Iterator[int]:
    """Larger numbers of tokens to try, the most first."""
    geometry = spec.geometry
    if geometry.square is not None or geometry.token_px == 1 or settings.n_image_tokens < geometry.high_tokens:
        return
    most = geometry.max_tokens
    if is_slow:
        most = min(most, SLOW_GROWTH * geometry.high_tokens)
    while most > settings.n_image_tokens:
        yield most
        most //= 2
