"""What the HTML Standard says of elements, as far as it matters to finding images. Data alone."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "BLOCKS",
    "BREAKOUT",
    "CLOSED_BY",
    "FOREIGN",
    "HEADINGS",
    "HTML_AGAIN",
    "PICTURE_SUFFIXES",
    "SCOPES",
    "VOID",
]

VOID = frozenset(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
FOREIGN = frozenset(("svg", "math"))
HTML_AGAIN = frozenset(("foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"))
"""Within `svg` and `math`: integration points, whose content is HTML (13.2.6.6)."""
BREAKOUT = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta "
    "nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
"""Start tags that end `svg` and `math` (13.2.6.5)."""
_CLOSE_P = (
    "address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hgroup hr main menu nav ol p pre section table ul"
).split()
CLOSED_BY: Mapping[str, frozenset[str]] = {
    **{name: frozenset(("p",)) for name in _CLOSE_P},
    "li": frozenset(("li", "p")),
    "dt": frozenset(("dt", "dd", "p")),
    "dd": frozenset(("dt", "dd", "p")),
    "option": frozenset(("option",)),
    "optgroup": frozenset(("option", "optgroup")),
    "td": frozenset(("td", "th", "p")),
    "th": frozenset(("td", "th", "p")),
    "tr": frozenset(("td", "th", "tr", "p")),
    "thead": frozenset(("td", "th", "tr", "thead", "tbody", "tfoot", "p")),
    "tbody": frozenset(("td", "th", "tr", "thead", "tbody", "tfoot", "p")),
    "tfoot": frozenset(("td", "th", "tr", "thead", "tbody", "tfoot", "p")),
    "a": frozenset(("a",)),
    "button": frozenset(("button",)),
}
"""Which open elements a start tag ends, as their own end tags may be left out (13.1.2.4)."""
SCOPES: Mapping[str, frozenset[str]] = {
    "li": frozenset(("ul", "ol", "menu", "table", "td", "th", "template", "button", "object")),
    "dt": frozenset(("dl", "table", "td", "th", "template", "button", "object")),
    "dd": frozenset(("dl", "table", "td", "th", "template", "button", "object")),
    **{
        name: frozenset(("table", "template"))
        for name in ("td", "th", "tr", "thead", "tbody", "tfoot", "option", "optgroup")
    },
}
"""Beyond which it ends none."""
BLOCKS = frozenset(
    [*_CLOSE_P, *CLOSED_BY, "body", "br", "caption", "img", "label", "legend", "summary", "title", "html"]
) - {"a", "button", "img"}
"""Whose tags part words."""
PICTURE_SUFFIXES = (
    ".apng", ".avif", ".bmp", ".gif", ".heic", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif",
    ".tiff", ".webp",
)  # fmt: skip
