"""The self-test's drawings are what their texts and labels say, and the held-out file is whole."""

from __future__ import annotations

import io
import json
import random

import pytest
from PIL import Image, ImageOps

from localalt import selftest
from scripts.train_selftest import pictures
from tests.support.paths import ROOT

SEEDS = range(40)
GRIDS = ((8, 8), (8, 10), (10, 8), (32, 32))


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_a_seed_gives_the_same_drawing_every_time(kind):
    first, second = pictures.draw(7, kind), pictures.draw(7, kind)
    assert first.text == second.text
    assert first.labels() == second.labels()
    assert first.picture.tobytes() == second.picture.tobytes()


def test_seeds_differ():
    assert len({pictures.draw(seed).picture.tobytes() for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_texts_are_sentences_of_one_line(kind):
    for seed in SEEDS:
        text = pictures.draw(seed, kind).text
        assert text[0].isupper()
        assert text.endswith(".")
        assert "\n" not in text
        assert len(text) < 125


def things(drawing):
    return {pictures.THINGS[label.thing] for label in drawing.labels()}


def test_labels_name_the_shapes_of_the_text():
    for seed in SEEDS:
        drawing = pictures.draw(seed, "shapes")
        assert things(drawing) - {"ground"} == {shape for shape in pictures.SHAPES if shape in drawing.text}


def test_labels_spell_the_word_of_the_text():
    n_spelled = 0
    for seed in SEEDS:
        drawing = pictures.draw(seed, "word")
        word = drawing.text.split('"')[1]
        spelled = {
            letter
            for label in drawing.labels()
            for bit, letter in enumerate(pictures.LETTERS)
            if label.letters >> bit & 1
        }
        assert word in pictures.WORDS
        assert spelled <= set(word)
        n_spelled += bool(spelled)
    # Which fonts are installed decides the drawing; small letters may all lie across patches (1 in 200 with DejaVu).
    assert n_spelled >= len(SEEDS) - 2


def test_labels_name_the_tallest_bar_of_the_text():
    for seed in SEEDS:
        drawing = pictures.draw(seed, "chart")
        details = {pictures.DETAILS[label.detail] for label in drawing.labels() if label.detail >= 0}
        assert len(details) == 1
        ordinal, number = details.pop().split(" of ")
        assert drawing.text == f"A bar chart with {number} bars, the {ordinal} one is the tallest."
        assert "tallest bar" in things(drawing)


def test_an_empty_picture_has_one_colour_and_nothing_on_it():
    drawing = pictures.draw(3, "empty")
    assert len(drawing.picture.getcolors()) == 1
    assert things(drawing) == {"ground"}


def test_sides_bound_the_shorter_side():
    for seed in SEEDS:
        width, height = pictures.draw(seed, sides=(200, 210)).picture.size
        assert 200 <= min(width, height) <= 210
        assert max(width, height) <= 210 * 4 / 3 + 1


@pytest.mark.slow
def test_a_model_sees_the_size_that_it_wants_whatever_the_resize():
    for seed in SEEDS:
        picture = pictures.draw(seed).picture
        assert pictures.to_input(picture, (120, 96)).size == (120, 96)
        assert pictures.to_input(picture, (120, 96), random.Random(seed)).size == (120, 96)


def test_labels_follow_the_grid_that_a_picture_is_cut_into():
    drawing = pictures.draw(1, "shapes")
    assert len(drawing.labels(8, 10)) == 80
    in_the_middle = [drawing.labels(rows, columns)[(rows // 2) * columns + columns // 2] for rows, columns in GRIDS]
    assert len(set(in_the_middle)) == 1


def test_unseen_words_are_unseen():
    assert not set(pictures.WORDS) & set(pictures.UNSEEN_WORDS)


@pytest.mark.parametrize("model", selftest.MODELS)
def test_a_model_fits_in_six_megabytes(model):
    assert sum(path.stat().st_size for path in selftest.MODELS[model]) < 6e6


def test_the_held_out_set_is_whole():
    held_out = selftest.held_out()
    counts = {kind: sum(entry.kind == kind for entry in held_out) for kind in (*pictures.KINDS, selftest.UNSEEN)}
    assert counts == dict.fromkeys(pictures.KINDS, 125) | {selftest.UNSEEN: 100}
    assert len({entry.name for entry in held_out}) == len(held_out)
    for entry in held_out:
        with Image.open(io.BytesIO(entry.picture)) as picture:
            picture.load()
            assert picture.format == "BMP"
        assert entry.text.endswith(".")
        assert all(entry.torch_texts[model].endswith(".") for model in selftest.MODELS)


def test_examples_match_their_list():
    folder = ROOT / "examples"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert set(expected) == {path.name for path in folder.iterdir()} - {"expected.json"}
    for name in expected:
        with Image.open(folder / name) as picture:
            upright = ImageOps.exif_transpose(picture)
            assert min(upright.size) >= 200
            assert max(upright.size) <= 800


@pytest.mark.slow
def test_one_example_is_stored_rotated():
    with Image.open(ROOT / "examples" / "sign-rotated.jpg") as picture:
        assert picture.getexif()[0x0112] == 6
