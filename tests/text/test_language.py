import itertools
import json
import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from localalt.text.language import Judgement, check, identifier
from localalt.text.language_data import NAMES
from localalt.text.language_tag import Tag, name_of, parse, scripts_of
from localalt.text.scripts import script_shares
from tests.support.paths import DATA

TEXTS = json.loads((DATA / "language_texts.json").read_text(encoding="utf-8"))
"""Alt texts by language: those that the numbers of the check were set on, and others that came later."""
EVERY = [(language, text) for texts in TEXTS.values() for language, several in texts.items() for text in several]

# Nothing but names, in the words of another language.
NAMES_ALONE = "Vintage Citroën 2CV parked outside the Café de la Paix, Place de l'Opéra."


@pytest.fixture(scope="module")
def py3langid():
    pytest.importorskip("py3langid")
    return identifier()


@pytest.fixture(params=["words", "py3langid"])
def identify(request):
    return request.getfixturevalue("py3langid") if request.param == "py3langid" else None


def saying(language, likelihood):
    return lambda text: (language, likelihood)


# --- tags ---


@pytest.mark.parametrize(
    ("written", "tag", "canonical"),
    [
        ("en", Tag("en"), "en"),
        ("PT-br", Tag("pt", None, "BR"), "pt-BR"),
        ("zh-hant", Tag("zh", "Hant"), "zh-Hant"),
        ("ZH-HANT-hk", Tag("zh", "Hant", "HK"), "zh-Hant-HK"),
        ("es-419", Tag("es", None, "419"), "es-419"),
        ("zh-yue", Tag("yue"), "yue"),
        ("zh-cmn-Hans-CN", Tag("cmn", "Hans", "CN"), "cmn-Hans-CN"),
        ("de-CH-1901", Tag("de", None, "CH", ("1901",)), "de-CH-1901"),
        ("sl-rozaj-biske", Tag("sl", None, None, ("rozaj", "biske")), "sl-rozaj-biske"),
        ("en-u-CA-buddhist", Tag("en", None, None, ("u", "ca", "buddhist")), "en-u-ca-buddhist"),
        ("en-x-plain", Tag("en", None, None, ("x", "plain")), "en-x-plain"),
        ("iw", Tag("he"), "he"),
        (" tlh ", Tag("tlh"), "tlh"),
    ],
)
def test_a_tag_is_taken_apart_and_spelled_canonically(written, tag, canonical):
    assert parse(written) == tag
    assert str(tag) == canonical
    assert parse(canonical) == tag


@pytest.mark.parametrize(
    "written", ["", "plain English", "Deutsch", "Thai", "English", "e", "en_US", "en-", "en-US-DE", "日本語", "x-plain"]
)
def test_what_is_not_a_tag_is_none(written):
    assert parse(written) is None
    assert name_of(written) is None
    assert scripts_of(written) == frozenset()


@given(st.text(st.sampled_from("abzABZ19-"), max_size=20))
def test_a_canonical_spelling_is_its_own(written):
    tag = parse(written)
    assert tag is None or parse(str(tag)) == tag


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en", "English"),
        ("en-AU", "English"),
        ("pt-BR", "Brazilian Portuguese"),
        ("ZH-hant", "Traditional Chinese"),
        ("zh-Hant-HK", "Traditional Chinese"),
        ("zh-TW", "Traditional Chinese"),
        ("iw", "Hebrew"),
        ("tlh", None),
    ],
)
def test_a_language_is_named_in_english(tag, name):
    assert name_of(tag) == name


def test_names_are_stored_by_tags_in_lower_case_and_all_have_scripts():
    assert all(tag == tag.lower() for tag in NAMES)
    assert all(scripts_of(tag) for tag in NAMES)


@pytest.mark.parametrize(
    ("tag", "scripts"),
    [
        ("de-AT", {"Latin"}),
        ("ja", {"Han", "Hiragana", "Katakana"}),
        ("ko", {"Hangul", "Han"}),
        ("sr", {"Latin", "Cyrillic"}),
        ("sr-Latn", {"Latin"}),
        ("zh-Hant", {"Han"}),
        ("zh-Latn", {"Latin"}),
        ("hi", {"Devanagari"}),
        ("tlh", set()),
    ],
)
def test_a_language_has_its_scripts_unless_the_tag_names_one(tag, scripts):
    assert scripts_of(tag) == scripts


# --- scripts ---


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("", {}),
        ("12 — 34!", {}),
        ("abcд", {"Latin": 0.75, "Cyrillic": 0.25}),
        ("ｆｕｌｌ", {"Latin": 1.0}),
        ("漢々かなカナー", {"Han": 2 / 6, "Hiragana": 2 / 6, "Katakana": 2 / 6}),
        ("éß", {"Latin": 1.0}),
    ],
)
def test_scripts_have_their_share_of_the_letters(text, shares):
    assert script_shares(text) == pytest.approx(shares)


@pytest.mark.slow
@given(st.text())
def test_shares_are_of_one_whole_and_in_order(text):
    shares = list(script_shares(text).values())
    assert shares == sorted(shares, reverse=True)
    assert not shares or sum(shares) == pytest.approx(1)


# --- texts that people might get ---


@pytest.mark.parametrize(("language", "text"), EVERY, ids=[f"{language}-{i}" for i, (language, _) in enumerate(EVERY)])
def test_no_text_in_the_right_language_is_called_wrong(language, text, identify):
    assert check(text, language, identify).outcome != "wrong"


def rate(outcome, texts, identify, *, right):
    """The share of texts with an outcome, checked for their own language or for each of the others."""
    asked = [
        (text, tag)
        for language, several in texts.items()
        for text in several
        for tag in texts
        if (tag == language) == right
    ]
    return sum(check(text, tag, identify).outcome == outcome for text, tag in asked) / len(asked)


@pytest.mark.slow
@pytest.mark.parametrize(("which", "least"), [("tuned", 0.97), ("held_out", 0.97)])
def test_nearly_all_texts_are_known_to_be_right_with_an_identifier(which, least, py3langid):
    assert rate("right", TEXTS[which], py3langid, right=True) >= least


@pytest.mark.parametrize(("which", "least"), [("tuned", 0.7), ("held_out", 0.55)])
def test_most_texts_are_known_to_be_right_without_one(which, least):
    assert rate("right", TEXTS[which], None, right=True) >= least


@pytest.mark.slow
@pytest.mark.parametrize(("which", "least"), [("tuned", 0.9), ("held_out", 0.88)])
def test_nearly_all_texts_in_another_language_are_wrong_with_an_identifier(which, least, py3langid):
    assert rate("wrong", TEXTS[which], py3langid, right=False) >= least


@pytest.mark.slow
@pytest.mark.parametrize(("which", "least"), [("tuned", 0.75), ("held_out", 0.7)])
def test_most_texts_in_another_language_are_wrong_without_one(which, least):
    assert rate("wrong", TEXTS[which], None, right=False) >= least


@pytest.mark.slow
def test_no_text_is_right_in_another_language_but_one_of_names_alone(identify):
    for texts in TEXTS.values():
        for (language, several), tag in itertools.product(texts.items(), texts):
            for text in several:
                outcome = check(text, tag, identify).outcome
                assert tag == language or outcome != "right" or text == NAMES_ALONE


@pytest.mark.slow
def test_the_language_that_is_found_is_the_texts(identify):
    for texts in TEXTS.values():
        for (language, several), tag in itertools.product(texts.items(), texts):
            for text in several:
                verdict = check(text, tag, identify)
                assert verdict.language in (None, language, "no" if language == "nb" else language)
                assert verdict.outcome == "wrong" or verdict == Judgement(verdict.outcome)


UNTOLD = {
    "nothing": ("", "de"),
    "a word": ("Hund", "en"),
    "few letters": ("Ein Hund und ich.", "en"),
    "few words": ("Straßenbahnhaltestelle Donaudampfschifffahrt", "en"),
    "names": ("Angela Merkel, Emmanuel Macron, Olaf Scholz, Giorgia Meloni", "ja"),
    "capitals": ("EIN HUND SCHLÄFT AUF DEM ROTEN SOFA", "en"),
    "code": ("Screenshot: for i in range(10): print(i), 192.168.0.1", "en"),
    "addresses": ("https://example.org/der-hund-und-die-katze @derhund #undeinekatze a@b.org", "en"),
    "a language in words": ("Ein Hund schläft auf dem roten Sofa.", "plain English"),
    "a language that nobody knows": ("Ein Hund schläft auf dem roten Sofa.", "tlh"),
    "Chinese in Latin letters": ("Yi zhi gou shui zai chuang bian de hong se sha fa shang.", "zh-Latn"),
    "Japanese with much English in it": ("看板にOpen every day of the week from nine to fiveと書かれている。", "ja"),
    "Japanese without kana": ("東京都庁舎外観写真夜景撮影", "ja"),
    "English with much Russian in it": ("Red letters on a wall: Привет, как твои дела сегодня?", "en"),
}


@pytest.mark.parametrize(("text", "tag"), UNTOLD.values(), ids=UNTOLD)
def test_what_cannot_be_identified_is_unknown(text, tag, identify):
    assert check(text, tag, identify) == Judgement("unknown")


NOT_WRONG = {
    "an English film": ("Plakat zum Film The Lord of the Rings: The Return of the King.", "de"),
    "an Italian film": ("Poster for the film La vita è bella with a man and a boy on a bicycle.", "en"),
    "Italian dishes": ("A plate of spaghetti alla puttanesca, pollo alla cacciatora and tiramisù.", "en"),
    "Brazilian places": ("Map of Rio de Janeiro, São Paulo and Belo Horizonte with arrows.", "en"),
    "Latin plants": ("Felis catus, Canis lupus familiaris, Homo sapiens, Rosa canina in bloom.", "en"),
    "companies": ("Logo of Deutsche Bahn, Volkswagen and Siemens.", "en"),
    "product words": ("Skærmbillede af Facebook med knappen Like og teksten Share.", "da"),
    "filler text": ("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod.", "en"),
}


@pytest.mark.parametrize(("text", "tag"), NOT_WRONG.values(), ids=NOT_WRONG)
def test_a_text_full_of_foreign_names_is_not_wrong(text, tag, identify):
    assert check(text, tag, identify).outcome != "wrong"


@pytest.mark.parametrize(
    "quoted", ['"{}"', "“{}”", "„{}“", "«{}»", "« {} »", "»{}«", "‚{}‘", "‹{}›", "「{}」", "『{}』", "《{}》"]
)
def test_what_is_quoted_keeps_its_own_language(quoted, identify):
    german = quoted.format("Der Hund und die Katze sind auf dem roten Sofa und nicht im Garten")
    text = f"A red sign on the wall of an old house reads {german} in white letters."
    assert check(text, "en", identify).outcome == "right"
    assert check(text, "de", identify).outcome == "wrong"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Dois rapazes num autocarro a caminho do trabalho, ao telemóvel.", ["pt", "pt-BR", "pt-PT"]),
        ("The colour of the harbour at dusk, with a lorry parked by the pavement.", ["en", "en-US", "en-GB"]),
        ("Ein hund søv på ein raud sofa ved sida av eit vindauge.", ["nn", "nb", "no"]),
        ("Pas spava na crvenoj sofi pored prozora i čeka.", ["sr", "hr", "bs", "sr-Latn"]),
        ("Пас спава на црвеној софи поред прозора и чека.", ["sr", "sr-Cyrl"]),
        ("一隻黑貓坐在一堆舊書上，直視著鏡頭，還有一個時鐘。", ["zh", "zh-Hant", "zh-TW", "zh-HK", "yue"]),
        ("一只狗睡在窗边的红色沙发上，还有一个时钟。", ["zh", "zh-Hans", "zh-CN", "zh-SG"]),
        ("눈 덮인 봉우리가 비치는 산속 호수와 배.", ["ko", "ko-KR", "ko-Kore"]),
        ("एक कुत्ता लाल सोफे पर खिड़की के पास सो रहा है।", ["hi"]),
        ("สุนัขนอนหลับอยู่บนโซฟาสีแดงข้างหน้าต่าง", ["th"]),
        ("Ένας σκύλος κοιμάται σε έναν κόκκινο καναπέ.", ["el"]),
        ("כלב ישן על ספה אדומה ליד חלון.", ["he", "iw"]),
    ],
)
def test_varieties_of_a_language_are_all_right(text, tags, identify):
    assert {tag: check(text, tag, identify).outcome for tag in tags} == dict.fromkeys(tags, "right")


WRONG = {
    "English for Japanese": ("A dog asleep on a red sofa beside a window.", "ja", "English"),
    "Japanese for English": ("窓のそばの赤いソファで犬が眠っている。", "en", "Japanese"),
    "Japanese for Chinese": ("窓のそばの赤いソファで犬が眠っている。", "zh", "Japanese"),
    "Japanese for Korean": ("窓のそばの赤いソファで犬が眠っている。", "ko", "Japanese"),
    "Chinese for Japanese": ("一只狗睡在窗边的红色沙发上，这是在夜晚。", "ja", "Chinese"),
    "Chinese for Korean": ("一只狗睡在窗边的红色沙发上。", "ko", "Chinese"),
    "Korean for Chinese": ("눈 덮인 봉우리가 비치는 산속 호수와 배.", "zh", "Korean"),
    "Traditional for Simplified": ("一隻黑貓坐在一堆舊書上，還有一個時鐘。", "zh-Hans", "Traditional Chinese"),
    "Simplified for Traditional": ("一只狗睡在窗边的红色沙发上，还有一个时钟。", "zh-TW", "Simplified Chinese"),
    "the other script of a language": ("Пас спава на црвеној софи поред прозора.", "sr-Latn", "Cyrillic script"),
    "Hindi for English": ("एक कुत्ता लाल सोफे पर खिड़की के पास सो रहा है।", "en", "Hindi"),
    "Thai for English": ("สุนัขนอนหลับอยู่บนโซฟาสีแดงข้างหน้าต่าง", "en", "Thai"),
    "Urdu for Persian": ("ایک کتا کھڑکی کے پاس سرخ صوفے پر سو رہا ہے۔", "fa", "Urdu"),
    "English for German": ("A dog asleep on a red sofa beside a window.", "de-AT", "English"),
    "German for English": ("Ein Hund schläft auf einem roten Sofa neben einem Fenster.", "en-GB", "German"),
}


@pytest.mark.parametrize(("text", "tag", "found"), WRONG.values(), ids=WRONG)
def test_a_wrong_language_is_named(text, tag, found, identify):
    verdict = check(text, tag, identify)
    assert verdict.outcome == "wrong"
    assert verdict.found == found


# --- the identifier ---

GERMAN = "Bergsee, in dem sich schneebedeckte Gipfel spiegeln."
TELEGRAM = "Empty street at night, wet asphalt, neon lights."


def test_an_identifier_that_is_sure_is_believed():
    assert check(GERMAN, "en", saying("de", 0.95)) == Judgement("wrong", "de")


def test_one_that_is_not_sure_is_not():
    assert check(GERMAN, "en", saying("de", 0.85)) == Judgement("unknown")


def test_a_close_language_needs_more():
    danish = "Bjergsø, der spejler snedækkede tinder."
    assert check(danish, "sv", saying("da", 0.95)) == Judgement("unknown")
    assert check(danish, "sv", saying("da", 0.99)) == Judgement("wrong", "da")


def test_an_identifier_does_not_overrule_function_words():
    text = "A dog asleep on a red sofa beside a window."
    assert check(text, "en", saying("nl", 0.99)) == Judgement("unknown")
    assert check(text, "en", saying("nl", 0.6)) == Judgement("right")
    assert check(text, "nl", saying("nl", 0.99)) == Judgement("unknown")


def test_of_few_words_an_identifier_is_not_asked():
    assert check("المستشفى الجامعي بالإسكندرية", "fa", saying("ar", 1.0)) == Judgement("unknown")


def test_a_rare_language_is_a_mistake():
    assert check(TELEGRAM, "en", saying("la", 1.0)) == Judgement("unknown")


def test_a_language_that_an_identifier_may_not_know_is_not_asked_about():
    def fails(text):
        raise AssertionError

    assert check("Kei te moe te kurī i runga i te hōpa whero.", "mi", fails) == Judgement("unknown")


def test_nor_about_a_language_in_letters_that_are_not_its_own():
    text = "Yi zhi gou shui zai chuang bian de hong se sha fa shang."
    assert check(text, "zh-Latn", saying("id", 1.0)) == Judgement("unknown")


def test_another_name_of_the_language_is_the_language():
    assert check(TELEGRAM, "nb", saying("nn", 0.9)) == Judgement("right")
    assert check("رسم بياني بالأعمدة لهطول الأمطار حسب الشهر.", "ar", saying("arz", 0.9)) == Judgement("right")


def test_an_identifier_is_not_asked_about_what_is_quoted():
    heard = []

    def identify(text):
        heard.append(text)
        return "en", 1.0

    check("A sign above the old door of the shop says «Bonjour à tous» today.", "en", identify)
    assert heard
    assert "Bonjour" not in heard[0]


def test_without_the_extra_there_is_no_identifier(monkeypatch):
    monkeypatch.setitem(sys.modules, "py3langid", None)
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    assert identifier.__wrapped__() is None


@pytest.mark.slow
def test_the_identifier_is_loaded_only_when_it_is_asked_for():
    code = (
        "import localalt.text.language as l, sys; l.check('Ein Hund schläft auf dem Sofa.', 'de'); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"py3langid", "numpy"} & set(loaded)


@given(st.text(), st.sampled_from([*NAMES, "tlh", "plain English", ""]))
def test_any_text_has_a_verdict(text, tag):
    verdict = check(text, tag)
    assert verdict.outcome in ("right", "wrong", "unknown")
    assert (verdict.found is None) or verdict.outcome == "wrong"
