import io
import json
import shutil
import subprocess
import sys

import pytest

from localalt import cli
from localalt.cli.terminal import OK, SOME_FAILED, USAGE
from localalt.lint.rules import RULES


@pytest.fixture
def run(capsys):
    def call(*arguments):
        status = cli.main(["lint", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err

    return call


GOOD = "A brown dog sleeps on a red sofa next to a window."


def write(path, content):
    path.write_bytes(content.encode())
    return path


def test_a_good_text_is_silence_and_status_0(run):
    assert run("--text", GOOD) == (OK, [], "localalt: 1 text checked: 0 errors and 0 warnings.\n")


def test_a_finding_is_one_line_with_place_level_rule_and_what_to_do(run, tmp_path):
    path = write(tmp_path / "alts.txt", f"{GOOD}\n\nImage of a dog on a very long and red and soft sofa.\n")
    status, lines, err = run(path)
    assert status == SOME_FAILED
    assert lines == [
        f"{path}:3: error redundant-opening: It begins with “Image of”, which screen readers say by themselves: "
        "begin with what is shown."
    ]
    assert err == "localalt: 2 texts checked: 1 error and 0 warnings.\n"


def test_warnings_alone_are_status_0_and_1_when_strict(run):
    text = "A brown dog that appears to sleep on a red sofa."
    assert run("--text", text)[0] == OK
    assert run("--text", text, "--strict")[0] == SOME_FAILED


def test_pages_have_missing_alt_texts_reported_and_decoration_left(run, tmp_path):
    page = f'<img src="a.png">\n<img src="b.png" alt="">\n<img src="c.png" alt="{GOOD}">'
    write(tmp_path / "index.html", page)
    write(tmp_path / "notes.md", "![IMG_2034.jpg](a.png)")
    status, lines, err = run(tmp_path)
    assert status == SOME_FAILED
    assert [line.split(": ")[1] for line in lines] == ["error missing", "error file-name"]
    assert "4 texts checked" in err


def test_json_has_all_of_a_finding(run, tmp_path):
    path = write(
        tmp_path / "d.jsonl", json.dumps({"source": "a.jpg", "text": "A brown dog that seems to sleep on a red sofa."})
    )
    _, lines, _ = run(path, "--json", "-q")
    (finding,) = map(json.loads, lines)
    assert (finding["rule"], finding["level"], finding["picture"], finding["line"]) == ("hedge", "warning", "a.jpg", 1)
    assert finding["text"][finding["start"] : finding["end"]] == "seems"


def test_damaged_lines_are_findings_with_their_place(run, tmp_path):
    status, lines, _ = run(write(tmp_path / "d.jsonl", f'{{"alt": "{GOOD}"}}\n{{"alt"\n'))
    assert status == SOME_FAILED
    assert ":2: error unreadable: This line is not JSON" in lines[0]


def test_fixing_changes_the_file_reports_how_many_and_leaves_the_rest_as_it_was(run, tmp_path):
    page = (
        "<p>\r\n<img src=a.png alt='Image of a brown “dog” on a red sofa next to a window'> &amp; "
        "<img src=b.png alt=IMG_1234>"
    )
    path = write(tmp_path / "index.html", page)
    path.chmod(0o640)
    status, lines, err = run(path, "--fix", "--profile", "default")
    assert path.read_bytes().decode() == (
        "<p>\r\n<img src=a.png alt='A brown “dog” on a red sofa next to a window.'> &amp; <img src=b.png alt=IMG_1234>"
    )
    assert (status, len(lines)) == (SOME_FAILED, 1)
    assert "2 texts checked, 1 text fixed: 1 error and 0 warnings left." in err
    assert path.stat().st_mode & 0o777 == 0o640
    assert run(path, "--fix")[2].startswith("localalt: 2 texts checked, 0 texts fixed")
    assert [each.name for each in tmp_path.iterdir()] == ["index.html"]


def test_a_text_that_is_written_out_is_fixed_on_the_output(run):
    assert run("--text", "Image of a dog", "--fix")[1] == ["A dog."]


def test_a_link_to_a_file_stays_a_link_when_it_is_fixed(run, tmp_path):
    real = write(tmp_path / "real.txt", "Image of a brown dog on a red sofa by a window.\n")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    run(link, "--fix")
    assert link.is_symlink()
    assert real.read_text() == "A brown dog on a red sofa by a window.\n"


def test_standard_input_is_text_unless_its_form_is_named(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'<img src="a.png">')))
    assert "missing" in run("-", "--form", "html")[1][0]


@pytest.mark.slow
def test_what_is_asked_for_is_checked(run):
    long = GOOD + " It is brown and the sofa is red and the window is open to a garden with some trees."
    assert "limit" in run("--text", long, "--max-chars", "100")[1][0]
    assert "language" in run("--text", GOOD, "--language", "de")[1][0]
    assert (
        run("--text", "🐕" * 1001 + " on a very long sofa.", "--platform", "bluesky", "--profile", "web")[0]
        == SOME_FAILED
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Nothing to check"),
        (["missing.txt"], "missing.txt cannot be read"),
        (["--text", "x", "--profile", "webb"], 'did you mean "web"'),
        (["--text", "x", "--platform", "blusky"], "did you mean"),
        (["--text", "x", "--max-chars", "0"], "--max-chars is 0"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(run, arguments, message):
    status, lines, err = run(*arguments, "-q")
    assert (status, lines) == (USAGE, [])
    assert message in err
    assert len(err.splitlines()) == 1


def test_files_that_are_none_are_reported(run, tmp_path):
    assert "no HTML or Markdown file" in run(tmp_path)[2]
    assert "is not UTF-16-LE" in run(write(tmp_path / "a.txt", "x") and _binary(tmp_path / "b.txt"))[2]


def _binary(path):
    path.write_bytes(b"\xff\xfe\x00")
    return path


def test_a_full_disk_leaves_the_file_as_it_was(run, tmp_path, monkeypatch):
    path = write(tmp_path / "alts.txt", "Image of a brown dog on a red sofa by a window.\n")
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    status, _, err = run(path, "--fix")
    assert (status, path.read_bytes()) == (USAGE, before)
    assert "No space left on device" in err
    assert [each.name for each in tmp_path.iterdir()] == ["alts.txt"]


@pytest.mark.slow
def test_the_rules_are_listed(run):
    status, lines, _ = run("--rules")
    assert status == OK
    assert any(line.split()[:3] == ["2", "redundant-opening", "error"] for line in lines)
    assert f"{len(RULES)} rules for texts, and 3 for files." in lines
    assert any(line.startswith("social") for line in lines)


def test_prompts_are_listed_and_printed_as_the_start_of_ones_own(capsys, tmp_path):
    assert cli.main(["prompts"]) == OK
    assert "typed/" in capsys.readouterr().out
    assert cli.main(["prompts", "typed"]) == OK
    value = json.loads(capsys.readouterr().out)
    assert value["name"] == "typed"
    assert cli.main(["prompts", "tpyed"]) == USAGE
    assert "did you mean" in capsys.readouterr().err


# --- as people know linters ---

OPENING = "Image of a brown dog on a red sofa by a window"


def test_pages_and_markdown_have_the_profile_web_and_other_texts_the_default(run, tmp_path):
    short = "A brown dog sleeps on a red sofa by a window"  # without a full stop, which is a matter of style on the web
    assert run(write(tmp_path / "a.html", f'<img src=a alt="{short}">'))[1] == []
    assert run(write(tmp_path / "a.md", f"![{short}](a.png)"))[1] == []
    assert "end-punctuation" in run(write(tmp_path / "a.txt", short))[1][0]
    assert "end-punctuation" in run(tmp_path / "a.html", "--profile", "default")[1][0]


def test_an_image_of_markdown_without_a_text_is_missing_one(run, tmp_path):
    path = write(tmp_path / "a.md", '![](a.png)\n\n![](b.png "A dog")\n\n<img src="c.png" alt="">\n')
    status, lines, _ = run(path)
    assert (status, len(lines)) == (SOME_FAILED, 1)
    assert f"{path}:1: error missing: The picture has no alt text" in lines[0]
    assert "warning missing" in run(path, "--profile", "wcag")[1][0]


def test_rules_are_selected_and_ignored_by_name(run, tmp_path):
    path = write(tmp_path / "a.html", f'<img src=a>\n<img src=b alt="{OPENING}">')
    assert [line.split(": ")[1] for line in run(path, "--ignore", "missing")[1]] == ["error redundant-opening"]
    assert [line.split(": ")[1] for line in run(path, "--select", "missing,empty")[1]] == ["error missing"]
    assert run(path, "--ignore", "missing", "--ignore", "redundant-opening")[:2] == (OK, [])
    status, lines, err = run(path, "--ignore", "mising")
    assert (status, lines) == (USAGE, [])
    assert 'did you mean "missing"?' in err


def test_an_ignored_rule_fixes_nothing(run, tmp_path):
    path = write(tmp_path / "a.txt", f"{OPENING}\n")
    run(path, "--fix", "--ignore", "redundant-opening")
    assert path.read_text() == f"{OPENING}.\n"


CONFIG = """\
[project]
dependencies = ["localalt"]
[tool.localalt.lint]
ignore = ["missing"]
exclude = ["archive/"]
[tool.localalt.lint.per-file-ignores]
"old.html" = ["redundant-opening"]
"""


def test_configuration_is_that_of_the_nearest_pyproject_above_the_file(run, tmp_path, monkeypatch):
    page = f'<img src=a>\n<img src=b alt="{OPENING}">'
    for name in ("a.html", "old.html", "archive/b.html", "sub/c.html", "sub/pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, page)
    write(tmp_path / "pyproject.toml", CONFIG)
    write(tmp_path / "sub" / "pyproject.toml", "[tool.other]\n")  # without a table for it: the one above counts
    _, lines, err = run(tmp_path)
    assert [line.split(":")[0].rpartition("/")[2] for line in lines] == ["a.html", "c.html"]
    assert "skipped: 1 excluded by the configuration" in err
    assert len(run(tmp_path / "archive" / "b.html")[1]) == 1  # named outright
    assert len(run(tmp_path, "--no-config")[1]) == 8
    assert len(run(tmp_path / "old.html", "--ignore", "length")[1]) == 1  # per file counts still, and missing is back
    monkeypatch.chdir(tmp_path / "sub")
    assert len(run("c.html")[1]) == 1
    write(tmp_path / "other.toml", '[tool.localalt.lint]\nignore = ["redundant-opening"]\n')
    assert "missing" in run("c.html", "--config", tmp_path / "other.toml")[1][0]


def test_strictness_and_language_come_from_the_configuration_too(run, tmp_path, monkeypatch):
    write(tmp_path / "pyproject.toml", '[tool.localalt.lint]\nstrict = true\nlanguage = "de"\n')
    monkeypatch.chdir(tmp_path)
    assert "language" in run("--text", GOOD)[1][0]
    assert run(write(tmp_path / "a.txt", "Ein brauner Hund, der vermutlich schläft, liegt auf dem roten Sofa."))[0] == 1


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (b'[tool.localalt.lint]\nignroe = ["x"]', 'did you mean "ignore"?'),
        (b"[tool.localalt.lint]\nprofile = 3", "not a text"),
        (b"[tool.localalt.lint]\nprofile =", "is not valid TOML"),
        (b"[tool.localalt.lint]\nprofile = '\xff'", "is not valid TOML"),
        (b"[tool.localalt]\nlint = 3", "is not a table"),
    ],
)
def test_a_configuration_that_is_not_valid_is_one_sentence_and_status_2(run, tmp_path, config, message):
    (tmp_path / "pyproject.toml").write_bytes(config)
    write(tmp_path / "a.txt", GOOD)
    status, lines, err = run(tmp_path / "a.txt", tmp_path / "a.txt", "-q")
    assert (status, lines) == (USAGE, [])
    assert message in err
    assert len(err.splitlines()) == 1
    assert run(tmp_path / "a.txt", "--no-config")[0] == OK


def test_other_tables_need_no_parser(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tomllib", None)
    monkeypatch.setitem(sys.modules, "tomli", None)
    path = write(tmp_path / "a.txt", GOOD)
    write(tmp_path / "pyproject.toml", '[project]\nname = "localalt-user"\ndependencies = ["localalt>=1"]\n[broken')
    assert run(path)[0] == OK
    write(tmp_path / "pyproject.toml", CONFIG)
    status, _, err = run(path, "-q")
    assert status == USAGE
    assert "pip install 'localalt[config]'" in err


def test_comments_take_findings_back_and_are_reported_when_they_are_of_no_use(run, tmp_path):
    path = write(
        tmp_path / "a.html",
        f'<!-- localalt-ignore: redundant-opening -->\n<img src=a alt="{OPENING}">\n<img src=b alt="{OPENING}">\n'
        "<!-- localalt-ignore: missing -->\n<p></p>\n<!-- localalt-ignore: mising -->\n",
    )
    status, lines, err = run(path)
    assert (status, [line.split(":")[1] for line in lines]) == (SOME_FAILED, ["3"])
    assert f"{path}:4: the comment ignores no finding" in err
    assert f"{path}:6: the comment names 'mising', which is not a rule" in err
    run(path, "--fix")
    assert path.read_text().splitlines()[1:3] == [
        f'<img src=a alt="{OPENING}">',
        '<img src=b alt="A brown dog on a red sofa by a window">',
    ]
    assert (
        run(write(tmp_path / "b.md", "<!-- localalt-ignore-file: missing -->\n\n![](a.png)\n\n![](b.png)\n"))[0] == OK
    )
    jsx = 'export default () => <p>{/* localalt-ignore */}\n<img src="a"/>\n<img src="b"/></p>'
    assert [line.split(":")[1] for line in run(write(tmp_path / "c.jsx", jsx))[1]] == ["3"]


def test_statistics_count_by_rule_before_the_last_line(run, tmp_path):
    path = write(tmp_path / "a.html", f'<img src=a><img src=c>\n<img src=b alt="{OPENING}">')
    assert run(path, "--statistics")[1][-2:] == ["2  missing", "1  redundant-opening"]
    assert json.loads(run(path, "--statistics", "--json")[1][-1]) == {
        "statistics": {"missing": 2, "redundant-opening": 1}
    }


def test_a_diff_shows_what_a_fix_would_do_and_writes_nothing(run, tmp_path):
    before = f'<p>\r\n<img src=a alt="{OPENING}">\r\n<img src=b>'
    path = write(tmp_path / "a.html", before)
    status, lines, err = run(path, "--diff")
    assert status == SOME_FAILED
    assert path.read_bytes() == before.encode()
    assert [line for line in lines if line[:1] in "+-"] == [
        f"--- {path}",
        f"+++ {path}",
        f'-<img src=a alt="{OPENING}">',
        '+<img src=a alt="A brown dog on a red sofa by a window">',
    ]
    assert "2 texts checked, 1 text would be fixed: 1 error and 0 warnings left." in err
    run(path, "--fix")
    assert run(path, "--diff")[:2] == (OK, [])
    with pytest.raises(SystemExit):
        run(path, "--diff", "--fix")


@pytest.mark.slow
def test_a_diff_can_be_applied(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("git is not installed: there is nothing to ask")
    path = tmp_path / "a.html"
    path.write_bytes(f'<meta charset="latin-1">\r\n<p>é\n<img src=a alt="{OPENING} é">'.encode("latin-1"))
    command = [sys.executable, "-m", "localalt", "lint", "a.html", "--diff", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True)
    assert done.returncode == SOME_FAILED
    subprocess.run(["git", "apply", "-p0"], cwd=tmp_path, input=done.stdout, check=True, capture_output=True)
    assert b'alt="A brown dog on a red sofa by a window \xe9">' in path.read_bytes()


def test_texts_that_are_written_out_are_counted_when_they_are_fixed(run):
    status, lines, err = run("--text", "Image of a dog", "--text", GOOD, "--text", "IMG_1234.jpg", "--fix")
    assert (status, lines) == (SOME_FAILED, ["A dog.", GOOD, "IMG_1234.jpg"])
    assert "error file-name" in err
    assert "3 texts checked, 1 text fixed: 1 error and " in err
    assert run("--text", "Image of a brown dog on a red sofa.", "--diff")[0] == SOME_FAILED


def test_one_file_that_cannot_be_read_ends_nothing(run, tmp_path):
    bad = write(tmp_path / "a.html", "x")
    bad.write_bytes(b"<p>\xff\xfe\x00\x81" * 3)
    write(tmp_path / "b.html", f'<img src=a alt="{OPENING}">')
    status, lines, err = run("x" * 304 + ".html", "nul\0.html", bad, tmp_path / "missing*.html", tmp_path / "b.html")
    assert (status, len(lines)) == (USAGE, 1)
    assert "File name too long" in err
    assert "Nothing matches" in err
    assert "1 text checked" in err


def test_folders_are_searched_by_the_one_rule(run, tmp_path):
    for name in (".git/a.html", "node_modules/b.html", "_site/c.html", "d.html", "e.vue", "f.php", "out/g.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, "<img src=a>")
    write(tmp_path / ".gitignore", "out/\n")
    before = (tmp_path / "node_modules" / "b.html").read_bytes()
    _, lines, err = run(tmp_path, "--fix")
    assert [line.split(":")[0].rpartition("/")[2] for line in lines] == ["d.html", "e.vue"]
    assert (tmp_path / "node_modules" / "b.html").read_bytes() == before
    assert err.endswith(
        "left; skipped: 1 hidden folder, 1 folder of packages, 1 generated folder, 1 ignored by .gitignore, "
        "1 page of a format that is not read (.php).\n"
    )
