"""A draft: an answer, cleaned and fixed, with what the rules say of it.

Pure: text in, text and findings out. Knows no model, no engine, and not what is asked next.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from localalt.drafting.task import Task
from localalt.lint import Finding, Kind, fix
from localalt.text.artifacts import without_marked_thinking
from localalt.text.cleaning import clean, clean_paragraphs
from localalt.text.notation import notation
from localalt.text.refusals import without_refusals
from localalt.text.remarks import without_remarks
from localalt.text.sentences import sentences
from localalt.text.several_answers import answers
from localalt.text.thinking import conclusion
from localalt.text.truncation import fits, shortened
from localalt.types import FinishReason, Notice

__all__ = ["Draft", "Drafter"]

ECHO_WORDS = 8
"""In a row, of the instruction: no description of a picture has as many by chance."""

MOST_OF_A_LABEL = 3
"""Words that name what is in a box."""
_LEAST_OF_A_SENTENCE = 5
"""Words of a sentence of the instruction that no description says by chance."""

_NO_DESCRIPTION: Mapping[str, str] = MappingProxyType(
    {
        "empty": "wrote nothing that can be used",
        "refusal": "refused to describe the picture",
        "thinking": "wrote how it would describe the picture, and no description",
        "not-a-description": "wrote something else than a description",
        "garbled": "wrote what cannot be read as words",
        "echo": "repeated the question",
        "placeholder": "wrote a placeholder",
        "file-name": "wrote the name of a file",
    }
)
"""Rules that a text breaks as a whole which describes nothing, and what its model did."""

_LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "several": "The model wrote several texts to choose from, and this is the first: check it.",
        "refusal": "The model refused a part of its task, and that part is left out: check what is missing.",
        "thinking": "The model wrote how it came to this text, and that is left out: check it.",
    }
)
"""What is said of a text that is a part of its answer, by rule."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer, cleaned and fixed, with what the rules say of it."""

    text: str
    cleaning: tuple[Notice, ...]
    """What the cleaning found."""
    findings: tuple[Finding, ...]
    finish_reason: FinishReason
    several: tuple[str, ...] = ()
    """The answers, where there are several to choose from."""
    lacking: str | None = None
    """Of a draft whose text was left out, the rule that it broke as a whole."""

    @property
    def lacks(self) -> str | None:
        """The rule that says that there is no description at all; None where there is one."""
        if self.lacking is not None:
            return self.lacking
        whole = {finding.rule for finding in self.findings if finding.end - finding.start == len(self.text)}
        broken = next((rule for rule in _NO_DESCRIPTION if rule in whole), None)
        return broken or (None if self.text else "empty")

    @property
    def faults(self) -> list[str]:
        """Rules of level error that are broken."""
        ended = ["cut-off"] if self.finish_reason in ("length", "loop") else []
        return [*ended, *(finding.rule for finding in self.findings if finding.level == "error")]

    @property
    def badness(self) -> tuple[bool, int, int]:
        """Whether there is no description at all, then the number of faults, then of all findings."""
        return self.lacks is not None, len(self.faults), len(self.findings)

    @property
    def notices(self) -> list[Notice]:
        """What the cleaning and the rules say, each thing once; of no text at all, why there is none."""
        if not self.text:
            did = _NO_DESCRIPTION[self.lacks or "empty"]
            advice = "describe it yourself, or try another model"
            return [Notice(self.lacks or "empty", f"The model {did}, so there is no text: {advice}.")]
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
        several = () if self._task.checks == "off" else answers(without_marked_thinking(answer)) or answers(text)
        if several and not any(finding.rule == "several" for finding in findings):
            message = f"It has {len(several)} texts to choose from: leave the best one, and delete the others."
            findings = (*findings, Finding("several", "error", message, 0, len(text)))
        boxes = notation(answer) if self._task.checks != "off" and len(text.split()) <= MOST_OF_A_LABEL else None
        if boxes is not None and boxes[0] == "coordinates":  # without its boxes "dog" is left
            findings = (*findings, Finding("not-a-description", "error", "It names what was found.", 0, len(text)))
        return Draft(text, cleaned.notices, findings, finish_reason, several)

    def settle(self, draft: Draft, *, kind: Kind) -> Draft:
        """What is left of a draft that no other try improves: what it describes, or no text, and why.

        Of several answers the first, of a refusal or a remark the other sentences, of thinking what it comes to.
        """
        rest = self._rest(draft, kind)
        if rest is not None:
            made = self.make(rest, draft.finish_reason, kind=kind)
            if made.lacks is None:
                said = (finding for finding in draft.findings if finding.rule in ("several", "refusal", "thinking"))
                left_out = (Notice(each.rule, _LEFT_OUT[each.rule]) for each in said)
                return dataclasses.replace(made, cleaning=(*draft.cleaning, *dict.fromkeys(left_out)))
        if draft.lacks is not None:
            return dataclasses.replace(draft, text="", lacking=draft.lacks)
        return draft

    def _rest(self, draft: Draft, kind: Kind) -> str | None:
        """The part of an answer that describes the picture, where it is not all of it."""
        faults = draft.faults
        if draft.several:
            return draft.several[0]
        if "thinking" in faults:
            return conclusion(draft.text)
        rest = draft.text
        if "refusal" in faults:
            rest = _by_paragraph(without_refusals, rest)
        if "not-a-description" in faults:
            rest = _by_paragraph(without_remarks, rest)
        return rest if rest != draft.text else None

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
        if prompt.fixed or not text:
            return
        if not (_runs(instruction).isdisjoint(_runs(text)) and _said(instruction).isdisjoint(_said(text))):
            yield Finding("echo", "error", "It repeats the question: write a text of your own.", 0, len(text))


def _by_paragraph(change: Callable[[str], str], text: str) -> str:
    return "\n\n".join(filter(None, map(change, text.split("\n\n"))))


@functools.lru_cache(maxsize=64)
def _said(text: str) -> frozenset[str]:
    """The sentences of a text that are long enough to be known again."""
    plain = (each.plain.rstrip(".:!") for each in sentences(text))
    return frozenset(each for each in plain if len(each.split()) >= _LEAST_OF_A_SENTENCE)


@functools.lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[start : start + ECHO_WORDS]) for start in range(len(words) - ECHO_WORDS + 1))
