"""A person's own model against the CPU, through llama.cpp: an injected fault stands in for a GPU's."""

import dataclasses
import math

import numpy as np
import pytest

from localalt import native, selftest
from localalt.devices import DeviceVerdict
from localalt.engine import own_model
from localalt.engine.own_model import OwnFiles
from localalt.errors import NotFiniteError
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.types import ImageGeometry
from scripts.checks.gguf_mutants import parse
from tests.support.fake_engine import MACHINE

PLENTY = 8_000_000_000
WHOLE = DeviceVerdict()


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """(weights, mmproj) by name: a trained model, and random weights of two families."""
    found = dict(selftest.MODELS)
    for name in ("qwen35", "gemma3"):
        found[name] = selftest.unpack_family(name, tmp_path_factory.mktemp(name))
    return found


def changed(path, folder, mutate):
    """A copy of a file with a fault."""
    file = parse(path.read_bytes())
    mutate({tensor.name: tensor for tensor in file.tensors})
    faulty = folder / f"faulty-{path.name}"
    faulty.write_bytes(file.write())
    return faulty


def zero(name):
    def mutate(tensors):
        tensors[name].data = bytes(len(tensors[name].data))

    return mutate


def scale(name, factor):
    """Of an F32 or F16 tensor."""

    def mutate(tensors):
        kind = {0: "<f4", 1: "<f2"}[tensors[name].kind]
        tensors[name].data = (np.frombuffer(tensors[name].data, kind) * factor).astype(kind).tobytes()

    return mutate


def check(pair, *, weights=None, mmproj=None, free_bytes=PLENTY, projector=True, **changes):
    """What is found of `pair`, where the device has the files `weights` and `mmproj` in place of its own."""
    files = read_files("some model", *pair)
    spec = files.spec(max_tokens=64)
    plan = planner.plan(spec, MACHINE)
    plan = dataclasses.replace(
        plan,
        devices=("CUDA0",),
        projector_on_gpu=projector,
        n_gpu_layers=plan.n_layer + 1,
        op_offload=True,
        **changes,
    )
    own = OwnFiles(files.name, pair[0], files.weights_bytes, pair[1], files.mmproj_bytes, spec.geometry)
    with native.Model(weights or pair[0]) as model, native.Projector(mmproj or pair[1], model) as loaded:
        return own_model.check(model, loaded, plan, own, free_bytes=free_bytes, day="2026-11-27")


@pytest.mark.parametrize("name", ["selftest", "qwen35", "gemma3"])
def test_a_model_that_is_computed_right_has_no_fault(pairs, name):
    found = check(pairs[name])
    assert found.embeddings_error < 0.01
    assert found.logits_error < 0.01
    assert abs(found.log_likelihood - found.log_likelihood_cpu) < 0.01
    assert (found.verdict, found.doubt, found.not_checked) == (WHOLE, "", ())
    assert found.seconds > 0
    assert "image embeddings 0.00% off the CPU's" in found.words


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("selftest", zero("v.blk.0.attn_out.weight")),
        ("selftest", scale("v.blk.1.ln1.weight", 2)),
        ("qwen35", zero("v.blk.0.ffn_down.weight")),
    ],
)
def test_a_projector_that_computes_something_else_moves_to_the_cpu(pairs, name, fault, tmp_path):
    found = check(pairs[name], mmproj=changed(pairs[name][1], tmp_path, fault))
    assert found.embeddings_error > 0.1
    assert found.verdict == DeviceVerdict(projector_on_device=False) or "image embeddings" in found.doubt
    assert found.logits_error < 0.01


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("selftest", zero("blk.0.attn_v.weight")),
        ("selftest", scale("blk.1.post_attention_norm.weight", 3)),
        ("gemma3", zero("blk.0.ffn_down.weight")),
    ],
)
def test_layers_that_compute_something_else_are_found(pairs, name, fault, tmp_path):
    found = check(pairs[name], weights=changed(pairs[name][0], tmp_path, fault))
    assert found.logits_error > 0.1
    assert found.verdict == DeviceVerdict(is_usable=False) or "logits" in found.doubt


def test_layers_of_garbage_are_not_used_and_flash_attention_is_tried_first(pairs, monkeypatch):
    """Random weights have chance level whatever is computed: the logits tell them apart."""
    logits, asked = own_model._logits, []

    def garbled(model, tokens, plan, *, use_gpu, flash_attn):
        asked.append((use_gpu, flash_attn))
        right = logits(model, tokens, plan, use_gpu=use_gpu, flash_attn=flash_attn)
        return right[:, ::-1] if use_gpu and flash_attn is not False else right

    monkeypatch.setattr(own_model, "_logits", garbled)
    found = check(pairs["gemma3"])
    assert asked == [(True, None), (False, None), (True, False)]
    assert found.verdict == DeviceVerdict(flash_attn=False)
    assert found.logits_error > 1
    assert not check(pairs["gemma3"], flash_attn=False).verdict.words  # which was chosen beforehand
    monkeypatch.setattr(
        own_model, "_logits", lambda *a, use_gpu, **b: logits(*a, use_gpu=use_gpu, **b)[:, :: 1 - 2 * use_gpu]
    )
    assert check(pairs["gemma3"]).verdict == DeviceVerdict(is_usable=False)


def test_embeddings_that_are_none_move_the_projector_to_the_cpu(pairs, monkeypatch):
    encode, n_encoded = native.Projector.encode, []

    def overflow(projector, chunk):
        n_encoded.append(1)
        if len(n_encoded) == 2:  # the first is the CPU's
            raise NotFiniteError("none", call="mtmd_batch_encode")
        return encode(projector, chunk)

    monkeypatch.setattr(native.Projector, "encode", overflow)
    found = check(pairs["selftest"])
    assert found.embeddings_error == math.inf
    assert found.verdict == DeviceVerdict(projector_on_device=False)
    assert "infinitely far off the CPU's" in found.words


def test_logits_that_are_none_are_garbage(pairs, monkeypatch):
    logits = own_model._logits

    def none(*arguments, use_gpu, **options):
        right = logits(*arguments, use_gpu=use_gpu, **options)
        right[-1, 0] = np.nan if use_gpu else right[-1, 0]
        return right

    monkeypatch.setattr(own_model, "_logits", none)
    found = check(pairs["selftest"])
    assert (found.logits_error, found.log_likelihood) == (math.inf, -math.inf)
    assert found.verdict == DeviceVerdict(is_usable=False)


def test_nothing_is_copied_where_ram_has_no_room_and_that_is_said(pairs):
    found = check(pairs["selftest"], free_bytes=0)
    assert (found.embeddings_error, found.logits_error, found.log_likelihood_cpu) == (None, None, None)
    assert found.log_likelihood is not None
    assert [each.split(",")[0] for each in found.not_checked] == [
        "the projector against the CPU's",
        "the layers against the CPU's",
    ]
    assert "not checked: the projector against the CPU's, for which" in found.words


def test_without_the_cpu_a_likelihood_near_chance_is_a_doubt_and_no_verdict(pairs):
    found = check(pairs["gemma3"], free_bytes=0)
    assert found.verdict == WHOLE
    assert "which is near chance" in found.doubt


def test_a_projector_on_the_cpu_is_not_compared(pairs):
    found = check(pairs["selftest"], projector=False)
    assert found.embeddings_error is None
    assert found.not_checked == ()
    assert found.logits_error is not None


def test_no_handle_of_the_check_is_left(pairs):
    files = read_files("some model", *pairs["selftest"])
    spec = files.spec(max_tokens=64)
    plan = dataclasses.replace(planner.plan(spec, MACHINE), devices=("CUDA0",), projector_on_gpu=True, op_offload=True)
    own = OwnFiles("", *pairs["selftest"][:1], 1, pairs["selftest"][1], 1, spec.geometry)
    with native.Model(pairs["selftest"][0]) as model, native.Projector(pairs["selftest"][1], model) as projector:
        before = [child for child in model._children if child.alive]
        own_model.check(model, projector, plan, own, free_bytes=PLENTY, day="")
        assert [child for child in model._children if child.alive] == before


@pytest.mark.parametrize(
    ("geometry", "shape"),
    [
        (ImageGeometry(896, 14, 256, 256), (896, 896, 3)),
        (ImageGeometry(None, 1, 1, 2_000_000), (384, 512, 3)),
        (ImageGeometry(None, 32, 64, 1024), (288, 384, 3)),
        (ImageGeometry(None, 32, 64, 70), (224, 320, 3)),
    ],
)
def test_the_picture_has_a_size_that_the_projector_takes(geometry, shape):
    pixels = own_model.picture(geometry)
    assert pixels.shape == shape
    assert pixels.dtype == np.uint8
    assert len(np.unique(pixels @ np.array([1, 256, 65536]))) > 1000
    if geometry.square is None and geometry.token_px > 1:
        n_tokens = shape[0] * shape[1] // geometry.token_px**2
        assert geometry.min_tokens <= n_tokens <= geometry.max_tokens
