"""One file, or one text, as `localalt lint` checks it: findings, and what a fix makes of it."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

import localalt.lint as lint
from localalt.cli.lint_findings import findings_of, language_of, repeated
from localalt.documents import Document, Form, ImageReference
from localalt.errors import DocumentError
from localalt.lint.comments import Comment, Ignored, comments_in
from localalt.lint.profiles import Profile
from localalt.lint.settings import LintSettings, narrowed

__all__ = ["Checked", "Reported", "check_document", "check_text", "difference"]

_WITHOUT_COMMENTS = frozenset(("text", "jsonl"))
_ROWS = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding, and the reference that it is about, as it is in the file."""

    reference: ImageReference
    finding: lint.Finding


@dataclass(frozen=True, slots=True)
class Checked:
    """What came out of a file."""

    n_texts: int
    reported: tuple[Reported, ...]
    """In the order of the file; where it was fixed, what is left."""
    n_fixed: int = 0
    after: bytes | None = None
    """The fixed file, where a fix changes it."""
    refused: DocumentError | None = None
    """Why the fix was not made."""
    unused: tuple[Comment, ...] = ()
    """Comments that ignored nothing."""
    unknown: tuple[tuple[int, str], ...] = ()
    """Lines, and names in comments that no rule has."""


def check_document(document: Document, settings: LintSettings, off: frozenset[str], *, is_fixed: bool) -> Checked:
    """Check the references of a document.

    Args:
        document: as it was read.
        settings: that hold for it.
        off: the rules that do not count for it.
        is_fixed: whether to fix what is safe to fix first.
    """
    shown = [reference for reference in document.references if not reference.is_hidden]
    comments = () if document.form in _WITHOUT_COMMENTS else comments_in(document.text)
    ignored = Ignored(comments, (reference.line for reference in shown))
    name = settings.profile_for(document.form)
    profile = narrowed(name, off)
    after, refused, fixed = None, None, {}
    if is_fixed:
        for reference in shown:
            if reference.text and reference.span is not None and not (reference.is_decorative or reference.is_renamed):
                better = _fixed(reference, narrowed(name, off | ignored.rules(reference.line)), settings)
                if better != reference.text:
                    fixed[reference] = better
        try:
            after = document.with_texts(fixed.items()) if fixed else None
        except DocumentError as error:
            refused, fixed = error, {}
    reported = []
    has_pages = document.form not in _WITHOUT_COMMENTS and "same-text" not in off
    same = repeated(shown) if has_pages else {}
    for reference in shown:
        # What a comment ignores is checked unfixed, so that the comment counts as used.
        current = dataclasses.replace(reference, text=fixed.get(reference, reference.text))
        more = [same[reference]] if reference in same else []
        reported += [
            Reported(reference, finding)
            for finding in (*findings_of(current, profile, settings, off), *more)
            if not ignored.takes(finding.rule, reference.line)
        ]
    unknown = tuple((comment.first_line, name) for comment in comments for name in comment.unknown)
    # A comment about rules that do not count here would be of use where they do.
    unused = tuple(comment for comment in ignored.unused if comment.rules - off)
    return Checked(len(shown), tuple(reported), len(fixed), after, refused, unused, unknown)


def check_text(text: str, settings: LintSettings, off: frozenset[str], *, is_fixed: bool) -> tuple[str, Checked]:
    """Check a text that is in no file. Returns it as a fix makes it, too."""
    profile = narrowed(settings.profile_for("text"), off)
    reference = ImageReference(text, 1)
    new = _fixed(reference, profile, settings) if is_fixed else text
    found = findings_of(dataclasses.replace(reference, text=new), profile, settings, off)
    return new, Checked(1, tuple(Reported(reference, finding) for finding in found), int(new != text))


def _fixed(reference: ImageReference, profile: Profile, settings: LintSettings) -> str:
    kind: lint.Kind = "long" if reference.is_long else "alt"
    return lint.fix(reference.text or "", profile=profile, language=language_of(reference, settings), kind=kind)


def difference(name: str, before: str, after: str) -> str:
    """A unified diff of a file's text, lines of any ending included."""
    import difflib

    rows = difflib.unified_diff(_ROWS.findall(before), _ROWS.findall(after), name, name)
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def form_for(path: str, chosen: Form | None, *, is_file: bool) -> Form:
    """The form of a file: as it was chosen, by its name, or plain text for a pipe, whose name says nothing."""
    from localalt.documents import form_of

    return chosen or (form_of(path) if is_file else "text")
