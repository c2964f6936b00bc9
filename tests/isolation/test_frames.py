"""Frames arrive as they were sent, and whatever else comes through a pipe is one error and claims no memory."""

import contextlib
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import tracemalloc

import pytest
from hypothesis import given, strategies

from localalt.isolation import frames
from localalt.isolation.frames import LEAST_SHARED_BYTES, Frame, FrameReader, FrameWriter, NotAMessageError
from localalt.isolation.shared_memory import MappedMemory, SharedMemory

JSON = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats(allow_nan=False)
    | strategies.text(strategies.characters(exclude_categories=()))
    | strategies.text(max_size=5),
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(strategies.text(), inner, max_size=4),
    max_leaves=12,
)
BODIES = strategies.dictionaries(strategies.text(), JSON, max_size=4)


def read_all_of(data):
    """The frames in `data`, up to its end."""
    reader = FrameReader(io.BytesIO(data))
    return [(frame.body, [bytes(each) for each in frame.buffers]) for frame in iter(reader.read, None)]


def as_bytes(*all_frames):
    with tempfile.TemporaryFile() as file:
        writer = FrameWriter(file.fileno())
        for frame in all_frames:
            writer.write(frame)
        file.seek(0)
        return file.read()


def text_frame(text, rest=b""):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<I", len(data)) + data + rest


@pytest.mark.slow
@given(strategies.lists(strategies.tuples(BODIES, strategies.lists(strategies.binary(max_size=2000), max_size=3))))
def test_frames_arrive_whole_and_in_their_order(sent):
    data = as_bytes(*(Frame(body, buffers) for body, buffers in sent[:5]))
    assert read_all_of(data) == [(body, buffers) for body, buffers in sent[:5]]


def test_a_buffer_is_any_object_with_bytes():
    buffers = [b"ab", bytearray(b"cd"), memoryview(b"efgh").cast("H"), b""]
    assert read_all_of(as_bytes(Frame({}, buffers))) == [({}, [b"ab", b"cd", b"efgh", b""])]


def test_a_buffer_larger_than_a_pipe_arrives(monkeypatch):
    monkeypatch.setattr(frames, "FIRST_BYTES", 1000)
    data = os.urandom(300_001)
    reading, writing = os.pipe()
    with io.FileIO(reading) as file, io.FileIO(writing, "w"):
        thread = threading.Thread(target=FrameWriter(writing).write, args=(Frame({"x": 1}, (data, b"y")),))
        thread.start()
        frame = FrameReader(file).read()
        thread.join()
    assert [bytes(each) for each in frame.buffers] == [data, b"y"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
def test_large_buffers_of_an_owner_lie_in_shared_memory_until_they_are_freed_and_the_others_do_not(tmp_path):
    ours, theirs = SharedMemory(), MappedMemory()
    assert theirs.accept({**ours.offer, "fd": os.dup(ours.descriptors[0])})
    ours.begin()
    small, large = os.urandom(LEAST_SHARED_BYTES - 1), os.urandom(LEAST_SHARED_BYTES)
    with (tmp_path / "pipe").open("w+b", buffering=0) as file:
        writer, reader = FrameWriter(file.fileno(), ours), FrameReader(file, theirs)
        writer.write(Frame({}, (small, large, b""), owner=3))
        writer.write(Frame({}, (large,)))
        assert 0 < file.tell() - len(small) - len(large) < 200
        file.seek(0)
        first, second = reader.read(), reader.read()
        assert [bytes(each) for each in (*first.buffers, *second.buffers)] == [small, large, b"", large]
        assert [type(each) for each in first.buffers] == [bytearray, memoryview, bytearray]
        ours.free(3)
        writer.write(Frame({}, (large[::-1],), owner=4))
        assert bytes(first.buffers[1]) == large[::-1]
    ours.close()


@pytest.mark.slow
@given(BODIES, strategies.binary(max_size=100), strategies.data())
def test_a_frame_that_breaks_off_is_the_end_and_not_a_frame(body, buffer, data):
    whole = as_bytes(Frame(body, [buffer]))
    cut = data.draw(strategies.integers(0, len(whole) - 1))
    assert read_all_of(whole[:cut]) == []


@pytest.mark.slow
@given(strategies.binary(max_size=300))
def test_any_bytes_are_frames_or_one_error(data):
    with contextlib.suppress(NotAMessageError):
        read_all_of(data)


@pytest.mark.slow
@given(JSON)
def test_any_json_is_a_frame_or_one_error(value):
    with contextlib.suppress(NotAMessageError):
        for body, _ in read_all_of(text_frame(json.dumps(value))):
            assert type(body) is dict


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[]",
        "[{}]",
        "[{},[],[]]",
        "[[],[]]",
        '["ab",[]]',
        "[{},3]",
        "[{},[-1]]",
        "[{},[1.5]]",
        '[{},["3"]]',
        "[{},[true]]",
        "[{},[null]]",
        f"[{{}},[{1 << 62}]]",
        "[{},[[0]]]",
        "[{},[[0,1,2]]]",
        "[{},[[-1,5]]]",
        "[{},[[0,true]]]",
        "[{},[[[0,5],5]]]",
        "[" * 100_000,
        "1" * 10_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda text: f"{text[:16]!r}",
)
def test_what_is_not_a_frame_is_one_error(text):
    with pytest.raises(NotAMessageError):
        read_all_of(text_frame(text, b"x" * 100))


@pytest.mark.parametrize("memory", [None, MappedMemory()])
@pytest.mark.parametrize("where", [0, 1 << 30])
def test_a_buffer_in_memory_that_is_not_shared_is_the_same_error(memory, where):
    with pytest.raises(NotAMessageError):
        FrameReader(io.BytesIO(text_frame(f"[{{}},[[{where},5]]]")), memory).read()


def test_a_length_without_bytes_claims_no_memory():
    tracemalloc.start()
    try:
        for data in (struct.pack("<I", (1 << 32) - 1), text_frame(f"[{{}},[{1 << 35}]]", b"x")):
            with contextlib.suppress(NotAMessageError):
                assert read_all_of(data) == []
        assert tracemalloc.get_traced_memory()[1] < 2 * frames.FIRST_BYTES
    finally:
        tracemalloc.stop()


def test_writing_to_a_pipe_that_nobody_reads_is_an_error():
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(OSError):  # noqa: PT011 (EPIPE, or EINVAL on Windows)
        FrameWriter(writing).write(Frame({}, (b"x",)))
    os.close(writing)


# --- a child that is sent something else ---


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"hello, world\n",
        text_frame("[]"),
        text_frame("[" * 100_000),
        text_frame('[{"op":"no such operation"},[]]'),
        text_frame("[{},[]]"),
        text_frame('[{"op":["describe"]},[]]'),
        text_frame('[{"op":"hello"},[]]'),
        text_frame('[{"op":"describe","id":1},[]]'),
        text_frame('[{"op":"__class__"},[]]'),
        text_frame(f'[{{"op":"check","picture":{{"name":"x"}}}},[{1 << 35}]]', b"x"),
        text_frame('[{"op":"check","picture":{"name":"x"}},[[0,5]]]'),
        text_frame('[{"op":"hello","import_path":null,"log_level":30,"memory":[3]},[]]'),
        struct.pack("<I", 1 << 31),
    ],
    ids=lambda data: f"{data[4:40]!r}",
)
def test_a_child_ends_at_once_with_what_is_not_a_message(data):
    process = subprocess.run(
        [sys.executable, "-m", "localalt.worker"], input=data, capture_output=True, timeout=60, check=False
    )
    assert process.returncode >= 0  # by itself, and not by a crash
    assert len(process.stderr) < 10_000
