"""How long an alt text may be where it is published, and what counts as a character there.

Every limit has its source. Where a source does not say what it counts, UTF-16 code units are taken, of which a text
never has fewer than code points or graphemes. Not here, because no two sources agree or none gives a figure:
LinkedIn (4086 in its interface's documentation, 1000 in its own pages, as others report), Facebook and Threads. Knows
nothing of how a text is shortened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from localalt import suggest
from localalt.errors import OptionError
from localalt.errors.wording import either, option
from localalt.limits import MAX_MAX_CHARS, shown
from localalt.text import graphemes

__all__ = ["PLATFORMS", "Limit", "Unit", "length", "limit_for", "limits_of"]

Unit: TypeAlias = Literal["graphemes", "characters", "utf16"]
"""What is counted: what a reader sees as one character, Unicode code points, or UTF-16 code units."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The greatest length of an alt text on one platform."""

    platform: str
    most: int
    unit: Unit
    aim: int | None
    """A length to aim for, where the platform or the standard names one."""
    source: str


_LIMITS = (
    Limit(
        "bluesky",
        most=2000,
        # ImageAltTextDialog.tsx and enforceLen compare a string's `length`; the lexicon app.bsky.embed.images has
        # no limit of its own.
        unit="utf16",
        aim=None,
        source="github.com/bluesky-social/social-app, src/lib/constants.ts: MAX_ALT_TEXT",
    ),
    Limit(
        "instagram",
        most=1000,
        unit="utf16",
        aim=None,
        source="developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media: alt_text",
    ),
    Limit(
        # XMP's AltLang is text without a length: a recommendation that nothing enforces.
        "iptc",
        most=250,
        unit="characters",
        aim=125,
        source="IPTC Photo Metadata Standard, Alt Text (Accessibility)",
    ),
    Limit(
        "mastodon",
        most=1500,
        # Rails counts code points; the web client counts graphemes, of which there are never more. A server may
        # set a limit of its own.
        unit="characters",
        aim=None,
        source="github.com/mastodon/mastodon, app/models/media_attachment.rb: MAX_DESCRIPTION_LENGTH",
    ),
    Limit(
        "misskey",
        most=512,
        unit="characters",  # "Surrogate pairs count as one"
        aim=None,
        source="github.com/misskey-dev/misskey, packages/backend/src/const.ts: DB_MAX_IMAGE_COMMENT_LENGTH",
    ),
    Limit(
        "pinterest",
        most=500,
        unit="utf16",
        aim=None,
        source="accessible-social.com, Image Accessibility by Platform; docs.ayrshare.com, Pinterest",
    ),
    Limit(
        "pixelfed",
        most=1000,
        unit="characters",  # Laravel's `max` counts code points; a server may set another limit
        aim=None,
        source="github.com/pixelfed/pixelfed, config/pixelfed.php: max_altext_length",
    ),
    Limit(
        "tiktok",
        most=300,
        unit="utf16",
        aim=None,
        source="accessible-social.com, Image Accessibility by Platform",
    ),
    Limit(
        "tumblr",
        most=4096,
        unit="characters",  # "Unicode code points are always treated as one character", said of its text ranges
        aim=None,
        source="github.com/tumblr/docs, npf-spec.md: alt_text",
    ),
    Limit(
        "x",
        most=1000,
        unit="utf16",
        aim=None,
        source="developer.x.com, POST media/metadata/create: alt_text",
    ),
)

PLATFORMS: Mapping[str, Limit] = MappingProxyType({limit.platform: limit for limit in _LIMITS})
"""Limits by the platform's name in lower case."""

_LAST_OF_ONE_UNIT = "\uffff"


def length(text: str, unit: Unit) -> int:
    """The length of a text in a platform's unit."""
    if unit == "graphemes":
        return graphemes.count(text)
    if unit == "utf16":
        return len(text) + sum(character > _LAST_OF_ONE_UNIT for character in text)
    return len(text)


def limits_of(max_chars: object, platform: object, *, least_chars: int = 1) -> tuple[Limit, ...]:
    """A caller's own limit in characters, then that of a platform; None is none of either.

    Args:
        max_chars: `least_chars` to `limits.MAX_MAX_CHARS`.
        platform: see `limit_for`.
        least_chars: the least that the caller may allow.

    Raises:
        OptionError: `max_chars` is not such a number, or there is no such platform.
    """
    found: list[Limit] = []
    if max_chars is not None:
        # True is an int to Python and a mistake to anyone else.
        if type(max_chars) is not int or not least_chars <= max_chars <= MAX_MAX_CHARS:
            raise OptionError(
                f"{option('max_chars')} is {shown(max_chars)}: pass a whole number from {least_chars} to "
                f"{MAX_MAX_CHARS:,}, or {either('None', 'leave it out')} for no limit."
            )
        found.append(Limit("", max_chars, "characters", None, "the caller"))
    if platform is not None:
        found.append(limit_for(platform))
    return tuple(found)


def limit_for(platform: object) -> Limit:
    """The limit of a platform, whose name may be written with capitals.

    Raises `OptionError` where there is no such platform.
    """
    if not isinstance(platform, str):
        raise OptionError(
            f'{option("platform")} must be text, not {type(platform).__name__}: pass a name such as "bluesky".'
        )
    name = platform.strip().lower()
    if name in PLATFORMS:
        return PLATFORMS[name]
    raise OptionError(f"There is no platform {platform:.60}: {suggest.advice(name, PLATFORMS)}")
