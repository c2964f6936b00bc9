"""The one way to print: in every encoding, on streams that are closed, full or left by their reader."""

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from PIL import Image

import localalt
from localalt import cli
from localalt.console import OutputError, json_text, output, print_bytes, print_document, print_draft, print_json, say
from localalt.prompting.prompt_file import chosen_prompt, prompt_to_json

POSIX = pytest.mark.skipif(os.name == "nt", reason="no shell that closes streams on this platform")
HOSTILE = "\x1b[31m\u202eé–日\U0001f600\x85\udcff"


def shell(command, **environment):
    """A shell command, with `localalt` for the command."""
    line = command.replace("localalt ", f"{sys.executable} -m localalt ")
    return subprocess.run(["bash", "-c", line], capture_output=True, env={**os.environ, **environment}, check=False)


def stream(encoding):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def written(text_stream):
    return text_stream.buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252", "cp437", "utf-16"])
def test_json_is_json_and_the_same_value_in_every_encoding(monkeypatch, encoding):
    monkeypatch.setattr(sys, "stdout", stream(encoding))
    value = {"text": HOSTILE, HOSTILE: [1.5, None, "a\nb\tc"]}
    print_json(value, indent=2)
    found = written(sys.stdout).decode(encoding)
    assert json.loads(found) == value
    assert not {"\x1b", "\u202e", "\x85", "\x7f"} & set(found)
    assert encoding == "utf-8" or found.isascii()


@given(st.text(st.characters(categories=None)))
def test_json_of_any_text_is_that_text(text):
    line = json_text(text)
    assert json.loads(line) == text
    assert len(line.splitlines()) == 1


def test_numbers_that_json_has_no_word_for_are_null(monkeypatch):
    assert json.loads(json_text({"a": float("nan"), "b": (float("inf"), 1.0)})) == {"a": None, "b": [None, 1.0]}


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "é–日😀"),
        ("ascii", r"\xe9\u2013\u65e5\U0001f600"),
        ("latin-1", r"é\u2013\u65e5\U0001f600"),
        ("cp1252", r"é–\u65e5\U0001f600"),
        ("no such encoding", r"\xe9\u2013\u65e5\U0001f600"),
    ],
)
def test_plain_text_has_codes_for_what_the_encoding_does_not_hold(monkeypatch, encoding, reported):
    class Named(io.StringIO):
        pass

    Named.encoding = encoding
    monkeypatch.setattr(sys, "stdout", Named())
    monkeypatch.setattr(sys, "stderr", Named())
    print_draft("a\x1b.png", "é–日😀")
    say("é–日😀")
    assert sys.stdout.getvalue() == f"a\\x1b.png: {reported}\n"
    assert sys.stderr.getvalue() == f"localalt: {reported}\n"


def test_a_stand_in_without_an_encoding_takes_any_text(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    print_draft("", "é–日😀")
    print_bytes("é".encode())
    assert sys.stdout.getvalue() == "é–日😀\né"


def test_documents_and_bytes_are_written_as_they_are_whatever_the_encoding(monkeypatch):
    monkeypatch.setattr(sys, "stdout", stream("ascii"))
    print_document("<p>é\ud800")
    print_bytes(b"\xe9\xff\r\n")
    assert written(sys.stdout) == "<p>é?\n".encode() + b"\xe9\xff\r\n"


@pytest.mark.parametrize("gone", [None, "closed"])
def test_no_standard_output_is_an_error_and_no_standard_error_is_none(monkeypatch, gone):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed if gone else None)
    monkeypatch.setattr(sys, "stderr", closed if gone else None)
    say("nobody hears it")
    assert not output.is_terminal("stdout")
    for write in (output.check_output, output.print_line, lambda: print_bytes(b"x"), lambda: print_document("x")):
        with pytest.raises(OutputError) as found:
            write()
        assert found.value.is_closed
        assert not isinstance(found.value, OSError)


CLOSED = "localalt: The texts cannot be written (standard output is closed): write them to a file or a pipe.\n"


@pytest.fixture
def no_output(monkeypatch):
    """Runs the command in this process, without the streams that are named, as `pythonw` and services have it."""

    def run(command, *gone):
        monkeypatch.setattr(cli, "leave_now", lambda status: status)
        with monkeypatch.context() as without:  # within the test: pytest puts its own streams in place before it
            for name in ("stdout", *gone):
                without.setattr(sys, name, None)
            return cli.main(command)

    return run


@pytest.mark.parametrize(
    "command",
    [
        ("--version",),
        ("--help",),
        ("lint", "--help"),
        ("lint", "--rules"),
        ("lint", "--text", "Image of a dog"),
        ("lint", "--text", "Image of a dog", "--json"),
        ("lint", "--text", "Image of a dog", "--fix"),
        ("prompts", "plain"),
        ("prompts",),
        ("plan", "selftest"),
        ("plan", "selftest", "--json"),
        ("models", "--json"),
        ("models", "--downloaded"),
        ("devices",),
        ("verify",),
        ("describe", "gone.jpg", "--model", "selftest"),
        ("compare", "gone.jpg", "--models", "selftest"),
    ],
)
def test_what_cannot_be_written_is_said_once_and_is_not_a_success(no_output, capsys, command):
    assert no_output(command) == 4
    assert capsys.readouterr().err == CLOSED
    assert no_output(command, "stderr", "stdin") == 4


def test_nothing_to_print_needs_no_standard_output(no_output):
    assert no_output(["lint", "--text", "A small brown dog asleep on the step of a red house.", "-q"]) == 0


@pytest.mark.slow
@POSIX
def test_a_closed_standard_output_is_said_once_and_is_not_a_success(expected):
    result = shell(f"localalt describe {next(iter(expected))} --model selftest >&-")
    assert (result.returncode, result.stderr.decode()) == (4, CLOSED)


@pytest.mark.slow
@POSIX
def test_messages_are_dropped_and_the_status_reports_where_there_is_no_standard_error(expected):
    path, text = next(iter(expected.items()))
    result = shell(f"localalt describe {path} gone.jpg --model selftest 2>&- <&-")
    assert (result.returncode, result.stdout.decode().splitlines()) == (1, [f"{path}: {text}"])
    assert shell("localalt describe --nope 2>&-").returncode == 2


@pytest.mark.slow
@POSIX
def test_a_file_that_is_opened_never_takes_the_place_of_a_closed_stream(tmp_path):
    code = (
        "import localalt.__main__ as m; from localalt.cli import streams; streams.take_over(); "
        "print(open({!r}, 'w').fileno(), file=open({!r}, 'w'))"
    )
    code = code.format(str(tmp_path / "a"), str(tmp_path / "b"))
    shell(f'{sys.executable} -c "{code}" <&- >&- 2>&-')
    assert int((tmp_path / "b").read_text()) > 2


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("command", ["lint page.html", "lint page.html --json"])
def test_a_reader_that_goes_away_is_never_blamed_on_a_file(tmp_path, command):
    (tmp_path / "page.html").write_text('<img src="a" alt="Image of a dog">\n' * 1_000)
    result = shell(f"cd {tmp_path}; (localalt {command}; echo $? >status) | head -c 1 >first; cat status")
    assert b"page.html" not in result.stderr
    assert b"Traceback" not in result.stderr
    assert int(result.stdout) in (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_lints_json_and_its_fixed_page_do_not_depend_on_the_terminals_encoding(encoding):
    page = '<img src="é.png" alt="Image of a café – 日本"><img src="é.png">\r\n'.encode()

    def lint(*options):
        command = [sys.executable, "-m", "localalt", "lint", "-", "--form", "html", "-q", *options]
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        return subprocess.run(command, input=page, capture_output=True, env=environment, check=False)

    found = [json.loads(line) for line in lint("--json").stdout.decode(encoding).splitlines()]
    assert {each["picture"] for each in found} == {"é.png"}
    fixed = lint("--fix")
    assert re.fullmatch(
        '<img src="é.png" alt="A café – 日本[。.]?"><img src="é.png">\r\n', fixed.stdout.decode("utf-8")
    )
    assert b"error missing" in fixed.stderr


@pytest.mark.slow
@POSIX
def test_a_prompt_is_written_to_a_file_in_utf_8():
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    reported = shell("localalt prompts plain", **environment)
    assert json.loads(reported.stdout.decode("utf-8")) == json.loads(prompt_to_json(chosen_prompt("plain")))
    assert not reported.stderr


E = "\x1b[31m\u202e"


@pytest.mark.parametrize(
    "command",
    [
        ("describe", f"{E}.png", "--model", "selftest"),
        ("describe", "x.png", "--model", E),
        ("describe", "x.png", f"--{E}"),
        ("describe", "x.png", "--model", "selftest", "--max-chars", E),
        ("describe", f"no{E}*such", "--model", "selftest"),
        ("describe", "x.png", "--model", "selftest", "--fact", E),
        ("lint", f"{E}.html"),
        ("lint", "--text", "x", "--profile", E),
        ("lint", "--text", f"Image of {E}"),
        ("lint", "--text", f"Image of {E}", "--fix"),
        ("plan", E),
        ("plan", "--device", E),
        ("pull", E),
        ("remove", f"{E}/{E}"),
        ("verify", E),
        ("doctor", "--device", E),
        ("doctor", "--model", E),
        ("prompts", E),
        ("compare", f"{E}.png", "--models", "selftest"),
        ("eval", "run", "--out", "x", "--models", E, "--cases", E),
        ("eval", "report", E),
        ("bench", "--shape", E, "--device", "cpu"),
        ("bench", "compare", E),
        (E,),
    ],
    ids=ascii,
)
def test_options_and_names_that_are_repeated_are_shown(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (8, 8)).save(tmp_path / "x.png")
    monkeypatch.setattr(cli, "leave_now", lambda status: status)
    with contextlib.suppress(SystemExit):
        assert cli.main(command) in (0, 1, 2, 3)
    reported = "".join(capsys.readouterr())
    assert "x1b" in reported
    assert not {"\x1b", "\u202e"} & set(reported)


@pytest.mark.slow
@POSIX
def test_file_names_are_shown_before_their_texts_and_whole_in_json(expected, tmp_path):
    path, text = next(iter(expected.items()))
    names = ["\x1b[31mred\nline.png", "gpj.\u202egnp.png", os.fsdecode(b"caf\xe9.png")]
    for name in names:
        (tmp_path / name).write_bytes(path.read_bytes())
    result = shell(f"cd {tmp_path}; localalt describe . --model selftest -q")
    reported = [r"\x1b[31mred\nline.png", r"gpj.\u202egnp.png", r"caf\udce9.png"]
    assert sorted(result.stdout.decode().splitlines()) == sorted(f"{name}: {text}" for name in reported)
    result = shell(f"cd {tmp_path}; localalt describe . --model selftest -q --jsonl")
    assert {json.loads(line)["source"] for line in result.stdout.decode().splitlines()} == set(names)


# --- that it stays so ---

PACKAGE = Path(localalt.__file__).parent
OWN_WAY = {
    "console/output.py",  # the room itself
    "doctor/operations/program.py",  # a timer's last word before it ends the process
    "plugin_trial.py",  # runs with the standard library alone
    "cli/streams.py",  # distinguishes standard output from standard error for argparse
}


def prints(path):
    """Lines of a module that print, or touch standard output or standard error."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "pprint"):
            yield node.lineno
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("stdout", "stderr", "__stdout__", "__stderr__")
            and isinstance(node.value, ast.Name)
            and node.value.id == "sys"
        ):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            yield node.lineno
        if isinstance(node, ast.Attribute) and node.attr in ("basicConfig", "StreamHandler", "print_exc"):
            yield node.lineno


@pytest.mark.slow
def test_nothing_prints_but_the_one_room():
    found = {
        f"{path.relative_to(PACKAGE).as_posix()}:{line}"
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).as_posix() not in OWN_WAY
        for line in prints(path)
    }
    assert not found


def test_a_module_that_prints_would_be_found(tmp_path):
    module = tmp_path / "module.py"
    for line in ("print('x')", "sys.stdout.write('x')", "f(file=sys.stderr)", "from sys import stdout"):
        module.write_text(f"import sys\n{line}\n")
        assert list(prints(module)) == [2]
