"""The command and its child process: where work is done, and what the child's death costs."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.support.processes import needs_ps, wait_for_child, wait_until_gone

pytestmark = pytest.mark.slow

SELFTEST = ("--model", "selftest")
N_PICTURES = 120
NATIVE = ("numpy", "PIL.Image", "llama_cpp", "localalt.native", "localalt.engine")


def command(*arguments):
    return [sys.executable, "-m", "localalt", *map(str, arguments)]


def start(*arguments, **options):
    return subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, **options)


def modules_after(*arguments):
    """Modules of the command's process once it is done, and its exit status."""
    code = (
        "import sys; from localalt import cli; status = cli.main(sys.argv[1:])\n"
        f"print([name for name in {NATIVE!r} if name in sys.modules], status, flush=True, file=sys.stderr)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, check=False)
    return result.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize("form", [(), ("--jsonl",), ("--metadata", "--also", "long,text")])
def test_pictures_are_decoded_in_the_child_alone(expected, tmp_path, form):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    assert modules_after("describe", bad, *expected, *SELFTEST, *form) == "[] 1"
    assert modules_after("describe", bad, *SELFTEST, *form) == "[] 1"


def test_without_a_child_they_are_decoded_here(expected):
    assert modules_after("describe", next(iter(expected)), *SELFTEST, "--in-process") == f"{list(NATIVE)} 0"


@needs_ps
@pytest.mark.parametrize("form", [(), ("--jsonl",)])
def test_a_child_that_is_killed_costs_no_picture_and_doubles_none(expected, form):
    pictures = [picture for picture in expected for _ in range(N_PICTURES // len(expected) + 1)][:N_PICTURES]
    process = start("describe", *pictures, *SELFTEST, *form)
    child = wait_for_child(process.pid)
    head = [process.stdout.readline() for _ in range(N_PICTURES // 4)]
    os.kill(child, signal.SIGKILL)
    output, errors = process.communicate(timeout=300)
    lines = (b"".join(head) + output).decode().splitlines()
    if form:
        found = [(each["source"], each["text"]) for each in map(json.loads, lines)]
    else:
        found = [tuple(line.split(": ", 1)) for line in lines]
    assert found == [(str(picture), expected[picture]) for picture in pictures]
    assert process.returncode == 0
    said = errors.decode()
    assert said.count("SIGKILL") == 1
    assert "Traceback" not in said
    wait_until_gone(child)


# --- signals to the whole group of processes, as a terminal sends them ---


def stop_group(process, name, child):
    """Send a signal to the command and its children. What it printed, on both streams, once all of them are gone."""
    os.killpg(process.pid, getattr(signal, name))
    output, errors = process.communicate(timeout=300)
    wait_until_gone(child)
    return output.decode(), errors.decode()


@needs_ps
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_to_the_group_ends_both_with_what_is_done_printed(expected, name, status):
    path, text = next(iter(expected.items()))
    process = start("describe", *[path] * 20_000, *SELFTEST, "--json", start_new_session=True)
    child = wait_for_child(process.pid)
    head = b"".join(process.stdout.readline() for _ in range(4)).decode()
    output, errors = stop_group(process, name, child)
    assert process.returncode == status
    assert errors.splitlines()[-1] == "localalt: Stopped."
    assert "ended" not in errors  # the child is not missed
    done = json.loads(head + output)
    assert len(done) >= 3
    assert {each["text"] for each in done} == {text}


@needs_ps
def test_ctrl_c_ends_both_while_the_child_starts(expected):
    process = start("describe", next(iter(expected)), *SELFTEST, start_new_session=True)
    child = wait_for_child(process.pid)
    output, errors = stop_group(process, "SIGINT", child)
    assert (process.returncode, output, errors) in ((130, "", "localalt: Stopped.\n"), (130, "", ""))


@needs_ps
def test_ctrl_c_ends_both_while_a_model_is_looked_up(expected):
    with socket.create_server(("127.0.0.1", 0)) as hub:  # which accepts, and does not answer
        environment = {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{hub.getsockname()[1]}", "HF_HUB_OFFLINE": "0"}
        process = start(
            "describe", next(iter(expected)), "--model", "owner/model", env=environment, start_new_session=True
        )
        child = wait_for_child(process.pid)
        connection, _ = hub.accept()
        with connection:
            output, errors = stop_group(process, "SIGINT", child)
    assert (process.returncode, output) == (130, "")
    assert errors.splitlines()[-1] == "localalt: Stopped."
    assert "Traceback" not in errors


@needs_ps
def test_ctrl_c_ends_both_while_a_child_is_replaced(expected):
    process = start("describe", *[next(iter(expected))] * 20_000, *SELFTEST, "--jsonl", start_new_session=True)
    first = wait_for_child(process.pid)
    head = [process.stdout.readline() for _ in range(3)]
    os.kill(first, signal.SIGKILL)
    second = wait_for_child(process.pid, other_than=[first])
    output, errors = stop_group(process, "SIGINT", second)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "localalt: Stopped."
    assert all(json.loads(line)["text"] for line in [*head, *output.splitlines()])


@needs_ps
def test_no_child_is_left_where_the_reader_goes_away(expected):
    process = start("describe", *[next(iter(expected))] * 20_000, *SELFTEST, "--quiet")
    child = wait_for_child(process.pid)
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=300) == 1
    process.stderr.close()
    wait_until_gone(child)


@needs_ps
@pytest.mark.parametrize("arguments", [("--max-chars", "0"), ("--purpose", "decorative")])
def test_no_child_is_left_where_none_is_needed(expected, arguments):
    code = (
        "import os, sys; from localalt import cli; from tests.support.processes import living_children\n"
        "cli.main(sys.argv[1:]); print(living_children(os.getpid()), file=sys.stderr)\n"
    )
    words = [sys.executable, "-c", code, "describe", str(next(iter(expected))), *SELFTEST, *arguments]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert json.loads(result.stderr.splitlines()[-1]) == []
