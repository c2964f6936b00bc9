"""Which elements of HTML show an image or name one, and where the image is: from a tag's name and attributes alone."""

from __future__ import annotations

from collections.abc import Mapping

from localalt.documents.elements import PICTURE_SUFFIXES
from localalt.documents.references import ReferenceKind

__all__ = ["is_graphic", "kind_of", "source_of"]


def kind_of(name: str, values: Mapping[str, str], *, is_foreign: bool) -> ReferenceKind | None:
    """What kind of reference to an image an element is, None for any other element.

    Args:
        name: of the element, in lower case.
        values: of its attributes, by their names in lower case.
        is_foreign: whether it is within `svg` or `math`.
    """
    if not is_foreign:
        if name in ("img", "image", "amp-img", "amp-anim"):
            return "img"
        if name == "input" and values.get("type", "").strip().lower() == "image":
            return "input"
        if name == "area" and "href" in values:
            return "area"
        if name == "object" and _is_picture(values.get("type", ""), values.get("data", "")):
            return "object"
        if name == "embed" and _is_picture(values.get("type", ""), values.get("src", "")):
            return "embed"
    roles = values.get("role", "").lower().split()
    return "role" if roles and roles[0] in ("img", "image", "graphics-document", "graphics-symbol") else None


def is_graphic(name: str, values: Mapping[str, str]) -> bool:
    """Whether an element is a drawing that is not declared to be an image."""
    return name == "svg" and not values.get("role", "").strip()


def _is_picture(media_type: str, address: str) -> bool:
    path = address.strip().lower().partition("#")[0].partition("?")[0]
    return media_type.strip().lower().startswith("image/") or path.endswith(PICTURE_SUFFIXES)


def source_of(kind: ReferenceKind, values: Mapping[str, str]) -> str:
    """The address of the image, "" where there is none."""
    if kind == "area":
        return values.get("href", "")
    if kind == "object":
        return values.get("data", "")
    lazy = values.get("data-src") or values.get("srcset", "").strip().partition(" ")[0]
    return values.get("src") or lazy or ""
