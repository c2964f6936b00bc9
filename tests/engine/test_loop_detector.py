import random

import pytest

from localalt.engine.loop_detector import LoopDetector


def first_loop(tokens):
    """How many tokens it took to notice a loop; None where there was none."""
    detector = LoopDetector()
    return next((count for count, token in enumerate(tokens, 1) if detector.feed(token)), None)


def words(text):
    return [hash(word) for word in text.split()]


PROSE = list(range(1000, 1040))

LOOPING = {
    "one token": (PROSE + [7] * 40, 16),
    "two tokens": (PROSE + [7, 8] * 20, 24),
    "a clause": (PROSE + [7, 8, 9, 10, 11] * 8, 24),
    "a sentence": (PROSE + list(range(12)) * 5, 36),
    "a paragraph": (PROSE + list(range(100)) * 4, 300),
    "a list counted within": (PROSE + [1, 2, 3, 2, 1, 5] * 6, 24),
}


@pytest.mark.parametrize("case", LOOPING)
def test_a_loop_is_noticed_as_soon_as_it_covers_enough(case):
    tokens, covered = LOOPING[case]
    assert first_loop(tokens) == len(PROSE) + covered


LEGITIMATE = {
    "nothing": [],
    "prose": PROSE,
    "laughter on a sign": words("A sign reads HA HA HA HA HA HA HA HA and a clown laughs"),
    "exclamation marks": [*PROSE, *[33] * 12, 1],
    "a row of dots": [*PROSE, *[46] * 15, 1],
    "a city named twice": words("New York New York is written on a neon sign"),
    "a refrain": words("row row row your boat gently down the stream row row row your boat gently down the stream"),
    "two equal labels of a chart": list(range(40)) * 2,
    "a table with equal cells": words("a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 k 0 l 0 m 0 n 0"),
    "a very long period": list(range(129)) * 5,
}


@pytest.mark.parametrize("case", LEGITIMATE)
def test_what_repeats_in_pictures_and_prose_is_not_a_loop(case):
    assert first_loop(LEGITIMATE[case]) is None


def test_another_token_ends_the_loop():
    detector = LoopDetector()
    assert any(detector.feed(7) for _ in range(20))
    assert not detector.feed(8)


def test_random_tokens_are_not_a_loop():
    generator = random.Random(1)
    assert first_loop([generator.randrange(200) for _ in range(5000)]) is None


@pytest.mark.slow
def test_a_token_looks_at_no_more_than_the_last_periods():
    generator = random.Random(2)
    detector = LoopDetector()
    for _ in range(20_000):  # few kinds of tokens: many earlier places of each to look at
        detector.feed(generator.randrange(3))
    assert len(detector._running) <= 128
    assert all(len(positions) <= 130 for positions in detector._last_seen.values())
