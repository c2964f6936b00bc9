import numpy as np
from hypothesis import given, strategies as st

from localalt.engine.embedding_cache import EmbeddingCache, digest


def embeddings(n_numbers):
    return [np.zeros(n_numbers, np.float32)]


def pixels(height, width, value=0):
    return np.full((height, width, 3), value, np.uint8)


def test_a_digest_differs_with_pixels_and_sizes_and_nothing_else():
    assert digest(pixels(4, 6)) == digest(pixels(4, 6))
    assert digest(pixels(4, 6)) != digest(pixels(6, 4))
    assert digest(pixels(4, 6)) != digest(pixels(4, 6, value=1))
    turned = np.asfortranarray(pixels(4, 6, value=7))
    assert digest(turned) == digest(pixels(4, 6, value=7))


def test_embeddings_come_back_as_long_as_they_fit():
    cache = EmbeddingCache(100)
    first = embeddings(10)
    cache.put(b"first", first)
    assert cache.get(b"first") is first
    assert cache.get(b"second") is None
    cache.put(b"large", embeddings(26))
    assert cache.get(b"large") is None
    assert cache.get(b"first") is first


def test_small_pictures_are_not_cached_for_ever():
    cache = EmbeddingCache(1000, max_pictures=2)
    for name in (b"first", b"second", b"third"):
        cache.put(name, embeddings(1))
    assert cache.get(b"first") is None
    assert cache.get(b"second") is not None
    assert cache.n_bytes == 8


def test_the_least_recently_used_goes_first():
    cache = EmbeddingCache(80)
    for name in (b"first", b"second"):
        cache.put(name, embeddings(10))
    cache.get(b"first")
    cache.put(b"third", embeddings(10))
    assert cache.get(b"second") is None
    assert cache.get(b"first") is not None
    assert cache.get(b"third") is not None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.booleans())))
def test_the_bound_holds_whatever_comes_and_the_count_is_right(actions):
    cache = EmbeddingCache(100)
    for name, n_numbers, is_read in actions:
        key = bytes([name])
        if is_read:
            cache.get(key)
        else:
            cache.put(key, embeddings(n_numbers))
        held = [cache.get(bytes([each])) for each in range(10)]
        assert cache.n_bytes == sum(arrays[0].nbytes for arrays in held if arrays is not None) <= 100
