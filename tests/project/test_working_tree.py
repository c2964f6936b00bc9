"""The tests test the files beside them, whatever copy of the package is installed, and however pytest is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import localalt
from tests.support.paths import ROOT


def test_this_process_has_the_working_tree():
    assert Path(localalt.__file__).resolve().parent == ROOT / "localalt"


def test_processes_that_tests_start_elsewhere_have_it(tmp_path):
    code = "import localalt; print(localalt.__file__)"
    child = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(child.stdout.strip()).resolve().parent == ROOT / "localalt"


@pytest.mark.slow
def test_pytest_without_python_m_finds_it_before_an_installed_copy(tmp_path):
    (tmp_path / "localalt").mkdir()
    (tmp_path / "localalt" / "__init__.py").write_text("raise SystemExit('the installed copy')", encoding="utf-8")
    # As the command `pytest` starts: the current folder is not on the path, what is installed is.
    code = "import sys; sys.path.remove(''); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    test = f"{__file__}::{test_this_process_has_the_working_tree.__name__}"
    child = subprocess.run(
        [sys.executable, "-c", code, "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    assert child.returncode == 0, child.stdout + child.stderr
