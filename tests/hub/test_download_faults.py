"""What can go wrong between here and the hub. After each: success, or one clear sentence of the right class.

Never a damaged file, and nothing half-written but the partial file that the next try goes on with.
"""

import contextlib
import errno
import os
import random
import socket
import subprocess
import threading
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants
from hypothesis import HealthCheck, example, given, settings, strategies as st

from localalt.errors import AccessError, DownloadError, IntegrityError, ModelNotFoundError, OfflineError, StorageError
from localalt.hub import client, download, patience, store
from localalt.hub.repository import RemoteFile
from localalt.hub.selection import select
from tests.support.downloads import MMPROJ, NAME, WEIGHTS, find
from tests.support.hub import use_hub

KEY = f"{NAME}:Q4_K_M"
FILES = {WEIGHTS: random.Random(1).randbytes(300_000), MMPROJ: random.Random(2).randbytes(50_000)}
N_BYTES = 350_000


@pytest.fixture
def hub(hub):
    hub.add(NAME, FILES)
    return hub


@pytest.fixture
def home(hub, tmp_path, monkeypatch):
    home = tmp_path / "home"
    use_hub(monkeypatch, hub.url, home)
    monkeypatch.setattr(patience, "LISTING_WAITS_S", (0, 0))
    monkeypatch.setattr(patience, "TRANSFER_WAITS_S", (0, 0))
    yield home
    huggingface_hub.close_session()


def pull(progress=None):
    return download.download(select(client.fetch_repository(NAME)), progress=progress)


def blobs(home):
    return sorted(path.name for path in (home / "hub").glob("models--*/blobs/*"))


def assert_complete(model, home):
    assert [path.read_bytes() for path in model.paths] == list(FILES.values())
    assert not [name for name in blobs(home) if "incomplete" in name]
    assert find(KEY) == model


def assert_refused(error, work, home, *, kept_bytes=0):
    """`work` fails with exactly this class, in one sentence, and leaves a partial file of `kept_bytes`, or nothing."""
    with pytest.raises(error) as raised:
        work()
    assert raised.type is error
    message = str(raised.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert ": " in message
    assert store.downloaded() == ()
    assert not list((home / "hub").glob("models--*/snapshots/*/*"))
    left = list((home / "hub").glob("models--*/blobs/*"))
    assert all(path.name.endswith(".incomplete") for path in left)
    assert sum(path.stat().st_size for path in left) == kept_bytes
    return message


# The connection breaks


@pytest.mark.slow
@pytest.mark.parametrize("drops", [[0], [1], [150_000], [299_999], [300_000]])
def test_a_dropped_connection_is_resumed_within_the_call(hub, home, drops):
    for drop in drops:
        hub.fail(path="/cdn/*", drop_after=drop)
    assert_complete(pull(), home)
    assert sum(request.sent_bytes for request in hub.downloads()) == N_BYTES


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drops=st.lists(st.integers(0, 60_000), min_size=1, max_size=6), resume_in_call=st.booleans())
@example(drops=[0, 0, 0], resume_in_call=True)
@example(drops=[59_999], resume_in_call=False)
def test_wherever_it_drops_every_byte_is_fetched_once(hub, home, tmp_path_factory, monkeypatch, drops, resume_in_call):
    files = {WEIGHTS: FILES[WEIGHTS][:60_000], MMPROJ: b"mmproj"}
    hub.add(NAME, files)
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path_factory.mktemp("hub")))
    monkeypatch.setattr(patience, "TRANSFER_WAITS_S", (0,) * 7 if resume_in_call else ())
    hub.requests.clear()
    hub._faults.clear()
    for drop in drops:
        hub.fail(path="/cdn/*", drop_after=drop)
    for _ in range(8):
        with contextlib.suppress(DownloadError):
            model = pull()
            break
        assert not resume_in_call
    assert [path.read_bytes() for path in model.paths] == list(files.values())
    assert sum(request.sent_bytes for request in hub.downloads()) == 60_006
    starts = [(request.path, int(request.range[6:-1])) for request in hub.downloads() if request.range]
    for path in {path for path, _ in starts}:  # of each file
        own = [start for each, start in starts if each == path]
        assert own == sorted(own)


@pytest.mark.slow
def test_a_connection_that_stays_broken_is_reported_and_what_arrived_stays(hub, home):
    hub.fail(path="/cdn/*", drop_after=100_000)
    hub.fail(path="/cdn/*", drop_after=0, times=3)
    message = assert_refused(DownloadError, pull, home, kept_bytes=100_000)
    assert huggingface_hub.scan_cache_dir(constants.HF_HUB_CACHE).warnings == []
    assert message.startswith(f"The connection to {hub.url} failed at {WEIGHTS} of {NAME} (")
    assert "try again, which continues where it stopped" in message
    assert_complete(pull(), home)
    assert hub.downloads()[-2].range == "bytes=100000-"


@pytest.mark.slow
def test_tries_are_counted_from_the_last_byte_that_arrived(hub, home):
    for _ in range(10):  # with two more tries each time
        hub.fail(path="/cdn/*", drop_after=1_000)
        hub.fail(path="/cdn/*", drop_after=0)
    assert_complete(pull(), home)


@pytest.mark.slow
def test_a_server_that_stops_sending_is_left_and_asked_again(hub, home, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.2)
    hub.fail(path="/cdn/*", hold_after=100_000)
    assert_complete(pull(), home)
    assert hub.downloads()[1].range == "bytes=100000-"


@pytest.mark.slow
def test_a_server_that_does_not_resume_sends_all_again(hub, home):
    hub.fail(path="/cdn/*", drop_after=100_000)
    hub.fail(path="/cdn/*", ignore_range=True)
    assert_complete(pull(), home)
    assert sum(request.sent_bytes for request in hub.downloads()) == N_BYTES + 100_000


@pytest.mark.slow
def test_an_answer_without_a_length(hub, home):
    hub.fail(path="/cdn/*", chunked=True, times=2)
    assert_complete(pull(), home)


@pytest.mark.slow
def test_an_answer_without_a_length_that_ends_early_is_resumed(hub, home):
    hub.fail(path="/cdn/*", chunked=True, drop_after=100_000)
    assert_complete(pull(), home)
    assert hub.downloads()[1].range == "bytes=100000-"


@pytest.mark.slow
@pytest.mark.parametrize("span", ["bytes 0-299999/300000", "bytes 100000-299999/300001", "bytes */300000", None])
def test_a_part_that_was_not_asked_for_is_never_used(hub, home, span):
    hub.fail(path="/cdn/*", drop_after=100_000)
    hub.fail(path="/cdn/*", headers={"Content-Range": span})
    assert_complete(pull(), home)
    assert [request.range for request in hub.downloads()] == [None, "bytes=100000-", None, None]


@pytest.mark.slow
def test_a_server_that_has_nothing_after_what_was_stored_is_asked_from_the_start(hub, home):
    hub.fail(path="/cdn/*", drop_after=100_000)
    hub.fail(path="/cdn/*", status=416)
    assert_complete(pull(), home)
    assert [request.range for request in hub.downloads()] == [None, "bytes=100000-", None, None]


# The wrong bytes


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, 150_000, 299_999])
def test_one_wrong_byte_is_fetched_again_from_the_start(hub, home, at):
    hub.fail(path="/cdn/*", corrupt_at=at)
    assert_complete(pull(), home)
    assert [request.range for request in hub.downloads()] == [None] * 3


@pytest.mark.slow
def test_wrong_bytes_twice_are_an_error_and_nothing_is_left(hub, home):
    hub.fail(path="/cdn/*", corrupt_at=5, times=2)
    message = assert_refused(IntegrityError, pull, home)
    assert f"{WEIGHTS} of {NAME} is not what the hub listed (its sha256 is " in message
    assert_complete(pull(), home)


@pytest.mark.slow
@pytest.mark.parametrize(("n_bytes", "chunked"), [(299_999, False), (300_001, False), (0, False), (300_001, True)])
def test_a_wrong_length_twice_is_an_error_and_nothing_is_left(hub, home, n_bytes, chunked):
    hub.fail(path="/cdn/*", n_bytes=n_bytes, chunked=chunked, times=2)
    message = assert_refused(IntegrityError, pull, home)
    assert ("goes on after 300,000 bytes" if chunked else f"sends {n_bytes:,} bytes instead of 300,000") in message
    hub.fail(path="/cdn/*", n_bytes=n_bytes, chunked=chunked)
    assert_complete(pull(), home)


@pytest.mark.slow
@pytest.mark.parametrize("left", [b"\0" * 100_000, b"\0" * 300_000, b"\0" * 300_001, FILES[WEIGHTS] + b"\0", b""])
def test_a_damaged_partial_file_is_not_built_upon(hub, home, left):
    selection = select(client.fetch_repository(NAME))
    partial = home / "hub" / "models--owner--Seeing-2B-GGUF" / "blobs" / f"{selection.weights[0].sha256}.incomplete"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(left)
    assert_complete(pull(), home)


@pytest.mark.slow
def test_a_damaged_file_that_was_never_pinned_is_replaced(hub, home):
    model = pull()
    (home / "localalt" / "models.lock.json").unlink()
    model.weights.write_bytes(b"\0" * 300_000)
    assert_complete(pull(), home)


def test_a_partial_file_that_is_complete_needs_no_request(hub, home):
    selection = select(client.fetch_repository(NAME))
    for file in selection.files:
        partial = home / "hub" / "models--owner--Seeing-2B-GGUF" / "blobs" / f"{file.sha256}.incomplete"
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(FILES[file.name])
    assert_complete(pull(), home)
    assert hub.downloads() == []


# The hub refuses


@pytest.mark.slow
def test_a_private_repository_without_a_token(hub, home):
    hub.add("owner/private-GGUF", FILES, private=True)
    for name in ("owner/private-GGUF", "owner/missing-GGUF"):  # the hub does not say which
        message = assert_refused(AccessError, lambda name=name: client.fetch_repository(name), home)
        assert (
            message
            == f"{hub.url} shows no {name} without a token: check the spelling, or set HF_TOKEN if it is private."
        )


def test_a_token_that_is_not_valid(hub, home, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    message = assert_refused(AccessError, pull, home)
    assert message == f"The hub does not accept the token for {NAME}: set HF_TOKEN to a valid one, or unset it."


def test_a_token_that_cannot_be_one(hub, home, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_t\u00f6ken")
    assert "set HF_TOKEN again" in assert_refused(AccessError, pull, home)


def test_a_token_file_that_cannot_be_read(hub, home, monkeypatch):
    home.mkdir(exist_ok=True)
    (home / "token").mkdir()
    message = assert_refused(AccessError, lambda: client.fetch_repository(NAME), home)
    assert message.startswith(f"The token in {home / 'token'} cannot be read")


@pytest.mark.slow
@pytest.mark.parametrize("token", ["", "hf_loopback"])
def test_a_gated_repository_says_where_to_accept_its_terms(hub, home, monkeypatch, token):
    hub.add("owner/gated-GGUF", FILES, gated="auto")
    monkeypatch.setenv("HF_TOKEN", token)
    selection = select(client.fetch_repository("owner/gated-GGUF"))
    message = assert_refused(AccessError, lambda: download.download(selection), home)
    assert message == (
        f"owner/gated-GGUF is gated: accept its terms at {hub.url}/owner/gated-GGUF and set HF_TOKEN to a token "
        "of that account."
    )
    hub.may_read.add("owner/gated-GGUF")
    monkeypatch.setenv("HF_TOKEN", hub.token)
    assert download.download(selection).weights.read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_a_token_without_the_right_to_read(hub, home):
    hub.fail(path="*/resolve/*", status=403, headers={"X-Error-Message": "Forbidden"})
    assert f"The hub does not let {WEIGHTS} of {NAME} be read: set HF_TOKEN" in assert_refused(AccessError, pull, home)


@pytest.mark.slow
def test_an_address_of_the_cdn_that_has_expired_is_asked_for_anew(hub, home):
    hub.fail(path="/cdn/*", status=403, body=b"<Error>Request has expired</Error>")
    assert_complete(pull(), home)


@pytest.mark.slow
@pytest.mark.parametrize("status", [403, 404])
def test_what_the_cdn_refuses_is_not_taken_for_a_matter_of_tokens_or_names(hub, home, status):
    hub.fail(path="/cdn/*", status=status, times=None, body=b"<Error/>")
    message = assert_refused(DownloadError, pull, home)
    assert message.startswith(f"The hub fails at {WEIGHTS} of {NAME} ({status}): try again later")


def test_no_such_repository(hub, home, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", hub.token)
    message = assert_refused(ModelNotFoundError, lambda: client.fetch_repository("owner/missing"), home)
    assert message == f"There is no repository owner/missing at {hub.url}: check the spelling."


@pytest.mark.parametrize(
    "name", ["missing", "a/b/c", "../etc", "owner/", "owner/na me", "https://huggingface.co/a/b", ""]
)
def test_what_is_not_a_name_is_not_asked_for(hub, home, name):
    assert "write owner/name." in assert_refused(ModelNotFoundError, lambda: client.fetch_repository(name), home)
    assert hub.requests == []


@pytest.mark.slow
def test_no_such_revision(hub, home):
    hub.add("owner/branches", {}, revision="v2/x")
    message = assert_refused(ModelNotFoundError, lambda: client.fetch_repository("owner/branches"), home)
    assert message == f"owner/branches has no revision main at {hub.url}: check the spelling, or update the model."


@pytest.mark.slow
def test_no_such_file(hub, home):
    listed = select(client.fetch_repository(NAME))
    gone = type(listed)(NAME, listed.commit, "Q4_K_M", (RemoteFile("gone-Q4_K_M.gguf", 1, "0" * 64),), listed.mmproj)
    assert f"{NAME} has no gone-Q4_K_M.gguf at" in assert_refused(
        ModelNotFoundError, lambda: download.download(gone), home
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/api/*", "*/resolve/*", "/cdn/*"])
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_waited_for(hub, home, path, status):
    hub.fail(path=path, status=status, times=2, body=b"<html>Oops</html>", headers={"Content-Type": "text/html"})
    assert_complete(pull(), home)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/api/*", "*/resolve/*", "/cdn/*"])
@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_that_stays_is_reported(hub, home, path, status):
    hub.fail(path=path, status=status, times=None)
    message = assert_refused(DownloadError, pull, home)
    what = "revision main" if path == "/api/*" else WEIGHTS
    assert (
        message
        == f"The hub fails at {what} of {NAME} ({status}): try again later; a download continues where it stopped."
    )
    assert len([request for request in hub.requests if request.status == status]) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [{"Retry-After": "1"}, {"RateLimit": '"api";r=0;t=1', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}],
)
def test_the_time_that_the_hub_asks_to_wait_is_waited(hub, home, monkeypatch, headers):
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    hub.fail(path="/api/*", status=429, headers=headers)
    hub.fail(path="/cdn/*", status=429, headers=headers)
    pull()
    assert waits == [1.0, 1.0]


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, {}, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}])
def test_a_limit_that_stays_is_reported(hub, home, headers):
    hub.fail(path="/api/*", status=429, headers=headers, times=None)
    message = assert_refused(DownloadError, pull, home)
    assert message == f"The hub limits how often {NAME} is asked for (429): wait a while, or set HF_TOKEN."
    assert len(hub.requests) == (1 if headers.get("Retry-After") == "3600" else 3)


def test_another_refusal_is_reported_once(hub, home):
    hub.fail(path="/api/*", status=451, times=None)
    assert f"refuses revision main of {NAME} (451)" in assert_refused(DownloadError, pull, home)
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    "body",
    [b"<html>Please log in to the hotel network</html>", b"", b"[]", b'"x"', b"{}", b'{"sha": "main", "siblings": []}',
     b'{"sha": "%s", "siblings": [1]}' % (b"a" * 40), b'{"sha": "%s"}' % (b"a" * 40), b'{"sha": 1, "siblings": []}'],
)  # fmt: skip
def test_an_answer_that_is_not_a_listing(hub, home, body):
    hub.fail(path="/api/*", status=200, body=body)
    message = assert_refused(DownloadError, pull, home)
    assert f"{hub.url} does not answer about {NAME} as a hub does: check HF_ENDPOINT" in message


# No way to the hub


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_no_network(hub, home, monkeypatch):
    endpoint = f"http://127.0.0.1:{unused_port()}"
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    message = assert_refused(DownloadError, pull, home)
    assert message.startswith(f"The connection to {endpoint} failed at revision main of {NAME} (")
    assert "check the network and HF_ENDPOINT" in message
    assert "offline=True" in message


def test_the_network_goes_away_after_the_listing(hub, home, monkeypatch):
    selection = select(client.fetch_repository(NAME))
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{unused_port()}")
    assert f"failed at {WEIGHTS} of {NAME}" in assert_refused(DownloadError, lambda: download.download(selection), home)


def test_a_server_that_hangs_up_at_once(hub, home, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        assert "The connection to" in assert_refused(DownloadError, pull, home)
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "endpoint", ["localhost:8080", "huggingface.co", "ftp://huggingface.co", "http://", "http://[::"]
)
def test_an_endpoint_that_is_not_an_address(hub, home, monkeypatch, endpoint):
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    assert f"HF_ENDPOINT is {endpoint!r}: set it to" in assert_refused(DownloadError, pull, home)


def test_offline_mode(hub, home, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "localalt pull" in assert_refused(OfflineError, pull, home)
    assert hub.requests == []


# The disk


@pytest.fixture
def small_disk(home):
    """HF_HOME on a disk of its own of 200 KB; calling it changes how it is mounted."""
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(home)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a file system needs root on Linux")
    yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", str(home)], check=True)
    subprocess.run(["umount", "--lazy", str(home)], check=True)


@pytest.mark.slow
def test_too_little_space_is_reported_before_anything_is_fetched(hub, home, small_disk):
    message = assert_refused(StorageError, pull, home)
    assert message == (
        f"{KEY} needs 350 KB more, and {home / 'hub'} has room for 205 KB: free some space, or set HF_HOME to a "
        "folder on another disk."
    )
    assert hub.downloads() == []


@pytest.mark.slow
def test_a_disk_that_becomes_full_keeps_what_fits_and_goes_on_later(hub, home, small_disk, monkeypatch):
    monkeypatch.setattr(download, "free_bytes", lambda _: 10**12)
    with pytest.raises(
        StorageError, match=f"The disk became full while downloading {KEY} .*: free some space"
    ) as raised:
        pull()
    assert raised.value.__cause__.errno == errno.ENOSPC
    (partial,) = (home / "hub").glob("models--*/blobs/*")
    kept = partial.stat().st_size
    assert 100_000 < kept < 210_000
    small_disk("size=1m")
    hub.requests.clear()
    assert_complete(pull(), home)
    assert hub.downloads()[0].range == f"bytes={kept}-"


@pytest.mark.slow
def test_what_is_there_already_needs_no_space(hub, home, small_disk, monkeypatch):
    small_disk("size=1m")
    pull()
    monkeypatch.setattr(download, "free_bytes", lambda _: 0)
    assert_complete(pull(), home)


@pytest.mark.slow
def test_what_is_there_of_a_broken_download_needs_no_space_again(hub, home, monkeypatch):
    hub.fail(path="/cdn/*", drop_after=100_000)
    hub.fail(path="/cdn/*", drop_after=0, times=2)
    assert_refused(DownloadError, pull, home, kept_bytes=100_000)
    monkeypatch.setattr(download, "free_bytes", lambda _: 249_999)
    assert "needs 250 KB more" in assert_refused(StorageError, pull, home, kept_bytes=100_000)
    monkeypatch.setattr(download, "free_bytes", lambda _: 250_000)
    assert_complete(pull(), home)


@pytest.mark.slow
def test_a_read_only_cache_that_is_complete_is_used(hub, home, small_disk, caplog):
    small_disk("size=1m")
    model = pull()
    small_disk("ro")
    assert pull() == model == find(KEY)
    assert store.verify(model) == ()
    assert caplog.records == []
    small_disk("rw")


@pytest.mark.slow
def test_a_read_only_cache_that_was_never_pinned_is_used(hub, home, small_disk, caplog):
    small_disk("size=1m")
    model = pull()
    (home / "localalt" / "models.lock.json").unlink()
    small_disk("ro")
    assert pull() == model
    assert (
        f"{KEY} was not pinned: The lock file {home / 'localalt' / 'models.lock.json'} cannot be written" in caplog.text
    )
    assert find(KEY) is None
    small_disk("rw")


@pytest.mark.slow
def test_a_read_only_cache_that_is_not_complete_is_reported(hub, home, small_disk):
    small_disk("size=1m,ro")
    message = assert_refused(StorageError, pull, home)
    assert message.startswith(f"The model cache failed while downloading {KEY} (Read-only file system: {home}/hub")
    assert "set HF_HOME to another one" in message
    small_disk("rw")


@pytest.mark.slow
def test_a_damaged_file_in_a_read_only_cache_is_reported_and_not_used(hub, home, small_disk):
    small_disk("size=1m")
    model = pull()
    model.weights.write_bytes(b"\0" * 300_000)
    small_disk("ro")
    (finding,) = store.verify(model)
    assert f"{model.weights.name} is damaged, and cannot be removed (Read-only file system)" in finding
    small_disk("rw")


@pytest.mark.slow
@pytest.mark.parametrize(
    "where", ["hub", "hub/models--owner--Seeing-2B-GGUF", "hub/models--owner--Seeing-2B-GGUF/blobs"]
)
def test_a_file_in_place_of_a_folder_is_reported(hub, home, where):
    (home / where).parent.mkdir(parents=True)
    (home / where).write_text("")
    with pytest.raises(
        StorageError, match=f"The model cache failed while downloading {KEY} .*: make sure that it is a folder"
    ):
        pull()


@pytest.mark.slow
def test_a_lock_file_that_cannot_be_written_does_not_hinder_use(hub, home, caplog):
    home.mkdir()
    (home / "localalt").write_text("")
    model = pull()
    assert [path.read_bytes() for path in model.paths] == list(FILES.values())
    assert "was not pinned" in caplog.text


def test_a_damaged_lock_file_is_reported_before_anything_is_fetched(hub, home):
    (home / "localalt").mkdir(parents=True)
    (home / "localalt" / "models.lock.json").write_text("{")
    with pytest.raises(StorageError, match="is damaged"):
        pull()
    assert hub.downloads() == []


@pytest.mark.slow
def test_files_removed_meanwhile_are_reported(hub, home, monkeypatch):
    def remove_it(cached, selection):
        cached.entry(selection.commit, selection.mmproj).unlink()

    monkeypatch.setattr(download, "_pin", remove_it)
    with pytest.raises(DownloadError, match=f"Another program removed files of {KEY} meanwhile: pull it again"):
        pull()


def test_a_disk_quota_is_a_full_disk(hub, home, monkeypatch):
    def over_quota(_):
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(os, "fsync", over_quota)
    assert "The disk became full" in assert_refused(StorageError, pull, home, kept_bytes=300_000)


@pytest.mark.slow
def test_no_half_file_is_ever_under_a_final_name(hub, home, monkeypatch):
    """Looked at each time that bytes arrive."""
    seen = set()

    def look(step):
        for path in (home / "hub").glob("models--*/blobs/*"):
            if not path.name.endswith(".incomplete"):
                seen.add(path.stat().st_size)
        assert all(Path(entry).stat().st_size in (300_000, 50_000) for entry in (home / "hub").glob("*/snapshots/*/*"))

    hub.fail(path="/cdn/*", drop_after=1_000)
    hub.fail(path="/cdn/*", corrupt_at=7)
    pull(progress=look)
    assert seen == {300_000, 50_000}
