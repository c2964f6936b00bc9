"""Which scripts are left to others: by what the engine's weights read well, and by each character."""

import pytest

from localalt.recognition.scripts import unread
from tests.support.readings import ALPHABET


@pytest.mark.parametrize("text", ["Platform 14", "Überführung", "東京駅", "かなカナ", "1962", "", "€ 4.50 …"])
def test_what_it_reads(text):
    assert unread(text, ALPHABET) == ()


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Москва", ("Cyrillic",)),
        ("Bus Москва 14", ("Cyrillic",)),
        ("العربية", ("Arabic",)),
        ("हिन्दी", ("Devanagari",)),
        ("한글", ("Hangul",)),
        ("ภาษาไทย", ("Thai",)),
        ("עברית", ("Hebrew",)),
        ("Hạ Long", ("“ạ”",)),
        ("٤٢", ("“٤”", "“٢”")),
    ],
)
def test_what_it_lacks_is_named(text, lacks):
    assert unread(text, ALPHABET) == lacks
