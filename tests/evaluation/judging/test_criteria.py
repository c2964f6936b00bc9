"""Grades of averages."""

import pytest

from localalt.evaluation.judging.criteria import GRADES, grade


@pytest.mark.parametrize(
    ("average", "letter"),
    [
        (3.4, "C"),
        (4.2, "B"),
        (4.4, "B"),
        (4.8, "A"),
        (5, "A"),
        (4.6, "A"),
        (4.59, "B"),
        (2, "D"),
        (1.99, "F"),
        (0, "F"),
    ],
)
def test_averages_have_the_grades_that_others_gave_them(average, letter):
    assert grade(average) == letter


def test_grades_fall():
    assert [lowest for _, lowest in GRADES] == sorted((lowest for _, lowest in GRADES), reverse=True)
