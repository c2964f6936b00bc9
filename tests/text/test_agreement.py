import pytest
from hypothesis import given, strategies as st

from localalt.text.agreement import disputed, most_agreed

DOGS = ["A brown dog on a red sofa.", "The brown dogs sleep on a red sofa.", "A brown dog on a blue sofa."]


def marked(texts, **options):
    places = disputed(texts, **options)
    return [[text[slice(*place)] for place in each] for text, each in zip(texts, places, strict=True)]


def test_what_most_others_leave_out_is_marked():
    assert marked(DOGS) == [[], ["sleep"], ["blue"]]


def test_of_two_that_differ_both_are_marked():
    assert marked(["A brown dog.", "A black dog."]) == [["brown"], ["black"]]


def test_what_a_third_of_the_others_say_is_disputed_and_what_half_of_them_say_is_not():
    texts = ["A dog with a ball.", "A dog with a ball.", "A dog.", "A dog."]
    assert marked(texts) == [["ball"], ["ball"], [], []]
    assert marked(texts[:3]) == [[], [], []]


def test_neighbouring_words_are_one_place():
    assert marked(["A dog with a big green ball.", "A dog."])[0] == ["big green ball"]


@pytest.mark.parametrize(
    ("a", "b"),
    [("A dog.", "Two dogs."), ("A café.", "a CAFE"), ("It sits.", "sit"), ("It is in a house.", "The houses")],
)
def test_endings_case_accents_and_function_words_are_not_a_disagreement(a, b):
    assert [[word for word in each if word.lower() != "two"] for each in marked([a, b])] == [[], []]


@pytest.mark.parametrize(("a", "b"), [("A car.", "A carpet."), ("25 boxes", "250 boxes"), ("In 2020", "In 2021")])
def test_other_words_and_numbers_are(a, b):
    assert all(marked([a, b]))


def test_other_scripts_are_compared_too():
    assert marked(["Собака на диване.", "Кошка на диване."], language="ru") == [["Собака"], ["Кошка"]]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["茶色の犬が赤いソファで寝ている", *["茶色の猫が赤いソファで寝ている"] * 2], [["犬"], [], []]),
        (["駅前にバスが止まっている", *["駅前にトラックが止まっている"] * 2], [["バス"], [], []]),
        (["一只黑狗躺在红色的沙发上", *["红色的沙发上躺着一只黑猫"] * 2], [["狗"], [], []]),
        (["สุนัขสีน้ำตาลนอนบนโซฟา", *["แมวสีน้ำตาลนอนบนโซฟา"] * 2], [["สุนัข"], [], []]),
    ],
)
def test_scripts_without_spaces_are_compared_by_their_signs(texts, expected):
    assert marked(texts) == expected
    assert most_agreed(texts) == 1


def test_grouped_numbers_are_compared_by_their_digits():
    assert marked(["1,000 boxes", "1.000 boxes"]) == [[], []]
    assert all(marked(["1,000 boxes", "1,001 boxes"]))


def test_the_text_that_the_others_share_most_is_found_and_the_first_of_equals():
    assert most_agreed(["A cat in a tree.", *DOGS]) == 1
    assert most_agreed(["A dog.", "A dog."]) == 0
    assert most_agreed(["", "A dog.", "A dog."]) == 1


def test_one_text_alone_is_not_disputed():
    assert disputed(["A dog."]) == [()]
    assert most_agreed(["A dog."]) == 0
    assert disputed([]) == []


@pytest.mark.slow
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_places_lie_within_their_texts_and_do_not_overlap(texts):
    for text, places in zip(texts, disputed(texts), strict=True):
        ends = [0, *(end for _, end in places)]
        assert all(before <= start < end <= len(text) for before, (start, end) in zip(ends, places, strict=False))
    assert disputed([texts[0]] * 3) == [()] * 3
    assert 0 <= most_agreed(texts) < len(texts)
