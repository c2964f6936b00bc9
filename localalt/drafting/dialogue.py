"""What is asked about one picture, answer by answer: drafts, one more try, a transcription to check a draft against.

Pure policy: it takes answers and says what to ask next, until nothing is open; then it has the texts and what is
doubtful about them. The picture is in the cache all the while, so that a question costs its own tokens and its
answer's. Knows no engine, no slots and no clock.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from localalt.drafting.draft import Draft, Drafter
from localalt.drafting.support import Support
from localalt.drafting.task import Task
from localalt.drafting.tiled_copy import TiledCopy
from localalt.errors.wording import Message, either
from localalt.image.metadata.hints import Hints
from localalt.image.tiles import Tile
from localalt.lint import Kind
from localalt.prompting.builtin import ALL_SEEN, NO_TEXT
from localalt.recognition.reading import Reading
from localalt.request import Question, Sampling
from localalt.text.agreement import disputed, most_agreed
from localalt.text.cleaning import Cleaned, clean_copy, clean_objections
from localalt.types import Candidate, FinishReason, Notice, Supported, TextVerdict

__all__ = ["ALT", "PROOF", "READING", "REVIEW", "Dialogue", "OpenQuestion", "Outcome", "QuestionKey"]


@dataclass(frozen=True, slots=True)
class QuestionKey:
    """Which text a question asks for, and which try at it."""

    kind: str
    """"alt", a name of `Prompt.also`, "proof": a transcription that only checks the alt text, or "reading": what an OCR
    engine reads, which is not asked of the model."""
    candidate: int = 0
    """Counts the candidates for an alt text; the first is 0."""
    is_retry: bool = False
    """Whether an earlier answer was faulty."""
    tile: int | None = None
    """Of a transcription in tiles, which tile is asked about; None for the whole picture."""

    @property
    def retry(self) -> QuestionKey:
        """The key of one more try at this text."""
        return dataclasses.replace(self, is_retry=True)


ALT = QuestionKey("alt")
"""The first question, whose answer is streamed."""
LONG = QuestionKey("long")
TEXT = QuestionKey("text")
REVIEW = QuestionKey("review")
PROOF = QuestionKey("proof")
READING = QuestionKey("reading")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that waits for its answer, under a key of its own."""

    key: QuestionKey
    question: Question


@dataclass(frozen=True, slots=True)
class Outcome:
    """A text, what is to be known about it, and the answers that it took: their keys, the one it comes from first."""

    text: str
    notices: tuple[Notice, ...]
    keys: tuple[QuestionKey, ...]
    supported: tuple[Supported, ...] = ()
    """What it claims and needs no warning."""

    @property
    def verdict(self) -> TextVerdict:
        """ "none" where the model was asked in vain; a picture without words has none to copy, which is an answer."""
        is_answer = bool(self.text) or any(notice.name == "no-text" for notice in self.notices)
        return "draft" if is_answer else "none"


class Dialogue:
    """The questions about one picture.

    Args:
        task: what the caller asks for.
        hints: what the picture's file says about it.
        is_detailed: whether it is one of text, a chart or a screen, as far as its pixels show.
        tiles: in which a transcription is asked for, one after the other, where the whole shows writing too small.
        may_look: whether an OCR engine can be asked what it reads in the picture.
        reading: what it read, where its text goes into the questions.
    """

    def __init__(
        self,
        task: Task,
        hints: Hints | None = None,
        *,
        is_detailed: bool = False,
        tiles: Sequence[Tile] = (),
        may_look: bool = False,
        reading: Reading | None = None,
    ) -> None:
        self._task = task
        self._hints = hints
        self._supplied = task.sources(hints)
        self._drafter = Drafter(task, sources=self._supplied, is_detailed=is_detailed)
        self._candidate_keys = tuple(QuestionKey("alt", candidate) for candidate in range(task.n_candidates))
        self._open: set[QuestionKey] = set()
        self._drafts: dict[QuestionKey, Draft] = {}
        """Of the alt text and the long description."""
        self._copies: dict[QuestionKey, Cleaned] = {}
        """Of what is copied: the text in the picture, and the list of a review."""
        self._tiled = TiledCopy(tiles) if tiles else None
        self._may_look = may_look and task.checks == "full" and reading is None
        self._notes = reading.text if reading is not None else ""
        """What the OCR engine read, as the questions have it."""
        self._reading = reading
        self._asked: set[QuestionKey] = set()
        """All keys so far, those of questions that were never answered included."""

    @property
    def may_go_on(self) -> bool:
        """Whether answers may lead to more questions, so that the picture must stay."""
        return (self._task.checks != "off" or self._tiled is not None) and not self._task.exact

    @property
    def is_done(self) -> bool:
        """Whether every answer that is wanted is there."""
        return bool(self._asked) and not self._open

    @property
    def waits_for_reading(self) -> bool:
        """Whether it goes on with `read` alone, or with more answers and then that."""
        return READING in self._open

    def begin(self) -> list[OpenQuestion]:
        """The first questions, the alt text's before all others."""
        task = self._task
        sampling = task.prompt.sampling
        if sampling is None or sampling.temperature <= 0:
            sampling = task.card_sampling
        questions = [self._ask(ALT)]
        questions += [self._ask(key, sampling=sampling, seed=key.candidate) for key in self._candidate_keys[1:]]
        questions += [self._ask(key) for key in map(QuestionKey, task.also) if key != TEXT or self._tiled is None]
        if task.existing is not None and task.on_existing == "check":
            questions.append(self._ask(REVIEW))
        return questions

    def take(self, key: QuestionKey, text: str, finish_reason: FinishReason) -> list[OpenQuestion]:
        """Take an answer. Returns what is to be asked next."""
        self._open.discard(key)
        if key.tile is not None and self._tiled is not None:
            self._tiled.take(key.tile, clean_copy(text, finish_reason=finish_reason, nothing=NO_TEXT))
            return self._after_tile(key)
        if key in (TEXT, PROOF):
            self._copies[key] = clean_copy(text, finish_reason=finish_reason, nothing=NO_TEXT)
        elif key == REVIEW:
            self._copies[key] = clean_objections(text, finish_reason=finish_reason, nothing=ALL_SEEN)
        else:
            kind: Kind = "long" if key.kind == "long" else "alt"
            self._drafts[key] = self._drafter.make(text, finish_reason, kind=kind)
        return self._next()

    def read(self, reading: Reading) -> list[OpenQuestion]:
        """Take what the OCR engine read. Returns what is to be asked next."""
        self._open.discard(READING)
        self._reading = reading
        return self._next()

    def needs(self, key: QuestionKey) -> bool:
        """Whether there is nothing to show without the answer to a question."""
        return key.tile is None and not key.is_retry and (key == REVIEW or key.kind in ("alt", *self._task.also))

    def miss(self, key: QuestionKey, why: str = "") -> list[OpenQuestion]:
        """Go on without the answer to a question that is not needed. Returns what is to be asked next.

        Args:
            why: there is none, in a sentence for people.
        """
        self._open.discard(key)
        if key.tile is not None and self._tiled is not None:
            self._tiled.miss(key.tile, why)
            return self._after_tile(key)
        return self._next()

    def alt(self) -> Outcome:
        """The alt text."""
        key = self._best(ALT)
        found = self._drafter.settle(self._drafts[key], kind="alt")
        if not found.text:
            return self._outcome("", found.notices, key, (*self._candidate_keys, ALT.retry, *self._keys_of(PROOF)))
        draft = self._drafter.fit(found)
        notices = draft.notices
        if draft is not found:
            most = min(limit.most for limit in self._task.limits)
            notices.append(Notice("shortened", f"The text had more than {most:,} characters and was shortened."))
        supported: tuple[Supported, ...] = ()
        if self._task.checks != "off":
            support = self._support
            notices += support.notices(draft.text)
            supported = support.supported(draft.text)
            notices += self._about_reading()
            notices += self._about_task()
        notices += self._disagreement(key, draft.text)
        outcome = self._outcome(draft.text, notices, key, (*self._candidate_keys, ALT.retry, *self._keys_of(PROOF)))
        return dataclasses.replace(outcome, supported=supported)

    def also(self, name: str) -> Outcome:
        """One of the further texts."""
        first = QuestionKey(name)
        if first in self._copies:
            copy = self._copies[first]
            doubts = self._support.notices_of_copy(copy.text) if first == TEXT else ()
            return Outcome(copy.text, (*copy.notices, *doubts), self._keys_of(first))
        key = self._best(first)
        draft = self._drafter.settle(self._drafts[key], kind="long")
        return self._outcome(draft.text, draft.notices, key, (first, first.retry))

    def review(self) -> tuple[Notice, ...]:
        """What the model cannot see of the text that a person wrote."""
        copy = self._copies.get(REVIEW)
        lines = copy.text.splitlines() if copy is not None else []
        return tuple(
            Notice("doubtful", f"The model objects: {line.strip(' -*•')}") for line in lines if line.strip(" -*•")
        )

    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates that describe something, with what they disagree on; none where one text was asked for."""
        if self._task.n_candidates == 1:
            return ()
        texts = [self._drafts[key].text for key in self._describing()]
        spans = disputed(texts, language=self._task.language)
        return tuple(Candidate(text, each) for text, each in zip(texts, spans, strict=True))

    # --- what is asked ---

    def _ask(
        self, key: QuestionKey, *, faults: Sequence[str] = (), sampling: Sampling | None = None, seed: int = 0
    ) -> OpenQuestion:
        self._open.add(key)
        self._asked.add(key)
        kind = {"alt": None, "proof": "text"}.get(key.kind, key.kind)
        question = self._task.question(
            kind, hints=self._hints, writing=self._notes, faults=faults, sampling=sampling, seed=seed
        )
        return OpenQuestion(key, question)

    def _next(self) -> list[OpenQuestion]:
        if not self.may_go_on:
            return []
        if self._task.checks == "off":
            return [*self._tiled_text()]
        questions = [*self._retry(ALT), *self._retry(LONG), *self._tiled_text()]
        self._look_up()
        return [*questions, *self._proof()]

    def _tiled_text(self) -> Iterator[OpenQuestion]:
        """The transcription that the caller wants, where it is read in tiles: after the alt text, which is streamed."""
        if self._tiled is not None and "text" in self._task.also and TEXT not in self._asked and ALT in self._drafts:
            yield self._ask_tile(TEXT, 0)

    def _ask_tile(self, whole: QuestionKey, tile: int) -> OpenQuestion:
        self._asked.add(whole)
        return self._ask(dataclasses.replace(whole, tile=tile))

    def _after_tile(self, key: QuestionKey) -> list[OpenQuestion]:
        """The next tile; or, after the last, what else is to be asked."""
        assert self._tiled is not None
        whole, tile = dataclasses.replace(key, tile=None), self._tiled.next_tile
        # A proof is for the claims of the alt text: where nothing is open any more, nobody reads the rest.
        if tile is not None and (whole == TEXT or self._support.is_copy_wanted(self._settled_text)):
            return [self._ask_tile(whole, tile)]
        if self._tiled.is_in_vain:
            return [self._ask(whole)]
        self._copies[whole] = self._tiled.result()
        return self._next()

    def _retry(self, first: QuestionKey) -> Iterator[OpenQuestion]:
        """One more try at a text that breaks a rule; the question says which."""
        if first.retry in self._asked or not all(key in self._drafts for key in self._first_tries(first)):
            return
        draft = self._drafts[self._best(first)]
        if draft.faults:
            # The likeliest words run into the same loop again.
            sampling = self._task.card_sampling if draft.finish_reason == "loop" else None
            yield self._ask(first.retry, faults=draft.faults, sampling=sampling, seed=1 if sampling else 0)

    def _look_up(self) -> None:
        """Wait for what the OCR engine reads, where a text says what its author did not supply, or copies numbers."""
        if not self._may_look or READING in self._asked:
            return
        copied = self._copies[TEXT].text if TEXT in self._copies else ""
        support = self._support
        if support.unsupplied(self._settled_text) or support.numbers_to_read(copied):
            self._asked.add(READING)
            self._open.add(READING)

    def _proof(self) -> Iterator[OpenQuestion]:
        """A transcription, where the alt text says what only writing in the picture, or its author, can support."""
        if self._task.checks != "full" or {TEXT, PROOF} & self._asked or self.waits_for_reading:
            return
        if self._support.is_copy_wanted(self._settled_text):
            yield self._ask(PROOF) if self._tiled is None else self._ask_tile(PROOF, 0)

    # --- what comes of it ---

    @property
    def _settled_text(self) -> str:
        """The best alt text, once no other can come; "" before, and of one that is broken all the same.

        That one is for a person to write, whatever is in the picture.
        """
        if self._open & {*self._candidate_keys, ALT.retry} or ALT not in self._drafts:
            return ""
        draft = self._drafts[self._best(ALT)]
        return "" if draft.faults else draft.text

    @property
    def _support(self) -> Support:
        """What may support a claim so far: made anew, since answers add to it."""
        copied = [self._copies[key].text for key in (TEXT, PROOF) if key in self._copies]
        if self._tiled is not None and self._tiled.text:
            copied.append(self._tiled.text)
        return Support(self._task.language, self._supplied, copied, self._reading, is_assisted=bool(self._notes))

    def _first_tries(self, first: QuestionKey) -> tuple[QuestionKey, ...]:
        return self._candidate_keys if first == ALT else (first,)

    def _describing(self) -> list[QuestionKey]:
        """The candidates that are a description."""
        return [key for key in self._candidate_keys if key in self._drafts and self._drafts[key].lacks is None]

    def _best(self, first: QuestionKey) -> QuestionKey:
        """The best draft so far: of candidates the one that agrees with the others most, of two tries the better."""
        drafts = {key: self._drafts[key] for key in self._first_tries(first) if key in self._drafts}
        least = min(draft.badness[:2] for draft in drafts.values())
        good = [key for key, draft in drafts.items() if draft.badness[:2] == least]
        best = good[most_agreed([drafts[key].text for key in good], language=self._task.language)]
        retry = self._drafts.get(first.retry)
        return first.retry if retry is not None and retry.badness < drafts[best].badness else best

    def _keys_of(self, copy: QuestionKey) -> tuple[QuestionKey, ...]:
        """The keys of the answers that a copy is made of."""
        if self._tiled is None or self._tiled.is_in_vain:
            return (copy,)
        return tuple(dataclasses.replace(copy, tile=tile) for tile in self._tiled.read)

    def _outcome(
        self, text: str, notices: Iterable[Notice], key: QuestionKey, others: Iterable[QuestionKey]
    ) -> Outcome:
        used = [
            each
            for each in others
            if each != key and (each in self._drafts or dataclasses.replace(each, tile=None) in self._copies)
        ]
        return Outcome(text, tuple(notices), (key, *used))

    def _about_reading(self) -> Iterator[Notice]:
        if self._reading is not None and self._reading.fault:
            yield Notice("ocr-failed", f"{self._reading.fault} The draft was checked without it.")

    def _about_task(self) -> Iterator[Notice]:
        task = self._task
        if task.checked_existing is not None and task.on_existing == "keep":
            why = "; ".join(str(finding) for finding in task.checked_existing.faults)
            yield Notice("existing-replaced", f"The text that was there says nothing ({why}): this is a new draft.")
        if task.purpose in ("link", "button") and not task.facts.target and not task.context:
            what = "where this link leads" if task.purpose == "link" else "what this button does"
            fact = either('facts={"target": …}', "--fact target=…")
            yield Notice("target-unknown", Message(f"Only its author knows {what}: pass {fact}, or check the text."))

    def _disagreement(self, key: QuestionKey, text: str) -> Iterator[Notice]:
        if self._task.n_candidates == 1:
            return
        others = [self._drafts[each].text for each in self._describing() if each != key]
        for start, end in disputed([text, *others], language=self._task.language)[0]:
            yield Notice(
                "disagreement", f"“{text[start:end]}”: most other candidates do not say it. Check it.", (start, end)
            )
