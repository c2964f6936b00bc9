"""Cases to begin with: each picture once, and nothing that a person wrote is lost."""

import json

import PIL.Image
import pytest

import localalt
from localalt.evaluation.cases import read_cases
from localalt.evaluation.templates import add_cases


def picture(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.new("RGB", (8, 8), colour).save(path)
    return path


def test_each_picture_is_a_case_beside_which_it_is_found(tmp_path):
    pictures = [picture(tmp_path / "a" / "x.png", "red"), picture(tmp_path / "b" / "x.png", "blue")]
    out = tmp_path / "out" / "cases.jsonl"
    out.parent.mkdir()
    assert add_cases(out, pictures, kind="art", language="de") == (2, 2)
    found = read_cases(out)
    assert [case.id for case in found] == ["x", "x-2"]
    assert [case.picture.resolve() for case in found] == pictures
    assert {(case.type, case.language, case.references) for case in found} == {("art", "de", ())}


def test_what_a_person_wrote_stays_and_new_pictures_come_after_it(tmp_path):
    out = tmp_path / "cases.jsonl"
    add_cases(out, [picture(tmp_path / "x.png", "red")])
    line = json.loads(out.read_text())
    out.write_text(json.dumps({**line, "references": ["A red square."]}))
    again = [picture(tmp_path / "copy.png", "red"), picture(tmp_path / "y.png", "blue")]
    assert add_cases(out, again) == (1, 2)
    assert [case.references for case in read_cases(out)] == [("A red square.",), ()]
    assert add_cases(out, again) == (0, 2)


def test_a_picture_that_cannot_be_read_adds_nothing(tmp_path):
    out = tmp_path / "cases.jsonl"
    with pytest.raises(localalt.OptionError, match=r"none\.png cannot be read"):
        add_cases(out, [picture(tmp_path / "x.png", "red"), tmp_path / "none.png"])
    assert not out.exists()
