import ctypes
import gc
import logging
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from localalt import machine, native, selftest
from localalt.errors import (
    BackendMissingError,
    CacheFullError,
    ClosedError,
    EngineError,
    ModelLoadError,
    NativeError,
)
from localalt.machine import decode_speed
from localalt.native import library as library_module
from localalt.native.handle import Handle
from localalt.native.saved_state import SavedState
from localalt.prompting.presets import PRESETS, VENDOR_SAMPLING
from localalt.request import Sampling

PRESET = PRESETS["selftest"]
SIDE = 96


@pytest.fixture(scope="module")
def model():
    with native.Model(selftest.WEIGHTS) as model:
        yield model


@pytest.fixture(scope="module")
def projector(model):
    with native.Projector(selftest.MMPROJ, model) as projector:
        yield projector


def make_context(model, *, n_seq=1, n_ctx_seq=512, n_ubatch=512, sampling=PRESET.sampling, seed=0):
    samplers = [native.Sampler(model, sampling, seed=seed) for _ in range(n_seq)]
    return native.Context(model, samplers, n_ctx_seq=n_ctx_seq, n_batch=n_ubatch, n_ubatch=n_ubatch, n_threads=1)


def picture():
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[10:40, 10:40] = (220, 30, 30)
    return pixels


def prompt_parts():
    return [(PRESET.opening, True), picture(), ("Describe.", False), (PRESET.closing, True)]


def prefill(context, projector, seq_id=0):
    n_past = 0
    with projector.tokenize(prompt_parts()) as chunks:
        for chunk in chunks:
            if chunk.tokens is not None:
                context.decode_text(chunk.tokens, n_past, seq_id, want_logits=True)
            else:
                context.decode_image(projector, chunk, projector.encode(chunk), n_past, seq_id)
            n_past += chunk.n_pos
    return n_past


def generate(context, projector, n_tokens=12):
    context.clear(0)
    n_past = prefill(context, projector)
    tokens = [context.sample(0, -1)]
    while len(tokens) < n_tokens:
        context.decode([tokens[-1]], [n_past], [0])
        n_past += 1
        tokens.append(context.sample(0, 0))
    return tokens


# --- ownership ---


def test_children_are_freed_before_their_parent_and_each_once():
    freed = []
    parent = Handle("model", freed.append)
    child = Handle("context", freed.append, parent)
    Handle("gone", freed.append, parent).close()
    parent.close()
    parent.close()
    child.close()
    assert freed == ["gone", "context", "model"]


@pytest.mark.slow
def test_a_dropped_child_keeps_its_parent_until_it_is_freed():
    freed = []
    child = Handle("context", freed.append, Handle("model", freed.append))
    gc.collect()
    assert freed == []
    del child
    gc.collect()
    assert freed == ["context", "model"]


def test_a_closed_handle_says_so():
    handle = Handle("model", lambda _: None)
    with handle:
        assert handle.pointer == "model"
    with pytest.raises(ClosedError):
        _ = handle.pointer


def test_closing_the_model_closes_all_that_was_made_from_it():
    model = native.Model(selftest.WEIGHTS)
    projector = native.Projector(selftest.MMPROJ, model)
    context = make_context(model)
    model.close()
    for handle in (projector, context):
        with pytest.raises(ClosedError):
            _ = handle.pointer


# --- a prompt becomes chunks ---


def test_control_tokens_are_parsed_only_where_it_is_allowed(projector):
    def n_tokens(special):
        with projector.tokenize([("<end_of_turn><start_of_image>", special)]) as chunks:
            return sum(chunk.n_tokens for chunk in chunks)

    assert n_tokens(True) == 1 + 2  # BOS and the two
    assert n_tokens(False) > 15


def test_the_media_marker_in_text_is_only_text(projector):
    with projector.tokenize([("<__media__>", False)]) as chunks:
        assert all(chunk.tokens is not None for chunk in chunks)


def test_a_picture_becomes_one_chunk_of_its_image_tokens(model, projector):
    with projector.tokenize(prompt_parts()) as chunks:
        images = [chunk for chunk in chunks if chunk.tokens is None]
        assert len(images) == 1
        assert images[0].n_tokens == images[0].n_pos
        assert projector.encode(images[0]).shape == (images[0].n_tokens, model.n_embd_inp)


# --- sampling ---


def test_samplers_run_inside_the_graph(model):
    with make_context(model, n_seq=2) as context:
        assert context.in_graph == [True, True]


def test_where_the_backend_refuses_a_sampler_python_draws_the_same_tokens(model, projector, monkeypatch):
    with make_context(model) as context:
        inside = generate(context, projector)
    llama, _ = library_module.library()
    monkeypatch.setattr(llama, "llama_set_sampler", lambda *_: False)
    with make_context(model) as context:
        assert context.in_graph == [False]
        assert generate(context, projector) == inside


# Hot enough that a draw which goes on from the last one's random numbers shows.
HOT = Sampling(temperature=5.0, top_k=0, top_p=1.0, min_p=0.0, presence_penalty=0.0)


@pytest.mark.parametrize("sampling", [HOT, *VENDOR_SAMPLING.values()], ids=["hot", *VENDOR_SAMPLING])
def test_every_answer_starts_its_random_draws_from_the_seed(model, projector, sampling):
    with make_context(model, sampling=sampling, seed=7) as context:
        assert generate(context, projector) == generate(context, projector)


@pytest.mark.parametrize("sampling", [HOT, *VENDOR_SAMPLING.values()], ids=["hot", *VENDOR_SAMPLING])
def test_every_sampling_runs_inside_the_graph(model, sampling):
    with make_context(model, n_seq=2, sampling=sampling) as context:
        assert context.in_graph == [True, True]


def test_a_token_that_the_graph_did_not_draw_is_drawn_outside_of_it(model, projector, monkeypatch):
    """As where a backend lacks a step of the chain."""
    with make_context(model) as context:
        expected = generate(context, projector)
        llama, _ = library_module.library()
        monkeypatch.setattr(llama, "llama_get_sampled_token_ith", lambda *_: llama.LLAMA_TOKEN_NULL)
        assert generate(context, projector) == expected


@pytest.mark.parametrize("sampling", [HOT, VENDOR_SAMPLING["qwen3.5"]], ids=["hot", "penalties"])
def test_a_sequence_that_moves_keeps_its_cells_and_its_draws(model, projector, sampling):
    def draw(*, moves):
        with make_context(model, n_seq=3, sampling=sampling, seed=7) as context:
            n_past, slot = prefill(context, projector, seq_id=2), 2
            tokens = [context.sample(slot, -1)]
            for step in range(12):
                if moves and step in (3, 7):
                    target = 0 if slot == 2 else 1
                    context.move(slot, target)
                    slot = target
                context.decode([tokens[-1]], [n_past], [slot])
                tokens.append(context.sample(slot, 0))
                n_past += 1
            return tokens

    assert draw(moves=True) == draw(moves=False)


def test_a_saved_sequence_is_restored_in_any_slot_and_goes_on_as_it_would_have(model, projector):
    with make_context(model, n_seq=3) as context:
        expected = generate(context, projector)
        context.clear(0)
        n_prompt = prefill(context, projector)
        state = context.save(0)
        context.clear(0)
        for slot in (2, 0):
            context.restore(slot, state)
            tokens = expected[:1]
            for n_past in range(n_prompt, n_prompt + len(expected) - 1):
                context.decode([tokens[-1]], [n_past], [slot])
                tokens.append(context.sample(slot, 0))
            assert tokens == expected


def test_a_state_that_is_damaged_or_does_not_fit_is_an_error(model, projector):
    with make_context(model, n_seq=2) as context:
        prefill(context, projector, seq_id=0)
        state = context.save(0)
        with pytest.raises(NativeError, match="KV cache"):
            context.restore(1, SavedState(state.data[: state.data.size // 2]))
    with make_context(model, n_ctx_seq=16) as small, pytest.raises(NativeError, match="KV cache"):
        small.restore(0, state)


# --- memory that does not suffice ---

LIMITED = """
import resource
from pathlib import Path
from localalt import native, selftest
from localalt.errors import LocalAltError
from localalt.native.library import library
from localalt.request import GREEDY

def limit(n_bytes):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + n_bytes,) * 2)

library()
"""
LOADING = """
limit(1 << 20)
native.Model(selftest.WEIGHTS)
"""
MAKING_A_CONTEXT = """
model = native.Model(selftest.WEIGHTS)
limit(32 << 20)
native.Context(model, [native.Sampler(model, GREEDY)], n_ctx_seq=1 << 24, n_batch=512, n_ubatch=512, n_threads=1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("work", [LOADING, MAKING_A_CONTEXT])
def test_memory_that_does_not_suffice_is_not_taken_for_a_damaged_file(work):
    lines = "".join(f"    {line}\n" for line in work.strip().splitlines())
    script = f"{LIMITED}\ntry:\n{lines}except LocalAltError as error:\n    print(type(error).__name__, error)\n"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert run.stdout.startswith("NotEnoughMemoryError"), (run.stdout, run.stderr)
    assert "download" not in run.stdout


# --- states that stay on the devices: the CPU's buffers are its own ---


def goes_on(context, slot, n_past, expected):
    """Whether the answer that a slot begins is the one that is expected."""
    tokens = expected[:1]
    for pos in range(n_past, n_past + len(expected) - 1):
        context.decode([tokens[-1]], [pos], [slot])
        tokens.append(context.sample(slot, 0))
    return tokens == expected


def test_a_state_that_stays_on_the_device_is_restored_as_one_in_ram(model, projector):
    with make_context(model, n_seq=3) as context:
        expected = generate(context, projector)
        context.clear(0)
        n_prompt = prefill(context, projector, seq_id=1)
        in_ram = context.save(1)
        context.saves_on_device = True
        state = context.save(1)
        assert (in_ram.place, state.place) == (None, 1)
        assert state.data.size < in_ram.data.size / 10
        assert context.state_bytes(1) == in_ram.data.size
        context.clear(1)
        for slot in (2, 0, 1):
            context.restore(slot, state)
            assert goes_on(context, slot, n_prompt, expected)


def test_a_second_state_of_a_sequence_is_in_ram_as_long_as_somebody_has_the_first(model, projector):
    with make_context(model, n_seq=2) as context:
        expected = generate(context, projector)
        context.saves_on_device = True
        context.clear(0)
        n_prompt = prefill(context, projector)
        first = context.save(0)
        second = context.save(0)
        assert (first.place, second.place) == (0, None)
        context.clear(0)
        for state in (second, first):
            context.restore(1, state)
            assert goes_on(context, 1, n_prompt, expected)
            context.clear(1)
        del state, first
        prefill(context, projector)
        assert context.save(0).place == 0


def test_a_lasting_state_takes_the_last_place_and_leaves_the_others(model, projector):
    with make_context(model, n_seq=3) as context:
        expected = generate(context, projector)
        context.saves_on_device = True
        context.clear(0)
        n_prompt = prefill(context, projector)
        head = context.save(0, lasting=True)
        picture = context.save(0)
        assert (head.place, picture.place) == (2, 0)
        context.clear(0)
        for state in (head, picture):
            context.restore(1, state)
            assert goes_on(context, 1, n_prompt, expected)
            context.clear(1)
        # The last sequence was empty, and is.
        n_prompt = prefill(context, projector, seq_id=2)
        assert goes_on(context, 2, n_prompt, expected)
        assert context.save(2).place is None


def test_a_lasting_state_is_in_ram_where_the_last_sequence_is_in_use_or_the_only_one(model, projector):
    with make_context(model, n_seq=2) as context:
        context.saves_on_device = True
        prefill(context, projector, seq_id=0)
        prefill(context, projector, seq_id=1)
        assert context.save(0, lasting=True).place is None
        assert context.save(1, lasting=True).place == 1
    with make_context(model) as context:
        context.saves_on_device = True
        prefill(context, projector)
        assert context.save(0, lasting=True).place is None
        assert context.save(0).place == 0


def test_a_state_that_has_lost_its_place_is_an_error_and_not_the_end(model, projector):
    with make_context(model) as context:
        context.saves_on_device = True
        prefill(context, projector)
        state = context.save(0)
        with pytest.raises(NativeError, match="KV cache"):
            context.restore(0, SavedState(state.data, 0))


def test_another_seed_gives_other_draws(model, projector):
    def draw(seed):
        with make_context(model, sampling=HOT, seed=seed) as context:
            return generate(context, projector)

    assert draw(7) != draw(8)


# --- speed ---


def test_steps_are_timed_by_width_and_the_model_stays_usable(model, projector):
    with make_context(model) as context:
        before = generate(context, projector)
        step_s = decode_speed.measure_widths(model, limit=4, n_threads=1, use_gpu=False)
        assert generate(context, projector) == before
    assert set(step_s) <= {1, 2, 4}
    assert 1 in step_s
    assert all(0 < seconds < math.inf for steps in step_s.values() for seconds in steps)


def test_a_timed_batch_has_each_slot_once_in_order_and_leaves_nothing_behind(model, monkeypatch):
    made, batches = [], []

    class Watched(native.Context):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            made.append(self)

        def decode(self, tokens, positions, seq_ids):
            batches.append((list(tokens), list(positions), list(seq_ids)))
            super().decode(tokens, positions, seq_ids)

    def all_widths(limit, step_s, is_disturbed):
        return {width: step_s(width) for width in (1, 2, 4)}

    monkeypatch.setattr("localalt.machine.decode_speed.Context", Watched)
    monkeypatch.setattr("localalt.machine.decode_speed.STEPS_S", 0)  # one timed step each
    monkeypatch.setattr("localalt.machine.batch_size.measure", all_widths)
    step_s = decode_speed.measure_widths(model, limit=4, n_threads=1, use_gpu=False)
    assert list(step_s) == [1, 2, 4]
    # The weights are read, and then each graph is made, in steps that are not timed; two more show how they differ.
    assert [len(tokens) for tokens, _, _ in batches] == [1, 1, 1, 1, 2, 2, 2, 4, 4, 4]
    for tokens, positions, seq_ids in batches:
        assert seq_ids == list(range(len(tokens)))
        assert len(set(tokens)) == len(tokens)
        assert len(set(positions)) == 1
    for handle in [*made, *(sampler for context in made for sampler in context._samplers)]:
        with pytest.raises(ClosedError):
            _ = handle.pointer


def test_a_fault_while_measuring_is_an_error_and_leaves_nothing_behind(model, monkeypatch):
    llama, _ = library_module.library()
    with monkeypatch.context() as patched:
        patched.setattr(llama, "llama_init_from_model", lambda *_: None)
        with pytest.raises(EngineError, match="KV cache"):
            decode_speed.measure_widths(model, limit=4, n_threads=1, use_gpu=False)
    alive = [child for child in model._children if child.alive]
    monkeypatch.setattr(llama, "llama_decode", lambda *_: -3)
    with pytest.raises(NativeError):
        decode_speed.measure_widths(model, limit=4, n_threads=1, use_gpu=False)
    assert [child for child in model._children if child.alive] == alive


# --- faults become errors, never an abort ---


def test_a_picture_larger_than_a_non_causal_batch_is_refused(model, projector):
    assert projector.non_causal
    with make_context(model, n_ubatch=8) as context, pytest.raises(EngineError, match="image tokens"):
        prefill(context, projector)


def test_a_full_cache_is_an_error_and_clearing_it_helps(model):
    with make_context(model, n_ctx_seq=256) as context:
        with pytest.raises(CacheFullError):
            context.decode_text([5] * 300, 0, 0, want_logits=True)
        context.clear(0)
        context.decode_text([5] * 100, 0, 0, want_logits=True)


def test_an_invalid_token_is_an_error(model):
    with make_context(model) as context, pytest.raises(NativeError) as caught:
        context.decode([model.n_vocab + 5], [0], [0])
    assert (caught.value.call, caught.value.code) == ("llama_decode", -1)


def test_a_failing_encoder_is_an_error(projector, monkeypatch):
    _, mtmd = library_module.library()
    monkeypatch.setattr(mtmd, "mtmd_batch_encode", lambda *_: 1)
    with projector.tokenize(prompt_parts()) as chunks, pytest.raises(NativeError, match="encode"):
        projector.encode(next(chunk for chunk in chunks if chunk.tokens is None))


def test_a_file_that_is_not_a_model_is_an_error_with_llama_cpps_words(tmp_path):
    path = tmp_path / "no-model.gguf"
    path.write_bytes(b"GGUF but not really")
    with pytest.raises(ModelLoadError, match=r"no-model\.gguf \(llama\.cpp: .+\)"):
        native.Model(path)


def test_a_missing_llama_cpp_python_says_how_to_install_it(monkeypatch):
    library_module._start.cache_clear()
    library_module.library.cache_clear()
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "llama_cpp", None)
        with pytest.raises(BackendMissingError, match="pip install"):
            library_module.library()
    library_module.library()


def test_the_error_about_an_older_llama_cpp_python_names_what_it_lacks(monkeypatch):
    monkeypatch.setattr(library_module, "_NEEDED_OF_MTMD", ("mtmd_call_of_the_future",))
    library_module._start.cache_clear()
    with pytest.raises(BackendMissingError, match="lacks mtmd_call_of_the_future"):
        library_module._start()
    monkeypatch.undo()
    library_module._start()


# --- the log ---


@pytest.mark.parametrize(
    ("level", "expected"), [(1, logging.DEBUG), (2, logging.DEBUG), (3, logging.WARNING), (4, logging.ERROR)]
)
def test_log_levels_are_ggmls(caplog, level, expected):
    bridge = library_module._LogBridge()
    with caplog.at_level(logging.DEBUG, logger="localalt.llama_cpp"):
        bridge(level, b"loading: ", None)
        assert not caplog.records  # a line is logged once it is whole
        bridge(5, "50 \N{DEGREE SIGN}\n".encode(), None)
    assert [(each.levelno, each.message) for each in caplog.records] == [(expected, "loading: 50 \N{DEGREE SIGN}")]


def test_nothing_raised_by_a_log_handler_reaches_c(monkeypatch, capfd):
    def explode(*_):
        raise ValueError

    monkeypatch.setattr(library_module.logger, "log", explode)
    llama, _ = library_module.library()
    callback = llama.llama_log_callback(library_module._LogBridge())
    callback(4, b"x\n", ctypes.c_void_p())
    assert capfd.readouterr() == ("", "")


# --- devices ---


def test_the_devices_that_are_named_are_the_ones_that_llama_cpp_uses(caplog):
    # The CPU stands in for a GPU: what is tested is that names reach llama.cpp and mtmd.
    with caplog.at_level(logging.DEBUG, "localalt.llama_cpp"):
        with native.Model(selftest.WEIGHTS, n_gpu_layers=99, devices=["CPU"]) as model:
            native.Projector(selftest.MMPROJ, model, device="CPU")
        named = caplog.text
        caplog.clear()
        native.Model(selftest.WEIGHTS).close()
    assert "using device CPU" in named
    assert "using device" not in caplog.text


def test_the_projectors_device_reaches_mtmd(model, monkeypatch):
    _, mtmd = library_module.library()
    seen = []

    def refuse(path, text_model, params):
        seen.append((params.use_gpu, params.device))

    monkeypatch.setattr(mtmd, "mtmd_init_from_file", refuse)
    for device in ("CPU", None):
        with pytest.raises(ModelLoadError):
            native.Projector(selftest.MMPROJ, model, device=device)
    (on_device, handle), (on_cpu, none) = seen
    assert (on_device, on_cpu, none) == (True, False, None)
    assert handle


def test_a_device_that_is_gone_is_named():
    with pytest.raises(BackendMissingError, match="no device CUDA7"):
        native.Model(selftest.WEIGHTS, n_gpu_layers=99, devices=["CUDA7"])


@pytest.mark.parametrize(
    ("repack", "instructions", "repacks"),
    [
        (True, {"AVX2"}, True),
        (False, {"AVX2"}, False),
        # Neither the planner nor the doctor, a judge or a benchmark gets kernels that may end the process.
        (True, {"AVX2", "AMX_INT8"}, False),
    ],
)
def test_weights_are_laid_out_anew_where_that_is_wanted_but_never_for_amx(monkeypatch, repack, instructions, repacks):
    seen = []
    llama, _ = library_module.library()
    load = llama.llama_model_load_from_file

    def spy(path, params):
        seen.append(params.use_extra_bufts)
        params.use_extra_bufts = False  # this machine may have AMX
        return load(path, params)

    monkeypatch.setattr(native.model, "cpu_instructions", lambda: frozenset(instructions))
    monkeypatch.setattr(llama, "llama_model_load_from_file", spy)
    native.Model(selftest.WEIGHTS, repack=repack).close()
    assert seen == [repacks]


@pytest.mark.parametrize(("wanted", "kind"), [(None, -1), (False, 0), (True, 1)])
def test_the_choice_of_flash_attention_reaches_llama_cpp_and_mtmd(model, monkeypatch, wanted, kind):
    llama, mtmd = library_module.library()
    seen = []

    def spied(function):
        def call(*arguments):
            seen.append(arguments[-1].flash_attn_type)
            return function(*arguments)

        return call

    monkeypatch.setattr(llama, "llama_init_from_model", spied(llama.llama_init_from_model))
    monkeypatch.setattr(mtmd, "mtmd_init_from_file", spied(mtmd.mtmd_init_from_file))
    samplers = [native.Sampler(model, PRESET.sampling)]
    native.Context(model, samplers, n_ctx_seq=256, n_batch=64, n_ubatch=64, n_threads=1, flash_attn=wanted).close()
    native.Projector(selftest.MMPROJ, model, flash_attn=wanted).close()
    assert seen == [kind, kind]


@pytest.mark.parametrize(
    ("said", "instructions"),
    [
        (b"CPU : SSE3 = 1 | AVX = 0 | AVX512_BF16 = 1 | REPACK = 1 | ", {"SSE3", "AVX512_BF16", "REPACK"}),
        (b"CUDA : ARCHS = 900 | F16 = 1 | CPU : NEON = 1 | SVE_CNT = 16 | ", {"NEON"}),
        (b"", set()),
        (b"CPU : | = | NEON = = 1 |", set()),
    ],
)
def test_the_cpus_instructions_are_those_that_llama_cpp_says_it_uses(monkeypatch, said, instructions):
    monkeypatch.setattr(library_module.library()[0], "llama_print_system_info", lambda: said)
    assert native.cpu_instructions() == instructions


def test_this_cpus_instructions_are_known():
    assert native.cpu_instructions() & {"SSE3", "NEON", "VSX", "RVV", "WASM_SIMD", "LSX"}
    assert machine.this_machine().instructions == native.cpu_instructions()


def test_the_cpu_is_not_a_gpu():
    assert "CPU" not in [device.name for device in native.gpus()]
    free, total = native.ram()
    assert 0 < free <= total


# --- tokens ---


@pytest.mark.parametrize("text", ["", " ", "Describe.", "<end_of_turn>", "two\n\nlines", "naïve 猫 🐈‍⬛", "x" * 5000])
@pytest.mark.parametrize("special", [False, True])
def test_a_text_has_the_tokens_that_a_prompt_of_it_has(model, projector, text, special):
    with projector.tokenize([(text, special)]) as chunks:
        known = [token for chunk in chunks for token in chunk.tokens]
    assert [model.bos, *model.tokenize(text, special=special)] == known


def test_a_text_with_more_tokens_than_bytes_is_tokenized_whole(model, monkeypatch):
    llama, _ = library_module.library()
    tokenize = llama.llama_tokenize

    def strict(vocab, data, n_bytes, tokens, room, *flags):
        return tokenize(vocab, data, n_bytes, tokens, room, *flags) if room >= 50 else -50

    whole = model.tokenize("Describe.", special=False)
    monkeypatch.setattr(llama, "llama_tokenize", strict)
    assert model.tokenize("Describe.", special=False) == whole


# --- OpenMP's threads ---


def spin_count_at_load(**environment):
    """GOMP_SPINCOUNT when llama_cpp is imported, and after."""
    code = (
        "import builtins, os\n"
        "load = builtins.__import__\n"
        "def spy(name, *rest):\n"
        "    if name == 'llama_cpp':\n"
        "        print(os.environ.get('GOMP_SPINCOUNT'))\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = spy\n"
        "from localalt.native.library import library\n"
        "library()\n"
        "print(os.environ.get('GOMP_SPINCOUNT'))\n"
    )
    inherited = {name: value for name, value in os.environ.items() if "OMP" not in name}
    run = subprocess.run(
        [sys.executable, "-c", code], env=inherited | environment, capture_output=True, text=True, check=True
    )
    return run.stdout.split()[0], run.stdout.split()[-1]


@pytest.mark.slow
def test_openmps_threads_spin_briefly_and_the_environment_stays_as_it_was():
    assert spin_count_at_load() == (library_module.SPIN_COUNT, "None")


@pytest.mark.slow
def test_a_persons_own_choice_for_openmp_stays():
    assert spin_count_at_load(GOMP_SPINCOUNT="5") == ("5", "5")
    assert spin_count_at_load(OMP_WAIT_POLICY="active") == ("None", "None")


def test_a_model_forgets_the_samplers_that_it_outlives(model):
    for _ in range(300):
        native.Sampler(model, PRESET.sampling).close()
    assert len(model._children) < 100
    kept = [native.Sampler(model, PRESET.sampling) for _ in range(100)]
    assert all(sampler._finalizer in model._children for sampler in kept)
    for sampler in kept:
        sampler.close()


def test_what_a_file_says_by_llama_cpp_is_logged_visibly(caplog):
    with caplog.at_level(logging.DEBUG, logger="localalt.llama_cpp"):
        library_module._LogBridge()(2, "general.name = \x1b[31m\u202eevil\n".encode(), None)
    assert [each.message for each in caplog.records] == [r"general.name = \x1b[31m\u202eevil"]
