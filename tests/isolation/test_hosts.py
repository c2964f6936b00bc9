"""Programs that use localalt with a child: none is imported by it, and its children are each process's own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.support.paths import EXAMPLES
from tests.support.processes import children, is_running, patience, run_code, start_code

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="forks and groups of processes")
PICTURE = str(EXAMPLES / "shape.png")
TEXT = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))["shape.png"]
HOST = f"""
import os, sys, threading, time, localalt
print("imported\\n", end="", flush=True)
def load(): return localalt.load("selftest", device="cpu", isolation="process")
def ask(describer): return str(describer.describe({PICTURE!r}, checks="off"))
def children():
    from tests.support.processes import children
    return children()
"""
"""What a host begins with: where it were imported again it would say so again."""


def run_script(folder, code, *options, **others):
    """What a script says that is run as people run scripts, from its file."""
    script = folder / "script.py"
    script.write_text(HOST + code)
    run = subprocess.run(
        [sys.executable, *options, str(script)],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        timeout=300,
        **others,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    first, *rest = run.stdout.splitlines()
    assert first == "imported"
    return rest


# --- one process ---


def test_a_script_needs_no_guard_and_is_not_imported_again(tmp_path):
    code = """
with load() as describer: print(ask(describer))
for name in ("llama_cpp", "numpy", "PIL"): assert name not in sys.modules, name
"""
    assert run_script(tmp_path, code) == [TEXT]


def test_a_command_on_the_command_line():
    assert run_code(HOST + "print(ask(load()))").splitlines() == ["imported", TEXT]


def test_an_interactive_session_that_reads_its_commands():
    command = [sys.executable, "-i", "-q"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as session:
        said, _ = session.communicate(
            "import localalt\n"
            "describer = localalt.load('selftest', device='cpu', isolation='process')\n"
            f"print(describer.describe({PICTURE!r}))\n"
        )
    assert said == f"{TEXT}\n"


def test_a_thread_that_ends_before_its_describer_is_used(tmp_path):
    code = """
found = []
thread = threading.Thread(target=lambda: found.append(load()))
thread.start()
thread.join()
time.sleep(0.5)
print(ask(found[0]))
"""
    assert run_script(tmp_path, code) == [TEXT]


def test_an_event_loop(tmp_path):
    code = """
import asyncio
async def main():
    describer = await asyncio.to_thread(load)
    texts = await asyncio.gather(*(describer.adescribe(PICTURE, checks="off") for _ in range(4)))
    await asyncio.to_thread(describer.close)
    print(*{str(text) for text in texts})
asyncio.run(main(), debug=True)
""".replace("PICTURE", repr(PICTURE))
    assert run_script(tmp_path, code) == [TEXT]


def test_an_embedded_interpreter_whose_executable_is_a_python(tmp_path):
    # Such a program has no __main__ of a file, other arguments, and handles no signals.
    code = """
import __main__, signal
sys.argv = []
del __main__.__file__
signal.signal(signal.SIGINT, signal.SIG_DFL)
with load() as describer: print(ask(describer))
"""
    assert run_script(tmp_path, code) == [TEXT]


def test_a_notebook():
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    cells = [
        HOST,
        "describer = load()",
        "print(ask(describer))",
        "await describer.adescribe(PICTURE)",
        "describer.close()",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.replace("PICTURE", repr(PICTURE))) for cell in cells]
    )
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert [output.get("text", "").strip() for output in outputs[:2]] == ["imported", TEXT]
    assert TEXT in outputs[2]["data"]["text/plain"]


# --- forks ---


@posix
def test_a_process_that_is_forked_in_the_middle_of_a_run_has_a_child_of_its_own(tmp_path):
    code = """
import signal
describer = load()
mine = set(children())
results = describer.describe_many([PICTURE] * 12, checks="off")
print(next(results))
pid = os.fork()
if pid == 0:
    print(ask(describer), flush=True)
    own = set(children())
    assert len(own) == 1 and own != mine, own
    try: next(results)
    except localalt.EngineError as error: assert "forked" in str(error), error
    describer.close()
    assert not children()
    sys.exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
assert set(children()) == mine
print(len({str(text) for text in results}), "text")
describer.close()
assert not children()
""".replace("PICTURE", repr(PICTURE))
    assert run_script(tmp_path, code) == [TEXT, TEXT, "1 text"]


@posix
def test_a_process_that_was_forked_and_leaves_in_haste_takes_its_child_along(tmp_path):
    code = """
describer = load()
pid = os.fork()
if pid == 0:
    ask(describer)
    print(*children(), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
print(ask(describer))
"""
    pid, text = run_script(tmp_path, code)
    assert text == TEXT
    assert patience(lambda: not is_running(int(pid)))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_multiprocessing(tmp_path, method):
    if method == "fork" and os.name == "nt":
        pytest.skip("forks and groups of processes")
    code = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
describer = None
def work(_):
    global describer
    if describer is None: describer = load()  # in each, or that which was loaded before a fork
    return os.getpid(), ask(describer)
if __name__ == "__main__":
    context = multiprocessing.get_context("METHOD")
    if "METHOD" == "fork": describer = load()
    process = context.Process(target=work, args=(0,))
    process.start()
    process.join()
    assert process.exitcode == 0
    with ProcessPoolExecutor(2, mp_context=context) as pool: found = list(pool.map(work, range(6)))
    print(*{text for _, text in found})
    assert os.getpid() not in {pid for pid, _ in found}
    if describer: print(ask(describer))
""".replace("METHOD", method)
    said = [line for line in run_script(tmp_path, code, "-W", "ignore::DeprecationWarning") if line != "imported"]
    assert said == [TEXT] * (2 if method == "fork" else 1)


@posix
def test_gunicorn_that_loads_before_it_forks(tmp_path):
    pytest.importorskip("gunicorn", reason="gunicorn is not installed")
    app = """
describer = load()
master = os.getpid()
def app(environ, start_response):
    text = ask(describer)
    start_response("200 OK", [])
    return [f"{master} {os.getpid()} {text}".encode()]
"""
    (tmp_path / "app.py").write_text(HOST + app)
    command = ["-m", "gunicorn", "--preload", "--workers", "2", "--timeout", "300", "--bind", "unix:socket", "app:app"]
    with open(tmp_path / "log", "wb") as log:  # noqa: PTH123
        server = subprocess.Popen([sys.executable, *command], cwd=tmp_path, stdout=log, stderr=log)
    try:
        assert patience((tmp_path / "socket").exists), (tmp_path / "log").read_text()
        answers = [_get(tmp_path / "socket") for _ in range(8)]
        workers = {worker for _, worker, _ in answers}
        assert {text for _, _, text in answers} == {TEXT}
        assert {master for master, _, _ in answers} == {str(server.pid)}
        own = [set(children(int(worker))) for worker in workers]
        of_master = set(children(server.pid)) - {int(worker) for worker in workers}
        assert all(len(each) == 1 for each in own)
        everybody = set.union(of_master, *own)
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        assert patience(lambda: not any(map(is_running, everybody)))
    finally:
        server.kill()
        server.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()


def _get(path):
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", "/")
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer.split(" ", 2)


@posix
def test_celery_that_loads_before_it_forks(tmp_path):
    pytest.importorskip("celery", reason="celery is not installed")
    app = """
import celery
app = celery.Celery(broker="filesystem://", backend="file://results")
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue"}
describer = load()
@app.task(name="describe")
def describe(): return [os.getpid(), list(children()), ask(describer)]
"""
    (tmp_path / "tasks.py").write_text(HOST + app)
    for name in ("queue", "results"):
        (tmp_path / name).mkdir()
    client = """
import celery
app = celery.Celery(broker="filesystem://", backend="file://results")
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue"}
import json
print(json.dumps([app.send_task("describe").get(timeout=120) for _ in range(3)]))
"""
    command = [
        "-m",
        "celery",
        "-A",
        "tasks",
        "worker",
        "--pool",
        "prefork",
        "--concurrency",
        "1",
        "--loglevel",
        "warning",
    ]
    with open(tmp_path / "log", "wb") as log:  # noqa: PTH123
        server = subprocess.Popen([sys.executable, *command], cwd=tmp_path, stdout=log, stderr=log)
    try:
        first, *others = json.loads(run_code(client, cwd=tmp_path))
        assert first[2] == TEXT
        assert first[0] != server.pid
        assert first[1] == []  # it has one from its first picture on
        assert {tuple(children) for _, children, _ in others} == {tuple(children(first[0]))}
        everybody = {*children(server.pid), *children(first[0])}
        assert len(everybody) >= 3  # the worker, its child, and its parent's
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        assert patience(lambda: not any(map(is_running, everybody)))
    finally:
        server.kill()
        server.wait()


# --- signals ---


@posix
def test_ctrl_c_to_the_whole_group_is_the_parents_alone():
    code = """
describer = load()
child = set(children())
print("ready", flush=True)
n_interrupts = 0
for _ in range(3):
    try:
        print("waiting", flush=True)
        while True: ask(describer)
    except KeyboardInterrupt: n_interrupts += 1
assert set(children()) == child
print(n_interrupts, ask(describer))
"""
    with start_code(HOST + code, start_new_session=True) as host:
        for line in host.stdout:
            if line == "waiting\n":
                time.sleep(0.3)
                os.killpg(host.pid, signal.SIGINT)
            if TEXT in line:
                break
        assert line == f"3 {TEXT}\n"


@posix
def test_ctrl_c_while_it_loads_ends_the_loading_and_leaves_no_child():
    code = """
print("loading", flush=True)
try: load()
except KeyboardInterrupt: print("interrupted", len(children()))
"""
    with start_code(HOST + code, start_new_session=True) as host:
        assert host.stdout.readline() == "imported\n"
        assert host.stdout.readline() == "loading\n"
        time.sleep(0.3)
        os.killpg(host.pid, signal.SIGINT)
        assert host.stdout.readline() == "interrupted 0\n", host.stderr.read()


@posix
def test_ctrl_z_stops_both_and_both_go_on():
    code = """
describer = load()
print(*children(), flush=True)
while True: print(ask(describer), flush=True)
"""
    with start_code(HOST + code, preexec_fn=os.setpgrp) as host:
        assert host.stdout.readline() == "imported\n"
        child = int(host.stdout.readline())
        os.killpg(host.pid, signal.SIGTSTP)
        assert patience(lambda: (children()[host.pid], children(host.pid)[child]) == ("T", "T"))
        os.killpg(host.pid, signal.SIGCONT)
        for _ in range(5):
            assert host.stdout.readline().strip() == TEXT
        host.kill()
