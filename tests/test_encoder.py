"""The encoder against a projector of plain Python."""

import numpy as np
import pytest

from localalt.encoder import Encoder
from localalt.native import Chunk
from localalt.sequence import Prefix

EOS = 7


class FakeModel:
    def __init__(self, adds_eos=False):
        self.adds_eos, self.eos = adds_eos, EOS


class FakeProjector:
    """One text chunk, an image chunk for each pixel row, and a tail."""

    def __init__(self, tail=(5, 6)):
        self.tail = list(tail)
        self.batches = []

    def tokenize(self, parts):
        *_, pixels = parts
        if pixels is None:
            raise ValueError("no picture")
        images = [Chunk(int(row), None, 4, 4) for row in pixels]
        texts = [Chunk(0, [1, 2], 2, 2)]
        return [*texts, *images, *([Chunk(0, self.tail, len(self.tail), len(self.tail))] if self.tail else [])]

    def encode_batch(self, chunks):
        self.batches.append([chunk.pointer for chunk in chunks])
        if any(chunk.pointer < 0 for chunk in chunks):
            raise ValueError("damaged")
        return [np.full((4, 2), chunk.pointer, np.float32) for chunk in chunks]


def prefix(*rows, digest=None):
    pixels = None if rows == (None,) else rows
    return Prefix((("head", True),), pixels, repr(rows).encode() if digest is None else digest, n_unasked=1)


@pytest.fixture
def projector():
    return FakeProjector()


@pytest.fixture
def encoder(projector):
    return Encoder(FakeModel(), projector, cache_bytes=1 << 20)


def test_a_prefix_becomes_its_chunks_its_tail_and_an_array_for_each_image_chunk(encoder):
    picture = prefix(11, 12)
    prepared = encoder.prepare([picture])[picture]
    assert [chunk.tokens for chunk in prepared.chunks] == [[1, 2], None, None]
    assert prepared.tail == [5, 6]
    assert prepared.n_tokens == 10
    assert [array[0, 0] for array in prepared.embeddings] == [11, 12]
    assert picture.encode_s > 0


def test_pictures_go_to_the_projector_together_and_come_back_to_their_own_prefixes(encoder, projector):
    first, second = prefix(11, 12), prefix(13)
    results = encoder.prepare([first, second])
    assert projector.batches == [[11, 12, 13]]
    assert [[array[0, 0] for array in results[each].embeddings] for each in (first, second)] == [[11, 12], [13]]


def test_a_damaged_picture_fails_alone(encoder, projector):
    good, untokenized, damaged, other = prefix(11), prefix(None), prefix(-1), prefix(12)
    results = encoder.prepare([good, untokenized, damaged, other])
    assert isinstance(results[untokenized], ValueError)
    assert str(results[damaged]) == "damaged"
    assert [results[each].embeddings[0][0, 0] for each in (good, other)] == [11, 12]
    assert projector.batches == [[11, -1, 12], [11], [-1], [12]]


def test_a_picture_that_was_seen_is_not_encoded_again(encoder, projector):
    encoder.prepare([prefix(11)])
    again, other = prefix(11), prefix(12)
    results = encoder.prepare([again, other])
    assert projector.batches == [[11], [12]]
    assert results[again].embeddings[0][0, 0] == 11
    assert again.encode_s == 0


def test_nothing_is_kept_where_the_cache_has_no_room(projector):
    encoder = Encoder(FakeModel(), projector, cache_bytes=0)
    for _ in range(2):
        encoder.prepare([prefix(11)])
    assert projector.batches == [[11], [11]]


@pytest.mark.parametrize(("adds_eos", "tail"), [(True, [5]), (False, [5, EOS])])
def test_an_end_of_sequence_that_the_vocabulary_adds_is_not_put_before_the_question(adds_eos, tail):
    picture = prefix(11)
    encoder = Encoder(FakeModel(adds_eos), FakeProjector(tail=(5, EOS)), cache_bytes=0)
    assert encoder.prepare([picture])[picture].tail == tail


def test_a_picture_without_anything_after_it_has_no_tail():
    picture = prefix(11)
    prepared = Encoder(FakeModel(), FakeProjector(tail=()), cache_bytes=0).prepare([picture])[picture]
    assert prepared.tail == []
    assert len(prepared.chunks) == 2
