"""The encoder against a projector of plain Python."""

from concurrent.futures import Future

import numpy as np
import pytest

from localalt.engine.encoder import Encoder
from localalt.engine.sequence import Prefix
from localalt.errors import EngineError
from localalt.native import Chunk

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


def prepared(encoder, *prefixes):
    """What each of them became, or its error."""
    wanted = {prefix: Future() for prefix in prefixes}
    encoder.prepare(wanted)
    assert all(future.done() for future in wanted.values())
    return [future.exception() or future.result() for future in wanted.values()]


@pytest.fixture
def projector():
    return FakeProjector()


@pytest.fixture
def encoder(projector):
    return Encoder(FakeModel(), projector, cache_bytes=1 << 20)


def test_a_prefix_becomes_its_chunks_its_tail_and_an_array_for_each_image_chunk(encoder):
    picture = prefix(11, 12)
    (found,) = prepared(encoder, picture)
    assert [chunk.tokens for chunk in found.chunks] == [[1, 2], None, None]
    assert found.tail == [5, 6]
    assert found.n_tokens == 10
    assert [array[0, 0] for array in found.embeddings] == [11, 12]
    assert picture.encode_s > 0


def test_pictures_go_to_the_projector_together_and_come_back_to_their_own_prefixes(encoder, projector):
    found = prepared(encoder, prefix(11, 12), prefix(13))
    assert projector.batches == [[11, 12, 13]]
    assert [[array[0, 0] for array in each.embeddings] for each in found] == [[11, 12], [13]]


def test_a_damaged_picture_fails_alone(encoder, projector):
    good, dropped, damaged, other = prepared(encoder, prefix(11), prefix(None), prefix(-1), prefix(12))
    assert isinstance(dropped, EngineError)
    assert str(damaged) == "damaged"
    assert [each.embeddings[0][0, 0] for each in (good, other)] == [11, 12]
    assert projector.batches == [[11, -1, 12], [11], [-1], [12]]


def test_a_picture_that_was_seen_is_not_encoded_again(encoder, projector):
    prepared(encoder, prefix(11))
    again = prefix(11)
    found, _ = prepared(encoder, again, prefix(12))
    assert projector.batches == [[11], [12]]
    assert found.embeddings[0][0, 0] == 11
    assert again.encode_s == 0


def test_nothing_is_cached_where_the_cache_has_no_room(projector):
    encoder = Encoder(FakeModel(), projector, cache_bytes=0)
    for _ in range(2):
        prepared(encoder, prefix(11))
    assert projector.batches == [[11], [11]]


@pytest.mark.parametrize(("adds_eos", "tail"), [(True, [5]), (False, [5, EOS])])
def test_an_end_of_sequence_that_the_vocabulary_adds_is_not_put_before_the_question(adds_eos, tail):
    encoder = Encoder(FakeModel(adds_eos), FakeProjector(tail=(5, EOS)), cache_bytes=0)
    (found,) = prepared(encoder, prefix(11))
    assert found.tail == tail


def test_a_picture_without_anything_after_it_has_no_tail():
    (found,) = prepared(Encoder(FakeModel(), FakeProjector(tail=()), cache_bytes=0), prefix(11))
    assert found.tail == []
    assert len(found.chunks) == 2


def test_a_fault_of_the_encoder_itself_leaves_no_future_open(encoder, projector):
    projector.encode_batch = lambda chunks: []  # fewer arrays than pictures
    (found,) = prepared(encoder, prefix(11))
    assert isinstance(found, RuntimeError | StopIteration)
