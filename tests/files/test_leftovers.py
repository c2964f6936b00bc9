"""Files that killed processes left beside those that they were to replace."""

import os

from localalt.files.leftovers import STALE_S, remove_leftovers


def test_only_old_files_of_the_name_are_removed(tmp_path):
    old, new, other, named = (tmp_path / name for name in ("a[1].x.tmp", "a[1].y.tmp", "a1.x.tmp", "a[1].x"))
    for path in (old, new, other, named):
        path.touch()
    for path in (old, other, named):
        os.utime(path, (0, path.stat().st_mtime - STALE_S - 1))
    remove_leftovers(tmp_path, "a[1].", ".tmp")
    assert sorted(tmp_path.iterdir()) == sorted([new, other, named])


def test_what_cannot_be_removed_or_listed_stays(tmp_path):
    folder = tmp_path / "a.x.tmp"
    folder.mkdir()
    os.utime(folder, (0, 0))
    remove_leftovers(tmp_path, "a.", ".tmp")
    assert folder.exists()
    remove_leftovers(tmp_path / "nowhere", "a.", ".tmp")
