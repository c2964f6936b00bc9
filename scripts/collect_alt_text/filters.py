"""Which pictures' alt texts say what is in a picture, in a person's words: every reason to leave one out.

The filters of the first experiment (very short, adult, selfies, other languages) and more of the kind; it still
threw away about half of what it had by hand. A filter looks at one picture and its post; what depends on others,
duplicates and the number of an author's, is the collector's. Better to lose a good text than to keep a bad one:
there are thousands a day.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from localalt import lint
from localalt.text import language, language_tag, scripts
from localalt.text.graphemes import count
from localalt.text.platforms import length, limit_for
from localalt.text.quotations import blanked

from .events import Picture, Post

__all__ = ["FILTERS", "Candidate", "Filter", "normal", "reason_against"]

LEAST_GRAPHEMES = 20
LEAST_WORDS = 4
"""Both from the brief of the collection: "A dog" says less than any model would."""
FIRST_WORDS = 8
"""Among which a text says that it is of its author."""
MOST_CHARS = limit_for("bluesky").most
"""What people can type in the app. The protocol has no limit."""

_PROFILE = lint.PROFILES["wcag"]
_BROKEN = replace(_PROFILE, levels={**_PROFILE.levels, "language": None})
"""What fails WCAG 1.1.1 or is broken; the language has a filter of its own."""

_UNSPACED = frozenset(["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"])
"""Scripts that do not part words."""

ADULT = frozenset(("porn", "sexual", "nudity", "graphic-media", "gore", "nsfl"))
NOT_FOR_USE = frozenset(("!no-unauthenticated", "!hide"))

SPAM = (
    r"giveaway|retweet to win|repost to win|gewinnspiel|sorteo",
    r"onlyfans|only fans|fansly|nsfw|18\+|porn|hot singles",
    r"(?:promo|discount|coupon) codes?|use (?:my )?code|gutscheincode|rabattcode|code promo|código de descuento",
    r"links? in (?:my |the )?(?:bio|comments)|link in der bio|lien en bio",
    r"(?:buy|shop|order|pre-?order|sign up) now|limited time offer|free shipping|jetzt kaufen",
    r"dm (?:me )?(?:for|to)|subscribe to my|follow for follow|follow ?back",
    r"(?:crypto|token) airdrop|claim your airdrop|airdrop is live|presale is live|free nfts?|nft drop",
    r"forex signals|betting tips|casino bonus|passive income",
)
"""Wording of advertisements. Words of ordinary pictures ("nude", "to the moon", "AirDrop") are none."""

_TEXTS = r"(?:alt|alt[- ]?text|description|caption|image description|bildbeschreibung|beschreibung)"
MACHINE = (
    r"may contain:|(?:image|photo) may contain",  # Apple's and Meta's
    r"may be an? (?:image|photo|meme|cartoon|graphic|screenshot) of|no (?:photo|image) description available",
    r"kann ein bild von .{1,60} sein|peut être une image de|puede ser una imagen de|pode ser uma imagem de",
    rf"(?:ai|ki|auto|automatically|automatisch)[- ]?(?:generated|generierte?r?) {_TEXTS}",
    rf"{_TEXTS} (?:is |was )?\(?(?:ai|automatically|auto)[- ]generated|ai[- ]generated content may be incorrect",
    r"description générée automatiquement|descripción generada automáticamente|descrição gerada automaticamente",
    rf"(?:{_TEXTS}|described) (?:generated |created |written |provided )?(?:by|with|via|using) (?:an? )?"
    r"(?:ai|chatgpt|gpt(?:-?\d\w*)?|gemini|claude|copilot|grok|llava|bot)",
    r"as an ai(?: language)? model|alt4me|alttext\.ai|be my ai",
)
"""What describers of pictures write (Apple, Meta, Microsoft Office), and what people write about them."""

SELF = (
    r"selfies?",
    r"^(?:a |an |the |my )?(?:(?:\w+ ){0,4}(?:photo|photograph|picture|pic|image|shot|snap|snapshot|portrait) of )?"
    r"(?:me|myself)(?=$|[,.:]| (?:and|as|at|by|from|holding|in|inside|leaning|looking|next|on|outside|posing|sitting"
    r"|smiling|standing|taking|under|wearing|while|with))",
    r"^(?:i'm|i am|i’m) (?:at|holding|in|leaning|on|posing|sitting|smiling|standing|wearing|with)",
    r"^(?:my face|my reflection)",
    r"^ich (?:am|an|auf|bei|beim|im|in|mit|vor)",
    r"(?:bild|foto) von mir",
    r"^moi (?:à|au|avec|dans|devant|en|sur)",
    r"photo de moi",
    r"^yo (?:con|en|frente)",
    r"foto (?:de mí|mía)",
    r"^eu (?:com|em|na|no)",
    r"^ik (?:bij|in|met|op)",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that may be stored."""

    post: Post
    picture: Picture
    languages: tuple[str, ...]
    """Tags, one of which its alt text must be in; none for any language."""
    with_replies: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A reason to leave a picture out."""

    name: str
    reason: str
    applies: Callable[[Candidate], bool]


def reason_against(candidate: Candidate) -> str | None:
    """The name of the first filter that applies, or None."""
    return next((each.name for each in FILTERS if each.applies(candidate)), None)


@functools.lru_cache(maxsize=64)
def normal(text: str) -> str:
    """A text as it is compared: without case, fonts, characters that nobody sees, and more than one space."""
    shown = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join("".join(shown).casefold().split())


def has_none(candidate: Candidate) -> bool:
    """Whether there is no text."""
    return not normal(candidate.picture.alt)


def is_too_long(candidate: Candidate) -> bool:
    """Whether it is longer than a person can make it."""
    alt = candidate.picture.alt
    return len(alt) > MOST_CHARS or length(alt, "utf16") > MOST_CHARS


def has_controls(candidate: Candidate) -> bool:
    """Whether it has control characters, which are what is left of something that broke."""
    return any(
        unicodedata.category(c) == "Cc" and c not in "\t\n\r\x85" for c in candidate.picture.alt + candidate.post.text
    )


def is_too_short(candidate: Candidate) -> bool:
    """Whether it is a label. Where no spaces separate words, characters alone decide.

    The characters that nobody sees join emoji or fill a text up: the lower number counts.
    """
    alt = normal(candidate.picture.alt)
    if min(count(alt), count(candidate.picture.alt.strip())) < LEAST_GRAPHEMES:
        return True
    if next(iter(scripts.script_shares(alt)), None) in _UNSPACED:
        return False
    return len(re.findall(r"\w+(?:['’-]\w+)*", alt)) < LEAST_WORDS


def is_adult(candidate: Candidate) -> bool:
    """Whether its author labels it as adult or graphic."""
    return bool(candidate.post.labels & ADULT)


def is_not_for_use(candidate: Candidate) -> bool:
    """Whether its author does not want it shown to people who are not signed in."""
    return bool(candidate.post.labels & NOT_FOR_USE)


def is_by_a_bot(candidate: Candidate) -> bool:
    """Whether its author says that it was posted automatically."""
    return "bot" in candidate.post.labels


def is_unwanted_reply(candidate: Candidate) -> bool:
    """Whether it answers something that is not here to understand it by."""
    return candidate.post.is_reply and not candidate.with_replies


def is_spam(candidate: Candidate) -> bool:
    """Whether the post or the text wants to sell something."""
    return any(_any_of(SPAM).search(normal(text)) for text in (candidate.picture.alt, candidate.post.text))


def is_selfie(candidate: Candidate) -> bool:
    """Whether it is of its author, whom a model cannot know. What is quoted is the picture's wording."""
    first = " ".join(normal(blanked(candidate.picture.alt)).split()[:FIRST_WORDS])
    return _any_of(SELF).search(first) is not None


def is_the_post(candidate: Candidate) -> bool:
    """Whether it only says the post again."""
    return normal(candidate.picture.alt) == normal(candidate.post.text)


def is_by_a_machine(candidate: Candidate) -> bool:
    """Whether it says that a machine wrote it, or reads like one that is known."""
    return _any_of(MACHINE).search(normal(candidate.picture.alt)) is not None


def is_in_another_language(candidate: Candidate) -> bool:
    """Whether it is in none of the languages asked for."""
    return bool(candidate.languages) and _language_of(candidate) is None


def has_errors(candidate: Candidate) -> bool:
    """Whether the rules of `localalt.lint` find it broken: a file's name, a placeholder, markup, cut off.

    Lines are joined first: line breaks are an error in an attribute, but many good transcriptions have them.
    """
    text = " ".join(candidate.picture.alt.split())
    # Of a language that is not known, "und", no words are.
    findings = lint.check(text, profile=_BROKEN, language=_language_of(candidate) or "und")
    return any(finding.level == "error" for finding in findings)


@functools.lru_cache(maxsize=1)
def _language_of(candidate: Candidate) -> str | None:
    """Which of the languages asked for a text is in, or None. A post that does not say must be clear."""
    said = {tag.language for tag in map(language_tag.parse, candidate.post.langs) if tag is not None}
    for wanted in candidate.languages or candidate.post.langs:
        tag = language_tag.parse(wanted)
        if tag is None or (said and tag.language not in said):
            continue
        outcome = language.check(candidate.picture.alt, tag, language.identifier()).outcome
        if outcome == "right" or (said and outcome == "unknown"):
            return wanted
    return None


@functools.cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in patterns))


FILTERS = (
    Filter("no-alt", "no alt text", has_none),
    Filter("too-long", f"more than {MOST_CHARS} characters, which no person types", is_too_long),
    Filter("controls", "control characters", has_controls),
    Filter("adult", "labelled adult or graphic by its author", is_adult),
    Filter("not-for-use", "not for people who are not signed in, says its author", is_not_for_use),
    Filter("bot", "posted automatically, says its author", is_by_a_bot),
    Filter("reply", "a reply, whose context is not here", is_unwanted_reply),
    Filter("too-short", f"fewer than {LEAST_GRAPHEMES} characters or {LEAST_WORDS} words", is_too_short),
    Filter("spam", "an advertisement", is_spam),
    Filter("selfie", "of its author, whom a model cannot know", is_selfie),
    Filter("same-as-post", "says the post again", is_the_post),
    Filter("machine", "written by a machine", is_by_a_machine),
    Filter("language", "in another language", is_in_another_language),
    Filter("lint", "an error by localalt.lint: a file's name, a placeholder, markup, cut off", has_errors),
)
"""In the order in which they are asked, the cheap ones first: a picture counts for one reason."""
