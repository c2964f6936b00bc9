"""What people write for models that are files: suffixes, folders, Ollama's blobs, and what is not there."""

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import localalt
from localalt import selftest
from localalt.errors import ModelError, ModelFormatError, ModelMismatchError, ModelNotFoundError, OptionError
from localalt.evaluation.judging.judge import TextJudge
from localalt.gguf.bf16_tensors import BF16, F16, Q8_0
from localalt.machine import this_machine
from localalt.models import forecast, local, resolve
from localalt.models.paths import looks_like_path, pair_of
from scripts.checks.gguf_mutants import parse

DIGESTS = "a" * 64, "b" * 64


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder, weights="MODEL.GGUF", mmproj="Projector"):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(selftest.WEIGHTS, folder / weights)
    shutil.copy(selftest.MMPROJ, folder / mmproj)
    return folder / weights, folder / mmproj


def ollama(folder, layers=(("image.model", 0), ("image.projector", 1))):
    pair = put(folder / "blobs", *(f"sha256-{digest}" for digest in DIGESTS))
    manifest = folder / "manifests" / "registry.ollama.ai" / "library" / "seeing" / "2b"
    manifest.parent.mkdir(parents=True)
    kinds = [{"mediaType": f"application/vnd.ollama.{kind}", "digest": f"sha256:{DIGESTS[i]}"} for kind, i in layers]
    manifest.write_text(json.dumps({"layers": kinds}), encoding="utf-8")
    (manifest.parent / "broken").write_text("[", encoding="utf-8")
    return pair


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "localalt", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("names", [("MODEL.GGUF", "MMPROJ.GGUF"), (f"sha256-{'c' * 64}", "blob"), ("a.v1.5", "b.bin")])
def test_a_pair_is_loaded_whatever_its_files_are_called(here, expected, names):
    weights, mmproj = put(here / "own", *names)
    picture = next(iter(expected))
    described = run("describe", picture, "--model", f"own/{names[0]}", "--mmproj", f"./own/{names[1]}")
    assert (described.returncode, described.stdout.strip()) == (0, expected[picture])
    planned = run("plan", weights, "--mmproj", mmproj)
    assert planned.returncode == 0, planned.stderr


def put_projectors(folder, **formats):
    """A pair whose projector is there in several formats; of "other" it is another model's."""
    weights, mmproj = put(folder, mmproj="f32")
    content = mmproj.read_bytes()
    mmproj.unlink()
    for name, kind in formats.items():
        file = parse(content)
        for tensor in file.tensors:
            if len(tensor.shape) == 2 and tensor.name.endswith(".weight"):
                tensor.kind = kind
                tensor.data = bytes(int({Q8_0: 34 / 32, F16: 2, BF16: 2}[kind] * math.prod(tensor.shape)))
        if name == "other":
            file.tensors = file.tensors[:-1]
        (folder / name).write_bytes(file.write())
    return weights


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        ({"a": F16, "b": BF16, "c": Q8_0}, "c"),
        ({"a": F16, "b": BF16}, "b"),
        ({"a": F16, "b": F16}, None),
        ({"a": Q8_0, "other": BF16}, None),
    ],
)
def test_of_one_projector_in_several_formats_the_best_is_taken_and_of_others_none(here, formats, expected):
    weights = put_projectors(here / "own", **formats)
    if expected is None:
        with pytest.raises(ModelFormatError, match="2 projectors"):
            pair_of(here / "own")
    else:
        assert pair_of(here / "own") == (weights, here / "own" / expected)


@pytest.mark.slow
def test_a_folder_with_one_pair_is_a_model_and_shadows_a_repository_of_its_name(here, expected):
    pair = put(here / "owner" / "name")
    shutil.copy(selftest.WEIGHTS, here / "owner" / "name" / "MODEL-00002-of-00002.gguf")  # a later part is not a second
    (here / "owner" / "name" / "README.md").write_text("A card", encoding="utf-8")
    assert pair_of("owner/name") == tuple(path.relative_to(here) for path in pair)
    picture = next(iter(expected))
    with localalt.load(here / "owner" / "name", device="cpu") as describer:
        assert describer.model.name == "MODEL"
        assert describer.describe(picture).text == expected[picture]
    assert forecast.plan_for("owner/name", this_machine())[0] == "MODEL"
    assert localalt.describe(picture, model=here / "owner" / "name").text == expected[picture]


def test_ollamas_manifest_names_the_projector_of_a_blob(here):
    weights, mmproj = ollama(here)
    assert pair_of(str(weights)) == (weights, mmproj)
    assert pair_of(f"blobs/{weights.name}")[1] == Path("blobs") / mmproj.name


def test_a_blob_without_a_projector_says_so(here):
    weights, _ = ollama(here, layers=[("image.model", 0)])
    with pytest.raises(ModelNotFoundError, match="Ollama's manifests list none"):
        pair_of(weights)


@pytest.mark.parametrize(
    "name",
    ["./blob", "models/x.gguf", "x.GGUF", "../x", "/no/x", "a/b/c", "C:\\models\\x", "a\\b", "~/x", "x.bin", "here/"]
    + [f"blobs/sha256-{'d' * 64}", f"sha256:{'d' * 64}", "folder/x", "nowhere", "x\0.gguf", "\ud800.gguf"],
)
def test_what_can_only_be_a_path_and_is_not_there_is_reported_as_a_file_and_asked_for_nowhere(here, name, monkeypatch):
    monkeypatch.setattr("localalt.hub.client.fetch_repository", lambda *_, **__: pytest.fail("the hub was asked"))
    (here / "folder").mkdir()
    (here / "nowhere").symlink_to("gone")
    with pytest.raises(ModelNotFoundError, match=r"model file|no x in the folder|leads to no file"):
        resolve.open_model(name, this_machine())


@pytest.mark.parametrize("name", ["owner/name", "owner/name:Q4_0", "owner/name:sub/Model.gguf", "qwen3.5-2b", "typo"])
def test_what_may_be_a_models_name_is_not_a_path(here, name):
    assert not looks_like_path(name)
    assert local.local_pair(name) is None


def test_names_of_the_catalog_stay_names_beside_a_folder_of_that_name(here):
    for name in ("qwen3.5-2b", "auto", "selftest"):
        (here / name).mkdir()
        assert local.local_pair(name) is None
        with pytest.raises(ModelFormatError, match="without a GGUF file"):
            local.local_pair(f"./{name}")


@pytest.mark.slow
def test_files_of_which_no_model_can_be_made_say_what_to_name(here):
    weights, mmproj = put(here / "two")
    for path, error, message in (
        (weights, ModelNotFoundError, "has a projector as well"),
        (mmproj, ModelMismatchError, "is a projector: name the weights first"),
        (here / "empty", ModelFormatError, "without a GGUF file"),
        (here / "many", ModelFormatError, "2 files of weights .* and 1 projector "),
        (here / "photo.jpg", ModelFormatError, "is not a GGUF file"),
    ):
        (here / "empty").mkdir(exist_ok=True)
        put(here / "many")
        put(here / "many", "second")
        (here / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        with pytest.raises(error, match=message):
            pair_of(path)
        assert run("describe", "x.jpg", "--model", path, "--offline").returncode in (1, 2, 3)


@pytest.mark.skipif(os.name == "nt", reason="no FIFO on this platform")
def test_a_pipe_in_place_of_a_model_is_refused_and_not_waited_for(here):
    os.mkfifo(here / "pipe.gguf")
    weights, _ = put(here / "own")
    for model in ("pipe.gguf", ("pipe.gguf", "pipe.gguf"), (weights, "pipe.gguf")):
        with pytest.raises(ModelFormatError, match="not a regular file"):
            resolve.open_model(model, this_machine())


def test_a_judge_is_a_file_whatever_its_name(here):
    weights, _ = put(here, f"sha256-{'e' * 64}")
    with TextJudge(weights.relative_to(here)) as judge:
        assert judge.family
    with pytest.raises(ModelError, match="check the path"):
        TextJudge(here / "qwen3-8b")


@pytest.mark.slow
def test_a_projector_beside_a_name_is_refused(here):
    refused = run("describe", "x.jpg", "--model", "qwen3.5-2b", "--mmproj", "mmproj.gguf")
    assert (refused.returncode, "--mmproj belongs to weights in a local file" in refused.stderr) == (2, True)
    with pytest.raises(OptionError):
        local.local_pair(3)
