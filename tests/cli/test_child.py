"""The command and its child process: where work is done, and what the child's death costs."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.support.children import needs_ps, wait_for_child, wait_until_gone

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
