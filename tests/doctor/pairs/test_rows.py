"""What is computed with a generated pair, in which order, and where rounding decides."""

import numpy as np
import pytest

from localalt.doctor.pairs import comparison, rows
from localalt.doctor.pairs.shapes import N_VOCAB


def test_every_script_is_computed_one_at_a_time_and_only_then():
    alone, in_graph = rows.groups(1)
    assert sorted(alone.rows) == [(script, step) for script in range(32) for step in range(rows.N_STEPS)]
    assert in_graph.in_graph


def test_batches_have_the_widths_at_which_kernels_change():
    widths = [group.width for group in rows.groups(32) if not group.in_graph]
    assert widths == [1, 4, 8, 9, 16, 32]
    assert [group.width for group in rows.groups(9)] == [1, 4, 8, 9, 8]


def test_the_rows_of_a_group_are_in_the_order_of_its_batches():
    assert rows.Group(2, 4).rows[:8] == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 0), (3, 0)]


def test_the_text_has_a_part_that_fills_a_graph():
    assert [len(part) for part in rows.PROMPT] == [8, rows.UBATCH, 40]
    assert rows.N_PROMPT_ROWS == 4


def test_tokens_are_pieces_of_text_and_differ_between_scripts():
    scripts = [tuple(rows.token(script, step) for step in range(rows.N_STEPS)) for script in range(rows.N_SCRIPTS)]
    assert len(set(scripts)) == rows.N_SCRIPTS
    assert all(rows._FIRST_TOKEN <= token < N_VOCAB for script in scripts for token in script)


@pytest.mark.parametrize(("lead", "sure"), [(0.1, False), (1.0, True)])
def test_a_choice_is_sure_by_its_lead(lead, sure):
    logits = np.random.default_rng(0).uniform(-1, 1, 1000).astype(np.float32)
    logits[7], logits[9] = 1.0 + lead, 1.0
    assert comparison.is_sure(logits) is sure
