"""A child ends with its parent, whatever either is doing."""

import os
import subprocess
import sys

import pytest

from localalt.isolation.frames import Frame, FrameReader, FrameWriter
from tests.support.processes import children, is_running, patience, start_code

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="forks, and numbers of parents")

HOST = '''
import ctypes, os, sys, threading, time
from localalt.isolation.interpreter import Start
from localalt.isolation.process import ChildProcess
CHILD = """
import ctypes, sys, time
from localalt.worker.parent import end_with_parent
end_with_parent(int(sys.argv[1]))
"""
def run(code):
    child = ChildProcess(Start((sys.executable, "-c", CHILD + code), os.sep, dict(os.environ), None), print, print)
    while "ready" not in child.log: time.sleep(0.01)
    return child
READY = "print('ready', file=sys.stderr, flush=True);"
'''
"""What starts a child that does not look at its pipe."""


def end(host):
    """Kill a host that printed its child's number: kill -9, as it is called elsewhere."""
    pid = int(host.stdout.readline())
    assert is_running(pid)
    host.kill()
    host.wait()
    assert patience(lambda: not is_running(pid))


def test_killing_a_parent_ends_its_child():
    with start_code(HOST + "print(run(READY + 'time.sleep(600)').pid, flush=True); time.sleep(600)") as host:
        end(host)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child's thread that watches needs Python's lock")
def test_even_where_native_code_has_pythons_lock():
    child = "ctypes.PyDLL(None).sleep(600)"
    with start_code(HOST + f"print(run(READY + {child!r}).pid, flush=True); time.sleep(600)") as host:
        end(host)


@posix
def test_even_where_a_copy_of_the_parent_has_the_other_end_of_its_pipe():
    # Forked by native code, so that Python knows nothing of it.
    code = """
child = run(READY + "sys.stdin.read()")
pid = ctypes.CDLL(None).fork()
if pid == 0: time.sleep(600)
print(child.pid, pid, flush=True)
time.sleep(600)
"""
    with start_code(HOST + code) as host:
        pid, copy = map(int, host.stdout.readline().split())
        host.kill()
        host.wait()
        try:
            assert patience(lambda: not is_running(pid))
            assert is_running(copy)
        finally:
            os.kill(copy, 9)


def test_a_child_lives_on_when_the_thread_ends_that_asked_for_it():
    code = """
found = []
thread = threading.Thread(target=lambda: found.append(run(READY + "time.sleep(600)")))
thread.start()
thread.join()
time.sleep(0.5)  # twice as long as the child looks away
assert found[0].ending == ""
print(found[0].pid, flush=True)
time.sleep(600)
"""
    with start_code(HOST + code) as host:
        end(host)


@posix
def test_a_parent_that_died_before_the_child_looked_is_noticed():
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    child = subprocess.Popen(
        [sys.executable, "-m", "localalt.worker", gone.stdout.decode().strip()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.wait(60) == 0  # with its pipe open


@posix
def test_a_script_between_the_two_is_not_taken_for_the_parent(tmp_path):
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\n"{sys.executable}" "$@"\nexit $?\n')
    script.chmod(0o755)
    code = f"""
import subprocess, sys, time, os
child = subprocess.Popen([{str(script)!r}, "-m", "localalt.worker", str(os.getpid())], stdin=0, stdout=1)
print(child.pid, file=sys.stderr, flush=True)
time.sleep(600)
"""
    with start_code(code, text=False) as host:
        reader, writer = FrameReader(host.stdout), FrameWriter(host.stdin.fileno())
        assert reader.read().body["event"] == "hello"
        (worker,) = children(int(host.stderr.readline()))
        writer.write(Frame({"op": "devices"}))
        assert reader.read().body["event"] == "reply"
        assert is_running(worker)
        host.kill()
        host.wait()
        assert patience(lambda: not is_running(worker))  # its pipe is open here
