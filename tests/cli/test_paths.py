"""One rule for paths, and one error for each that cannot be used: every command that takes pictures or files."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from localalt.bench import pictures

pytestmark = pytest.mark.slow

LONG = "x" * 304 + ".png"
SELFTEST = ("--model", "selftest")


def run(*arguments, cwd):
    done = subprocess.run([sys.executable, "-m", "localalt", *map(str, arguments)], cwd=cwd, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def folder(tmp_path, expected):
    """Two pictures that are meant, and others in folders that are passed over."""
    (first, _), (second, _) = list(expected.items())[:2]
    for name, path in (("a", first), ("b/c", second), (".git/d", first), ("node_modules/e", first), ("_site/f", first)):
        target = tmp_path / f"{name}{path.suffix}"
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
    (tmp_path / "g.svg").touch()
    return tmp_path


def test_one_path_that_cannot_be_used_is_one_error_and_the_others_are_described(folder, expected):
    texts = list(expected.values())[:2]
    paths = (LONG, "missing.png", "*.tiff", ".", "b")
    status, output, errors = run("describe", *paths, *SELFTEST, cwd=folder)
    assert status == 1
    assert [line.partition(": ")[2] for line in output.splitlines()] == [*texts, texts[1]]
    assert "File name too long" in errors
    assert "'missing.png' does not exist" in errors
    assert "Nothing matches *.tiff: check the path." in errors
    assert "free some space" not in errors
    skipped = "1 hidden folder, 1 folder of packages, 1 generated folder, 1 picture of a format that is not read (.svg)"
    assert skipped in errors


def test_the_errors_are_in_the_json_in_their_places(folder):
    status, output, _ = run("describe", "*.tiff", "b", LONG, *SELFTEST, "--json", "--quiet", cwd=folder)
    found = json.loads(output)
    assert status == 1
    assert [("error" in each, each["source"][:10]) for each in found] == [
        (True, "*.tiff"),
        (False, found[1]["source"][:10]),
        (True, LONG[:10]),
    ]


def test_nothing_but_problems_is_wrong_usage_and_loads_no_model(folder):
    (folder / "empty").mkdir()
    status, output, errors = run("describe", "empty", "*.tiff", *SELFTEST, cwd=folder)
    assert (status, output) == (2, "")
    assert "There is no picture in the folder empty: name the files themselves." in errors
    assert "selftest" not in errors


@pytest.mark.skipif(os.name == "nt", reason="names are other there")
def test_a_name_that_is_not_text_is_described(folder, expected):
    path = next(iter(expected))
    name = os.fsencode(folder / "odd") + b"/\xff\n\x1b.png"
    (folder / "odd").mkdir()
    with open(name, "wb") as file:  # noqa: PTH123 (Path takes no bytes)
        file.write(path.read_bytes())
    status, output, _ = run("describe", "odd", *SELFTEST, "--jsonl", "--quiet", cwd=folder)
    assert status == 0
    assert os.fsencode(json.loads(output)["source"]) == b"odd/\xff\n\x1b.png"
    assert b"\x1b" not in run("describe", "odd", "a.svg", *SELFTEST, cwd=folder)[1].encode()


def test_comparing_goes_on_without_the_paths_that_cannot_be_used(folder):
    status, output, errors = run("compare", LONG, "b", "no*.png", "--models", "selftest", cwd=folder)
    assert status == 1
    assert len(json.loads(output)) == 1
    assert "File name too long" in errors
    assert "Nothing matches no*.png" in errors
    assert run("compare", LONG, "--models", "selftest", cwd=folder)[:2] == (2, "")


def test_own_pictures_are_measured_by_the_same_rule(folder, monkeypatch):
    reported = []
    found = pictures.of_folder(folder, say=reported.append)
    assert [path.parent.name for path in found.paths] == [folder.name, "b"]
    assert reported == [
        "Skipped: 1 hidden folder, 1 folder of packages, 1 generated folder, 1 picture of a format that is not read "
        "(.svg)."
    ]
    assert len(pictures.of_folder(folder, 1).paths) == 1
    assert pictures.of_folder(folder / "b").paths == pictures.of_folder(found.paths[1]).paths
    for name in (LONG, "gone"):
        with pytest.raises(pictures.ImageNotFoundError, match="has no pictures that can be read"):
            pictures.of_folder(folder / name)
    read = type(folder).read_bytes

    def refuse(path):
        if path.stem == "a":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(type(folder), "read_bytes", refuse)
    assert [path.stem for path in pictures.of_folder(folder, say=reported.append).paths] == ["c"]
    assert "cannot be read (Permission denied): it is left out." in reported[1]


def test_a_case_or_a_file_of_outputs_that_cannot_be_read_is_one_error_and_the_rest_goes_on(folder, expected):
    path = next(iter(expected))
    shutil.copy(path, folder / "good.png")
    cases = [{"id": name, "picture": picture} for name, picture in (("x", LONG), ("y", "good.png"), ("z", "gone.png"))]
    (folder / "cases.jsonl").write_text("\n".join(json.dumps({**each, "references": ["A cat."]}) for each in cases))
    own = ("--cases", "cases.jsonl", "-q")
    status, _, errors = run("eval", "run", "--models", "selftest", "--out", "o.jsonl", *own, cwd=folder)
    assert status == 1
    assert errors.count("check the picture's path") == 2
    assert [json.loads(line)["case"] for line in (folder / "o.jsonl").read_text().splitlines()] == ["y"]
    status, output, errors = run("eval", "lint", "gone.jsonl", "o.jsonl", LONG, *own, cwd=folder)
    assert status == 1
    assert "selftest" in output
    assert "gone.jsonl cannot be read (No such file or directory)" in errors
    status, output, errors = run("eval", "lint", "gone.jsonl", *own, cwd=folder)
    assert (status, output) == (2, "")


def test_looking_for_a_readable_picture_loses_none_of_those_behind_it(folder, expected):
    """The search goes on where the look ahead broke off."""
    from localalt.cli.pictures import PictureSearch
    from localalt.image.readable import check_readable

    paths = [str(path) for path in expected]
    pictures = PictureSearch(paths)
    assert pictures.find_readable(check_readable)
    assert list(pictures) == paths
