"""However a child or its host ends, nothing of it is left: a sample of the full count."""

import sys

import pytest

from scripts.checks.soak_worker_load_close import soak


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_sample_of_the_ways_to_end_leaves_nothing():
    outcome = soak(4, seed=18)
    assert outcome.failures == ()
    assert outcome.n_cases == 4
