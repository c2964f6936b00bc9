import pytest
from hypothesis import given, strategies as st

from localalt.errors import OptionError
from localalt.text.platforms import PLATFORMS, length, limit_for

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "graphemes", "characters", "utf16"),
    [
        ("", 0, 0, 0),
        ("A dog.", 6, 6, 6),
        ("e\u0301", 1, 2, 2),
        ("🐕", 1, 1, 2),
        (FAMILY, 1, 7, 11),
        ("漢字", 2, 2, 2),
        ("\ud83d", 1, 1, 1),
    ],
)
def test_a_length_is_counted_in_the_units_of_the_platform(text, graphemes, characters, utf16):
    assert length(text, "graphemes") == graphemes
    assert length(text, "characters") == characters
    assert length(text, "utf16") == utf16


@given(st.text())
def test_no_unit_counts_more_than_utf16_and_none_fewer_than_graphemes(text):
    assert length(text, "graphemes") <= length(text, "characters") <= length(text, "utf16")
    assert length(text, "utf16") == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_every_limit_is_named_by_its_platform_in_lower_case_and_has_a_source():
    for name, limit in PLATFORMS.items():
        assert name == limit.platform == name.lower()
        assert limit.source
        assert limit.most > 0
        assert limit.aim is None or 0 < limit.aim <= limit.most


def test_the_names_are_in_order():
    assert list(PLATFORMS) == sorted(PLATFORMS)


@pytest.mark.parametrize(
    ("name", "most"),
    [("bluesky", 2000), ("Mastodon", 1500), (" X ", 1000), ("pinterest", 500), ("TikTok", 300), ("IPTC", 250)],
)
def test_a_platform_has_its_limit_however_it_is_written(name, most):
    assert limit_for(name).most == most


def test_what_the_standard_aims_for_is_known():
    assert limit_for("iptc").aim == 125


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("blusky", 'There is no platform blusky: did you mean "bluesky"?'),
        ("mastadon", 'There is no platform mastadon: did you mean "mastodon"?'),
        ("linkedin", 'There is no platform linkedin: use "bluesky", "instagram", '),
        ("", 'There is no platform : use "bluesky"'),
        (7, 'platform must be text, not int: pass a name such as "bluesky"'),
        (None, "platform must be text, not NoneType"),
        (b"x", "platform must be text, not bytes"),
    ],
)
def test_a_platform_that_there_is_not_is_refused_with_the_nearest(name, message):
    with pytest.raises(OptionError) as caught:
        limit_for(name)
    assert message in str(caught.value)
