"""What one call asks of each of its pictures: its options, validated, and in the forms in which they are needed.

Whatever is wrong with an option is raised here, before anything is read or loaded. Knows nothing of engines.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, get_args

from localalt import suggest
from localalt.drafting.existing import ExistingText
from localalt.drafting.option_checks import check_known, validate_timeout
from localalt.drafting.options import DESCRIBE_DEFAULTS, DescribeOptions
from localalt.errors import OptionError
from localalt.errors.wording import option
from localalt.first_imports import importing
from localalt.limits import MAX_EXISTING_CHARS, shown
from localalt.prompting import notes
from localalt.prompting.builder import (
    MIN_CHARS,
    Constraints,
    around_picture,
    build_prompt,
    language_in_words,
    validate_also,
)
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.presets import PRESETS, VENDOR_SAMPLING, Preset
from localalt.prompting.prompt import Prompt
from localalt.prompting.prompt_file import chosen_prompt
from localalt.recognition.installed import check_installed, is_installed
from localalt.request import Question, Sampling, TextParts
from localalt.text.language_tag import check_language, parse
from localalt.text.platforms import Limit, limits_of
from localalt.types import FUNCTIONAL_PURPOSES, Checks, Detail, Facts, Ocr, OnExisting, Purpose, TextVerdict

if TYPE_CHECKING:
    import localalt.lint as lint  # imported once there is a text to look at
    from localalt.image.metadata.hints import Hints
    from localalt.image.tiles import SmallWriting

__all__ = ["MAX_CANDIDATES", "Task", "make_task", "read_options"]

T = TypeVar("T")

MAX_CANDIDATES = 8
MAX_LIMIT_IN_PROMPT = 500
"""Characters: a model that reads that 2,000 are allowed writes more than a picture needs."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every picture of a call."""

    preset: Preset
    prompt: Prompt
    context: str | None = None
    facts: Facts = field(default_factory=Facts)
    purpose: Purpose = "informative"
    existing: str | None = None
    on_existing: OnExisting = "keep"
    language: str | None = None
    """A well-formed tag, against which a text can be checked; None where none was asked for, or one in words."""
    language_in_words: str | None = None
    limits: tuple[Limit, ...] = ()
    also: tuple[str, ...] = ()
    checks: Checks = "full"
    ocr: Ocr = "off"
    """Never "auto": whether the extra is here has been found out."""
    n_candidates: int = 1
    detail: Detail = "auto"
    wants_metadata: bool = False
    max_tokens: int = 512
    exact: bool = False
    timeout_s: float | None = None
    checked_existing: ExistingText | None = field(init=False)
    """The text that a person wrote, with what the rules say of it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "checked_existing", self._check_existing())

    @property
    def is_brief(self) -> bool:
        """Whether a few words are enough."""
        return self.purpose in FUNCTIONAL_PURPOSES

    @property
    def small_writing(self) -> SmallWriting:
        """What is done about writing that is too small: tiles, where the text in the picture may be asked for."""
        if self.exact or self.detail == "low":
            return "ignore"
        if "text" in self.also or self.checks == "full":
            return "tile"
        return "warn" if self.checks == "lint" else "ignore"

    @property
    def profile(self) -> lint.Profile:
        """The rules that a draft must follow."""
        return _profile(self.is_brief)

    @property
    def verdict_without_model(self) -> TextVerdict | None:
        """What becomes of the picture's text, where no model is needed to say so."""
        if self.purpose == "decorative":
            return "decorative"
        if self.checked_existing is not None and self.on_existing == "keep" and not self.checked_existing.faults:
            return "kept"
        return None

    @property
    def card_sampling(self) -> Sampling:
        """How the family's model card draws tokens: for candidates, and where greedy decoding ran into a loop."""
        return VENDOR_SAMPLING.get(self.preset.family, VENDOR_SAMPLING["generic"])

    @property
    def head(self) -> TextParts:
        """The prompt's text before the picture, the same for every question."""
        return around_picture(build_prompt(self.preset, self.prompt, Constraints()))[0]

    def question(
        self,
        kind: str | None = None,
        *,
        hints: Hints | None = None,
        writing: str = "",
        faults: Sequence[str] = (),
        sampling: Sampling | None = None,
        seed: int = 0,
    ) -> Question:
        """What is asked for: the alt text, or another kind of text; again, with `faults`, if there are any.

        `writing` is what an OCR engine read in the picture.
        """
        context = self.context
        if self.existing is not None and kind != "review":
            earlier = f"Earlier alt text by a person: {' '.join(self.existing.split())}"
            context = f"{context}\n{earlier}" if context else earlier
        constraints = Constraints(
            notes=notes.notes_of(context, self.facts, hints, writing),
            language=self.language_in_words,
            most=self._limit_in_prompt,
            purpose=self.purpose,
            existing=self.existing or "",
        )
        parts = around_picture(build_prompt(self.preset, self.prompt, constraints, kind=kind, faults=faults))[1]
        return Question(
            parts,
            max_tokens=self.max_tokens,
            stop=self.preset.stop,
            exact=self.exact,
            sampling=sampling or self.prompt.sampling,
            seed=seed or self.prompt.seed,
            grammar=self.prompt.grammar,
        )

    def sources(self, hints: Hints | None) -> tuple[str, ...]:
        """All that the author supplied, an alt text of a person's included."""
        return (*notes.sources_of(self.context, self.facts, hints), *filter(None, [self.existing]))

    def findings(
        self, text: str, *, sources: Sequence[str], is_detailed: bool, kind: lint.Kind = "alt"
    ) -> tuple[lint.Finding, ...]:
        """What the rules say of a draft."""
        with importing():
            from localalt.lint import check
        most, platform = self._limit_options
        return check(
            text,
            profile=self.profile,
            language=self.language,
            max_chars=most,
            platform=platform,
            supplied=sources,
            detailed=is_detailed or self.purpose == "figure",
            brief=self.is_brief,
            kind=kind,
        )

    def _check_existing(self) -> ExistingText | None:
        if self.existing is None:
            return None
        with importing():
            from localalt.lint import check, fix
        most, platform = self._limit_options
        profile = "social" if not self.is_brief else "web"
        findings = check(
            self.existing,
            profile=profile,
            language=self.language,
            max_chars=most,
            platform=platform,
            brief=self.is_brief,
        )
        is_fixable = any(finding.fix is not None for finding in findings)
        fixed = fix(self.existing, profile=profile, language=self.language) if is_fixable else self.existing
        return ExistingText(self.existing, findings, fixed, is_brief=self.is_brief)

    @property
    def _limit_options(self) -> tuple[int | None, str | None]:
        most = next((limit.most for limit in self.limits if not limit.platform), None)
        return most, next((limit.platform for limit in self.limits if limit.platform), None)

    @property
    def _limit_in_prompt(self) -> int | None:
        """The limit that the model is asked to respect; a caller's own in any case."""
        least = min((limit.aim or limit.most for limit in self.limits), default=None)
        return least if least is not None and (least <= MAX_LIMIT_IN_PROMPT or not self.limits[0].platform) else None


@functools.cache
def _profile(is_brief: bool) -> lint.Profile:
    with importing():
        from localalt.lint import Profile
    # Names in drafts are judged together with numbers and quotations.
    levels: dict[str, lint.Level | None] = {"unsupplied-name": None}
    if not is_brief:
        return Profile("draft", "drafts", levels=levels)
    levels["end-punctuation"] = None
    return Profile("draft-in-use", "drafts for links, buttons and logos", levels=levels)


def make_task(
    options: DescribeOptions,
    preset: Preset | None = None,
    *,
    max_tokens: int | None = None,
    exact: bool = False,
    is_here: bool = True,
) -> Task:
    """The task that a call's options ask for.

    `preset` is the family's, None before a model is there: enough to know whether one is needed. `is_here` is whether
    this interpreter's packages do it, and not another's.

    Raises:
        OptionError: an option is unknown, of the wrong type or out of range, or two contradict each other.
    """
    check_known(options, DescribeOptions)
    given: DescribeOptions = {**DESCRIBE_DEFAULTS, **options}
    prompt = chosen_prompt(given["prompt"])
    chosen = preset or PRESETS["generic"]
    if chosen.family == "selftest":
        prompt = dataclasses.replace(PROMPTS["selftest"], grammar=prompt.grammar)
    language, in_words = given["language"], language_in_words(given["language"])
    check_language(language)
    tag = parse(language.strip()) if language is not None else None
    # What a known-answer model writes is not worth fixing.
    usual: Checks = "off" if exact or prompt.fixed else given["checks"]
    task = Task(
        preset=chosen,
        prompt=prompt,
        context=notes.validate_context(given["context"]),
        facts=notes.validate_facts(given["facts"]),
        purpose=_one_of("purpose", given["purpose"], get_args(Purpose)),
        existing=_existing(given["existing"]),
        on_existing=_one_of("on_existing", given["on_existing"], get_args(OnExisting)),
        language=None if tag is None else str(tag),
        language_in_words=in_words,
        limits=limits_of(given["max_chars"], given["platform"], least_chars=MIN_CHARS),
        also=validate_also(given["also"] or ()),
        checks=_one_of("checks", options.get("checks", usual), get_args(Checks)),
        ocr=_ocr(given["ocr"], exact=exact, is_here=is_here),
        n_candidates=_candidates(given["candidates"]),
        detail=_one_of("detail", options.get("detail", "high" if exact else given["detail"]), get_args(Detail)),
        wants_metadata=_flag("metadata", given["metadata"]),
        max_tokens=max_tokens or min(prompt.max_tokens or chosen.max_tokens, chosen.max_tokens),
        exact=exact,
        timeout_s=validate_timeout(given["timeout_s"]),
    )
    if task.purpose == "decorative" and task.also:
        raise OptionError(
            f"A decorative picture has no further texts: leave out {option('also')}, or name another purpose."
        )
    return task


def read_options(options: DescribeOptions) -> tuple[Task, DescribeOptions]:
    """The task of a call's options before a model is there, and the options with the prompt as it was read.

    Whoever goes on with these options reads a prompt's file once.

    Raises:
        OptionError: see `make_task`.
    """
    task = make_task(options)
    return task, {**options, "prompt": task.prompt}


def _one_of(name: str, value: T, known: tuple[T, ...]) -> T:
    if value not in known:
        advice = suggest.advice(value, map(str, known))
        raise OptionError(f"{option(name)} is {value!r:.40}: {advice}")
    return value


def _ocr(ocr: Ocr, *, exact: bool, is_here: bool) -> Ocr:
    """What is done with the packages that are here; where it is done elsewhere, what is asked for."""
    chosen: Ocr = _one_of("ocr", ocr, get_args(Ocr))
    if exact or chosen == "off":
        return "off"
    if chosen == "auto":
        return "check" if is_here and is_installed() else "off"
    if is_here:
        check_installed()
    return chosen


def _existing(existing: object) -> str | None:
    # Blank is None: where nobody wrote a text, programs pass "".
    return notes.validate_context(existing, "existing", MAX_EXISTING_CHARS)


def _candidates(n: object) -> int:
    if type(n) is not int or not 1 <= n <= MAX_CANDIDATES:
        raise OptionError(f"{option('candidates')} is {shown(n)}: pass a whole number from 1 to {MAX_CANDIDATES}.")
    return n


def _flag(name: str, value: object) -> bool:
    if type(value) is not bool:
        raise OptionError(f"{option(name)} is {value!r:.20}: pass True or False.")
    return value
