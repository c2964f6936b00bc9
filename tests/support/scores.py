"""Scores and verdicts on pairs, for tests of statistics."""

from collections.abc import Iterable

from localalt.evaluation.statistics.pairwise import PairVerdict

FEW = 200
"""Resamples where only the shape of a result matters."""


def by_picture(values: Iterable[float]) -> dict[str, float]:
    """A score for each of some pictures."""
    return {f"picture {index}": value for index, value in enumerate(values)}


def pair_verdicts(won: int, of: int, first: str = "a", second: str = "b", start: int = 0) -> list[PairVerdict]:
    """Verdicts on `of` pictures, of which the first arm won so many."""
    return [
        PairVerdict(f"picture {start + index}", first, second, "first" if index < won else "second")
        for index in range(of)
    ]
