"""Files that people pass by mistake for a picture: what they are, and what to do.

Knows signatures and the placeholders of programs that store the picture elsewhere. Does not know the formats that
are read.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["missing_target", "mistaken"]

_KINDS = (
    # Magic, what it is, what to do.
    (rb"%PDF-", "a PDF document", "render its page to PNG first"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript file", "render it to PNG first"),
    (rb"8BPS", "a Photoshop document", "export it as PNG first"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture", "convert it to PNG first"),
    (rb"II\*\x00....CR|FUJIFILMCCD-RAW|....ftypcrx ", "a camera's raw file", "export it as JPEG first"),
    (rb"\x1a\x45\xdf\xa3|RIFF....AVI |....ftyp|\x00\x00\x01[\xb3\xba]|FLV", "a video", "save a frame as PNG first"),
    (rb"\x1f\x8b|PK\x03\x04|7z\xbc\xaf|Rar!", "a compressed archive", "unpack it first"),
    # The AppleDouble files "._NAME" that macOS writes beside a picture on other file systems (RFC 1740).
    (rb"\x00\x05\x16\x07", "what macOS stores beside a picture, named ._NAME", "pass the file NAME itself"),
    (rb"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut", "pass the file that it leads to"),
    (rb"book\x00\x00\x00\x00mark", "a macOS alias", "pass the file that it leads to"),
)

_PLACEHOLDERS = (
    # Of programs that store the picture elsewhere. Git LFS: by its specification, and its name before 2015.
    (rb"version https?://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/", "a Git LFS pointer", "run git lfs pull"),
    # git-annex: "pointer file format", and the text of a link where the file system has none.
    (rb"/?(?:\.\./)*(?:\.git/)?annex/objects/", "a git-annex pointer", "run git annex get on it"),
    (
        rb"(?s)outs:\s.{0,400}\bmd5:|md5: [0-9a-f]{32}\s.{0,200}outs:",
        "a DVC file",
        "run dvc pull, and pass the picture",
    ),
    (rb"(?s)bplist00.{0,3000}NSURLNameKey", "an iCloud placeholder", "download the picture in Finder first"),
    (rb"\s*\[InternetShortcut\]", "an internet shortcut", "download the picture and pass its path"),
    (rb"\s*data:image/[^,]{1,60};base64,", "a picture as a data URL", "decode its base64 and pass the bytes"),
    (
        rb"\s*(?:iVBORw0KGgo|/9j/[4-7]|R0lGOD[dl]h|UklGR[A-Za-z0-9+/]{6,9}XRUJQ)[A-Za-z0-9+/=\s]{8,}\Z",
        "a picture in base64",
        "decode it and pass the bytes",
    ),
    (rb"\s*[{\[]\s*[\"{\]}]", "JSON text", "pass the picture that was to be downloaded"),
    # What Git writes for a symbolic link on Windows, unless core.symlinks is on.
    (rb"(?i)[^\x00-\x1f<>]{1,1000}\.(?:png|jpe?g|webp|avif|gif|tiff?|bmp|heic)\s*\Z", "the text of a link", "pass {}"),
)

_MARKUP = {
    b"svg": ("an SVG drawing", "render it to PNG first"),
    b"html": ("an HTML page", "pass the picture that it shows"),
}


def mistaken(head: bytes) -> tuple[str, str] | None:
    """What a file that is not a picture is, by its first bytes, and the next step; None where that does not show."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text.decode("utf-16", errors="replace").encode(errors="replace")
    # Searched for: a pattern that matches comments from the start could backtrack for ever.
    if text.lstrip()[:1] == b"<" and (root := re.search(rb"<(?:!doctype\s+)?(svg|html)\b", text, re.IGNORECASE)):
        return _MARKUP[root[1].lower()]
    for magic, what, advice in _KINDS:
        if re.match(magic, text, re.DOTALL):
            return what, advice
    if not text.strip(b"\0"):
        return "a file filled with zeros", "restore it from a backup or download it again"
    for pattern, what, advice in _PLACEHOLDERS:
        if re.match(pattern, text):
            return what, advice.format(repr(text.strip().decode(errors="replace"))[:200])
    return None


def missing_target(path: Path) -> tuple[str, str] | None:
    """What a link is that leads to no file, and the next step; None where `path` is not one.

    Raises:
        OSError, ValueError: the path cannot be looked at.
    """
    if not path.is_symlink():
        placeholder = path.with_name(f".{path.name}.icloud")  # what iCloud Drive leaves of a file that it took away
        return ("in iCloud alone", "download it in Finder first") if placeholder.is_file() else None
    target = str(path.readlink())
    if "annex/objects/" in target.replace("\\", "/"):
        return "a git-annex link whose content is not here", "run git annex get on it"
    return f"a link to {target[:200]!r}, which does not exist", "check where it leads"
