"""People whom regions name, and in which order that is certain."""

import math

import pytest
from hypothesis import given, strategies as st

from localalt.image.metadata.hints import Hints, read_hints
from localalt.image.metadata.regions import Frame
from tests.support.metadata import array, packet
from tests.support.pictures import quadrants

LEFT, MIDDLE, RIGHT = (0.2, 0.5, 0.1, 0.1), (0.5, 0.5, 0.1, 0.1), (0.8, 0.5, 0.1, 0.1)
LANDSCAPE = Frame((400, 300))


def element_form(name, kind, area, unit="normalized"):
    x, y, w, h = area
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>{kind}</mwg-rs:Type>"
        f'<mwg-rs:Area rdf:parseType="Resource"><stArea:x>{x}</stArea:x><stArea:y>{y}</stArea:y>'
        f"<stArea:w>{w}</stArea:w><stArea:h>{h}</stArea:h><stArea:unit>{unit}</stArea:unit></mwg-rs:Area></rdf:li>"
    )


def attribute_form(name, kind, area, unit="normalized"):
    x, y, w, h = area
    place = f'stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" stArea:h="{h}" stArea:unit="{unit}"'
    return f'<rdf:li mwg-rs:Name="{name}" mwg-rs:Type="{kind}"><mwg-rs:Area {place}/></rdf:li>'


def node_form(name, kind, area, unit="normalized"):
    x, y, w, h = area
    place = f'stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" stArea:h="{h}" stArea:unit="{unit}"'
    return (
        f'<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}"><mwg-rs:Area>'
        f"<rdf:Description {place}/></mwg-rs:Area></rdf:Description></rdf:li>"
    )


FORMS = [element_form, attribute_form, node_form]


def mwg(*regions, size=(4000, 3000), kind="Bag", form=element_form):
    """Regions of (name, area) that are faces, or of (name, area, type)."""
    items = "".join(form(name, *(more or ("Face",)), area) for name, area, *more in regions)
    applied = ""
    if size:
        w, h = size
        applied = f'<mwg-rs:AppliedToDimensions stDim:w="{w}" stDim:h="{h}" stDim:unit="pixel"/>'
    return (
        f'<mwg-rs:Regions rdf:parseType="Resource">{applied}<mwg-rs:RegionList><rdf:{kind}>{items}</rdf:{kind}>'
        "</mwg-rs:RegionList></mwg-rs:Regions>"
    )


def microsoft(*regions, attributes=False):
    def item(name, rectangle):
        if attributes:
            return f'<rdf:li MPReg:PersonDisplayName="{name}" MPReg:Rectangle="{rectangle}"/>'
        return (
            f"<rdf:li><rdf:Description><MPReg:Rectangle>{rectangle}</MPReg:Rectangle>"
            f"<MPReg:PersonDisplayName>{name}</MPReg:PersonDisplayName></rdf:Description></rdf:li>"
        )

    items = "".join(item(*region) for region in regions)
    return (
        f"<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag>{items}</rdf:Bag></MPRI:Regions>"
        "</rdf:Description></MP:RegionInfo>"
    )


def hints_of(*bodies, frame=LANDSCAPE):
    image = quadrants()
    image.info["xmp"] = packet("".join(bodies))
    return read_hints(image, frame=frame)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["Bag", "Seq"])
def test_faces_are_named_in_every_form_and_from_left_to_right(form, kind):
    regions = mwg(("Cid", RIGHT), ("Anna &amp; Co", LEFT), ("Ben", MIDDLE), kind=kind, form=form)
    assert hints_of(regions) == Hints(people=("Anna & Co", "Ben", "Cid"), people_from_left=True)


@pytest.mark.parametrize("kind", ["Pet", "Focus", "BarCode", "", "Object"])
def test_what_is_not_a_face_names_nobody(kind):
    regions = mwg(("Rex", RIGHT, kind), ("Anna", LEFT), ("Ben", MIDDLE, "face"))
    assert hints_of(regions) == Hints(people=("Anna", "Ben"), people_from_left=True)


@pytest.mark.parametrize("attributes", [False, True])
def test_microsofts_regions_name_people_in_no_certain_order(attributes):
    regions = microsoft(("Ben", "0.7, 0.2, 0.1, 0.1"), ("Anna", "0.1,0.2,0.1,0.1"), ("Cid", ""), attributes=attributes)
    assert hints_of(regions) == Hints(people=("Ben", "Anna", "Cid"))


def test_a_person_whom_several_lists_name_is_named_once():
    keywords = array("dc:subject", "anna", "sea", "BEN")
    people = array("Iptc4xmpExt:PersonInImage", "ANNA", "Ben")
    regions = mwg(("Ben", RIGHT), ("Anna", LEFT)) + microsoft(("Anna", "0.1,0.4,0.1,0.1"))
    assert hints_of(regions, people, keywords) == Hints(
        people=("Anna", "Ben"), people_from_left=True, keywords=("sea",)
    )


def test_acdsees_regions_name_those_whom_a_person_named():
    def item(name, kind, given):
        return f'<rdf:li acdsee-rs:Name="{name}" acdsee-rs:Type="{kind}" acdsee-rs:NameAssignType="{given}"/>'

    items = item("Anna", "Face", "manual") + item("Ben", "Face", "suggested") + item("Rex", "Pet", "manual")
    listed = f"<acdsee-rs:RegionList><rdf:Bag>{items}</rdf:Bag></acdsee-rs:RegionList>"
    body = f'<acdsee-rs:Regions rdf:parseType="Resource">{listed}</acdsee-rs:Regions>'
    assert hints_of(body) == Hints(people=("Anna",))


def test_people_are_read_from_iptcs_regions_and_details():
    region = f'<rdf:li rdf:parseType="Resource">{array("Iptc4xmpExt:PersonInImage", "Anna")}</rdf:li>'
    detail = (
        '<rdf:li><rdf:Description><Iptc4xmpExt:PersonName><rdf:Alt><rdf:li xml:lang="x-default">Ben</rdf:li></rdf:Alt>'
        "</Iptc4xmpExt:PersonName></rdf:Description></rdf:li>"
    )
    body = (
        f"<Iptc4xmpExt:ImageRegion><rdf:Bag>{region}</rdf:Bag></Iptc4xmpExt:ImageRegion>"
        f"<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag>{detail}</rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>"
    )
    assert hints_of(body).people == ("Anna", "Ben")


UNCERTAIN = {
    "one person": mwg(("Anna", LEFT)),
    "somebody whom nobody named": mwg(("Anna", LEFT), ("", MIDDLE), ("Ben", RIGHT)),
    "a word for an unknown face": mwg(("Anna", LEFT), ("Unknown", MIDDLE), ("Ben", RIGHT)),
    "somebody without a place": mwg(("Anna", LEFT), ("Ben", RIGHT)) + array("Iptc4xmpExt:PersonInImage", "Cid"),
    "one above the other": mwg(("Anna", (0.5, 0.2, 0.2, 0.2)), ("Ben", (0.55, 0.7, 0.2, 0.2))),
    "one name twice": mwg(("Anna", LEFT), ("Ben", MIDDLE), ("anna", RIGHT)),
    "no size": mwg(("Anna", LEFT), ("Ben", RIGHT), size=None),
    "a size of another shape": mwg(("Anna", LEFT), ("Ben", RIGHT), size=(3000, 3000)),
    "a size of a turned picture": mwg(("Anna", LEFT), ("Ben", RIGHT), size=(3000, 4000)),
    "a size that is none": mwg(("Anna", LEFT), ("Ben", RIGHT), size=("nan", 0)),
    "an empty area": mwg(("Anna", LEFT), ("Ben", (0.8, 0.5, 0, 0))),
    "an area that is none": mwg(("Anna", LEFT), ("Ben", ("inf", "x", "0.1", ""))),
}


@pytest.mark.parametrize("body", UNCERTAIN.values(), ids=UNCERTAIN)
def test_no_order_is_given_where_it_is_not_certain(body):
    hints = hints_of(body)
    assert "Anna" in hints.people
    assert "" not in hints.people
    assert "Unknown" not in hints.people
    assert not hints.people_from_left


def test_no_order_is_given_where_it_is_not_known_how_the_picture_lies():
    assert hints_of(mwg(("Ben", RIGHT), ("Anna", LEFT)), frame=None) == Hints(people=("Ben", "Anna"))


@pytest.mark.parametrize(
    ("orientation", "people"),
    [
        (1, ("left", "right")),
        (2, None),
        (3, None),
        (4, None),
        # As stored, one is at the top and one at the bottom.
        (5, ("top", "bottom")),
        (6, ("bottom", "top")),
        (7, ("bottom", "top")),
        (8, ("top", "bottom")),
    ],
)
def test_the_order_is_that_of_the_picture_the_right_way_up(orientation, people):
    regions = [("right", (0.8, 0.5, 0.1, 0.1)), ("left", (0.2, 0.5, 0.1, 0.1))]
    if orientation >= 5:
        regions = [("bottom", (0.4, 0.8, 0.1, 0.1)), ("top", (0.6, 0.2, 0.1, 0.1))]
    hints = hints_of(mwg(*regions), frame=Frame((400, 300), orientation))
    assert hints.people_from_left == (people is not None)
    assert people is None or hints.people == people


def test_a_square_that_was_turned_has_no_certain_order():
    regions = mwg(("b", (0.5, 0.8, 0.1, 0.1)), ("a", (0.5, 0.2, 0.1, 0.1)), size=(300, 300))
    assert not hints_of(regions, frame=Frame((300, 300), 6)).people_from_left
    upright = mwg(("b", RIGHT), ("a", LEFT), size=(300, 300))
    assert hints_of(upright, frame=Frame((300, 300))).people_from_left


def test_a_face_that_was_cropped_away_is_left_out():
    outside = [("West", (-0.3, 0.5, 0.1, 0.1)), ("South", (0.5, 1.4, 0.2, 0.2)), ("East", (1.06, 0.5, 0.1, 0.1))]
    hints = hints_of(mwg(*outside, ("Edge", (0.98, 0.5, 0.1, 0.1)), ("Anna", LEFT)))
    assert hints == Hints(people=("Edge", "Anna"))
    assert hints_of(microsoft(("West", "-0.3,0,0.1,0.1"), ("Anna", "-0.05,0,0.1,0.1"))) == Hints(people=("Anna",))


def test_areas_in_pixels_are_shares_of_the_size_they_were_made_for():
    def in_pixels(name, kind, area):
        return element_form(name, kind, area, unit="pixel")

    regions = [("Ben", (3200, 1500, 400, 400)), ("Anna", (800, 1500, 400, 400)), ("Gone", (4500, 1500, 400, 400))]
    assert hints_of(mwg(*regions[:2], form=in_pixels)) == Hints(people=("Anna", "Ben"), people_from_left=True)
    assert hints_of(mwg(*regions, form=in_pixels)).people == ("Ben", "Anna")


def test_a_crowd_is_bounded_and_has_no_order():
    faces = [(f"Person {i}", ((i + 0.5) / 400, 0.5, 0.001, 0.1)) for i in range(400)]
    hints = hints_of(mwg(*faces))
    assert len(hints.people) == 20
    assert not hints.people_from_left
    assert hints_of(mwg(*faces[:15])).people_from_left
    # The face that comes after as many other regions as are looked at may be one of these.
    assert not hints_of(mwg(*faces[:2], *[("Rex", LEFT, "Pet")] * 300)).people_from_left


def test_lists_without_regions_and_of_other_shapes_name_nobody():
    for body in (
        "<mwg-rs:Regions/>",
        "<mwg-rs:Regions>text</mwg-rs:Regions>",
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList/></mwg-rs:Regions>',
        "<MP:RegionInfo><MPRI:Regions><rdf:Bag><rdf:li/></rdf:Bag></MPRI:Regions></MP:RegionInfo>",
        "<Iptc4xmpExt:ImageRegion><rdf:Bag/></Iptc4xmpExt:ImageRegion>",
    ):
        assert hints_of(body) == Hints()


NUMBERS = st.floats(-2, 3) | st.sampled_from(["", "nan", "-inf", "1e999", "٣", "0x1", math.pi])


@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.tuples(*[NUMBERS] * 4)), max_size=4),
    st.tuples(NUMBERS, NUMBERS),
    st.integers(1, 8),
)
def test_whatever_the_areas_an_order_names_each_person_once(regions, size, orientation):
    hints = hints_of(mwg(*regions, size=size), frame=Frame((400, 300), orientation))
    assert len(set(hints.people)) == len(hints.people)
    assert set(hints.people) <= {name for name, _ in regions}
    if hints.people_from_left:
        assert len(hints.people) == len(regions) > 1
