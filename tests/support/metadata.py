"""Makers of metadata, byte by byte: XMP packets, IPTC blocks, chunks of PNGs."""

import struct
import zlib

from tests.support.pictures import encoded, quadrants

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "acdsee-rs": "http://ns.acdsee.com/regions/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
}


def packet(body: str = "", attributes: str = "") -> str:
    """An XMP packet as programs write it."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {names}><rdf:Description rdf:about="" {attributes}>{body}</rdf:Description></rdf:RDF>'
        f"</x:xmpmeta>{' ' * 100}<?xpacket end='w'?>"
    )


def array(name: str, *items: str, kind: str = "Bag") -> str:
    return f"<{name}><rdf:{kind}>{''.join(f'<rdf:li>{item}</rdf:li>' for item in items)}</rdf:{kind}></{name}>"


def alternatives(name: str, **texts: str) -> str:
    """A text in several languages; `_` in a language stands for its hyphen."""
    items = "".join(f'<rdf:li xml:lang="{lang.replace("_", "-")}">{text}</rdf:li>' for lang, text in texts.items())
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def iim(*fields: tuple[tuple[int, int], bytes]) -> bytes:
    return b"".join(b"\x1c" + struct.pack(">BBH", *key, len(value)) + value for key, value in fields)


def png_with(*chunks: tuple[bytes, bytes], picture: bytes | None = None) -> bytes:
    """A PNG with further chunks before its pixels, each as (type, data)."""
    picture = encoded(quadrants(), "PNG") if picture is None else picture
    more = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return picture[:33] + more + picture[33:]


def png_with_xmp(xmp: bytes) -> bytes:
    return png_with((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))
