"""Language tags (BCP 47): taken apart, whether they are registered, and what is meant by others.

A tag is well-formed by its shape and valid by the registry of its subtags (RFC 5646, 2.2.9). Primary subtags of four
letters and more are reserved there and none is registered, so that "klingon" is well-formed and not valid; "tlh" is.
Knows the registry alone: what a text's language is, is `language`'s business.
"""

from __future__ import annotations

import base64
import functools
import re
from dataclasses import dataclass

from localalt import suggest
from localalt.errors import OptionError
from localalt.errors.wording import option
from localalt.text.language_data import LANGUAGES_BY_SCRIPT, NAMES, PREFERRED, SAME, SCRIPTS_BY_CODE
from localalt.text.language_names import CODES, TAGS_BY_NAME
from localalt.text.language_subtags import GRANDFATHERED, LANGUAGES, REGIONS, SCRIPTS, THREE_LETTERS, VARIANTS

__all__ = [
    "Tag",
    "check_language",
    "is_registered",
    "name_of",
    "parse",
    "same_language",
    "scripts_of",
    "suggestion",
]


@dataclass(frozen=True, slots=True)
class Tag:
    """A BCP 47 tag, taken apart. `str()` gives its canonical spelling."""

    language: str
    """In lower case, the preferred code where there are two."""
    script: str | None = None
    """As ISO 15924 writes it, such as "Hant"."""
    region: str | None = None
    rest: tuple[str, ...] = ()
    """Variants, extensions and private use, in lower case."""

    def __str__(self) -> str:
        return "-".join(part for part in (self.language, self.script, self.region, *self.rest) if part)


# RFC 5646, section 2.1, without grandfathered tags; languages of four letters and more are reserved there, and
# here they are names ("Thai", "Deutsch").
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<extended>[a-z]{3}))?(?:-[a-z]{3}){0,2}(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)

_SHAPE = re.compile(
    r"(?P<language>[a-z]{2,8}(?P<extended>(?:-[a-z]{3}){0,3}))(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|\d{3}))?(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)
_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+", re.IGNORECASE | re.ASCII)
_LIKE_A_TAG = re.compile(r"[A-Za-z0-9_.@-]+")
"""Without spaces, in letters that tags have: not a language in words."""
_LOCALE = re.compile(r"([A-Za-z]{2,3})_([A-Za-z]{2,4})(?:[.@].*)?")
"""How POSIX writes it: en_US.UTF-8."""
_MOST = 100
"""Characters of a tag that is looked at; the longest that are registered have 35 (RFC 5646, 4.4.1)."""
_REGIONS = {"UK": "GB", "SP": "ES"}
"""Codes that are taken for those of regions."""


def is_registered(tag: str) -> bool:
    """Whether a tag is valid: all its subtags are registered, or for private use. Case does not count."""
    if len(tag) > _MOST:
        return False
    if tag.lower() in GRANDFATHERED or _PRIVATE.fullmatch(tag):
        return True
    match = _SHAPE.fullmatch(tag)
    if match is None:
        return False
    languages = match["language"].lower().split("-")
    script, region = match["script"], match["region"]
    return (
        all(_is_language(each) for each in languages)
        and (script is None or _is_script(script.capitalize()))
        and (region is None or _is_region(region.upper()))
        and all(each in VARIANTS for each in match["variants"].lower().split("-")[1:])
    )


def check_language(language: object, name: str = "") -> None:
    """Refuse a tag that is not a valid one. None is taken, and so is a language in words that names one.

    Args:
        language: what a caller passed.
        name: what it is called there, for the message; "" is the option of that name.

    Raises:
        OptionError: with the tag that may be meant. Other types and empty texts are not looked at.
    """
    if not isinstance(language, str) or not (tag := language.strip()) or is_registered(tag):
        return
    if len(tag) <= _MOST and not _LIKE_A_TAG.fullmatch(tag):
        words = re.findall(r"\w+", tag.casefold())
        if tag.casefold() in TAGS_BY_NAME or any(word in TAGS_BY_NAME for word in words):
            return
    near = suggestion(tag)
    advice = 'pass a tag such as "en" or "pt-BR".'
    if near is not None:
        advice = suggest.did_you_mean(near, note=_common_name(near))
    raise OptionError(f'{name or option("language")} is "{tag:.60}", which is not a registered language tag: {advice}')


def suggestion(written: str) -> str | None:
    """The tag that was probably meant, or None."""
    written = written.strip()[:_MOST]
    name = written.casefold().replace("_", " ").replace("-", " ")
    if name in TAGS_BY_NAME:
        return TAGS_BY_NAME[name]
    locale = _LOCALE.fullmatch(written)
    tag = f"{locale[1]}-{locale[2]}" if locale else written
    first, _, rest = tag.partition("-")
    first = CODES.get(first.lower(), first)
    rest = "-".join(_REGIONS.get(part.upper(), part) if not _is_subtag(part) else part for part in rest.split("-"))
    for candidate in (f"{first}-{rest}" if rest else first, first):
        if candidate != written and is_registered(candidate):
            return candidate
    near = suggest.nearest(name, TAGS_BY_NAME, cutoff=0.75)
    return TAGS_BY_NAME[near[0]] if near else None


def _common_name(tag: str) -> str | None:
    primary = tag.partition("-")[0].lower()
    return next((name.title() for name, code in TAGS_BY_NAME.items() if code == primary and name.isascii()), None)


def _is_subtag(part: str) -> bool:
    return _is_region(part.upper()) or _is_script(part.capitalize()) or part.lower() in VARIANTS


def _is_language(code: str) -> bool:
    if len(code) == 2:
        return code in LANGUAGES
    if len(code) != 3:
        return False
    if "qaa" <= code <= "qtz":  # private use
        return True
    number = functools.reduce(lambda sum, letter: sum * 26 + ord(letter) - ord("a"), code, 0)
    return bool(_three_letters()[number // 8] >> number % 8 & 1)


@functools.cache
def _three_letters() -> bytes:
    return base64.b85decode(THREE_LETTERS)


def _is_script(code: str) -> bool:
    return code in SCRIPTS or "Qaaa" <= code <= "Qabx"


def _is_region(code: str) -> bool:
    return code in REGIONS or "QM" <= code <= "QZ" or "XA" <= code <= "XZ"


def parse(tag: str) -> Tag | None:
    """A tag, taken apart; None for what is not a tag, such as the name of a language."""
    tag = tag.strip()
    match = _TAG.fullmatch(GRANDFATHERED.get(tag.lower(), "") or tag)
    if match is None:
        return None
    language = (match["extended"] or match["language"]).lower()
    script, region, rest = match["script"], match["region"], match["rest"].lower()
    return Tag(
        PREFERRED.get(language, language),
        script and script.capitalize(),
        region and region.upper(),
        tuple(rest.split("-")[1:]),
    )


def name_of(tag: str | Tag) -> str | None:
    """A language's English name, of its variety where that has one, or None."""
    parsed = parse(tag) if isinstance(tag, str) else tag
    if parsed is None:
        return None
    narrower = (part.lower() for part in (parsed.script, parsed.region) if part is not None)
    keys = (*(f"{parsed.language}-{part}" for part in narrower), parsed.language)
    return next((NAMES[key] for key in keys if key in NAMES), None)


def scripts_of(tag: str | Tag) -> frozenset[str]:
    """The scripts that a language is written in, or the one that the tag names; empty where they are not known."""
    parsed = parse(tag) if isinstance(tag, str) else tag
    if parsed is None:
        return frozenset()
    if parsed.script is not None and parsed.script in SCRIPTS_BY_CODE:
        return frozenset(SCRIPTS_BY_CODE[parsed.script].split())
    return frozenset(
        script for script, languages in LANGUAGES_BY_SCRIPT.items() if parsed.language in languages.split()
    )


def same_language(language: str) -> str:
    """The code that stands for a language and its close varieties: one of several that mean the same here."""
    return SAME.get(language, language)
