"""A text and what is known about it -> findings, or the text with everything fixed that is safe to fix."""

from __future__ import annotations

from collections.abc import Iterable

from localalt.errors import OptionError
from localalt.lint.profiles import Profile, find_profile
from localalt.lint.rules import RULES, Finding
from localalt.lint.subject import Kind, Subject
from localalt.text.claims import Sources
from localalt.text.language_tag import check_language, parse
from localalt.text.platforms import limits_of
from localalt.text.quotations import blanked
from localalt.types import FinishReason

__all__ = ["Kind", "check", "fix"]

MAX_CHARS = 100_000
"""Of a text that all rules look at, some forty pages: a longer one is not a description, whatever is in it."""
_ROUNDS = 8
"""A fix may uncover what another rule fixes; no text needs more than a few rounds."""


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
    source_name: str | None = None,
    nearby: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """What the rules have to say about an alt text, in the order of the text.

    Args:
        text: of any length; of more than 100,000 characters only the length is checked.
        profile: a name of `PROFILES`, or your own `Profile`.
        language: the language that it should be in, as a BCP 47 tag; None takes any, with the words of English.
        max_chars: characters that it may have.
        platform: where it will be published, a name of `localalt.text.platforms.PLATFORMS`.
        supplied: what the author knows; names in a draft that are not in it are findings. None is for texts that the
            author wrote, who may name anybody.
        finish_reason: why a model stopped writing it.
        decorative: whether the picture is marked as decorative, so that an empty text is right.
        detailed: whether the picture is a chart, a screen or one of text: more words are allowed.
        brief: whether a few words are enough: for a link, a button or a logo.
        kind: "alt", or "long" for a long description, which may have paragraphs and any length.
        source_name: the path or address of the picture's file, as `src` has it: a text that only repeats its name
            describes nothing.
        nearby: what is visible beside the picture, such as its caption and the text of the link around it, which
            readers would hear twice.

    Raises:
        OptionError: an argument is of the wrong type, or names nothing that is known.
    """
    if not isinstance(text, str):
        raise OptionError(f"A text is checked, not {type(text).__name__}: pass a str.")
    chosen = find_profile(profile)
    if isinstance(supplied, (str, bytes)):
        raise OptionError("supplied takes several texts, not one: pass a list.")
    if isinstance(nearby, (str, bytes)):
        raise OptionError("nearby takes several texts, not one: pass a list.")
    if decorative and not text.strip():
        return ()
    return _findings(
        Subject(
            text=text,
            kind=kind,
            outside=blanked(text),
            language=_primary(language),
            asked=language,
            profile=chosen,
            limits=limits_of(max_chars, platform),
            sources=None if supplied is None else Sources(supplied),
            finish_reason=finish_reason,
            is_detailed=detailed,
            is_short=brief,
            source_name=source_name,
            nearby=tuple(nearby),
        )
    )


def fix(
    text: str,
    *,
    profile: str | Profile = "default",
    language: str | None = None,
    kind: Kind = "alt",
) -> str:
    """The text with everything fixed that is safe to fix: what it says stays the same.

    Raises:
        OptionError: see `check`.
    """
    for _ in range(_ROUNDS):
        fixed = _with_fixes(text, check(text, profile=profile, language=language, kind=kind))
        if fixed == text:
            break
        text = fixed
    return text


def _with_fixes(text: str, findings: Iterable[Finding]) -> str:
    at = len(text) + 1
    parts: list[str] = []
    """From the last to the first."""
    for finding in sorted(findings, key=lambda finding: (finding.start, finding.end), reverse=True):
        if finding.fix is not None and finding.end <= at:  # the next round sees to what overlaps
            parts += text[finding.end : at], finding.fix
            at = finding.start
    return text[:at] + "".join(reversed(parts))


def _findings(subject: Subject) -> tuple[Finding, ...]:
    text = subject.text
    rules = [rule for rule in RULES if subject.kind == "alt" or rule.for_long]
    if not text.strip():
        rules = [rule for rule in rules if rule.for_blank]
    elif len(text) > MAX_CHARS:
        rules = [rule for rule in rules if rule.for_any_length]
    found: list[Finding] = []
    for rule in rules:
        level = subject.profile.levels.get(rule.name, rule.level)
        if level is None:
            continue
        for fault in rule.find(subject):
            own_level = "warning" if fault.is_mild else level
            finding = Finding(rule.name, own_level, fault.message, fault.start, fault.end, fault.fix)
            if rule.stands_alone and finding.end - finding.start == len(text):
                return (finding,)
            found.append(finding)
    return tuple(sorted(found, key=lambda finding: finding.start))


def _primary(language: str | None) -> str:
    if language is None:
        return "en"
    check_language(language)
    tag = parse(language)
    return "" if tag is None else tag.language
