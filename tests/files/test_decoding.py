"""Texts that people hand in, as the programs they use write them."""

import codecs
import json

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt.evaluation.cases import read_cases
from localalt.evaluation.outputs import read_outputs
from localalt.evaluation.records import Records, read_records
from localalt.files.decoding import DecodingError, decode, decode_lines, encode, encoding_of
from localalt.prompting.prompt_file import chosen_prompt

WINDOWS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16-le with a mark, as PowerShell's > writes it": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16-be with a mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16-le without one": lambda text: text.encode("utf-16-le"),
    "utf-16-be without one": lambda text: text.encode("utf-16-be"),
    "utf-32 with a mark": lambda text: codecs.BOM_UTF32_LE + text.encode("utf-32-le"),
}


@pytest.fixture(params=list(WINDOWS))
def encoded(request):
    return WINDOWS[request.param]


def test_a_text_is_read_and_written_back_byte_for_byte(encoded):
    text = "A café in “Köln”.\r\nA second line.\n"
    data = encoded(text)
    found, encoding = decode(data)
    assert found == text
    assert encode(found, encoding) == data


@pytest.mark.slow
@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(list(WINDOWS)[:4]))
def test_any_text_comes_back(text, name):
    data = WINDOWS[name](text)
    found, encoding = decode(data)
    assert encode(found, encoding) == data


@pytest.mark.parametrize(
    ("label", "text", "data"),
    [
        ("iso-8859-1", "caf\u00e9 “x” €", b"caf\xe9 \x93x\x94 \x80"),
        ("latin1", "é", b"\xe9"),
        ("us-ascii", "é", b"\xe9"),
        (" Windows-1252 ", "é\x81", b"\xe9\x81"),
        ("windows-1251", "Собака", "Собака".encode("cp1251")),
        ("koi8-r", "Собака", "Собака".encode("koi8-r")),
        ("Shift_JIS", "犬①", "犬①".encode("cp932")),
        ("euc-jp", "犬", "犬".encode("euc-jp")),
        ("gb2312", "狗", "狗".encode("gb18030")),
        ("big5", "狗", "狗".encode("big5")),
        ("euc-kr", "개", "개".encode("cp949")),
        ("utf-8", "犬", "犬".encode()),
        ("utf-16", "é", "é".encode()),
        ("no-such-encoding", "é", "é".encode()),
    ],
)
def test_a_declared_encoding_counts_as_it_does_in_browsers(label, text, data):
    found, encoding = decode(data, declared=label)
    assert found == text
    assert encode(found, encoding) == data


def test_a_mark_counts_more_than_what_is_declared():
    assert decode(codecs.BOM_UTF8 + "é".encode(), declared="iso-8859-1")[0] == "é"


@pytest.mark.parametrize(
    ("data", "declared", "message"),
    [
        (b"a\nb\xe9 c", None, "byte 0xE9 at offset 3 (line 2) is not UTF-8, and no other encoding is declared"),
        (b"b\xe9 c", "utf-8", "byte 0xE9 at offset 1 (line 1) is not UTF-8"),
        (b"b\xe9 c", "klingon", "the declared encoding 'klingon' is unknown"),
        (codecs.BOM_UTF16_LE + b"a\x00b", None, "offset 4 (line 1) is not UTF-16-LE"),
        (codecs.BOM_UTF8 + b"a\xff", None, "offset 4 (line 1) is not UTF-8"),
        (b"\x81", "shift_jis", "is not CP932"),
        ("\ud800".encode("utf-8", "surrogatepass"), None, "is not UTF-8"),
    ],
)
def test_what_cannot_be_decoded_is_said_with_its_place(data, declared, message):
    with pytest.raises(DecodingError) as error:
        decode(data, declared=declared)
    assert message in str(error.value)


def test_a_byte_more_or_less_is_not_taken_for_utf_16():
    assert encoding_of(b"A dog.") == "utf-8"
    assert decode(b"a\x00b")[0] == "a\x00b"
    assert encoding_of(b"\x00\x00\x00\x00") == "utf-8"


def test_lines_are_separated_as_json_lines_are():
    text = '{"a": "x\u2028y"}\r\n{"a": 1}\r{"a": 2}\n'
    assert decode_lines(text.encode()) == ['{"a": "x\u2028y"}', '{"a": 1}', '{"a": 2}', ""]
    assert decode_lines(b"ab\n\xe9\ncd\n", drop_damaged=True) == ["ab", "", "cd", ""]


# --- those who read texts ---


def test_prompt_files_are_read(encoded, tmp_path):
    text, value = tmp_path / "a.txt", tmp_path / "b.json"
    text.write_bytes(encoded("Describe the café in the picture.\r\n"))
    value.write_bytes(encoded('{"instruction": "Describe the café in the picture."}\r\n'))
    assert chosen_prompt(text).instruction == chosen_prompt(value).instruction == "Describe the café in the picture."


def test_cases_and_outputs_are_read(encoded, tmp_path):
    (tmp_path / "a.png").write_bytes(b"a picture")
    cases, outputs = tmp_path / "cases.jsonl", tmp_path / "outputs.jsonl"
    cases.write_bytes(encoded('{"id": "a", "picture": "a.png", "references": ["A\u2028café"]}\r\n'))
    outputs.write_bytes(encoded('{"case": "a", "text": "A café."}\r\n{"case": "a", "seed": 1, "text": "A bar."}\r\n'))
    (case,) = read_cases(cases)
    assert case.references == ("A\u2028café",)
    assert [output.text for output in read_outputs([outputs], [case])] == ["A café.", "A bar."]


def test_a_case_that_cannot_be_decoded_is_said_with_its_place(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b'{"id": "caf\xe9"}\n')
    with pytest.raises(localalt.OptionError, match=r"byte 0xE9 at offset 11 \(line 1\).*save them as UTF-8"):
        read_cases(path)


def test_a_line_that_was_cut_off_within_a_character_loses_no_other(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes('{"key": "a"}\n{"key": "é'.encode()[:-1])
    assert [record["key"] for record in read_records(path)] == ["a"]


def test_nothing_is_added_to_a_file_in_another_encoding(tmp_path):
    path = tmp_path / "records.jsonl"
    data = json.dumps({"key": "a"}).encode("utf-16")
    path.write_bytes(data)
    with pytest.raises(localalt.OptionError, match="is in UTF-16-LE, and records are added in UTF-8"):
        Records(path)
    assert path.read_bytes() == data
    marked = tmp_path / "marked.jsonl"
    marked.write_bytes(b'\xef\xbb\xbf{"key": "a"}')
    records = Records(marked)
    records.add({"key": "b"})
    assert [record["key"] for record in read_records(marked)] == ["a", "b"]


def test_results_of_the_benchmark_are_read(encoded, tmp_path):
    from localalt.bench import record

    path = tmp_path / "results.json"
    path.write_bytes(encoded("[]\r\n"))
    assert record.read(path) == ()


def test_the_lock_file_is_read(encoded, tmp_path):
    from localalt.hub import lockfile

    path = tmp_path / "localalt.lock"
    path.write_bytes(encoded(json.dumps({"version": lockfile.VERSION, "models": {}})))
    assert lockfile.read(path) == {}
