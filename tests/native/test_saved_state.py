"""Who has which place on the devices."""

import gc

import numpy as np

from localalt.native.saved_state import SavedState, Shelf


def state(place):
    return SavedState(np.zeros(4, np.uint8), place)


def test_a_place_is_taken_for_as_long_as_anybody_has_its_state():
    shelf = Shelf(2)
    assert shelf.is_free(0)
    first = state(0)
    shelf.put(first)
    assert (shelf.is_free(0), shelf.is_free(1)) == (False, True)
    del first
    gc.collect()
    assert shelf.is_free(0)


def test_a_state_that_lost_its_place_is_not_there_any_more():
    shelf = Shelf(2)
    first, second = state(0), state(0)
    shelf.put(first)
    shelf.put(second)
    assert (shelf.has(first), shelf.has(second)) == (False, True)


def test_a_state_in_ram_is_always_there():
    shelf = Shelf(1)
    own = state(None)
    shelf.put(own)
    assert shelf.has(own)
    assert shelf.is_free(0)
