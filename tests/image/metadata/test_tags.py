"""Tags in a tree: what they are of, and what is left out."""

import pytest
from hypothesis import given, strategies as st

from localalt.image.metadata.hints import Hints, read_hints
from localalt.image.metadata.tags import Tags, is_of_workflow, sorted_tags
from tests.support.metadata import array, iim, packet
from tests.support.pictures import quadrants


def hints_of(*bodies, attributes=""):
    image = quadrants()
    image.info["xmp"] = packet("".join(bodies), attributes)
    return read_hints(image)


def below(*names):
    """Categories as ACDSee writes them: XML in a text."""
    inner = ""
    for name in reversed(names):
        assigned = "" if inner else ' Assigned="1"'
        inner = f"&lt;Category{assigned}&gt;{name}{inner}&lt;/Category&gt;"
    return inner


def mwg_keywords(*names):
    inner = ""
    for name in reversed(names):
        more = f"<mwg-kw:Children><rdf:Bag>{inner}</rdf:Bag></mwg-kw:Children>" if inner else ""
        inner = f'<rdf:li rdf:parseType="Resource"><mwg-kw:Keyword>{name}</mwg-kw:Keyword>{more}</rdf:li>'
    return inner


WRITERS = {
    "lightroom": lambda *paths: array("lr:hierarchicalSubject", *("|".join(path) for path in paths)),
    "digikam": lambda *paths: array("digiKam:TagsList", *("/".join(path) for path in paths), kind="Seq"),
    "windows": lambda *paths: array("MicrosoftPhoto:LastKeywordXMP", *("/".join(path) for path in paths)),
    "media pro": lambda *paths: array("mediapro:CatalogSets", *("|".join(path) for path in paths)),
    "flat": lambda *paths: array("dc:subject", *("|".join(path) for path in paths)),
    "acdsee": lambda *paths: (
        "<acdsee:categories>&lt;Categories&gt;"
        + "".join(below(*path) for path in paths)
        + "&lt;/Categories&gt;</acdsee:categories>"
    ),
    "mwg": lambda *paths: (
        '<mwg-kw:Keywords rdf:parseType="Resource"><mwg-kw:Hierarchy><rdf:Bag>'
        + "".join(mwg_keywords(*path) for path in paths)
        + "</rdf:Bag></mwg-kw:Hierarchy></mwg-kw:Keywords>"
    ),
}


@pytest.mark.parametrize("written", WRITERS.values(), ids=WRITERS)
def test_the_trees_of_every_program_become_people_places_events_and_keywords(written):
    tags = written(
        ("Places", "Italy", "Rome"), ("People", "Family", "Anna"), ("Events", "Fair"), ("Animals", "Birds", "Heron")
    )
    assert hints_of(tags) == Hints(people=("Anna",), place="Rome, Italy", event="Fair", keywords=("Heron",))


def test_flat_copies_of_a_tree_are_not_said_again():
    flat = array("dc:subject", "People", "anna", "Places", "Italy", "Rome", "Animals", "Birds", "Heron", "fountain")
    paths = [("Places", "Italy", "Rome"), ("People", "Anna"), ("Animals", "Birds", "Heron")]
    tree = "".join(WRITERS[program](*paths) for program in ("lightroom", "digikam", "windows", "media pro"))
    assert hints_of(flat, tree) == Hints(people=("Anna",), place="Rome, Italy", keywords=("Heron", "fountain"))


def test_the_branches_that_lightroom_lists_as_well_are_not_leaves():
    tags = array("lr:hierarchicalSubject", "Places", "Places|Italy", "Places|Italy|Rome", "Animals", "Animals|Dog")
    assert hints_of(tags) == Hints(place="Rome, Italy", keywords=("Dog",))


def test_a_place_in_fields_of_its_own_comes_before_places_in_tags():
    tags = array("lr:hierarchicalSubject", "Places|Italy|Rome", "Places|Italy|Grandmother's house")
    hints = hints_of(tags, array("dc:subject", "Rome"), attributes='photoshop:City="Rome" photoshop:Country="Italy"')
    assert hints == Hints(place="Rome, Italy", keywords=("Grandmother's house",))


@pytest.mark.parametrize("root", ["PEOPLE", "Personen", "Personnes", "Personas", "Imported Keywords|People", "人物"])
def test_people_are_below_roots_in_several_languages(root):
    assert sorted_tags([f"{root}|Anna"]).people == ("Anna",)


def test_faces_that_nobody_named_and_groups_are_not_people():
    tags = sorted_tags(["People|Unknown", "People|Unconfirmed", "People|Ignored", "People|Family", "People"])
    assert tags.people == ()
    assert tags.keywords == ("Family",)


@pytest.mark.parametrize(
    "path",
    [
        "_Digikam_Internal_Tags_/Pick Label Accepted",
        "Color Labels/Red",
        "Workflow/Step 1/Edited",
        "darktable/exported",
        "Camera/Canon EOS 5D",
        "Pictures/_internal/x",
    ],
)
def test_what_programs_and_people_file_for_their_work_is_left_out(path):
    leaf = path.rpartition("/")[2]
    hints = hints_of(array("digiKam:TagsList", path, "Animals/Dog"), array("dc:subject", leaf, "Dog"))
    assert hints == Hints(keywords=("Dog",))


def test_flat_keywords_about_the_work_are_left_out():
    words = ["todo", "Needs editing", "5 stars", "★★★", "darktable|exported", "_private", "to export"]
    assert all(map(is_of_workflow, words))
    stay = ["stars", "star", "guitar pick", "export harbour", "edited volume", "3 starfish", "colour"]
    assert not any(map(is_of_workflow, stay))
    assert hints_of(array("dc:subject", *words, *stay)).keywords == tuple(stay)


def test_a_leaf_of_one_tree_may_be_a_branch_of_another():
    assert sorted_tags(["Animals|Birds", "Toys|Animals"]).keywords == ("Birds", "Animals")
    hints = hints_of(array("lr:hierarchicalSubject", "Animals|Birds", "Toys|Animals"), array("dc:subject", "Toys"))
    assert hints.keywords == ("Birds", "Animals")


def test_a_slash_within_lightrooms_names_and_a_bar_within_digikams_are_letters():
    assert hints_of(array("lr:hierarchicalSubject", "Bands|AC/DC")).keywords == ("AC/DC",)
    assert hints_of(array("digiKam:TagsList", "Bands/A|B")).keywords == ("A B",)


def test_trees_among_the_keywords_of_iptc_are_sorted_too():
    image = quadrants()
    image.format = "JPEG"
    words = [b"People|Anna", b"Anna", b"Places|Italy|Rome", b"Italy", b"Sea"]
    image.info["photoshop"] = {0x0404: iim(*(((2, 25), word) for word in words))}
    assert read_hints(image) == Hints(people=("Anna",), place="Rome, Italy", keywords=("Sea",))


def test_people_of_xmp_are_not_keywords_of_another_block():
    image = quadrants()
    image.info["xmp"] = packet(array("digiKam:TagsList", "People/Anna"))
    image.format = "JPEG"
    image.info["photoshop"] = {0x0404: iim(*(((2, 25), word) for word in (b"Anna", b"People", b"Sea")))}
    assert read_hints(image) == Hints(people=("Anna",), keywords=("Sea",))


def test_a_category_that_acdsee_lists_and_nobody_chose_is_left_out():
    category = "&lt;Category Assigned='{}'&gt;{}&lt;/Category&gt;"
    listed = category.format(1, "Animals" + category.format(0, "Cat") + category.format(1, "Dog"))
    body = f"<acdsee:categories>&lt;Categories&gt;{listed}&lt;/Categories&gt;</acdsee:categories>"
    assert hints_of(body) == Hints(keywords=("Dog",))


def test_broken_and_hostile_trees_say_nothing_and_hide_nothing():
    laughs = '&lt;!DOCTYPE a [&lt;!ENTITY b "c"&gt;]&gt;&lt;Categories&gt;&lt;Category&gt;&amp;b;&lt;/Category&gt;'
    for text in ("&lt;Categories", "", laughs, "text"):
        body = f"<acdsee:categories>{text}</acdsee:categories>" + array("dc:subject", "Sea")
        assert hints_of(body) == Hints(keywords=("Sea",))
    deep = WRITERS["mwg"](*[tuple("a" * 500)])
    assert hints_of(deep).keywords == ("a",)
    assert sorted_tags(["|", "", "||", " | "]) == Tags()
    assert sorted_tags(["|".join("a" * 10_000)]).keywords == ("a",)
    assert len(sorted_tags(f"root|{i}" for i in range(5000)).keywords) == 2000


LEVELS = st.sampled_from(["People", "Places", "Anna", "Rome", "Italy", "Dog", "_x", "", " ", "Unknown", "a/b"])


@given(st.lists(st.lists(LEVELS, max_size=4).map("|".join), max_size=6))
def test_whatever_the_tags_nothing_is_said_twice(tags):
    found = sorted_tags(tags)
    for names in (found.people, found.places, found.events, found.keywords):
        assert len({name.casefold() for name in names}) == len(names)
        assert all(name.strip() for name in names)
    assert found.covered.isdisjoint(name.casefold() for name in found.keywords)
