"""The first computation on a GPU, before a picture waits for it: nothing is left of it, and its failures are those of
loading. The CPU stands in for the GPU."""

import contextlib
import dataclasses
import functools
from unittest import mock

import pytest

from localalt import native, selftest
from localalt.devices import Device, Machine
from localalt.engine import handles as handles_module
from localalt.engine.engine import Engine
from localalt.engine.handles import open_handles
from localalt.engine.warm_up import largest_picture, warm_up
from localalt.errors import CacheFullError, NativeError, NotEnoughMemoryError
from localalt.image.resize import fit
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.request import GREEDY, Sampling
from localalt.types import ImageGeometry
from tests.support.fake_handles import Cells, FakeHandles

GEOMETRY = ImageGeometry(square=None, token_px=28, min_tokens=4, max_tokens=1_000)
GPU = Device("Vulkan9", "Made-up GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
MACHINE = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=2)


def run(fake, geometry=GEOMETRY):
    """Warm up a fake model; (bytes of the state, progress)."""
    heard = []
    n_bytes = warm_up(fake.model, fake.projector, fake.context, n_seq_max=3, geometry=geometry, progress=heard.append)
    return n_bytes, heard


@pytest.mark.parametrize(("max_tokens", "read"), [(4, 4), (257, 257), (1_000, 1_000), (4_096, 1_024)])
def test_the_largest_picture_is_as_large_as_any_that_is_read(max_tokens, read):
    geometry = dataclasses.replace(GEOMETRY, max_tokens=max_tokens)
    height, width, _ = largest_picture(geometry).shape
    n_tokens = width * height // geometry.token_px**2
    assert fit(width, height, geometry).canvas == (width, height)
    assert 0.9 * read <= n_tokens <= read


def test_a_projector_of_one_size_gets_that():
    assert largest_picture(ImageGeometry(896, 14, 256, 256)).shape == (896, 896, 3)
    assert max(largest_picture(ImageGeometry(None, 1, 0, 0)).shape) <= 1024  # one that cuts tiles


def test_a_picture_and_a_token_of_every_slot_are_computed_and_nothing_is_left():
    fake = FakeHandles(3)
    n_bytes, heard = run(fake)
    assert fake.projector.encoded == [[128]]
    assert fake.context.n_image_decodes == 1
    assert fake.context.n_decoded == [3, 2, 1]
    assert fake.context.slots == [Cells()] * 3
    assert n_bytes == 1_000
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_the_state_of_a_picture_with_the_most_detail_is_as_much_larger_as_that_has_tokens():
    n_bytes, _ = run(FakeHandles(3), dataclasses.replace(GEOMETRY, max_tokens=4_096))
    assert n_bytes == 4_000


def test_a_model_without_a_projector_decodes_alone():
    fake = FakeHandles(3, sees=False)
    assert run(fake, None) == (0, [0.8, 1.0])
    assert fake.context.n_decoded == [3, 2, 1]


def test_texts_and_fewer_sequences_are_computed_which_have_kernels_of_their_own(monkeypatch):
    fake = FakeHandles(20)
    texts = []
    own = fake.context.decode_text
    monkeypatch.setattr(
        fake.context,
        "decode_text",
        lambda tokens, *rest, **options: (texts.append(len(tokens)), own(tokens, *rest, **options)),
    )
    warm_up(fake.model, fake.projector, fake.context, n_seq_max=20, geometry=GEOMETRY, progress=lambda _: None)
    assert texts == [48, 24, 7, 6, 5, 4]
    assert fake.context.n_decoded == [20, 8, 7, 6, 5, 4, 3, 2, 1]


def test_a_context_too_small_for_a_text_is_left_to_the_first_picture(caplog):
    fake = FakeHandles(3)
    fake.context.decode_text = mock.Mock(side_effect=CacheFullError("The cache is full."))
    run(fake)
    assert "The cache is full" in caplog.text
    assert fake.context.slots == [Cells()] * 3


def failing(fake, where, message):
    def fail(*_, **__):
        raise NativeError(message, call="mtmd_batch_encode", code=1)

    setattr(fake.projector if where == "encode" else fake.context, where, fail)
    return fake


@pytest.mark.parametrize("where", ["encode", "decode_image", "decode"])
def test_what_lacks_memory_is_an_error_of_loading(where):
    fake = failing(FakeHandles(3), where, "it failed (llama.cpp: failed to allocate Vulkan0 buffer of size 9): try")
    with pytest.raises(NotEnoughMemoryError, match="failed to allocate Vulkan0 buffer"):
        run(fake)
    assert fake.context.slots == [Cells()] * 3


@pytest.mark.parametrize(("where", "n_decoded"), [("encode", [3, 2, 1]), ("decode_image", []), ("decode", [])])
def test_what_fails_otherwise_is_left_to_the_first_picture(where, n_decoded, caplog):
    fake = failing(FakeHandles(3), where, "numbers that are not finite")
    if where == "encode":
        fake.model.n_embd_inp = 4
        seen, cells = [], fake.context.slots[0]
        fake.context.decode_image = lambda _, chunk, embeddings, *__: (
            seen.append(embeddings),
            setattr(cells, "n_past", chunk.n_pos),
        )
    run(fake)
    if where == "encode":
        assert not seen[0].any()  # nothing that would spoil the cache
    assert "not finite" in caplog.text
    assert fake.context.n_decoded == n_decoded
    assert fake.context.slots == [Cells()] * 3


# --- as a model is loaded ---


@pytest.fixture
def files():
    return read_files("selftest", selftest.WEIGHTS, selftest.MMPROJ)


@pytest.fixture
def gpu(monkeypatch):
    """A GPU that is made up, for which the CPU computes."""
    monkeypatch.setattr(native, "devices", lambda: (GPU,))
    for name in ("Model", "Projector"):
        real = getattr(handles_module, name)
        monkeypatch.setattr(handles_module, name, functools.partial(_on_cpu, real))
    return GPU


def _on_cpu(real, *arguments, **options):
    on_cpu = {"devices": (), "n_gpu_layers": 0} if "devices" in options else {"device": None}
    return real(*arguments, **{**options, **on_cpu})


def opened(files, *, sampling=GREEDY, progress=lambda _: None, **changes):
    spec = files.spec(max_tokens=64)
    devices = (GPU,) if changes.pop("on_gpu", False) else ()
    plan = dataclasses.replace(planner.plan(spec, dataclasses.replace(MACHINE, devices=devices)), **changes)
    return open_handles(
        selftest.WEIGHTS, selftest.MMPROJ, progress, plan=plan, geometry=spec.geometry, sampling=sampling, seed=7
    )


ON_GPU = {"on_gpu": True}


@pytest.mark.parametrize(("changes", "n_times"), [(ON_GPU, 1), ({}, 0)])
def test_a_model_is_warmed_up_on_a_gpu_and_not_on_the_cpu(files, gpu, monkeypatch, changes, n_times):
    called, heard = [], []
    monkeypatch.setattr(handles_module, "warm_up", lambda *a, **b: (called.append(heard[-1]), warm_up(*a, **b))[-1])
    with opened(files, progress=heard.append, **changes) as handles:
        assert handles.context.saves_on_device == bool(n_times)
    assert called == [pytest.approx(0.9)] * n_times
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_a_draw_is_the_same_after_warming_up(files, gpu, describer):
    hot = Sampling(temperature=1.5, top_k=0, top_p=1.0, min_p=0.0, presence_penalty=0.0)

    def draw(**changes):
        with opened(files, sampling=hot, **changes) as handles:
            context, model = handles.context, handles.model
            context.decode_text([max(0, model.bos)], 0, 0, want_logits=True)
            tokens = [context.sample(0, -1)]
            for pos in range(1, 12):
                context.decode([tokens[-1]], [pos], [0])
                tokens.append(context.sample(0, 0))
            return tokens

    assert draw(**ON_GPU) == draw()


@pytest.mark.parametrize(
    ("free_bytes", "changes", "stay"),
    [
        (7_000_000_000, {}, True),
        (10_000_000, {}, False),  # a reserve stays free
        (7_000_000_000, {"flash_attn": False}, False),
        (7_000_000_000, {"n_gpu_layers": 0}, False),
    ],
)
def test_states_stay_on_a_gpu_that_has_room_for_them(files, gpu, monkeypatch, free_bytes, changes, stay):
    device = dataclasses.replace(gpu, free_bytes=free_bytes)
    monkeypatch.setattr(native, "devices", lambda: (device,))
    with opened(files, **{**ON_GPU, **changes}) as handles:
        assert handles.context.saves_on_device == stay


def test_a_projector_that_does_not_fit_is_not_given_to_llama_cpp(files, gpu, monkeypatch):
    small = dataclasses.replace(gpu, free_bytes=1_000)
    monkeypatch.setattr(native, "devices", lambda: (small,))
    monkeypatch.setattr(handles_module, "Projector", lambda *_, **__: pytest.fail("llama.cpp ends the process"))
    with pytest.raises(NotEnoughMemoryError, match=r"Vulkan9 has .* of memory free"), opened(files, **ON_GPU):
        pass


def test_an_engine_answers_the_same_from_states_on_the_device(files, gpu, expected):
    """Heads and pictures through real handles, two slots, one picture asked twice."""
    from localalt.image.processor import load_picture
    from localalt.prompting.presets import PRESETS
    from localalt.request import Question, Request

    preset, geometry = PRESETS["selftest"], files.spec(max_tokens=64).geometry
    pictures = [load_picture(path, geometry) for path in list(expected)[:3]]
    words = (("Describe.", False), (preset.closing, True))

    def texts(**changes):
        open_model = functools.partial(_open_for_engine, files, changes)
        engine = Engine(open_model)
        try:
            tickets = [
                engine.submit(Request(((preset.opening, True),), each.pixels, (Question(words, max_tokens=24),) * 2))
                for each in pictures
            ]
            return [ticket.future.result(60).text for both in tickets for ticket in both]
        finally:
            engine.close()

    in_ram = texts(n_seq_max=2)
    assert texts(n_seq_max=2, **ON_GPU) == in_ram
    assert texts(n_seq_max=1, **ON_GPU) == in_ram
    assert len(set(in_ram)) > 1


@contextlib.contextmanager
def _open_for_engine(files, changes, progress):
    with opened(files, progress=progress, **changes) as handles:
        yield handles
