"""What is computed where, read back from llama.cpp; on a machine without a GPU that is the CPU for all of it."""

import numpy as np
import pytest

from localalt import native, selftest
from localalt.native import nodes
from localalt.request import GREEDY


@pytest.fixture(scope="module")
def model():
    with native.Model(selftest.WEIGHTS) as model:
        yield model


def make_context(model, counter=None):
    samplers = [native.Sampler(model, GREEDY) for _ in range(2)]
    return native.Context(
        model, samplers, n_ctx_seq=64, n_batch=64, n_ubatch=64, n_threads=1, logits_wanted=True, counter=counter
    )


def logits(context):
    context.decode([300, 301], [0, 0], [0, 1])
    return context.logits(0)


def test_the_operations_of_a_language_model_are_counted_and_compute_what_they_do_unwatched(model):
    counter = native.NodeCounter()
    with make_context(model) as context:
        unwatched = logits(context)
    with make_context(model, counter) as context:
        assert not counter.counts  # graphs that are only laid out compute nothing
        assert np.array_equal(logits(context), unwatched)
        once = dict(counter.counts)
        logits_again = {key: 2 * count for key, count in once.items()}
        context.clear(0)
        context.clear(1)
        logits(context)
        assert dict(counter.counts) == logits_again
    assert {device for device, _ in once} == {nodes.CPU}
    n_layer = sum(count for (_, kind), count in once.items() if kind == "FLASH_ATTN_EXT")
    assert once[nodes.CPU, "MUL_MAT"] == 7 * n_layer + 1  # q, k, v, o, gate, up and down, and the output
    assert not {"VIEW", "RESHAPE", "PERMUTE", "NONE"} & {kind for _, kind in once}


def test_the_operations_of_a_projector_are_counted(model):
    counter = native.NodeCounter()
    with (
        native.Projector(selftest.MMPROJ, model, counter=counter) as projector,
        projector.tokenize([np.zeros((96, 96, 3), np.uint8)]) as chunks,
    ):
        for chunk in chunks:
            if chunk.tokens is None:
                projector.encode(chunk)
    assert counter.counts[nodes.CPU, "MUL_MAT"] > counter.counts[nodes.CPU, "FLASH_ATTN_EXT"] > 0
    assert {device for device, _ in counter.counts} == {nodes.CPU}


def test_what_cannot_be_read_is_counted_as_unknown(model, monkeypatch):
    def damaged(buffer):
        raise OSError

    monkeypatch.setattr(nodes, "_device_of", damaged)
    counter = native.NodeCounter()
    with make_context(model, counter) as context:
        logits(context)
    assert set(counter.counts) == {(nodes.UNKNOWN, nodes.UNKNOWN)}


def test_another_layout_of_a_node_is_noticed(model, monkeypatch):
    class Longer(nodes.ctypes.Structure):
        _fields_ = (("one_more", nodes.ctypes.c_int64), *nodes._Node._fields_)

    monkeypatch.setattr(nodes, "_Node", Longer)
    counter = native.NodeCounter()
    with make_context(model, counter) as context:
        logits(context)
    assert set(counter.counts) == {(nodes.UNKNOWN, nodes.UNKNOWN)}
