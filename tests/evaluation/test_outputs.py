"""Texts of other systems, read beside localalt's own."""

import dataclasses
import json

import pytest

import localalt
from localalt.evaluation.outputs import of_authors, read_outputs
from tests.support.evaluation import DOG


@pytest.mark.parametrize(
    "record",
    [
        {"case": "dog", "text": "A dog.", "system": "cloud"},
        {"id": "dog", "caption": "A dog.", "arm": "cloud"},
        {"sha256": "0" * 64, "alt": "A dog.", "system": "cloud"},
        {"image": "dog", "captions": {"cloud": "A dog."}},
    ],
)
def test_texts_of_other_systems_stand_beside_ours(tmp_path, record):
    path = tmp_path / "theirs.jsonl"
    path.write_text(json.dumps(record) + '\n{"case": "unknown", "text": "x"}\n7\n')
    case = dataclasses.replace(DOG, picture=tmp_path / "dog.png")
    assert [(each.case, each.arm, each.text) for each in read_outputs([path], [case])] == [("dog", "cloud", "A dog.")]


def test_a_file_names_its_system_where_its_lines_do_not(tmp_path):
    path = tmp_path / "gpt.jsonl"
    path.write_text('{"case": "dog", "text": "A dog."}')
    case = dataclasses.replace(DOG, picture=tmp_path / "dog.png")
    assert read_outputs([path], [case])[0].arm == "gpt"
    assert of_authors([case])[0].text == DOG.references[0]
    path.write_text('{"case": "other", "text": "A dog."}')
    with pytest.raises(localalt.OptionError, match="no text about any of the cases"):
        read_outputs([path], [case])
