"""Every model family end to end: a tiny random pair per family answers as torch says it must.

localalt/selftest/families holds, per family, NAME.tar.xz (weights, mmproj and pictures, written by
scripts/make_family_pairs with the family's real architecture, tensors, kind of vocabulary,
special tokens and template) and NAME.json (torch's greedy answers in float32).
"""

import contextlib
import ctypes
import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt import native, selftest
from localalt.describer.loading import load_model
from localalt.engine.warm_up import warm_up
from localalt.errors import NativeError, NotFiniteError
from localalt.gguf.mmproj import image_geometry
from localalt.gguf.reader import read_header
from localalt.image.processor import load_picture
from localalt.machine import this_machine
from localalt.native.library import library
from localalt.planning import planner
from localalt.prompting import presets
from localalt.prompting.builder import TextPart, around_picture, build_prompt
from localalt.prompting.builtin import PROMPTS
from localalt.request import GREEDY, Question, Request
from tests.support.untested import untested

pytestmark = pytest.mark.slow

FAMILIES = {family.name: family for family in selftest.families()}
N_TOKENS = 12
N_SLOTS = 3
VISIBLE = 1e-2
"""A difference of logits, whose standard deviation is about one, that no rounding makes."""


@dataclasses.dataclass(frozen=True)
class Pair:
    weights: Path
    mmproj: Path
    known: selftest.Family
    pictures: dict
    """{path: what is known of the answer}"""

    def load(self, **options):
        loaded = load_model((self.weights, self.mmproj), {"device": "cpu", **options})
        describer = localalt.Describer.from_loaded(loaded)
        describer.loaded, describer.prompt = loaded, self.prompt
        return describer

    @property
    def prompt(self):
        """The words that the answers were given to, whatever is asked today."""
        return dataclasses.replace(PROMPTS["plain"], instruction=self.known.instruction)


@pytest.fixture(scope="module", autouse=True)
def zeroed_memory():
    """Buffers from the kernel rather than from freed memory, where the C library is glibc.

    llama.cpp's pixtral graph (tools/mtmd/models/pixtral.cpp, the [IMG_BREAK] rows) clears a tensor
    that was never written by multiplying it by zero. In memory that was used before, as small
    buffers have, that can give NaN: one load in five did. `Projector.encode` fixes it, and
    mtmd_helper_eval_chunks, which the engine is compared with below, does not.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        m_mmap_threshold = -3
        mallopt(m_mmap_threshold, 32768)


@pytest.fixture(scope="module", params=FAMILIES)
def pair(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    known = FAMILIES[request.param]
    pictures = {folder / name: answer for name, answer in known.pictures.items()}
    return Pair(*selftest.unpack_family(known.name, folder), known, pictures)


@pytest.fixture(scope="module")
def describer(pair):
    with pair.load(exact_tokens=N_TOKENS, n_seq_max=N_SLOTS) as describer:
        yield describer


def parts_of(describer, path):
    """A prompt's parts as the describer hands them to its engine."""
    picture = load_picture(path, describer.loaded.geometry)
    assert np.array_equal(picture.pixels, np.asarray(Image.open(path))), "the test's picture was resized"
    return [
        (part.text, part.special) if isinstance(part, TextPart) else picture.pixels
        for part in build_prompt(describer.loaded.preset, describer.prompt)
    ]


def request(describer, path, n_questions=1):
    pixels = next(part for part in parts_of(describer, path) if not isinstance(part, tuple))
    head, tail = around_picture(build_prompt(describer.loaded.preset, describer.prompt))
    return Request(head, pixels, (Question(tail, max_tokens=N_TOKENS, exact=True),) * n_questions)


def submit(describer, path):
    (ticket,) = describer.loaded.engine.submit(request(describer, path))
    return ticket


def test_every_architecture_with_a_preset_has_a_pair_or_only_models_that_are_marked_untested():
    there = {(each.architecture, each.projector) for each in FAMILIES.values()}
    assert set(presets.FAMILIES) - there == untested()


def test_the_files_are_taken_for_what_they_are(pair, describer):
    identity = describer.model
    assert (identity.architecture, identity.projector) == (pair.known.architecture, pair.known.projector)
    assert identity.family == pair.known.family


def test_pictures_stay_within_the_plans_image_tokens(pair, monkeypatch):
    plan = planner.plan

    def thrifty(candidate, *arguments, **options):
        return dataclasses.replace(plan(candidate, *arguments, **options), n_image_tokens=candidate.geometry.min_tokens)

    monkeypatch.setattr("localalt.planning.planner.plan", thrifty)
    with pair.load(exact_tokens=1) as describer:
        if describer.loaded.geometry.token_px > 1:  # where localalt decides, and not mtmd by its own rules for tiles
            large = np.full((1000, 1000, 3), 128, np.uint8)
            rows = 16  # Pixtral's [IMG_BREAK] at the ends of rows come on top
            assert describer.describe(large).timings.n_image_tokens <= describer.loaded.geometry.min_tokens + rows
            assert describer.loaded.geometry.max_tokens == describer.loaded.geometry.min_tokens


def test_the_tokens_are_torchs_one_picture_at_a_time(pair, describer):
    for path, answer in pair.pictures.items():
        sequence = submit(describer, path).future.result(timeout=60).sequence
        assert sequence.tokens == answer["tokens"], path.name
        assert sequence.n_image_tokens == answer["n_image_tokens"]
        assert sequence.n_prompt_tokens == answer["n_prompt_tokens"]
        assert sequence.n_past == answer["n_past"] + N_TOKENS - 1


@pytest.mark.parametrize("in_bf16", [False, True], ids=["as the file", "in BF16"])
def test_the_tokens_are_torchs_whichever_kernels_encode(pair, monkeypatch, in_bf16):
    """BF16 on every CPU: those without its instructions compute it the slow way."""
    machine = dataclasses.replace(
        this_machine(device="cpu"), instructions=frozenset({"AVX512_BF16"} if in_bf16 else ())
    )
    monkeypatch.setattr("localalt.describer.loading.this_machine", lambda **_: machine)
    with pair.load(exact_tokens=N_TOKENS, n_seq_max=1) as describer:
        assert describer.plan.projector_in_bf16 is in_bf16
        for path, answer in pair.pictures.items():
            assert submit(describer, path).future.result(timeout=60).sequence.tokens == answer["tokens"], path.name


def test_the_tokens_are_torchs_with_more_pictures_than_slots(pair, describer):
    paths = [*reversed(pair.pictures), *pair.pictures][: N_SLOTS + 2]
    tickets = [submit(describer, path) for path in paths]
    found = [ticket.future.result(timeout=60).sequence.tokens for ticket in tickets]
    assert found == [pair.pictures[path]["tokens"] for path in paths]


@pytest.mark.parametrize("n_questions", [2, N_SLOTS + 2])
def test_every_question_about_one_picture_is_answered_as_torch_does(pair, describer, n_questions):
    path, answer = list(pair.pictures.items())[-1]
    tickets = describer.loaded.engine.submit(request(describer, path, n_questions))
    found = [ticket.future.result(timeout=60).sequence for ticket in tickets]
    assert [each.tokens for each in found] == [answer["tokens"]] * n_questions
    assert {each.n_prompt_tokens for each in found} == {answer["n_prompt_tokens"]}
    assert {each.n_past for each in found} == {answer["n_past"] + N_TOKENS - 1}
    assert [each.encode_s > 0 for each in found] == [True] + [False] * (n_questions - 1)


def test_a_question_that_is_asked_later_is_answered_as_torch_does(pair, describer):
    """Recurrent states and sliding windows too: what was answered first leaves no trace in the picture's state."""
    path, answer = list(pair.pictures.items())[-1]
    held = dataclasses.replace(request(describer, path), is_held=True)
    engine = describer.loaded.engine
    (first,) = engine.submit(held)
    assert first.future.result(timeout=60).sequence.tokens == answer["tokens"]
    others = [submit(describer, other) for other in pair.pictures]
    (later,) = engine.ask(first.sequence.prefix, held.questions)
    found = later.future.result(timeout=60).sequence
    assert (found.tokens, found.encode_s) == (answer["tokens"], 0.0)
    engine.release(first.sequence.prefix)
    for other, ticket in zip(pair.pictures, others, strict=True):
        assert ticket.future.result(timeout=60).sequence.tokens == pair.pictures[other]["tokens"]


def test_pictures_encoded_together_or_ahead_answer_as_torch_does(pair, loaded, monkeypatch):
    encode_batch, n_together = native.Projector.encode_batch, []

    def counted(projector, chunks):
        n_together.append(len(chunks))
        return encode_batch(projector, chunks)

    monkeypatch.setattr(native.Projector, "encode_batch", counted)
    monkeypatch.setattr("localalt.planning.plan.Plan.encodes_apart", True)
    with pair.load(exact_tokens=N_TOKENS, n_seq_max=N_SLOTS) as describer:
        paths = [*pair.pictures, *pair.pictures]
        tickets = [describer.loaded.engine.submit(request(describer, path))[0] for path in paths]
        found = [ticket.future.result(timeout=60).sequence.tokens for ticket in tickets]
        assert found == [pair.pictures[path]["tokens"] for path in paths]
        monkeypatch.undo()
        _, projector = loaded
        with contextlib.ExitStack() as stack:
            prompts = [stack.enter_context(projector.tokenize(parts_of(describer, path))) for path in pair.pictures]
            chunks = [chunk for prompt in prompts for chunk in prompt if chunk.tokens is None]
            for chunk, embeddings in zip(chunks, projector.encode_batch(chunks), strict=True):
                assert np.allclose(embeddings, projector.encode(chunk), rtol=1e-4, atol=1e-4)


def test_sequences_that_move_to_other_slots_go_on_as_if_nothing_was(pair, describer):
    """The first slots are freed while the later ones still answer."""
    path, answer = next(iter(pair.pictures.items()))
    head, tail = around_picture(build_prompt(describer.loaded.preset, describer.prompt))
    pixels = request(describer, path).pixels
    tickets = []
    for n_tokens in (2, 2, N_TOKENS):
        question = Question(tail, max_tokens=n_tokens, exact=True)
        tickets += describer.loaded.engine.submit(Request(head, pixels, (question,)))
    found = [ticket.future.result(timeout=60).sequence.tokens for ticket in tickets]
    assert found == [answer["tokens"][:2], answer["tokens"][:2], answer["tokens"]]


def test_every_picture_has_a_description_of_its_own(pair, describer):
    descriptions = list(describer.describe_many(list(pair.pictures)))
    assert [each.raw for each in descriptions] == [answer["text"] for answer in pair.pictures.values()]
    assert len({each.raw for each in descriptions}) == len(pair.pictures)
    assert {each.finish_reason for each in descriptions} == {"length"}


def test_an_answer_ends_at_the_familys_end_token(pair):
    ending = {path: answer for path, answer in pair.pictures.items() if answer["ends_after"] is not None}
    assert ending
    with pair.load(n_seq_max=1) as describer:
        for path, answer in ending.items():
            alt = describer.describe(path)
            assert alt.finish_reason == "stop"
            assert alt.timings.n_output_tokens == answer["ends_after"]
            assert answer["text"].startswith(alt.raw)
            assert alt.raw


def test_a_picture_that_becomes_no_numbers_fails_alone(pair, describer, monkeypatch):
    path, answer = next(iter(pair.pictures.items()))
    _, mtmd = library()
    spoilt = np.full(1 << 20, np.nan, np.float32).ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    with monkeypatch.context() as patched:
        patched.setattr(mtmd, "mtmd_batch_get_output_embd", lambda *_: spoilt)
        with pytest.raises(NativeError, match="numbers"):
            describer.describe(path)
    assert describer.describe(path).raw == answer["text"]


# --- against llama.cpp's own way through a prompt ---


class Bare:
    """A fresh context as the engine makes it, without a sampler in its graph: the logits come out whole."""

    def __init__(self, model):
        sampler = native.Sampler(model, localalt.request.GREEDY)
        self.llama, self.mtmd = library()
        self.context = native.Context(model, [sampler], n_ctx_seq=4096, n_batch=2048, n_ubatch=1024, n_threads=1)
        self.llama.llama_set_sampler(self.context.pointer, 0, None)
        self.model, self.n_past = model, 0

    def decode(
        self, projector, prompt, *, decode_image=native.Context.decode_image, positions=lambda chunk: chunk.n_pos
    ):
        """Decode a prompt as the engine does."""
        with projector.tokenize(prompt) as chunks:
            for chunk in chunks:
                if chunk.tokens is not None:
                    self.context.decode_text(chunk.tokens, self.n_past, 0, want_logits=True)
                else:
                    decode_image(self.context, projector, chunk, projector.encode(chunk), self.n_past, 0)
                self.n_past += positions(chunk)

    def decode_by_mtmd(self, projector, prompt):
        """Decode a prompt as `mtmd_helper_eval_chunks` does."""
        n_past = ctypes.c_int32()
        with projector.tokenize(prompt) as chunks:
            arguments = (projector.pointer, self.context.pointer, chunks.pointer, 0, 0, self.context.n_batch, True)
            assert self.mtmd.mtmd_helper_eval_chunks(*arguments, ctypes.byref(n_past)) == 0
        self.n_past = n_past.value

    def logits(self):
        """What the model makes of the prompt."""
        pointer = self.llama.llama_get_logits_ith(self.context.pointer, -1)
        logits = np.ctypeslib.as_array(pointer, shape=(self.model.n_vocab,)).copy()
        assert np.isfinite(logits).all()
        self.context.close()
        return logits


@pytest.fixture(scope="module")
def loaded(pair):
    with native.Model(pair.weights) as model, native.Projector(pair.mmproj, model) as projector:
        yield model, projector


@pytest.fixture(scope="module")
def prompt(pair, describer):
    """The prompt of the second picture, of those that are not square where a family takes such."""
    return parts_of(describer, list(pair.pictures)[1])


@pytest.fixture
def computed(loaded, prompt, monkeypatch):
    """Has the projector compute other numbers for the prompt's picture: (the right ones, which are ends of rows, a
    function that sets others and returns what `Projector.encode` makes of them)."""
    _, projector = loaded
    _, mtmd = library()
    with projector.tokenize(prompt) as chunks:
        (chunk,) = [each for each in chunks if each.tokens is None][:1]
        whole = projector.encode(chunk).copy()
        ends = np.zeros(len(whole), bool) if projector._row_end is None else (whole == projector._row_end).all(axis=1)

        def encode(numbers):
            pointer = numbers.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            monkeypatch.setattr(mtmd, "mtmd_batch_get_output_embd", lambda *_: pointer)
            return projector.encode(chunk)

        yield whole, ends, encode


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_the_ends_of_rows_that_llama_cpp_left_undefined_are_fixed(pair, computed, value):
    whole, ends, encode = computed
    assert ends.any() == (pair.known.projector == "pixtral")
    spoilt = whole.copy()
    spoilt[ends] = value
    assert np.array_equal(encode(spoilt), whole)
    spoilt = whole.copy()
    spoilt[ends, 0] = value
    assert np.array_equal(encode(spoilt), whole)


def test_an_overflow_in_any_other_row_is_an_error(computed):
    whole, ends, encode = computed
    for row in np.flatnonzero(~ends)[[0, -1]]:
        spoilt = whole.copy()
        spoilt[ends] = np.nan
        spoilt[row, 3] = np.inf
        with pytest.raises(NotFiniteError, match=f"for 1 of a picture's {len(whole)} image tokens"):
            encode(spoilt)


def test_ends_of_rows_that_hold_other_numbers_are_not_taken_for_ends(computed):
    whole, ends, encode = computed
    if not ends.any():
        return
    spoilt = whole.copy()
    spoilt[ends, 0] = np.nan
    spoilt[ends, 1] += 1
    with pytest.raises(NotFiniteError, match="not finite"):
        encode(spoilt)


@pytest.fixture(scope="module")
def decoded(loaded, prompt):
    """Logits and positions after the prompt, decoded as the engine does it."""
    model, projector = loaded
    bare = Bare(model)
    bare.decode(projector, prompt)
    return bare.logits(), bare.n_past


def test_a_prompt_leaves_the_logits_and_positions_that_mtmds_own_helper_leaves(pair, loaded, prompt, decoded):
    model, projector = loaded
    logits, n_past = decoded
    answer = list(pair.pictures.values())[1]
    bare = Bare(model)
    bare.decode_by_mtmd(projector, prompt)
    assert n_past == bare.n_past == answer["n_past"]
    # The same operations on the same numbers: nothing is left to rounding.
    assert np.array_equal(logits, bare.logits())
    assert int(logits.argmax()) == answer["tokens"][0]


def test_counting_a_pictures_cells_as_positions_shows_in_the_logits(loaded, prompt, decoded):
    model, projector = loaded
    wrong = Bare(model)
    wrong.decode(projector, prompt, positions=lambda chunk: chunk.n_tokens)
    seen = np.abs(wrong.logits() - decoded[0]).max() > VISIBLE
    has_mrope = library()[1].mtmd_decode_use_mrope(projector.pointer)
    assert seen == has_mrope  # without, they are the same, and llama.cpp refuses a gap


def test_the_wrong_attention_over_the_picture_shows_in_the_logits(loaded, prompt, decoded):
    model, projector = loaded
    wrong = Bare(model)
    wrong.decode(projector, prompt, decode_image=with_mask if projector.non_causal else without_mask)
    seen = np.abs(wrong.logits() - decoded[0]).max() > VISIBLE
    # A hybrid pair has one layer of attention, its last: what a picture's tokens see of each
    # other there reaches nothing.
    assert seen != bool(library()[0].llama_model_is_hybrid(model.pointer))


def without_mask(context, projector, chunk, embeddings, pos, seq_id):
    """Decode a picture whose tokens all see each other."""
    llama, _ = library()
    llama.llama_set_causal_attn(context.pointer, False)
    context.decode_image(projector, chunk, embeddings, pos, seq_id)
    llama.llama_set_causal_attn(context.pointer, True)


def with_mask(context, projector, chunk, embeddings, pos, seq_id):
    """Decode a picture's embeddings as if they were text: each sees those before it."""
    llama, _ = library()
    batch = llama.llama_batch_init(chunk.n_tokens, embeddings.shape[1], 1)
    try:
        ctypes.memmove(batch.embd, embeddings.ctypes.data, embeddings.nbytes)
        batch.n_tokens = chunk.n_tokens
        for row in range(chunk.n_tokens):
            batch.pos[row], batch.n_seq_id[row], batch.seq_id[row][0], batch.logits[row] = pos + row, 1, seq_id, 0
        assert llama.llama_decode(context.pointer, batch) == 0
    finally:
        llama.llama_batch_free(batch)


# --- states that stay on the devices ---


@pytest.mark.parametrize("flash_attn", [None, False])
def test_a_state_on_the_device_gives_the_numbers_of_one_in_ram(pair, flash_attn):
    """Logits after the picture, for every kind of memory: attention, sliding windows, recurrent and mixed."""
    path = next(iter(pair.pictures))
    with (
        native.Model(pair.weights, repack=False) as model,
        native.Projector(pair.mmproj, model) as projector,
        native.Context(
            model,
            [native.Sampler(model, GREEDY) for _ in range(3)],
            n_ctx_seq=1024,
            n_batch=1024,
            n_ubatch=1024,
            n_threads=1,
            flash_attn=flash_attn,
            logits_wanted=True,
        ) as context,
    ):
        pixels = load_picture(path, image_geometry(read_header(pair.mmproj))).pixels
        n_past = 0
        for chunk in (chunks := projector.tokenize([("Describe.", False), pixels])):
            if chunk.tokens is None:
                context.decode_image(projector, chunk, projector.encode(chunk), n_past, 0)
            else:
                context.decode_text(chunk.tokens, n_past, 0, want_logits=False)
            n_past += chunk.n_pos
        del chunks

        def logits_of(state, slot):
            context.restore(slot, state)
            context.decode([1], [n_past], [slot])
            numbers = context.logits(0)
            context.clear(slot)
            return numbers

        in_ram = context.save(0)
        context.saves_on_device = True
        on_device = context.save(0)
        assert (in_ram.place, on_device.place) == (None, 0)
        expected = logits_of(in_ram, 1)
        assert np.isfinite(expected).all()
        for slot in (1, 2, 1):
            assert (logits_of(on_device, slot) == expected).all()
        context.clear(0)
        assert (logits_of(on_device, 0) == expected).all()


def test_warming_up_takes_every_family_and_leaves_nothing(pair, caplog):
    geometry = image_geometry(read_header(pair.mmproj))
    with (
        native.Model(pair.weights) as model,
        native.Projector(pair.mmproj, model) as projector,
        native.Context(
            model,
            [native.Sampler(model, GREEDY) for _ in range(2)],
            n_ctx_seq=4096,
            n_batch=4096,
            n_ubatch=4096,
            n_threads=1,
        ) as context,
    ):
        small = dataclasses.replace(geometry, max_tokens=max(geometry.min_tokens, min(geometry.max_tokens, 64)))
        assert warm_up(model, projector, context, n_seq_max=2, geometry=small, progress=lambda _: None) > 0
        assert context.state_bytes(0) == context.state_bytes(1) < 200
    assert "warm" not in caplog.text
