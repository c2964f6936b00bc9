"""What a plan sets for the engine: slots, batches and windows, and the sizes that bound them. Pure."""

from __future__ import annotations

__all__ = ["UNMEASURED"]


UNMEASURED = 4
"""The width where nothing is measured: two cores decode Gemma 3 270M at 45 tokens/s with one sequence,
97 with four, 97 with sixteen."""
