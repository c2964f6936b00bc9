"""Where a run of the tests is to ignore signals, as under nohup, the processes that tests start do not ignore them."""

import os
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such signals to a child on this platform")
NAMES = ("SIGINT", "SIGHUP", "SIGTERM")


def test_processes_that_tests_start_ignore_no_signal():
    code = (
        "import signal\n"
        f"print([name for name in {NAMES} if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN])\n"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout == "[]\n"


@pytest.mark.slow
def test_nor_do_they_where_the_run_ignores_them_and_goes_on():
    code = (
        "import signal, sys, pytest\n"
        f"numbers = [getattr(signal, name) for name in {NAMES}]\n"
        "for number in numbers: signal.signal(number, signal.SIG_IGN)\n"
        "status = pytest.main(sys.argv[1:])\n"
        "for number in numbers: signal.raise_signal(number)\n"
        "sys.exit(status)\n"
    )
    test = f"{__file__}::{test_processes_that_tests_start_ignore_no_signal.__name__}"
    child = subprocess.run(
        [sys.executable, "-c", code, "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stdout + child.stderr
