"""A sequence's saved state, and the places that llama.cpp has for such states on the devices: one for each sequence.

"Getting the state for a seq_id with this flag invalidates all prior states gotten for that seq_id" (llama.h:929), and
restoring one that is no longer there ends the process (llama-context.cpp:3238, 3028). So it is noted here who has which
place, for as long as anybody has the state.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["SavedState", "Shelf"]


class SavedState:
    """What the cache held of a sequence. Compared by identity; dropping it frees its memory or its place.

    Attributes:
        data: uint8 of shape (n_bytes,): all of it, or what describes the tensors that stayed on the devices.
        place: the sequence in whose place on the devices the tensors are; None where all is in `data`.
    """

    __slots__ = ("__weakref__", "data", "place")

    def __init__(self, data: npt.NDArray[np.uint8], place: int | None = None) -> None:
        self.data, self.place = data, place


class Shelf:
    """Which states are in which place on the devices.

    Args:
        n_places: one for each sequence.
    """

    def __init__(self, n_places: int) -> None:
        self.last = n_places - 1
        """The last place."""
        self._states: dict[int, weakref.ref[SavedState]] = {}

    def is_free(self, place: int) -> bool:
        """Whether nobody has a state in that place any more."""
        held = self._states.get(place)
        return held is None or held() is None

    def put(self, state: SavedState) -> None:
        """Note a state that has just been saved. Whoever had its place before has lost it."""
        if state.place is not None:
            self._states[state.place] = weakref.ref(state)

    def has(self, state: SavedState) -> bool:
        """Whether a state can be restored."""
        held = None if state.place is None else self._states.get(state.place)
        return state.place is None or (held is not None and held() is state)
