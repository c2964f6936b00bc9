"""A text and what is known about it -> findings, or the text with what is safe to mend mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from localalt import suggest
from localalt.claims import Sources
from localalt.errors import OptionError
from localalt.language import parse
from localalt.language_tag import check_language
from localalt.limits import MAX_MAX_CHARS, shown
from localalt.lint.profiles import PROFILES, Profile
from localalt.lint.rules import RULES, Finding, Subject
from localalt.platforms import Limit, limit_for
from localalt.quotations import blanked
from localalt.types import FinishReason
from localalt.wording import either, option

__all__ = ["Kind", "check", "fix"]

Kind: TypeAlias = Literal["alt", "long"]

MAX_CHARS = 100_000
"""Of a text that is looked at, some forty pages: what is longer is no description, whatever is in it."""
_INSTEAD = frozenset(("file-name", "placeholder"))
_ROUNDS = 8
"""What one fix uncovers is another's work, and no text needs more than a few rounds."""


def check(
    text: str,
    *,
    profile: str | Profile = "default",
    language: str | None = None,
    max_chars: int | None = None,
    platform: str | None = None,
    supplied: Iterable[str] | None = None,
    finish_reason: FinishReason = "stop",
    decorative: bool = False,
    detailed: bool = False,
    brief: bool = False,
    kind: Kind = "alt",
) -> tuple[Finding, ...]:
    """What the rules have to say about an alt text, in the order of the text.

    Args:
        text: of any length; from 100,000 characters on only its length is told.
        profile: a name of `PROFILES`, or one's own.
        language: the language that it should be in, as a BCP 47 tag; None takes any, with the words of English.
        max_chars: characters that it may have.
        platform: where it will be published, a name of `localalt.platforms.PLATFORMS`.
        supplied: what the author knows: names in a draft that are not in it are told. None is for texts that the
            author wrote, who may name whom they like.
        finish_reason: why a model stopped writing it.
        decorative: whether the picture is declared decorative, so that nothing is the right text.
        detailed: whether the picture is a chart, a screen or one of text: more words are allowed.
        brief: whether a few words are enough: for a link, a button or a logo.
        kind: "alt", or "long" for a long description, which may have paragraphs and any length.

    Raises:
        OptionError: an argument is of the wrong type, or names nothing that is known.
    """
    return tuple(
        _findings(
            text, profile, language, max_chars, platform, supplied, finish_reason, decorative, detailed, brief, kind
        )
    )


def fix(
    text: str,
    *,
    profile: str | Profile = "default",
    language: str | None = None,
    kind: Kind = "alt",
) -> str:
    """The text with all that can be mended safely: what is said stays as it is.

    Raises:
        OptionError: see `check`.
    """
    for _ in range(_ROUNDS):
        mended = _mended(text, check(text, profile=profile, language=language, kind=kind))
        if mended == text:
            break
        text = mended
    return text


def _mended(text: str, findings: Iterable[Finding]) -> str:
    at = len(text) + 1
    parts: list[str] = []
    """From the last to the first."""
    for finding in sorted(findings, key=lambda finding: (finding.start, finding.end), reverse=True):
        if finding.fix is not None and finding.end <= at:  # the next round sees to what overlaps
            parts += text[finding.end : at], finding.fix
            at = finding.start
    return text[:at] + "".join(reversed(parts))


def _findings(
    text: str,
    profile: str | Profile,
    language: str | None,
    max_chars: int | None,
    platform: str | None,
    supplied: Iterable[str] | None,
    finish_reason: FinishReason,
    decorative: bool,
    detailed: bool,
    brief: bool,
    kind: Kind,
) -> Iterator[Finding]:
    if not isinstance(text, str):
        raise OptionError(f"A text is checked, not {type(text).__name__}: pass a str.")
    chosen = _profile(profile)
    if isinstance(supplied, (str, bytes)):
        raise OptionError("supplied takes several texts, not one: pass a list.")
    if decorative and not text.strip():
        return
    subject = Subject(
        text=text,
        outside=blanked(text),
        language=_primary(language),
        asked=language,
        profile=chosen,
        limits=_limits(max_chars, platform),
        sources=None if supplied is None else Sources(supplied),
        finish_reason=finish_reason,
        is_detailed=detailed,
        is_short=brief,
    )
    rules = [rule for rule in RULES if kind == "alt" or rule.for_long]
    if not text.strip():
        rules = [rule for rule in rules if rule.name == "empty"]
    elif len(text) > MAX_CHARS:
        rules = [rule for rule in rules if rule.number == 13]
    found = [
        Finding(rule.name, level, each.message, each.start, each.end, each.fix)
        for rule in rules
        if (level := chosen.levels.get(rule.name, rule.level)) is not None
        for each in rule.find(subject)
    ]
    # What stands in place of a text has no other faults worth telling.
    instead = [finding for finding in found if finding.rule in _INSTEAD and finding.end - finding.start == len(text)]
    yield from instead[:1] or sorted(found, key=lambda finding: finding.start)


def _profile(profile: str | Profile) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise OptionError(f"There is no profile {profile!r:.60}: {suggest.advice(profile, PROFILES)}")
    return PROFILES[profile]


def _limits(max_chars: int | None, platform: str | None) -> tuple[Limit, ...]:
    limits = []
    if max_chars is not None:
        if type(max_chars) is not int or not 1 <= max_chars <= MAX_MAX_CHARS:
            raise OptionError(
                f"{option('max_chars')} is {shown(max_chars)}: pass a whole number from 1 to {MAX_MAX_CHARS:,}, or "
                f"{either('None', 'leave it out')} for no limit."
            )
        limits.append(Limit("", max_chars, "characters", None, "the caller"))
    if platform is not None:
        limits.append(limit_for(platform))
    return tuple(limits)


def _primary(language: str | None) -> str:
    if language is None:
        return "en"
    check_language(language)
    tag = parse(language)
    return "" if tag is None else tag.language
