"""The child as a program: its pipes, its signals, and its last words."""

import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from localalt.isolation.frames import Frame
from localalt.isolation.interpreter import Start, start_of
from localalt.isolation.process import ChildProcess
from localalt.isolation.signals import OF_THE_GROUP

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


class Child:
    def __init__(self, *command):
        start = start_of("localalt.worker")
        if command:
            start = Start((sys.executable, *command), start.folder, start.environment, start.import_path)
        self.heard, self.ended = queue.SimpleQueue(), threading.Event()
        self.process = ChildProcess(start, self.heard.put, self.ended.set)

    def hear(self):
        return self.heard.get(timeout=60).body


@pytest.mark.parametrize("arguments", [(), ("--help",), ("1", "2")])
def test_a_person_who_starts_it_reads_what_to_do(arguments):
    run = subprocess.run(
        [sys.executable, "-m", "localalt.worker", *arguments], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert run.stderr == 'localalt: This program is started by localalt.load(isolation="process"): call that.\n'


def test_what_libraries_print_or_read_does_not_get_between_the_frames():
    code = """
import os, sys
from localalt.isolation.frames import Frame, FrameReader, FrameWriter
from localalt.worker import session
from localalt.worker.__main__ import main
def serve(commands, answers):
    print("of Python's", flush=True)
    os.write(1, b"of a library's\\n")
    os.system(f"{sys.executable} -c \\"print('of a program')\\"")
    read = sys.stdin.read()
    frame = FrameReader(commands).read()
    FrameWriter(answers).write(Frame({"event": "heard", "op": frame.body["op"], "read": read}))
    return 3
session.serve = serve
os._exit(main())
"""
    child = Child("-c", code)
    child.process.send(Frame({"op": "a"}))
    assert child.hear() == {"event": "heard", "op": "a", "read": ""}
    assert child.ended.wait(60)
    assert child.process.ending == "exit status 3"
    assert child.process.log == ("of Python's", "of a library's", "of a program")


@posix
def test_signals_of_the_group_do_not_reach_it():
    child = Child()
    assert child.hear()["event"] == "hello"
    for number in OF_THE_GROUP:
        os.kill(child.process.pid, number)
    child.process.send(Frame({"op": "devices"}))
    assert child.hear()["event"] == "reply"
    child.process.close()
    assert child.process.ending == "exit status 0"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_signals_that_the_host_ignores_or_blocks_are_as_they_are_by_default():
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGCHLD})
    try:
        child = Child()
        assert child.hear()["event"] == "hello"
        status = Path(f"/proc/{child.process.pid}/status").read_text().splitlines()
    finally:
        signal.signal(signal.SIGCHLD, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    child.process.close()
    masks = {name: int(mask, 16) for name, mask in (line.split(":") for line in status) if name in ("SigBlk", "SigIgn")}
    assert masks["SigBlk"] == 0
    assert not masks["SigIgn"] >> (signal.SIGCHLD - 1) & 1
    assert all(masks["SigIgn"] >> (number - 1) & 1 for number in OF_THE_GROUP)


@posix
def test_an_assertion_of_ggmls_is_its_last_word(monkeypatch):
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")  # which would add the lines of Python's stack
    code = """
import ctypes, sys
from pathlib import Path
import llama_cpp
library = next(Path(llama_cpp.__file__).parent.glob("lib/*ggml-base.*"))
print("before", file=sys.stderr, flush=True)
ctypes.CDLL(str(library)).ggml_abort(b"context.cpp", 7, b"GGML_ASSERT(%s) failed", b"n_ubatch >= n_tokens")
"""
    child = Child("-c", code)
    assert child.ended.wait(60)
    assert child.process.ending == "SIGABRT"
    assert child.process.log[-2:] == ("before", "context.cpp:7: GGML_ASSERT(n_ubatch >= n_tokens) failed")


@posix
def test_a_crash_leaves_no_file_of_the_size_of_the_model():
    child = Child()
    assert child.hear()["event"] == "hello"
    child.process.send(Frame({"op": "hello", "import_path": None, "log_level": 30}))
    child.process.send(Frame({"op": "devices"}))
    assert child.hear()["event"] == "reply"
    limits = Path(f"/proc/{child.process.pid}/limits")
    if limits.exists():
        (line,) = (line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
        assert line.split()[4] == "0"
    child.process.close()
