"""Small files that ask a decoder for a lot: of memory, of time, or of both.

Each is a function of no arguments that returns the file's bytes, in `HOSTILE` by a name that says what it does. They
are built field by field, as no encoder would write them.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

__all__ = ["ADAM7", "HOSTILE"]

Build = Callable[[], bytes]

ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""(left, top, step across, step down) of each pass of an interlaced PNG (PNG specification, 8.2)."""


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def webp_even() -> bytes:
    """As many even pixels, with alpha, as are decoded."""
    return _saved(Image.new("RGBA", (6500, 6500), (9, 99, 200, 128)), "WEBP", method=0)


def webp_too_large() -> bytes:
    """100 million even pixels in a few hundred bytes."""
    return _saved(Image.new("RGB", (10_000, 10_000)), "WEBP", lossless=True, quality=0, method=0)


def avif_even() -> bytes:
    """As many even pixels, with alpha, as are decoded."""
    return _saved(Image.new("RGBA", (5800, 5800), (9, 99, 200, 128)), "AVIF", speed=10, subsampling="4:4:4")


def avif_too_large() -> bytes:
    """100 million even pixels."""
    return _saved(Image.new("RGB", (10_000, 10_000)), "AVIF", speed=10)


def avif_exif() -> bytes:
    """EXIF of 2 MB whose 60,000 tags all claim the same 1 MB."""
    hostile = _overlapping_exif(60_000, 1_000_000)[6:]
    # Pillow reads the EXIF that it writes: it gets a harmless one of the same length.
    harmless = b"II*\0" + struct.pack("<IH", 8, 0) + b"\0" * 4
    harmless += b"h" * (len(hostile) - len(harmless))
    return _saved(Image.new("RGB", (8, 8)), "AVIF", exif=b"Exif\0\0" + harmless).replace(harmless, hostile)


def png_alpha() -> bytes:
    """12,600 x 12,600 even pixels with alpha: as many as are decoded."""
    return _png(12_600, 12_600, 8, 6, _zeros(12_600 * (12_600 * 4 + 1)))


def png_frames_large() -> bytes:
    """Six frames of 6,000 x 6,000 pixels."""
    frames = [Image.new("RGBA", (6000, 6000), (level * 40, 0, 0, 200)) for level in range(6)]
    return _saved(frames[0], "PNG", save_all=True, append_images=frames[1:], compress_level=1)


def jpeg_progressive_cmyk() -> bytes:
    """A progressive JPEG of four components whose coefficients just fit."""
    return _saved(Image.new("CMYK", (8900, 8900)), "JPEG", progressive=True, quality=20, subsampling=0)


def jpeg2000_even() -> bytes:
    """4,900 x 4,900 even pixels with alpha."""
    return _saved(Image.new("RGBA", (4900, 4900), (9, 99, 200, 128)), "JPEG2000")


def tiff_floats() -> bytes:
    """Floating-point levels, one strip."""
    return _saved(Image.new("F", (9000, 9000)), "TIFF", compression="tiff_adobe_deflate", tiffinfo={278: 9000})


def _riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _vp8x(width: int, height: int, flags: int = 0) -> bytes:
    return struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def webp_lossless_canvas() -> bytes:
    """34 bytes: a VP8L header of 16,383 x 16,383 pixels and next to no data."""
    return _riff((b"VP8L", b"\x2f" + struct.pack("<I", 16382 | 16382 << 14) + b"\0" * 5 + b"\x07\x10\x11\x11\x88\x88"))


def webp_extended_canvas() -> bytes:
    """A canvas of 16,384 x 10,900 pixels for a picture of one."""
    return _riff((b"VP8X", _vp8x(16384, 10900)), (b"VP8L", b"\x2f\0\0\0\0\x07\x10\x11\x11\x88\x88\x08"))


def webp_animation() -> bytes:
    """A hundred thousand frames of one pixel."""
    still = b"VP8L" + struct.pack("<I", 12) + b"\x2f\0\0\0\0\x07\x10\x11\x11\x88\x88\x08"
    frame = b"\0" * 6 + b"\0" * 6 + b"\x01\0\0" + b"\0" + still
    return _riff((b"VP8X", _vp8x(1, 1, 2)), (b"ANIM", b"\0" * 6), *[(b"ANMF", frame)] * 100_000)


def webp_exif() -> bytes:
    """EXIF of 2 MB whose 60,000 tags all claim the same 1 MB."""
    return _webp_with(_overlapping_exif(60_000, 1_000_000))


def _webp_with(exif: bytes) -> bytes:
    still = b"\x2f\0\0\0\0\x07\x10\x11\x11\x88\x88\x08"
    return _riff((b"VP8X", _vp8x(1, 1, 8)), (b"VP8L", still), (b"EXIF", exif))


def _ifd(entries: list[tuple[int, int, int, int]], base: int, payload: bytes = b"", order: str = "<") -> bytes:
    """A TIFF file of one directory; values of more than 4 bytes are offsets into it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    return mark + struct.pack(order + "I", 8) + struct.pack(order + "H", len(entries)) + body + b"\0" * 4 + payload


def _overlapping_exif(n: int, n_bytes: int) -> bytes:
    at = 8 + 2 + 12 * n + 4
    return b"Exif\0\0" + _ifd([(1000 + i, 2, n_bytes, at) for i in range(n)], 0, b"a" * n_bytes)


def _png(
    width: int, height: int, depth: int, colour: int, data: bytes, *chunks: tuple[bytes, bytes], lace: int = 0
) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, lace)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def _zeros(n_bytes: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(n_bytes >> 20)]
    return b"".join([*parts, packer.compress(bytes(n_bytes & (1 << 20) - 1)), packer.flush()])


def png_largest() -> bytes:
    """12,600 x 12,600 even pixels in RGB: as many as are decoded."""
    return _png(12_600, 12_600, 8, 2, _zeros(12_600 * (12_600 * 3 + 1)))


def png_cut() -> bytes:
    """12,600 x 12,600 even pixels in RGB, of which two thirds are there."""
    data = _png(12_600, 12_600, 8, 2, _zeros(12_600 * (12_600 * 3 + 1)))
    return data[: len(data) * 2 // 3]


def png_cut_interlaced() -> bytes:
    """10,000 x 10,000 even pixels in RGB, interlaced, of which two thirds are there."""
    data = _png(10_000, 10_000, 8, 2, _zeros(10_000 * (10_000 * 3 + 2)), lace=1)
    return data[: len(data) * 2 // 3]


def png_lengths() -> bytes:
    """A million chunks whose lengths lead beyond the file."""
    bad = struct.pack(">I", 1 << 30) + b"PLTE"
    return _png(1, 1, 8, 0, _zeros(2))[:33] + bad * 1_000_000


def png_deep_interlaced() -> bytes:
    """16 bits a channel with alpha, interlaced, in 11,000 x 11,000 pixels."""
    side = 11_000
    n = sum(-(-(side - y) // dy) * (-(-(side - x) // dx) * 8 + 1) for x, y, dx, dy in ADAM7)
    return _png(side, side, 16, 6, _zeros(n), lace=1)


def png_exif() -> bytes:
    """An eXIf chunk of 2 MB whose tags overlap."""
    return _png(1, 1, 8, 0, _zeros(2), (b"eXIf", _overlapping_exif(60_000, 1_000_000)[6:]))


def png_orientations() -> bytes:
    """An orientation tag of two million values."""
    exif = _ifd([(0x0112, 3, 2_000_000, 26)], 0, b"\1\0" * 2_000_000)
    return _png(1, 1, 8, 0, _zeros(2), (b"eXIf", exif))


def png_texts() -> bytes:
    """3,000 compressed texts that grow to a megabyte each."""
    text = b"a\0\0" + _zeros(1_000_000)
    return _png(1, 1, 8, 0, _zeros(2), *[(b"zTXt", text)] * 3000)


def png_chunks() -> bytes:
    """300,000 empty chunks."""
    return _png(1, 1, 8, 0, _zeros(2), *[(b"abCd", b"")] * 300_000)


def png_profile() -> bytes:
    """A colour profile that grows to a gigabyte."""
    return _png(1, 1, 8, 0, _zeros(2), (b"iCCP", b"p\0\0" + _zeros(1 << 30)))


def apng_frames() -> bytes:
    """An animated PNG of 100,000 frames of one pixel."""
    pixel = zlib.compress(b"\0\0")
    chunks = [(b"acTL", struct.pack(">II", 100_000, 0))]
    control = struct.pack(">IIIIHHBB", 1, 1, 0, 0, 1, 10, 0, 0)
    chunks += [(b"fcTL", b"\0\0\0\0" + control)]
    png = _png(1, 1, 8, 0, pixel, *chunks)
    more = io.BytesIO()
    for number in range(1, 100_000):
        for name, body in (
            (b"fcTL", struct.pack(">I", 2 * number - 1) + control),
            (b"fdAT", struct.pack(">I", 2 * number) + pixel),
        ):
            more.write(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))
    return png[:-12] + more.getvalue() + png[-12:]


def _jpeg(width: int, height: int, *segments: bytes, n_scans: int = 1, progressive: bool = False) -> bytes:
    """A JPEG of one component whose scans hold nothing: decoders fill in what is missing."""
    quantization = b"\xff\xdb\0\x43\0" + b"\1" * 64
    frame = (b"\xff\xc2" if progressive else b"\xff\xc0") + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    # One code of one bit for DC (no difference), and one for AC: the end of the block, or of the longest run of blocks.
    dc = b"\xff\xc4\0\x14\0" + b"\1" + b"\0" * 15 + b"\0"
    ac = b"\xff\xc4\0\x14\x10" + b"\1" + b"\0" * 15 + (b"\xe0" if progressive else b"\0")
    first = b"\xff\xda\0\x08\1\1\0" + (b"\0\0\0" if progressive else b"\0\x3f\0") + b"\0\0"
    later = b"\xff\xda\0\x08\1\1\0\1\x3f\0" + b"\0" * 3
    scans = first + later * (n_scans - 1)
    return b"\xff\xd8" + b"".join(segments) + quantization + frame + dc + ac + scans + b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg_largest() -> bytes:
    """A billion pixels in one scan."""
    return _jpeg(31_600, 31_600)


def jpeg_scans() -> bytes:
    """A progressive JPEG of 144 million pixels in 5,000 scans."""
    return _jpeg(12_000, 12_000, n_scans=5000, progressive=True)


def jpeg_exif_segments() -> bytes:
    """3,000 EXIF segments of 64 kB: they were joined one by one."""
    return _jpeg(8, 8, *[_segment(0xE1, b"Exif\0\0" + b"a" * 65_000)] * 3000)


def jpeg_exif_headers() -> bytes:
    """An EXIF segment that is nothing but headers of EXIF segments."""
    return _jpeg(8, 8, *[_segment(0xE1, b"Exif\0\0" * 10_000)] * 200)


def jpeg_exif_overlap() -> bytes:
    """EXIF of one segment whose tags overlap."""
    return _jpeg(8, 8, _segment(0xE1, _overlapping_exif(2700, 32_000)))


def jpeg_many_segments() -> bytes:
    """Half a million empty comments."""
    return _jpeg(8, 8, *[b"\xff\xfe\0\2"] * 500_000)


def jpeg_profiles() -> bytes:
    """2,000 segments of a colour profile."""
    return _jpeg(8, 8, *[_segment(0xE2, b"ICC_PROFILE\0\1\1" + b"a" * 65_000)] * 2000)


def jpeg_photoshop() -> bytes:
    """2,000 blocks of Photoshop's resources, full of empty ones."""
    return _jpeg(8, 8, *[_segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0" * 5000)] * 1000)


def jpeg_cut() -> bytes:
    """12,600 x 12,600 even pixels in one scan, of which two thirds are there."""
    data = _saved(Image.new("RGB", (12_600, 12_600), (9, 99, 200)), "JPEG", quality=90)
    return data[: len(data) * 2 // 3]


def jpeg_cut_progressive() -> bytes:
    """A progressive JPEG whose coefficients just fit, without its last tenth."""
    data = jpeg_progressive_cmyk()
    return data[: len(data) * 9 // 10]


def jpeg_ended() -> bytes:
    """160 million pixels of which none are there before the end marker."""
    return _jpeg(12_600, 12_600)


def gif_cut() -> bytes:
    """A frame of 7,000 x 7,000 pixels, of which two thirds are there."""
    data = _saved(Image.new("L", (7000, 7000), 9), "GIF")
    return data[: len(data) * 2 // 3]


def _gif(width: int, height: int, n_frames: int, frame: bytes) -> bytes:
    return (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * n_frames + b";"
    )


def gif_frames() -> bytes:
    """100,000 frames of one pixel."""
    return _gif(1, 1, 100_000, b"\x21\xf9\4\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0")


def gif_largest() -> bytes:
    """Ten frames of 7,000 x 7,000 pixels."""
    frames = [Image.new("L", (7000, 7000), level) for level in range(10)]
    return _saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=40)


def gif_blocks() -> bytes:
    """20 million blocks of one byte."""
    return _gif(1, 1, 1, b"\x21\xff" + b"\1a" * 20_000_000 + b"\0")


def gif_comments() -> bytes:
    """Comments of 255 bytes, 200,000 of them, which are joined."""
    comment = b"\x21\xfe" + (b"\xff" + b"a" * 255) * 100_000 + b"\0"
    return _gif(1, 1, 1, comment + comment + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0")


def _bmp(width: int, height: int, compression: int, bits: int, data: bytes) -> bytes:
    palette = b"".join(bytes((i, i, i, 0)) for i in range(1 << bits))
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 1, 1, 0, 0)
    at = 14 + 40 + len(palette)
    return b"BM" + struct.pack("<IHHI", at + len(data), 0, 0, at) + header + palette + data


def bmp_runs() -> bytes:
    """54 kB of run lengths that end each of 13,377 rows after one of 13,377 pixels."""
    return _bmp(13_377, 13_377, 1, 8, b"\1\7\0\0" * 13_377 + b"\0\1")


def bmp_long_runs() -> bytes:
    """Runs of 255 pixels that fill 170 million."""
    return _bmp(13_000, 13_000, 1, 8, (b"\xff\7" * 51 + b"\0\0") * 13_000 + b"\0\1")


def bmp_deltas() -> bytes:
    """Jumps of 255 rows in a picture of 2 GB."""
    return _bmp(13_377, 13_377, 2, 4, b"\0\2\xff\xff" * 13_000 + b"\0\1")


_TIFF_SIZE = ((0x0100, 4, 1), (0x0101, 4, 1))


def _tiff(width: int, height: int, *more: tuple[int, int, int, int], payload: bytes = b"") -> bytes:
    entries = [(256, 4, 1, width), (257, 4, 1, height), *more]
    return _ifd(sorted(entries), 0, payload)


def tiff_pages() -> bytes:
    """100,000 pages, each a directory of its own."""
    page = struct.pack("<H", 5) + b"".join(
        struct.pack("<HHII", *entry)
        for entry in ((256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (273, 4, 1, 8), (279, 4, 1, 1))
    )
    size = len(page) + 4
    pages = b"".join(page + struct.pack("<I", 12 + (i + 1) * size if i < 99_999 else 0) for i in range(100_000))
    return b"II*\0" + struct.pack("<I", 12) + b"\0" * 4 + pages


def tiff_children() -> bytes:
    """100,000 pages that are all reduced copies, the first of which has 20,000 directories below it: itself."""
    at = 8 + 2 + 12 * 7 + 4
    entries = [(254, 4, 1, 1), (258, 3, 1, 8), (273, 4, 1, 8), (279, 4, 1, 1), (330, 4, 20_000, at)]
    return _tiff(1, 1, *entries, payload=struct.pack("<I", 8) * 20_000)


def tiff_cut() -> bytes:
    """12,600 x 12,600 pixels in strips of 100 rows, of which two thirds are there."""
    strip = _zeros(12_600 * 100)
    n, at = 126, 8 + 2 + 12 * 9 + 4
    places = [at + 8 * n + index * len(strip) for index in range(n)]
    entries = ((258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (273, 4, n, at), (277, 3, 1, 1), (278, 3, 1, 100))
    payload = struct.pack(f"<{n}I", *places) + struct.pack(f"<{n}I", *[len(strip)] * n) + strip * (n * 2 // 3)
    return _tiff(12_600, 12_600, *entries, (279, 4, n, at + 4 * n), payload=payload)


def tiff_overlap() -> bytes:
    """60,000 tags that all claim the same megabyte."""
    n = 60_000
    at = 8 + 2 + 12 * (n + 5) + 4
    entries = [(258, 3, 1, 8), (273, 4, 1, 8), (279, 4, 1, 1), *((1000 + i, 2, 1_000_000, at) for i in range(n))]
    return _tiff(1, 1, *entries, payload=b"a" * 1_000_100)


def tiff_orientations() -> bytes:
    """An orientation tag of two million values."""
    at = 8 + 2 + 12 * 6 + 4
    return _tiff(
        1, 1, (258, 3, 1, 8), (273, 4, 1, 8), (274, 3, 2_000_000, at), (279, 4, 1, 1), payload=b"\1\0" * 2_000_000
    )


def tiff_bits() -> bytes:
    """Two million samples a pixel, each with its depth."""
    at = 8 + 2 + 12 * 6 + 4
    return _tiff(
        1,
        1,
        (258, 3, 2_000_000, at),
        (273, 4, 1, 8),
        (277, 4, 1, 2_000_000),
        (279, 4, 1, 1),
        payload=b"\x08\0" * 2_000_000,
    )


def tiff_deflate() -> bytes:
    """12,600 x 12,600 pixels in one strip of 180 kB."""
    data = _zeros(12_600 * 12_600)
    at = 8 + 2 + 12 * 8 + 4
    entries = ((258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, at), (277, 3, 1, 1), (279, 4, 1, len(data)))
    return _tiff(12_600, 12_600, *entries, payload=data)


def tiff_deflate_deep() -> bytes:
    """6,600 x 6,600 pixels of four channels with 16 bits, with a predictor, in one strip."""
    data = _zeros(6600 * 6600 * 8)
    at = 8 + 2 + 12 * 9 + 4
    depth_at = at + len(data)
    entries = ((258, 3, 4, depth_at), (259, 3, 1, 8), (262, 3, 1, 2), (273, 4, 1, at), (277, 3, 1, 4))
    more = ((279, 4, 1, len(data)), (317, 3, 1, 2))
    return _tiff(6600, 6600, *entries, *more, payload=data + struct.pack("<HHHH", 16, 16, 16, 16))


def tiff_broken() -> bytes:
    """A strip marked as Deflate that is not Deflate: libtiff prints a message."""
    at = 8 + 2 + 12 * 8 + 4
    entries = ((258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, at), (277, 3, 1, 1), (279, 4, 1, 40))
    return _tiff(64, 64, *entries, payload=b"\xff" * 40)


def tiff_broken_fax() -> bytes:
    """A strip of CCITT fax that is none."""
    at = 8 + 2 + 12 * 8 + 4
    entries = ((258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0), (273, 4, 1, at), (277, 3, 1, 1), (279, 4, 1, 400))
    return _tiff(640, 640, *entries, payload=bytes(range(200)) * 2)


def tiff_broken_jpeg() -> bytes:
    """A strip of JPEG that is none."""
    at = 8 + 2 + 12 * 8 + 4
    entries = ((258, 3, 1, 8), (259, 3, 1, 7), (262, 3, 1, 1), (273, 4, 1, at), (277, 3, 1, 1), (279, 4, 1, 40))
    return _tiff(64, 64, *entries, payload=b"\xff\xd8\xff\xdb\0\x43" + b"\1" * 40)


def tiff_broken_lzw() -> bytes:
    """A strip of LZW whose codes were never defined."""
    at = 8 + 2 + 12 * 8 + 4
    entries = ((258, 3, 1, 8), (259, 3, 1, 5), (262, 3, 1, 1), (273, 4, 1, at), (277, 3, 1, 1), (279, 4, 1, 40))
    return _tiff(64, 64, *entries, payload=b"\x80\x0b\xff\xff" * 10)


def ppm_plain() -> bytes:
    """Plain text of 20 million pixels."""
    return b"P1\n5000 4000\n" + b"0" * 20_000_000


def ppm_plain_colours() -> bytes:
    """Plain numbers of 10 million pixels."""
    return b"P3\n4000 2500\n255\n" + b"1 " * 30_000_000


def ppm_comment() -> bytes:
    """A comment of 50 MB in the header."""
    return b"P5\n#" + b"a" * 50_000_000 + b"\n1 1\n255\n\0"


def ico_many() -> bytes:
    """65,535 icons that are all one large PNG."""
    png = _png(13_377, 13_377, 8, 0, _zeros(13_377 * 13_378))
    at = 6 + 16 * 65_535
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 8, len(png), at)
    return b"\0\0\1\0" + struct.pack("<H", 65_535) + entry * 65_535 + png


def jpeg2000_largest() -> bytes:
    """A codestream of 13,000 x 13,000 pixels in three components and one tile, without data."""
    return _jpeg2000(13_000, 13_000, 3, 13_000)


def jpeg2000_tiles() -> bytes:
    """13,000 x 13,000 pixels in 2.6 million tiles, of which there is one."""
    return _jpeg2000(13_000, 13_000, 1, 8)


def _jpeg2000(width: int, height: int, n: int, tile: int) -> bytes:
    size = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, tile, tile, 0, 0, n) + b"\x07\1\1" * n
    coding = b"\0" + b"\0\0\1\0" + b"\5\4\4\0\1"
    quantization = b"\x40" + b"\x40" * 16
    header = b"\xff\x4f" + b"".join(
        _segment(marker, body) for marker, body in ((0x51, size), (0x52, coding), (0x5C, quantization))
    )
    part = struct.pack(">HHHIBB", 0xFF90, 10, 0, 14 + 1, 0, 1) + b"\xff\x93" + b"\0"
    return header + part + b"\xff\xd9"


def _heic() -> Build | None:
    try:
        import pillow_heif
    except ImportError:
        return None

    def heic_even() -> bytes:
        """As many even pixels, with alpha, as are decoded."""
        file = io.BytesIO()
        pillow_heif.from_pillow(Image.new("RGBA", (7400, 7400), (9, 99, 200, 128))).save(file, quality=10)
        return file.getvalue()

    return heic_even


heic_even = _heic()

HOSTILE: dict[str, Build] = {
    name.replace("_", "-"): value
    for name, value in list(globals().items())
    if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
}
"""{name: how the file is made}"""
