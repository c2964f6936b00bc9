"""A report, or texts of several models side by side, as one HTML page that anyone can read.

It needs no network, no script and no other file. Headings, landmarks, captions and header cells give a screen reader
what a look would show, and verdicts are words: the people that alt text is for read these pages too. All texts are
hostile until escaped, and stand isolated from ours in whatever direction they are written. Knows blocks and
pictures, and no measure.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localalt._version import __version__
from localalt.console import html_escaped
from localalt.errors import LocalAltError
from localalt.evaluation.reporting.blocks import (
    Block,
    DefinitionList,
    Example,
    Heading,
    Paragraph,
    Points,
    Table,
)
from localalt.evaluation.reporting.content import TITLE, blocks
from localalt.evaluation.reporting.results import Results
from localalt.evaluation.reporting.words import Given, Text

__all__ = ["comparison_page", "page"]

STYLE = Path(__file__).with_name("page_style.css")
THUMBNAIL_PX = 480
"""The longest side of a picture on the page."""
QUALITY = 80
NO_TEXT = "No text."

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

_DOCUMENT = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – localalt</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>{title}</h1>
</header>
<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ul>
{contents}
</ul>
</nav>
<main id="main" tabindex="-1">
{main}
</main>
<footer>
<p>Made by localalt {version}.</p>
</footer>
</body>
</html>
"""


def page(results: Results, *, pictures: Mapping[str, Path] | None = None) -> str:
    """The report as one page, with the pictures of the worst cases where `pictures` has them by case."""
    return _document(TITLE, list(blocks(results)), _Body(pictures or {}))


def comparison_page(rows: Sequence[Mapping[str, Any]]) -> str:
    """Pictures, each beside what several models wrote about it.

    A row has the path of an `image`, and by model `captions`, `warnings` and, if some failed, `errors`; `language`
    if the texts are not in English.
    """
    body = _Body({str(index): Path(row["image"]) for index, row in enumerate(rows)})
    found: list[Block | _Compared] = []
    for index, row in enumerate(rows):
        found.append(Heading(2, (f"Picture {index + 1}: ", Given(Path(row["image"]).name))))
        found.append(_Compared(index, row))
    if not rows:
        found.append(Paragraph(("There are no pictures.",)))
    return _document("Alt texts of several models side by side", found, body)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A picture's row, and its place among them."""

    index: int
    row: Mapping[str, Any]


class _Body:
    """Blocks -> HTML, with ids that are unique on the page."""

    def __init__(self, pictures: Mapping[str, Path]) -> None:
        self._pictures = pictures
        self._n_tables = self._n_sections = 0
        self.contents: list[str] = []

    def rendered(self, block: Block | _Compared) -> str:
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, Paragraph):
            return f"<p>{_inline(block.text)}</p>"
        if isinstance(block, Points):
            return _lines("<ul>", (f"<li>{_inline(item)}</li>" for item in block.items), "</ul>")
        if isinstance(block, DefinitionList):
            return _lines("<dl>", (_fact(name, _inline(value)) for name, value in block.pairs), "</dl>")
        if isinstance(block, Table):
            return self._table(block)
        return self._example(block) if isinstance(block, Example) else self._compared(block)

    def _heading(self, heading: Heading) -> str:
        text = _inline(heading.text)
        if heading.level != 2:
            return f"<h{heading.level}>{text}</h{heading.level}>"
        self._n_sections += 1
        self.contents.append(f'<li><a href="#section-{self._n_sections}">{text}</a></li>')
        return f'<h2 id="section-{self._n_sections}">{text}</h2>'

    def _table(self, table: Table) -> str:
        self._n_tables += 1
        name = f"table-{self._n_tables}"
        columns = "".join(f'<th scope="col">{_inline((column,))}</th>' for column in table.columns)
        # A group and no region: a landmark for each of some thirty tables would bury the others.
        return _lines(
            f'<div class="scroll" role="group" aria-labelledby="{name}" tabindex="0">\n<table>\n'
            f'<caption><span id="{name}">{_inline(table.caption)}</span></caption>\n'
            f"<thead><tr>{columns}</tr></thead>\n<tbody>",
            (_row(row, table.n_headers) for row in table.rows),
            "</tbody>\n</table>\n</div>",
        )

    def _example(self, example: Example) -> str:
        alt = example.reference.strip() or f"The picture of the case {example.case}, which has no reference."
        lang = _lang(example.language)
        facts = [
            _fact("Text", _own(example.text), f' class="text" dir="auto"{lang}'),
            _fact("Reference", _own(example.reference, "No reference."), f' class="text" dir="auto"{lang}'),
            _fact("Against it", _lines("<ul>", (f"<li>{_own(each)}</li>" for each in example.against), "</ul>")),
        ]
        picture = self._picture(example.case, alt, lang if example.reference.strip() else "")
        return _beside(picture, _lines("<dl>", facts, "</dl>"))

    def _compared(self, compared: _Compared) -> str:
        row = compared.row
        warnings, errors = row.get("warnings") or {}, row.get("errors") or {}
        lang = _lang(str(row.get("language", "")))
        facts = []
        for model, text in row["captions"].items():
            if not text and errors.get(model):
                value = _value(f'<span class="note">No text:</span> {_inline((Given(errors[model]),))}')
            else:
                value = _value(_own(text), f' class="text" dir="auto"{lang if text.strip() else ""}')
            names: Text = (Given(", ".join(warnings.get(model) or ())),) if warnings.get(model) else ("none",)
            facts.append(
                f'<dt>{_inline((Given(model),))}</dt>\n{value}\n<dd class="note">Warnings: {_inline(names)}</dd>'
            )
        alt = f"Picture {compared.index + 1}, which the texts after it describe."
        picture = self._picture(str(compared.index), alt, "")
        return _beside(picture, _lines("<dl>", facts, "</dl>"))

    def _picture(self, case: str, alt: str, lang: str) -> str:
        if case not in self._pictures:
            return ""
        try:
            data, width, height = _thumbnail(self._pictures[case])
        except LocalAltError as error:
            return f'<p class="note">The picture cannot be shown: {_inline((Given(str(error)),))}</p>'
        source = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
        size = f'width="{width}" height="{height}"'
        return f'<figure><img src="{source}" {size} alt="{html_escaped(alt)}"{lang}></figure>'


def _document(title: str, found: Iterable[Block | _Compared], body: _Body) -> str:
    main = "\n".join(map(body.rendered, found))
    return _DOCUMENT.format(
        title=html_escaped(title),
        style=STYLE.read_text(encoding="utf-8"),
        contents="\n".join(body.contents) or "<li>Nothing</li>",
        main=main,
        version=html_escaped(__version__),
    )


def _thumbnail(path: Path) -> tuple[bytes, int, int]:
    """A JPEG with nothing but the pixels, and its width and height."""
    from localalt.image.processor import load_picture
    from localalt.types import ImageGeometry

    # The reader's own care for damage, size, orientation and colours; one token a pixel, so that any shape goes.
    pixels = load_picture(path, ImageGeometry(None, 1, 1, THUMBNAIL_PX**2)).pixels
    from PIL import Image  # which was imported by then, and not while another thread forks

    image = Image.fromarray(pixels)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue(), *image.size


def _row(cells: Sequence[Text], n_headers: int) -> str:
    headers = "".join(f'<th scope="row">{_inline(cell)}</th>' for cell in cells[:n_headers])
    return f"<tr>{headers}{''.join(f'<td>{_inline(cell)}</td>' for cell in cells[n_headers:])}</tr>"


def _fact(name: str, value: str, attributes: str = "") -> str:
    return f"<dt>{html_escaped(name)}</dt>\n{_value(value, attributes)}"


def _value(value: str, attributes: str = "") -> str:
    return f"<dd{attributes}>{value}</dd>"


def _beside(picture: str, facts: str) -> str:
    return f'<div class="example">\n{picture}\n{facts}\n</div>' if picture else facts


def _lines(start: str, lines: Iterable[str], end: str) -> str:
    return "\n".join([start, *lines, end])


def _inline(text: Text) -> str:
    return "".join(
        html_escaped(part) if isinstance(part, str) else f"<bdi>{_own(part.text, '–')}</bdi>" for part in text
    )


def _own(text: str, nothing: str = NO_TEXT) -> str:
    return html_escaped(text) if text.strip() else nothing


def _lang(tag: str) -> str:
    return f' lang="{tag}"' if _TAG.fullmatch(tag) else ""
