import pytest

from localalt.errors import OptionError
from localalt.lint import RULES
from localalt.lint.codes import CODES
from localalt.lint.comments import Comment, Ignored, comments_in
from localalt.lint.settings import LintSettings, narrowed, settings_in

ALL = frozenset(CODES)


def test_names_of_findings_are_stable():
    # People write these into configuration and comments: a name is never changed or reused, only added.
    assert CODES == (
        ("missing", "unreadable", "same-text", "empty", "redundant-opening", "label", "file-name", "placeholder")
        + ("end-punctuation", "cut-off", "line-break", "markup", "emoji", "hedge", "repetition", "length", "limit")
        + ("guessed-trait", "unsupplied-name", "language", "unquoted", "repeats-nearby")
        + ("refusal", "several", "thinking")
        + ("not-a-description", "garbled", "mixed-languages")
        + ("machine", "url", "invisible", "caps", "stuffing")
    )
    assert {rule.name for rule in RULES} < ALL


# --- settings ---


def test_a_table_becomes_settings_and_options_win():
    table = {
        "profile": "social",
        "language": "de",
        "platform": "bluesky",
        "max-chars": 300,
        "strict": True,
        "ignore": ["length"],
        "exclude": ["archive/", "*.draft.md", "!keep.draft.md"],
        "per-file-ignores": {"blog/**/*.md": ["missing"], "/old": ["emoji", "hedge"]},
    }
    settings = settings_in(table, "pyproject.toml")
    assert (settings.profile_for("html"), settings.language, settings.max_chars) == ("social", "de", 300)
    assert settings.off() == {"length"}
    assert settings.off(b"blog/2019/a.md") == {"length", "missing"}
    assert settings.off(b"old/x/y.html") == {"length", "emoji", "hedge"}
    assert settings.off(b"x/old/y.html") == {"length"}
    assert settings.excludes(b"archive", is_folder=True)
    assert settings.excludes(b"x/a.draft.md", is_folder=False)
    assert not settings.excludes(b"x/keep.draft.md", is_folder=False)
    merged = settings.with_options(LintSettings(profile="web", ignore=frozenset(["emoji"])))
    assert (merged.profile, merged.language, merged.off()) == ("web", "de", {"emoji"})


def test_selecting_leaves_the_others_off():
    settings = settings_in({"select": ["missing", "empty"], "ignore": ["empty"]}, "x")
    assert ALL - settings.off() == {"missing"}


@pytest.mark.parametrize(
    ("form", "profile"),
    [("html", "web"), ("markdown", "web"), ("vue", "web"), ("jsonl", "default"), ("text", "default")],
)
def test_the_profile_is_that_of_the_kind_of_file_unless_one_is_set(form, profile):
    assert LintSettings().profile_for(form) == profile
    assert LintSettings(profile="wcag").profile_for(form) == "wcag"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"ignores": ["length"]}, r"""no setting 'ignores': did you mean "ignore"\?"""),
        ({"max_chars": 3}, r'did you mean "max-chars"\?'),
        ({"zzz": 3}, 'use "profile", "language"'),
        ({"ignore": ["lenght"]}, r"""ignore names the rule 'lenght', which does not exist: did you mean "length"\?"""),
        ({"ignore": "length"}, "not a list"),
        ({"profile": "webb"}, r"""no profile 'webb': did you mean "web"\?"""),
        ({"profile": 3}, "not a text"),
        ({"language": "klingon"}, 'did you mean "tlh"'),
        ({"max-chars": True}, "not a whole number"),
        ({"max-chars": 0}, "not a whole number"),
        ({"strict": "yes"}, "true or false"),
        ({"exclude": [3]}, "not a list of texts"),
        ({"per-file-ignores": ["a"]}, "not a table"),
        ({"per-file-ignores": {"a": ["x"]}}, "names the rule 'x'"),
    ],
)
def test_what_is_wrong_in_a_table_is_one_sentence(table, message):
    with pytest.raises(OptionError, match=message) as error:
        settings_in(table, "pyproject.toml")
    assert "\n" not in str(error.value)


def test_a_narrowed_profile_finds_and_fixes_less():
    from localalt import lint

    text = "Image of a brown dog that seems to sleep"
    narrow = narrowed("default", frozenset(["redundant-opening", "hedge"]))
    assert {each.rule for each in lint.check(text, profile=narrow)} == {"end-punctuation"}
    assert lint.fix(text, profile=narrow) == f"{text}."


# --- comments ---


@pytest.mark.parametrize(
    ("content", "comment"),
    [
        ("<!-- localalt-ignore: length, hedge -->", Comment(1, 1, False, frozenset(["length", "hedge"]))),
        ("\n\n<!--localalt-ignore:length-->", Comment(3, 3, False, frozenset(["length"]))),
        ("<!-- localalt-ignore -->", Comment(1, 1, False, ALL)),
        ("<!-- localalt-ignore-file: emoji -->", Comment(1, 1, True, frozenset(["emoji"]))),
        ("<!-- localalt-ignore-file -->", Comment(1, 1, True, ALL)),
        ("{/* localalt-ignore: length */}", Comment(1, 1, False, frozenset(["length"]))),
        ("<!-- localalt-ignore:\n length,\n hedge -->", Comment(1, 3, False, frozenset(["length", "hedge"]))),
        ("<!-- localalt-ignore: lenght, hedge -->", Comment(1, 1, False, frozenset(["hedge"]), ("lenght",))),
        ("<!-- localalt-ignore: lenght -->", Comment(1, 1, False, frozenset(), ("lenght",))),
    ],
)
def test_comments_are_read(content, comment):
    assert comments_in(content) == (comment,)


@pytest.mark.parametrize(
    "content",
    [
        "localalt-ignore: length",
        "<!-- localalt-ignore: length",
        "<!-- please localalt-ignore: length -->",
        "<!-- localalt-ignored -->",
        "<!-- localalt-ignore length -->",
        "<p>localalt-ignore --></p>",
        "<!-- localalt-ignore:" + " a," * 400 + "-->",
    ],
)
def test_what_is_not_such_a_comment_takes_nothing_back(content):
    assert comments_in(content) == ()


def test_a_comment_holds_for_its_lines_or_else_for_the_next_picture():
    beside, alone, whole = (
        Comment(2, 2, False, frozenset(["length"])),
        Comment(4, 5, False, frozenset(["hedge"])),
        Comment(99, 99, True, frozenset(["emoji"])),
    )
    ignored = Ignored([beside, alone, whole], [1, 2, 2, 3, 8, 9])
    assert [sorted(ignored.rules(line)) for line in (1, 2, 3, 8, 9)] == [
        ["emoji"],
        ["emoji", "length"],
        ["emoji"],
        ["emoji", "hedge"],
        ["emoji"],
    ]
    assert not ignored.takes("length", 3)
    assert ignored.takes("hedge", 8)
    assert ignored.unused == [beside, whole]


@pytest.mark.slow
def test_many_comments_and_pictures_take_steps_by_their_number():
    content = "<!-- localalt-ignore: length -->\n" * 20_000
    comments = comments_in(content)
    assert len(comments) == 20_000
    ignored = Ignored(comments, range(1, 40_001))
    assert sum(len(ignored.rules(line)) for line in range(1, 40_001)) == 20_000
    assert comments_in("<!-- localalt-ignore" * 20_000) == ()
