"""The alt texts in the documents of folders, or of what is installed here, as the JSON lines that text_rates.py reads.

    python benchmarks/published_texts.py FOLDER … > texts.jsonl
    python benchmarks/published_texts.py --installed > texts.jsonl

HTML, Markdown, MDX, the Markdown of Jupyter notebooks and `:alt:` of reStructuredText are read. A text comes once,
with the folder it was found in and its language, where its page says so. What nobody wrote with care is left out by
its form alone, and never by what a rule says of it: names of files, sizes, badges, templates and addresses. Texts of
one and two words, nearly all of them names and logos, are left out, too, without --short. All that is left out is
counted on standard error. The texts are their authors': they belong to no project but theirs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from localalt.documents import Document, Form
from localalt.errors import LocalAltError
from localalt.files.decoding import DecodingError, decode

__all__ = ["left_out", "main", "texts_of"]

Reason: TypeAlias = Literal["file name", "template or address", "badge", "short"]

FORMS: dict[str, Form] = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".qmd": "markdown",
    ".mdx": "mdx",
}
MOST_BYTES = 2_000_000
"""Of a file that is read: larger ones are data or whole manuals on one page."""
_FILE_NAME = re.compile(r"^\d+\s?x\s?\d\d|\d-x-\d|\.(?:png|jpe?g|gif|svg|webp)\b|^\S*[-_]\S*[-_]\S*$", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\]\(|^\W*$|^https?:", re.IGNORECASE)
_BADGE = re.compile(
    r"\b(?:badge|status|coverage|build|licen[cs]e|npm|doi|netlify|ci|docs?|versions?|pypi|conda)\b", re.IGNORECASE
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_REST_ALT = re.compile(r"^(?P<indent>[ \t]+):alt:[ \t]*(?P<text>\S.*)$")


def left_out(text: str) -> Reason | None:
    """Why a text is not one that a person wrote with care, as far as its form shows; None where it may be."""
    n_words = len(text.split())
    if _FILE_NAME.search(text):
        return "file name"
    if _TEMPLATE.search(text):
        return "template or address"
    if n_words <= 4 and _BADGE.search(text):
        return "badge"
    return "short" if n_words < 3 and len(_UNSPACED.findall(text)) < 6 else None


def texts_of(path: Path) -> Iterator[tuple[str, str | None]]:
    """The alt texts in a file, as they are, each with its language where the file says it."""
    data = path.read_bytes()
    suffix = path.suffix.lower()
    if suffix == ".rst":
        yield from ((text, None) for text in _rest_texts(decode(data)[0]))
    elif suffix == ".ipynb":
        for page in _notebook_pages(data):
            yield from _document_texts(page.encode(), "markdown")
    else:
        yield from _document_texts(data, FORMS[suffix])


def _document_texts(data: bytes, form: Form) -> Iterator[tuple[str, str | None]]:
    for reference in Document(data, form).references:
        if reference.state == "text" and reference.text and not reference.is_hidden:
            yield reference.text, reference.language


def _rest_texts(text: str) -> Iterator[str]:
    """Values of `:alt:`, which go on in lines that are indented further than the option."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        found = _REST_ALT.match(line)
        if found is None:
            continue
        parts = [found["text"]]
        for following in lines[number : number + 40]:
            indent = len(following) - len(following.lstrip())
            if not following.strip() or indent <= len(found["indent"]):
                break
            parts.append(following.strip())
        yield " ".join(parts)


def _notebook_pages(data: bytes) -> Iterator[str]:
    try:
        cells = json.loads(data)["cells"]
        for cell in cells:
            if cell["cell_type"] == "markdown":
                yield "".join(cell["source"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return  # an older notebook, or none


def _files(folders: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            is_read = path.suffix.lower() in (*FORMS, ".rst", ".ipynb") and path.is_file()
            if is_read and path.stat().st_size <= MOST_BYTES:
                yield folder, path


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--installed", action="store_true", help="read the packages of this Python and its documents")
    parser.add_argument("--language", help="of the texts whose page does not say it")
    parser.add_argument("--short", action="store_true", help="texts of one and two words as well")
    options = parser.parse_args(arguments)
    folders: list[Path] = list(options.folders)
    if options.installed:
        folders += [Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("data")) / "share" / "doc"]
    if not folders:
        parser.error("name a folder, or pass --installed.")
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for folder, path in _files(folders):
        try:
            found = list(texts_of(path))
        except (OSError, LocalAltError, DecodingError) as error:
            counts["unreadable file"] += 1
            print(f"{path}: {error}", file=sys.stderr)
            continue
        for text, language in found:
            plain = " ".join(text.split())
            if plain.casefold() in seen:
                continue
            seen.add(plain.casefold())
            reason = left_out(plain)
            counts[reason or "printed"] += 1
            if reason is None or (reason == "short" and options.short):
                source = path.relative_to(folder).parts[0]
                line = {"text": plain, "source": source, "language": language or options.language}
                print(json.dumps(line, ensure_ascii=False))
    print(*(f"{reason}: {n}" for reason, n in counts.most_common()), sep="\n", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
