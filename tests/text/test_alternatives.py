"""One text and a single other one are two answers."""

from __future__ import annotations

import pytest

from localalt.text.several_answers import answers


@pytest.mark.parametrize(
    "text",
    [
        "A heron stands in a shallow pond.\n\nAlternatively, “A grey heron in a pond.”",
        "“A heron stands in a pond.” or “A grey heron stands in shallow water.”",
        "“A heron stands in a pond.”\n\nor\n\n“A grey heron stands in shallow water.”",
        "Una garza está en un estanque.\n\nOtra opción: Garza gris en un estanque.",
        "Un héron se tient dans un étang.\n\nAutre proposition : Héron gris dans un étang.",
        "Ein Reiher steht in einem Teich.\n\nEine kürzere Variante: Reiher in einem Teich.",
        "A heron stands in a shallow pond.\n\nA shorter version: A heron in a pond.",
    ],
)
def test_a_single_alternative_makes_two(text: str) -> None:
    assert len(answers(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "A road sign has the words “Stop the car” or “Stop the bus” on it.",
        "A vending machine. Or “snack robot”, as its label says.",
    ],
)
def test_quotations_joined_by_or_in_a_sentence_are_not_two(text: str) -> None:
    assert answers(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Option 1: A dog. Option 2: A brown dog.",
        "Short: A fox. Long: A red fox runs over a field of snow.",
        "Kurz: Ein Fuchs. Lang: Ein roter Fuchs läuft über ein verschneites Feld.",
    ],
)
def test_an_answer_behind_a_label_may_have_two_words(text):
    assert len(answers(text)) == 2
