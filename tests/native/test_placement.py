"""Which tensors and layers a model puts where: read back from what llama.cpp says, and from what is handed to it."""

import ctypes
import dataclasses
import logging
import re

import numpy as np
import pytest

from localalt import native, selftest
from localalt.gguf.hparams import text_shape
from localalt.gguf.reader import read_header
from localalt.models.files import read_files
from localalt.native import library as library_module
from localalt.native.model import _BufferOverride
from localalt.planning import planner
from localalt.planning.weights import weights_split
from localalt.random_pair import write_shape
from localalt.request import GREEDY
from tests.support.machines import gpu, machine
from tests.support.tiny_shapes import tiny

MIXTURES = ("gemma4-moe", "qwen35moe", "qwen3vlmoe")


@pytest.fixture(params=MIXTURES, scope="module")
def mixture(request, tmp_path_factory):
    """The weights of a tiny mixture of experts."""
    return selftest.unpack_family(request.param, tmp_path_factory.mktemp(request.param))[0]


def moved(caplog, path, n_cpu_moe):
    """The names of the tensors that llama.cpp says it put elsewhere."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG, "localalt.llama_cpp"):
        native.Model(path, n_cpu_moe=n_cpu_moe).close()
    found = (re.match(r"tensor (\S+) .*buffer type overridden to CPU", each.getMessage()) for each in caplog.records)
    return {each[1] for each in found if each}


def test_experts_of_the_first_layers_are_put_on_the_cpu_and_nothing_else(mixture, caplog):
    names = read_header(mixture).tensors
    n_layer = 1 + max(int(name.split(".")[1]) for name in names if name.startswith("blk."))
    assert moved(caplog, mixture, 0) == set()
    for n_cpu_moe in (1, n_layer):
        blocks = tuple(f"blk.{index}." for index in range(n_cpu_moe))
        expected = {name for name in names if name.startswith(blocks) and "_exps." in name}
        assert len(expected) >= 2 * n_cpu_moe
        assert moved(caplog, mixture, n_cpu_moe) == expected


def logits(path, **options):
    """Of the token after a few, float32 of shape (n_vocab,)."""
    with native.Model(path, **options) as model:
        samplers = [native.Sampler(model, GREEDY, seed=0)]
        context = native.Context(
            model, samplers, n_ctx_seq=256, n_batch=64, n_ubatch=64, n_threads=2, logits_wanted=True
        )
        context.decode_text(list(range(5, 45)), 0, 0, want_logits=True)
        return context.logits(-1)


def test_a_mixture_computes_the_same_wherever_its_experts_are_said_to_be(mixture):
    np.testing.assert_array_equal(logits(mixture), logits(mixture, n_cpu_moe=2))


def test_overrides_are_a_list_of_pairs_of_pointers_that_ends_with_none():
    llama, _ = library_module.library()
    pointer = ctypes.sizeof(ctypes.c_void_p)
    assert ctypes.sizeof(_BufferOverride) == 2 * pointer
    assert llama.llama_model_params.tensor_buft_overrides.offset == pointer
    assert native.model._experts_on_cpu(2)[2].pattern is None


def test_layers_of_several_devices_are_handed_over_for_as_many_as_there_may_be(monkeypatch):
    llama, _ = library_module.library()
    load, seen = llama.llama_model_load_from_file, []

    def spy(path, params):
        split = params.tensor_split
        seen.append(list(split[: llama.llama_max_devices()]) if split else None)
        return load(path, params)

    monkeypatch.setattr(llama, "llama_model_load_from_file", spy)
    native.Model(selftest.WEIGHTS).close()
    native.Model(selftest.WEIGHTS, tensor_split=(3, 2)).close()
    assert seen == [None, [3.0, 2.0] + [0.0] * (llama.llama_max_devices() - 2)]


def test_layers_that_guess_further_tokens_are_counted_as_llama_cpp_counts_them(tmp_path, caplog):
    shape = tiny("qwen3.5-0.8b")
    with_more = dataclasses.replace(shape, text=dataclasses.replace(shape.text, n_layer_nextn=1))
    weights, mmproj = write_shape(with_more, "mtp", "Q4_K_M", "F16", tmp_path)
    text = text_shape(read_header(weights))
    assert (text.n_layer, text.n_layer_nextn) == (shape.text.n_layer, 1)
    assert weights_split(read_header(weights), text).n_bytes < weights.stat().st_size * 0.95
    spec = read_files("mtp", weights, mmproj).spec(max_tokens=64)
    own = planner.plan(spec, machine(gpus=[gpu(8)]))
    assert (own.n_gpu_layers, own.n_gpu_layers_loaded) == (text.n_layer + 1, text.n_layer + 2)
    two = dataclasses.replace(own, devices=("CUDA0", "CUDA1"), layers=(("CUDA0", 2), ("CUDA1", 3)))
    assert two.tensor_split == (2, 4)
    with caplog.at_level(logging.DEBUG, "localalt.llama_cpp"):
        native.Model(weights).close()
    assigned = [each.getMessage() for each in caplog.records if "assigned to device" in each.getMessage()]
    assert len(assigned) == own.n_gpu_layers_loaded  # the output is the last of them
