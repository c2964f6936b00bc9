import contextlib

import pytest
from hypothesis import given, strategies as st

from localalt import cli, lint
from localalt.errors import OptionError
from localalt.text.language_names import CODES, TAGS_BY_NAME
from localalt.text.language_subtags import GRANDFATHERED, LANGUAGES
from localalt.text.language_tag import check_language, is_registered, parse, suggestion
from scripts.language_registry import module


@pytest.mark.parametrize(
    "tag",
    ["en", "EN", "pt-BR", "tlh", "yue", "zh-Hant-HK", "zh-yue", "zh-cmn-Hans-CN", "es-419", "de-CH-1901", "iw", "aaa"]
    + ["sl-rozaj-biske", "en-u-ca-buddhist", "en-x-plain", "x-plain", "X-my-own", "qaa", "en-Qaaa", "en-XA"]
    + ["i-klingon", "en-GB-oed", "sgn-BE-FR", "zh-min-nan", "art-lojban", "I-Navajo"],
)
def test_registered_tags_and_those_for_private_use_are_taken(tag):
    assert is_registered(tag)
    check_language(tag)
    check_language(f" {tag} ")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("klingon", "tlh"),
        ("Klingon", "tlh"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("English", "en"),
        ("Thai", "th"),
        ("germn", "de"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu-AT", "de-AT"),
        ("en_US", "en-US"),
        ("pt_BR.UTF-8", "pt-BR"),
        ("en-UK", "en-GB"),
        ("jp", "ja"),
        ("en-foobar", "en"),
        ("en-Abcd", "en"),
        ("fr-ZQ", "fr"),
        ("xx", None),
        ("xyz", None),
        ("zzz", None),
        ("abcdefgh", None),
        ("e", None),
        ("i-vulcan", None),
        ("x" * 300, None),
        ("a-" * 4000, None),
        ("asdf qwer", None),
    ],
)
def test_others_are_refused_with_the_tag_that_is_meant(written, meant):
    assert suggestion(written) == meant
    with pytest.raises(OptionError, match="not a registered language tag") as error:
        check_language(written)
    assert ("did you mean" in str(error.value)) == (meant is not None)
    assert meant is None or f'did you mean "{meant}"' in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("words", ["plain English", "日本語", "Swiss German", "Español de México"])
def test_a_language_in_words_that_names_one_is_taken(words):
    check_language(words)


def test_tags_from_before_the_registry_mean_what_replaced_them():
    assert str(parse("i-klingon")) == "tlh"
    assert str(parse("zh-min-nan")) == "nan"
    assert parse("i-default") is None
    assert all(parse(preferred) and is_registered(preferred) for preferred in GRANDFATHERED.values() if preferred)


def test_what_is_suggested_is_registered():
    assert all(is_registered(tag) for tag in [*TAGS_BY_NAME.values(), *CODES.values()])
    assert not any(is_registered(code) for code in CODES)


@given(st.text(st.sampled_from("abxzENqt019-_@. é"), max_size=24))
def test_any_text_is_taken_or_refused(text):
    with contextlib.suppress(OptionError):
        check_language(text)
    near = suggestion(text)
    assert near is None or is_registered(near)


def test_every_way_in_refuses_it(capsys, tmp_path):
    from localalt.drafting.task import make_task
    from localalt.evaluation.cases import SHIPPED, read_cases

    for call in (
        lambda: make_task({"language": "klingon"}, None),
        lambda: lint.check("A dog.", language="klingon"),
        lambda: lint.fix("A dog.", language="klingon"),
    ):
        with pytest.raises(OptionError, match='did you mean "tlh"'):
            call()
    line = SHIPPED.read_text(encoding="utf-8").splitlines()[0].replace('"language": "en"', '"language": "klingon"')
    (tmp_path / "cases.jsonl").write_text(line.replace('"picture": "', f'"picture": "{SHIPPED.parent}/'))
    with pytest.raises(OptionError, match='did you mean "tlh"'):
        read_cases(tmp_path / "cases.jsonl")
    picture = str(SHIPPED.parent / "photo-cat.jpg")
    for arguments in (
        ["describe", picture, "--model", "selftest", "--language", "klingon"],
        ["compare", picture, "--models", "selftest", "--language", "klingon"],
        ["lint", "--text", "A dog.", "--language", "klingon"],
        ["lint", "--text", "A dog.", "--language", "klingon", "--fix"],
    ):
        assert cli.main(arguments) == 2, arguments
        printed = capsys.readouterr()
        assert printed.out == ""
        assert 'did you mean "tlh"' in printed.err


def test_a_page_in_a_language_that_is_none_is_checked_all_the_same(capsys, tmp_path):
    page = tmp_path / "a.html"
    page.write_text('<html lang="klingon"><img src="a.png" alt="Image of a dog on a red sofa">')
    assert cli.main(["lint", str(page)]) == 1
    assert "redundant-opening" in capsys.readouterr().out


def test_the_registry_is_read_from_its_own_format():
    registry = (
        "File-Date: 2000-01-02\n%%\nType: language\nSubtag: aa\nDescription: Afar\n%%\nType: language\nSubtag: aab\n"
        "Description: A\n  and more\n%%\nType: language\nSubtag: qaa..qtz\n%%\nType: script\nSubtag: Latn\n%%\n"
        "Type: region\nSubtag: 419\n%%\nType: variant\nSubtag: 1901\n%%\nType: grandfathered\nTag: i-Klingon\n"
        "Preferred-Value: tlh\n"
    )
    names: dict = {}
    exec(module(registry), names)
    assert names["LANGUAGES"] == {"aa"}
    assert "2000-01-02" in names["__doc__"]
    assert names["GRANDFATHERED"] == {"i-klingon": "tlh"}
    assert len(LANGUAGES) > 150
