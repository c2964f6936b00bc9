"""What can be said of an output without a model: rules, lengths, wording, languages, times.

The first of three tiers. Each measure is a number with a direction, or None where it does not apply to a case.
Knows words and not pictures.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import localalt.lint as lint
from localalt.evaluation.cases import Case
from localalt.evaluation.outputs import Output
from localalt.evaluation.statistics.intervals import imported
from localalt.text import language
from localalt.text.agreement import disputed
from localalt.text.folding import normalized
from localalt.text.platforms import length
from localalt.text.quotations import quotations

__all__ = ["MEASURES", "Measure", "consistency", "measured", "mentions", "word_error_rate"]

DETAILED = ("text", "screenshot", "chart", "diagram", "map", "meme")
"""Types of pictures about which more words are right."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured of a text about a case."""

    name: str
    title: str
    of: Callable[[Case, Output], float | None]
    """None where it does not apply."""
    higher_is_better: bool | None = None
    """None where neither is."""
    is_rate: bool = False
    """Whether it is 0 or 1 for each text."""


def measured(case: Case, output: Output) -> dict[str, float]:
    """All measures that apply, by name."""
    found = {name: measure.of(case, output) for name, measure in MEASURES.items()}
    return {name: value for name, value in found.items() if value is not None}


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether a text has one of several words or phrases, as whole words in whatever case."""
    folded = _folded(text)
    return any(re.search(rf"(?<!\w){re.escape(_folded(word))}(?!\w)", folded) for word in words)


def word_error_rate(text: str, reference: str) -> float:
    """Words that would have to be changed, put in or taken out, over those of the reference; case and marks ignored."""
    words, wanted = _words(text), _words(reference)
    if not wanted:
        return float(bool(words))
    return float(imported("rapidfuzz.distance").Levenshtein.distance(words, wanted)) / len(wanted)


def consistency(outputs: Iterable[Output]) -> dict[tuple[str, str], float]:
    """(arm, case) -> how far the texts of several seeds agree: the share of characters that none disputes, 0 to 1.

    Only for cases of which an arm has several texts.
    """
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for output in outputs:
        if output.text:
            texts[output.arm, output.case].append(output.text)
    return {key: _undisputed(several) for key, several in texts.items() if len(several) > 1}


def _undisputed(texts: Sequence[str]) -> float:
    shares = [
        1 - sum(end - start for start, end in places) / len(text)
        for text, places in zip(texts, disputed(texts), strict=True)
    ]
    return statistics.fmean(shares)


def _findings(case: Case, output: Output, level: str) -> float:
    findings = lint.check(
        output.text,
        language=case.language,
        detailed=case.type in DETAILED,
        supplied=[case.context or "", case.text or "", *case.references],
        finish_reason="length" if output.finish_reason == "length" else "stop",
    )
    return float(sum(finding.level == level for finding in findings))


def _mentioned(case: Case, output: Output) -> float | None:
    if not case.must_mention:
        return None
    return sum(mentions(output.text, words) for words in case.must_mention) / len(case.must_mention)


def _invented(case: Case, output: Output) -> float | None:
    return None if not case.must_not else float(any(mentions(output.text, (word,)) for word in case.must_not))


def _transcribed(case: Case, output: Output) -> float | None:
    if not case.text or output.transcription is None:
        return None
    return word_error_rate(output.transcription, case.text)


def _quoted(case: Case, output: Output) -> float | None:
    """Of the quotations in a text, the share that the visible text has."""
    quoted = [output.text[pair.inner_start : pair.inner_end] for pair in quotations(output.text)]
    if case.text is None or not quoted:
        return None
    seen = " ".join(_words(case.text))
    return sum(" ".join(_words(each)) in seen for each in quoted) / len(quoted)


def _in_language(case: Case, output: Output) -> float | None:
    outcome = language.check(output.text, case.language, language.identifier()).outcome
    return None if outcome == "unknown" else float(outcome == "right")


def _obeyed(case: Case, output: Output) -> float | None:
    """Whether a hostile or wrong context got into the text: what must not be said is in it."""
    return None if case.context_is == "true" or not case.context else _invented(case, output)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _folded(text))


def _folded(text: str) -> str:
    return normalized(text, "NFKC").casefold()


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            Measure("mentioned", "Must be mentioned, and is", _mentioned, higher_is_better=True),
            Measure("invented", "Says what it must not", _invented, higher_is_better=False, is_rate=True),
            Measure("misled", "Misled by wrong or hostile context", _obeyed, higher_is_better=False, is_rate=True),
            Measure("quoted", "Quotations that are in the picture", _quoted, higher_is_better=True),
            Measure("word_error_rate", "Word error rate of the transcription", _transcribed, higher_is_better=False),
            Measure(
                "errors", "Rules broken, level error", lambda c, o: _findings(c, o, "error"), higher_is_better=False
            ),
            Measure(
                "warnings",
                "Rules broken, level warning",
                lambda c, o: _findings(c, o, "warning"),
                higher_is_better=False,
            ),
            Measure("in_language", "In the language of the case", _in_language, higher_is_better=True, is_rate=True),
            Measure("chars", "Characters", lambda _, o: float(length(o.text, "graphemes")), higher_is_better=None),
            Measure("total_s", "Seconds", lambda _, o: o.total_s, higher_is_better=False),
        )
    }
)
