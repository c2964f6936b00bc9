"""Names as data: what is looked for in folders, and which folders hold nothing that a person put there.

A new format or tool touches this file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FOLDERS", "GENERATED_BESIDE", "PICTURES", "PICTURE_SUFFIXES", "FileKind"]


@dataclass(frozen=True, slots=True)
class FileKind:
    """What is looked for in a folder, by the endings of names, in lower case and with their dot."""

    noun: str
    """One of them, such as "picture"."""
    suffixes: frozenset[str]
    unread: frozenset[str] = frozenset()
    """Of the same kind, in formats that are not read: counted, so that nobody takes them for done."""
    unread_noun: str = ""
    """One of those, where it is called otherwise."""


PICTURE_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "AVIF": ".avif .avifs",
        "BMP": ".bmp .dib",
        "GIF": ".gif .gfa",
        "HEIC": ".heic .heics .heif .heifs .hif",
        "ICO": ".ico",
        "JPEG": ".jpg .jpeg .jpe .jfif .jfi .jif .pjpeg .pjp .mpo",
        "JPEG2000": ".jp2 .j2k .j2c .jpc .jpf .jpx",
        "PNG": ".png .apng",
        "PPM": ".ppm .pgm .pbm .pnm .pfm",
        "TIFF": ".tif .tiff",
        "WEBP": ".webp",
    }
)
"""The endings of each format that is read: IANA's media types, and what cameras and programs write."""

_UNREAD_PICTURES = (
    # Drawings, layers, newer or rarer formats of pixels, and raw files of cameras.
    ".svg .svgz .ai .eps .wmf .emf .cdr .djvu .psd .psb .xcf .kra .clip .afphoto .procreate "
    ".jxl .jxr .wdp .hdp .hdr .exr .tga .pcx .dds .qoi .xbm .xpm .sgi .cur .icns .fits .jpm .mj2 "
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .gpr .iiq .k25 .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf "
    ".raw .rw2 .rwl .sr2 .srf .srw .x3f"
)

PICTURES = FileKind(
    "picture",
    frozenset(" ".join(PICTURE_SUFFIXES.values()).split()),
    frozenset(_UNREAD_PICTURES.split()),
)
"""A DNG begins as a TIFF does, and what can be read of it is a thumbnail: it is not read."""

FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        name: reason
        for reason, names in {
            # Packages of others: Node.js, Bower, jspm, PEP 582, compiled Python. Virtual environments are known by
            # what is in them.
            "packages": "node_modules bower_components jspm_packages site-packages __pypackages__ __pycache__",
            # Made from pictures that are there: NAS systems, galleries. Most others are hidden.
            "thumbnails": "@eadir thumbs thumbnails _thumbs",
            # Deleted files: Windows, Synology, QNAP, and what a file system check found.
            "trash": "$recycle.bin recycler #recycle @recycle lost+found",
            "system": "system volume information",
            # What tools build again at any time: names that no one else gives (Jekyll, Sphinx, coverage.py,
            # Storybook), and "build" and "dist", which linters pass over by name (Ruff, ESLint, Prettier).
            "generated": "_site _build build dist htmlcov storybook-static buck-out",
        }.items()
        for name in names.split()
    }
)
"""Folders that are not gone into where they are found, by their names in lower case, and why."""

GENERATED_BESIDE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Names that people use for their own folders, too: generated only beside the file of the tool that writes it.
        "public": frozenset(
            ["hugo.toml", "hugo.yaml", "hugo.json", "gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs"]
        ),
        "site": frozenset(["mkdocs.yml", "mkdocs.yaml"]),
        "book": frozenset(["book.toml"]),
        "target": frozenset(["cargo.toml", "pom.xml", "build.sbt"]),
        "out": frozenset(["next.config.js", "next.config.mjs", "next.config.ts", "build.gradle", "build.gradle.kts"]),
        "coverage": frozenset(["package.json"]),
    }
)
"""Folders that are generated where one of these files is beside them."""
