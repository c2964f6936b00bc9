"""Attributes that a program writes: those of Vue, Alpine, Angular, Svelte, Lit, Thymeleaf, Polymer and others.

What such an attribute says is not known. That it is there is.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["is_bound"]

_PREFIXES = (
    *(":", ".", "v-bind:", "x-bind:", "bind:", "bind-", "th:", "data-th-", "tal:", "ng-attr-", "data-ng-attr-"),
    *("t-att-", "t-attf-", "[attr.", "[", "{"),
)
_SUFFIXES = frozenset(("", "]", "}", "$", "-title", ".bind", ".one-way", ".to-view", ".two-way", ".one-time", ".prop"))
_ALL = frozenset(("v-bind", "x-bind", "th:attr", "data-th-attr", "tal:attributes", "py:attrs", "data-bind"))
"""Each of them may set any attribute."""


def is_bound(attribute: str, names: Iterable[str]) -> bool:
    """Whether one of the attributes of a tag, by their names in lower case, gives `attribute` a value."""
    for name in names:
        if name in _ALL or name.startswith(("{...", "v-bind:[", ":[")):
            return True
        before, found, after = name.partition(attribute)
        if found and name != attribute and (before in _PREFIXES or not before) and after in _SUFFIXES:
            return True
    return False
