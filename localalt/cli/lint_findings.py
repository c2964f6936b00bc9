"""References to images -> findings: what `localalt lint` has to say about a picture where it stands in a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

import localalt.lint as lint
from localalt.documents import ImageReference, Surroundings
from localalt.lint.profiles import Profile
from localalt.lint.settings import LintSettings
from localalt.text.language_tag import is_registered

__all__ = ["findings_of", "language_of", "repeated"]

MISSING = 'The picture has no alt attribute (WCAG failure F65): describe it, or write alt="" if it is decorative.'
WITHOUT_NAME = "The picture has no name: describe it in aria-label, or hide it with aria-hidden if it is decorative."
WITHOUT_TEXT = (
    'The picture has no alt text: describe it, or write <img alt=""> if it is decorative, which Markdown cannot say.'
)
SILENT = "The {} says nothing but what this picture says, whose alt text is empty: write what the {} does."
_LEAST_REPEATED = 3
"""Different pictures with one text: two may be one picture for light and dark, or for two widths."""


def findings_of(
    reference: ImageReference, profile: Profile, settings: LintSettings, off: frozenset[str]
) -> Iterator[lint.Finding]:
    """What there is to say about one reference.

    Args:
        reference: to an image.
        profile: the rules that count.
        settings: that hold for the file.
        off: rules that do not count, those of files included.
    """
    text = reference.name if reference.is_renamed else reference.text
    is_blank_markdown = reference.kind == "markdown" and reference.is_decorative and not (text or "").strip()
    if reference.problem:
        if "unreadable" not in off:
            yield lint.Finding("unreadable", "error", reference.problem, 0, 0)
    elif text is None or is_blank_markdown:
        if reference.name:  # a title, which is not heard beside the caption or the link
            yield from _of_text(
                dataclasses.replace(reference, around=Surroundings()), reference.name, profile, settings
            )
        elif "missing" not in off:
            yield from _of_none(reference, profile)
    elif reference.around.within and not text.strip() and not reference.is_decorative:
        if profile.levels.get("empty", "error") is not None:
            what = reference.around.within
            yield lint.Finding("empty", profile.levels.get("empty") or "error", SILENT.format(what, what), 0, len(text))
    else:
        yield from _of_text(reference, text, profile, settings)


def _of_none(reference: ImageReference, profile: Profile) -> Iterator[lint.Finding]:
    if reference.kind == "markdown" and reference.text is not None:
        if profile.without_text is not None:
            yield lint.Finding("missing", profile.without_text, WITHOUT_TEXT, 0, 0)
    elif not reference.is_decorative and reference.state != "computed":
        message = WITHOUT_NAME if reference.kind in ("role", "object", "embed") else MISSING
        yield lint.Finding("missing", "error", message, 0, 0)


def _of_text(reference: ImageReference, text: str, profile: Profile, settings: LintSettings) -> Iterator[lint.Finding]:
    is_file = reference.kind not in ("area", "json", "line")  # there the name may be one of anything
    is_own_text = reference.kind in ("role", "object")  # what is in them is beside nothing
    beside = () if is_own_text else (reference.around.text, reference.around.caption)
    yield from lint.check(
        text,
        profile=profile,
        language=language_of(reference, settings),
        max_chars=settings.max_chars,
        platform=settings.platform,
        decorative=reference.is_decorative,
        brief=reference.is_brief,
        kind="long" if reference.is_long else "alt",
        source_name=reference.src if is_file else None,
        nearby=[each for each in beside if each],
    )


def language_of(reference: ImageReference, settings: LintSettings) -> str | None:
    """The language that a text should be in: what the file says of the picture's place, or else the setting.

    A tag that is none is the file's fault and ends nothing.
    """
    own = reference.language
    if own == "":  # not known, as the file says itself
        return None
    return own if own and is_registered(own) else settings.language


def repeated(references: Iterable[ImageReference]) -> Mapping[ImageReference, lint.Finding]:
    """A finding for the first of several different pictures that have one text."""
    found: dict[str, dict[str, ImageReference]] = {}
    for reference in references:
        text = " ".join((reference.text or "").casefold().split())
        if text and reference.src and not reference.is_renamed:
            found.setdefault(text, {}).setdefault(reference.src, reference)
    return {
        next(iter(each.values())): lint.Finding("same-text", "warning", _message(list(each.values())), 0, len(text))
        for text, each in found.items()
        if len(each) >= _LEAST_REPEATED
    }


def _message(references: list[ImageReference]) -> str:
    lines = ", ".join(str(line) for line in dict.fromkeys(each.line for each in references[1:4]))
    return f"{len(references)} different pictures have this text (lines {lines}, too): write how they differ."
