"""Jetstream's events, read: a post, something gone, a wish about reuse, or nothing that matters here.

Of the first version of the protocol, `/subscribe`, which the second one serves as before (bluesky-social/jetstream,
docs/README.md, 5.1). There, events about accounts reach everyone, whatever collections are asked for (the same, 4.5).
Nothing that arrives is trusted. Knows shapes and not meanings: which post is worth keeping is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["COLLECTIONS", "Declared", "Event", "Gone", "MalformedError", "Nothing", "Picture", "Post", "read"]

POSTS = "app.bsky.feed.post"
PROFILES = "app.bsky.actor.profile"
"""Where an account labels itself: with `!no-unauthenticated`, which the app calls "discourage apps", or as a bot."""
AI_PREFERENCES = "community.lexicon.preference.ai"
"""github.com/lexicon-community/lexicon, community/lexicon/preference/ai.json."""
INTENTS = ("org.user-intents.declaration", "org.user-intents.demo.declaration")
"""github.com/bluesky-social/proposals, 0008-user-intents; the second is what its demonstration writes."""
COLLECTIONS = (POSTS, PROFILES, AI_PREFERENCES, *INTENTS)

_INTENTS_THAT_COUNT = ("bulkDataset", "syntheticContentGeneration")
"""Of proposal 0008: data tables of posts, and "use with generative AI, at any stage". Bridging and archives differ."""
_PREFERENCES_THAT_COUNT = ("training", "inference", "syntheticContent", "embedding")
"""All there are: prompts are tuned on the texts, models are run on the pictures, metrics embed both."""
_SCOPE_OF_ENTITY = "community.lexicon.preference.ai#entityScope"
_SCOPE_OF_COLLECTION = "community.lexicon.preference.ai#collectionScope"
_LABELS_OF_ACCOUNTS = frozenset(("!no-unauthenticated", "!hide", "bot", "porn", "sexual", "graphic-media", "gore"))
"""Values of com.atproto.label.defs with which an account is left out; not nudity, which artists set for a few posts."""

_EMBEDS = {"app.bsky.embed.images": "images", "app.bsky.embed.gallery": "items"}
"""Pictures by the type of what is embedded, with the field that has them."""
_QUOTE = "app.bsky.embed.recordWithMedia"
_MOST_PICTURES = 20
"""Of a gallery (app.bsky.embed.gallery); app.bsky.embed.images has up to 4."""
_MOST_TEXT = 3000
"""Bytes of a post (app.bsky.feed.post)."""
_MOST_LABELS = 10
"""com.atproto.label.defs."""
_MOST_LANGUAGES = 3
"""app.bsky.feed.post."""

_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,2040}")
_RKEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")  # atproto.com/specs/record-key
_CID = re.compile(r"b[a-z2-7]{10,200}|Qm[1-9A-HJ-NP-Za-km-z]{44}")
_MIME_TYPE = re.compile(r"image/[a-z0-9.+-]{1,60}")
_WHEN = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,20})?)?(?:[Zz]|[+-]\d\d:?\d\d)")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_TIMES_US = range(10**15, 4 * 10**15)
"""From 2001 on: a smaller cursor would be a number of the second version's (docs/README.md, 5.1)."""


class MalformedError(ValueError):
    """What arrived is not an event of Jetstream's."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post, by name."""

    index: int
    cid: str
    mime_type: str
    alt: str
    """Empty where there is none."""
    aspect_ratio: tuple[int, int] | None
    """Width to height, as the author's app gives them: not always pixels."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, new or changed."""

    did: str
    time_us: int
    rkey: str
    cid: str
    created_at: str
    text: str
    langs: tuple[str, ...]
    labels: frozenset[str]
    is_reply: bool
    pictures: tuple[Picture, ...]

    @property
    def uri(self) -> str:
        """Its address."""
        return f"at://{self.did}/{POSTS}/{self.rkey}"


@dataclass(frozen=True, slots=True)
class Gone:
    """A post is gone, or all of an author's."""

    did: str
    time_us: int
    rkey: str | None
    is_malformed: bool = False
    """Whether something came in its place that is not a post."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What an author wishes, or no longer does."""

    did: str
    time_us: int
    key: str
    """Which record of the author's says so: collection and key."""
    refuses: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing that matters here, such as a new handle."""

    did: str
    time_us: int


Event: TypeAlias = "Post | Gone | Declared | Nothing"


def read(event: object) -> Event:
    """An event as it came out of JSON.

    Raises:
        MalformedError: it is none.
    """
    fields = _mapping(event)
    did, time_us = _matching(fields.get("did"), _DID), fields.get("time_us")
    if type(time_us) is not int or time_us not in _TIMES_US:
        raise MalformedError("time_us")
    kind = fields.get("kind")
    if kind == "account":
        is_active = _mapping(fields.get("account")).get("active")
        if type(is_active) is not bool:
            raise MalformedError("active")
        # Deleted, deactivated, suspended or taken down: which of them makes no difference.
        return Nothing(did, time_us) if is_active else Gone(did, time_us, None)
    if kind == "commit":
        return _commit(did, time_us, _mapping(fields.get("commit")))
    if not isinstance(kind, str):
        raise MalformedError("kind")
    return Nothing(did, time_us)


def _commit(did: str, time_us: int, commit: Mapping[str, Any]) -> Event:
    collection, operation = commit.get("collection"), commit.get("operation")
    rkey = _matching(commit.get("rkey"), _RKEY)
    if collection not in COLLECTIONS:
        if not isinstance(collection, str):
            raise MalformedError("collection")
        return Nothing(did, time_us)
    if operation not in ("create", "update", "delete"):
        raise MalformedError("operation")
    if collection != POSTS:
        record = {} if operation == "delete" else _mapping(commit.get("record"))
        return Declared(did, time_us, f"{collection}/{rkey}", _refuses(collection, record))
    if operation == "delete":
        return Gone(did, time_us, rkey)
    try:
        return _post(did, time_us, rkey, commit)
    except MalformedError:
        return Gone(did, time_us, rkey, is_malformed=True)  # what was there before is gone all the same


def _refuses(collection: str, record: Mapping[str, Any]) -> bool:
    if collection == PROFILES:
        return bool(_labels(record) & _LABELS_OF_ACCOUNTS)
    if collection in INTENTS:
        return any(_denies(record.get(name)) for name in _INTENTS_THAT_COUNT)
    scope, preferences = record.get("scope"), record.get("preferences")
    if isinstance(scope, dict):
        if scope.get("$type") == _SCOPE_OF_ENTITY:
            return False  # said to somebody else
        if scope.get("$type") == _SCOPE_OF_COLLECTION and scope.get("collection") != POSTS:
            return False
    return isinstance(preferences, dict) and any(_denies(preferences.get(name)) for name in _PREFERENCES_THAT_COUNT)


def _denies(wish: object) -> bool:
    return isinstance(wish, dict) and wish.get("allow") is False


def _post(did: str, time_us: int, rkey: str, commit: Mapping[str, Any]) -> Post:
    record = _mapping(commit.get("record"))
    langs = record.get("langs")
    return Post(
        did=did,
        time_us=time_us,
        rkey=rkey,
        cid=_matching(commit.get("cid"), _CID),
        created_at=_matching(record.get("createdAt"), _WHEN),
        text=_text(record.get("text"), _MOST_TEXT),
        langs=tuple(
            lang
            for lang in (langs if isinstance(langs, list) else [])[:_MOST_LANGUAGES]
            if isinstance(lang, str) and _TAG.fullmatch(lang)
        ),
        labels=_labels(record),
        is_reply=record.get("reply") is not None,
        pictures=_pictures(record.get("embed")),
    )


def _labels(record: Mapping[str, Any]) -> frozenset[str]:
    labels = record.get("labels")
    values = labels.get("values") if isinstance(labels, dict) else None
    found = (label.get("val") for label in _list(values, _MOST_LABELS) if isinstance(label, dict))
    return frozenset(value for value in found if isinstance(value, str))


def _pictures(embed: object) -> tuple[Picture, ...]:
    if not isinstance(embed, dict):
        return ()
    if embed.get("$type") == _QUOTE:
        embed = embed.get("media")
        if not isinstance(embed, dict):
            raise MalformedError("media")
    kind = embed.get("$type")
    if not isinstance(kind, str) or kind not in _EMBEDS:
        return ()
    pictures = embed.get(_EMBEDS[kind])
    if not isinstance(pictures, list) or len(pictures) > _MOST_PICTURES:
        raise MalformedError("pictures")
    return tuple(_picture(index, _mapping(picture)) for index, picture in enumerate(pictures))


def _picture(index: int, picture: Mapping[str, Any]) -> Picture:
    blob = _mapping(picture.get("image"))
    return Picture(
        index,
        cid=_matching(_mapping(blob.get("ref")).get("$link"), _CID),
        mime_type=_matching(blob.get("mimeType"), _MIME_TYPE),
        alt=_text(picture.get("alt", "")),
        aspect_ratio=_aspect_ratio(picture.get("aspectRatio")),
    )


def _aspect_ratio(ratio: object) -> tuple[int, int] | None:
    if not isinstance(ratio, dict):
        return None
    width, height = ratio.get("width"), ratio.get("height")
    if type(width) is int and type(height) is int and 0 < width < 10**6 and 0 < height < 10**6:
        return width, height
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError("no object")
    return value


def _list(value: object, most: int) -> list[Any]:
    return value[:most] if isinstance(value, list) else []


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MalformedError(pattern.pattern)
    return value


def _text(value: object, most_bytes: int | None = None) -> str:
    """Text that can be written: without half a character, as JSON may have them."""
    if not isinstance(value, str):
        raise MalformedError("no text")
    try:
        n_bytes = len(value.encode())
    except UnicodeEncodeError as error:
        raise MalformedError("half a character") from error
    if most_bytes is not None and n_bytes > most_bytes:
        raise MalformedError("too long")
    return value
