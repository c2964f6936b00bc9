import io
import json
import sys

import pytest

from localalt import cli
from localalt.cli.terminal import OK, SOME_FAILED, USAGE


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
        f"{path}:3: error redundant-opening: It begins with “Image of”, which every reader of alt text knows: "
        "begin with what is shown."
    ]
    assert err == "localalt: 2 texts checked: 1 error and 0 warnings.\n"


def test_warnings_alone_are_status_0_and_1_when_strict(run):
    text = "A brown dog that appears to sleep on a red sofa."
    assert run("--text", text)[0] == OK
    assert run("--text", text, "--strict")[0] == SOME_FAILED


def test_pages_have_missing_alt_texts_told_and_decoration_left(run, tmp_path):
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


def test_fixing_mends_the_file_tells_how_many_and_leaves_the_rest_as_it_was(run, tmp_path):
    page = (
        "<p>\r\n<img src=a.png alt='Image of a brown “dog” on a red sofa next to a window'> &amp; "
        "<img src=b.png alt=IMG_1234>"
    )
    path = write(tmp_path / "index.html", page)
    path.chmod(0o640)
    status, lines, err = run(path, "--fix")
    assert path.read_bytes().decode() == (
        "<p>\r\n<img src=a.png alt='A brown “dog” on a red sofa next to a window.'> &amp; <img src=b.png alt=IMG_1234>"
    )
    assert (status, len(lines)) == (SOME_FAILED, 1)
    assert "2 texts checked, 1 text mended: 1 error and 0 warnings left." in err
    assert path.stat().st_mode & 0o777 == 0o640
    assert run(path, "--fix")[2].startswith("localalt: 2 texts checked, 0 texts mended")
    assert [each.name for each in tmp_path.iterdir()] == ["index.html"]


def test_a_text_that_is_written_out_is_mended_on_the_output(run):
    assert run("--text", "Image of a dog", "--fix")[1] == ["A dog."]


def test_a_link_to_a_file_stays_a_link_when_it_is_mended(run, tmp_path):
    real = write(tmp_path / "real.txt", "Image of a brown dog on a red sofa by a window.\n")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    run(link, "--fix")
    assert link.is_symlink()
    assert real.read_text() == "A brown dog on a red sofa by a window.\n"


def test_standard_input_is_text_unless_its_form_is_named(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'<img src="a.png">')))
    assert "missing" in run("-", "--form", "html")[1][0]


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
        (["--text", "x", "--profile", "webb"], "did you mean web"),
        (["--text", "x", "--platform", "blusky"], "did you mean"),
        (["--text", "x", "--max-chars", "0"], "max_chars is 0"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(run, arguments, message):
    status, lines, err = run(*arguments, "-q")
    assert (status, lines) == (USAGE, [])
    assert message in err
    assert len(err.splitlines()) == 1


def test_files_that_are_none_are_told(run, tmp_path):
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


def test_the_rules_are_listed(run):
    status, lines, _ = run("--rules")
    assert status == OK
    assert any(line.split()[:3] == ["2", "redundant-opening", "error"] for line in lines)
    assert any(line.startswith("social") for line in lines)


def test_prompts_are_listed_and_printed_as_the_start_of_ones_own(capsys, tmp_path):
    assert cli.main(["prompts"]) == OK
    assert "typed/" in capsys.readouterr().out
    assert cli.main(["prompts", "typed"]) == OK
    value = json.loads(capsys.readouterr().out)
    assert value["name"] == "typed"
    assert cli.main(["prompts", "tpyed"]) == USAGE
    assert "did you mean" in capsys.readouterr().err
