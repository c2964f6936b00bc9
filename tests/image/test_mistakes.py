"""Files that stand in for a picture are named, with the next step."""

import io

import pytest

from localalt.errors import ImageFormatError, ImageNotFoundError
from localalt.image.processor import load_picture
from localalt.image.readable import check_readable
from tests.support.pictures import FREE, encoded, quadrants

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d7a" * 16 + b"\nsize 12345\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (POINTER, "a Git LFS pointer.*: run git lfs pull\\.$"),
        (POINTER.replace(b"git-lfs.github.com", b"hawser.github.com"), "Git LFS"),
        (POINTER.replace(b"\noid", b"\next-0-foo sha256:" + b"ab" * 32 + b"\noid").replace(b"\n", b"\r\n"), "Git LFS"),
        (b"/annex/objects/SHA256E-s31390--f50d.jpg\n", "git-annex pointer.*git annex get"),
        (b"../../.git/annex/objects/G9/1x/SHA256E-s3--f50d.jpg/SHA256E-s3--f50d.jpg", "git-annex pointer"),
        (b"outs:\n- md5: a304afb96060aad90176268345e10355\n  size: 3\n  path: a.png\n", "DVC file.*dvc pull"),
        (b"bplist00\xd3\x01\x02NSURLNameKey\x10photo.jpg", "an iCloud placeholder"),
        (b"\0" * 300, "filled with zeros.*restore it"),
        (b"\0" * 100_000, "filled with zeros"),
        (b'{"error": "not found"}', "JSON text"),
        (b"../shared/photo.JPG", "the text of a link.*pass '../shared/photo.JPG'"),
        (b"data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==", "a data URL.*decode"),
        (b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB\n", "base64: decode|a picture in base64.*decode"),
        (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", "what macOS stores beside"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0", "a Windows shortcut"),
        (b"book\0\0\0\0mark\0\0\0\0", "a macOS alias"),
        (b"[InternetShortcut]\r\nURL=https://a.example/b.png", "an internet shortcut"),
        (b"<!doctype html><title>404</title>", "an HTML page"),
        (b"A photo of a dog.", "of an unknown format"),
    ],
    ids=lambda value: value.decode("latin-1")[:20] if isinstance(value, bytes) else "",
)
def test_a_placeholder_is_named_with_the_next_step(data, message, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    for source in (path, data, io.BytesIO(data)):
        with pytest.raises(ImageFormatError, match=f"(?s){message}"):
            load_picture(source, FREE)
    with pytest.raises(ImageFormatError, match=f"(?s){message}"):
        check_readable(path)


def test_a_link_that_leads_nowhere_is_named(tmp_path):
    for target, message in (
        (".git/annex/objects/F0/a/SHA256E-s3--f5.jpg", "a git-annex link whose content is not here: run git annex get"),
        ("gone.jpg", "a link to 'gone.jpg', which does not exist: check where"),
    ):
        path = tmp_path / f"{len(target)}.jpg"
        path.symlink_to(target)
        with pytest.raises(ImageNotFoundError, match=message):
            load_picture(path, FREE)


def test_a_file_that_icloud_took_away_is_named(tmp_path):
    (tmp_path / ".photo.jpg.icloud").write_bytes(b"bplist00")
    with pytest.raises(ImageNotFoundError, match="in iCloud alone: download it in Finder"):
        load_picture(tmp_path / "photo.jpg", FREE)
    with pytest.raises(ImageNotFoundError, match="does not exist: check the path"):
        load_picture(tmp_path / "other.jpg", FREE)


def test_no_picture_is_taken_for_a_placeholder():
    for form in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "ICO"):
        load_picture(encoded(quadrants(), form), FREE)
