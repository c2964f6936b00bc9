"""Whether an element is shown and spoken, as far as its own attributes and its parent's state say; no style sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from localalt.documents.tags import is_computed

__all__ = ["SHOWN", "Visibility", "visibility_of"]

_DECLARATION = re.compile(r"(?:^|;)\s*(display|visibility|content-visibility)\s*:\s*([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visibility:
    """How much of an element a reader gets."""

    is_absent: bool = False
    """Whether it is not a part of the page: in a template."""
    is_removed: bool = False
    """Whether nothing in it is spoken: hidden, aria-hidden, not displayed."""
    is_invisible: bool = False
    """Whether it is not visible, unless something in it is again."""

    @property
    def is_hidden(self) -> bool:
        """Whether no one gets to hear it."""
        return self.is_absent or self.is_removed or self.is_invisible


SHOWN = Visibility()


def visibility_of(name: str, values: Mapping[str, str], parent: Visibility, *, templates_count: bool) -> Visibility:
    """That of an element.

    Args:
        name: of the element, in lower case.
        values: of its attributes, by their names in lower case.
        parent: that of the element that it is in.
        templates_count: whether what is in `template` is shown, as it is in Vue's files.
    """
    is_absent = parent.is_absent or (name == "template" and not templates_count) or name in ("script", "style")
    style = values.get("style", "")
    declared = {} if not style or is_computed(style) else _declarations(style)
    is_removed = (
        parent.is_removed
        or values.get("aria-hidden", "").strip().lower() == "true"
        or not {"hidden", "inert"}.isdisjoint(values)
        or declared.get("display") == "none"
        or declared.get("content-visibility") == "hidden"
    )
    visibility = declared.get("visibility", "inherit")
    is_invisible = parent.is_invisible if visibility == "inherit" else visibility in ("hidden", "collapse")
    if (is_absent, is_removed, is_invisible) == (parent.is_absent, parent.is_removed, parent.is_invisible):
        return parent
    return Visibility(is_absent, is_removed, is_invisible)


def _declarations(style: str) -> dict[str, str]:
    """What the style says of it; of two declarations the last counts."""
    return {match[1].lower(): match[2].lower() for match in _DECLARATION.finditer(style)}
