"""Memory that a parent writes to and its child reads: what is put there is read there, and nothing else happens."""

import errno
import mmap
import os
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt.isolation import shared_memory
from localalt.isolation.shared_memory import MAX_BYTES, MappedMemory, SharedMemory
from tests.support.misbehaving_child import planted
from tests.support.processes import living_children, patience, run_code

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
slow = pytest.mark.slow
PIXELS = np.asarray(Image.radial_gradient("L").convert("RGB").resize((700, 500))).copy()
PIXELS[100:300, 200:400] = (255, 0, 0)


MOST, HELD = 4 << 20, 1 << 20


@pytest.fixture
def memory(monkeypatch):
    """A small one."""
    monkeypatch.setattr(shared_memory, "MAX_BYTES", MOST)
    monkeypatch.setattr(shared_memory, "HELD_BYTES", HELD)
    made = SharedMemory()
    yield made
    made.close()


@pytest.fixture
def mapped(memory):
    """The child's side of `memory`."""
    other = MappedMemory()
    assert other.accept({**memory.offer, "fd": os.dup(memory.descriptors[0])})
    memory.begin()
    return other


@pytest.fixture
def puts(monkeypatch):
    """Where each picture was put, None where it was not."""
    where = []
    put = SharedMemory.put

    def noting(self, owner, data):
        where.append(put(self, owner, data))
        return where[-1]

    monkeypatch.setattr(SharedMemory, "put", noting)
    return where


def view(n_bytes, letter=b"x"):
    return memoryview(letter * n_bytes)


def resident_bytes(memory):
    return os.fstat(memory.descriptors[0]).st_blocks * 512


# --- both sides ---


@linux
def test_what_is_put_is_read_in_place(memory, mapped):
    first, second = memory.put(1, view(5000, b"a")), memory.put(2, view(3000, b"b"))
    assert bytes(mapped.read(first, 5000)) == b"a" * 5000
    there = mapped.read(second, 3000)
    assert (bytes(there), there.readonly) == (b"b" * 3000, True)
    memory.free(2)
    assert memory.put(3, view(3000, b"c")) == second
    assert bytes(there) == b"c" * 3000


@linux
def test_nothing_is_put_before_the_child_has_mapped_it(memory):
    assert memory.put(1, view(10)) is None
    memory.begin()
    assert memory.put(1, view(10)) == 0


@linux
def test_what_does_not_fit_is_not_put(memory, mapped, monkeypatch):
    big = view(MOST // 2 + 1)
    assert memory.put(1, big) == 0
    assert memory.put(2, big) is None
    assert memory.put(3, view(1)) is not None
    memory.free(1)
    assert memory.put(2, big) == 0


@linux
def test_want_of_memory_is_no_error_and_nothing_is_written_where_no_page_is(memory, mapped, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "no space")

    assert memory.put(1, view(20_000)) == 0
    monkeypatch.setattr(os, "posix_fallocate", fail)
    before = resident_bytes(memory)
    assert memory.put(2, view(20_000)) is None
    assert resident_bytes(memory) == before
    memory.free(1)
    assert memory.put(3, view(20_000)) == 0  # there are its pages
    memory.free(2)
    monkeypatch.undo()
    assert memory.put(4, view(20_000)) == 20_480


@linux
def test_pages_are_asked_for_before_they_are_written_to(memory, mapped, monkeypatch):
    # What the system cannot give then would end this process by a signal.
    there, held, page = set(), HELD // mmap.PAGESIZE, mmap.PAGESIZE
    ask = os.posix_fallocate

    def note(fd, first, n_bytes):
        there.update(range(first // page, -(-(first + n_bytes) // page)))
        ask(fd, first, n_bytes)

    monkeypatch.setattr(os, "posix_fallocate", note)
    draw = random.Random(0)
    under_way = []
    for owner in range(60):
        n_bytes = draw.choice([1, page, 5 * page + 1, HELD // 3, HELD])
        start = memory.put(owner, view(n_bytes))
        if start is None:
            memory.free(owner)
        else:
            assert there.issuperset(range(start // page, (start + n_bytes - 1) // page + 1))
            assert resident_bytes(memory) == len(there) * page
            under_way.append((owner, start, n_bytes))
        while len(under_way) > draw.randrange(5):
            owner, start, n_bytes = under_way.pop(draw.randrange(len(under_way)))
            memory.free(owner)
            there.difference_update(range(max(held, start // page), (start + n_bytes - 1) // page + 1))
            assert resident_bytes(memory) == len(there) * page


@linux
def test_much_is_given_back_and_the_rest_stays(memory, mapped):
    page = mmap.PAGESIZE
    assert memory.put(1, view(3 * page)) == 0
    assert memory.put(2, view(HELD)) == 3 * page
    assert resident_bytes(memory) == HELD + 3 * page
    memory.free(2)
    assert resident_bytes(memory) == HELD
    memory.free(1)
    assert resident_bytes(memory) == HELD
    assert memory.put(3, view(2 * HELD, b"y")) == 0
    assert bytes(mapped.read(2 * HELD - 1, 2)) == b"y\0"


@linux
def test_nobody_can_make_it_shorter(memory):
    # Whoever reads what is mapped of it would be ended by a signal.
    with pytest.raises(PermissionError):
        os.ftruncate(memory.descriptors[0], 0)


@linux
def test_after_the_end_everything_is_quiet(memory, mapped):
    memory.put(1, view(HELD + 1))
    memory.close()
    memory.close()
    memory.free(1)
    assert (memory.offer, memory.descriptors) == (None, [])


@linux
@pytest.mark.parametrize(("where", "n_bytes"), [(-1, 1), (0, -1), (MOST, 1), (0, MOST + 1), (1 << 40, 0)])
def test_what_is_not_in_the_memory_is_an_error(mapped, where, n_bytes):
    with pytest.raises(ValueError, match="not in the memory"):
        mapped.read(where, n_bytes)


def test_without_any_nothing_can_be_read():
    with pytest.raises(ValueError, match="not in the memory"):
        MappedMemory().read(0, 1)


@linux
def test_another_file_of_the_same_number_is_left_alone(memory, tmp_path):
    file = tmp_path / "own"
    file.write_bytes(bytes(MOST))
    with file.open("rb") as own:
        assert not MappedMemory().accept({**memory.offer, "fd": own.fileno()})
        assert len(own.read()) == MOST
    assert not MappedMemory().accept({**memory.offer, "fd": 10_000})


# --- where there is none ---


def quiet(memory):
    memory.begin()
    assert (memory.offer, memory.descriptors, memory.put(1, view(10))) == (None, [], None)
    memory.free(1)
    memory.close()
    memory.forget()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_none(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delattr(os, "sysconf", raising=False)
    quiet(SharedMemory())


@linux
def test_a_python_without_it_has_none(monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    quiet(SharedMemory())


@linux
@pytest.mark.parametrize(("module", "name"), [(os, "memfd_create"), (os, "ftruncate"), (mmap, "mmap")])
def test_a_system_that_refuses_has_none_and_no_file_is_left(monkeypatch, module, name):
    def fail(*_):
        raise OSError(errno.EPERM, "refused")

    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(module, name, fail)
    quiet(SharedMemory())
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@linux
@pytest.mark.parametrize(
    ("limit", "value", "is_there"),
    [("AS", 1 << 40, False), ("FSIZE", MAX_BYTES - 1, False), ("FSIZE", MAX_BYTES, True)],
)
def test_where_what_is_not_there_yet_counts_too_there_is_none(limit, value, is_there):
    code = (
        "import resource\n"
        "from localalt.isolation.shared_memory import SharedMemory\n"
        f"resource.setrlimit(resource.RLIMIT_{limit}, ({value}, resource.getrlimit(resource.RLIMIT_{limit})[1]))\n"
        "print(len(SharedMemory().descriptors))\n"
    )
    assert run_code(code, python=(sys.executable, "-W", "ignore")) == f"{int(is_there)}\n"


@linux
@pytest.mark.parametrize("fd", [0, 1, 2])
def test_a_process_whose_standard_streams_are_closed_has_none(fd):
    # A map has a descriptor, which would have the number of one.
    code = f"import os; os.dup2(1, 9); os.close({fd}); from localalt.isolation.shared_memory import SharedMemory\n"
    assert run_code(code + "os.write(9, b'%d' % len(SharedMemory().descriptors))\n") == "0"


# --- with a child ---


def load(**options):
    return localalt.load("selftest", device="cpu", isolation="process", **options)


@linux
@slow
def test_arrays_are_put_there_one_in_the_place_of_the_other(puts, describer):
    text = str(describer.describe(PIXELS, checks="off"))
    with load() as in_child:
        for _ in range(3):
            assert str(in_child.describe(PIXELS, checks="off")) == text
        with pytest.raises(localalt.TimedOutError):
            in_child.describe(PIXELS, checks="off", timeout_s=1e-9)
        in_child.stream(PIXELS, checks="off").close()
        with pytest.raises(localalt.ContextTooLongError):
            in_child.describe(PIXELS, context="word " * 3900)
        assert patience(lambda: len(set(map(str, in_child.describe_many([PIXELS] * 8, checks="off")))) == 1)
        puts.clear()
        assert str(in_child.describe(PIXELS, checks="off")) == text
    assert puts == [0]


@linux
@slow
def test_what_does_not_fit_goes_through_the_pipe(puts, describer, monkeypatch):
    monkeypatch.setattr(shared_memory, "MAX_BYTES", 2 * PIXELS.nbytes // 4096 * 4096)
    text = str(describer.describe(PIXELS, checks="off"))
    with load() as in_child:
        assert set(map(str, in_child.describe_many([PIXELS] * 20, checks="off"))) == {text}
    assert None in puts
    assert 0 in puts


@linux
@slow
def test_a_child_that_was_given_nothing_describes_as_well(puts, describer, monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    text = str(describer.describe(PIXELS, checks="off"))
    with load() as in_child:
        assert str(in_child.describe(PIXELS, checks="off")) == text
    assert puts == [None]


@linux
@slow
def test_a_program_in_between_that_closes_it_costs_no_text(puts, describer, tmp_path):
    python = tmp_path / "python"
    code = "import os, sys; os.closerange(3, 256); os.execv(sys.argv[1], sys.argv[1:])"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    with load(python=python) as in_child:
        assert str(in_child.describe(PIXELS, checks="off")) == str(describer.describe(PIXELS, checks="off"))
    assert puts == [None]


@linux
@slow
def test_a_limit_that_comes_later_costs_no_text_and_not_the_host(tmp_path):
    # Its signal ends a host that leaves it at its default, where a file is written to.
    np.save(tmp_path / "pixels.npy", PIXELS)
    code = """
import resource, signal, sys
import localalt, numpy
pixels = numpy.load(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
with localalt.load("selftest", device="cpu", isolation="process") as describer:
    before = str(describer.describe(pixels, checks="off"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    print(str(describer.describe(pixels, checks="off")) == before)
"""
    assert run_code(code, str(tmp_path / "pixels.npy")) == "True\n"


@linux
@slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_child_that_dies_of_arrays_in_it_costs_no_text(puts, describer, tmp_path, workers):
    text = str(describer.describe(PIXELS, checks="off"))
    with planted("every picture", "kill", times=2, counted_in=tmp_path), load(workers=workers) as in_child:
        texts = [str(each) for each in in_child.describe_many([PIXELS] * 12, checks="off")]
    assert texts == [text] * 12
    assert None not in puts


@linux
@slow
def test_programs_that_the_child_starts_do_not_inherit_it():
    before = set(living_children(os.getpid()))
    with load() as in_child:
        in_child.describe(PIXELS, checks="off")
        (pid,) = set(living_children(os.getpid())) - before
        flags = [
            int((Path("/proc") / str(pid) / "fdinfo" / each.name).read_text().split("flags:")[1].split()[0], 8)
            for each in (Path("/proc") / str(pid) / "fd").iterdir()
            if "memfd:localalt" in str(each.readlink())
        ]
    assert [bool(each & os.O_CLOEXEC) for each in flags] == [True]


@linux
@slow
def test_a_forked_process_has_nothing_of_it():
    code = """
import os, sys, threading
import localalt, numpy
def files():
    links = []
    for name in os.listdir("/proc/self/fd"):
        try: links.append(os.readlink("/proc/self/fd/" + name))
        except OSError: pass
    maps = open("/proc/self/maps").read()
    return sum("memfd:localalt" in link for link in links), maps.count("memfd:localalt")
pixels = numpy.zeros((1000, 1000, 3), numpy.uint8)
with localalt.load("selftest", device="cpu", isolation="process") as describer:
    is_over = threading.Event()
    def describe():
        while not is_over.is_set(): describer.describe(pixels, checks="off")
    thread = threading.Thread(target=describe)
    thread.start()
    for _ in range(20):
        pid = os.fork()
        if pid == 0: os._exit(0 if files() == (0, 0) else 1)
        assert os.waitpid(pid, 0)[1] == 0
    is_over.set()
    thread.join()
    print(files())
print(files())
"""
    assert run_code(code, python=(sys.executable, "-W", "ignore")) == "(2, 1)\n(0, 0)\n"
