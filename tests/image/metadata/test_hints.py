"""What is read of the words that picture files carry, and what is made of broken ones."""

import io
import struct
import subprocess
import sys
import tracemalloc
import zlib

import pytest
from hypothesis import example, given, settings, strategies as st
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin

from localalt.image import metadata as hints_module
from localalt.image.metadata.hints import Hints, read_hints
from tests.support.metadata import alternatives, array, iim, packet, png_with_xmp
from tests.support.pictures import encoded, quadrants

FORMATS = ["JPEG", "PNG", "WEBP", "TIFF"]
IMAGE_DESCRIPTION, USER_COMMENT, DATE_TIME_ORIGINAL, EXIF_IFD, GPS_IFD = 0x010E, 0x9286, 0x9003, 0x8769, 0x8825
XP_TITLE, XP_COMMENT, XP_KEYWORDS, XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F


def exif_of(tags, more=None, gps=None, endian=">"):
    exif = Image.Exif()
    exif.endian = endian
    for tag, value in tags.items():
        exif[tag] = value
    for directory, values in ((EXIF_IFD, more), (GPS_IFD, gps)):
        if values:
            exif.get_ifd(directory).update(values)
    return exif.tobytes()


def opened(data):
    return Image.open(io.BytesIO(data))


def of_xmp(xmp, format="JPEG"):
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    if format == "PNG":  # as iTXt, uncompressed
        return read_hints(opened(png_with_xmp(xmp)))
    if format == "TIFF":
        directory = TiffImagePlugin.ImageFileDirectory_v2()
        directory.tagtype[700] = 1
        directory[700] = xmp
        return read_hints(opened(encoded(quadrants(), "TIFF", tiffinfo=directory)))
    return read_hints(opened(encoded(quadrants(), format, xmp=xmp)))


def with_xmp(xmp):
    """Without a file, for packets that are larger than some formats take."""
    image = quadrants()
    image.info["xmp"] = xmp
    return read_hints(image)


def of_exif(tags, more=None, gps=None, format="JPEG"):
    return read_hints(opened(encoded(quadrants(), format, exif=exif_of(tags, more, gps))))


def jpeg_with_iptc(data, **options):
    """A JPEG with an APP13 segment that holds Photoshop's resource 0x0404."""
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    segment = b"Photoshop 3.0\0" + resource
    picture = encoded(quadrants(), "JPEG", **options)
    return picture[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + picture[2:]


def of_iptc(*fields):
    return read_hints(opened(jpeg_with_iptc(iim(*fields))))


# --- XMP


FULL = packet(
    alternatives("dc:title", x_default="A title")
    + alternatives("dc:description", x_default="A caption")
    + array("dc:subject", "one", "two")
    + alternatives("Iptc4xmpCore:AltTextAccessibility", x_default="An alt text")
    + alternatives("Iptc4xmpCore:ExtDescrAccessibility", x_default="A long description")
    + array("Iptc4xmpExt:PersonInImage", "Ada Lovelace", "Émilie du Châtelet")
    + alternatives("Iptc4xmpExt:Event", x_default="An event")
    + "<Iptc4xmpCore:Location>Pier 39</Iptc4xmpCore:Location>",
    'photoshop:City="San Francisco" photoshop:State="California" photoshop:Country="USA"',
)


@pytest.mark.parametrize("format", FORMATS)
def test_every_field_is_read_from_the_xmp_of_every_format(format):
    assert of_xmp(FULL, format) == Hints(
        title="A title",
        caption="A caption",
        alt_text="An alt text",
        long_description="A long description",
        people=("Ada Lovelace", "Émilie du Châtelet"),
        place="Pier 39, San Francisco, California, USA",
        event="An event",
        keywords=("one", "two"),
    )


@pytest.mark.parametrize("compressed", [False, True])
def test_xmp_in_a_plain_text_chunk_of_a_png_is_read(compressed):
    info = PngImagePlugin.PngInfo()
    info.add_text("XML:com.adobe.xmp", FULL.replace("\ufeff", ""), zip=compressed)
    assert read_hints(opened(encoded(quadrants(), "PNG", pnginfo=info))) == of_xmp(FULL)


def test_properties_are_read_as_attributes_and_as_elements():
    as_element = packet("<photoshop:Headline>News</photoshop:Headline><Iptc4xmpExt:Event>Fair</Iptc4xmpExt:Event>")
    as_attribute = packet("", 'photoshop:Headline="News" Iptc4xmpExt:Event="Fair"')
    assert of_xmp(as_element) == of_xmp(as_attribute) == Hints(title="News", event="Fair")


def test_properties_may_be_spread_over_several_descriptions():
    title, caption = alternatives("dc:title", x_default="One"), alternatives("dc:description", x_default="Two")
    both = packet(f'{title}</rdf:Description><rdf:Description rdf:about="">{caption}')
    assert of_xmp(both) == Hints(title="One", caption="Two")


def test_rdf_without_a_wrapper_is_read():
    bare = FULL[FULL.index("<rdf:RDF") : FULL.index("</x:xmpmeta>")]
    assert of_xmp(bare).title == "A title"


def test_the_default_language_is_taken_wherever_it_stands_and_else_the_first():
    assert of_xmp(packet(alternatives("dc:title", de="Hafen", x_default="Harbour"))).title == "Harbour"
    assert of_xmp(packet(alternatives("dc:title", de="Hafen", fr="Port"))).title == "Hafen"
    assert of_xmp(packet(alternatives("dc:title", de="Hafen", x_default=" "))).title == "Hafen"


def test_a_title_is_preferred_to_a_headline():
    title = alternatives("dc:title", x_default="Title")
    assert of_xmp(packet(title, 'photoshop:Headline="Headline"')).title == "Title"
    assert of_xmp(packet("", 'photoshop:Headline="Headline"')).title == "Headline"


@pytest.mark.parametrize(
    "struct_of",
    [
        lambda body: f'<rdf:li rdf:parseType="Resource">{body}</rdf:li>',
        lambda body: f"<rdf:li><rdf:Description>{body}</rdf:Description></rdf:li>",
    ],
    ids=["resource", "description"],
)
def test_the_place_shown_is_named_before_where_the_camera_stood(struct_of):
    def locations(name, body):
        return f"<Iptc4xmpExt:{name}><rdf:Bag>{struct_of(body)}</rdf:Bag></Iptc4xmpExt:{name}>"

    peak = (
        alternatives("Iptc4xmpExt:LocationName", x_default="Matterhorn")
        + "<Iptc4xmpExt:City>Zermatt</Iptc4xmpExt:City><Iptc4xmpExt:CountryName>Schweiz</Iptc4xmpExt:CountryName>"
        + "<exif:GPSLatitude>45,58.5N</exif:GPSLatitude>"
    )
    created = locations("LocationCreated", "<Iptc4xmpExt:City>Cervinia</Iptc4xmpExt:City>")
    assert of_xmp(packet(created)).place == "Cervinia"
    assert of_xmp(packet(created, 'photoshop:City="Valtournenche"')).place == "Valtournenche"
    shown = packet(created + locations("LocationShown", peak), 'photoshop:City="Valtournenche"')
    assert of_xmp(shown).place == "Matterhorn, Zermatt, Schweiz"


def test_several_places_are_all_named_once():
    item = '<rdf:li Iptc4xmpExt:City="{0}" Iptc4xmpExt:ProvinceState="{0}"/>'
    items = "".join(item.format(city) for city in ("Berlin", "Wien", "Berlin"))
    body = f"<Iptc4xmpExt:LocationShown><rdf:Bag>{items}</rdf:Bag></Iptc4xmpExt:LocationShown>"
    assert of_xmp(packet(body)).place == "Berlin; Wien"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be"])
def test_packets_in_every_encoding_of_xmp_are_read(encoding):
    xmp = packet(alternatives("dc:title", x_default="Ελλάδα 日本 🏔"))
    assert of_xmp(xmp.encode(encoding)).title == "Ελλάδα 日本 🏔"


def test_latin_1_that_claims_to_be_anything_is_read():
    xmp = '<?xml version="1.0" encoding="UTF-16"?>' + packet("", 'photoshop:Headline="Café"').replace("\ufeff", "")
    assert of_xmp(xmp.encode("latin-1")).title == "Café"


LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a 'lol'>"
    + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
    + packet("", 'photoshop:Headline="&i;"')
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + packet("", "photoshop:Headline='News'")


@pytest.mark.parametrize("xmp", [LAUGHS, EXTERNAL, EXTERNAL.replace("DOCTYPE", "doctype")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-le"])
def test_packets_that_declare_entities_are_not_parsed(xmp, encoding, monkeypatch):
    monkeypatch.setattr("xml.etree.ElementTree.fromstring", lambda text: pytest.fail("was parsed"))
    assert with_xmp(xmp.encode(encoding)) == Hints()
    assert with_xmp(xmp) == Hints()


def test_entities_do_not_hide_in_another_encoding_than_the_one_declared():
    declared = f'<?xml version="1.0" encoding="UTF-7"?>{EXTERNAL}'.replace("<!", "+ADw-!")
    assert with_xmp(declared.encode()) == Hints()


def test_a_packet_of_2_mib_is_left_alone():
    body = "<photoshop:Headline>News</photoshop:Headline>"
    small, large = packet(body), packet(body + " " * (2 << 20))
    assert with_xmp(small.encode()).title == "News"
    for xmp in (large, large.encode()):
        assert with_xmp(xmp) == Hints()


@pytest.mark.slow
def test_a_deeply_nested_packet_is_harmless():
    deep = packet("<photoshop:Headline>News</photoshop:Headline>" + "<a>" * 70000 + "</a>" * 70000)
    assert with_xmp(deep.encode()).title == "News"


@pytest.mark.slow
def test_a_packet_of_many_elements_takes_little_memory():
    tracemalloc.start()
    with_xmp(packet("<a/>" * 200_000).encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 << 20


def test_a_truncated_packet_says_nothing_and_hides_nothing_else():
    data = FULL.encode()
    exif = exif_of({IMAGE_DESCRIPTION: "From EXIF"})
    for end in range(0, len(data) - 150, 97):
        image = opened(encoded(quadrants(), "JPEG", xmp=data[:end], exif=exif))
        assert read_hints(image) == Hints(caption="From EXIF")


def test_properties_of_other_shapes_are_not_text():
    odd = packet(
        "<dc:title><rdf:Alt/></dc:title><dc:description><rdf:Bag><rdf:li/></rdf:Bag></dc:description>"
        "<dc:subject><unknown>x</unknown></dc:subject><Iptc4xmpExt:LocationShown/>"
    )
    assert of_xmp(odd) == Hints()


@pytest.mark.parametrize("value", [7, 1.5, None, [b"x"], {"x": 1}, (1, 2), memoryview(b"x")])
def test_metadata_of_another_type_says_nothing(value):
    image = opened(encoded(quadrants(), "JPEG"))
    image.info.update({"xmp": value, "exif": value, "photoshop": value})
    assert read_hints(image) == Hints()


# --- IPTC


def test_every_field_is_read_from_iptc():
    assert of_iptc(
        ((2, 5), b"Object"),
        ((2, 25), b"one"),
        ((2, 25), b"two"),
        ((2, 90), b"Paris"),
        ((2, 92), b"Louvre"),
        ((2, 95), b"\xc3\x8ele-de-France"),
        ((2, 101), b"France"),
        ((2, 105), b"Headline"),
        ((2, 120), b"Caption"),
        ((2, 80), b"Author"),
        ((2, 116), b"Copyright"),
    ) == Hints(title="Object", caption="Caption", keywords=("one", "two"), place="Louvre, Paris, Île-de-France, France")
    assert of_iptc(((2, 90), b"OLYMPUS")).place == "OLYMPUS"
    assert of_iptc(((2, 105), b"Headline"), ((2, 25), b"single")) == Hints(title="Headline", keywords=("single",))


@pytest.mark.parametrize(
    ("marked", "data", "text"),
    [
        (True, "Übung".encode(), "Übung"),
        (True, b"ab\xffcd", "ab\ufffdcd"),
        (False, "Übung".encode(), "Übung"),
        (False, "Café".encode("latin-1"), "Café"),
        (False, "“quoted” €".encode("cp1252"), "“quoted” €"),
        (False, "Naïve Café".encode()[:-1], "Naïve Caf"),
        (True, "Café".encode()[:-1], "Caf"),
    ],
)
def test_iptc_is_read_in_its_charset(marked, data, text):
    charset = [((1, 90), b"\x1b%G")] if marked else []
    assert of_iptc(*charset, ((2, 120), data)).caption == text


def tiff_with_iptc(data):
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory.tagtype[33723] = 7
    directory[33723] = data
    return encoded(quadrants(), "TIFF", tiffinfo=directory)


def test_iptc_of_a_tiff_is_read_unless_it_is_vast():
    field = iim(((2, 120), b"Caption"))
    assert read_hints(opened(tiff_with_iptc(field))).caption == "Caption"
    assert read_hints(opened(tiff_with_iptc(field * (1 + (1 << 20) // len(field))))) == Hints()


def test_empty_and_truncated_iptc_says_nothing():
    assert of_iptc(((2, 120), b""), ((2, 25), b""), ((2, 5), b"\0\0")) == Hints()
    data = iim(((2, 5), b"Object"), ((2, 120), b"Caption"))
    for end in range(len(data)):
        found = read_hints(opened(jpeg_with_iptc(data[:end])))
        assert "Object".startswith(found.title)
        assert "Caption".startswith(found.caption)


# --- EXIF


def utf16(text):
    return text.encode("utf-16-le") + b"\0\0"


@pytest.mark.parametrize("format", FORMATS)
def test_every_field_is_read_from_the_exif_of_every_format(format):
    tags = {IMAGE_DESCRIPTION: "Description", XP_TITLE: utf16("Τίτλος"), XP_KEYWORDS: utf16("one; two;;日本")}
    assert of_exif(tags, {DATE_TIME_ORIGINAL: "2024:03:12 10:20:30"}, format=format) == Hints(
        title="Τίτλος", caption="Description", keywords=("one", "two", "日本"), date="2024-03-12"
    )


def test_captions_in_exif_have_an_order():
    tags = {IMAGE_DESCRIPTION: "Description", XP_COMMENT: utf16("Comment"), XP_SUBJECT: utf16("Subject")}
    more = {USER_COMMENT: b"ASCII\0\0\0User"}
    expected = ["Description", "Comment", "User", "Subject"]
    for tag, text in zip((IMAGE_DESCRIPTION, XP_COMMENT, None, XP_SUBJECT), expected, strict=True):
        assert of_exif(tags, more).caption == text
        more = None if tag is None else more
        tags.pop(tag, None)
    assert of_exif(tags, more) == Hints()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_descriptions_in_exif_are_utf_8_or_latin(encoding):
    assert of_exif({IMAGE_DESCRIPTION: "Café à Orléans".encode(encoding)}).caption == "Café à Orléans"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"ASCII\0\0\0Plain\0\0\0", "Plain"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-le"), "Grüße"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-be"), "Grüße"),
        (b"UNICODE\0" + "日本".encode("utf-16"), "日本"),
        (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "日本"),
        (b"\0" * 8 + "Grüße".encode(), "Grüße"),
        (b"\0" * 8 + b"\xff\xd8\x80", ""),
        (b"        ", ""),
        (b"UNKNOWN\0text", ""),
        (b"ASCII", ""),
        (b"UNICODE\0\0", ""),
        (b"", ""),
    ],
)
def test_a_user_comment_is_read_in_the_charset_it_names(value, text):
    assert of_exif({}, {USER_COMMENT: value}).caption == text


@pytest.mark.parametrize("endian", ["<", ">"])
def test_a_user_comment_without_latin_letters_is_in_the_order_of_its_file(endian):
    codec = "utf-16-le" if endian == "<" else "utf-16-be"
    exif = exif_of({}, {USER_COMMENT: b"UNICODE\0" + "日本語".encode(codec)}, endian=endian)
    assert read_hints(opened(encoded(quadrants(), "JPEG", exif=exif))).caption == "日本語"


@pytest.mark.parametrize(
    "date", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2024:13:01", "2024:02:30", "soon", "", "2024", "٢٠٢٤:٠١:٠١"]
)
def test_a_date_that_is_none_is_left_out(date):
    assert of_exif({IMAGE_DESCRIPTION: "Kept"}, {DATE_TIME_ORIGINAL: date.encode()}) == Hints(caption="Kept")


@pytest.mark.parametrize("format", FORMATS)
def test_coordinates_serial_numbers_and_authors_are_never_read(format):
    tags = {0x013B: "Secret Artist", 0x8298: "Secret Copyright", 0x9C9D: utf16("Secret Author")}
    more = {0xA431: "Secret Serial", 0xA430: "Secret Owner", DATE_TIME_ORIGINAL: "2024:03:12 10:20:30"}
    gps = {1: "N", 2: (45.0, 58.0, 35.0), 3: "E", 4: (7.0, 39.0, 31.0), 27: b"ASCII\0\0\0Secret", 29: "2024:03:12"}
    assert of_exif(tags, more, gps, format) == Hints(date="2024-03-12")
    xmp = packet(
        array("dc:creator", "Secret", kind="Seq") + alternatives("dc:rights", x_default="Secret"),
        'exif:GPSLatitude="45,58.5N" exif:GPSLongitude="7,39.5E" photoshop:Credit="Secret"',
    )
    assert of_xmp(xmp, format) == Hints()


def test_a_broken_tag_or_directory_hides_no_other():
    exif = exif_of({IMAGE_DESCRIPTION: "Description", XP_TITLE: utf16("Title")})
    assert b"\x9c\x9b\x00\x01" in exif  # XPTitle as bytes; made into a rational of a wrong size
    broken = exif.replace(b"\x9c\x9b\x00\x01", b"\x9c\x9b\x00\x05")
    assert read_hints(opened(encoded(quadrants(), "PNG", exif=broken))) == Hints(caption="Description")
    before, pointer, after = exif_of({IMAGE_DESCRIPTION: "Kept"}, {USER_COMMENT: b"ASCII"}).partition(b"\x87\x69\0\x04")
    for kind, offset in ((4, b"\xff\xff\xff\0"), (9, b"\xff\xff\xff\xff"), (2, b"text")):
        far = before + pointer[:3] + bytes([kind]) + after[:4] + offset + after[8:]
        assert read_hints(opened(encoded(quadrants(), "PNG", exif=far))) == Hints(caption="Kept")


def test_truncated_exif_raises_nothing():
    exif = exif_of({IMAGE_DESCRIPTION: "Description"}, {DATE_TIME_ORIGINAL: "2024:03:12 10:20:30"})
    for end in range(len(exif)):
        for format in FORMATS[:3]:
            image = Image.new("RGB", (2, 2))
            image.info["exif"] = exif[:end]
            image.format = format
            assert read_hints(image).caption in ("", "Description")


@pytest.mark.parametrize(
    "text",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "SONY DSC",
        "SAMSUNG",
        "KONICA MINOLTA DIGITAL CAMERA",
        "DCIM\\100MEDIA\\DJI_0001.JPG",
        "Exif_JPEG_PICTURE",
        "Created with GIMP",
        "Created with The GIMP on a Mac",
        "<Digimax S500 / Kenox S500 / Digimax Cyber 530>",
        "oznor",
        "hdrpl",
        "default",
        "Untitled-1",
        "IMG_20240312_101112",
        "_DSC1234",
        "harbour-at-night.JPEG",
        '{"filter":0}',
        "filter: 0; jpegRotation: 90;",
    ],
)
def test_what_cameras_and_programs_fill_in_is_not_a_caption(text):
    assert of_exif({IMAGE_DESCRIPTION: text, XP_TITLE: utf16(text)}) == Hints()
    assert of_exif({IMAGE_DESCRIPTION: text}, {USER_COMMENT: b"ASCII\0\0\0A caption"}).caption == "A caption"
    assert of_iptc(((2, 120), text.encode())) == Hints()
    copied = text.replace("<", "&lt;")
    title, caption = (alternatives(name, x_default=copied) for name in ("dc:title", "dc:description"))
    assert of_xmp(packet(title + caption)) == Hints()


@pytest.mark.parametrize(
    "text",
    ["Created with love for my mother", "An Olympus digital camera on a table", "Image of a harbour", "P. 12", "Nora",
     "Default Gateway, a sculpture", "Samsung", "Photo 51", "The file harbour.png, printed and framed"],
)  # fmt: skip
def test_words_of_people_that_look_a_little_alike_stay(text):
    assert of_exif({IMAGE_DESCRIPTION: text}).caption == text


# --- together


def test_xmp_wins_over_iptc_and_iptc_over_exif_field_by_field():
    tags = {IMAGE_DESCRIPTION: "exif", XP_TITLE: utf16("exif"), XP_KEYWORDS: utf16("exif;and more")}
    exif = exif_of(tags, {DATE_TIME_ORIGINAL: "2024:03:12 10:20:30"})
    iptc = iim(((2, 5), b"iptc"), ((2, 120), b"iptc"), ((2, 90), b"iptc"))
    xmp = packet(alternatives("dc:title", x_default="xmp") + alternatives("dc:description", x_default="\n \t"))
    image = opened(jpeg_with_iptc(iptc, exif=exif, xmp=xmp.encode()))
    assert read_hints(image) == Hints(
        title="xmp", caption="iptc", place="iptc", keywords=("exif", "and more"), date="2024-03-12"
    )


def test_texts_are_one_clean_line():
    dirty = packet("", 'photoshop:Headline=" a&#10;&#9;\u2028b\x00c\x1b[31m\x85d\ufeff "')
    assert with_xmp(dirty) == with_xmp(dirty.encode()) == Hints(title="a b c [31m d")
    assert with_xmp(packet("", 'photoshop:Headline="a\ud83cb"')).title == "a b"
    assert of_iptc(((2, 120), b"a\0b\r\nc")).caption == "a b c"


def test_long_texts_are_cut_at_a_word():
    caption = of_iptc(((2, 120), b"seven77 " * 200)).caption
    assert caption == " ".join(["seven77"] * 125)[:1000]
    caption = of_iptc(((2, 120), b"seven7 " * 200)).caption
    assert 990 < len(caption) <= 1000
    assert caption.endswith(" seven7")
    exact = b"a" * 600 + b" " + b"b" * 399
    assert of_iptc(((2, 120), exact + b" c")).caption == exact.decode()
    assert len(with_xmp(packet("", f'photoshop:Headline="a {"日" * 2000}"')).title) == 1000


def test_lists_are_bounded_and_without_duplicates():
    words = ["Straße", "STRASSE", "strasse", " ", *(f"word {i}" for i in range(50)), "x" * 500]
    people = ["x" * 500, *(f"Person {i}" for i in range(50))]
    found = of_xmp(packet(array("dc:subject", *words) + array("Iptc4xmpExt:PersonInImage", *people)))
    assert found.keywords == ("Straße", *(f"word {i}" for i in range(29)))
    assert found.people == ("x" * 100, *(f"Person {i}" for i in range(19)))


def test_a_file_that_says_nothing_gives_empty_hints():
    assert read_hints(Image.new("RGB", (2, 2))) == Hints()
    for format in (*FORMATS, "GIF", "BMP"):
        assert read_hints(opened(encoded(quadrants(), format))) == Hints()


# --- the image after


@pytest.mark.parametrize("from_path", [False, True], ids=["memory", "path"])
@pytest.mark.parametrize(
    ("format", "options"),
    [*((format, {}) for format in FORMATS), ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "jpeg"})],
)
def test_the_image_loads_as_it_would_have(format, options, from_path, tmp_path):
    # Pillow cannot write that directory into a compressed TIFF.
    more = {} if options else {DATE_TIME_ORIGINAL: "2024:03:12 10:20:30"}
    exif = exif_of({IMAGE_DESCRIPTION: "Description", 0x0112: 6}, more)
    data = encoded(quadrants(), format, exif=exif, **options)
    (tmp_path / "picture").write_bytes(data)
    hinted, other = (Image.open(tmp_path / "picture" if from_path else io.BytesIO(data)) for _ in range(2))
    before = read_hints(hinted)
    assert before == read_hints(hinted) == Hints(caption="Description", date="2024-03-12" if more else "")
    for image in (hinted, other):
        image.load()
    assert hinted.tobytes() == other.tobytes()
    assert hinted.size == other.size
    assert dict(hinted.getexif()) == dict(other.getexif())
    assert hinted.info == other.info
    assert read_hints(hinted) == before
    hinted.close()
    other.close()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("exif", [None, exif_of({IMAGE_DESCRIPTION: "Description"})], ids=["without", "exif"])
def test_no_pixels_are_decoded(format, exif, monkeypatch):
    data = encoded(quadrants(), format, **({"exif": exif} if exif else {}))
    image = opened(data)
    for owner in (Image.Image, ImageFile.ImageFile, type(image)):
        monkeypatch.setattr(owner, "load", lambda self: pytest.fail("was loaded"))
    assert read_hints(image).caption == ("Description" if exif else "")


def test_exif_that_follows_the_pixels_of_a_png_is_still_found_by_loading():
    data = encoded(quadrants(), "PNG")
    chunk = b"eXIf" + exif_of({0x0112: 6, IMAGE_DESCRIPTION: "Late"})[6:]
    end = data.rindex(b"IEND") - 4
    late = data[:end] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[end:]
    image = opened(late)
    assert read_hints(image) == Hints()
    image.load()
    assert read_hints(image).caption == "Late"
    assert image.getexif()[0x0112] == 6


# --- anything at all


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    xmp=st.one_of(st.binary(max_size=300), st.text(max_size=300), st.text(max_size=80).map(packet)),
    exif=st.binary(max_size=300).map(lambda data: b"Exif\0\0II*\0\x08\0\0\0" + data),
    iptc=st.binary(max_size=200).map(lambda data: b"\x1c\x02\x78" + data),
    format=st.sampled_from(FORMATS),
)
@example(xmp="<a>&#xD800;</a>", exif=b"Exif\0\0II*\0\xff\xff\xff\xff", iptc=b"\x1c", format="JPEG")
def test_random_bytes_raise_nothing(xmp, exif, iptc, format):
    image = opened(jpeg_with_iptc(iptc))
    image.info.update(xmp=xmp, exif=exif)
    image.format = format
    found = read_hints(image)
    for text in (found.title, found.caption, found.place, found.event, *found.keywords):
        assert len(text) <= 1000
        assert text == " ".join(text.split())
        text.encode()


EVERY_SOURCE = {
    "exif": exif_of({IMAGE_DESCRIPTION: "Description", XP_TITLE: utf16("Title")}, {USER_COMMENT: b"ASCII\0\0\0Text"}),
    "xmp": packet("", 'photoshop:City="Paris"').encode(),  # which Pillow writes into JPEG and WebP
}
FILES = {format: encoded(Image.new("RGB", (2, 2)), format, **EVERY_SOURCE) for format in FORMATS}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_anywhere_in_a_file_raises_nothing(data):
    format = data.draw(st.sampled_from(FORMATS))
    file = bytearray(FILES[format])
    for position in data.draw(st.lists(st.integers(0, len(file) - 1), min_size=1, max_size=6)):
        file[position] = data.draw(st.integers(0, 255))
    try:
        image = opened(bytes(file))
    except Exception:  # no picture any more, or a warning of Pillow's
        return
    assert isinstance(read_hints(image), Hints)


@pytest.mark.slow
def test_importing_the_module_loads_neither_pillow_nor_an_xml_parser():
    module = "localalt.image.metadata.hints"
    code = f"import sys, {module}; print(sorted({{'PIL', 'numpy', 'xml.etree.ElementTree'}} & set(sys.modules)))"
    root = str(hints_module.__file__).rpartition("localalt")[0]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


def test_a_text_that_is_cut_is_reported():
    def described(text):
        image = Image.new("RGB", (8, 8))
        exif = Image.Exif()
        exif[0x010E] = text.encode()
        image.info["exif"] = exif.tobytes()
        return read_hints(image)

    long = described("A caption. " * 2_000)
    assert len(long.caption) <= 1_000
    assert long.shortened == ("caption",)
    assert described("A caption.   With spaces. ").shortened == ()
