"""Files for a moment: gone on leaving, and with a process that is killed."""

import os
import subprocess
import sys
import tempfile

import pytest

from localalt.files.passing import PREFIX, STALE_S, SUFFIX, passing_file

linux = pytest.mark.skipif(sys.platform != "linux", reason="a file without a name")
posix = pytest.mark.skipif(os.name == "nt", reason="locks of POSIX")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def use(path):
    """Write and read it as a stranger does, by its path alone."""
    path.write_bytes(b"old words")
    path.write_bytes(b"words")
    assert path.read_bytes() == b"words"


@linux
@pytest.mark.parametrize("can_be_nameless", [True, False])
def test_it_has_no_name_that_could_be_left_over(folder, monkeypatch, can_be_nameless):
    if not can_be_nameless:
        monkeypatch.setattr(os, "O_TMPFILE", os.O_TMPFILE | os.O_WRONLY | os.O_RDWR)  # as where a file system cannot
    n_open = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with passing_file() as path:
        assert not list(folder.iterdir())
        use(path)
    assert not list(folder.iterdir())
    assert len(os.listdir("/proc/self/fd")) == n_open  # noqa: PTH208


@posix
def test_elsewhere_it_is_removed_on_leaving(folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with passing_file() as path:
        assert list(folder.iterdir()) == [path]
        use(path)
    assert not list(folder.iterdir())


@posix
def test_elsewhere_the_next_one_removes_what_a_killed_process_left_and_nothing_else(folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    left, new, others = (folder / name for name in (f"{PREFIX}a{SUFFIX}", f"{PREFIX}b{SUFFIX}", "localalt-other.tmp"))
    with passing_file() as used:
        for path in (left, new, others):
            path.touch()
        for path in (left, used, others):
            os.utime(path, (0, path.stat().st_mtime - STALE_S - 1))
        with passing_file() as own:
            assert set(folder.iterdir()) == {own, used, new, others}


@linux
@pytest.mark.slow
def test_nothing_of_it_is_left_of_a_process_that_is_killed(folder):
    code = (
        "import os\n"
        "from localalt.files.passing import passing_file\n"
        "with passing_file() as path:\n"
        "    path.write_bytes(b'words')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(folder)}, check=False)
    assert killed.returncode == -9
    assert not list(folder.iterdir())
