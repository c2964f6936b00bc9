"""XMP sidecars: which file is a picture's, and what comes of it."""

import os
import threading
from pathlib import Path

import pytest

from localalt.image.metadata.hints import read_hints
from localalt.image.metadata.sidecar import read_sidecar
from localalt.image.processor import load_picture
from localalt.image.source import Named
from tests.support.metadata import alternatives, array, packet
from tests.support.pictures import FREE, encoded, quadrants


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(quadrants(), "JPEG", xmp=packet(alternatives("dc:title", x_default="Embedded")).encode()))
    return path


def titled(title, attributes=""):
    return packet(alternatives("dc:title", x_default=title), attributes).encode()


def title_of(source):
    return load_picture(source, FREE, wants_hints=True).hints.title


@pytest.mark.parametrize("name", ["photo.jpg.xmp", "photo.jpg.XMP", "photo.JPG.xmp", "photo.xmp", "photo.XMP"])
def test_a_sidecar_under_any_name_that_programs_give_it_comes_before_the_file(picture, name):
    (picture.parent / name).write_bytes(titled("Beside"))
    assert title_of(picture) == title_of(str(picture)) == title_of(os.fsencode(picture).decode()) == "Beside"
    assert title_of(Named(str(picture), "given.jpg")) == "Beside"


def test_each_field_comes_from_the_first_that_says_something(picture):
    (picture.parent / "photo.jpg.xmp").write_bytes(packet(array("dc:subject", "sea")).encode())
    hints = load_picture(picture, FREE, wants_hints=True).hints
    assert (hints.title, hints.keywords) == ("Embedded", ("sea",))


def test_an_alt_text_of_a_person_is_read_from_a_sidecar(picture):
    body = alternatives("Iptc4xmpCore:AltTextAccessibility", x_default="A person's alt text.")
    (picture.parent / "photo.jpg.xmp").write_bytes(packet(body).encode())
    assert load_picture(picture, FREE, wants_hints=True).hints.alt_text == "A person's alt text."


def test_no_sidecar_is_looked_for_where_hints_are_not_wanted_or_no_path_is_given(picture):
    (picture.parent / "photo.jpg.xmp").write_bytes(titled("Beside"))
    assert load_picture(picture, FREE).hints is None
    assert title_of(picture.read_bytes()) == "Embedded"
    with picture.open("rb") as file:
        assert title_of(file) == "Embedded"


def test_the_name_that_is_the_pictures_alone_comes_first(picture):
    (picture.parent / "photo.jpg.xmp").write_bytes(titled("Its own"))
    (picture.parent / "photo.xmp").write_bytes(titled("Shared", 'photoshop:SidecarForExtension="jpg"'))
    assert title_of(picture) == "Its own"


@pytest.mark.parametrize(
    ("attributes", "belongs"),
    [
        ('photoshop:SidecarForExtension="CR2"', False),
        ('photoshop:SidecarForExtension="JPG"', True),
        ('photoshop:SidecarForExtension=".jpeg"', True),
        ('crs:RawFileName="photo.NEF"', False),
        ('crs:RawFileName="photo.jpg"', True),
        ('dc:format="image/x-canon-cr2"', False),
        ('dc:format="image/jpeg"', True),
        ('dc:format="video/mp4"', False),
        ('dc:format="image/jpeg" crs:RawFileName="photo.dng"', False),
        ("", False),
    ],
)
def test_a_shared_sidecar_is_read_where_it_names_this_kind_of_file(picture, attributes, belongs):
    (picture.parent / "photo.CR2").write_bytes(b"raw")
    (picture.parent / "photo.xmp").write_bytes(titled("Shared", attributes))
    assert title_of(picture) == ("Shared" if belongs else "Embedded")


@pytest.mark.parametrize(
    ("other", "is_shared"),
    [("photo.dng", True), ("PHOTO.png", True), ("photo.mp4", True), ("photo.txt", False), ("photo2.png", False),
     ("photo", True), ("photo.jpg.json", False)],
)  # fmt: skip
def test_a_sidecar_that_names_no_file_is_read_where_no_other_picture_shares_it(picture, other, is_shared):
    (picture.parent / other).write_bytes(b"x")
    (picture.parent / "photo.xmp").write_bytes(titled("Beside"))
    assert title_of(picture) == ("Embedded" if is_shared else "Beside")


def test_a_folder_with_too_many_files_to_look_at_is_taken_to_share_it(picture, monkeypatch):
    monkeypatch.setattr("localalt.image.metadata.sidecar.MAX_ENTRIES", 1)
    (picture.parent / "photo.xmp").write_bytes(titled("Beside"))
    (picture.parent / "another.jpg").write_bytes(b"x")
    assert title_of(picture) == "Embedded"


def test_the_sidecar_of_a_file_whose_name_has_another_case_is_that_files(picture):
    other = picture.parent / "photo.JPG"
    case_counts = not other.exists()
    other.write_bytes(picture.read_bytes())
    (picture.parent / "photo.JPG.xmp").write_bytes(titled("Of the other"))
    assert title_of(picture) == ("Embedded" if case_counts else "Of the other")
    assert title_of(other) == "Of the other"


def test_a_sidecar_is_a_regular_file_of_bounded_size(picture):
    sidecar = picture.parent / "photo.jpg.xmp"
    sidecar.mkdir()
    assert title_of(picture) == "Embedded"
    sidecar.rmdir()
    sidecar.write_bytes(titled("Beside") + b" " * (1 << 20))
    assert read_sidecar(picture) is None
    assert title_of(picture) == "Embedded"
    sidecar.write_bytes(b"")
    assert title_of(picture) == "Embedded"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(picture):
    os.mkfifo(picture.parent / "photo.jpg.xmp")
    found = []
    thread = threading.Thread(target=lambda: found.append(read_sidecar(picture)), daemon=True)
    thread.start()
    thread.join(20)
    assert found == [None]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_a_device_is_not_read(picture):
    (picture.parent / "photo.jpg.xmp").symlink_to("/dev/zero")
    assert read_sidecar(picture) is None


HOSTILE = {
    "entities": b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + titled("&b;"),
    "an external entity": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>" + titled("&b;"),
    "no XML": b"\x00\xff" * 500,
    "half of a packet": titled("Beside")[:300],
    "deep": packet("<a>" * 5000 + "</a>" * 5000).encode(),
    "a lone surrogate": titled("Beside").replace(b"Beside", b"&#xD800;"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["photo.jpg.xmp", "photo.xmp"])
def test_a_hostile_sidecar_says_nothing_and_hides_nothing(picture, data, name):
    (picture.parent / name).write_bytes(data)
    assert title_of(picture) == "Embedded"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_sidecars_in_every_encoding_of_xmp_are_read(picture, encoding):
    text = packet(alternatives("dc:title", x_default="Ελλάδα")).replace("\ufeff", "")
    (picture.parent / "photo.jpg.xmp").write_bytes(text.encode(encoding))
    assert title_of(picture) == "Ελλάδα"


def test_a_path_that_names_no_file_has_no_sidecar(tmp_path):
    for name in ("missing.jpg", "no/such/folder.jpg", "a\0b.jpg", "noextension", ".jpg"):
        assert read_sidecar(tmp_path / name) is None


def test_what_is_no_packet_at_all_is_not_a_sidecars_fault():
    assert read_hints(quadrants(), sidecar=b"text") == read_hints(quadrants())
