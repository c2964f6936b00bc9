"""Late imports and forks, in fresh interpreters: late imports are made under the lock that a fork waits for."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import localalt
from scripts.checks.soak_fork_imports import soak
from tests.support.paths import EXAMPLES

pytestmark = pytest.mark.slow

PACKAGE = Path(localalt.__file__).parent
EXAMPLE = EXAMPLES / "shape.png"

can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")

OUTSIDE = """
import asyncio, io, json, sys, zipfile  # the program's own
import localalt
from localalt import first_imports

outside = {}
door = ""

class Watch:
    def find_spec(self, name, path=None, target=None):
        if not first_imports._lock._is_owned():
            outside.setdefault(door, []).append(name)

sys.meta_path.insert(0, Watch())

def go(name, work):
    global door
    door = name
    try:
        work()
    except localalt.LocalAltError as error:
        print(name, error, file=sys.stderr)

path = sys.argv[1]
go("lint", lambda: localalt.lint.check("Image of a bird"))
go("load", lambda: localalt.load("selftest").close())
go("describe", lambda: localalt.describe(path, model="selftest", metadata=True))
go("context", lambda: localalt.describe(path, model="selftest", language="de", context="A page of birds", also="long"))
go("adescribe", lambda: asyncio.run(localalt.adescribe(path, model="selftest")))
go("stream", lambda: localalt.stream(path, model="selftest").result)
go("missing", lambda: localalt.describe("/nonexistent.png", model="selftest"))
for model in ("auto", "qwen3.5-4b", "nobody/nothing"):
    go(model, lambda: localalt.load(model, offline=True))
from PIL import Image
picture = Image.open(path).convert("RGB")
door = "saving"
for name in ("AVIF", "BMP", "GIF", "ICO", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP"):
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x9C9B] = "Title".encode("utf-16-le")
    door = "saving"
    try:
        picture.save(file, name, exif=exif)
    except (KeyError, OSError):  # a format that this build of Pillow lacks
        continue
    go(name, lambda: localalt.describe(file.getvalue(), model="selftest", metadata=True))
outside.pop("saving", None)
print(json.dumps(outside))
"""


def test_nothing_is_imported_late_where_a_fork_would_not_wait():
    run = subprocess.run([sys.executable, "-c", OUTSIDE, EXAMPLE], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout.splitlines()[-1]) == {}


def test_a_module_does_not_wait_for_the_lock_while_it_is_imported():
    """Another thread may hold it, and wait for that module: `from localalt import NAME` takes it for public names."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module == "localalt":
                public = {alias.name for alias in node.names} & set(localalt.__all__)
                assert public <= {"__version__"}, f"{path.name} imports {public}: name the module that has it"


@can_fork
def test_a_fork_in_the_middle_of_first_imports_leaves_a_child_that_works():
    assert soak(3, seed=1).failures == ()


FORK = """
import os, signal, sys, threading
from localalt import first_imports

first_imports.PATIENCE_S = 0.1
held, done = threading.Event(), threading.Event()

def hold():
    with first_imports.importing():
        held.set()
        done.wait()

threading.Thread(target=hold).start()
held.wait()
pid = os.fork()
if pid == 0:
    signal.alarm(30)
    with first_imports.importing():
        os._exit(0)
_, status = os.waitpid(pid, 0)
done.set()
with first_imports.importing():
    pass
with first_imports.importing():  # in the middle of an import of the thread that forks
    pid = os.fork()
    if pid == 0:
        first_imports.import_once("colorsys", "there_is_no_such_module")
        os._exit(0 if "colorsys" in sys.modules else 1)
    status |= os.waitpid(pid, 0)[1]
sys.exit(status)
"""


@can_fork
def test_a_fork_waits_for_a_while_and_no_longer_and_the_child_has_a_lock_of_its_own():
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], check=True, timeout=60)


BROKEN = """
import sys, localalt

class Breaks:
    def find_spec(self, name, path=None, target=None):
        if name == "PIL.AvifImagePlugin":
            raise OSError("broken")

sys.meta_path.insert(0, Breaks())
print(localalt.describe(sys.argv[1], model="selftest"))
"""


def test_a_broken_plugin_of_pillow_ends_pictures_of_its_own_format_alone():
    run = subprocess.run([sys.executable, "-c", BROKEN, EXAMPLE], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("A ")
