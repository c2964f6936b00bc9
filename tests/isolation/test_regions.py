"""Parts of a memory: nobody has what another one has, and the lowest that fits is taken."""

from hypothesis import given, strategies

from localalt.isolation.regions import Regions

STEP, PAGES = 4, 16
WISHES = strategies.lists(strategies.tuples(strategies.integers(0, 3), strategies.integers(0, 24)), max_size=60)


@given(WISHES)
def test_no_two_owners_have_the_same_byte_and_what_fits_somewhere_is_given(wishes):
    regions = Regions(PAGES * STEP, STEP)
    taken = dict.fromkeys(range(4), ())
    for owner, n_bytes in wishes:
        if n_bytes == 0:
            freed = regions.free(owner)
            assert sorted(page for start, end in freed for page in range(start // STEP, end // STEP)) == sorted(
                taken[owner]
            )
            taken[owner] = ()
            continue
        n_pages = -(-n_bytes // STEP)
        others = {page for pages in taken.values() for page in pages}
        room = [first for first in range(PAGES - n_pages + 1) if others.isdisjoint(range(first, first + n_pages))]
        start = regions.take(owner, n_bytes)
        assert start == (room[0] * STEP if room else None)
        if start is not None:
            taken[owner] += tuple(range(start // STEP, start // STEP + n_pages))


def test_what_was_in_use_is_used_again():
    regions = Regions(100, 10)
    assert [regions.take("a", 25), regions.take("b", 1), regions.take("c", 60)] == [0, 30, 40]
    assert regions.take("d", 1) is None
    assert regions.free("a") == [(0, 30)]
    assert regions.free("a") == []
    assert [regions.take("d", 31), regions.take("d", 30)] == [None, 0]


def test_nothing_is_more_than_all_of_it():
    assert Regions(100, 10).take("a", 101) is None
    assert Regions(100, 10).take("a", 100) == 0
