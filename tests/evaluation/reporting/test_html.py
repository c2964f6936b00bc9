"""The pages as a parser reads them: structure, names, contrast, and that no text of others is more than text."""

import base64
import io
import itertools
import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from localalt.console.markup import shown
from localalt.evaluation.reporting.html import STYLE, comparison_page, page
from localalt.evaluation.reporting.results import Objection
from tests.support.evaluation_results import BAD, GOOD, HOSTILE, a_small_one, changed, invented

VOID = {"meta", "link", "img", "br", "hr", "input"}
BLOCKS = {"p", "li", "dt", "dd", "th", "td", "h1", "h2", "h3", "caption", "title", "a"}


class Tree(HTMLParser):
    """Elements as (tag, attributes, text within); fails where tags are not balanced."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self._open = [], []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), attrs
        element = [tag, dict(attrs), "", [each[0] for each in self._open]]
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open, tag
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for element in self._open:
            element[2] += data

    def all(self, *tags):
        return [element for element in self.elements if element[0] in tags]

    def texts(self, *tags):
        return [element[2] for element in self.all(*tags)]


@pytest.fixture
def pictures(tmp_path):
    """A large photograph turned by its orientation, a small picture with transparency, and two that are none."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a secret description"
    Image.new("RGB", (1500, 900), "red").save(tmp_path / "large.jpg", exif=exif)
    Image.new("RGBA", (40, 30), (0, 0, 255, 128)).save(tmp_path / "small.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return {
        "case0": tmp_path / "large.jpg",
        "case1": tmp_path / "small.png",
        "case2": tmp_path / "broken.png",
        "case3": tmp_path / "missing.png",
    }


def rows_of(pictures, name="m", text="A red picture."):
    return [
        {
            "image": str(path),
            "captions": {name: text, "second": "Una imagen.", "failed": ""},
            "warnings": {name: ["hedged", "long"], "second": []},
            "errors": {"failed": "It was damaged."},
        }
        for path in pictures.values()
    ]


def pages(pictures):
    yield page(invented(seeds=2), pictures=pictures)
    yield page(invented(trusts=(GOOD,), arms=("only",)), pictures=None)
    yield page(
        invented(arms=("plain", HOSTILE), name=HOSTILE, text=HOSTILE + " cat", judge=HOSTILE, trusts=()),
        pictures={f"{HOSTILE}0": pictures["case0"]},
    )
    yield comparison_page(rows_of(pictures))
    yield comparison_page(rows_of(pictures, HOSTILE, HOSTILE))
    yield comparison_page([])


@pytest.mark.slow
def test_pages_are_well_formed_and_have_what_screen_readers_go_by(pictures):
    for text in pages(pictures):
        assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
        tree = Tree(text)
        assert tree.texts("title")[0].endswith("– localalt")
        for tag in ("h1", "header", "nav", "main", "footer", "title"):
            assert len(tree.all(tag)) == 1, tag
        levels = [int(tag[1]) for tag, *_ in tree.all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        assert all(each.strip() for each in tree.texts("h1", "h2", "h3", "th", "caption", "a", "dt", "li"))
        ids = [attributes["id"] for _, attributes, *_ in tree.elements if "id" in attributes]
        assert len(set(ids)) == len(ids)
        for _, attributes, *_ in tree.elements:
            for name in ("aria-labelledby", "aria-describedby"):
                assert set(attributes.get(name, "").split()) <= set(ids)
        links = [attributes["href"] for _, attributes, *_ in tree.all("a")]
        assert links[0] == "#main"
        assert all(link[0] == "#" and link[1:] in ids for link in links)
        assert tree.all("a")[0][3] == ["html", "body"]
        # What is not in a list of its own is in one: nothing floats outside of landmarks but the skip link.
        inside = {"header", "nav", "main", "footer"}
        assert all(inside & set(parents) for tag, _, _, parents in tree.all("h1", "h2", "h3", "p", "table", "img"))


@pytest.mark.slow
def test_pages_are_one_file_that_asks_for_nothing_and_runs_nothing(pictures):
    for text in pages(pictures):
        tree = Tree(text)
        assert not tree.all("script", "iframe", "object", "embed", "form", "base", "svg")
        policy = next(each for _, each, *_ in tree.all("meta") if each.get("http-equiv") == "Content-Security-Policy")
        assert policy["content"].startswith("default-src 'none';")
        for _, attributes, *_ in tree.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "srcset"]
            for name in ("src", "href"):
                assert attributes.get(name, "#").startswith(("#", "data:")), attributes
    assert "url(" not in STYLE.read_text(encoding="utf-8")
    assert "@import" not in STYLE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_table_has_a_caption_and_scoped_headers_in_a_named_place_to_scroll(pictures):
    text = page(invented(seeds=2), pictures=pictures)
    tree = Tree(text)
    tables = re.findall(r"<table>.*?</table>", text, re.S)
    assert len(tables) == len(tree.all("table")) > 15
    for table in tables:
        own = Tree(table)
        assert own.elements[1][0] == "caption"
        assert own.texts("caption")[0].strip()
        n_columns = sum(attributes == {"scope": "col"} for _, attributes, *_ in own.all("th"))
        n_headers = {attributes["scope"] for _, attributes, *_ in own.all("th")}
        assert n_headers == {"col", "row"}
        for row in re.findall(r"<tbody>(.*)</tbody>", table, re.S)[0].strip().splitlines():
            cells = Tree(row).all("th", "td")
            assert len(cells) == n_columns
            assert cells[0][:2] == ["th", {"scope": "row"}]
            assert all(cell[2].strip() for cell in cells)
    scrolls = [attributes for _, attributes, *_ in tree.all("div") if attributes.get("class") == "scroll"]
    assert len(scrolls) == len(tables)
    assert all(each["tabindex"] == "0" and each["role"] == "group" for each in scrolls)
    captions = tree.texts("caption")
    assert len(set(captions)) == len(captions)  # or their names distinguish nothing


@pytest.mark.slow
def test_every_judged_table_says_so_unless_the_judge_is_validated():
    judged = [each for each in Tree(page(invented())).texts("caption", "h2") if re.search("judge|says j", each, re.I)]
    assert len([each for each in judged if "judge not validated" in each]) == 16
    assert [each for each in judged if "judge not validated" not in each] == ["Measures without a judge"]
    elements = Tree(page(invented(trusts=(BAD,)))).elements
    at = next(index for index, each in enumerate(elements) if each[0] == "h2" and each[2].startswith("Judge: "))
    line = next(each for each in elements[at + 1 :] if each[0] != "bdi")
    assert line[0] == "p"
    assert line[2].startswith("Judge not validated: captions of another picture lose")
    assert "Judge validated" in Tree(page(invented(trusts=(GOOD,)))).texts("p")
    assert not [
        each for each in Tree(page(invented(trusts=(GOOD,)))).texts("caption", "h2", "h3") if "not validated" in each
    ]


@pytest.mark.slow
def test_pictures_have_their_references_as_alt_and_are_small_and_bare(pictures):
    tree = Tree(page(invented(), pictures=pictures))
    first, second = tree.all("img")
    assert first[1]["alt"] == "The picture of the case case0, which has no reference."
    assert second[1]["alt"] == "A brown dog."
    decoded = [base64.b64decode(each[1]["src"].removeprefix("data:image/jpeg;base64,")) for each in (first, second)]
    assert b"secret" not in decoded[0]
    sizes = []
    for data, (_, attributes, *_) in zip(decoded, (first, second), strict=True):
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert not image.getexif()
            sizes.append(image.size)
        assert (attributes["width"], attributes["height"]) == tuple(map(str, sizes[-1]))
    assert sizes == [(288, 480), (40, 30)]
    assert sum(each.startswith("The picture cannot be shown: ") for each in tree.texts("p")) == 2
    assert not Tree(page(invented(), pictures=None)).all("img")


@pytest.mark.slow
def test_worst_cases_have_text_reference_and_what_is_against_them(pictures):
    tree = Tree(page(invented(), pictures=pictures))
    assert tree.texts("h3")[0] == "1. typed about case0"
    at = tree.texts("dt").index("Text")
    assert tree.texts("dt")[at : at + 3] == ["Text", "Reference", "Against it"]
    assert tree.texts("dd")[at : at + 2] == ["A cat.", "No reference."]
    assert "Says what it must not" in tree.texts("li")


@pytest.mark.slow
def test_a_text_in_another_language_says_so(pictures):
    results = changed(invented(), "worst", 0, language="pt-BR")
    results = changed(results, "worst", 1, language='"><script>')
    tree = Tree(page(results, pictures=pictures))
    texts = [attributes for _, attributes, *_ in tree.all("dd") if attributes.get("class") == "text"]
    assert [each.get("lang") for each in texts[:4]] == ["pt-BR", "pt-BR", None, None]
    assert all(each["dir"] == "auto" for each in texts)
    # The first has no reference, so that its alt is ours and English.
    results = changed(results, "worst", 1, language="de")
    images = Tree(page(results, pictures=pictures)).all("img")
    assert [attributes.get("lang") for _, attributes, *_ in images] == [None, "de"]


@pytest.mark.slow
def test_a_comparison_has_each_picture_with_the_texts_of_all_models(pictures):
    tree = Tree(comparison_page(rows_of(pictures)))
    assert tree.texts("h2")[1:3] == ["Picture 1: large.jpg", "Picture 2: small.png"]
    assert tree.texts("dt") == ["m", "second", "failed"] * 4
    assert tree.texts("dd")[:6] == [
        *("A red picture.", "Warnings: hedged, long", "Una imagen.", "Warnings: none"),
        *("No text: It was damaged.", "Warnings: none"),
    ]
    assert [each[1]["alt"] for each in tree.all("img")] == [
        f"Picture {number}, which the texts after it describe." for number in (1, 2)
    ]
    plain = {"image": str(pictures["case0"]), "captions": {"m": ""}, "warnings": {"m": []}}
    assert Tree(comparison_page([plain])).texts("dd")[0] == "No text."
    spanish = {**plain, "captions": {"m": "Una imagen."}, "language": "es"}
    assert Tree(comparison_page([spanish])).all("dd")[0][1]["lang"] == "es"


# --- hostile texts ---


def as_read(text):
    """A text as a parser gives it back."""
    return shown(text).replace("\r\n", "\n")


@pytest.mark.slow
def test_hostile_texts_come_out_as_text(pictures):
    results = invented(arms=("plain", HOSTILE), text=HOSTILE + " cat")
    results = changed(results, "judges", 0, judge=HOSTILE, reasons=(HOSTILE,), same_family=(HOSTILE,))
    for index in range(len(results.worst)):
        results = changed(results, "worst", index, reference=HOSTILE, against=(Objection(HOSTILE),))
    text = page(results, pictures=pictures)
    text.encode()
    tree = Tree(text)
    reported = as_read(HOSTILE)
    assert as_read(HOSTILE + " cat") in tree.texts("dd")
    assert {each[1]["alt"] for each in tree.all("img")} == {reported}
    assert reported in tree.texts("li")
    assert reported in tree.texts("th")
    assert f"Judge not validated: {reported}" in tree.texts("p")
    assert f"Judge: {reported} (judge not validated)" in tree.texts("h2")
    # Names in our sentences keep their direction to themselves.
    assert tree.texts("bdi").count(reported) > 10
    assert "\u202e" not in text


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_and_text_comes_out_of_a_parser_as_it_was_put_in(name, text):
    results = changed(changed(a_small_one(), "worst", 0, text=text), "judges", 0, judge=name)
    tree = Tree(page(results))
    assert (as_read(text) if text.strip() else "No text.") in tree.texts("dd")
    assert f"Judge: {as_read(name) if name.strip() else '–'} (judge not validated)" in tree.texts("h2")
    rows = [{"image": "/nowhere/" + name.replace("/", ""), "captions": {name: text}, "warnings": {name: [text]}}]
    tree = Tree(comparison_page(rows))
    assert tree.texts("dt") == [as_read(name) if name.strip() else "–"]
    assert tree.texts("dd")[0] == (as_read(text) if text.strip() else "No text.")


# --- colours ---


def colours(block):
    return dict(re.findall(r"(--[a-z]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_have_the_contrast_that_reading_takes_in_light_dark_and_print():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    style = STYLE.read_text(encoding="utf-8")
    schemes = [colours(block) for block in re.findall(r":root \{(.*?)\}", style, re.S)]
    assert len(schemes) == 3
    for scheme in schemes:
        assert scheme.keys() == schemes[0].keys()
        for ground in ("--back", "--panel"):
            for name in ("--text", "--soft", "--link", "--visited"):
                assert contrast(scheme[name], scheme[ground]) >= 4.5, (name, ground, scheme)
            for name in ("--line", "--focus"):
                assert contrast(scheme[name], scheme[ground]) >= 3, (name, ground, scheme)
    # No colour is written anywhere else, and none by a page.
    rest = re.sub(r":root \{.*?\}", "", style, flags=re.S)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl|opacity", rest)
    assert set(re.findall(r"var\((--[a-z]+)\)", rest)) == schemes[0].keys()
    assert "style=" not in page(invented())


def test_the_style_shows_focus_and_fits_narrow_windows_and_paper():
    style = STYLE.read_text(encoding="utf-8")
    assert re.search(r":focus-visible \{ outline: 3px", style)
    assert "overflow-x: auto" in style
    assert "@media print" in style
    assert "<" not in style  # it stands in a page as it is
