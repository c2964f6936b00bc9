"""Language tags, and whether a text is in the language that a tag asks for.

Script decides first, then an identifier where there is one, and else function words. A text is called wrong only
with a clear margin, since that costs another try and a warning: what is short, mostly names, or close between two
languages is "unknown". What is quoted was copied from a picture and is left out. Varieties of a language are never
told apart, unless the tag names a script. Knows nothing of models, and opens no connection.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.first_imports import importing
from localalt.text.folding import normalized
from localalt.text.language_data import (
    CHINESE_ALONE,
    CLOSE,
    FUNCTION_WORDS,
    LANGUAGES_BY_SCRIPT,
    NAMES,
    PREFERRED,
    SAME,
    SCRIPTS_BY_CODE,
    SCRIPTS_BY_PREFIX,
    SIMPLIFIED_REGIONS,
    SIMPLIFIED_TRADITIONAL,
    TRADITIONAL_REGIONS,
)
from localalt.text.language_subtags import GRANDFATHERED
from localalt.text.quotations import blanked

__all__ = [
    "NAMES",
    "Identify",
    "Judgement",
    "Outcome",
    "Tag",
    "check",
    "function_words",
    "identifier",
    "name_of",
    "parse",
    "script_shares",
    "scripts_of",
]

Identify: TypeAlias = Callable[[str], tuple[str, float]]
"""A text's language, as a tag, and how likely it is, 0.0 to 1.0."""

Outcome: TypeAlias = Literal["right", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A BCP 47 tag, taken apart. `str()` gives its canonical spelling."""

    language: str
    """In lower case, the preferred code where there are two."""
    script: str | None = None
    """As ISO 15924 writes it, such as "Hant"."""
    region: str | None = None
    rest: tuple[str, ...] = ()
    """Variants, extensions and private use, in lower case."""

    def __str__(self) -> str:
        return "-".join(part for part in (self.language, self.script, self.region, *self.rest) if part)


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


# RFC 5646, section 2.1, without grandfathered tags; languages of four letters and more are reserved there, and
# here they are names ("Thai", "Deutsch").
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<extended>[a-z]{3}))?(?:-[a-z]{3}){0,2}(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)

_DENSE = frozenset(("Han", "Hiragana", "Katakana", "Hangul"))
"""Scripts with a syllable or a word in each sign, and few spaces or none."""
_UNSPACED = _DENSE | {"Thai", "Lao", "Khmer", "Myanmar", "Tibetan"}
_CASED = frozenset(("Latin", "Cyrillic", "Greek", "Armenian"))
# The numbers below are this project's, set on tests/data/language_texts.json so that no right text there is
# called wrong.
_LETTERS_IN_A_SIGN = 3
"""Letters that say about as much as one sign of a dense script."""
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
_PREVAILING = 3
"""Different function words of another language that say it is that language."""
_PREVAILING_SHARE = 0.2
"""Of all words that are such function words."""
_LEAD = 2
"""Function words that the language found has more than the next: below it, it is not named."""
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


def parse(tag: str) -> Tag | None:
    """A tag, taken apart, or None for what is none, such as a language's name."""
    tag = tag.strip()
    match = _TAG.fullmatch(GRANDFATHERED.get(tag.lower(), "") or tag)
    if match is None:
        return None
    language = (match["extended"] or match["language"]).lower()
    script, region, rest = match["script"], match["region"], match["rest"].lower()
    return Tag(
        PREFERRED.get(language, language),
        script and script.capitalize(),
        region and region.upper(),
        tuple(rest.split("-")[1:]),
    )


def name_of(tag: str | Tag) -> str | None:
    """A language's English name, of its variety where that has one, or None."""
    parsed = parse(tag) if isinstance(tag, str) else tag
    if parsed is None:
        return None
    narrower = (part.lower() for part in (parsed.script, parsed.region) if part is not None)
    keys = (*(f"{parsed.language}-{part}" for part in narrower), parsed.language)
    return next((NAMES[key] for key in keys if key in NAMES), None)


def scripts_of(tag: str | Tag) -> frozenset[str]:
    """The scripts that a language is written in, or the one that the tag names; empty where they are not known."""
    parsed = parse(tag) if isinstance(tag, str) else tag
    if parsed is None:
        return frozenset()
    if parsed.script is not None and parsed.script in SCRIPTS_BY_CODE:
        return frozenset(SCRIPTS_BY_CODE[parsed.script].split())
    return frozenset(
        script for script, languages in LANGUAGES_BY_SCRIPT.items() if parsed.language in languages.split()
    )


def script_shares(text: str) -> dict[str, float]:
    """The share of each script in a text's letters, the largest first; empty for a text without letters.

    A script is called by the first word of its name in Unicode.
    """
    counts = _letters(text)
    total = counts.total()
    return {script: number / total for script, number in counts.most_common()}


def check(text: str, tag: str | Tag, identify: Identify | None = None) -> Judgement:
    """Whether a text is in the language of `tag`.

    "unknown" where it cannot be told with a clear margin, and always where `tag` is a language in words. Where a
    script serves one language of `NAMES` alone, the script decides. `identify` is asked about languages of `NAMES`
    only, since it may not know others; without it function words decide.
    """
    asked = parse(tag) if isinstance(tag, str) else tag
    expected = frozenset[str]() if asked is None else scripts_of(asked)
    if asked is None or not expected:
        return Judgement("unknown")
    kept = _ADDRESS.sub(" ", _MORE_QUOTED.sub(" ", blanked(text)))
    weights = _weights(kept)
    total = weights.total()
    words = _WORD.findall(kept)
    if total < _LEAST_LETTERS:
        return Judgement("unknown")
    main = weights.most_common(1)[0][0]
    if main not in _UNSPACED and len(words) < _LEAST_WORDS:
        return Judgement("unknown")
    if main in _CASED and sum(word[0].islower() for word in words) < _LEAST_PLAIN_WORDS:
        return Judgement("unknown")
    foreign = 1 - sum(weights[script] for script in expected) / total
    if foreign >= _FOREIGN:
        found = _language_in(main, kept, weights, words, identify)
        same = found is not None and _same(found) == _same(asked.language)
        return Judgement("wrong", None if same else found, main)
    if _is_east_asian(expected):
        return _east_asian(asked, kept, weights, foreign)
    if foreign >= _SOME or main not in scripts_of(Tag(asked.language)):
        return Judgement("unknown")  # of Chinese in Latin letters and the like, nobody knows the words
    if _only_language(main) == _same(asked.language):
        return Judgement("right")
    return _by_language(asked, kept, words, identify)


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


def _letters(text: str) -> Counter[str]:
    """Letters by script."""
    normal = normalized(text, "NFKC")
    scripts = (_script(character) for character in normal if unicodedata.category(character)[0] == "L")
    return Counter(script for script in scripts if script)


def _weights(text: str) -> Counter[str]:
    """The same, with signs of dense scripts as the letters that say as much."""
    weights: Counter[str] = Counter()
    for script, number in _letters(text).items():
        weights[script] = number * (_LETTERS_IN_A_SIGN if script in _DENSE else 1)
    return weights


@functools.lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    prefix = unicodedata.name(letter, "").partition(" ")[0]
    return SCRIPTS_BY_PREFIX.get(prefix, prefix.capitalize())


def _same(language: str) -> str:
    return SAME.get(language, language)


@functools.cache
def _named() -> frozenset[str]:
    return frozenset(_same(language) for language in NAMES)


@functools.cache
def _only_language(script: str) -> str | None:
    """The language of `NAMES` that a script serves, if it is one."""
    named = _named() & {_same(language) for language in LANGUAGES_BY_SCRIPT.get(script, "").split()}
    return next(iter(named)) if len(named) == 1 else None


def _is_east_asian(scripts: frozenset[str]) -> bool:
    return bool(scripts & _DENSE)


def _east_asian(asked: Tag, text: str, weights: Counter[str], foreign: float) -> Judgement:
    """Chinese, Japanese and Korean share characters: kana and Hangul tell which it is."""
    han, kana = weights["Han"], weights["Hiragana"] + weights["Katakana"]
    total = weights.total()
    if _same(asked.language) == "zh":
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
    if script in _DENSE and weights["Hiragana"] + weights["Katakana"] >= _SOME_KANA * weights.total():
        return "ja"
    if script == "Han":
        return "zh"
    only = _only_language(script)
    if only is not None:
        return only
    if identify is not None:
        language, likelihood = identify(text)
        known = _same(language) in _named() and script in scripts_of(language)
        return language if known and likelihood >= _SURE else None
    found = _prevailing(words, None)[1]
    return found if found is not None and script in scripts_of(found) else None


def _by_language(asked: Tag, text: str, words: Sequence[str], identify: Identify | None) -> Judgement:
    """By the identifier and by function words: neither may contradict what the other says for sure."""
    own = _same(asked.language)
    told = _by_words(own, words)
    if identify is None or asked.language not in NAMES:
        return told
    language, likelihood = identify(text)
    likely = _same(language)
    if likely == own:
        if told.outcome == "wrong":
            return Judgement("unknown")
        return Judgement("right") if likelihood >= _LIKELY else told
    if likely not in _named():
        return told  # of rare languages, short texts are the commonest mistakes of an identifier
    sure = likelihood >= (_VERY_SURE if _are_close(own, likely) else _SURE)
    if told.outcome == "right":
        return Judgement("unknown") if sure else told
    mine, theirs = function_words(own), function_words(likely)
    mine_alone, theirs_alone = mine - theirs, theirs - mine
    spared = sum(word.casefold() in mine_alone for word in words)
    if spared and spared >= sum(word.casefold() in theirs_alone for word in words):
        return Judgement("unknown")  # a text of its own, full of another language's names
    if sure:
        return Judgement("wrong", language)
    if told.outcome == "wrong":  # so says each of them, but of which language it is they may differ
        return Judgement("wrong", language if told.language is not None and _same(told.language) == likely else None)
    return Judgement("unknown")


def _by_words(own: str, words: Sequence[str]) -> Judgement:
    mine = function_words(own)
    if not mine:
        return Judgement("unknown")
    prevails, found = _prevailing(words, own)
    if prevails:
        return Judgement("wrong", found)
    hits = [word for word in words if word.casefold() in mine]
    if len({word.casefold() for word in hits}) < _PREVAILING - 1:
        return Judgement("unknown")
    others = (
        sum(word.casefold() in function_words(other) for word in words) for other in _languages_with_words() - {own}
    )
    return Judgement("right") if max(others) < len(hits) else Judgement("unknown")


def _prevailing(words: Sequence[str], own: str | None) -> tuple[bool, str | None]:
    """Whether a text has function words of another language and none of its own; and which one, where it is clear.

    A language that is close to its own is none of the others.
    """
    folded = [word.casefold() for word in words]
    mine = frozenset[str]() if own is None else function_words(own)
    hits: Counter[str] = Counter()
    prevailing = set()
    for other in _languages_with_words() - {own}:
        theirs = function_words(other)
        hits[other] = sum(word in theirs for word in folded)
        theirs_alone, mine_alone = theirs - mine, mine - theirs
        found = [word for word in folded if word in theirs_alone]
        enough = len(set(found)) >= _PREVAILING and len(found) >= _PREVAILING_SHARE * len(folded)
        close = own is not None and _are_close(own, other)
        if enough and not close and mine_alone.isdisjoint(folded):
            prevailing.add(other)
    (first, most), (_, next_most) = hits.most_common(2)
    return bool(prevailing), first if first in prevailing and most >= next_most + _LEAD else None


def _are_close(one: str, other: str) -> bool:
    return any({one, other} <= languages for languages in CLOSE)


@functools.cache
def _languages_with_words() -> frozenset[str]:
    return frozenset(_same(language) for language in FUNCTION_WORDS)


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Articles, prepositions and the like of a language, by its code, in lower case; none where they are not known."""
    lists = (words for key, words in FUNCTION_WORDS.items() if _same(key) == language)
    return frozenset(word for words in lists for word in words.split())
