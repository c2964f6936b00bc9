"""Loading in a child says and does what loading in this process does: errors, callbacks, downloads, the log."""

import logging
import re
import shutil
from pathlib import Path

import pytest

import localalt
from localalt import selftest
from localalt.types import DownloadProgress
from tests.support import gguf_files
from tests.support.contract import seen
from tests.support.hub import use_hub
from tests.support.paths import EXAMPLES

pytestmark = pytest.mark.slow

NAME = "owner/Seeing-2B-GGUF"
KEY = f"{NAME}:Q4_K_M"
PICTURE = EXAMPLES / "shape.png"
KINDS = ("none", "process")


def load(model, kind, **options):
    return localalt.load(model, **{"device": "cpu", "isolation": kind, **options})


def same_load(model, **options):
    """What comes of a loading that fails, once it has turned out to be the same for both kinds."""
    here, there = (seen(lambda: load(model, kind, **options).close()) for kind in KINDS)  # noqa: B023
    assert there == here
    return here[1]


# --- errors ---


def truncated(folder):
    path = folder / "part.gguf"
    path.write_bytes(selftest.WEIGHTS.read_bytes()[:-1000])
    return path, selftest.MMPROJ


def wide(folder):
    return selftest.WEIGHTS, gguf_files.gemma3_mmproj(folder / "mmproj-other.gguf", width=2560)


def hollow(folder):
    return gguf_files.text_model(folder / "hollow.gguf", width=64), gguf_files.gemma3_mmproj(folder / "mmproj.gguf")


MODELS = {
    "no such files": (lambda _: ("no-such.gguf", Path("nor-this.gguf")), localalt.ModelNotFoundError),
    "an empty folder": (lambda folder: folder, localalt.ModelFormatError),
    "swapped": (lambda _: (selftest.MMPROJ, selftest.WEIGHTS), localalt.ModelMismatchError),
    "another width": (wide, localalt.ModelMismatchError),
    "truncated": (truncated, localalt.ModelFormatError),
    "without tensors": (hollow, localalt.ModelError),
    "weights alone": (lambda _: str(selftest.WEIGHTS), localalt.ModelError),
    "one of two": (lambda _: ("only-one.gguf",), localalt.OptionError),
    "number": (lambda _: 7, localalt.OptionError),
    "nothing": (lambda _: (None, None), localalt.OptionError),
    "empty": (lambda _: "", localalt.LocalAltError),
    "odd characters": (lambda _: "a\udcff/b\ud800\0", localalt.LocalAltError),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_cannot_be_used_is_the_same_error(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, error = MODELS[name]
    assert issubclass(same_load(make(tmp_path))[0], error)


@pytest.mark.parametrize(
    "options",
    [
        {"device": "tpu"},
        {"device": "gpu"},
        {"device": 3},
        {"n_seq_max": 0},
        {"n_seq_max": True},
        {"threads": 3},
        {"progress": 3},
        {"on_download": "x"},
        {"exact_tokens": 0},
        {"exact_tokens": 100_000},
        {"tuning": "fast"},
        {"tuning": localalt.Tuning(n_threads=0)},
        {"reuse": 1},
        {"context": "x"},
    ],
    ids=str,
)
def test_a_wrong_option_is_the_same_error(options):
    assert issubclass(same_load("selftest", **options)[0], localalt.OptionError)


def test_relative_paths_of_models_are_those_of_the_callers_folder(tmp_path, monkeypatch, kind):
    shutil.copy(selftest.WEIGHTS, tmp_path / "weights.gguf")
    shutil.copy(selftest.MMPROJ, tmp_path / "mmproj.gguf")
    monkeypatch.chdir(tmp_path)
    with load(("weights.gguf", Path("mmproj.gguf")), kind) as describer:
        assert (describer.model.weights, describer.model.mmproj) == ("weights.gguf", "mmproj.gguf")
        assert describer.describe(PICTURE).text


# --- progress ---


def test_progress_goes_up_to_the_whole_and_nothing_is_printed_or_logged(kind, caplog, capfd):
    shares, tuning = [], localalt.Tuning(n_threads=1, n_ubatch=256)
    with (
        caplog.at_level(logging.WARNING, logger="localalt"),
        load("selftest", kind, n_seq_max=3, tuning=tuning, progress=shares.append) as describer,
    ):
        describer.describe(PICTURE)
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == 1.0
    assert (describer.plan.n_seq_max, describer.plan.n_threads, describer.plan.n_ubatch) == (3, 1, 256)
    assert logged(caplog) == []
    assert capfd.readouterr() == ("", "")


class StopIt(BaseException):
    """What a caller raises to end it all."""


def test_what_the_callback_raises_ends_the_loading_and_is_raised_itself(kind):
    error = StopIt("enough")

    def stop(share):
        raise error

    with pytest.raises(StopIt) as caught:
        load("selftest", kind, progress=stop)
    assert caught.value is error


# --- downloads ---


@pytest.fixture
def seeing(hub, tmp_path, monkeypatch):
    """The known-answer model on a hub, and a function that forgets what was downloaded."""
    home = tmp_path / "home"
    use_hub(monkeypatch, hub.url, home)
    commit = hub.add(NAME, {"Seeing-2B-Q4_K_M.gguf": selftest.WEIGHTS, "mmproj-F16.gguf": selftest.MMPROJ})

    def forget():
        shutil.rmtree(home, ignore_errors=True)

    forget.commit = commit
    return forget


def test_a_download_is_reported_as_it_goes_on_and_can_be_ended_and_resumed(seeing, capfd):
    files = []
    for kind in KINDS:
        seeing()
        error = KeyError("enough")

        def stop(progress):
            raise error  # noqa: B023

        with pytest.raises(KeyError) as caught:
            load(KEY, kind, on_download=stop)
        assert caught.value is error
        reported = []
        with load(KEY, kind, on_download=reported.append) as describer:
            assert (describer.model.repository, describer.model.commit) == (NAME, seeing.commit)
            assert describer.describe(PICTURE).text
        total = selftest.WEIGHTS.stat().st_size + selftest.MMPROJ.stat().st_size
        assert {type(each) for each in reported} == {DownloadProgress}
        assert [each.done_bytes for each in reported] == sorted(each.done_bytes for each in reported)
        assert reported[-1].done_bytes == reported[-1].total_bytes == total
        assert {each.repository for each in reported} == {NAME}
        files.append({each.file for each in reported})
    assert files[0] == files[1]
    assert capfd.readouterr() == ("", "")


def test_without_a_callback_the_bar_and_what_is_downloaded_are_on_standard_error(seeing, capfd):
    written = []
    for kind in KINDS:
        seeing()
        load(KEY, kind).close()
        out, err = capfd.readouterr()
        assert out == ""
        written.append(re.sub(r"[\d.,]+ ?(s|[kMG]B/s)\b", "…", err.replace("\r", "\n")).splitlines()[0])
    assert NAME in written[0]
    assert written[1] == written[0]


def test_what_the_hub_refuses_is_the_same_error(seeing, hub):
    hub.add("owner/Gated-GGUF", {"a-Q4_K_M.gguf": b"x", "mmproj-F16.gguf": b"x"}, gated="manual")
    for model, options, error in [
        (f"{NAME}:Q9_9", {}, localalt.ModelNotFoundError),
        ("owner/Gated-GGUF", {}, localalt.AccessError),
        ("auto", {"offline": True}, localalt.OfflineError),
    ]:
        seeing()
        assert issubclass(same_load(model, **options)[0], error)


# --- the log ---


def logged(caplog):
    """Who logged what at which level, without numbers and addresses. What is said of the child is left out."""
    return [
        (each.name, each.levelno, re.sub(r"0x[0-9a-f]+|[\d.]+", "#", each.getMessage()))
        for each in caplog.records
        if each.name.startswith("localalt") and not each.name.startswith("localalt.isolation")
    ]


def test_the_log_is_the_same_at_every_level_and_follows_a_change(caplog):
    found = {}
    for kind in KINDS:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="localalt"), load("selftest", kind) as describer:
            describer.describe(PICTURE)
            at_debug = len(logged(caplog))
            caplog.set_level(logging.INFO, logger="localalt")
            describer.describe(PICTURE, context="again")
            at_info = logged(caplog)[at_debug:]
            caplog.set_level(logging.ERROR, logger="localalt")
            describer.describe(PICTURE, context="and again")
            assert logged(caplog)[at_debug:] == at_info
            caplog.set_level(logging.INFO, logger="localalt")
        found[kind] = logged(caplog)
        assert {level for _, level, _ in at_info} == {logging.INFO}
        assert len([name for name, *_ in found[kind] if name == "localalt.llama_cpp"]) > 50
    assert set(found["process"]) == set(found["none"])
    own = [[each for each in found[kind] if each[1] >= logging.INFO] for kind in KINDS]
    assert own[0] == own[1]
    assert len(own[0]) > 6


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_of_what_computes_is_heard_once_somebody_wants_it(kind, caplog):
    with caplog.at_level(logging.WARNING, logger="localalt"), load("selftest", kind) as describer:
        describer.describe(PICTURE)
        assert not [name for name, *_ in logged(caplog) if name == "localalt.llama_cpp"]
        caplog.set_level(logging.DEBUG, logger="localalt")
        describer.describe(PICTURE, context="again")
        assert {level for name, level, _ in logged(caplog) if name == "localalt.llama_cpp"} == {logging.DEBUG}
