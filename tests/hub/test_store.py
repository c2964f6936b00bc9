"""What is here goes by what was pinned: missing, damaged, unpinned and half-downloaded files."""

import os
import subprocess
import sys

import pytest

from localalt import selftest
from localalt.cli import main
from localalt.hub import store
from localalt.hub.cache import partials
from localalt.hub.cached_repository import CachedRepository
from localalt.models import local, reference, resolve
from tests.support.hub import use_hub

NAME = "owner/Seeing-GGUF"
PARTS = {f"Model-Q8_0-0000{n}-of-00002.gguf": bytes([n]) * 5_000 for n in (1, 2)}
FILES = {**PARTS, "mmproj-F16.gguf": b"projector" * 100}


@pytest.fixture
def hub(hub):
    hub.add(NAME, FILES)
    return hub


@pytest.fixture
def model(hub, tmp_path, monkeypatch):
    use_hub(monkeypatch, hub.url, tmp_path)
    return resolve.obtain(reference.parse(NAME))


def unlink_blob(path):
    path.resolve().unlink()


def cut(path):
    os.truncate(path.resolve(), 100)


def empty(path):
    os.truncate(path.resolve(), 0)


def in_its_place(path):
    path.unlink()
    path.mkdir()


@pytest.mark.slow
@pytest.mark.parametrize("harm", [os.unlink, unlink_blob, cut, empty, in_its_place])
@pytest.mark.parametrize("index", [0, 1, 2], ids=["first part", "second part", "mmproj"])
def test_a_file_that_is_not_as_pinned_is_found_and_what_is_left_can_be_removed(model, capsys, harm, index):
    harm(model.paths[index])
    assert local.find(reference.parse(NAME)) is None
    assert store.missing(model) == (model.paths[index].name,)
    for arguments in (["verify"], ["verify", NAME]):
        assert main(arguments) == 1
        reported = capsys.readouterr()
        assert reported.out == f"{model.key}: damaged or not complete\n"
        assert model.paths[index].name in reported.err
        assert f"`localalt pull {model.key}`" in reported.err
    assert main(["models", "--downloaded"]) == 0
    assert f"{model.key} is not complete" in capsys.readouterr().err
    assert main(["remove", NAME]) == 0
    assert "is deleted" in capsys.readouterr().out
    assert store.all_pinned() == ()
    assert not any(path.is_file() for path in model.paths)


@pytest.mark.slow
def test_a_pin_without_any_file_is_found_and_a_pull_brings_them_back(model, capsys):
    for path in model.paths:
        path.resolve().unlink()
    assert main(["verify"]) == 1
    assert main(["pull", NAME]) == 0
    assert main(["verify"]) == 0


def test_files_without_a_pin_are_found_and_pinned_again_without_a_download(model, hub, capsys):
    store.lock_path().unlink()
    assert store.unpinned() == (model.key,)
    assert main(["verify"]) == 1
    assert f"`localalt pull {model.key}`" in capsys.readouterr().err
    hub.requests.clear()
    assert main(["pull", model.key]) == 0
    assert hub.downloads() == []
    assert main(["verify"]) == 0


@pytest.mark.slow
def test_what_is_left_of_broken_downloads_is_listed_and_removed_and_nothing_else(model, capsys, tmp_path):
    blobs = CachedRepository("owner/Abandoned-GGUF").folder / "blobs"
    blobs.mkdir(parents=True)
    left, whole = blobs / f"{'e' * 64}.incomplete", blobs / ("d" * 64)
    left.write_bytes(bytes(5_000_000))
    whole.write_bytes(b"another program's")
    os.utime(left, (0, 0))
    (found,) = partials()
    assert (found.repository, found.n_bytes) == ("owner/Abandoned-GGUF", 5_000_000)
    for arguments in (["models", "--downloaded"], ["verify"]):
        assert main(arguments) == 0
        reported = capsys.readouterr().err
        assert "5 MB of a broken download of owner/Abandoned-GGUF" in reported
        assert "days old" in reported
    with CachedRepository("owner/Abandoned-GGUF").locked("e" * 64):
        assert main(["remove", "--partial"]) == 0
        assert left.exists()  # somebody is downloading it
    assert main(["remove", "--partial", NAME]) == 0
    assert left.exists()
    assert main(["remove", "--partial"]) == 0
    assert left.exists()  # nothing says that localalt began it
    assert "delete it with `localalt remove --partial owner/Abandoned-GGUF`" in capsys.readouterr().err
    assert main(["remove", "owner/Abandoned-GGUF"]) == 0
    assert "5 MB freed" in capsys.readouterr().out
    assert not left.exists()
    assert whole.exists()
    assert local.find(reference.parse(NAME)) == model
    assert main(["remove"]) == 2


def test_the_known_answer_models_are_part_of_localalt(capsys):
    for name in selftest.MODELS:
        assert main(["pull", name]) == 0
        assert main(["verify", name]) == 0
        assert main(["remove", name]) == 3
        reported = capsys.readouterr()
        assert "part of localalt" in reported.out
        assert "no such model" not in reported.err.lower()
    for command in ("remove", "verify"):
        assert main([command, "auto"]) == 3
        assert "suit this machine" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the lock is not taken on this platform")
def test_the_collector_leaves_no_lock(tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "import scripts.collect_alt_text.command as c\n"
        "path = Path(sys.argv[1])\n"
        "with c.alone(path):\n"
        "    try:\n"
        "        with c.alone(path): pass\n"
        "    except c.CollectError as error: print(error)\n"
        "try:\n"
        "    with c.alone(path): raise KeyboardInterrupt\n"
        "except KeyboardInterrupt: pass\n"
    )
    out = tmp_path / "pairs.jsonl"
    done = subprocess.run([sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=True)
    assert "Another collector writes" in done.stdout
    assert list(tmp_path.iterdir()) == []
