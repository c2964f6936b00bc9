"""Records in a file of JSON lines: whole, found by their key, and safe to kill while writing."""

import os
from pathlib import Path

import pytest

import localalt
from localalt.evaluation.records import Records, read_records


def test_a_line_that_a_kill_cut_off_is_left_out_and_harms_nothing(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b'{"key": "a", "n": 1}\n{"key": "b", "n"')
    records = Records(path)
    assert records.keys == {"a"}
    records.add({"key": "c", "text": "é\ud800"})
    assert [record["key"] for record in read_records(path)] == ["a", "c"]
    assert Records(path).keys == {"a", "c"}


def test_a_full_disk_is_reported_and_leaves_whole_lines(tmp_path, monkeypatch):
    records = Records(tmp_path / "records.jsonl")
    records.add({"key": "a"})
    monkeypatch.setattr("json.dumps", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        records.add({"key": "b"})
    monkeypatch.undo()
    assert Records(tmp_path / "records.jsonl").keys == {"a"}
    with pytest.raises(localalt.OptionError, match="cannot be written"):
        Records(tmp_path / "records.jsonl" / "below")


@pytest.mark.parametrize("path", ["/dev/full", "/dev/zero"])
def test_records_are_not_read_from_what_never_ends(path):
    if not Path(path).exists():
        pytest.skip("not on this platform")
    with pytest.raises(localalt.OptionError, match="not a file that records"):
        Records(Path(path))


def test_records_may_be_thrown_away():
    Records(Path(os.devnull)).add({"key": "a"})
