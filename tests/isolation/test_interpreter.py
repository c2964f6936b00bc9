"""Which interpreter runs a child, with which options, variables and import path."""

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from localalt.errors import EngineError, OptionError
from localalt.isolation import interpreter
from localalt.isolation.interpreter import start_of
from tests.support.paths import ROOT
from tests.support.processes import run_code

FIRST, LAST, ARCHIVE, PACKAGES = (
    str(Path(name).absolute()) for name in ("/first", "/last", "/archive.zip", "/site-packages")
)
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX has links, and names with a colon")


# --- frozen applications, and others that are not a Python ---


@pytest.mark.parametrize("value", [True, 1, "windows_exe", "console_exe", "macosx_app"])
def test_a_frozen_application_is_refused_before_anything_is_started(monkeypatch, value):
    monkeypatch.setattr(sys, "frozen", value, raising=False)  # PyInstaller and cx_Freeze; py2exe; py2app
    monkeypatch.setattr(subprocess, "Popen", None)
    with pytest.raises(EngineError, match=r'frozen.*python="…".*isolation="none"'):
        start_of("localalt.worker")


@pytest.mark.parametrize("place", ["its own module", "the main module"])
def test_a_program_that_nuitka_compiled_is_refused(monkeypatch, place):
    where = interpreter if place == "its own module" else sys.modules["__main__"]
    monkeypatch.setattr(where, "__compiled__", types.SimpleNamespace(standalone=True), raising=False)
    with pytest.raises(EngineError, match="frozen"):
        start_of("localalt.worker")


def test_a_module_that_nuitka_compiled_for_an_interpreter_is_not(monkeypatch):
    compiled = types.SimpleNamespace(standalone=False)
    monkeypatch.setattr(interpreter, "__compiled__", compiled, raising=False)
    assert start_of("localalt.worker").command[0] == sys.executable


@pytest.mark.parametrize(
    ("executable", "words"),
    [
        ("", "sys.executable is empty"),
        (None, "sys.executable is empty"),
        ("/usr/bin/happy", "'/usr/bin/happy' .sys.executable. is not a Python interpreter"),
        ("/opt/photos/copy.exe", "is not a Python interpreter"),
        ("/usr/sbin/uwsgi", "is not a Python interpreter"),
        ("/usr/bin/python-editor", "is not a Python interpreter"),
        ("/nowhere/python3", "is not there"),
    ],
)
def test_a_host_that_is_not_a_python_is_refused(monkeypatch, executable, words):
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(EngineError, match=words + r'.*python="…"'):
        start_of("localalt.worker")


@pytest.mark.parametrize(
    "name",
    [
        "python",
        "python3.14",
        "python3.13t",
        "python.exe",
        "pythonw.exe",
        "python_d.exe",
        "PYTHON3.EXE",
        "pypy3",
        "mayapy",
    ],
)
def test_interpreters_are_known_by_their_names(name):
    assert interpreter.PYTHONS.fullmatch(name)


def test_an_interpreter_that_is_named_runs_in_place_of_a_frozen_application(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    start = start_of("localalt.worker", sys.executable)
    assert start.command == (sys.executable, "-m", "localalt.worker")
    assert start.import_path is None
    assert not {"PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH"} & set(start.environment)
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/mine")
    assert start_of("localalt.worker", sys.executable).environment["LD_LIBRARY_PATH"] == "/mine"


def test_a_library_path_of_the_persons_own_stays(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/cuda")
    assert start_of("localalt.worker", sys.executable).environment["LD_LIBRARY_PATH"] == "/cuda"
    assert start_of("localalt.worker").environment["LD_LIBRARY_PATH"] == "/cuda"


# --- an interpreter that is named ---


@posix
def test_a_path_that_is_not_a_program_is_an_error_of_the_option(tmp_path):
    text = tmp_path / "python"
    for path, words in [(text, "not a file"), (tmp_path, "not a file")]:
        with pytest.raises(OptionError, match=rf"python is '{path}', which is {words}: pass the path"):
            start_of("localalt.worker", path)
    text.write_text("")
    with pytest.raises(OptionError, match="not a program"):
        start_of("localalt.worker", text)


@posix
def test_a_link_to_an_interpreter_is_not_resolved(tmp_path, monkeypatch):
    # A virtual environment's interpreter is a link to that of the system, which has other packages.
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)
    assert start_of("localalt.worker", "python").command[0] == str(tmp_path / "python")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert start_of("localalt.worker", Path("~/python")).command[0] == str(tmp_path / "python")


# --- the import path ---


def test_it_is_this_processs_in_its_order_and_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [FIRST, "lib", str(ROOT), ARCHIVE, 7, LAST])
    assert start_of("m").import_path == (FIRST, str(tmp_path / "lib"), str(ROOT), ARCHIVE, LAST)


def test_the_working_folder_of_an_interactive_session_comes_last(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", FIRST, str(ROOT)])
    start = start_of("m")
    assert start.import_path == (FIRST, str(ROOT), str(tmp_path))
    assert str(tmp_path) not in start.environment["PYTHONPATH"].split(os.pathsep)


def test_localalt_is_found_where_it_was_found_through_the_working_folder_or_a_hook(monkeypatch, tmp_path):
    standard = str(Path(os.__file__).parent)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", FIRST, standard, PACKAGES])
    assert start_of("m").import_path == (FIRST, standard, str(ROOT), PACKAGES, str(tmp_path))
    monkeypatch.setattr(sys, "path", [PACKAGES])
    assert start_of("m").import_path == (str(ROOT), PACKAGES)


@posix
def test_a_deleted_working_folder_does_not_matter(monkeypatch, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    monkeypatch.setattr(sys, "path", ["", "lib", str(ROOT)])
    assert start_of("m").import_path == (str(ROOT),)


def test_it_has_the_path_from_its_first_line_on_but_for_what_the_variable_cannot_hold(monkeypatch):
    odd = f"/a{os.pathsep}b"
    monkeypatch.setattr(sys, "path", [FIRST, odd, str(ROOT)])
    start = start_of("m")
    assert start.environment["PYTHONPATH"] == os.pathsep.join([FIRST, str(ROOT)])
    assert start.import_path == (FIRST, odd, str(ROOT))


# --- options and variables ---


def test_pythons_variables_for_people_do_not_reach_it(monkeypatch):
    for name in ("INSPECT", "FAULTHANDLER", "STARTUP", "WARNINGS", "DEVMODE", "HASHSEED", "BREAKPOINT", "VERBOSE"):
        monkeypatch.setenv(f"PYTHON{name}", "1")
    monkeypatch.setenv("PYTHONUSERBASE", "/base")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    environment = start_of("localalt.worker").environment
    names = {name for name in environment if name.startswith("PYTHON")} - set(interpreter.INHERITED)
    assert names == {"PYTHONPATH", "PYTHONSAFEPATH", "PYTHONUTF8"}
    assert environment["PYTHONUSERBASE"] == "/base"
    assert environment["CUDA_VISIBLE_DEVICES"] == "1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "flags", "utf8"),
    [
        ((), [], "0"),
        (("-OO", "-B", "-s"), ["-OO", "-s", "-B"], "0"),
        (("-X", "utf8"), [], "1"),
        (("-S",), ["-S"], "0"),
        (("-I",), ["-s"], "0"),
    ],
)
def test_it_has_the_options_that_change_what_is_imported(options, flags, utf8):
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from localalt.isolation.interpreter import start_of\n"
        "start = start_of('m')\n"
        "print([*start.command[1:-2]], start.environment['PYTHONUTF8'], start.environment.get('PYTHONHOME'))\n"
    )
    env = {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": ""}
    if "-I" in options:
        env["PYTHONHOME"] = "/nowhere"  # which this process ignores, and the child must not heed
    assert run_code(code, python=(sys.executable, *options), env=env) == f"{flags} {utf8} None\n"
