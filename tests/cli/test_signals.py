"""Ctrl-C, SIGTERM and SIGHUP: in good order the first time, at once the second, and without a traceback always."""

import json
import os
import signal
import subprocess
import sys

import pytest

from localalt.cli import signals

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="no such signals to a child on this platform"),
]
STOPS = [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)]


def start(*arguments, **options):
    command = [sys.executable, "-m", "localalt", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, **options)


@pytest.mark.parametrize(
    ("name", "status", "form"), [*((*stop, "--json") for stop in STOPS), ("SIGINT", 130, "--jsonl")]
)
def test_a_signal_stops_at_once_with_what_is_done_printed(expected, name, status, form):
    path = next(iter(expected))
    process = start("describe", *[path] * 20_000, "--model", "selftest", form)  # minutes of work
    head = [process.stdout.readline() for _ in range(4)]
    process.send_signal(getattr(signal, name))
    rest, errors = process.communicate(timeout=300)  # no hang
    assert process.returncode == status
    assert errors.decode().splitlines()[-1] == "localalt: Stopped."
    output = b"".join(head) + rest
    done = json.loads(output) if form == "--json" else [json.loads(line) for line in output.splitlines()]
    assert len(done) >= 3
    assert all(each["source"] == str(path) for each in done)


@pytest.mark.parametrize(("name", "status"), STOPS)
def test_a_signal_that_comes_while_standard_input_is_read_has_its_status(name, status):
    code = (
        "import os, signal, sys, threading; from localalt import __main__\n"
        f"stop = lambda: os.kill(os.getpid(), signal.{name})\n"
        "class Input:\n"
        "    def read(self, n): stop(); return b''\n"
        "class Stdin: buffer = Input()\n"
        "sys.stdin = Stdin(); sys.argv[1:] = ['lint', '-']; sys.exit(__main__.main())\n"
    )
    result = python(code)
    assert (result.returncode, result.stdout, result.stderr) == (status, "", "localalt: Stopped.\n")


def test_a_signal_that_is_to_be_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with signals.stopping():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize(("name", "status"), STOPS)
def test_a_signal_waits_for_a_result_to_be_written_whole(name, status):
    written, before = [], signal.getsignal(signal.SIGINT)

    def write():
        with signals.stopping(), signals.held_back():
            signal.raise_signal(getattr(signal, name))
            written.append("whole")

    with pytest.raises(KeyboardInterrupt) as stop:
        write()
    assert written == ["whole"]
    assert signals.status_of(stop.value) == status
    assert signal.getsignal(signal.SIGINT) is before


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_second_signal_ends_it_at_once():
    code = (
        "import signal; from localalt.cli import signals\n"
        "with signals.stopping(), signals.held_back():\n"
        "    signal.raise_signal(signal.SIGINT); print('first', flush=True)\n"
        "    signal.raise_signal(signal.SIGTERM); print('second', flush=True)\n"
    )
    result = python(code)
    assert (result.returncode, result.stdout, result.stderr) == (143, "first\n", "")


@pytest.mark.parametrize(
    ("module", "name", "status"),
    [*(("localalt.cli", *stop) for stop in STOPS), ("argparse", "SIGINT", 130), ("localalt.console", "SIGINT", 130)],
)
def test_a_signal_during_an_import_leaves_no_traceback(module, name, status):
    code = (
        "import sys, signal, importlib.abc, localalt.__main__ as command\n"
        "class Finder(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: signal.raise_signal(signal.{name})\n"
        f"sys.meta_path.insert(0, Finder()); sys.modules.pop({module!r}, None)\n"
        "sys.argv[1:] = ['--version']; sys.exit(command.main())\n"
    )
    result = python(code)
    assert (result.returncode, result.stdout, result.stderr) == (status, "", "")


def test_a_signal_that_is_lost_in_a_callback_of_c_ends_it_all_the_same():
    code = (
        "import ctypes, signal; from localalt.cli import signals, streams; streams.take_over()\n"
        "call = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))\n"
        "with signals.stopping(): call(); print('went on')\n"
    )
    result = python(code)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "localalt: Stopped.\n")
