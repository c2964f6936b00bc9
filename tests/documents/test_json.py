"""JSON: which texts there are, where they stand, and how one is replaced."""

import json

import pytest

import localalt
from localalt import selftest
from localalt.documents import Document
from localalt.documents.json_tokens import plain, read_value


def replaced(content, *texts):
    document = Document(content.encode(), "jsonl")
    return document.with_texts(zip(document.references, texts, strict=False)).decode()


@pytest.mark.parametrize(
    ("content", "fixed"),
    [
        ('{"text": "A dog", "raw": "A dog"}\n', '{"text": "NEW", "raw": "A dog"}\n'),
        ('{"raw": "A dog", "text": "A dog"}', '{"raw": "A dog", "text": "NEW"}'),
        ('{"text":"A dog","note":"\\"text\\": \\"A dog\\""}', '{"text":"NEW","note":"\\"text\\": \\"A dog\\""}'),
        ('{"text": "A", "text": "A dog"}', '{"text": "A", "text": "NEW"}'),
        ('{"\\u0074ext": "A dog"}', '{"\\u0074ext": "NEW"}'),
        ('[{"n": 1.0e5, "alt": "A dog"}]', '[{"n": 1.0e5, "alt": "NEW"}]'),
        ('[\n  {\n    "alt" : "A dog" ,\n    "a\\/b": [1, {"alt": "A dog"}]\n  }\n]\n', '[\n  {\n    "alt" : "NEW" ,\n    "a\\/b": [1, {"alt": "A dog"}]\n  }\n]\n'),
        ('{\n "text": "A dog"\n}\n{\n "text": "A cat"\n}\n', '{\n "text": "NEW"\n}\n{\n "text": "A cat"\n}\n'),
        ('["A dog", "A dog"]', '["NEW", "A dog"]'),
        ('"A dog"\r\n"A cat"\r\n', '"NEW"\r\n"A cat"\r\n'),
        ('{"text": "A dog", "model": {"text": "A dog"}}', '{"text": "NEW", "model": {"text": "A dog"}}'),
        ('{"text": ""}', '{"text": "NEW"}'),
    ],
)  # fmt: skip
def test_the_text_is_found_by_its_key_and_all_else_stays(content, fixed):
    assert replaced(content, "NEW") == fixed


@pytest.mark.parametrize(
    ("content", "text", "fixed"),
    [
        ('{"text": "Image of caf\\u00e9 \\ud83d\\ude00"}', "A café 😀.", '{"text": "A caf\\u00e9 \\ud83d\\ude00."}'),
        ('{"text": "a\\/b"}', "a/b.", '{"text": "a\\/b."}'),
        ('{"text": "a"}', "“a”", '{"text": "\\u201ca\\u201d"}'),
        ('{"text": "é a"}', "é “a”", '{"text": "é “a”"}'),
        ('{"text": "a"}', 'a "b" \\ \n', '{"text": "a \\"b\\" \\\\ \\n"}'),
    ],
)
def test_escapes_that_stay_are_as_they_were(content, text, fixed):
    assert replaced(content, text) == fixed


@pytest.mark.slow
def test_localalts_own_drafts_are_fixed_and_what_the_model_wrote_stays():
    with localalt.load("selftest", device="cpu") as describer:
        draft = describer.describe(selftest.held_out()[0].picture)
    value = draft.to_dict()
    assert value["text"] == value["raw"]
    for content in (json.dumps(value), json.dumps([value, value], indent=2)):
        new = json.loads(replaced(content, "Another text."))
        first = new[0] if isinstance(new, list) else new
        assert (first["text"], first["raw"]) == ("Another text.", value["raw"])
        first["text"] = value["text"]
        assert new == json.loads(content)


def test_the_long_description_is_a_text_and_the_transcription_is_not():
    also = {"long": {"text": "Image of a dog", "raw": "r"}, "text": {"text": "STOP"}}
    value = {"source": "a.png", "text": "A dog", "also": also, "candidates": [{"text": "A cat"}]}
    document = Document(json.dumps(value).encode(), "jsonl")
    assert [(each.text, each.is_long, each.src) for each in document.references] == [
        ("A dog", False, "a.png"),
        ("Image of a dog", True, "a.png"),
    ]
    new = json.loads(document.with_texts([(document.references[1], "A dog.")]))
    value["also"]["long"]["text"] = "A dog."
    assert new == value


def test_the_description_of_something_else_than_an_image_is_not_alt_text():
    (package,) = Document(b'{"name": "x", "description": "Image tools"}', "jsonl").references
    assert "no text under any of" in package.problem
    (image,) = Document(b'{"image": "a.png", "description": "A dog"}', "jsonl").references
    assert image.text == "A dog"


def test_lines_are_those_of_the_objects_in_arrays_too():
    document = Document(b'[\n {"alt": "a"},\n\n {\n  "alt": "b"}]', "jsonl")
    assert [each.line for each in document.references] == [2, 4]


@pytest.mark.parametrize(
    "content",
    ["", "{", '{"a"}', '{"a": }', '{"a": 1,}', "[1,]", '"\\x"', '"a\nb"', "01", "+1", "tru", "nan", "[" * 100_000, '"\\u12"'],
)  # fmt: skip
def test_what_is_not_json_is_refused(content):
    document = Document(content.encode(), "jsonl")
    assert all(each.problem for each in document.references)
    assert bool(document.references) == bool(content)


@pytest.mark.parametrize("value", [{}, [], {"a": [1, -2.5e3, True, None, 'é\n\\"😀']}, "x", {"": {"": []}}])
@pytest.mark.parametrize("options", [{}, {"indent": 2}, {"ensure_ascii": False}])
def test_what_python_writes_is_read(value, options):
    def raw(each):
        if isinstance(each, dict):
            return {key: raw(item) for key, item in each.items()}
        if isinstance(each, list):
            return [raw(item) for item in each]
        return each if isinstance(each, str) else (json.dumps(each),)

    assert plain(read_value(json.dumps(value, **options))) == raw(value)


def test_nesting_without_end_is_one_problem():
    (problem,) = Document(b"[" * 10_000, "jsonl").references
    assert "more than 64 arrays" in problem.problem
