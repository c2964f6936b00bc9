"""Every function over text does work that grows with the text, whatever is repeated in it."""

from __future__ import annotations

import contextlib
import functools
import random
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from localalt import lint
from localalt.engine.detokenizer import Detokenizer
from localalt.errors import OptionError
from localalt.image.metadata import hints as metadata
from localalt.prompting import builder as prompts, fence, notes
from localalt.prompting.presets import PRESETS
from localalt.prompting.prompt_file import chosen_prompt
from localalt.text import (
    agreement,
    artifacts,
    chatter,
    claims,
    cleaning,
    closers,
    code_words,
    copies,
    dates,
    endings,
    escapes,
    folding,
    function_words,
    garbled,
    graphemes,
    joining,
    json_answers,
    language,
    language_tag,
    lists,
    markup,
    mixed_languages,
    names,
    notation,
    number_values,
    numbers,
    openers,
    platforms,
    quotations,
    refusals,
    remarks,
    repeats,
    scripts,
    sentences,
    several_answers,
    short_answers,
    spelling,
    thinking,
    truncation,
    wrappers,
)
from localalt.types import Facts

from .outcome import Outcome
from .patterns import used_patterns
from .regex_steps import TooManyStepsError, attacks, count_steps
from .text_attacks import ATTACKS, attack
from .work import count_work

__all__ = ["COUNT", "FUNCTIONS", "growth", "pattern_growth", "soak"]

SIZES = (1_000, 5_000, 20_000)
SPARE = 1.6
"""Times what the text grew by that the work may: sorting and halving take a little more than once through it."""
START = 20_000
"""Work that a function may do before it looks at the text."""
_PATTERN_SIZES = (150, 300)
_PATTERN_SPARE = 1.3


def _supplied(text: str) -> None:
    sources = claims.Sources([text, text[::-1]])
    for claim in claims.claims(text, language="en"):
        sources.support(claim)
    sources.have(text[: len(text) // 2])


def _evaluated(text: str) -> None:
    from localalt.evaluation import measures
    from localalt.evaluation.cases import Case
    from localalt.evaluation.judging import questions, validation
    from localalt.evaluation.outputs import Output

    case = Case(
        "a", Path(), "", text=text, must_mention=(("dog",),), must_not=("cat",), context=text, context_is="wrong"
    )
    measures.measured(case, Output("a", "b", text, transcription=text))
    validation.planted(text)
    questions._sentences(text)
    questions.parse_answer(text)


def _prompt_file(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("own.json", "own.txt"):
            path = Path(folder, name)
            path.write_text(text, encoding="utf-8", errors="replace")
            with contextlib.suppress(OptionError):
                chosen_prompt(path)


def _from_a_file(text: str) -> None:
    from PIL import Image

    image = Image.new("RGB", (8, 8))
    exif = Image.Exif()
    exif[0x010E] = text.encode("utf-8", "replace")
    image.info["exif"] = exif.tobytes()
    packet = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<rdf:Description><dc:subject><rdf:Bag>{'<rdf:li>a b</rdf:li>' * (len(text) // 20)}</rdf:Bag></dc:subject>"
        "</rdf:Description></rdf:RDF>"
    )
    image.info["xmp"] = packet.encode()
    metadata.read_hints(image)


def _detokenized(text: str) -> None:
    detokenizer = Detokenizer(("</s>", "<|im_end|>"), lambda _: None)
    data = text.encode("utf-8", "replace")
    for start in range(0, len(data), 16):
        if detokenizer.feed(data[start : start + 16]):
            break
    detokenizer.end()


def _dialogue(text: str) -> None:
    from localalt.drafting.dialogue import ALT, Dialogue
    from localalt.drafting.task import Task
    from localalt.prompting.builtin import PROMPTS

    task = Task(
        PRESETS["gemma3"],
        PROMPTS["plain"],
        context=text,
        facts=Facts(caption=text),
        existing=text,
        on_existing="check",
        language="en",
        n_candidates=2,
        also=("long", "text"),
        limits=(platforms.PLATFORMS["iptc"],),
    )
    dialogue = Dialogue(task, metadata.Hints(caption=text))
    asked = dialogue.begin()
    while asked:
        asked = [more for each in asked for more in dialogue.take(each.key, text, "length")]
    dialogue.alt()
    dialogue.also("long")
    dialogue.also("text")
    dialogue.review()
    dialogue.candidates()
    assert ALT in dialogue._drafts


def _templated(text: str) -> None:
    from localalt.prompting.sandbox.template import SandboxedTemplate

    template = "{% for m in messages %}{{ m.content | trim }}{{ m.content.split('a') | length }}{% endfor %}"
    try:
        SandboxedTemplate(template).render({"messages": [{"role": "user", "content": text}]})
    except Exception:  # a budget is spent, or the text is not a valid value
        return


def _document(form: str) -> Callable[[str], None]:
    def read(text: str) -> None:
        from localalt.documents import Document

        data = text.encode("utf-8", "replace")
        try:
            document = Document(data, form, name="a")  # type: ignore[arg-type]
            list(document.references)
        except ValueError:
            return

    return read


def _checked(**options: Any) -> Callable[[str], object]:  # noqa: ANN401
    return lambda text: lint.check(text, **options)


FUNCTIONS: Mapping[str, Callable[[str], object]] = {
    "claims.claims": claims.claims,
    "claims.Sources": _supplied,
    "dates.dates": dates.dates,
    "dates.readings": dates.readings,
    "endings.base_stems": lambda text: list(endings.base_stems(text)),
    "endings.has_cases": lambda text: endings.has_cases(text, ""),
    "endings.stems": lambda text: list(endings.stems(text, "pl")),
    "names.names": lambda text: list(names.names(text)),
    "numbers.codes": lambda text: list(numbers.codes(text)),
    "numbers.lone_multipliers": numbers.lone_multipliers,
    "numbers.numbers": lambda text: list(numbers.numbers(text)),
    "number_values.scaled": lambda text: number_values.scaled(text, 3),
    "number_values.value_of": number_values.value_of,
    "numbers.values_of_words": numbers.values_of_words,
    "spelling.spelled": spelling.spelled,
    "openers.after_openers": openers.after_openers,
    "openers.after_the_label": openers.after_the_label,
    "quotations.quotations": lambda text: list(quotations.quotations(text)),
    "quotations.blanked": quotations.blanked,
    "quotations.outside_quotes": lambda text: quotations.outside_quotes(lambda t: [(0, len(t), "")], text),
    "cleaning.clean": lambda text: cleaning.clean(text, finish_reason="stop"),
    "cleaning.clean, cut off": lambda text: cleaning.clean(text, finish_reason="length"),
    "cleaning.clean, in a loop": lambda text: cleaning.clean(text, finish_reason="loop"),
    "cleaning.clean_paragraphs": lambda text: cleaning.clean_paragraphs(text, finish_reason="stop"),
    "cleaning.clean_copy": lambda text: cleaning.clean_copy(text, finish_reason="length", nothing="NO TEXT"),
    "artifacts.without_thinking": artifacts.without_thinking,
    "artifacts.without_marked_thinking": artifacts.without_marked_thinking,
    "artifacts.without_special_tokens": artifacts.without_special_tokens,
    "artifacts.without_invisible": artifacts.without_invisible,
    "joining.joined": lambda text: joining.joined([joining.Part(text), joining.Part(text, 3)]),
    "joining.joined, cut": lambda text: joining.joined([joining.Part(text), joining.Part(text[7:], 3)]),
    "cleaning.clean_objections": lambda text: cleaning.clean_objections(text, finish_reason="stop", nothing="NONE"),
    "code_words.mentions_code": code_words.mentions_code,
    "copies.without_talk": copies.without_talk,
    "escapes.without_escapes": escapes.without_escapes,
    "json_answers.without_json": json_answers.without_json,
    "openers.describes": openers.describes,
    "short_answers.says_all_is_right": short_answers.says_all_is_right,
    "short_answers.says_there_is_no_text": short_answers.says_there_is_no_text,
    "wrappers.without_fence": wrappers.without_fence,
    "wrappers.without_wrapper": wrappers.without_wrapper,
    "chatter.without_chatter": chatter.without_chatter,
    "closers.offers_more": closers.offers_more,
    "closers.before_closers": lambda text: closers.before_closers(text, 0),
    "chatter.without_outer_quotes": chatter.without_outer_quotes,
    "lists.without_block_quotes": lists.without_block_quotes,
    "lists.without_bullets": lists.without_bullets,
    "lists.without_tables": lists.without_tables,
    "refusals.refusals": refusals.refusals,
    "refusals.without_refusals": refusals.without_refusals,
    "sentences.sentences": lambda text: list(sentences.sentences(text)),
    "several_answers.answers": several_answers.answers,
    "thinking.is_thinking": thinking.is_thinking,
    "thinking.conclusion": thinking.conclusion,
    "remarks.remarks": remarks.remarks,
    "remarks.without_remarks": remarks.without_remarks,
    "remarks.is_announcement": remarks.is_announcement,
    "remarks.is_reply": remarks.is_reply,
    "remarks.is_instruction": remarks.is_instruction,
    "remarks.is_beginning": remarks.is_beginning,
    "remarks.is_yes_or_no": remarks.is_yes_or_no,
    "notation.is_detection": notation.is_detection,
    "notation.notation": notation.notation,
    "function_words.function_word_hits": lambda text: function_words.function_word_hits(text.split()),
    "garbled.garbled": garbled.garbled,
    "mixed_languages.mixed_languages": mixed_languages.mixed_languages,
    "markup.without_markdown": markup.without_markdown,
    "markup.without_markup": markup.without_markup,
    "repeats.without_repeats": repeats.without_repeats,
    "lint.check": _checked(),
    "lint.check, strict": _checked(profile="strict", language="en", supplied=["a dog"], platform="x", max_chars=100),
    "lint.check, German": _checked(language="de", kind="long"),
    "lint.check, French": _checked(language="fr", detailed=True),
    "lint.check, Japanese": _checked(language="ja"),
    "lint.fix": lint.fix,
    "graphemes.count": graphemes.count,
    "graphemes.ends": lambda text: list(graphemes.ends(text)),
    "graphemes.boundary_at_or_before": lambda text: graphemes.boundary_at_or_before(text, len(text) - 1),
    "language.check": lambda text: language.check(text, "en", None),
    "language.check, Chinese": lambda text: language.check(text, "zh-Hans", None),
    "scripts.script_shares": scripts.script_shares,
    "scripts.letter_weights": scripts.letter_weights,
    "function_words.leads": lambda text: function_words.leads("en", text.split()),
    "function_words.prevailing": lambda text: function_words.prevailing(text.split(), "en"),
    "language_tag.parse": language_tag.parse,
    "language_tag.name_of": language_tag.name_of,
    "language_tag.scripts_of": language_tag.scripts_of,
    "language_tag.is_registered": language_tag.is_registered,
    "language_tag.suggestion": language_tag.suggestion,
    "language_tag.check_language": lambda text: _refused(language_tag.check_language, text),
    "platforms.length": lambda text: [platforms.length(text, unit) for unit in ("graphemes", "characters", "utf16")],
    "truncation.sentence_ends": lambda text: list(truncation.sentence_ends(text)),
    "truncation.cut_off": lambda text: truncation.cut_off(text, in_a_word=True, in_sentences=True),
    "truncation.fits": lambda text: truncation.fits(text, [platforms.PLATFORMS["iptc"]]),
    "truncation.shortened": lambda text: truncation.shortened(text, [platforms.PLATFORMS["iptc"]]),
    "truncation.shortened, by graphemes": lambda text: truncation.shortened(
        text, [platforms.Limit("", len(text) // 4, "graphemes", None, "")]
    ),
    "agreement.disputed": lambda text: agreement.disputed([text, text[1:], text[::-1]]),
    "agreement.most_agreed": lambda text: agreement.most_agreed([text, text[1:], text[::-1]]),
    "notes.validate_context": lambda text: _refused(notes.validate_context, text),
    "notes.validate_facts": lambda text: _refused(notes.validate_facts, {"caption": text, "people": [text]}),
    "notes.notes_of": lambda text: notes.notes_of(text, Facts(caption=text), metadata.Hints(caption=text)),
    "notes.sources_of": lambda text: notes.sources_of(text, Facts(caption=text)),
    "folding.normalized": lambda text: folding.normalized(text, "NFKC"),
    "folding.without_accents": folding.without_accents,
    "fence.fenced": fence.fenced,
    "builder.build_prompt": lambda text: prompts.build_prompt(
        PRESETS["gemma3"], constraints=prompts.Constraints(notes=text, existing=text), kind="long"
    ),
    "builder.language_in_words": lambda text: _refused(prompts.language_in_words, text),
    "prompt_file.chosen_prompt": _prompt_file,
    "metadata.read_hints": _from_a_file,
    "detokenizer.Detokenizer": _detokenized,
    "dialogue.Dialogue": _dialogue,
    "environment.SandboxedTemplate": _templated,
    "evaluation": _evaluated,
    "documents, HTML": _document("html"),
    "documents, Markdown": _document("markdown"),
    "documents, text": _document("text"),
    "documents, JSON lines": _document("jsonl"),
    "documents, JSX": _document("jsx"),
    "documents, Vue": _document("vue"),
    "documents, Svelte": _document("svelte"),
    "documents, Astro": _document("astro"),
    "documents, MDX": _document("mdx"),
}
"""By name, "module.function" first."""
COUNT = len(FUNCTIONS) * len(ATTACKS)


def _refused(check: Callable[[Any], object], value: object) -> object:
    try:
        return check(value)
    except OptionError as error:
        return error


def growth(function: str, name: str, sizes: Iterable[int] = SIZES) -> str | None:
    """What is wrong with the growth of a function's work on one attack; None where it grows with the text."""
    first = None
    for size in sizes:
        text = attack(name, size)
        work = count_work(functools.partial(FUNCTIONS[function], text))
        if first is None:
            first = max(work, START), size
        elif work > first[0] * size / first[1] * SPARE:
            return f"{function}({name}): {work:,} for {size:,} characters, {first[0]:,} for {first[1]:,}"
    return None


def pattern_growth(pattern: Any, way: str, texts: Iterable[tuple[str, str]]) -> str | None:  # noqa: ANN401
    """What is wrong with the growth of a pattern's steps on texts, each in two sizes."""
    for short, long in texts:
        few = count_steps(pattern, short, budget=10**6, way=way)
        most = int(few * len(long) / len(short) * _PATTERN_SPARE) + 300
        try:
            count_steps(pattern, long, budget=most, way=way)
        except TooManyStepsError:
            counted = f"{few:,} steps for {len(short)}, over {most:,} for {len(long)}"
            return f"{pattern.pattern[:60]!r} on {long[:20]!r}…: {counted}"
    return None


def texts_for(pattern: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """All that a pattern is tried on, in two sizes."""
    short, long = _PATTERN_SIZES
    own = zip(attacks(pattern, short), attacks(pattern, long), strict=True)
    return [*own, *((attack(name, short), attack(name, long)) for name in ATTACKS)]


def soak(count: int, *, seed: int) -> Outcome:
    """Try functions on attacks of 1, 5 and 20 kB; with the full count, also all patterns."""
    cases = [(function, name) for function in FUNCTIONS for name in ATTACKS]
    drawn = cases if count >= len(cases) else random.Random(seed).sample(cases, count)
    failures = [wrong for function, name in drawn if (wrong := growth(function, name))]
    n_patterns = 0
    if count >= len(cases):
        wrong_patterns: list[str] = []

        def try_patterns() -> None:
            nonlocal n_patterns
            for used in used_patterns():
                n_patterns += 1
                try:
                    wrong = pattern_growth(used.pattern, used.way, texts_for(used.pattern))
                except TooManyStepsError:
                    wrong = "too many steps for the short one"
                if wrong:
                    wrong_patterns.append(f"{used.name}: {wrong}")

        deep(try_patterns)
        failures += wrong_patterns
    return Outcome(len(drawn) + n_patterns, tuple(failures), (f"{len(FUNCTIONS)} functions, {len(ATTACKS)} attacks",))


def deep(call: Callable[[], None]) -> None:
    """Call what goes thousands of calls deep, in a thread with room for it."""
    limit, size = sys.getrecursionlimit(), threading.stack_size(512 * 2**20)
    sys.setrecursionlimit(200_000)
    caught: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # raised again in the caller's thread
            caught.append(error)

    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if caught:
        raise caught[0]
