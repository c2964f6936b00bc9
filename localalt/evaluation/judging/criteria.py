"""What a judge is asked, as data: one call for each criterion, answers as JSON that a grammar holds.

Several criteria in one prompt hurt small judges (arXiv 2510.07545), so each has a prompt of its own. The words are the
project's; they may not change without `VERSION`. Knows no models, no cases and no statistics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from localalt.errors import OptionError
from localalt.prompting.fence import fenced

__all__ = [
    "CLAIM",
    "CLAIM_GRAMMAR",
    "CLAIM_OF_PICTURE",
    "FOUR",
    "GRADES",
    "LETTERS",
    "LETTER_SCORES",
    "NOT_TOLD",
    "PAIR",
    "PAIR_GRAMMAR",
    "PAIR_OF_PICTURE",
    "QUESTION",
    "SCORES",
    "SETS",
    "VERSION",
    "Score",
    "ScoreSet",
    "grade",
    "question_grammar",
]

VERSION = 1

_REASON = r'"{\"reason\": \"" [^"\\\x00-\x1f]{1,160} "\", '
_LAST_REASON = r'\"reason\": \"" [^"\\\x00-\x1f]{1,160} "\"}"'


@dataclass(frozen=True, slots=True)
class Score:
    """A criterion that gets a number."""

    name: str
    title: str
    least: int
    most: int
    rubric: str

    @property
    def grammar(self) -> str:
        """A reason first, since what is thought of before it is said is said better, and then the number."""
        return f'root ::= {_REASON}\\"score\\": " [{self.least}-{self.most}] "}}"'

    def prompt(self, text: str, *, reference: str | None) -> str:
        """The question about a text, by a reference or, without one, by the picture that the judge sees."""
        scale = f"from {self.least} (worst) to {self.most} (best)"
        known = _BY_PICTURE if reference is None else f"{_BY_REFERENCE}\n{fenced(reference)}"
        return (
            f"{known}\nThis is the alt text to be judged:\n{fenced(text)}\n"
            f"Judge one thing alone, {self.title.lower()}, {scale}. {self.rubric}\n"
            'Answer as JSON with a reason of one short sentence and the score: {"reason": "…", "score": …}'
        )


_BY_REFERENCE = "A person who saw a picture wrote this alt text for it, which is right:"
_BY_PICTURE = "Look at the picture."

SCORES: Mapping[str, Score] = MappingProxyType(
    {
        score.name: score
        for score in (
            # The four of "Playing with VLM generated alt text" (www.ave.zone/blog/playing-with-vlm-generated-alt-text).
            Score(
                "accuracy",
                "Accuracy",
                1,
                5,
                "5: nothing in it is wrong or invented. 3: a detail is wrong. 1: the main thing is wrong. "
                "What is left out costs nothing here.",
            ),
            Score(
                "completeness",
                "Completeness",
                1,
                5,
                "5: everything that matters is in it. 3: something that matters is missing. "
                "1: the main thing is missing. Other words for the same are as good.",
            ),
            Score(
                "conciseness",
                "Conciseness",
                1,
                5,
                "5: one or two sentences for a simple picture, a short paragraph for a complex one, no word too many. "
                "1: far too long, or repeats itself, or so short that it says nothing.",
            ),
            Score(
                "accessibility",
                "Use to a screen-reader user",
                1,
                5,
                "5: someone who cannot see gets the meaning and the context. 3: a list of objects. "
                "1: of no use, such as a file's name.",
            ),
            # The three of "Comparing local LLMs for alt-text generation" (dri.es, the address below).
            Score(
                "elements",
                "The most important elements",
                0,
                5,
                "5: all of the most important things are named. 0: none of them.",
            ),
            Score(
                "mood",
                "Mood",
                0,
                5,
                "5: the mood or the impression that it makes is told as far as there is one. 0: told wrong.",
            ),
            Score(
                "care",
                "Freedom from faults",
                0,
                5,
                "5: no repetition, no fault of grammar, nothing invented. 0: full of them.",
            ),
        )
    }
)

FOUR = ("accuracy", "completeness", "conciseness", "accessibility")
"""The criteria of the first experiment, 1 to 5."""
LETTERS = ("elements", "mood", "care")
"""Those of the second, 0 to 5, averaged into a letter."""


@dataclass(frozen=True, slots=True)
class ScoreSet:
    """Several criteria that get their numbers in one answer, as the first experiment asked for them."""

    name: str
    scores: tuple[Score, ...]

    @property
    def grammar(self) -> str:
        """A number under the name of each criterion, and a reason of one line."""
        numbers = "".join(f'\\"{each.name}\\": " [{each.least}-{each.most}] ", ' for each in self.scores)
        return f'root ::= "{{{numbers}{_LAST_REASON}'

    def prompt(self, text: str, *, reference: str | None) -> str:
        """The question about a text, by a reference or, without one, by the picture that the judge sees."""
        known = _BY_PICTURE if reference is None else f"{_BY_REFERENCE}\n{fenced(reference)}"
        listed = "\n".join(
            f"{each.name}, from {each.least} (worst) to {each.most} (best). {each.rubric}" for each in self.scores
        )
        shape = ", ".join(f'"{each.name}": …' for each in self.scores)
        return (
            f"{known}\nThis is the alt text to be judged:\n{fenced(text)}\n"
            f"Judge it by each of these, and let none of them decide another:\n{listed}\n"
            f'Answer as JSON with the scores and a reason of one short sentence: {{{shape}, "reason": "…"}}'
        )


SETS: Mapping[str, ScoreSet] = MappingProxyType({"four": ScoreSet("four", tuple(SCORES[name] for name in FOUR))})
"""Criteria that are asked about in one question, by the name of all of them together. Small judges do better with a
question for each (see above): this is here to do what the first experiment did."""

LETTER_SCORES: Mapping[str, float] = MappingProxyType({"A": 5, "B": 4, "C": 3, "D": 2, "E": 1, "F": 0})
"""What each letter stands for. The second experiment turned scores of 0 to 5 into letters from A to F and prints both
(dri.es/comparing-local-llms-for-alt-text-generation, Model accuracy, and round 2). With these values, the letters of
the five pictures give the printed average of ten of its fifteen models exactly; four others are 0.2 or 0.4 away, and
one has a picture without a letter. There is no plus and no minus."""
GRADES: tuple[tuple[str, float], ...] = (("A", 4.5), ("B", 3.5), ("C", 2.5), ("D", 1.5), ("E", 0.5))
"""The lowest average, of 0 to 5, for each letter; below them F. An average has the letter of the nearest score: all
fifteen printed averages, 0.4 to 5, have the letter that is printed beside them then."""
_BEST = 5.0

QUESTION = (
    "This alt text is all that is known of a picture:\n{text}\n"
    "Answer from it alone; do not guess.\n{question}\n{options}\n"
    'Answer as JSON with the letter: {{"answer": "…"}}'
)
NOT_TOLD = "The text does not say."
"""The last option of every question."""


def question_grammar(n_options: int) -> str:
    """One of the first letters."""
    return f'root ::= "{{\\"answer\\": \\"" [A-{chr(ord("A") + n_options - 1)}] "\\"}}"'


CLAIM = (
    "This is known of a picture and right:\n{known}\nSomeone says of the same picture:\n{claim}\n"
    "Is this supported by what is known, contradicted by it, or not mentioned in it?\n"
    'Answer as JSON: {{"verdict": "supported"}}, "contradicted" or "unmentioned".'
)
CLAIM_OF_PICTURE = (
    "Look at the picture. Someone says of it:\n{claim}\n"
    "Does the picture support this, contradict it, or not show it?\n"
    'Answer as JSON: {{"verdict": "supported"}}, "contradicted" or "unmentioned".'
)
CLAIM_GRAMMAR = r'root ::= "{\"verdict\": \"" ("supported" | "contradicted" | "unmentioned") "\"}"'

PAIR = (
    "A person who saw a picture wrote this alt text for it, which is right:\n{known}\n"
    "Two others were written for the same picture.\nFirst:\n{first}\nSecond:\n{second}\n"
    "Which would serve someone who cannot see the picture better? A wrong detail is worse than a missing one.\n"
    'Answer as JSON: {{"better": "first"}}, "second" or "tie".'
)
PAIR_OF_PICTURE = (
    "Look at the picture. Two alt texts were written for it.\nFirst:\n{first}\nSecond:\n{second}\n"
    "Which would serve someone who cannot see the picture better? A wrong detail is worse than a missing one.\n"
    'Answer as JSON: {{"better": "first"}}, "second" or "tie".'
)
PAIR_GRAMMAR = r'root ::= "{\"better\": \"" ("first" | "second" | "tie") "\"}"'


def grade(average: float) -> str:
    """The letter, A to F, for an average of scores from 0 to 5."""
    if not 0 <= average <= _BEST:
        raise OptionError(f"An average of {average} has no grade: pass one from 0 to 5.")
    return next((letter for letter, lowest in GRADES if average >= lowest), "F")
