"""Grades of averages."""

import pytest

from localalt.evaluation.judging.criteria import FOUR, GRADES, LETTER_SCORES, SCORES, SETS, grade

# Of dri.es/comparing-local-llms-for-alt-text-generation and its round 2: each average that they print, and its letter.
PUBLISHED = [
    *((0.4, "F"), (1.6, "D"), (1.8, "D"), (2.6, "C"), (2.2, "D"), (3.2, "C"), (3.8, "B"), (4.4, "B"), (4.8, "A")),
    *((5, "A"), (3.4, "C"), (4.2, "B")),
]


@pytest.mark.parametrize(("average", "letter"), [*PUBLISHED, (4.5, "A"), (4.49, "B"), (1, "E"), (0.49, "F"), (0, "F")])
def test_averages_have_the_grades_that_others_gave_them(average, letter):
    assert grade(average) == letter


def test_each_letter_stands_for_a_score_that_has_this_letter():
    assert all(grade(score) == letter for letter, score in LETTER_SCORES.items())
    assert [*dict(GRADES), "F"] == list(LETTER_SCORES)


def test_grades_fall():
    assert [lowest for _, lowest in GRADES] == sorted((lowest for _, lowest in GRADES), reverse=True)


def test_criteria_asked_together_have_the_words_that_each_has_alone():
    asked = SETS["four"].prompt("A dog.", reference="A cat.")
    assert SETS["four"].scores == tuple(SCORES[name] for name in FOUR)
    for name in FOUR:
        assert SCORES[name].rubric in asked
        assert f'"{name}": …' in asked
        assert f'\\"{name}\\": " [1-5]' in SETS["four"].grammar
    assert "A cat." in asked
    assert "Look at the picture." in SETS["four"].prompt("A dog.", reference=None)
