"""A draft: an answer, cleaned and fixed, with what the rules say of it.

Pure: text in, text and findings out. Knows no model, no engine, and not what is asked next.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from localalt.drafting.task import Task
from localalt.lint import Finding, Kind, fix
from localalt.text.cleaning import clean, clean_paragraphs
from localalt.text.truncation import fits, shortened
from localalt.types import FinishReason, Notice

__all__ = ["Draft", "Drafter"]

ECHO_WORDS = 8
"""In a row, of the instruction: no description of a picture has as many by chance."""

_NO_DESCRIPTION = frozenset(("empty", "file-name", "placeholder", "echo"))
"""Rules that a text breaks which describes nothing."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer, cleaned and fixed, with what the rules say of it."""

    text: str
    cleaning: tuple[Notice, ...]
    """What the cleaning found."""
    findings: tuple[Finding, ...]
    finish_reason: FinishReason

    @property
    def faults(self) -> list[str]:
        """Rules of level error that are broken."""
        ended = ["cut-off"] if self.finish_reason in ("length", "loop") else []
        return [*ended, *(finding.rule for finding in self.findings if finding.level == "error")]

    @property
    def badness(self) -> tuple[bool, int, int]:
        """Whether there is no description at all, then the number of faults, then of all findings."""
        return bool(_NO_DESCRIPTION & set(self.faults)), len(self.faults), len(self.findings)

    @property
    def notices(self) -> list[Notice]:
        """What the cleaning and the rules say, each thing once."""
        said = {notice.name for notice in self.cleaning}
        findings = [finding for finding in self.findings if finding.rule not in said]
        return [*self.cleaning, *(Notice(each.rule, each.message, (each.start, each.end)) for each in findings)]


class Drafter:
    """Makes drafts of answers about one picture.

    Args:
        task: what the caller asks for.
        sources: all that the author supplied.
        is_detailed: whether the picture is one of text, a chart or a screen.
    """

    def __init__(self, task: Task, *, sources: Sequence[str], is_detailed: bool) -> None:
        self._task, self._sources, self._is_detailed = task, sources, is_detailed

    def make(self, answer: str, finish_reason: FinishReason, *, kind: Kind) -> Draft:
        """The draft that an answer becomes: the alt text or the long description."""
        cleaned = (clean_paragraphs if kind == "long" else clean)(answer, finish_reason=finish_reason)
        text = cleaned.text
        findings = self._findings(text, kind)
        if any(finding.fix is not None for finding in findings):
            text = fix(text, profile=self._task.profile, language=self._task.language, kind=kind)
            findings = self._findings(text, kind)
        return Draft(text, cleaned.notices, findings, finish_reason)

    def fit(self, draft: Draft) -> Draft:
        """The draft of an alt text within the caller's limits: itself, or a shorter one."""
        if fits(draft.text, self._task.limits):
            return draft
        text = shortened(draft.text, self._task.limits)
        # What was said of the longer text may be about what is gone.
        return dataclasses.replace(draft, text=text, findings=self._findings(text, "alt"))

    def _findings(self, text: str, kind: Kind) -> tuple[Finding, ...]:
        if self._task.checks == "off":
            return ()
        found = self._task.findings(text, sources=self._sources, is_detailed=self._is_detailed, kind=kind)
        return (*found, *self._echo(text, kind))

    def _echo(self, text: str, kind: Kind) -> Iterator[Finding]:
        """Small models repeat the question in place of an answer."""
        prompt = self._task.prompt
        instruction = prompt.also["long"].instruction if kind == "long" else prompt.instruction
        if not prompt.fixed and not _runs(instruction).isdisjoint(_runs(text)):
            yield Finding("echo", "error", "It repeats the question: write a text of your own.", 0, len(text))


@functools.lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[start : start + ECHO_WORDS]) for start in range(len(words) - ECHO_WORDS + 1))
