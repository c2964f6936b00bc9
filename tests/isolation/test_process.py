"""A child process: what it is sent and sends, how it ends, and that nothing of it is left."""

import contextlib
import gc
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from localalt.errors import EngineError
from localalt.isolation.frames import Frame
from localalt.isolation.interpreter import Start
from localalt.isolation.process import ChildProcess
from localalt.isolation.shared_memory import SharedMemory
from tests.support.processes import children, is_running, patience, run_code

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="signals and forks of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

ECHO = """
import os, sys
from io import FileIO
from localalt.isolation.frames import Frame, FrameReader, FrameWriter
reader, writer = FrameReader(FileIO(0)), FrameWriter(1)
while (frame := reader.read()) is not None and frame.body["op"] != "close":
    writer.write(frame)
"""
SLEEPS = "import time; time.sleep(600)"
HOST = """
import gc, os, queue, signal, sys, threading, time
from localalt.errors import EngineError
from localalt.isolation.frames import Frame
from localalt.isolation.interpreter import Start
from localalt.isolation.process import ChildProcess
heard, ended = queue.SimpleQueue(), threading.Event()
def start(code): return Start((sys.executable, "-c", code), os.sep, dict(os.environ), None)
def run(code): return ChildProcess(start(code), heard.put, ended.set)
"""
"""What starts children in a process of its own."""


class Child:
    """A child that runs some code, and what is heard of it."""

    def __init__(self, code, on_frame=None):
        self.frames, self.ended = queue.SimpleQueue(), threading.Event()
        start = Start((sys.executable, "-c", code), os.sep, dict(os.environ), None)
        self.process = ChildProcess(start, on_frame or self.frames.put, self.ended.set)

    def end(self):
        assert self.ended.wait(60)
        self.process.close()
        return self.process.ending


def usage():
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), children()


# --- frames ---


def test_frames_go_to_it_and_come_from_it_whole():
    child = Child(ECHO)
    picture = os.urandom(5_000_000)
    child.process.send(Frame({"op": "a"}, (picture, b"")))
    child.process.send(Frame({"op": "b", "text": "ä\udcff"}))
    first, second = child.frames.get(timeout=60), child.frames.get(timeout=60)
    assert (first.body, [bytes(each) for each in first.buffers]) == ({"op": "a"}, [picture, b""])
    assert second.body == {"op": "b", "text": "ä\udcff"}
    child.process.close()
    assert child.ended.is_set()


@linux
def test_closing_it_leaves_no_zombie_no_file_and_no_thread():
    before = usage()
    for _ in range(3):
        child = Child(ECHO)
        child.process.send(Frame({"op": "a"}))
        child.frames.get(timeout=60)
        child.process.close()
        child.process.close()
        assert not is_running(child.process.pid)
        del child
    assert usage() == before


def test_one_that_reads_nothing_is_killed_when_it_is_closed():
    child = Child(SLEEPS)
    child.process.send(Frame({"op": "a"}, (bytes(3_000_000),)))
    child.process.close()
    assert child.ended.is_set()
    assert not is_running(child.process.pid)


def test_what_is_sent_to_a_dead_one_is_dropped():
    child = Child("")
    child.end()
    child.process.send(Frame({"op": "a"}, (bytes(3_000_000),)))
    child.process.kill()
    child.process.close()


def test_it_can_be_closed_from_the_thread_that_hears_it():
    # The garbage collector closes what it finds in whichever thread it runs.
    closed = threading.Event()

    def close(frame):
        child.process.close()
        closed.set()

    child = Child(ECHO, on_frame=close)
    child.process.send(Frame({"op": "a"}))
    assert closed.wait(60)
    assert child.ended.wait(60)
    assert not is_running(child.process.pid)


def test_an_error_of_whoever_hears_it_ends_it_and_is_not_hidden(monkeypatch):
    raised = []
    monkeypatch.setattr(threading, "excepthook", lambda each: raised.append(each.exc_type))

    def fail(frame):
        raise KeyError("op")

    child = Child(ECHO, on_frame=fail)
    child.process.send(Frame({"op": "a"}))
    child.end()
    assert raised == [KeyError]


# --- how it ends ---


@posix
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"])
def test_the_signal_that_ended_it_is_named(name):
    child = Child(f"import os, signal; os.kill(os.getpid(), signal.{name})")
    assert child.end() == name


def test_its_exit_status_is_named():
    assert Child("raise SystemExit(7)").end() == "exit status 7"


@pytest.mark.parametrize(
    "words", ["y\\n" * 10_000, "Hello.", "\\x02\\0\\0\\0{}", "\\x02\\0\\0\\0[]", "\\x04\\0\\0\\0true"]
)
def test_what_is_not_a_frame_ends_it(words):
    child = Child(f"import sys, time; sys.stdout.write('{words}'); sys.stdout.flush(); time.sleep(600)")
    assert child.end() == "it sent what is not a message"
    assert not is_running(child.process.pid)


def test_half_a_frame_is_the_end_of_it_as_nothing_is():
    child = Child("import sys; sys.stdout.write('\\xff\\0'); raise SystemExit(3)")
    assert child.end() == "exit status 3"


def test_one_that_closes_its_pipe_and_lives_on_is_ended():
    child = Child("import os, time; os.close(1); time.sleep(600)")
    assert child.end() == "it closed its pipe and went on"
    assert not is_running(child.process.pid)


def test_the_last_lines_that_it_said_outlive_it():
    lines = "".join(f"line {number}\\n" for number in range(100))
    child = Child(f"import os; os.write(2, b'{lines}GGML_ASSERT(n > 0) failed'); os.abort()")
    child.end()
    assert len(child.process.log) == 12
    assert child.process.log[-2:] == ("line 99", "GGML_ASSERT(n > 0) failed")


def test_what_it_says_is_cut_and_made_visible():
    child = Child("import os; os.write(2, b'a\\x1b[2J' + b'b' * 5_000_000 + b'\\n\\n\\xff\\r\\n')")
    child.end()
    first, last = child.process.log
    assert "\x1b" not in first
    assert len(first) <= 510
    assert last == "\N{REPLACEMENT CHARACTER}"


@posix
def test_its_end_is_noticed_while_a_process_of_its_own_lives_on():
    child = Child(
        "import os, subprocess, sys\n"
        f"grandchild = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}], stdout=subprocess.DEVNULL)\n"
        "print(grandchild.pid, file=sys.stderr, flush=True)\n"
        "os.abort()\n"
    )
    try:
        assert child.end() == "SIGABRT"
        assert is_running(int(child.process.log[0]))
    finally:
        os.kill(int(child.process.log[0]), signal.SIGKILL)


@posix
def test_a_host_that_reaps_every_process_it_finds_is_not_taken_for_a_good_end():
    code = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
child = run("import os; os.abort()")
assert ended.wait(60)
print(child.ending)
"""
    assert run_code(HOST + code) == "other code here collected its exit status\n"


@posix
def test_a_host_that_broken_pipes_end_does_not_end_with_its_child():
    # Programs for the command line often have SIGPIPE end them, as `head` expects it.
    code = """
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
child = run("import os, time; os.close(0); time.sleep(0.5)")
while not ended.wait(0.01):
    child.send(Frame({}, (bytes(1 << 20),)))
child.close()
print("alive")
"""
    assert run_code(HOST + code) == "alive\n"


# --- what cannot be started ---


@linux
@pytest.mark.parametrize("program", ["/nowhere/python", os.devnull, os.sep])
def test_what_cannot_be_started_is_an_error_with_the_next_step(program):
    before = usage()
    with pytest.raises(EngineError, match=r'cannot be started \(.*check the interpreter .*isolation="none"'):
        ChildProcess(Start((program,), os.sep, {}, None), print, print)
    assert patience(lambda: usage() == before)


@posix
def test_too_few_descriptors_and_too_few_threads_are_errors_and_leave_nothing():
    code = """
def is_open(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True

def files(): return [fd for fd in range(200) if is_open(fd)]

def fails(words):
    try: ChildProcess(start("import time; time.sleep(600)"), print, lambda: None).close()
    except EngineError as error: assert words in str(error), error
    else: return False
    return True

import resource
before, (_, most) = files(), resource.getrlimit(resource.RLIMIT_NOFILE)
failed = []
for n_left in range(12):
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[-1] + 1 + n_left, most))
    failed.append(fails("Too many open files"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    assert files() == before, files()
assert failed == sorted(failed, reverse=True)
assert failed[0]
assert not failed[-1]

begin = threading.Thread.start
def start_thread(thread):
    if thread.name == name: raise RuntimeError("can't start new thread")
    begin(thread)

threading.Thread.start = start_thread
for name in ("localalt-worker", "localalt-worker-log", "localalt-worker-writer"):
    assert fails("new thread")
while threading.active_count() > 1: time.sleep(0.01)
assert files() == before, files()
try: print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError: print("fine")
"""
    assert run_code(HOST + code) == "fine\n"


# --- descriptors, forks and the end of the host ---


@posix
@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_a_host_whose_standard_streams_are_closed_gives_their_numbers_to_no_pipe(closed, tmp_path):
    code = """
child = run(sys.argv[1])
for fd in closed:
    try: os.write(fd, b"not a frame")
    except OSError: pass
    else: raise AssertionError(fd)
child.send(Frame({"op": "a"}))
body = heard.get(timeout=60).body
child.close()
with open(sys.argv[2], "w") as file:
    print(body, child.ending, file=file)
"""
    close = f"import os\nclosed = {closed}\nfor fd in closed: os.close(fd)\n"
    said = tmp_path / "said"
    subprocess.run([sys.executable, "-c", close + HOST + code, ECHO, str(said)], check=True)
    assert said.read_text() == "{'op': 'a'} exit status 0\n"


@linux
def test_it_has_none_of_its_hosts_descriptors():
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(3000)]
    for fd in files:
        os.set_inheritable(fd, True)
    try:
        child = Child("import os, sys; print(len(os.listdir('/proc/self/fd')), file=sys.stderr)")
        child.end()
    finally:
        for fd in files:
            os.close(fd)
    with contextlib.closing(SharedMemory()) as memory:
        n_shared = len(memory.descriptors)
    assert child.process.log == (f"{4 + n_shared}",)  # the standard streams and the folder that is listed, besides


@posix
def test_no_process_that_is_forked_meanwhile_hides_the_end_of_a_child():
    # A copy of the writing end of its answers would, and a fork at the wrong moment made one.
    code = """
forked, is_over = [], False

def fork():
    while not is_over:
        pid = os.fork()
        if pid == 0:
            time.sleep(30)
            os._exit(0)
        forked.append(pid)
        time.sleep(0.002)

thread = threading.Thread(target=fork)
thread.start()
for _ in range(20):
    ended = threading.Event()
    child = ChildProcess(start("raise SystemExit(3)"), print, ended.set)
    assert ended.wait(20), "its end was not noticed"
    assert child.ending == "exit status 3", child.ending
is_over = True
thread.join()
for pid in forked:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
print("fine")
"""
    assert run_code(HOST + code) == "fine\n"


@posix
def test_a_forked_process_leaves_its_parents_child_alone():
    code = """
child = run(sys.argv[1])
pid = os.fork()
if pid == 0:
    child.close()
    child.kill()
    del child
    gc.collect()
    sys.exit(0)  # with the interpreter's whole ending
assert os.waitpid(pid, 0)[1] == 0
child.send(Frame({"op": "a"}))
print(heard.get(timeout=60).body)
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", HOST + code, ECHO], capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("{'op': 'a'}\n", "")


def test_the_end_of_the_interpreter_ends_it_without_a_word():
    code = """
child = ChildProcess(start(sys.argv[1]), lambda frame: print(frame, file=sys.stderr), lambda: print("ended"))
for _ in range(1000): child.send(Frame({"op": "a"}))
print(child.pid)
"""
    run = subprocess.run([sys.executable, "-c", HOST + code, ECHO], capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "Fatal" not in run.stderr
    assert "Traceback" not in run.stderr
    assert not is_running(int(run.stdout))


def test_none_is_started_once_the_interpreter_ends():
    code = """
import atexit
def late():
    try: run("")
    except EngineError as error: print(error)
atexit.register(late)  # before its module has its own: it runs after that
"""
    assert "load it earlier" in run_code(code + HOST)


# --- signals ---


@posix
def test_signals_to_the_whole_group_wait_from_its_first_moment_on():
    code = """
from localalt.isolation.signals import OF_THE_GROUP
print([each.name for each in OF_THE_GROUP])
for number in OF_THE_GROUP: signal.signal(number, lambda *_: None)
child = run("import signal, time; time.sleep(0.2); raise SystemExit(len(signal.sigpending()))")
for number in OF_THE_GROUP: os.killpg(0, number)
assert ended.wait(60)
print(child.ending)
assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
"""
    said = run_code(HOST + code, start_new_session=True)
    assert said == "['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']\nexit status 6\n"
