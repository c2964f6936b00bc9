"""JSX, TSX, Svelte, Astro and MDX -> the image elements in them. They are read and never written.

Markup there is a part of a program: what an attribute is may be an expression, and a "<" may be a comparison. A small
tokenizer steps over strings, comments and expressions; it does not know JavaScript, and need not.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, replace

from localalt.documents.entities import decoded
from localalt.documents.html import line_starts
from localalt.documents.javascript import after_regex, after_string, is_after_value, literal_of
from localalt.documents.references import AltState, ImageReference, Reading

__all__ = ["is_image", "read_astro", "read_jsx", "read_markup", "read_svelte"]

_NAMES = frozenset(
    "img image nextimage picture amp-img v-img nuxt-img nuxtimg nuxt-picture nuxtpicture enhanced:img gatsbyimage "
    "staticimage cldimage expoimage fastimage optimizedimage unoptimizedimage imagecomponent responsiveimage".split()
)
"""Elements and components that show an image: those of HTML, React, Next, Gatsby, Nuxt, Vuetify, Svelte and Astro."""
_SOURCES = ("src", "source", "image", "srcset", "data-src", ":src", "v-bind:src")
_BOUND = ("alt", ":alt", "v-bind:alt", "bind:alt", "alttext", "accessibilitylabel")
_HIDING = (("aria-hidden", "true"), ("role", "presentation"), ("role", "none"))

_TAG = re.compile(r"<([A-Za-z][\w.:-]*)")
_NAME = re.compile(r"[^\s/>={}\"'`]+")
_SPACE = re.compile(r"\s*")
_IN_SCRIPT = re.compile(r"""["'`{}<>]|//|/\*|/""")
_IN_MARKUP = re.compile(r"[<{]")
MAX_DEPTH = 50
"""Of expressions in each other."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What differs between them."""

    has_html_comments: bool = False
    has_markup_in_expressions: bool = True
    raw: tuple[str, ...] = ()
    """Elements whose content is not markup."""


_JSX = _Dialect()
_ASTRO = _Dialect(has_html_comments=True, raw=("script", "style"))
_SVELTE = _Dialect(has_html_comments=True, has_markup_in_expressions=False, raw=("script", "style"))


def read_jsx(content: str) -> Reading:
    """The image elements of JSX or TSX: a program with markup in it."""
    return _ComponentReader(content, _JSX).read(in_script=True)


def read_svelte(content: str) -> Reading:
    """The image elements of a Svelte component."""
    return _ComponentReader(content, _SVELTE).read()


def read_astro(content: str) -> Reading:
    """The image elements of an Astro component, whose program is between two lines of "---"."""
    match = re.match(r"\s*---[ \t]*\r?\n(?:.*?\n)?---[ \t]*(?:\r?\n|$)", content, re.DOTALL)
    return _ComponentReader(content, _ASTRO).read(match.end() if match else 0)


def read_markup(content: str) -> Reading:
    """The image elements of MDX, whose code has been blanked."""
    return _ComponentReader(content, _ASTRO).read()


def is_image(name: str) -> bool:
    """Whether an element or component of this name shows an image: `img`, `Image`, `motion.img`."""
    return name.lower() in _NAMES or name.lower().rpartition(".")[2] in ("img", "image")


class _ComponentReader:
    def __init__(self, content: str, dialect: _Dialect) -> None:
        self._content = content
        self._dialect = dialect
        self._starts = line_starts(content)
        self._found: list[ImageReference] = []

    def read(self, at: int = 0, *, in_script: bool = False) -> Reading:
        end = len(self._content)
        while at < end:
            at = self._script(at, 0) if in_script else self._markup(at, 0)
        return Reading(tuple(sorted(self._found, key=lambda each: each.line)))

    # Each of these returns the offset behind what it has read; none goes back, so that time grows with the length.

    def _script(self, at: int, depth: int) -> int:
        """A program, to behind the "}" that ends it or to the end."""
        content = self._content
        begun, braces = at, 0
        while match := _IN_SCRIPT.search(content, at):
            sign, start = match[0], match.start()
            at = match.end()
            if sign in "\"'":
                at = after_string(content, start)
            elif sign == "`":
                at = self._template(at, depth)
            elif sign == "//":
                at = _to(content, "\n", at)
            elif sign == "/*":
                at = _to(content, "*/", at)
            elif sign == "/":
                at = at if is_after_value(content, begun, start) else after_regex(content, start)
            elif sign == "{":
                braces += 1
            elif sign == "}":
                braces -= 1
                if braces < 0:
                    return at
            elif sign == "<" and self._dialect.has_markup_in_expressions and not is_after_value(content, begun, start):
                at = self._element(start, depth)
        return len(content)

    def _template(self, at: int, depth: int) -> int:
        content = self._content
        while match := re.compile(r"\\|`|\$\{").search(content, at):
            at = match.end()
            if match[0] == "`":
                return at
            if match[0] == "\\":
                at += 1
            elif depth < MAX_DEPTH:
                at = self._script(at, depth + 1)
        return len(content)

    def _element(self, at: int, depth: int) -> int:
        """An element in a program, with all in it."""
        content = self._content
        open_elements = 0
        while at < len(content):
            if content.startswith("<", at):
                is_end = content.startswith("</", at)
                before = at
                at, is_closed = self._tag(at, depth)
                if at == before + 1:
                    return at
                open_elements += 0 if is_closed else -1 if is_end else 1
                if open_elements <= 0:
                    return at
                continue
            at = self._text(at, depth)
        return at

    def _markup(self, at: int, depth: int) -> int:
        return self._tag(at, depth)[0] if self._content.startswith("<", at) else self._text(at, depth)

    def _text(self, at: int, depth: int) -> int:
        match = _IN_MARKUP.search(self._content, at)
        if match is None:
            return len(self._content)
        if match[0] == "<":
            return match.start()
        return self._expression(match.start(), depth)

    def _expression(self, at: int, depth: int) -> int:
        """What is in braces, to behind the closing one."""
        content = self._content
        if depth >= MAX_DEPTH:
            return at + 1
        if not self._dialect.has_markup_in_expressions and content[at + 1 : at + 2] in ("/", ":"):  # Svelte's {/if}
            return _to(content, "}", at)
        return self._script(at + 1, depth + 1)

    def _tag(self, at: int, depth: int) -> tuple[int, bool]:
        """(behind a tag, whether it has no end tag to wait for)."""
        content = self._content
        if self._dialect.has_html_comments and content.startswith("<!--", at):
            return _to(content, "-->", at + 4), True
        if content.startswith(("<>", "</>"), at):
            return content.index(">", at) + 1, False
        if content.startswith("</", at):
            return _to(content, ">", at), False
        match = _TAG.match(content, at)
        if match is None:
            return at + 1, True
        end, attributes, is_closed = self._attributes(match.end(), depth)
        name = match[1]
        if is_image(name):
            self._found.append(self._reference(name, attributes, bisect.bisect_right(self._starts, at)))
        if name in self._dialect.raw and not is_closed:
            closing = content.find(f"</{name}", end)
            return (len(content) if closing < 0 else closing), False
        # In Astro and Svelte, as in HTML, an image has no end tag.
        return end, is_closed or (name == "img" and self._dialect.has_html_comments)

    def _attributes(self, at: int, depth: int) -> tuple[int, dict[str, tuple[str, str]], bool]:
        """(behind the tag, name -> (how its value is written, the value), whether it ends in "/>")."""
        content = self._content
        found: dict[str, tuple[str, str]] = {}
        while at < len(content):
            at = _after(_SPACE, content, at)
            sign = content[at : at + 1]
            if sign == ">":
                return at + 1, found, False
            if content.startswith("/>", at):
                return at + 2, found, True
            if content.startswith(("/*", "//"), at):
                at = _to(content, "*/" if content[at + 1] == "*" else "\n", at)
            elif sign == "{":
                end = self._expression(at, depth)
                inside = content[at + 1 : end - 1].strip()
                if inside.startswith("..."):
                    found["..."] = ("{", inside)
                elif re.fullmatch(r"[\w$]+", inside):  # Svelte's and Astro's {alt}
                    found.setdefault(inside.lower(), ("{", f"{{{inside}}}"))
                at = max(end, at + 1)
            else:
                name_end = _after(_NAME, content, at)
                if name_end == at:
                    at += 1
                    continue
                name = content[at:name_end].lower()
                at, value = self._value(name_end, depth)
                found.setdefault(name, value)
        return at, found, True

    def _value(self, at: int, depth: int) -> tuple[int, tuple[str, str]]:
        content = self._content
        equals = _after(_SPACE, content, at)
        if not content.startswith("=", equals):
            return at, ("", "")
        start = _after(_SPACE, content, equals + 1)
        sign = content[start : start + 1]
        if sign in ("'", '"'):
            end = content.find(sign, start + 1)
            end = len(content) if end < 0 else end
            return end + 1, (sign, content[start + 1 : end])
        if sign == "{":
            end = self._expression(start, depth)
            return max(end, start + 1), ("{", content[start:end])
        if sign == "`":
            end = self._template(start + 1, depth)
            return end, ("{", "{" + content[start:end] + "}")
        end = _after(_NAME, content, start)
        return max(end, start + 1), ('"', content[start:end])

    def _reference(self, name: str, attributes: dict[str, tuple[str, str]], line: int) -> ImageReference:
        written = next((attributes[each] for each in _BOUND if each in attributes), None)
        state, text = self._alt(written)
        if state == "missing" and "..." in attributes:
            state = "computed"
        src = next((attributes[each][1] for each in _SOURCES if each in attributes), "")
        kind = "img" if name == "img" else "component"
        label = attributes.get("aria-label", attributes.get("title", ("", "")))[1]
        hiding = {(each, _plain(attributes[each])) for each in ("aria-hidden", "role") if each in attributes}
        is_hidden = ("aria-hidden", "true") in hiding
        is_decorative = state == "empty" or bool(hiding & set(_HIDING[1:]))
        return replace(
            ImageReference(text, line, src, kind, state),  # type: ignore[arg-type]  # both are of their kinds
            is_hidden=is_hidden,
            is_decorative=is_decorative,
            name=label,
        )

    def _alt(self, written: tuple[str, str] | None) -> tuple[AltState, str | None]:
        if written is None:
            return "missing", None
        sign, value = written
        if sign == "{":
            text = literal_of(value)
        elif not self._dialect.has_markup_in_expressions and "{" in value:  # Svelte's alt="a {name}"
            text = None
        else:
            text = decoded(value, 0, len(value))
        return ("computed", None) if text is None else ("text" if text else "empty", text)


def _plain(written: tuple[str, str]) -> str:
    sign, value = written
    return (literal_of(value) or value.strip("{} ") if sign == "{" else value).lower() or "true"


def _to(content: str, closing: str, at: int) -> int:
    end = content.find(closing, at)
    return len(content) if end < 0 else end + len(closing)


def _after(pattern: re.Pattern[str], content: str, at: int) -> int:
    match = pattern.match(content, at)
    return at if match is None else match.end()
