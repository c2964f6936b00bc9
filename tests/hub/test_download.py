"""Downloads as they should go, and what becomes of them: pinned, found, verified, updated, removed."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.file_download import repo_folder_name

from localalt.errors import IntegrityError, ModelNotFoundError, OfflineError
from localalt.hub import client, download, patience, store
from localalt.hub.cached_repository import CachedRepository
from localalt.hub.repository import RemoteFile
from localalt.hub.selection import select
from tests.support.downloads import FILES, MMPROJ, NAME, WEIGHTS, blobs, content, find, pull
from tests.support.hub import use_hub, wait_until

KEY = f"{NAME}:Q4_K_M"


N_BYTES = 350_000


@pytest.fixture
def home(hub, tmp_path, monkeypatch):
    home = tmp_path / "home"
    use_hub(monkeypatch, hub.url, home)
    monkeypatch.setattr(patience, "LISTING_WAITS_S", (0, 0))
    monkeypatch.setattr(patience, "TRANSFER_WAITS_S", (0, 0, 0, 0, 0))
    yield home
    huggingface_hub.close_session()


def tree(folder):
    """Every file and link below a folder but locks: what is left behind."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if (path.is_symlink() or path.is_file()) and ".locks" not in path.parts and path.name != "models.lock.guard"
    )


@pytest.mark.slow
def test_a_model_is_downloaded_verified_and_pinned(hub, home):
    commit = hub.add(NAME, FILES)
    model = pull()
    assert (model.key, model.repository, model.quant, model.commit) == (KEY, NAME, "Q4_K_M", commit)
    assert (model.n_bytes, model.paths) == (N_BYTES, (model.weights, model.mmproj))
    assert (model.weights.name, model.mmproj.name) == (WEIGHTS, MMPROJ)
    assert (model.weights.read_bytes(), model.mmproj.read_bytes()) == (FILES[WEIGHTS], FILES[MMPROJ])
    assert find(KEY) == model
    assert find(KEY.lower()) == model
    assert store.downloaded() == (model,)
    assert store.verify(model) == ()
    assert store.pinned(KEY).commit == commit


@pytest.mark.slow
def test_the_cache_is_as_huggingface_hub_makes_it_and_nothing_else_is_left(hub, home):
    commit = hub.add(NAME, FILES)
    model = pull()
    repository = CachedRepository(NAME)
    digests = sorted(file.sha256 for file in store.pinned(KEY).files)
    assert tree(home) == sorted(
        [
            *(f"hub/models--owner--Seeing-2B-GGUF/blobs/{digest}" for digest in digests),
            "hub/models--owner--Seeing-2B-GGUF/refs/localalt/Q4_K_M",
            f"hub/models--owner--Seeing-2B-GGUF/snapshots/{commit}/{WEIGHTS}",
            f"hub/models--owner--Seeing-2B-GGUF/snapshots/{commit}/{MMPROJ}",
            "localalt/models.lock.json",
        ]
    )
    assert all(path.is_symlink() and not path.readlink().is_absolute() for path in model.paths)
    assert repository.folder.name == repo_folder_name(repo_id=NAME, repo_type="model")


@pytest.mark.slow
def test_the_genuine_client_finds_the_files_without_a_connection(hub, home):
    commit = hub.add(NAME, FILES)
    model = pull()
    hub.requests.clear()
    options = {"revision": commit, "local_files_only": True, "cache_dir": constants.HF_HUB_CACHE}
    assert huggingface_hub.hf_hub_download(NAME, WEIGHTS, **options) == str(model.weights)
    found = huggingface_hub.scan_cache_dir(constants.HF_HUB_CACHE)
    (repository,) = found.repos
    (revision,) = repository.revisions
    assert not found.warnings
    assert (repository.repo_id, repository.size_on_disk) == (NAME, N_BYTES)
    # Without a ref, `hf cache prune` would remove it.
    assert (revision.commit_hash, revision.refs) == (commit, {"localalt/Q4_K_M"})
    assert NAME not in "".join(request.path for request in hub.requests)


@pytest.mark.slow
def test_files_of_the_genuine_client_are_verified_and_not_downloaded_again(hub, home, monkeypatch):
    hub.add(NAME, FILES)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    for name in (WEIGHTS, MMPROJ):
        url = f"{hub.url}/{NAME}/resolve/main/{name}"
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr("huggingface_hub.file_download.hf_hub_url", lambda *_, url=url, **__: url)
        huggingface_hub.hf_hub_download(NAME, name, cache_dir=constants.HF_HUB_CACHE)
    hub.requests.clear()
    model = pull()
    assert hub.downloads() == []
    assert model.weights.read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_a_damaged_file_of_another_program_is_replaced(hub, home):
    hub.add(NAME, FILES)
    file = select(client.fetch_repository(NAME)).weights[0]
    blobs(home).mkdir(parents=True)
    (blobs(home) / file.sha256).write_bytes(b"\0" * file.n_bytes)
    assert pull().weights.read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_a_second_pull_asks_for_the_listing_alone(hub, home):
    hub.add(NAME, FILES)
    first = pull()
    hub.requests.clear()
    assert pull() == first
    assert [request.path for request in hub.requests] == [f"/api/models/{NAME}/revision/main"]


@pytest.mark.slow
def test_split_weights_are_complete_and_the_first_part_is_loaded(hub, home):
    parts = {f"Q8_0/big-Q8_0-0000{part}-of-00003.gguf": content(part, 10_000 + part) for part in (1, 2, 3)}
    hub.add(NAME, {**parts, MMPROJ: FILES[MMPROJ]})
    model = pull(quant="Q8_0")
    assert [path.name for path in model.paths] == [*(Path(name).name for name in parts), MMPROJ]
    assert [path.read_bytes() for path in model.paths[:3]] == list(parts.values())
    assert model.weights == model.paths[0]
    assert len({path.parent for path in model.paths[:3]}) == 1


@pytest.mark.slow
def test_two_quantizations_share_their_projector(hub, home):
    hub.add(NAME, {**FILES, "Seeing-2B-Q8_0.gguf": content("q8", 400_000)})
    pull()
    model = pull(quant="Q8_0")
    assert sum(request.sent_bytes for request in hub.downloads()) == 750_000
    assert [model.key for model in store.downloaded()] == [KEY, f"{NAME}:Q8_0"]
    assert model.mmproj.read_bytes() == FILES[MMPROJ]


@pytest.mark.slow
def test_progress_grows_to_the_total_over_all_files(hub, home):
    hub.add(NAME, FILES)
    seen = []
    pull(progress=seen.append)
    assert {step.repository for step in seen} == {NAME}
    assert {step.total_bytes for step in seen} == {N_BYTES}
    done = [step.done_bytes for step in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, N_BYTES)
    assert [step.file for step in seen if step.done_bytes == 300_000] == [WEIGHTS] * 2 + [MMPROJ]
    assert len(seen) > 6


@pytest.mark.slow
def test_the_listing_has_licence_gate_sizes_and_hashes(hub, home):
    commit = hub.add(NAME, FILES, licence="gemma", gated="manual")
    listed = client.fetch_repository(NAME)
    assert (listed.name, listed.commit, listed.licence, listed.gated) == (NAME, commit, "gemma", True)
    assert {file.name: file.n_bytes for file in listed.files} == {name: len(data) for name, data in FILES.items()}
    assert {file.name for file in listed.files if file.sha256} == {WEIGHTS, MMPROJ}


def test_a_licence_of_the_tags_or_none_at_all(hub, home):
    hub.add("owner/a", FILES, licence="mit", card={"license": None})
    hub.add("owner/b", FILES, licence="")
    assert [client.fetch_repository(name).licence for name in ("owner/a", "owner/b")] == ["mit", ""]


@pytest.mark.slow
def test_names_with_spaces_and_other_letters(hub, home):
    names = ("Ordner/Mod\u00e8l #1 100%-Q4_0.gguf", "Ordner/mmproj-F16.gguf")
    hub.add(NAME, dict(zip(names, (b"weights", b"mmproj"), strict=True)))
    model = pull()
    assert (model.weights.read_bytes(), model.weights.name) == (b"weights", "Mod\u00e8l #1 100%-Q4_0.gguf")
    assert store.verify(find(model.key)) == ()


def test_names_that_leave_the_folder_are_left_out(hub, home):
    hub.add(NAME, {**FILES, "../../evil-Q8_0.gguf": b"evil"})
    assert "../../evil-Q8_0.gguf" not in {file.name for file in client.fetch_repository(NAME).files}


def test_a_file_without_a_hash_is_refused(hub, home):
    hub.add(NAME, FILES)
    selection = select(client.fetch_repository(NAME))
    unhashed = type(selection)(
        NAME, selection.commit, "Q4_K_M", (RemoteFile(WEIGHTS, 300_000, None),), selection.mmproj
    )
    with pytest.raises(IntegrityError, match=f"publishes no sha256 of {WEIGHTS} in {NAME}"):
        download.download(unhashed)
    assert not (home / "hub").exists()


@pytest.mark.slow
def test_a_file_larger_than_the_hub_sends_names_the_way_to_get_it(hub, home, monkeypatch):
    hub.add(NAME, FILES)
    monkeypatch.setattr(download, "MAX_HTTP_BYTES", 299_999)
    with pytest.raises(download.DownloadError, match=f"run `hf download {NAME} {WEIGHTS}`, then pull again"):
        pull()


# What is asked of the hub


@pytest.mark.slow
def test_the_hub_learns_who_asks_and_nothing_of_the_machine(hub, home):
    hub.add(NAME, FILES)
    assert finished(python(PULL, NAME))[0] == 0  # a fresh process: what the client asks at most once it would ask now
    assert {request.user_agent.split("/")[0] for request in hub.requests} == {"localalt"}
    assert not [request for request in hub.requests if "torch" in request.user_agent or "python" in request.user_agent]
    assert {request.path.split("/")[1] for request in hub.requests} == {"api", "owner", "cdn"}
    assert {request.path for request in hub.requests if "/api/" in request.path} == {
        f"/api/models/{NAME}/revision/main"
    }


def test_the_token_goes_to_the_hub_and_never_to_the_cdn(hub, home, monkeypatch):
    hub.add(NAME, FILES, private=True)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    pull()
    assert {request.authorization for request in hub.requests if request.server == "hub"} == {f"Bearer {hub.token}"}
    assert {request.authorization for request in hub.downloads()} == {None}


@pytest.mark.slow
def test_a_token_file_is_used_too(hub, home):
    hub.add(NAME, FILES, private=True)
    home.mkdir()
    (home / "token").write_text(hub.token)
    assert pull().weights.exists()


@pytest.mark.slow
def test_no_token_is_sent_where_that_is_disabled(hub, home, monkeypatch):
    hub.add(NAME, FILES)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
    pull()
    assert {request.authorization for request in hub.requests} == {None}


@pytest.mark.slow
def test_a_renamed_repository_is_followed(hub, home):
    hub.add(NAME, FILES)
    hub.rename(NAME, "owner/Renamed-GGUF")
    assert pull().key == KEY
    assert any(request.status == 307 for request in hub.requests)


PULL = """
import sys
from localalt.hub import client, download
from localalt.hub.selection import select
model = download.download(select(client.fetch_repository(sys.argv[1])))
print(model.weights)
"""


def python(code, *arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def finished(child):
    out, err = child.communicate(timeout=60)
    return child.returncode, out.strip(), err


@pytest.mark.slow
def test_the_variables_of_huggingface_hub_are_honoured(hub, home, tmp_path):
    hub.add(NAME, FILES, private=True)
    cache = tmp_path / "elsewhere"
    code, out, err = finished(python(PULL, NAME, HF_HUB_CACHE=str(cache), HF_TOKEN=hub.token))
    assert (code, err) == (0, "")
    assert Path(out).is_relative_to(cache)
    assert (home / "localalt" / "models.lock.json").exists()
    assert not (home / "hub").exists()


@pytest.mark.slow
def test_hf_hub_offline_is_honoured(hub, home):
    hub.add(NAME, FILES)
    code, _, err = finished(python(PULL, NAME, HF_HUB_OFFLINE="1"))
    assert code == 1
    assert "localalt.errors.OfflineError" in err
    assert hub.requests == []


@pytest.mark.slow
def test_retries_print_nothing(hub, home):
    hub.add(NAME, FILES)
    hub.fail(path="/api/*", status=503, headers={"Retry-After": "0"})
    hub.fail(path="/cdn/*", drop_after=1000)
    quick = "import localalt.hub.patience as h; h.LISTING_WAITS_S = h.TRANSFER_WAITS_S = (0, 0)\n" + PULL
    code, out, err = finished(python(quick, NAME))
    assert (code, err) == (0, "")
    assert Path(out).read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_importing_it_imports_no_client():
    code, out, _ = finished(python("import sys, localalt.hub.download; print('huggingface_hub' in sys.modules)"))
    assert (code, out) == (0, "False")


# Offline


def test_offline_opens_no_connection_and_names_what_is_missing(hub, home, monkeypatch):
    hub.add(NAME, FILES)
    selection = select(client.fetch_repository(NAME))
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(
        OfflineError, match=rf"{KEY} .*{WEIGHTS}, {MMPROJ} must be downloaded: run `localalt pull {KEY}`"
    ):
        download.download(selection)
    with pytest.raises(OfflineError, match=f"run `localalt pull {NAME}`"):
        client.fetch_repository(NAME)
    assert client.is_offline()
    assert hub.requests == []
    assert tree(home) == []


@pytest.mark.slow
def test_a_complete_model_is_used_offline(hub, home, monkeypatch):
    hub.add(NAME, FILES)
    model = pull()
    selection = store.pinned(KEY)
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert download.download(selection) == model
    assert find(KEY) == model
    assert store.verify(model) == ()
    assert hub.requests == []


# Files change under the same name


@pytest.mark.slow
def test_a_pin_stays_when_the_file_changes_and_an_update_fetches_the_new_one(hub, home):
    hub.add(NAME, FILES)
    pinned = pull()
    new = hub.add(NAME, {**FILES, WEIGHTS: content("changed", 310_000)})
    assert find(KEY) == pinned
    assert download.download(store.pinned(KEY)) == pinned  # what is pinned is what a pull without an update fetches
    assert pinned.weights.read_bytes() == FILES[WEIGHTS]
    updated = pull()
    assert (updated.commit, updated.weights.read_bytes()) == (new, content("changed", 310_000))
    assert find(KEY) == updated
    # The projector did not change, and what was replaced is gone.
    assert sum(request.sent_bytes for request in hub.downloads()) == N_BYTES + 310_000
    assert len(list(blobs(home).iterdir())) == 2
    assert not pinned.weights.exists()
    cache = huggingface_hub.scan_cache_dir(constants.HF_HUB_CACHE)
    (revision,) = next(iter(cache.repos)).revisions
    assert (cache.warnings, revision.commit_hash, revision.refs) == ([], new, {"localalt/Q4_K_M"})


@pytest.mark.slow
def test_a_file_that_changes_between_listing_and_download_comes_as_listed(hub, home):
    commit = hub.add(NAME, FILES)
    selection = select(client.fetch_repository(NAME))
    hub.add(NAME, {**FILES, WEIGHTS: content("changed", 300_000)})
    model = download.download(selection)
    assert (model.commit, model.weights.read_bytes()) == (commit, FILES[WEIGHTS])


@pytest.mark.slow
def test_a_commit_that_is_gone_from_the_hub_is_reported_and_the_files_stay(hub, home):
    commit = hub.add(NAME, FILES)
    model = pull()
    hub.add(NAME, {**FILES, WEIGHTS: content("changed", 310_000)})
    hub.forget_commit(NAME, commit)
    assert find(KEY) == model
    model.weights.resolve().unlink()
    with pytest.raises(
        ModelNotFoundError, match=f"{NAME} has no {WEIGHTS} at .*: check the spelling, or update the model"
    ):
        download.download(store.pinned(KEY))


# Two processes, and processes that end early


@pytest.mark.slow
def test_two_processes_at_once_download_once(hub, home):
    hub.add(NAME, FILES)
    hub.fail(path="/cdn/*", hold_after=100_000)
    first, second = python(PULL, NAME), python(PULL, NAME)
    wait_until(lambda: sum(request.path.startswith("/api") for request in hub.requests) == 2 and hub.held.is_set())
    hub.release.set()
    results = [finished(first), finished(second)]
    assert [(code, err) for code, _, err in results] == [(0, ""), (0, "")]
    assert results[0][1] == results[1][1]
    assert sum(request.sent_bytes for request in hub.downloads()) == N_BYTES
    assert Path(results[0][1]).read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_while_another_process_downloads_its_progress_is_reported(hub, home):
    hub.add(NAME, FILES)
    hub.fail(path="/cdn/*", hold_after=200_000)
    child = python(PULL, NAME)
    wait_until(hub.held.is_set)
    partial = blobs(home) / f"{select(client.fetch_repository(NAME)).weights[0].sha256}.incomplete"
    wait_until(lambda: partial.stat().st_size > 100_000)
    seen = []

    def progress(step):
        seen.append(step.done_bytes)
        if step.done_bytes > 100_000:
            hub.release.set()

    pull(progress=progress)
    assert finished(child)[0] == 0
    assert [done for done in seen if 100_000 < done < 300_000]


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT])
def test_what_a_killed_process_had_fetched_is_not_fetched_again(hub, home, signal_number):
    hub.add(NAME, FILES)
    hub.fail(path="/cdn/*", hold_after=200_000)
    child = python(PULL, NAME)
    wait_until(hub.held.is_set)
    partial = blobs(home) / f"{select(client.fetch_repository(NAME)).weights[0].sha256}.incomplete"
    wait_until(lambda: partial.exists() and partial.stat().st_size > 100_000)
    child.send_signal(signal_number)
    finished(child)
    assert child.returncode in (-signal_number, 130)
    assert [path.name for path in blobs(home).iterdir()] == [partial.name]
    kept = partial.stat().st_size
    assert kept > 100_000
    assert store.downloaded() == ()
    hub.requests.clear()
    assert pull().weights.read_bytes() == FILES[WEIGHTS]
    assert hub.downloads()[0].range == f"bytes={kept}-"
    assert sum(request.sent_bytes for request in hub.downloads()) == N_BYTES - kept
    assert not list(blobs(home).glob("*.incomplete"))


@pytest.mark.slow
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), OSError(), BrokenPipeError(errno.EPIPE, "pipe")])
def test_what_the_progress_function_raises_ends_the_download_which_goes_on_later(hub, home, error):
    hub.add(NAME, FILES)

    def stop(step):
        if step.done_bytes > 100_000:
            raise error

    with pytest.raises(type(error)) as raised:
        pull(progress=stop)
    assert raised.value is error
    hub.requests.clear()
    assert pull().weights.read_bytes() == FILES[WEIGHTS]
    assert int(hub.downloads()[0].range.removeprefix("bytes=").rstrip("-")) > 100_000


# Verified on demand


@pytest.mark.slow
@pytest.mark.parametrize("name", [WEIGHTS, MMPROJ])
def test_a_damaged_file_is_found_removed_and_fetched_again_at_the_same_commit(hub, home, name):
    hub.add(NAME, FILES)
    model = pull()
    path = next(path for path in model.paths if path.name == name)
    damaged = bytearray(path.read_bytes())
    damaged[1000] ^= 1
    path.write_bytes(damaged)
    assert find(KEY) == model
    seen = []
    assert store.verify(model, progress=seen.append) == (
        f"{name} was damaged and has been removed: `localalt pull {KEY}` fetches it again.",
    )
    assert seen[-1].total_bytes == N_BYTES
    assert find(KEY) is None
    assert store.downloaded() == ()
    assert huggingface_hub.scan_cache_dir(constants.HF_HUB_CACHE).warnings == []
    hub.add(NAME, {**FILES, WEIGHTS: content("changed", 310_000)})
    hub.requests.clear()
    assert download.download(store.pinned(KEY)) == model
    assert sum(request.sent_bytes for request in hub.downloads()) == len(FILES[name])
    assert store.verify(model) == ()


def test_a_damaged_file_is_removed_from_every_snapshot(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    other = model.weights.parent.parent / ("d" * 40) / "renamed.gguf"
    other.parent.mkdir()
    other.symlink_to(model.weights.readlink())
    model.weights.write_bytes(b"\0" * 300_000)
    assert len(store.verify(model)) == 1
    assert not other.is_symlink()


@pytest.mark.slow
def test_a_missing_file_is_found(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    model.mmproj.unlink()
    assert store.verify(model) == (f"{MMPROJ} is missing: `localalt pull {KEY}` fetches it again.",)
    assert find(KEY) is None


@pytest.mark.slow
def test_a_cut_file_is_not_found_as_complete(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    os.truncate(model.weights, 299_999)
    assert find(KEY) is None
    assert pull().weights.read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_a_model_that_is_not_pinned_cannot_be_verified_or_removed(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    store.remove(model)
    for work in (store.verify, store.remove):
        with pytest.raises(ModelNotFoundError, match=f"does not pin {KEY}"):
            work(model)


# Removed


@pytest.mark.slow
def test_removing_a_model_leaves_nothing_of_it(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    assert store.remove(model) == N_BYTES
    assert tree(home) == ["localalt/models.lock.json"]
    assert json.loads((home / "localalt" / "models.lock.json").read_text())["models"] == {}
    assert find(KEY) is None
    assert huggingface_hub.scan_cache_dir(constants.HF_HUB_CACHE).warnings == []


@pytest.mark.slow
def test_removing_keeps_what_another_pinned_model_needs(hub, home):
    hub.add(NAME, {**FILES, "Seeing-2B-Q8_0.gguf": content("q8", 400_000)})
    first, second = pull(), pull(quant="Q8_0")
    assert store.remove(first) == 300_000
    assert find(second.key) == second
    assert store.verify(second) == ()
    assert store.remove(second) == 450_000


@pytest.mark.slow
def test_removing_keeps_a_blob_that_another_snapshot_needs(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    other = model.weights.parent.parent / ("d" * 40)
    other.mkdir()
    (other / "renamed.gguf").symlink_to(model.weights.readlink())
    assert store.remove(model) == 50_000
    assert (other / "renamed.gguf").read_bytes() == FILES[WEIGHTS]


@pytest.mark.slow
def test_removing_keeps_what_another_programs_ref_names(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    ref = model.weights.parents[2] / "refs" / "main"
    ref.write_text(model.commit)
    assert store.remove(model) == 0
    assert model.weights.read_bytes() == FILES[WEIGHTS]
    assert huggingface_hub.scan_cache_dir(constants.HF_HUB_CACHE).warnings == []


@pytest.mark.slow
def test_removing_takes_what_is_left_of_broken_downloads_but_not_one_under_way(hub, home):
    hub.add(NAME, FILES)
    model = pull()
    repository = CachedRepository(NAME)
    left = [blobs(home) / f"{'e' * 64}.incomplete", blobs(home) / f"{'e' * 64}.0123abcd.incomplete"]
    under_way = blobs(home) / f"{'f' * 64}.incomplete"
    for path in (*left, under_way):
        path.write_bytes(b"12345")
    with repository.locked("f" * 64):
        assert store.remove(model) == N_BYTES + 10
    assert under_way.exists()
    assert not any(path.exists() for path in left)


@pytest.mark.slow
def test_removing_split_weights_in_a_folder_leaves_no_empty_folder(hub, home):
    parts = {f"Q8_0/big-Q8_0-0000{part}-of-00002.gguf": content(part, 10_000 + part) for part in (1, 2)}
    hub.add(NAME, {**parts, MMPROJ: FILES[MMPROJ]})
    store.remove(pull())
    assert sorted(path.name for path in (home / "hub").iterdir()) == [".locks"]


# Where links are not supported


def unsupported(*_, **__):
    raise OSError(errno.EPERM, "not supported")


@pytest.fixture(params=["disabled", "unsupported", "no links at all"])
def without_symlinks(request, monkeypatch):
    if request.param == "disabled":
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_SYMLINKS", True, raising=False)
    else:
        monkeypatch.setattr(Path, "symlink_to", unsupported)
    if request.param == "no links at all":
        monkeypatch.setattr(Path, "hardlink_to", unsupported)


@pytest.mark.slow
def test_without_symlinks_a_file_is_stored_once(hub, home, without_symlinks):
    hub.add(NAME, FILES)
    model = pull()
    assert not any(path.is_symlink() for path in model.paths)
    assert model.weights.read_bytes() == FILES[WEIGHTS]
    inodes = {path.stat().st_ino: path.stat().st_size for path in blobs(home).parent.rglob("*") if path.is_file()}
    assert sum(size for size in inodes.values() if size > 40) == N_BYTES
    hub.requests.clear()
    assert pull() == model == find(KEY)
    assert hub.downloads() == []
    assert store.verify(model) == ()
    assert store.remove(model) == N_BYTES
    assert tree(home) == ["localalt/models.lock.json"]


@pytest.mark.slow
def test_without_symlinks_a_damaged_file_is_replaced(hub, home, without_symlinks):
    hub.add(NAME, FILES)
    model = pull()
    model.weights.write_bytes(b"\0" * 300_000)
    assert len(store.verify(model)) == 1
    assert find(KEY) is None
    assert pull().weights.read_bytes() == FILES[WEIGHTS]
