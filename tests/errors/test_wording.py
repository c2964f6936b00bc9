"""Messages name options as their caller does: `max_chars` in a program, `--max-chars` at the command."""

import ast
import json
import pickle
import re
import shutil
from pathlib import Path

import PIL.Image
import pytest

import localalt
from localalt import cli, selftest
from localalt.drafting.options import DescribeOptions, LoadOptions
from localalt.errors import LocalAltError, OptionError
from localalt.errors.wording import NO_FLAG, either, flag_of, option

FLAG = re.compile(r"(?<![\w-])--[a-z]")
IN_PYTHON = re.compile(r"\b(None|True|False|tuple|dict|str|int|localalt\.[A-Z]\w+)\b|\w+=(?!…)|\w\(")
OPTIONS = [*DescribeOptions.__annotations__, *LoadOptions.__annotations__]

WRONG = [
    ("max_chars", {"max_chars": 5}, ["--max-chars", "5"]),
    ("max_chars", {"max_chars": 10**7}, ["--max-chars", "10000000"]),
    ("timeout_s", {"timeout_s": 0.0}, ["--timeout", "0"]),
    ("timeout_s", {"timeout_s": float("nan")}, ["--timeout", "nan"]),
    ("purpose", {"purpose": "lnk"}, ["--purpose", "lnk"]),
    ("detail", {"detail": "huge"}, ["--detail", "huge"]),
    ("checks", {"checks": "ful"}, ["--checks", "ful"]),
    ("candidates", {"candidates": 99}, ["--candidates", "99"]),
    ("also", {"also": ["loong"]}, ["--also", "loong"]),
    ("also", {"also": ["xyzzy"]}, ["--also", "xyzzy"]),
    ("also", {"also": ["long", "long"]}, ["--also", "long,long"]),
    ("also", {"also": ["long"], "purpose": "decorative"}, ["--also", "long", "--purpose", "decorative"]),
    ("facts", {"facts": {"plce": "Lisbon"}}, ["--fact", "plce=Lisbon"]),
    ("facts", {"facts": {"people": ["A"] * 51}}, ["--fact", f"people={','.join('A' * 51)}"]),
    ("facts", {"facts": {"place": "x" * 5000}}, ["--fact", f"place={'x' * 5000}"]),
    ("context", {"context": "x" * 20_001}, ["--context", "x" * 20_001]),
    ("existing", {"existing": "x" * 10_001}, ["--existing", "x" * 10_001]),
    ("language", {"language": ""}, ["--language", ""]),
    ("language", {"language": "x" * 80}, ["--language", "x" * 80]),
    ("language", {"language": "en\x07"}, ["--language", "en\x07"]),
    ("language", {"language": "klingon"}, ["--language", "klingon"]),
    ("", {"platform": "blusky"}, ["--platform", "blusky"]),
    ("", {"prompt": "plian"}, ["--prompt", "plian"]),
    ("", {"device": "GPU99"}, ["--device", "GPU99"]),
]


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "photo.png"
    PIL.Image.new("RGB", (64, 64), "teal").save(path)
    return str(path)


@pytest.mark.parametrize(("name", "options", "arguments"), WRONG, ids=lambda each: str(each)[:40])
def test_a_wrong_option_is_named_as_its_caller_writes_it(name, options, arguments, photo, capfd):
    asked = {key: value for key, value in options.items() if key in DescribeOptions.__annotations__}
    with pytest.raises(OptionError) as caught:
        localalt.describe(photo, model="selftest", **asked) if asked else localalt.load("selftest", **options)
    spoken = str(caught.value)
    assert not FLAG.search(spoken)
    assert name in spoken

    assert cli.main(["describe", photo, "--model", "selftest", *arguments]) == 2
    typed = capfd.readouterr().err.removeprefix("localalt: ").rstrip("\n")
    assert typed == caught.value.in_command
    assert not IN_PYTHON.search(typed), typed
    assert not name or flag_of(name) in typed
    for other in OPTIONS:
        if "_" in other:
            assert other not in typed
        else:
            assert not re.search(rf"(?<!-){other} (is|has|must|takes)\b", typed)


def test_every_option_of_the_library_is_one_of_the_command():
    described = cli.parser()._subparsers._group_actions[0].choices["describe"].format_help()
    for name in OPTIONS:
        assert (flag_of(name) in described) == (name not in NO_FLAG), name


@pytest.mark.parametrize("end", ["weights", "projector", "folder", "missing"])
def test_a_model_of_one_file_is_completed_as_its_caller_would(end, photo, tmp_path, capfd):
    weights, mmproj = tmp_path / "weights.gguf", tmp_path / "own-mmproj.gguf"
    shutil.copy(selftest.WEIGHTS, weights)
    shutil.copy(selftest.MMPROJ, mmproj)
    shutil.copy(selftest.MMPROJ, tmp_path / "other-mmproj.gguf")
    model = {"weights": str(weights), "projector": str(mmproj), "folder": str(tmp_path), "missing": "a/b.gguf"}[end]
    with pytest.raises(LocalAltError) as caught:
        localalt.describe(photo, model=model)
    assert not FLAG.search(str(caught.value))
    cli.main(["describe", photo, "--model", model])
    typed = capfd.readouterr().err
    assert caught.value.in_command in typed
    if end != "missing":
        assert "(weights" in str(caught.value) or f"({weights}" in str(caught.value)
        assert "--mmproj" in typed
        assert "pair" not in typed


def test_both_readings_cross_to_another_process():
    error = OptionError(f"{option('timeout_s')} is 0: leave it out.")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.in_command) == ("timeout_s is 0: leave it out.", "--timeout is 0: leave it out.")
    assert error.args == ("timeout_s is 0: leave it out.",)
    for kind in (localalt.ImageNotFoundError, localalt.ModelNotFoundError, localalt.TimedOutError):
        own = kind(f"x {either('a', 'b')}")
        assert (str(own), own.in_command, pickle.loads(pickle.dumps(own)).in_command) == ("x a", "x b", "x b")


def test_a_message_without_options_reads_the_same_for_both():
    assert localalt.ClosedError("It is closed.").in_command == "It is closed."
    assert localalt.NativeError("It failed.", call="f", code=1).in_command == "It failed."


PACKAGE = Path(localalt.__file__).parent
MODULES = [path for path in PACKAGE.rglob("*.py") if "cli" not in path.parts and path.name != "wording.py"]
NOT_OURS = {"--force-reinstall", "--no-cache-dir"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_message_of_the_library_is_spelled_for_one_caller_alone(path):
    """Flags in errors outside `either`, and options with an underscore that the command has under another name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = {
        id(each)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("either", "option")
        for each in ast.walk(call)
    }
    flagged = [name for name in OPTIONS if "_" in name and name != "on_download"]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Raise):
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in marked:
                words = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", part.value)) - NOT_OURS
                assert not words, f"line {part.lineno}: {words}"
                assert not any(re.search(rf"\b{name}\b", part.value) for name in flagged), f"line {part.lineno}"


@pytest.mark.slow
def test_a_warning_is_worded_for_its_reader(photo, capfd):
    asked = {"model": "selftest", "purpose": "link", "checks": "lint"}
    (spoken,) = [each for each in localalt.describe(photo, **asked).warnings if each.name == "target-unknown"]
    assert 'pass facts={"target": …}' in str(spoken)
    assert not FLAG.search(str(spoken))
    assert pickle.loads(pickle.dumps(spoken)).in_command == spoken.in_command
    assert type(localalt.describe(photo, **asked).to_dict()["warnings"][0]["message"]) is str

    command = ["describe", photo, "--model", "selftest", "--purpose", "link", "--checks", "lint", "--jsonl"]
    assert cli.main(command) == 0
    written = capfd.readouterr()
    messages = [each["message"] for each in json.loads(written.out)["warnings"] if each["name"] == "target-unknown"]
    assert messages == [spoken.in_command]
    assert "pass --fact target=…, or" in spoken.in_command
    assert f"target-unknown: {spoken.in_command}" in written.err


@pytest.mark.parametrize("paths", [("mmproj", "weights"), ("weights", "weights"), ("mmproj", "mmproj")])
def test_a_pair_in_the_wrong_order_is_put_right_as_its_caller_would(paths, photo, capfd):
    weights, mmproj = ({"weights": selftest.WEIGHTS, "mmproj": selftest.MMPROJ}[each] for each in paths)
    with pytest.raises(localalt.ModelMismatchError) as caught:
        localalt.describe(photo, model=(weights, mmproj))
    assert not FLAG.search(str(caught.value))
    assert cli.main(["describe", photo, "--model", str(weights), "--mmproj", str(mmproj)]) == 3
    typed = capfd.readouterr().err
    assert "--mmproj" in typed
    assert "(weights, mmproj)" not in typed


@pytest.mark.parametrize("arguments", [["--details", "x"], ["--checks", "x"], ["--details", "auto,x"]])
def test_eval_names_its_own_options(arguments, tmp_path, capfd):
    cli.main(["eval", "run", "--models", "selftest", "--out", str(tmp_path / "out.jsonl"), *arguments])
    assert f"{arguments[0]} is 'x'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "spoken", "typed"),
    [
        ({"exact_tokens": 0}, "exact_tokens is 0:", "--tokens is 0:"),
        ({"n_seq_max": 0}, "n_seq_max is 0:", "--widths is 0:"),
        ({"tuning": localalt.Tuning(n_threads=0)}, "tuning has n_threads 0:", "--threads is 0:"),
        ({"tuning": localalt.Tuning(n_ubatch=7)}, "tuning has n_ubatch 7:", "--ubatch is 7:"),
        ({"tuning": localalt.Tuning(n_image_tokens=0)}, "tuning has n_image_tokens 0:", "--image-tokens is 0:"),
    ],
)
def test_what_only_bench_has_is_named_as_bench_does(options, spoken, typed, capsys):
    with pytest.raises(OptionError) as caught:
        localalt.load("selftest", **options)
    assert str(caught.value).startswith(spoken)
    assert caught.value.in_command.startswith(typed)
    with pytest.raises(SystemExit):
        cli.main(["bench", "sweep", "--help"])
    assert typed.split()[0] in capsys.readouterr().out
