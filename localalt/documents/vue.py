"""Vue's single-file components: HTML whose template is shown, and whose attributes may be bound. Never written."""

from __future__ import annotations

from localalt.documents.components import is_image
from localalt.documents.entities import decoded
from localalt.documents.html import line_starts
from localalt.documents.javascript import literal_of
from localalt.documents.references import AltState, ImageReference, Reading
from localalt.documents.tags import EndTag, StartTag, Tokenizer

__all__ = ["read_vue"]

_BOUND = (":alt", "v-bind:alt", ".alt")
_OTHER_LANGUAGES = ("pug", "jade")


def read_vue(content: str) -> Reading:
    """The image elements of the template."""
    starts = line_starts(content)
    found: list[ImageReference] = []
    depth_of_pug = 0
    line = 1
    for token in Tokenizer(content):
        if isinstance(token, EndTag) and token.name == "template":
            depth_of_pug = 0
        if not isinstance(token, StartTag):
            continue
        while line < len(starts) and starts[line] <= token.start:
            line += 1
        values = {name: decoded(content, each.start, each.end) for name, each in token.attributes.items()}
        if token.name == "template" and values.get("lang") in _OTHER_LANGUAGES:
            depth_of_pug = 1
            problem = f"This template is written in {values['lang']}, which cannot be read: check it by hand."
            found.append(ImageReference(None, line, kind="component", state="computed", problem=problem))
        if depth_of_pug or not is_image(token.name):
            continue
        state, text = _alt(values)
        found.append(
            ImageReference(
                text,
                line,
                values.get("src") or values.get(":src") or values.get("v-bind:src") or "",
                "img" if token.name == "img" else "component",
                state,
                is_decorative=state == "empty" or values.get("role") in ("presentation", "none"),
                is_hidden=values.get("aria-hidden") == "true",
                name=values.get("aria-label") or values.get("title") or values.get(":aria-label") or "",
            )
        )
    return Reading(tuple(found))


def _alt(values: dict[str, str]) -> tuple[AltState, str | None]:
    bound = next((values[name] for name in _BOUND if name in values), None)
    if bound is not None:
        text = literal_of("{" + bound + "}")
    elif "alt" in values:
        text = values["alt"]
    else:
        return ("computed", None) if "v-bind" in values else ("missing", None)
    return ("computed", None) if text is None else ("text" if text else "empty", text)
