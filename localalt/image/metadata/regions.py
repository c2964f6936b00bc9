"""People in regions of a picture, as XMP names them, and whether it is certain who is left of whom.

Metadata Working Group, Guidelines for Handling Image Metadata 2.0 (`mwg-rs`: Picasa, Lightroom, digiKam, Apple), whose
areas are shares of the picture as stored; Microsoft, People Tagging (`MP`); IPTC Photo Metadata Standard, Image Region;
ACDSee (`acdsee-rs`). Pets, codes and points of focus are not people.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.image.metadata.rdf import first, members, properties
from localalt.image.metadata.tag_words import UNNAMED
from localalt.image.metadata.values import MAX_NAME, clean

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["Frame", "Named", "named_in"]

MAX_REGIONS = 200
"""Regions of one kind that are looked at: a picture of a crowd has dozens."""

SAME_SHAPE = 0.01
"""Greatest relative difference of two aspect ratios that are one: a thumbnail's sides are rounded to whole pixels."""

_MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
_DIM = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
_MP = "{http://ns.microsoft.com/photo/1.2/}"
_MPRI = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
_MPREG = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
_ACDSEE = "{http://ns.acdsee.com/regions/}"
_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"


@dataclass(frozen=True, slots=True)
class Frame:
    """How a picture lies in its file."""

    size: tuple[int, int]
    """(width, height) in pixels, as stored."""
    orientation: int = 1
    """What EXIF says of it, 1 to 8."""


@dataclass(frozen=True, slots=True)
class Named:
    """People whom regions name."""

    people: Sequence[str] = ()
    from_left: Sequence[str] = ()
    """The same from left to right, the right way up; empty where that is not certain."""


@dataclass(frozen=True, slots=True)
class _Box:
    """Part of a picture; centre and extent as shares of its sides."""

    x: float
    y: float
    width: float
    height: float

    @property
    def is_inside(self) -> bool:
        """Whether any of it is in the picture."""
        across, down = self.width / 2, self.height / 2
        return self.x + across > 0 and self.x - across < 1 and self.y + down > 0 and self.y - down < 1


@dataclass(frozen=True, slots=True)
class _Face:
    name: str
    box: _Box | None
    """None where the region says nothing that can be understood."""


def named_in(nodes: Sequence[Element], frame: Frame | None = None) -> Named:
    """The people whom the regions in a packet name.

    A face that lies outside of the picture was cropped away, and is left out. An order is given only where every face
    of the Metadata Working Group's regions has a name and a place beside the others, and where the size that they were
    made for has the shape of the picture in `frame`: then nothing shows that it was turned since, and cutting keeps it.
    """
    people: list[str] = []
    from_left: list[str] = []
    for info in members(nodes, _MWG + "Regions"):
        applied = _size(info)
        regions = members(info, _MWG + "RegionList")
        faces = _mwg_faces(regions[:MAX_REGIONS], applied)
        order = _from_left(faces, applied, frame) if len(regions) <= MAX_REGIONS else []
        people += order or [face.name for face in _shown(faces)]
        from_left = order if not from_left else []
    for info in members(nodes, _MP + "RegionInfo"):
        people += [face.name for face in _shown(_microsoft_faces(info))]
    for info in members(nodes, _ACDSEE + "Regions"):
        people += _acdsee_names(members(info, _ACDSEE + "RegionList")[:MAX_REGIONS])
    for region in members(nodes, _EXT + "ImageRegion")[:MAX_REGIONS]:
        people += properties(region).get(_EXT + "PersonInImage", ())
    return Named(people, from_left)


def _mwg_faces(regions: Sequence[Sequence[Element]], applied: tuple[float, float] | None) -> list[_Face]:
    faces = []
    for region in regions:
        said = properties(region)
        if first(said, _MWG + "Type").casefold() == "face":
            areas = members(region, _MWG + "Area")
            box = _box(properties(areas[0]), applied) if areas else None
            faces.append(_Face(_name(first(said, _MWG + "Name")), box))
    return faces


def _microsoft_faces(info: Sequence[Element]) -> list[_Face]:
    """Their rectangles are not of a size that is named: whether the picture was turned since does not show."""
    faces = []
    for region in members(info, _MPRI + "Regions")[:MAX_REGIONS]:
        said = properties(region)
        numbers = [_number(text) for text in first(said, _MPREG + "Rectangle").split(",")]
        box = None
        if len(numbers) == 4 and all(map(math.isfinite, numbers)):
            left, top, width, height = numbers
            box = _Box(left + width / 2, top + height / 2, width, height)
        faces.append(_Face(_name(first(said, _MPREG + "PersonDisplayName")), box))
    return faces


def _acdsee_names(regions: Sequence[Sequence[Element]]) -> list[str]:
    """Names that a person gave, not those that the program proposes or that were refused."""
    names = []
    for region in regions:
        said = properties(region)
        kind, given = (first(said, _ACDSEE + name).casefold() for name in ("Type", "NameAssignType"))
        name = _name(first(said, _ACDSEE + "Name"))
        names += [name] if (kind, given) == ("face", "manual") and name else []
    return names


def _shown(faces: Sequence[_Face]) -> list[_Face]:
    return [face for face in faces if face.name and (face.box is None or face.box.is_inside)]


def _from_left(faces: Sequence[_Face], applied: tuple[float, float] | None, frame: Frame | None) -> list[str]:
    is_turned = frame is not None and frame.orientation >= 5
    # Programs disagree on a picture that is mirrored or upside down, and nothing shows what the regions' program did.
    if frame is None or applied is None or frame.orientation in (2, 3, 4):
        return []
    if not _have_one_shape(applied, frame.size) or (is_turned and _have_one_shape(applied, frame.size[::-1])):
        return []
    extents = []
    for face in faces:
        if not face.name or face.box is None or not face.box.is_inside:
            return []
        box = face.box
        # EXIF: the first row of what is stored is shown on the left (5, 8) or on the right (6, 7).
        centre = box.x if not is_turned else box.y if frame.orientation in (5, 8) else 1 - box.y
        extents.append((centre, box.height if is_turned else box.width, face.name))
    extents.sort()
    apart = (far[0] - near[0] > max(near[1], far[1]) / 2 for near, far in itertools.pairwise(extents))
    names = [name for _, _, name in extents]
    is_order = len(set(map(str.casefold, names))) == len(names) > 1 and all(apart)
    return names if is_order else []


def _have_one_shape(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return math.isclose(one[0] * other[1], one[1] * other[0], rel_tol=SAME_SHAPE)


def _size(info: Sequence[Element]) -> tuple[float, float] | None:
    """The (width, height) that regions were made for."""
    for dimensions in members(info, _MWG + "AppliedToDimensions"):
        said = properties(dimensions)
        width, height = (_number(first(said, _DIM + side)) for side in "wh")
        if 0 < width < math.inf and 0 < height < math.inf:
            return width, height
    return None


def _box(said: dict[str, list[str]], applied: tuple[float, float] | None) -> _Box | None:
    x, y, width, height = (_number(first(said, _AREA + side)) for side in "xywh")
    unit = first(said, _AREA + "unit").casefold()
    if unit == "pixel" and applied is not None:
        x, y, width, height = x / applied[0], y / applied[1], width / applied[0], height / applied[1]
    elif unit not in ("", "normalized"):
        return None
    is_box = math.isfinite(x) and math.isfinite(y) and 0 < width <= 1 and 0 < height <= 1
    return _Box(x, y, width, height) if is_box else None


def _number(text: str) -> float:
    """NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _name(text: str) -> str:
    """Empty where a program wrote a word for somebody it does not know."""
    name = clean(text, MAX_NAME)
    return "" if name.casefold() in UNNAMED else name
