"""A hub that is hostile or broken: limits in bytes and time, names, and what others laid into the cache."""

import functools
import gzip
import json
import os
import socket
import threading

import pytest
from huggingface_hub import constants

from localalt.errors import DownloadError, IntegrityError, LocalAltError, ModelFormatError, StorageError
from localalt.hub import client, lockfile, patience
from localalt.hub.file_names import is_safe_name
from localalt.hub.listing import repository_of
from localalt.hub.repository import RemoteFile, Repository
from localalt.hub.selection import select
from localalt.hub.store import lock_path
from tests.support.downloads import FILES, MMPROJ, NAME, WEIGHTS, blobs, pull
from tests.support.hub import use_hub

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
COMMIT = "a" * 40


@pytest.fixture
def hub(hub):
    hub.add(NAME, FILES)
    return hub


@pytest.fixture
def home(hub, tmp_path, monkeypatch):
    use_hub(monkeypatch, hub.url, tmp_path / "home")
    monkeypatch.setattr(patience, "LISTING_WAITS_S", (0,))
    monkeypatch.setattr(patience, "TRANSFER_WAITS_S", (0, 0))
    return tmp_path / "home"


def listing(siblings, **more):
    return json.dumps({"sha": COMMIT, "siblings": siblings, **more}).encode()


@functools.cache
def bomb():
    return gzip.compress(b'{"sha": "' + bytes(200 << 20), compresslevel=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (bomb, {"Content-Encoding": "gzip"}),
        (b"x" * 100, {"Content-Encoding": "gzip"}),
        (b"{}", {"Content-Encoding": "zstd"}),
        (b"[" * (9 << 20), {}),
        (b"[" * 100_000, {}),
        (b'{"sha": ' + b"7" * 100_000 + b"}", {}),
        (b'{"sha": "\xff"}', {}),
        (b"", {"Location": "file:///etc/passwd"}),
        (b"", {"Location": "ftp://127.0.0.1/x"}),
        (b"", {"Location": "/api/models/owner/Seeing-2B-GGUF/revision/main"}),  # for ever
        (b"", {"Location": "http://[broken/"}),
        (b"{}", {"X-Large": "x" * 200_000}),
    ],
    ids=lambda value: "" if isinstance(value, dict) else "a bomb" if value is bomb else f"{len(value)} bytes",
)
def test_a_listing_that_no_hub_gives_is_one_error(hub, home, body, headers):
    status = 302 if "Location" in headers else 200
    body = body() if body is bomb else body
    hub.fail(path="/api/*", status=status, body=body, headers=headers, times=None)
    with pytest.raises(DownloadError):
        client.fetch_repository(NAME)


def test_a_packed_listing_within_the_limit_is_read(hub, home):
    body = gzip.compress(listing([{"rfilename": "a.gguf", "size": 7}]))
    hub.fail(path="/api/*", status=200, body=body, headers={"Content-Encoding": "gzip"})
    assert client.fetch_repository(NAME).files == (RemoteFile("a.gguf", 7, None),)


def test_a_refusal_with_a_body_without_end_is_reported_at_once(hub, home):
    hub.fail(path="/api/*", status=404, body=bytes(1 << 20), hold_after=100_000, times=None)
    with pytest.raises(LocalAltError, match="check the spelling"):
        client.fetch_repository(NAME)


class Dribbling:
    """A server that sends what it is given, and then one byte again and again."""

    def __init__(self, head):
        self._server = socket.create_server(("127.0.0.1", 0))
        self._head, self._stop = head, threading.Event()
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.n_asked = 0

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._server.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.n_asked += 1
            threading.Thread(target=self._dribble, args=(connection,), daemon=True).start()

    def _dribble(self, connection):
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(self._head)
                while not self._stop.wait(0.02):
                    connection.sendall(b" ")
            except OSError:
                return


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("head", [HEAD + b"Content-Length: 900000\r\n\r\n", HEAD + b"X-Endless:", b""])
def test_one_byte_again_and_again_ends(home, monkeypatch, head):
    monkeypatch.setattr(client, "MAX_LISTING_S", 0.4)
    with Dribbling(head) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        with pytest.raises(DownloadError):
            client.fetch_repository(NAME)
        assert server.n_asked == 2


@pytest.mark.slow
def test_a_transfer_of_single_bytes_ends_though_every_one_is_progress(hub, home, monkeypatch):
    selection = select(client.fetch_repository(NAME))
    monkeypatch.setattr(patience, "WINDOW_S", 0.2)
    body = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % selection.weights[0].n_bytes
    with Dribbling(body) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        from localalt.hub.download import download

        with pytest.raises(DownloadError, match="bytes came in"):
            download(selection)
        assert server.n_asked == 3  # the first and the two further tries: bytes that came do not open them again


UNSAFE = [
    *("NUL.gguf", "a./x", "CON", "con.gguf", "aux.tar.gguf", "COM1", "lpt9.gguf", "COM¹.gguf", "CONOUT$", "nul .gguf"),
    *("x.gguf.", "x ", " x", "a/../b", "..", "/etc/x", "a\\b", "C:x", "x:stream", "a//b", "", "x\x7f", "x\x85", "x\0"),
    *("\ud800.gguf", "x\u202egguf.gguf", "x\u200b.gguf", "x\u2028", "é" * 121, "x" * 241, "a/" * 9 + "x", "a/b" * 250),
    *(None, 7, b"x", ["x"], {}),
]


@pytest.mark.parametrize("name", UNSAFE, ids=lambda name: ascii(name)[:30])
def test_a_name_that_cannot_be_a_file_everywhere_is_left_out(name):
    assert not is_safe_name(name)
    found = repository_of(NAME, {"sha": COMMIT, "siblings": [{"rfilename": name, "size": 1}]})
    assert found.files == ()


@pytest.mark.parametrize(
    "name", ["console.gguf", "nullable.gguf", "Q8_0/x-00001-of-00002.gguf", ".x", "a.b/c", "模型.gguf"]
)
def test_names_that_only_look_like_those_are_safe(name):
    assert is_safe_name(name)


@pytest.mark.slow
def test_values_of_the_wrong_kind_are_left_out_and_harm_nothing():
    sibling = {"rfilename": "a.gguf", "size": 5}
    for wrong in (-1, 1 << 80, True, "5", 5.0, None):
        found = repository_of(NAME, {"sha": COMMIT, "siblings": [sibling | {"size": wrong}]})
        assert found.files == ()
    for lfs in ("x", [], {"sha256": 7}, {"sha256": "XYZ"}, {"sha256": "A" * 64}, {"sha256": None}, None):
        found = repository_of(NAME, {"sha": COMMIT, "siblings": [sibling | {"lfs": lfs}]})
        assert found.files == (RemoteFile("a.gguf", 5, None),)
    for card, tags, licence in (
        ({"license": "mit"}, None, "mit"),
        ({"license": ["mit", 7]}, 7, "mit"),
        ({"license": "\x1b[31m"}, [7, None, "license:apache-2.0"], "apache-2.0"),
        ("x", "license:mit", ""),
        ({"license": "x" * 100}, [], ""),
        ({"license": "\ud800"}, {}, ""),
    ):
        found = repository_of(NAME, {"sha": COMMIT, "siblings": [], "cardData": card, "tags": tags})
        assert found.licence == licence
    many = [{"rfilename": f"m{n}.gguf", "size": 1} for n in range(20_000)]
    assert len(repository_of(NAME, {"sha": COMMIT, "siblings": many}).files) == 20_000


def files(*names):
    return Repository(NAME, COMMIT, tuple(RemoteFile(name, 1, "0" * 64) for name in names), "", False)


@pytest.mark.parametrize(
    "names",
    [
        ("Model-Q4_0.gguf", "model-q4_0.GGUF", "mmproj.gguf"),
        ("Mod\u00e9l-Q4_0.gguf", "Mode\u0301l-Q4_0.txt", "Mode\u0301l-Q4_0.gguf", "mmproj.gguf"),
        ("a/Model-Q4_0.gguf", "A", "mmproj.gguf"),
    ],
)
def test_names_that_are_one_file_on_some_systems_are_refused(names):
    with pytest.raises(LocalAltError) as reported:
        select(files(*names), quant=names[0])
    assert isinstance(reported.value, ModelFormatError) or "several files" in str(reported.value)


# What others laid into the cache


@pytest.fixture
def selection(hub, home):
    blobs(home).mkdir(parents=True)
    return select(client.fetch_repository(NAME))


@pytest.mark.skipif(os.name == "nt", reason="no such files on this platform")
@pytest.mark.parametrize("kind", ["link", "dead link", "hard link", "pipe", "folder"])
def test_what_is_not_a_file_in_the_place_of_a_partial_one_is_refused_and_left(home, tmp_path, selection, kind):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    partial = blobs(home) / f"{selection.weights[0].sha256}.incomplete"
    make = {
        "link": lambda: partial.symlink_to(victim),
        "dead link": lambda: partial.symlink_to(tmp_path / "not-yet"),
        "hard link": lambda: partial.hardlink_to(victim),
        "pipe": lambda: os.mkfifo(partial),
        "folder": partial.mkdir,
    }
    make[kind]()
    with pytest.raises(StorageError, match="second name" if kind == "hard link" else "not a file: move it away"):
        pull()
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "not-yet").exists()
    assert os.path.lexists(partial)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no such files on this platform")
def test_links_at_locks_refs_and_the_lock_file_lead_nowhere(home, tmp_path, selection):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    lock = home / "hub" / ".locks" / "models--owner--Seeing-2B-GGUF" / f"{selection.weights[0].sha256}.lock"
    guard = lock_path().with_suffix(".guard")
    lock.parent.mkdir(parents=True)
    guard.parent.mkdir(parents=True)
    lock.symlink_to(victim)
    with pytest.raises(StorageError, match="not a file"):
        pull()
    lock.unlink()
    guard.symlink_to(victim)
    pull()  # the files are complete; that they are not pinned is logged
    assert lockfile.read(lock_path()) == {}
    guard.unlink()
    lock_path().symlink_to(victim)
    with pytest.raises(StorageError, match="is damaged"):
        pull()
    lock_path().unlink()
    blob = blobs(home) / selection.mmproj.sha256
    blob.unlink()
    blob.symlink_to(victim)
    assert pull().mmproj.read_bytes() == FILES[MMPROJ]
    assert victim.read_bytes() == b"precious"


@pytest.mark.skipif(os.name == "nt", reason="no FIFO on this platform")
def test_a_pipe_in_the_place_of_the_lock_file_is_not_waited_for(home):
    lock_path().parent.mkdir(parents=True)
    os.mkfifo(lock_path())
    with pytest.raises(StorageError, match="pipe"):
        lockfile.read(lock_path())


def test_more_bytes_than_were_listed_are_never_written(hub, home, selection):
    hub.fail(path="/cdn/*", n_bytes=5_000_000, chunked=True, times=None)
    with pytest.raises(IntegrityError):
        pull()
    assert all(path.stat().st_size <= len(FILES[WEIGHTS]) for path in blobs(home).iterdir())
