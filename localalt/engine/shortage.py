"""A computation that failed because memory ran out: an error of loading, after which a smaller plan is tried."""

from __future__ import annotations

from localalt.errors import CacheFullError, NativeError, NotEnoughMemoryError
from localalt.native import lacks_memory

__all__ = ["raise_where_memory_lacks"]


def raise_where_memory_lacks(error: NativeError | CacheFullError) -> None:
    """Do nothing where it failed for another reason.

    Raises:
        NotEnoughMemoryError: llama.cpp says that it lacked memory.
    """
    if lacks_memory(str(error)):
        raise NotEnoughMemoryError(
            "The memory that is free does not suffice for the first picture: close other programs, "
            f"or choose a smaller model. {error}"
        ) from error
