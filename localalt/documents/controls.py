"""Which elements of HTML are links, buttons and figures, and what their own attributes call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from localalt.documents.bindings import is_bound
from localalt.documents.surroundings import Container

__all__ = ["container_of"]

_BUTTONS = frozenset(
    ("button", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "option")
    + ("checkbox", "radio", "switch", "treeitem")
)
"""Roles of what is used, and named by what is in it (WAI-ARIA 1.2, 5.2.8.6)."""
_NAMED_BY_PROGRAM = ("aria-label", "aria-labelledby", "title")


def container_of(name: str, values: Mapping[str, str], at: int) -> Container | None:
    """The link, button or figure that an element is, None for any other.

    Args:
        name: of the element, in lower case.
        values: of its attributes, by their names in lower case.
        at: where it begins in the text that a reader sees.
    """
    if name == "figure":
        return Container("figure", at)
    kind = _kind(name, values)
    if kind is None:
        return None
    return Container(
        kind,
        at,
        values.get("href", ""),
        label=values.get("aria-label", "").strip() or values.get("title", "").strip(),
        labelled_by=values.get("aria-labelledby", ""),
        is_named_by_program=any(is_bound(each, values) for each in _NAMED_BY_PROGRAM),
    )


def _kind(name: str, values: Mapping[str, str]) -> Literal["link", "button"] | None:
    role = next(iter(values.get("role", "").lower().split()), "")
    if role in _BUTTONS or name in ("button", "summary"):
        return "button"
    is_link = name == "a" and (not {"href", "xlink:href"}.isdisjoint(values) or is_bound("href", values))
    return "link" if is_link or role == "link" else None
