"""A recipe -> what a report shows of the publication: a section of its own, and rows beside measured ones.

Computes nothing: figures stand as they were printed, and each row says that it was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localalt.evaluation.numbers import NOTHING, count
from localalt.evaluation.recipes.recipe import PublishedRow, Recipe
from localalt.evaluation.reporting.blocks import Block, Heading, Paragraph, Points, Table
from localalt.evaluation.reporting.words import Given, Text

__all__ = ["published", "published_cells"]


def published(recipe: Recipe, n_cases: int) -> Iterator[Block]:
    """The section about the publication."""
    yield Heading(2, ("What was published",))
    yield Paragraph(
        (
            f"{recipe.title}: {recipe.address}. There were {count(recipe.n_pictures)} pictures; this report has "
            f"{count(n_cases)}. The figures below were not measured here, and no other figure depends on them. Compare "
            "with care:",
        )
    )
    yield Points(tuple((sentence,) for sentence in recipe.differences))
    is_graded = any(row.letter for row in recipe.rows)
    names = tuple(name.capitalize() for name in recipe.criteria)
    columns = ("System", *names, "Average", *(("Letter",) if is_graded else ()), "Remarks")
    rows = tuple(
        ((Given(row.system),), *_printed(row, recipe, letters=is_graded), (Given(row.remarks or NOTHING),))
        for row in recipe.rows
    )
    yield Table(("Figures as they were printed",), columns, rows)


def published_cells(recipe: Recipe, *, letters: bool) -> Sequence[tuple[Text, ...]]:
    """The rows for a table of measured averages: the system, its criteria, their average, its letter, pictures."""
    return [
        ((Given(row.system), " (published)"), *_printed(row, recipe, letters=letters), (count(recipe.n_pictures),))
        for row in recipe.rows
    ]


def _printed(row: PublishedRow, recipe: Recipe, *, letters: bool) -> list[Text]:
    """The figures of the criteria and their average, with the decimals that they were printed with, and the letter."""
    found = [*(row.scores.get(name) for name in recipe.criteria), row.average]
    cells: list[Text] = [(NOTHING if value is None else f"{value:g}",) for value in found]
    return [*cells, (row.letter or NOTHING,)] if letters else cells
