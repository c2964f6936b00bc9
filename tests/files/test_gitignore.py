import os
import shutil

import pytest

from localalt.files.gitignore import Patterns
from localalt.files.wildmatch import Glob
from scripts.checks.soak_gitignore import Git, soak

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed: there is nothing to ask")


@pytest.mark.parametrize(
    ("content", "path", "is_folder", "verdict"),
    [
        (b"*.png", b"a/b.png", False, True),
        (b"/b.png", b"a/b.png", False, None),
        (b"a/*.png", b"a/b.png", False, True),
        (b"a/*.png", b"x/a/b.png", False, None),
        (b"build/", b"build", True, True),
        (b"build/", b"build", False, None),
        (b"*.png\n!b.png", b"b.png", False, False),
        (b"!b.png\n*.png", b"b.png", False, True),
        (b"**/thumbs", b"a/b/thumbs", True, True),
        (b"a/**/z.png", b"a/z.png", False, True),
        (b"a/**/z.png", b"a/b/c/z.png", False, True),
        (b"a/**", b"a/b/c", False, True),
        (b"a/**", b"a", True, None),
        (b"[!a-c].png", b"d.png", False, True),
        (b"[!a-c].png", b"b.png", False, None),
        (b"\\#1.png\n# a comment\n\n", b"#1.png", False, True),
        (b"a\\ \r\n", b"a ", False, True),
        (b"a.png   ", b"a.png", False, True),
        (b"[a.png", b"[a.png", False, None),
        (b"\xef\xbb\xbfa.png", b"a.png", False, True),
        ("é.png".encode(), "é.png".encode(), False, True),
    ],
)
def test_patterns_mean_what_gitignore_says(content, path, is_folder, verdict):
    assert Patterns(content).verdict(path, is_folder=is_folder) is verdict


def test_case_counts_unless_the_file_system_ignores_it():
    assert Patterns(b"*.PNG").verdict(b"a.png", is_folder=False) is None
    for pattern in (b"*.PNG", b"[[:upper:]].png", b"A.*", b"[A-C].png"):
        assert Patterns(pattern, ignore_case=True).verdict(b"A.png", is_folder=False), pattern


@pytest.mark.slow
@needs_git
def test_git_finds_the_same_with_random_patterns():
    outcome = soak(120, seed=16)
    assert outcome.failures == ()
    n_ignored, n_found = (int(word.replace(",", "")) for word in outcome.figures[0].split() if word[0].isdigit())
    assert n_ignored > 200  # or nothing was compared
    assert n_found > 50


@needs_git
def test_git_says_the_same_of_what_is_not_documented(tmp_path):
    git = Git(tmp_path)
    (tmp_path / ".gitignore").write_bytes(b"foo**/bar\nx[/]y\na\\/b\n***/c\n")
    paths = [b"foox/y/bar", b"foobar", b"foo/bar", b"x/y", b"a/b", b"d/e/c", b"c"]
    patterns = Patterns((tmp_path / ".gitignore").read_bytes())
    assert [path for path in paths if patterns.verdict(path, is_folder=False)] == git.ignored(paths)


def test_no_pattern_takes_more_steps_than_the_name_has_bytes():
    class Counted(bytes):
        steps = 0

        def __iter__(self):
            for byte in bytes(self):
                Counted.steps += 1
                yield byte

    name = b"ab/z/a/b/" + b"a/" * 500 + b"c"
    for pattern in (
        b"*a" * 40 + b"b",
        b"a*" * 40 + b"b",
        b"**/a/" * 30 + b"b",
        b"[a-z]*" * 40 + b"b",
        b"**/" * 99 + b"z",
    ):
        Counted.steps = 0
        assert not Glob(pattern, is_path=True, ignore_case=False).matches(Counted(name)), pattern
        assert 0 < Counted.steps <= len(name)


@pytest.mark.skipif(os.name == "nt", reason="names are not bytes there")
def test_names_that_are_not_text_are_matched():
    assert Patterns(b"\xff*").verdict(b"\xff\xfe.png", is_folder=False)


def test_what_a_stranger_wrote_is_bounded():
    assert Patterns(b"x\n" * 4_999 + b"*.png\n").verdict(b"a.png", is_folder=False)
    assert Patterns(b"x\n" * 5_000 + b"*.png\n").verdict(b"a.png", is_folder=False) is None
    assert Patterns(b"*" * 4_096).verdict(b"a", is_folder=False)
    assert Patterns(b"*" * 4_097).verdict(b"a", is_folder=False) is None
