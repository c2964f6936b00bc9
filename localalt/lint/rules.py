"""The rules: the name and level of each, what it looks for, and where it comes from.

How each looks for it is in `localalt.lint.finders`; a profile may change its level, and which rules apply to a text is
`check`'s business. Adding a rule touches this table, a finder, and the texts of tests/data/lint_texts.jsonl.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from localalt.lint.finders import (
    absence,
    answers,
    ending,
    file_names,
    form,
    framing,
    length,
    machine,
    nearby,
    people,
    repeating,
    signs,
    stuffing,
    wording,
)
from localalt.lint.profiles import Level
from localalt.lint.subject import Find

__all__ = ["RULES", "Finding", "Level", "Rule"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about a text, at `start` to `end` in it."""

    rule: str
    level: Level
    message: str
    """Names the thing and the next step."""
    start: int
    end: int
    fix: str | None = None
    """What to put in its place, where that is safe."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule for alt text."""

    name: str
    level: Level
    summary: str
    source: str
    """What the rule follows; "this project" where it rests on drafts and published texts alone."""
    find: Find
    number: int = 0
    """Its place in `RULES`, from 1."""
    is_fixable: bool = False
    for_long: bool = True
    """Whether it holds for long descriptions, too."""
    for_blank: bool = False
    """Whether it looks at texts of nothing but white space."""
    for_any_length: bool = False
    """Whether it looks at texts that are too long for the others."""
    stands_alone: bool = False
    """Whether other findings are dropped where this one is about the whole text: it is not a description at all."""


_WITHOUT_NUMBERS = (
    Rule(
        name="empty",
        level="error",
        summary="empty, without being marked as decorative",
        source="WCAG 2.2, 1.1.1 Non-text Content",
        find=absence.empty,
        for_blank=True,
    ),
    Rule(
        name="redundant-opening",
        level="error",
        summary="opens with “image of” and the like",
        source="W3C WAI, Images Tutorial, Tips and Tricks",
        find=framing.redundant_opening,
        is_fixable=True,
    ),
    Rule(
        name="label",
        level="error",
        summary="a label or chatter: “Alt text:”, “Sure!”, “Here is …”",
        source="this project: what models write around their answers",
        find=framing.label,
        is_fixable=True,
    ),
    Rule(
        name="file-name",
        level="error",
        summary="the name of a file or of a camera's picture",
        source="WCAG 2.2, failure F30",
        find=file_names.file_name,
        stands_alone=True,
    ),
    Rule(
        name="placeholder",
        level="error",
        summary="a placeholder in place of a description",
        source="WCAG 2.2, failure F30",
        find=absence.placeholder,
        stands_alone=True,
    ),
    Rule(
        name="end-punctuation",
        level="warning",
        summary="no punctuation at the end",
        source="this project: screen readers pause at punctuation; style guides differ, and so do profiles",
        find=form.end_punctuation,
        is_fixable=True,
    ),
    Rule(
        name="cut-off",
        level="error",
        summary="cut off, or ends in a word that cannot end a text",
        source="this project: drafts that reached their limit of tokens",
        find=ending.cut_off,
    ),
    Rule(
        name="line-break",
        level="error",
        summary="line breaks or tabs",
        source="this project: fields for alt text take one line",
        find=form.line_break,
        is_fixable=True,
        for_long=False,
    ),
    Rule(
        name="markup",
        level="error",
        summary="Markdown, HTML, special tokens, thinking",
        source="HTML Standard, requirements for text that stands for an image: it is plain text",
        find=form.markup,
        is_fixable=True,
    ),
    Rule(
        name="emoji",
        level="warning",
        summary="emoji outside quotations, emoticons, pictures made of signs",
        source="Unicode CLDR, short names of characters, which screen readers read aloud",
        find=signs.pictures_of_signs,
    ),
    Rule(
        name="hedge",
        level="warning",
        summary="guesses: “appears to”, “possibly”, “likely”",
        source="this project: drafts, against published texts (benchmarks/TEXTS.md)",
        find=wording.hedge,
    ),
    Rule(
        name="repetition",
        level="error",
        summary="a loop, a sentence that follows itself, or much of the text said twice",
        source="this project: drafts, against published texts (benchmarks/TEXTS.md)",
        find=repeating.repetition,
    ),
    Rule(
        name="length",
        level="warning",
        summary="shorter or longer than is aimed for",
        source="IPTC Photo Metadata Standard, Alt Text (Accessibility): 250 characters; the least is this project's",
        find=length.band,
        for_long=False,
        for_any_length=True,
    ),
    Rule(
        name="limit",
        level="error",
        summary="longer than the platform or the caller allows",
        source="the platforms: localalt.text.platforms",
        find=length.limit,
        for_long=False,
        for_any_length=True,
    ),
    Rule(
        name="guessed-trait",
        level="warning",
        summary="ethnicity, religion, health or age of people",
        source="Cooper Hewitt, Guidelines for Image Description",
        find=people.guessed_trait,
    ),
    Rule(
        name="unsupplied-name",
        level="warning",
        summary="a proper name that the author did not supply",
        source="arXiv 2605.01733: a wrong detail does blind readers more harm than a missing one",
        find=people.unsupplied_name,
    ),
    Rule(
        name="language",
        level="error",
        summary="not in the language that it should be in",
        source="WCAG 2.2, 3.1.2 Language of Parts",
        find=wording.language,
    ),
    Rule(
        name="unquoted",
        level="warning",
        summary="wording of the picture without quotation marks",
        source="this project: quotations are left out by most other rules, and compared with the picture",
        find=wording.unquoted,
    ),
    Rule(
        name="repeats-nearby",
        level="warning",
        summary="says again what stands beside the picture, or the name of its file",
        source="WCAG 2.2, technique H2: a link's text and its picture's, said twice, are noise",
        find=nearby.repeats_nearby,
        for_long=False,
    ),
    Rule(
        name="refusal",
        level="error",
        summary="refuses to describe, or asks for the picture",
        source="this project: what models write in place of a description",
        find=answers.refusal,
        stands_alone=True,
    ),
    Rule(
        name="several",
        level="error",
        summary="several texts to choose from",
        source="this project: what models write in place of a description",
        find=answers.several,
    ),
    Rule(
        name="thinking",
        level="error",
        summary="how a description is made: “The user wants …”",
        source="this project: what models write in place of a description",
        find=answers.thinking,
        stands_alone=True,
    ),
    Rule(
        name="not-a-description",
        level="error",
        summary="data, code, coordinates, the question again, remarks about the text",
        source="this project: what models write in place of a description",
        find=answers.not_a_description,
        stands_alone=True,
    ),
    Rule(
        name="garbled",
        level="error",
        summary="one sign or word over and over, a broken encoding",
        source="this project: what models write that have lost their way",
        find=answers.garbled,
    ),
    Rule(
        name="mixed-languages",
        level="error",
        summary="a sentence in another language, outside quotations",
        source="WCAG 2.2, 3.1.2 Language of Parts",
        find=answers.mixed_languages,
    ),
    Rule(
        name="machine",
        level="error",
        summary="a program's stamp or guess: “Description automatically generated”, “May be an image of …”",
        source="this project: what office programs and social networks write by themselves",
        find=machine.machine,
    ),
    Rule(
        name="url",
        level="warning",
        summary="an address, which is read aloud letter by letter",
        source="this project: screen readers",
        find=file_names.url,
    ),
    Rule(
        name="invisible",
        level="warning",
        summary="characters that nobody sees: zero-width spaces, directions, tags",
        source="Unicode Technical Report 36, Unicode Security Considerations",
        find=signs.hidden,
        is_fixable=True,
    ),
    Rule(
        name="caps",
        level="warning",
        summary="capitals throughout",
        source="this project: screen readers, some of which spell capitals",
        find=signs.capitals,
    ),
    Rule(
        name="stuffing",
        level="warning",
        summary="keywords for search engines in place of a description",
        source="this project: published texts",
        find=stuffing.stuffing,
    ),
)

RULES: tuple[Rule, ...] = tuple(replace(rule, number=number) for number, rule in enumerate(_WITHOUT_NUMBERS, 1))
"""How often each speaks up about published alt texts: benchmarks/TEXTS.md."""
