"""What is odd around a host does not reach its child: folders, files with the names of modules, variables, options."""

import json
import os
import sys
import zipfile

import pytest

from tests.support.paths import EXAMPLES, ROOT
from tests.support.processes import run_code

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="descriptors and folders of POSIX")
PICTURE = str(EXAMPLES / "shape.png")
TEXT = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))["shape.png"]
DESCRIBE = f"""
with localalt.load("selftest", device="cpu", isolation="process") as describer:
    print(describer.describe({PICTURE!r}, checks="off"))
"""
HELLO = """
import queue
from localalt.isolation.interpreter import start_of
from localalt.isolation.process import ChildProcess
heard = queue.SimpleQueue()
child = ChildProcess(start_of("localalt.worker"), heard.put, lambda: heard.put(None))
frame = heard.get(timeout=60)
assert frame is not None, (child.ending, child.log)
print(frame.body["event"])
child.close()
assert child.ending == "exit status 0", child.ending
"""
"""Starts a child as far as it needs the standard library and localalt alone."""
HOSTILE = ("json", "logging", "signal", "os", "localalt", "queue", "sitecustomize", "usercustomize", "numpy", "ctypes")


def make_hostile(folder):
    for name in HOSTILE:
        (folder / f"{name}.py").write_text("raise SystemExit('a file of the working folder was imported')\n")


def test_files_in_the_working_folder_are_not_imported(tmp_path):
    make_hostile(tmp_path)
    code = f"import ctypes, json, logging, os, queue, signal, sys, localalt\nos.chdir({str(tmp_path)!r})\n"
    code += "assert '' in sys.path\n"
    assert run_code(code + DESCRIBE, cwd=EXAMPLES) == f"{TEXT}\n"


@posix
def test_a_working_folder_that_is_deleted_does_not_matter(tmp_path):
    code = f"import os, localalt\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir({str(tmp_path / 'gone')!r})\n"
    assert run_code(code + DESCRIBE, cwd=tmp_path) == f"{TEXT}\n"


def test_options_and_variables_of_the_host_do_not_break_it():
    options = ("-OO", "-W", "error::ImportWarning", "-X", "dev", "-X", "importtime", "-X", "faulthandler")
    env = {
        "LC_ALL": "C",
        "PYTHONINSPECT": "",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPROFILEIMPORTTIME": "1",
        "PYTHONWARNINGS": "error",
        "PYTHONSTARTUP": "/nowhere",
    }
    code = (
        "import os, warnings, localalt\n"
        "warnings.simplefilter('ignore')\n"
        "os.environ['PYTHONHASHSEED'] = 'a number that only children read'\n"
        "os.environ['PYTHONINSPECT'] = ''\n"
        "os.environ['PYTHONHOME'] = '' or os.environ.pop('PYTHONHOME', '')\n"
    )
    assert run_code(code + DESCRIBE, python=(sys.executable, *options), env=env) == f"{TEXT}\n"


def test_an_isolated_host_does_not_let_it_heed_what_the_host_ignores(tmp_path):
    make_hostile(tmp_path)
    code = f"import sys\nsys.path[:] = {sys.path!r}\nimport localalt\n"
    env = {"PYTHONPATH": str(tmp_path), "PYTHONHOME": "/nowhere", "PYTHONUSERBASE": str(tmp_path)}
    assert run_code(code + HELLO, python=(sys.executable, "-I"), env=env, cwd=tmp_path) == "hello\n"


def test_the_path_that_a_host_made_at_run_time_is_its_own():
    code = f"import sys\nsys.path[:] = {sys.path!r}\nimport localalt\n"
    assert run_code(code + DESCRIBE, python=(sys.executable, "-S", "-E")) == f"{TEXT}\n"


def test_localalt_can_be_in_an_archive(tmp_path):
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (ROOT / "localalt").rglob("*.py"):
            file.write(path, path.relative_to(ROOT))
    code = f"import sys\nsys.path.insert(0, {str(archive)!r})\nimport localalt\nassert 'zip' in localalt.__file__\n"
    assert run_code(code + HELLO, cwd=tmp_path) == "hello\n"


def test_a_folder_whose_name_no_variable_can_hold(tmp_path):
    folder = tmp_path / f"a{os.pathsep}b"
    folder.mkdir()
    code = f"import sys\nsys.path.insert(0, {str(folder)!r})\nimport localalt\n"
    assert run_code(code + HELLO) == "hello\n"


@posix
def test_a_host_without_standard_streams_and_with_thousands_of_files(tmp_path):
    code = (
        "import os, resource\n"
        "for fd in (0, 1, 2): os.close(fd)\n"
        "_, most = resource.getrlimit(resource.RLIMIT_NOFILE)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 5000), most))\n"
        f"said = os.open({str(tmp_path / 'said')!r}, os.O_CREAT | os.O_WRONLY)\n"
        "assert said == 0\n"
        "files = [os.open(os.devnull, os.O_RDONLY) for _ in range(3, 3000)]\n"
        "os.close(1)\n"
        "os.close(2)\n"
        "import localalt\n"
        "def print(*words): os.write(said, ' '.join(map(str, words)).encode())\n"
    )
    run_code(code + DESCRIBE)
    assert (tmp_path / "said").read_text() == TEXT
