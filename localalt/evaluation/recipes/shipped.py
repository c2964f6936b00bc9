"""The recipes, as data: the two experiments that this project started from. Figures are as they were printed.

The first: www.ave.zone/blog/playing-with-vlm-generated-alt-text. The second: dri.es, "Comparing local LLMs for alt-text
generation, round 2" of May 2025, whose method is that of the first round of February 2025.
"""

from __future__ import annotations

from types import MappingProxyType

from localalt.evaluation.judging.criteria import FOUR, LETTERS
from localalt.evaluation.recipes.recipe import PublishedRow, Recipe

__all__ = ["FIVE_PHOTOS", "RECIPES", "SOCIAL_POSTS"]

SOCIAL_POSTS = Recipe(
    name="social-posts",
    title="Pictures of public posts, judged against their authors' alt text",
    page="docs/experiment-posts.md",
    address="https://www.ave.zone/blog/playing-with-vlm-generated-alt-text",
    n_pictures=68,
    asked=("four",),
    criteria=FOUR,
    with_context=False,
    rows=(
        PublishedRow(
            "Qwen3.5-122B-A10B",
            MappingProxyType(dict(zip(FOUR, (4.03, 3.99, 4.18, 3.99), strict=True))),
            4.04,
            remarks="the best of seven models; Qwen3.5-27B came close",
        ),
    ),
    differences=(
        "The pictures are others: the published ones are not available, and were chosen by hand.",
        "The judge is another model, with other words for the same criteria.",
        "The published prompt was tuned on the same pictures that it was scored on, which flatters it.",
        "No interval was published.",
    ),
)

_NEVER = "repetitions never, hallucinations never"

FIVE_PHOTOS = Recipe(
    name="five-photos",
    title="Five photographs, three criteria, letter grades",
    page="docs/experiment-photos.md",
    address="https://dri.es/comparing-local-llms-for-alt-text-generation-round-2",
    n_pictures=5,
    asked=LETTERS,
    criteria=LETTERS,
    with_context=False,
    rows=(
        PublishedRow(
            "Mistral 3.1 (24B)", average=3.4, letter="C", remarks=f"{_NEVER}, mood fair; by picture C, B, B, C, B"
        ),
        PublishedRow(
            "Gemma 3 (27B)", average=4.2, letter="B", remarks=f"{_NEVER}, mood good; by picture B, A, B, B, B"
        ),
        PublishedRow(
            "Qwen 2.5 VL (32B)", average=4.4, letter="B", remarks=f"{_NEVER}, mood good; by picture B, A, B, B, A"
        ),
        PublishedRow("GPT-4o", average=4.8, letter="A", remarks="a cloud model, of the first round"),
        PublishedRow("Claude 3.5 Sonnet", average=5.0, letter="A", remarks="a cloud model, of the first round"),
    ),
    differences=(
        "The photographs are others, and the published ones were chosen to be hard.",
        "A person graded the published texts, each with one score for all three criteria; of the single criteria, "
        "words were printed and no figures.",
        "Weights, quantization and prompts are not those of the publication.",
        "Five pictures show only large differences, and no interval was published.",
    ),
)

RECIPES = (SOCIAL_POSTS, FIVE_PHOTOS)
