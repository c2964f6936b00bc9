"""The command as people and scripts use it: a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from localalt.cli import output

pytestmark = pytest.mark.slow

SELFTEST = ("--model", "selftest")
FULL = Path("/dev/full")


def command(*arguments):
    return [sys.executable, "-m", "localalt", *map(str, arguments)]


def run(*arguments, stdin=None, cwd=None):
    return subprocess.run(command(*arguments), input=stdin, capture_output=True, cwd=cwd, check=False)


def lines(output):
    return output.decode().splitlines()


@pytest.fixture
def folder(tmp_path, expected):
    """A folder with two pictures, one of them further down, a text file and a hidden file."""
    (first, _), (second, _) = list(expected.items())[:2]
    (tmp_path / "below").mkdir()
    shutil.copy(first, tmp_path / f"a{first.suffix}")
    shutil.copy(second, tmp_path / "below" / f"b{second.suffix}")
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden.png").write_bytes(b"x")
    return tmp_path


def test_one_picture_prints_its_text_alone(expected):
    path, text = next(iter(expected.items()))
    result = run("describe", path, *SELFTEST)
    assert (result.returncode, lines(result.stdout)) == (0, [text])
    assert "knows drawn test pictures only" in result.stderr.decode()


def test_several_pictures_are_named_in_order(expected):
    result = run("describe", *expected, *SELFTEST, "--quiet")
    assert lines(result.stdout) == [f"{path}: {text}" for path, text in expected.items()]
    assert result.stderr == b""


def test_a_folder_gives_the_pictures_in_it_and_below(folder, expected):
    result = run("describe", folder, *SELFTEST, "--quiet")
    assert [line.partition(": ")[2] for line in lines(result.stdout)] == list(expected.values())[:2]


def test_a_glob_is_expanded_where_no_shell_did_it(folder, expected):
    result = run("describe", "**/b.*", *SELFTEST, "--quiet", cwd=folder)
    assert lines(result.stdout) == [list(expected.values())[1]]


def test_a_picture_comes_from_standard_input(expected):
    path, text = next(iter(expected.items()))
    result = run("describe", "-", *SELFTEST, "--quiet", stdin=path.read_bytes())
    assert lines(result.stdout) == [text]


def test_jsonl_has_one_object_a_line_errors_included(expected, tmp_path):
    path, text = next(iter(expected.items()))
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"not a picture")
    result = run("describe", path, bad, *SELFTEST, "--jsonl")
    good, failed = map(json.loads, lines(result.stdout))
    assert result.returncode == 1
    assert good["text"] == text
    assert good["model"]["family"] == "selftest"
    assert "instrument" in [warning["name"] for warning in good["warnings"]]
    assert failed["source"] == str(bad)
    assert failed["error"]["type"] == "ImageFormatError"


def test_json_is_one_array(expected):
    result = run("describe", *list(expected)[:2], *SELFTEST, "--json", "--quiet")
    assert [each["text"] for each in json.loads(result.stdout)] == list(expected.values())[:2]


def test_further_texts_are_printed_under_the_picture_and_are_in_the_json(expected):
    path, text = next(iter(expected.items()))
    result = run("describe", path, *SELFTEST, "--quiet", "--also", "long,text")
    assert lines(result.stdout) == [text, "  long:", f"    {text}", "  text:", f"    {text}"]
    result = run("describe", path, *SELFTEST, "--quiet", "--jsonl", "--also", "text", "--also", "long")
    also = json.loads(result.stdout)["also"]
    assert {name: further["text"] for name, further in also.items()} == {"text": text, "long": text}


def test_the_lines_of_a_further_text_are_indented_and_one_without_text_says_so():
    assert output._indented("text", "STOP\n\nHERE") == "  text:\n    STOP\n\n    HERE\n"
    assert output._indented("text", "") == "  text: -\n"


def test_a_picture_that_takes_longer_than_the_timeout_is_reported_and_the_rest_go_on(expected):
    result = run("describe", next(iter(expected)), *SELFTEST, "--quiet", "--timeout", "0.000001")
    assert result.returncode == 1
    assert "increase --timeout" in result.stderr.decode()


def test_one_bad_file_among_many_is_reported_and_the_rest_go_on(expected, tmp_path):
    (first, text), (second, other) = list(expected.items())[:2]
    result = run("describe", first, tmp_path / "gone.jpg", second, *SELFTEST, "--quiet")
    assert result.returncode == 1
    assert lines(result.stdout) == [f"{first}: {text}", f"{second}: {other}"]
    assert "gone.jpg" in result.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("photo.jpg", "--offline"), 3, "localalt pull auto"),
        (("photo.jpg", "--model", "qwen3.5-2"), 3, "qwen3.5-2b"),
        (("photo.jpg", "--model", "weights.gguf"), 3, "There is no model file weights.gguf"),
        (("photo.jpg", "--model", "a.gguf", "--mmproj", "b.gguf"), 3, "a.gguf"),
        (("photo.jpg", *SELFTEST, "--mmproj", "b.gguf"), 2, "--mmproj"),
        (("nothing-*.jpg", *SELFTEST), 2, "nothing-*.jpg"),
        (("-", "-", *SELFTEST), 2, "once"),
        (("photo.jpg", *SELFTEST, "--language", " "), 2, "language"),
        (("photo.jpg", *SELFTEST, "--max-chars", "0"), 2, "--max-chars is 0"),
        (("photo.jpg", *SELFTEST, "--max-chars", "x"), 2, "max-chars"),
        (("photo.jpg", *SELFTEST, "--also", "long,txt"), 2, 'did you mean "text"'),
        (("photo.jpg", *SELFTEST, "--also", "long,"), 2, "also has ''"),
        (("photo.jpg", *SELFTEST, "--timeout", "0"), 2, "--timeout is 0"),
        ((), 2, "PATH"),
    ],
)
def test_wrong_usage_is_one_line_and_a_documented_status(tmp_path, expected, arguments, status, message):
    if arguments and arguments[0] == "photo.jpg":
        shutil.copy(next(iter(expected)), tmp_path / "photo.jpg")
    result = run("describe", *arguments, cwd=tmp_path)
    assert result.returncode == status
    assert message in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()
    assert result.stdout == b""


def test_an_empty_folder_is_named(tmp_path):
    result = run("describe", tmp_path, *SELFTEST)
    assert result.returncode == 2
    assert str(tmp_path) in result.stderr.decode()


def test_the_exit_status_is_documented_in_the_help():
    text = run("describe", "--help").stdout.decode()
    for status in ("0 ", "1 ", "2 ", "3 ", "4 ", "130 "):
        assert f"\n  {status}" in text


def test_the_version_is_printed():
    assert lines(run("--version").stdout)[0].startswith("localalt ")


@pytest.mark.parametrize(("option", "has_llama_cpps"), [("--verbose", False), ("-vv", True)])
def test_verbose_shows_what_localalt_logs_and_twice_what_llama_cpp_does(expected, option, has_llama_cpps):
    path = next(iter(expected))
    errors = lines(run("describe", path, *SELFTEST, option).stderr)
    own = [line for line in errors if line.startswith("localalt.run_log: ")]
    for begin in ("Model: selftest", "Weights: ", "Projector: ", "Machine: ", "Plan: ", "Loaded in ", f"{path}: "):
        assert sum(line.startswith(f"localalt.run_log: {begin}") for line in own) == 1
    assert any(line.startswith("localalt.llama_cpp: ") for line in errors) is has_llama_cpps
    assert has_llama_cpps or len(errors) <= 12


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this platform")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_full_disk_is_one_line_and_a_documented_status(expected, form):
    with FULL.open("wb") as full:
        result = subprocess.run(
            command("describe", next(iter(expected)), *SELFTEST, "--quiet", *form),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 4
    assert result.stderr.decode().splitlines() == [
        "localalt: The texts cannot be written (No space left on device): free some space, or write them elsewhere."
    ]


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise on this platform")
def test_a_reader_that_goes_away_ends_it_quietly(expected):
    process = subprocess.Popen(
        command("describe", *([next(iter(expected))] * 500), *SELFTEST, "--quiet"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=300) == 1
