import json
import subprocess
import sys

import pytest

from localalt.errors import StorageError
from localalt.hub import lockfile
from localalt.hub.repository import RemoteFile, Selection


def selection(quant="Q4_K_M", commit="a" * 40, repository="owner/name"):
    return Selection(
        repository,
        commit,
        quant,
        (RemoteFile("a-00001-of-00002.gguf", 5, "1" * 64), RemoteFile("a-00002-of-00002.gguf", 6, "2" * 64)),
        RemoteFile("x/mmproj-F16.gguf", 7, "3" * 64),
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "localalt" / "models.lock.json"


def test_without_a_lock_file_nothing_is_pinned(path):
    assert lockfile.read(path) == {}
    assert not path.parent.exists()


def test_what_is_recorded_is_read_again(path):
    first, second = selection(), selection("Q8_0")
    assert lockfile.record(path, first) is None
    assert lockfile.record(path, second) is None
    assert lockfile.read(path) == {"owner/name:Q4_K_M": first, "owner/name:Q8_0": second}


def test_a_newer_pin_replaces_and_returns_the_older(path):
    older, newer = selection(), selection(commit="b" * 40)
    lockfile.record(path, older)
    assert lockfile.record(path, newer) == older
    assert lockfile.read(path) == {newer.key: newer}


def test_forgetting_returns_what_was_pinned(path):
    lockfile.record(path, selection())
    assert lockfile.forget(path, "owner/name:Q8_0") is None
    assert lockfile.forget(path, "owner/name:Q4_K_M") == selection()
    assert lockfile.read(path) == {}


def test_the_file_is_for_people_to_read(path):
    lockfile.record(path, selection())
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["version"] == 1
    assert content["models"]["owner/name:Q4_K_M"]["mmproj"] == {
        "name": "x/mmproj-F16.gguf", "n_bytes": 7, "sha256": "3" * 64,
    }  # fmt: skip
    assert path.read_text(encoding="utf-8").startswith('{\n  "version": 1,\n')


def test_nothing_but_the_lock_file_and_its_guard_is_left(path):
    lockfile.record(path, selection())
    assert sorted(file.name for file in path.parent.iterdir()) == ["models.lock.guard", "models.lock.json"]


def damaged(change):
    content = {"version": 1, "models": {"owner/name:Q4_K_M": lockfile._entry(selection())}}
    change(content, content["models"]["owner/name:Q4_K_M"])
    return json.dumps(content)


def renamed(content, entry):
    content["models"]["owner/other:Q4_K_M"] = content["models"].pop("owner/name:Q4_K_M")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        '{"version": "1", "models": {}}',
        '{"version": 1}',
        '{"version": 1, "models": []}',
        '{"version": 1, "models": {"a": 1}}',
        damaged(lambda content, entry: entry.pop("commit")),
        damaged(lambda content, entry: entry.update(commit="main")),
        damaged(lambda content, entry: entry.update(weights=[])),
        damaged(lambda content, entry: entry.update(weights=None)),
        damaged(lambda content, entry: entry.update(repository="../../etc")),
        damaged(lambda content, entry: entry["mmproj"].update(name="../../../etc/passwd")),
        damaged(lambda content, entry: entry["mmproj"].update(sha256="../" * 20)),
        damaged(lambda content, entry: entry["mmproj"].update(n_bytes=-1)),
        damaged(lambda content, entry: entry["mmproj"].update(n_bytes="7")),
        damaged(renamed),
    ],
)
def test_a_damaged_file_is_reported_and_left_as_it_is(path, text):
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    for work in (
        lambda: lockfile.read(path),
        lambda: lockfile.record(path, selection()),
        lambda: lockfile.forget(path, "a"),
    ):
        with pytest.raises(
            StorageError, match=r"lock file .*models.lock.json is damaged \(.*\): fix it, or move it away"
        ):
            work()
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_not_text_is_reported(path):
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\0")
    with pytest.raises(StorageError, match="cannot be read"):
        lockfile.read(path)


def test_a_folder_in_its_place_is_reported(path):
    path.mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be read"):
        lockfile.read(path)


def test_a_file_of_a_later_version_is_reported_and_left(path):
    path.parent.mkdir()
    path.write_text('{"version": 2, "models": "in another form"}', encoding="utf-8")
    with pytest.raises(StorageError, match="has version 2, and this localalt reads up to 1: update localalt"):
        lockfile.record(path, selection())
    assert "another form" in path.read_text(encoding="utf-8")


def test_keys_of_later_versions_do_not_hinder(path):
    path.parent.mkdir()
    path.write_text(
        damaged(lambda content, entry: (entry.update(note="x"), content.update(note="y"))), encoding="utf-8"
    )
    assert lockfile.read(path) == {"owner/name:Q4_K_M": selection()}


def test_a_file_in_place_of_its_folder_is_reported(path):
    path.parent.write_text("")
    with pytest.raises(StorageError, match=r"cannot be written .*: make its folder writable, or set HF_HOME"):
        lockfile.record(path, selection())


def test_a_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    lockfile.record(path, selection())
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="cannot be written"):
        lockfile.record(path, selection("Q8_0"))
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.tmp"))


RECORD_MANY = """
import sys
from pathlib import Path
from localalt.hub import lockfile
from localalt.hub.repository import RemoteFile, Selection
for index in range(25):
    file = RemoteFile("a.gguf", 5, "1" * 64)
    lockfile.record(Path(sys.argv[1]), Selection("owner/name", "a" * 40, f"{sys.argv[2]}-{index}", (file,), file))
"""


@pytest.mark.slow
def test_processes_at_once_lose_no_entry(path):
    children = [subprocess.Popen([sys.executable, "-c", RECORD_MANY, str(path), name]) for name in ("a", "b", "c")]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert len(lockfile.read(path)) == 75
