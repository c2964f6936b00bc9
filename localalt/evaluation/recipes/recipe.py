"""What a recipe is, and how it is found by its name. Knows no single one (`shipped` has them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from localalt import suggest
from localalt.errors import OptionError

__all__ = ["PublishedRow", "Recipe", "n_pictures_note", "recipe_named"]


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """What was published of one system: figures as they were printed, which nothing here measured."""

    system: str
    scores: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """By criterion; empty where only an average was printed."""
    average: float | None = None
    letter: str | None = None
    remarks: str = ""
    """Whatever else was printed of it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """An experiment, as far as it is known."""

    name: str
    title: str
    page: str
    """Of the documentation, which goes through it step by step."""
    address: str
    """Where it was published."""
    n_pictures: int
    asked: tuple[str, ...]
    """What a judge is asked, as `--criteria` names it."""
    criteria: tuple[str, ...]
    """The criteria that get a number."""
    with_context: bool
    """Whether the models get what the author supplies."""
    rows: tuple[PublishedRow, ...]
    differences: tuple[str, ...]
    """Sentences: why published figures are no baseline for measured ones."""


def recipe_named(name: str, recipes: Sequence[Recipe]) -> Recipe:
    """The recipe of that name.

    Raises:
        OptionError: there is none.
    """
    for each in recipes:
        if each.name == name:
            return each
    raise OptionError(f"There is no recipe {name!r:.40}: {suggest.advice(name, [each.name for each in recipes])}")


def n_pictures_note(recipe: Recipe, n: int) -> str | None:
    """What to know if there are fewer or more pictures than the recipe has; None where there are as many."""
    if n == recipe.n_pictures:
        return None
    return f"The recipe {recipe.name} has {recipe.n_pictures} pictures, and this has {n}: the report will say so."
