"""NaN in llama.cpp's memory: how it is found, how it spreads, and what is left after the cache is wiped."""

import ctypes

import numpy as np
import pytest

from localalt import native, selftest
from localalt.errors import NotFiniteError
from localalt.prompting.presets import PRESETS, VENDOR_SAMPLING
from localalt.request import GREEDY, Sampling

PRESET = PRESETS["selftest"]


@pytest.fixture(scope="module")
def gemma():
    """Attention alone."""
    with native.Model(selftest.WEIGHTS) as model, native.Projector(selftest.MMPROJ, model) as projector:
        yield model, projector


@pytest.fixture(scope="module")
def qwen(tmp_path_factory):
    """Attention and recurrent states."""
    weights, mmproj = selftest.unpack_family("qwen35", tmp_path_factory.mktemp("qwen35"))
    with native.Model(weights) as model, native.Projector(mmproj, model) as projector:
        yield model, projector


def make_context(model, *, n_seq=2, sampling=GREEDY, grammar="", flash_attn=False):
    samplers = [native.Sampler(model, sampling, grammar=grammar) for _ in range(n_seq)]
    return native.Context(model, samplers, n_ctx_seq=512, n_batch=512, n_ubatch=512, n_threads=1, flash_attn=flash_attn)


def picture():
    pixels = np.full((96, 96, 3), 255, np.uint8)
    pixels[10:40, 10:40] = (220, 30, 30)
    return pixels


def prefill(context, projector, seq_id, *, spoiled=False):
    n_past = 0
    with projector.tokenize([("Look: ", False), picture(), (" Describe it.", False)]) as chunks:
        for chunk in chunks:
            if chunk.tokens is not None:
                context.decode_text(chunk.tokens, n_past, seq_id, want_logits=True)
            else:
                embeddings = projector.encode(chunk)
                if spoiled:
                    embeddings[len(embeddings) // 2, 0] = np.nan
                context.decode_image(projector, chunk, embeddings, n_past, seq_id)
            n_past += chunk.n_pos
    return n_past


def answer(context, seq_id, n_past, token, n_tokens=6):
    tokens = [token]
    while len(tokens) < n_tokens:
        context.decode([tokens[-1]], [n_past], [seq_id])
        n_past += 1
        tokens.append(context.sample(seq_id, 0))
    return tokens


def whole_answer(context, projector, seq_id):
    n_past = prefill(context, projector, seq_id)
    return answer(context, seq_id, n_past, context.sample(seq_id, -1))


DRAWN = Sampling(temperature=0.7, top_k=20, top_p=0.8, min_p=0.0, presence_penalty=0.0)


@pytest.mark.parametrize(
    "sampling",
    [GREEDY, DRAWN, Sampling(1.0, 0, 1.0, 0.0, 0.0), Sampling(0.0, 0, 1.0, 0.0, 1.5), *VENDOR_SAMPLING.values()],
)
def test_no_token_is_drawn_from_numbers_that_are_none(gemma, sampling):
    model, projector = gemma
    with make_context(model, sampling=sampling) as context:
        prefill(context, projector, 1)
        assert 0 <= context.sample(1, -1) < model.n_vocab
        prefill(context, projector, 0, spoiled=True)
        with pytest.raises(NotFiniteError, match="computed nan"):
            context.sample(0, -1)


def test_no_token_is_drawn_by_a_grammar_from_numbers_that_are_none(gemma):
    model, projector = gemma
    with make_context(model, grammar='root ::= "a"+') as context:
        prefill(context, projector, 1)
        assert model.piece(context.sample(1, -1)).startswith(b"a")
        prefill(context, projector, 0, spoiled=True)
        with pytest.raises(NotFiniteError):
            context.sample(0, -1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_a_chain_in_the_graph_leaves_are_looked_at(gemma, monkeypatch, value):
    model, projector = gemma
    llama, _ = native.library.library()
    with make_context(model, sampling=DRAWN) as context:
        prefill(context, projector, 0)
        numbers = (ctypes.c_float * 1)(value)
        monkeypatch.setattr(llama, "llama_get_sampled_probs_ith", lambda *_: numbers)
        with pytest.raises(NotFiniteError):
            context.sample(0, -1)


@pytest.mark.parametrize("on_device", [False, True])
@pytest.mark.parametrize("pair", ["gemma", "qwen"])
def test_a_slot_that_was_spoiled_is_sound_again_once_the_cache_is_wiped_and_the_others_go_on(pair, on_device, request):
    model, projector = request.getfixturevalue(pair)
    with make_context(model, n_seq=3) as context:
        context.saves_on_device = on_device
        expected = whole_answer(context, projector, 0)
        context.clear(0)
        n_past = prefill(context, projector, 1)
        begun = answer(context, 1, n_past, context.sample(1, -1), n_tokens=3)
        prefill(context, projector, 0, spoiled=True)
        context.clear(0)
        prefill(context, projector, 0)
        with pytest.raises(NotFiniteError):  # its cells are free, and spoil whoever has them next
            context.sample(0, -1)
        context.clear(0)
        context.wipe([1])
        assert whole_answer(context, projector, 0) == expected
        assert whole_answer(context, projector, 2) == expected
        assert begun[:-1] + answer(context, 1, n_past + 2, begun[-1], n_tokens=4) == expected


def test_one_recurrent_state_that_was_spoiled_spoils_another_sequence(qwen):
    """A state begins as whatever a free cell holds times 0."""
    model, projector = qwen
    with make_context(model, n_seq=2, flash_attn=True) as context:
        expected = whole_answer(context, projector, 1)
        context.clear(1)
        prefill(context, projector, 0, spoiled=True)
        context.clear(0)
        prefill(context, projector, 1)
        with pytest.raises(NotFiniteError):
            context.sample(1, -1)
        context.clear(1)
        context.wipe([])
        assert whole_answer(context, projector, 1) == expected
