"""Tags in a tree, such as "Places|Italy|Rome" -> people, places, events and keywords.

The leaf is what somebody chose; the branches above it say what kind it is of. What programs file there for themselves
(labels, picks, steps of a workflow) says nothing about the picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from localalt.image.metadata.tag_words import EVENTS, GROUPS, INTERNAL, PEOPLE, PLACES, TRANSPARENT, UNNAMED, WORKFLOW
from localalt.image.metadata.values import MAX_NAME, clean, distinct

__all__ = ["SEPARATOR", "Tags", "is_of_workflow", "sorted_tags"]

SEPARATOR = "|"
"""Between the levels of a tag, as Lightroom writes it."""

MAX_TAGS, MAX_LEVELS = 2000, 16
"""Tags of one packet that are looked at, and levels of each."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What the tags of a picture say."""

    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Each from the smallest part to the largest, such as "Rome, Italy"."""
    place_leaves: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    covered: frozenset[str] = frozenset()
    """Names, with their case folded, that no list of keywords need say again."""


def sorted_tags(tags: Iterable[str]) -> Tags:
    """What tags say whose levels are separated by `SEPARATOR`; where one is the beginning of another, the longer."""
    paths: dict[tuple[str, ...], list[str]] = {}
    for tag in list(tags)[:MAX_TAGS]:
        path = [level for level in (clean(level, MAX_NAME) for level in tag.split(SEPARATOR)) if level][:MAX_LEVELS]
        while path and path[0].casefold() in TRANSPARENT:
            del path[0]
        if path:
            paths.setdefault(_folded(path), path)
    begun = {folded[:end] for folded in paths for end in range(1, len(folded))}
    people, places, leaves, events, keywords = [], [], [], [], []
    covered: set[str] = set()
    for folded, path in paths.items():
        root, leaf = folded[0], path[-1]
        covered.update(folded[:-1], *([sep.join(folded)] for sep in "|/" if len(folded) > 1))
        if root in INTERNAL or any(level.startswith("_") for level in folded):
            covered.update(folded)
        elif folded in begun:
            continue
        elif len(path) == 1 and root in PEOPLE | PLACES | EVENTS:
            covered.add(root)
        elif len(path) == 1 or (root in PEOPLE and folded[-1] in GROUPS):
            keywords.append(leaf)
        elif root in PEOPLE:
            covered.add(folded[-1])
            people += [leaf] if folded[-1] not in UNNAMED else []
        elif root in PLACES:
            covered.add(folded[-1])
            places.append(", ".join(reversed(path[1:])))
            leaves.append(leaf)
        elif root in EVENTS:
            covered.add(folded[-1])
            events.append(leaf)
        else:
            keywords.append(leaf)
    covered -= set(_folded(keywords))
    return Tags(
        tuple(distinct(people, MAX_NAME)),
        tuple(distinct(places)),
        tuple(distinct(leaves, MAX_NAME)),
        tuple(distinct(events, MAX_NAME)),
        tuple(distinct(keywords, MAX_NAME)),
        frozenset(covered),
    )


def is_of_workflow(keyword: str) -> bool:
    """Whether a keyword is about the work on a picture and not about what it shows."""
    return bool(WORKFLOW.fullmatch(keyword)) or keyword.startswith("_")


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names)
