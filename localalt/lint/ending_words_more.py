"""How texts do not end, in more languages, and in scripts that write no spaces between words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from localalt.lint.endings import Ending
from localalt.text.word_lists import words

__all__ = ["MORE_ENDINGS", "UNSPACED_ENDINGS"]


def _nordic(never: str, one: str, clause: str, lying: str, at: str, not_one: str) -> tuple[Ending, ...]:
    """Swedish, Danish and Norwegian: particles of verbs look like prepositions."""
    return (
        Ending(words(never)),
        Ending(words(one), not_after=words(not_one)),
        Ending(words(at), after=words(lying), unless=words(clause)),
    )


_NORDIC_SUBJECTS = "jag jeg han hon hun den det vi de ni du i man der hvor där som vad hva hvad"
MORE_ENDINGS: Mapping[str, tuple[Ending, ...]] = MappingProxyType(
    {
        "sv": _nordic(
            "och eller som sin sitt sina samt vars mellan",
            "en ett",
            _NORDIC_SUBJECTS,
            "sitter ligger",
            "på i vid bredvid under bakom",
            "nummer bara endast blott än inte finns är för till kvar",
        ),
        "da": _nordic(
            "og eller som sin sit sine samt hvis mellem",
            "en et",
            _NORDIC_SUBJECTS,
            "sidder ligger",
            "på i ved under bag",
            "nummer kun end er ikke for til",
        ),
        "nb": _nordic(
            "og eller som sin sitt sine samt hvis mellom",
            "en et ei",
            _NORDIC_SUBJECTS,
            "sitter ligger",
            "på i ved under bak",
            "nummer bare enn er ikke for til finnes",
        ),
        "fi": (Ending(words("ja tai sekä että joka jotka jossa jonka kun eli"), not_after=words("niin", "kyllä")),),
        "pl": (
            Ending(
                words("i oraz lub albo w we z ze na do od przy dla który która które którzy a u o"),
                not_after=words("litera literą głoska nuta"),
            ),
        ),
        "cs": (
            Ending(
                words("a i nebo v ve s z ze na do od u k ke pro který která které o"),
                not_after=words("písmeno hlas", "proti"),
            ),
        ),
        "sk": (
            Ending(words("a i alebo v vo s so z zo na do od pri pre ktorý ktorá ktoré"), not_after=words("písmeno")),
        ),
        "ru": (
            Ending(
                words("и или в во с со на из к ко у от над под при для а но о об который которая которое которые"),
                not_after=words("буква"),
            ),
            Ending(words("до"), not_after=words("и")),
        ),
        "uk": (Ending(words("і й та або в у з із на до від для що який яка яке які а"), not_after=words("літера це")),),
        "bg": (
            Ending(
                words("и или в във с със на от до при за който която което които"), not_after=words("буква", "против")
            ),
        ),
        "hu": (
            Ending(
                words("és vagy hogy amely aki ami egy a az"), not_after=words("betű csak még mi ez nem szám", "ki mind")
            ),
        ),
        "tr": (
            Ending(words("ve veya ile bir"), not_after=words("numara yüz bin sadece yalnızca yirmi otuz", "birer")),
        ),
        "ro": (
            Ending(
                words("și sau cu în pe de la din un o care pentru unei unui printre lângă"),
                not_after=words("numărul litera nota", "sol"),
            ),
        ),
        "el": (
            Ending(
                words("και ή με σε από στο στη στην στον στους στις στα το ένας μια ένα"),
                not_after=words("αριθμός νούμερο", "μόνο"),
            ),
        ),
        "id": (Ending(words("dan atau dengan di ke dari yang sebuah seorang seekor untuk pada para")),),
        "ms": (Ending(words("dan atau dengan di ke dari yang sebuah seorang seekor untuk pada para")),),
        "vi": (
            Ending(words("và hoặc với của một các những đang")),
            Ending(words("trên trong"), after=words("nằm ngồi đứng đặt treo")),
        ),
        "ar": (Ending(words("و في من على إلى مع عن أو التي الذي بين ثم")),),
        "fa": (Ending(words("و در از با به که یک یا")),),
        "he": (Ending(words("של עם את או אל ליד בין")),),
        "hi": (Ending(words("और या एक के का"), not_after=words("नंबर", "सिर्फ़")),),
    }
)

UNSPACED_ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        # Particles after a sign or in katakana: hiragana before them may be a word ("かに", "まんが"). Where one came
        # before, more of them wait for a verb; "にて" and "について" end captions and titles.
        "ja": r"[\u30a1-\u30fa\u30fc\u4e00-\u9fff]の$|を$"
        r"|[がをは].{0,40}[\u30a1-\u30fa\u30fc\u4e00-\u9fff][でにとがは]$"
        r"|[がをは].{0,40}(?:んで|(?<!によ)(?<!にと)って|(?<!つ)いて|して|れて|けて|せて|きて|りて|見て|着て|持って)$|そして$",
        "zh": r"(?:[坐站躺趴停放挂摆位走飞睡跪蹲靠]在|正在|以及|[有着]一[只个名条张辆座棵朵件])$"
        r"|(?:(?<![温缓共总祥柔平饱谦调随暖附应])和|(?<![参给赋授])与)$",
        "ko": r"를$|[고어아] 있는$|그리고$|\s및$",
        "th": r"(?:และ|กำลัง)$",
    }
)
"""Patterns of the end of a text, of which the last 60 characters are looked at."""
