"""Every model family end to end: a tiny random pair per family answers as torch says it must.

tests/families holds, per family, NAME.tar.xz (weights, mmproj and pictures, written by
scripts/family_pairs.py with the family's real architecture, tensors, kind of vocabulary,
special tokens and template) and NAME.json (torch's greedy answers in float32).
"""

import ctypes
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt import native
from localalt.native.library import library
from localalt.prompt import TextPart, build_prompt
from localalt.sequence import Request

FOLDER = Path(__file__).parent / "families"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
N_TOKENS = 12


@dataclass(frozen=True)
class Pair:
    weights: Path
    mmproj: Path
    known: dict
    pictures: dict
    """{path: what is known of the answer}"""

    def load(self, **options):
        return localalt.load((self.weights, self.mmproj), device="cpu", **options)


@pytest.fixture(scope="module", params=NAMES)
def pair(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with tarfile.open(FOLDER / f"{request.param}.tar.xz") as archive:
        for member in archive:
            Path(folder, member.name).write_bytes(archive.extractfile(member).read())
    known = json.loads((FOLDER / f"{request.param}.json").read_text(encoding="utf-8"))
    pictures = {folder / name: answer for name, answer in known["pictures"].items()}
    return Pair(folder / "weights.gguf", folder / "mmproj.gguf", known, pictures)


@pytest.fixture(scope="module")
def describer(pair):
    with pair.load(exact_tokens=N_TOKENS, n_seq_max=3) as describer:
        yield describer


def parts_of(describer, path):
    """A prompt's parts as the describer hands them to its engine."""
    picture = localalt.describer.load_picture(path, describer._geometry)
    assert np.array_equal(picture.pixels, np.asarray(Image.open(path))), "the test's picture was resized"
    return [
        (part.text, part.special) if isinstance(part, TextPart) else picture.pixels
        for part in build_prompt(describer._preset)
    ]


def submit(describer, path):
    request = Request(tuple(parts_of(describer, path)), max_tokens=N_TOKENS, exact=True)
    return describer._engine.submit(request)


def test_every_architecture_with_a_preset_has_a_pair():
    known = [json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES]
    there = {(each["architecture"], each["projector"]) for each in known}
    assert there >= set(localalt.presets.FAMILIES)


def test_the_files_are_taken_for_what_they_are(pair, describer):
    identity = describer.model
    assert (identity.architecture, identity.projector) == (pair.known["architecture"], pair.known["projector"])
    assert identity.family == pair.known["family"]


def test_the_tokens_are_torchs_one_picture_at_a_time(pair, describer):
    for path, answer in pair.pictures.items():
        sequence = submit(describer, path).future.result(timeout=60).sequence
        assert sequence.tokens == answer["tokens"], path.name
        assert sequence.n_image_tokens == answer["n_image_tokens"]
        assert sequence.n_prompt_tokens == answer["n_prompt_tokens"]
        assert sequence.n_past == answer["n_past"] + N_TOKENS - 1


def test_the_tokens_are_torchs_with_more_pictures_than_slots(pair, describer):
    paths = [*pair.pictures, *reversed(pair.pictures)]
    tickets = [submit(describer, path) for path in paths]
    found = [ticket.future.result(timeout=60).sequence.tokens for ticket in tickets]
    assert found == [pair.pictures[path]["tokens"] for path in paths]


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


# --- against llama.cpp's own way through a prompt ---


@pytest.fixture(scope="module")
def loaded(pair, describer):
    """Model and projector of the test's own, and each picture's prompt."""
    prompts = [parts_of(describer, path) for path in pair.pictures]
    with native.Model(pair.weights) as model, native.Projector(pair.mmproj, model) as projector:
        yield model, projector, prompts


class Bare:
    """A fresh context as the engine makes it, without a sampler in its graph: the logits come out whole."""

    def __init__(self, model):
        sampling = localalt.presets.PRESETS["generic"].sampling
        self.n_vocab = model.n_vocab
        self.context = native.Context(
            model, [native.Sampler(model, sampling)], n_ctx_seq=4096, n_batch=2048, n_ubatch=2048, n_threads=1
        )
        llama, _ = library()
        llama.llama_set_sampler(self.context.pointer, 0, None)

    def logits(self):
        pointer = library()[0].llama_get_logits_ith(self.context.pointer, -1)
        return np.ctypeslib.as_array(pointer, shape=(self.n_vocab,)).copy()


def ours(model, projector, prompt, *, shift=0):
    """Logits and positions after a prompt, as the engine decodes it; `shift` moves what follows the picture."""
    bare = Bare(model)
    n_past = 0
    with bare.context as context, projector.tokenize(prompt) as chunks:
        for chunk in chunks:
            if chunk.tokens is not None:
                context.decode_text(chunk.tokens, n_past, 0, want_logits=True)
            else:
                context.decode_image(projector, chunk, projector.encode(chunk), n_past, 0)
                n_past += shift
            n_past += chunk.n_pos
        return bare.logits(), n_past


def llamas(model, projector, prompt):
    """The same by `mtmd_helper_eval_chunks`."""
    _, mtmd = library()
    bare = Bare(model)
    n_past = ctypes.c_int32()
    with bare.context as context, projector.tokenize(prompt) as chunks:
        code = mtmd.mtmd_helper_eval_chunks(
            projector.pointer, context.pointer, chunks.pointer, 0, 0, context.n_batch, True, ctypes.byref(n_past)
        )
        assert code == 0
        return bare.logits(), n_past.value


def test_a_prompt_leaves_the_logits_and_positions_that_mtmds_own_helper_does(pair, loaded):
    model, projector, prompts = loaded
    for prompt, answer in zip(prompts, pair.pictures.values(), strict=True):
        found, n_past = ours(model, projector, prompt)
        expected, expected_n_past = llamas(model, projector, prompt)
        assert n_past == expected_n_past == answer["n_past"]
        # The same operations on the same numbers: nothing is left to rounding.
        assert np.array_equal(found, expected)
        assert int(found.argmax()) == answer["tokens"][0]


def test_a_wrong_position_after_the_picture_shows_in_the_logits(loaded):
    model, projector, prompts = loaded
    right, n_past = ours(model, projector, prompts[0])
    wrong, wrong_n_past = ours(model, projector, prompts[0], shift=3)
    assert wrong_n_past == n_past + 3
    assert np.abs(wrong - right).max() > 1e-3
