"""Outputs -> the questions that a judge is asked about each: one for each criterion, sentence and choice.

Pure: words in, words out, the same each time. Must not know who answers, nor where answers are stored.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from localalt import suggest
from localalt.errors import OptionError
from localalt.evaluation.cases import Case
from localalt.evaluation.judging import criteria
from localalt.evaluation.outputs import Output
from localalt.prompting.fence import fenced
from localalt.text.truncation import sentence_ends

__all__ = ["CRITERIA", "JudgeQuestion", "check_criteria", "parse_answer", "questions_about"]

CRITERIA = (*criteria.SCORES, "questions", "claims", "facts")
"""What a judge can be asked, one thing at a time; `criteria.SETS` has what it can be asked at once.

"questions": those of the case, answered from the text alone (arXiv 2511.21025). "claims": sentences of the text that
the reference, or the picture, contradicts. "facts": sentences of the reference that the text supports."""

MAX_CLAIMS = 6
"""Sentences of a text that are asked about: a long text has more, and they cost a call each."""


_MOST_CUT_CHARS = 2_000
"""Of an answer that was cut off: more than any grammar allows."""

Answer: TypeAlias = Mapping[str, Any]
"""The JSON object of an answer."""


@dataclass(frozen=True, slots=True)
class JudgeQuestion:
    """A question to a judge, and how its answer becomes a number."""

    criterion: str
    text: str
    grammar: str
    value_of: Callable[[Answer], float | None]
    """None where the answer has no such value."""
    part: str = ""
    """Which of several of one criterion."""
    values_of: Mapping[str, Callable[[Answer], float | None]] | None = None
    """By criterion, where one answer has the numbers of several: "criterion" is their set's name then."""


def questions_about(case: Case, output: Output, wanted: Sequence[str], *, sees: bool) -> Iterator[JudgeQuestion]:
    """The questions about an output by the criteria that are wanted and apply."""
    reference = None if sees else (case.references[0] if case.references else None)
    for name in wanted:
        if name in criteria.SCORES and (sees or reference is not None):
            score = criteria.SCORES[name]
            yield JudgeQuestion(
                name, score.prompt(output.text, reference=reference), score.grammar, _number("score", score)
            )
        elif name in criteria.SETS and (sees or reference is not None):
            asked = criteria.SETS[name]
            values = {score.name: _number(score.name, score) for score in asked.scores}
            text = asked.prompt(output.text, reference=reference)
            yield JudgeQuestion(name, text, asked.grammar, lambda _: None, values_of=values)
        elif name == "questions" and not sees:
            yield from _questions(case, output)
        elif name == "claims":
            for index, sentence in enumerate(_sentences(output.text)):
                question = _claim(sentence, reference, sees=sees)
                if question is not None:
                    yield JudgeQuestion(
                        name, question, criteria.CLAIM_GRAMMAR, _is("verdict", "contradicted"), str(index)
                    )
        elif name == "facts" and reference is not None:
            for index, sentence in enumerate(_sentences(reference)):
                question = criteria.CLAIM.format(known=fenced(output.text), claim=fenced(sentence))
                yield JudgeQuestion(name, question, criteria.CLAIM_GRAMMAR, _is("verdict", "supported"), str(index))


def check_criteria(wanted: Sequence[str]) -> None:
    """Raises `OptionError` for a criterion that is unknown, or asked about twice."""
    known = (*CRITERIA, *criteria.SETS)
    for name in filter(criteria.SETS.__contains__, wanted):
        twice = [score.name for score in criteria.SETS[name].scores if score.name in wanted]
        if twice:
            raise OptionError(f"The criterion {name} asks about {', '.join(twice)} already: leave one of them out.")
    for name in wanted:
        if name not in known:
            raise OptionError(f"There is no criterion {name!r:.40}: {suggest.advice(name, known)}")


def _questions(case: Case, output: Output) -> Iterator[JudgeQuestion]:
    for index, choice in enumerate(case.questions):
        # Judges prefer some letters: the place of the right answer is drawn, the same each time.
        drawn = random.Random(f"{case.sha256} {choice.question}").sample(choice.options, len(choice.options))
        options = [*drawn, criteria.NOT_TOLD]
        letters = [chr(ord("A") + number) for number in range(len(options))]
        listed = "\n".join(f"{letter}: {option}" for letter, option in zip(letters, options, strict=True))
        question = criteria.QUESTION.format(text=fenced(output.text), question=choice.question, options=listed)
        grammar = criteria.question_grammar(len(options))
        yield JudgeQuestion(
            "questions",
            question,
            grammar,
            _is("answer", letters[drawn.index(choice.options[choice.answer])]),
            str(index),
        )


def _claim(sentence: str, reference: str | None, *, sees: bool) -> str | None:
    claim = fenced(sentence)
    if sees:
        return criteria.CLAIM_OF_PICTURE.format(claim=claim)
    return None if reference is None else criteria.CLAIM.format(known=fenced(reference), claim=claim)


def _sentences(text: str) -> list[str]:
    ends = [0, *sentence_ends(text)]
    if ends[-1] < len(text.rstrip()):
        ends.append(len(text))
    found = [text[start:end].strip() for start, end in itertools.pairwise(ends)]
    return [sentence for sentence in found if sentence][:MAX_CLAIMS]


def parse_answer(answer: str) -> Answer:
    """The JSON object in an answer, without what stands around it; empty where there is none.

    Of an object that was cut off, such as in its reason, the pairs that are whole.
    """
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0:
        return {}
    found = _object(answer[start : end + 1]) if start < end else None
    if found is None and end < start:
        commas = [match.start() for match in re.finditer(",", answer[start : start + _MOST_CUT_CHARS])]
        cut = (_object(f"{answer[start : start + comma]}}}") for comma in reversed(commas))
        found = next((each for each in cut if each is not None), None)
    return found or {}


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _number(name: str, score: criteria.Score) -> Callable[[Answer], float | None]:
    """The number under a name, if it is one that the criterion has."""

    def value(parsed: Answer) -> float | None:
        found = parsed.get(name)
        if not isinstance(found, (int, float)) or isinstance(found, bool):
            return None
        return float(found) if score.least <= found <= score.most else None

    return value


def _is(name: str, wanted: str) -> Callable[[Answer], float | None]:
    def value(parsed: Answer) -> float | None:
        return float(parsed[name] == wanted) if name in parsed else None

    return value
