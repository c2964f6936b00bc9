"""Recipes: what was published is as it was printed, stands beside what is measured, and changes nothing of it."""

import dataclasses
import json
import statistics

import pytest

import localalt
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.questions import check_criteria
from localalt.evaluation.judging.validation import JudgeValidation
from localalt.evaluation.judging.verdicts import JudgeVerdict
from localalt.evaluation.outputs import Output
from localalt.evaluation.recipes.recipe import n_pictures_note, recipe_named
from localalt.evaluation.recipes.shipped import FIVE_PHOTOS, RECIPES, SOCIAL_POSTS
from localalt.evaluation.reporting.html import page
from localalt.evaluation.reporting.markdown import markdown
from localalt.evaluation.reporting.results import to_json
from localalt.evaluation.reporting.tables import results_of
from tests.support.evaluation import many_cases
from tests.support.paths import ROOT

CASES = list(many_cases(5))
OUTPUTS = [Output(case.id, arm, f"{arm} text.") for case in CASES for arm in ("one", "two")]
VERDICTS = [
    JudgeVerdict(f"{each.arm}{each.case}{name}", each.case, each.arm, 0, "j", name, 3.0 + (each.arm == "one"))
    for each in OUTPUTS
    for name in (*criteria.FOUR, *criteria.LETTERS)
]


def report(recipe=None):
    found = results_of(CASES, OUTPUTS, VERDICTS, [JudgeValidation("j", ())], n_resamples=100, recipe=recipe)
    return dataclasses.replace(found, created="")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_is_found_has_a_page_and_asks_what_there_is(recipe):
    assert recipe_named(recipe.name, RECIPES) is recipe
    assert (ROOT / recipe.page).exists()
    assert recipe.address in (ROOT / recipe.page).read_text(encoding="utf-8")
    check_criteria(recipe.asked)
    assert set(recipe.criteria) <= set(criteria.SCORES)
    for row in recipe.rows:
        assert set(row.scores) <= set(recipe.criteria)
        assert row.letter is None or criteria.grade(row.average) == row.letter


def test_an_unknown_recipe_is_answered_with_the_nearest():
    with pytest.raises(localalt.OptionError, match=r"no recipe 'social-post': did you mean \"social-posts\""):
        recipe_named("social-post", RECIPES)


def test_the_figures_are_those_that_were_printed():
    (best,) = SOCIAL_POSTS.rows
    assert list(best.scores.values()) == [4.03, 3.99, 4.18, 3.99]
    # Printed as 4.04: the mean of the rounded figures, to one place less.
    assert best.average == pytest.approx(statistics.fmean(best.scores.values()), abs=0.01)
    assert [(row.average, row.letter) for row in FIVE_PHOTOS.rows] == [
        (3.4, "C"),
        (4.2, "B"),
        (4.4, "B"),
        (4.8, "A"),
        (5, "A"),
    ]


def test_another_number_of_pictures_is_noted():
    assert n_pictures_note(FIVE_PHOTOS, 5) is None
    assert "has 68 pictures, and this has 41" in n_pictures_note(SOCIAL_POSTS, 41)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_no_figure_depends_on_what_was_published(recipe):
    alone, beside = (json.loads(to_json(report(each))) for each in (None, recipe))
    assert beside.pop("recipe")["name"] == recipe.name
    assert beside == alone


@pytest.mark.parametrize("rendered", [markdown, page])
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_published_rows_say_so_beside_measured_ones_and_have_no_interval(recipe, rendered):
    text = rendered(report(recipe))
    assert recipe.address in text
    assert "were not measured here" in text
    rows = [line for line in text.splitlines() if "(published)" in line]
    assert len(rows) == len(recipe.rows)
    for row, line in zip(recipe.rows, rows, strict=True):
        assert row.system in line
        assert f"{row.average:g}" in line
        assert " to " not in line
    assert all(sentence in text for sentence in recipe.differences)
    assert "(published)" not in rendered(report())


def test_rows_stand_in_the_table_of_their_own_criteria_alone():
    text = markdown(report(SOCIAL_POSTS))
    four = text.split("**Four criteria")[1].split("**")[1]
    assert "| Qwen3.5-122B-A10B (published) | 4.03 | 3.99 | 4.18 | 3.99 | 4.04 | 68 |" in four
    assert "(published)" not in text.split("**Three criteria")[1]
    photos = markdown(report(FIVE_PHOTOS))
    assert "| Gemma 3 (27B) (published) | – | – | – | 4.2 | B | 5 |" in photos
    assert "| one | 4.00 (4.00 to 4.00)" in photos


def test_what_was_published_is_shown_without_a_judge_too():
    text = markdown(results_of(CASES, OUTPUTS, n_resamples=100, recipe=SOCIAL_POSTS))
    assert "| Qwen3.5-122B-A10B | 4.03 | 3.99 | 4.18 | 3.99 | 4.04 |" in text
