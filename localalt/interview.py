"""What is asked about one picture, answer by answer: drafts, one more try, a transcription to bear a draft out.

Pure policy: it is told answers and says what to ask next, until nothing is open; then it has the texts and what is
doubtful about them. The picture is in the cache all the while, so that a question costs its own tokens and its
answer's. Knows no engine, no slots and no clock.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from localalt.drafting.task import Assignment
from localalt.image.metadata.hints import Hints
from localalt.lint import Finding, Kind, fix
from localalt.prompting.builtin import ALL_SEEN, NO_TEXT
from localalt.request import Question, Sampling
from localalt.text.agreement import disputed, most_agreed
from localalt.text.claims import Claim, Sources, claims
from localalt.text.cleaning import Cleaned, clean, clean_copy, clean_paragraphs
from localalt.text.truncation import fits, shortened
from localalt.types import Candidate, FinishReason, Notice
from localalt.wording import Message, either

__all__ = ["ALT", "Asked", "Interview", "Outcome"]

ALT = "alt"
"""The key of the first question, whose answer is streamed."""


ECHO_WORDS = 8
"""In a row, of the instruction: no description of a picture has as many by chance."""

_NO_TEXT = frozenset(("empty", "file-name", "placeholder", "echo"))
"""Rules that a text breaks which says nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question under a key of its own."""

    key: str
    question: Question


@dataclass(frozen=True, slots=True)
class Outcome:
    """A text, what is to be known about it, and the answers that it took: their keys, the one it comes from first."""

    text: str
    notices: tuple[Notice, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An answer, cleaned and mended, with what the rules say of it."""

    key: str
    text: str
    notices: tuple[Notice, ...]
    """Of the cleaning."""
    findings: tuple[Finding, ...]
    finish_reason: FinishReason

    @property
    def faults(self) -> list[str]:
        """Rules of level error that are broken."""
        ended = ["cut-off"] if self.finish_reason in ("length", "loop") else []
        return [*ended, *(finding.rule for finding in self.findings if finding.level == "error")]

    @property
    def badness(self) -> tuple[bool, int, int]:
        """Whether there is no description at all, then faults, then whatever else is told."""
        return bool(_NO_TEXT & set(self.faults)), len(self.faults), len(self.findings)


class Interview:
    """The questions about one picture.

    Args:
        assignment: what the caller asks for.
        hints: what the picture's file says about it.
        is_detailed: whether it is one of text, a chart or a screen, as far as measures tell.
    """

    def __init__(self, assignment: Assignment, hints: Hints | None = None, *, is_detailed: bool = False) -> None:
        self._assignment = assignment
        self._hints = hints
        self._is_detailed = is_detailed
        self._supplied = assignment.sources(self._hints)
        self._open: set[str] = set()
        self._drafts: dict[str, _Draft] = {}
        """Of the alt text and the long description."""
        self._copies: dict[str, Cleaned] = {}
        """Of what is copied: the text in the picture, and the list of a review."""
        self._tried: set[str] = set()
        """Keys that were asked about at all, those that could not be included."""

    @property
    def may_go_on(self) -> bool:
        """Whether answers may lead to more questions, so that the picture must stay."""
        return self._assignment.checks != "off" and not self._assignment.exact

    @property
    def is_done(self) -> bool:
        """Whether every answer that is wanted is there."""
        return bool(self._tried) and not self._open

    def begin(self) -> list[Asked]:
        """The first questions, the alt text's before all others."""
        assignment = self._assignment
        asked = [self._ask(ALT)]
        drawn = assignment.prompt.sampling
        if drawn is None or drawn.temperature <= 0:
            drawn = assignment.card_sampling
        for seed in range(1, assignment.n_candidates):
            asked.append(self._ask(f"{ALT}:{seed}", sampling=drawn, seed=seed))
        asked += [self._ask(name, kind=name) for name in assignment.also]
        if assignment.existing is not None and assignment.on_existing == "check":
            asked.append(self._ask("review", kind="review"))
        return asked

    def take(self, key: str, text: str, finish_reason: FinishReason) -> list[Asked]:
        """Take an answer. Returns what is to be asked next."""
        self._open.discard(key)
        kind = key.partition(":")[0]
        if kind in ("text", "proof"):
            self._copies[key] = clean_copy(text, finish_reason=finish_reason, nothing=NO_TEXT)
        elif kind == "review":
            self._copies[key] = clean_copy(text, finish_reason=finish_reason, nothing=ALL_SEEN)
        else:
            self._drafts[key] = self._draft(key, text, finish_reason)
        return self._next()

    def miss(self, key: str) -> list[Asked]:
        """There is no answer to a question that was asked later: do without. Returns what is to be asked next."""
        self._open.discard(key)
        return self._next()

    def alt(self) -> Outcome:
        """The alt text."""
        draft = self._kept(ALT)
        notices = self._notices(draft)
        text = draft.text
        if not fits(text, self._assignment.limits):
            text = shortened(text, self._assignment.limits)
            # What was said of the longer text may be about what is gone.
            findings = self._findings(text, "alt")
            notices = [*self._notices(_Draft(draft.key, text, draft.notices, findings, draft.finish_reason))]
            most = min(limit.most for limit in self._assignment.limits)
            notices.append(Notice("shortened", f"The text had more than {most:,} characters and was shortened."))
        if self._assignment.checks != "off":
            notices += self._unsupported(text)
            notices += self._on_purpose()
        used = [
            key
            for key in (*self._candidate_keys, f"{ALT}:again", "proof")
            if key in self._drafts or key in self._copies
        ]
        return Outcome(text, (*notices, *self._disagreement(draft, text)), _first(draft.key, used))

    def also(self, name: str) -> Outcome:
        """One of the further texts."""
        if name in self._copies:
            copy = self._copies[name]
            return Outcome(copy.text, copy.notices, (name,))
        draft = self._kept(name)
        used = [key for key in (name, f"{name}:again") if key in self._drafts]
        return Outcome(draft.text, tuple(self._notices(draft)), _first(draft.key, used))

    def review(self) -> tuple[Notice, ...]:
        """What the model cannot see of the text that a person wrote."""
        copy = self._copies.get("review")
        lines = copy.text.splitlines() if copy is not None else []
        return tuple(
            Notice("doubtful", f"The model objects: {line.strip(' -*•')}") for line in lines if line.strip(" -*•")
        )

    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates with what they disagree on; none where only one text was asked for."""
        texts = [self._drafts[key].text for key in self._candidate_keys if key in self._drafts]
        if self._assignment.n_candidates == 1:
            return ()
        places = disputed(texts, language=self._assignment.language)
        return tuple(Candidate(text, each) for text, each in zip(texts, places, strict=True))

    @property
    def _candidate_keys(self) -> list[str]:
        return [ALT, *(f"{ALT}:{seed}" for seed in range(1, self._assignment.n_candidates))]

    def _ask(
        self,
        key: str,
        kind: str | None = None,
        *,
        faults: Sequence[str] = (),
        sampling: Sampling | None = None,
        seed: int = 0,
    ) -> Asked:
        self._open.add(key)
        self._tried.add(key)
        how = self._assignment.question(kind, hints=self._hints, faults=faults, sampling=sampling, seed=seed)
        return Asked(key, how)

    def _next(self) -> list[Asked]:
        if not self.may_go_on:
            return []
        return [*self._again(ALT), *self._again("long"), *self._proof()]

    def _again(self, kind: str) -> Iterator[Asked]:
        """One more try at a text that breaks a rule, told which."""
        key = f"{kind}:again"
        first = self._candidate_keys if kind == ALT else [kind]
        if key in self._tried or not all(each in self._drafts for each in first):
            return
        draft = self._kept(kind)
        if draft.faults:
            # The likeliest words run into the same loop again.
            drawn = self._assignment.card_sampling if draft.finish_reason == "loop" else None
            asked_kind = None if kind == ALT else kind
            yield self._ask(key, kind=asked_kind, faults=draft.faults, sampling=drawn, seed=1 if drawn else 0)

    def _proof(self) -> Iterator[Asked]:
        """A transcription, where the alt text says what only writing in the picture, or its author, can bear out."""
        is_wanted = self._assignment.checks == "full" and not {"text", "proof"} & self._tried
        if not is_wanted or self._open & {*self._candidate_keys, f"{ALT}:again"} or ALT not in self._drafts:
            return
        draft = self._kept(ALT)
        # A text that is broken all the same is for a person to write, whatever is in the picture.
        if not draft.faults and self._doubts(draft.text):
            yield self._ask("proof", kind="text")

    def _draft(self, key: str, raw: str, finish_reason: FinishReason) -> _Draft:
        kind: Kind = "long" if key.startswith("long") else "alt"
        cleaned = (clean_paragraphs if kind == "long" else clean)(raw, finish_reason=finish_reason)
        text = cleaned.text
        if self._assignment.checks == "off":
            return _Draft(key, text, cleaned.notices, (), finish_reason)
        findings = self._findings(text, kind)
        if any(finding.fix is not None for finding in findings):
            text = fix(text, profile=self._assignment.profile, language=self._assignment.language, kind=kind)
            findings = self._findings(text, kind)
        return _Draft(key, text, cleaned.notices, findings, finish_reason)

    def _echo(self, text: str, kind: Kind) -> Iterator[Finding]:
        """Small models say the question again in place of an answer."""
        prompt = self._assignment.prompt
        asked = prompt.also["long"].instruction if kind == "long" else prompt.instruction
        if not prompt.fixed and not _runs(asked).isdisjoint(_runs(text)):
            yield Finding("echo", "error", "It says the question again: write a text of your own.", 0, len(text))

    def _findings(self, text: str, kind: Kind) -> tuple[Finding, ...]:
        if self._assignment.checks == "off":
            return ()
        is_detailed = self._is_detailed
        found = self._assignment.findings(text, sources=self._supplied, is_detailed=is_detailed, kind=kind)
        return (*found, *self._echo(text, kind))

    def _kept(self, kind: str) -> _Draft:
        """The best answer so far: of candidates the one that agrees with the others most, of two tries the better."""
        keys = self._candidate_keys if kind == ALT else [kind]
        drafts = [self._drafts[key] for key in keys if key in self._drafts]
        least = min(draft.badness[:2] for draft in drafts)
        best = [draft for draft in drafts if draft.badness[:2] == least]
        kept = best[most_agreed([draft.text for draft in best], language=self._assignment.language)]
        again = self._drafts.get(f"{kind}:again")
        return again if again is not None and again.badness < kept.badness else kept

    def _notices(self, draft: _Draft) -> list[Notice]:
        """What the cleaning and the rules say, each thing once."""
        told = {notice.name for notice in draft.notices}
        findings = [finding for finding in draft.findings if finding.rule not in told]
        return [*draft.notices, *(Notice(each.rule, each.message, (each.start, each.end)) for each in findings)]

    def _doubts(self, text: str) -> list[Claim]:
        """Claims that nothing so far bears out."""
        copied = [self._copies[key].text for key in ("text", "proof") if key in self._copies]
        sources = Sources([*self._supplied, *copied])
        return [claim for claim in claims(text, language=self._assignment.language) if not sources.support(claim)]

    def _unsupported(self, text: str) -> Iterator[Notice]:
        looked = "text" in self._copies or "proof" in self._copies
        told = "neither the author nor the text in the picture has it" if looked else "the author did not supply it"
        for claim in self._doubts(text):
            yield Notice(f"unsupported-{claim.kind}", f"“{claim.text}”: {told}. Check it.", (claim.start, claim.end))

    def _on_purpose(self) -> Iterator[Notice]:
        assignment = self._assignment
        if assignment.existing is not None and assignment.on_existing == "keep":
            broken = "; ".join(str(finding) for finding in assignment.faults_of_existing)
            yield Notice("existing-replaced", f"The text that was there breaks a rule ({broken}): this is a new draft.")
        if assignment.purpose in ("link", "button") and not assignment.facts.target and not assignment.context:
            what = "where this link leads" if assignment.purpose == "link" else "what this button does"
            fact = either('facts={"target": …}', "--fact target=…")
            yield Notice("target-unknown", Message(f"Only its author knows {what}: pass {fact}, or check the text."))

    def _disagreement(self, draft: _Draft, text: str) -> Iterable[Notice]:
        keys = [key for key in self._candidate_keys if key in self._drafts]
        if self._assignment.n_candidates == 1:
            return
        others = [self._drafts[key].text for key in keys if key != draft.key]
        for start, end in disputed([text, *others], language=self._assignment.language)[0]:
            yield Notice(
                "disagreement", f"“{text[start:end]}”: most other candidates do not say it. Check it.", (start, end)
            )


@functools.lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[start : start + ECHO_WORDS]) for start in range(len(words) - ECHO_WORDS + 1))


def _first(key: str, keys: Sequence[str]) -> tuple[str, ...]:
    return (key, *(each for each in keys if each != key))
