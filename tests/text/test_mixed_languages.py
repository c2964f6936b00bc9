"""A short translation after a text is a second language; names and titles are not."""

import pytest

from localalt.text.mixed_languages import mixed_languages


@pytest.mark.parametrize(
    "text",
    [
        "A grey heron stands in a shallow pond at dawn. Ein Graureiher steht im Morgengrauen in einem flachen Teich.",
        "Ein Kind malt mit Kreide auf die Straße. A child draws on the street with a piece of chalk.",
        "Ett barn ritar på gatan med en bit krita. A child draws on the street with a piece of chalk.",
    ],
)
def test_a_short_translation_after_a_text_is_another_language(text):
    assert mixed_languages(text) is not None


def test_names_and_titles_of_another_language_are_none():
    text = "A poster for the opera hangs on a wall. It reads Die Zauberflöte von Wolfgang Amadeus Mozart in gold."
    assert mixed_languages(text) is None
