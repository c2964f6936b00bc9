"""Whether a text is in the language that a tag asks for.

Script decides first, then an identifier where there is one, and else function words. A text is called wrong only
with a clear margin, since that costs another try and a warning: what is short, mostly names, or close between two
languages is "unknown". What is quoted was copied from a picture and is left out. Varieties of a language count as
one, unless the tag names a script. Knows nothing of models, and opens no connection.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.first_imports import importing
from localalt.text.function_words import are_close, function_words, leads, prevailing
from localalt.text.language_data import (
    CHINESE_ALONE,
    LANGUAGES_BY_SCRIPT,
    NAMES,
    SIMPLIFIED_REGIONS,
    SIMPLIFIED_TRADITIONAL,
    TRADITIONAL_REGIONS,
)
from localalt.text.language_tag import Tag, name_of, parse, same_language, scripts_of
from localalt.text.quotations import blanked
from localalt.text.scripts import CASED, DENSE, UNSPACED, letter_weights

__all__ = ["Identify", "Judgement", "Outcome", "check", "identifier"]

Identify: TypeAlias = Callable[[str], tuple[str, float]]
"""A text's language, as a tag, and how likely it is, 0.0 to 1.0."""

Outcome: TypeAlias = Literal["right", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a text is in the language that was asked for."""

    outcome: Outcome
    language: str | None = None
    """Of a wrong text: the tag of the language that was found, where it is known."""
    script: str | None = None
    """Of a text in a wrong script: the script's name."""

    @property
    def found(self) -> str | None:
        """What was found in place of the right one, in words, or None."""
        if self.language is not None:
            return name_of(self.language) or self.language
        return None if self.script is None else f"{self.script} script"


# These numbers are this project's, set on tests/data/language_texts.json so that no right text there is called wrong.
# called wrong.
_LEAST_LETTERS = 20
_LEAST_WORDS = 4
_LEAST_PLAIN_WORDS = 3
"""Words without a capital: below it a text may be a list of names."""
_FOREIGN = 0.7
"""Share of a text in scripts that are not its language's: from it on the text is wrong."""
_SOME = 0.3
"""From this share on it is not right either."""
_SOME_KANA = 0.1
"""Share of kana from which a text with Han is Japanese; Chinese has none."""
_LIKELY = 0.5
"""What an identifier must give the language that was asked for."""
_SURE = 0.9
"""What it must give another language."""
_VERY_SURE = 0.98
"""The same for a close one."""
_CLEAR_SIGNS = 3
"""Characters of the other Chinese orthography that say it is that."""

_MORE_QUOTED = re.compile(r"‚[^‚‘’\n]*[‘’]|‹[^‹›\n]*›|《[^《》\n]*》")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|(?<!\S)\S+@\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|\u0640|[\u064b-\u0652])*")


def check(text: str, tag: str | Tag, identify: Identify | None = None) -> Judgement:
    """Whether a text is in the language of `tag`.

    "unknown" where there is no clear margin, and always where `tag` is a language in words. Where a
    script serves one language of `NAMES` alone, the script decides. `identify` is asked about languages of `NAMES`
    only, since it may not know others; without it function words decide.
    """
    asked = parse(tag) if isinstance(tag, str) else tag
    expected = frozenset[str]() if asked is None else scripts_of(asked)
    if asked is None or not expected:
        return Judgement("unknown")
    plain = _ADDRESS.sub(" ", _MORE_QUOTED.sub(" ", blanked(text)))
    weights = letter_weights(plain)
    total = weights.total()
    words = _WORD.findall(plain)
    if total < _LEAST_LETTERS:
        return Judgement("unknown")
    main = weights.most_common(1)[0][0]
    if main not in UNSPACED and len(words) < _LEAST_WORDS:
        return Judgement("unknown")
    if main in CASED and sum(word[0].islower() for word in words) < _LEAST_PLAIN_WORDS:
        return Judgement("unknown")
    foreign = 1 - sum(weights[script] for script in expected) / total
    if foreign >= _FOREIGN:
        found = _language_in(main, plain, weights, words, identify)
        same = found is not None and same_language(found) == same_language(asked.language)
        return Judgement("wrong", None if same else found, main)
    if _is_east_asian(expected):
        return _east_asian(asked, plain, weights, foreign)
    if foreign >= _SOME or main not in scripts_of(Tag(asked.language)):
        return Judgement("unknown")  # of Chinese in Latin letters and the like, nobody knows the words
    if _only_language(main) == same_language(asked.language):
        return Judgement("right")
    return _by_language(asked, plain, words, identify)


@functools.cache
def identifier() -> Identify | None:
    """An identifier of languages, loaded now, or None where py3langid is not installed (the extra "language")."""
    with importing():
        try:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier
        except ImportError:
            return None
        # Its file of 4.5 MB takes 0.6 s and 120 MB of RAM to load (measured, numpy included), then 0.05 ms a text.
        model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def identify(text: str) -> tuple[str, float]:
        language, likelihood = model.classify(text)
        return str(language), float(likelihood)

    return identify


@functools.cache
def _named() -> frozenset[str]:
    return frozenset(same_language(language) for language in NAMES)


@functools.cache
def _only_language(script: str) -> str | None:
    """The language of `NAMES` that a script serves, if it is one."""
    named = _named() & {same_language(language) for language in LANGUAGES_BY_SCRIPT.get(script, "").split()}
    return next(iter(named)) if len(named) == 1 else None


def _is_east_asian(scripts: frozenset[str]) -> bool:
    return bool(scripts & DENSE)


def _east_asian(asked: Tag, text: str, weights: Counter[str], foreign: float) -> Judgement:
    """Chinese, Japanese and Korean share characters: kana and Hangul decide which it is."""
    han, kana = weights["Han"], weights["Hiragana"] + weights["Katakana"]
    total = weights.total()
    if same_language(asked.language) == "zh":
        if kana >= _SOME_KANA * total:
            return Judgement("wrong", "ja")
        return Judgement("unknown") if foreign >= _SOME else _orthography(asked, text)
    if asked.language == "ja" and not kana:
        signs = sum(character in CHINESE_ALONE for character in text)
        return Judgement("wrong", "zh") if signs >= _CLEAR_SIGNS - 1 else Judgement("unknown")
    if asked.language == "ko" and not weights["Hangul"]:
        return Judgement("wrong", "ja" if kana else "zh") if han + kana >= _FOREIGN * total else Judgement("unknown")
    return Judgement("unknown") if foreign >= _SOME else Judgement("right")


def _orthography(asked: Tag, text: str) -> Judgement:
    """Which characters a Chinese text is written with, where the tag names them."""
    simplified = sum(map(frozenset(SIMPLIFIED_TRADITIONAL[::2]).__contains__, text))
    traditional = sum(map(frozenset(SIMPLIFIED_TRADITIONAL[1::2]).__contains__, text))
    if asked.script == "Hans" or (asked.script is None and asked.region in SIMPLIFIED_REGIONS):
        own, other, found = simplified, traditional, "zh-Hant"
    elif asked.script == "Hant" or (asked.script is None and asked.region in TRADITIONAL_REGIONS):
        own, other, found = traditional, simplified, "zh-Hans"
    else:
        return Judgement("right")
    if other >= _CLEAR_SIGNS and not own:
        return Judgement("wrong", found)
    return Judgement("right") if own and not other else Judgement("unknown")


def _language_in(
    script: str, text: str, weights: Counter[str], words: Sequence[str], identify: Identify | None
) -> str | None:
    """The language of a text that is mainly in one script, where it is clear."""
    if script in DENSE and weights["Hiragana"] + weights["Katakana"] >= _SOME_KANA * weights.total():
        return "ja"
    if script == "Han":
        return "zh"
    only = _only_language(script)
    if only is not None:
        return only
    if identify is not None:
        language, likelihood = identify(text)
        known = same_language(language) in _named() and script in scripts_of(language)
        return language if known and likelihood >= _SURE else None
    found = prevailing(words, None)[1]
    return found if found is not None and script in scripts_of(found) else None


def _by_language(asked: Tag, text: str, words: Sequence[str], identify: Identify | None) -> Judgement:
    """By the identifier and by function words: neither may contradict what the other says for sure."""
    own = same_language(asked.language)
    by_words = _by_words(own, words)
    if identify is None or asked.language not in NAMES:
        return by_words
    language, likelihood = identify(text)
    likely = same_language(language)
    if likely == own:
        if by_words.outcome == "wrong":
            return Judgement("unknown")
        return Judgement("right") if likelihood >= _LIKELY else by_words
    if likely not in _named():
        return by_words  # of rare languages, short texts are the commonest mistakes of an identifier
    sure = likelihood >= (_VERY_SURE if are_close(own, likely) else _SURE)
    if by_words.outcome == "right":
        return Judgement("unknown") if sure else by_words
    mine, theirs = function_words(own), function_words(likely)
    mine_alone, theirs_alone = mine - theirs, theirs - mine
    spared = sum(word.casefold() in mine_alone for word in words)
    if spared and spared >= sum(word.casefold() in theirs_alone for word in words):
        return Judgement("unknown")  # a text of its own, full of another language's names
    if sure:
        return Judgement("wrong", language)
    if by_words.outcome == "wrong":  # so says each of them, but of which language it is they may differ
        return Judgement(
            "wrong", language if by_words.language is not None and same_language(by_words.language) == likely else None
        )
    return Judgement("unknown")


def _by_words(own: str, words: Sequence[str]) -> Judgement:
    if not function_words(own):
        return Judgement("unknown")
    prevails, found = prevailing(words, own)
    if prevails:
        return Judgement("wrong", found)
    return Judgement("right" if leads(own, words) else "unknown")
