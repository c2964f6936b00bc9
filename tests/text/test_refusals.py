import json

import pytest
from hypothesis import given, strategies as st

from localalt.text.refusals import refusals, without_refusals
from tests.support.paths import DATA

CASES = [json.loads(line) for line in (DATA / "refusals.jsonl").read_text("utf-8").splitlines()]
CHECKED = "en de fr es it pt nl sv da nb pl cs fi hu ro id tr ru uk ja zh ko ar fa"


def of(kind):
    return [pytest.param(text, id=f"{case['language']}: {text[:40]}") for case in CASES for text in case[kind]]


def said(text):
    return [text[start:end].strip() for start, end in refusals(text)]


def test_every_language_that_is_checked_has_its_refusals_and_its_look_alikes():
    known = {case["language"]: case for case in CASES}
    assert {language: len(known[language]["refusals"]) >= 4 for language in CHECKED.split()} == dict.fromkeys(
        CHECKED.split(), True
    )
    assert {language: len(known[language]["descriptions"]) >= 2 for language in CHECKED.split()} == dict.fromkeys(
        CHECKED.split(), True
    )


@pytest.mark.parametrize("text", of("refusals"))
def test_a_refusal_is_found_and_leaves_nothing(text):
    assert refusals(text)
    assert without_refusals(text) == ""


@pytest.mark.parametrize("text", of("descriptions"))
def test_a_description_is_not_a_refusal(text):
    assert refusals(text) == ()


@pytest.mark.parametrize("quotation", ['"{}"', "“{}”", "„{}“", "«{}»", "「{}」"])
def test_what_is_quoted_is_the_pictures(quotation):
    refusal = "I'm sorry, but I cannot describe this image."
    assert refusals(refusal)
    assert refusals(f"A screen that reads {quotation.format(refusal)} in white letters.") == ()


def test_only_the_sentences_that_refuse_are_found():
    text = "I can't identify the people in the photo. Two people wait at a bus stop in the rain."
    assert said(text) == ["I can't identify the people in the photo."]
    assert without_refusals(text) == "Two people wait at a bus stop in the rain."


def test_what_is_said_to_somebody_is_not_left_as_a_description():
    text = "I'm sorry, I can't help with that. If you have any other questions, feel free to ask me about them!"
    assert without_refusals(text) == ""


def test_an_apology_counts_for_the_sentence_after_it():
    assert said("I'm sorry. It is not possible to determine that.") == ["It is not possible to determine that."]
    assert refusals("It is not possible to determine that.") == ()


def test_a_refusal_in_another_language_than_the_rest_is_found():
    assert said("Ein Hund. I cannot describe the rest of this image.") == ["I cannot describe the rest of this image."]


def test_typographic_apostrophes_and_capitals_change_nothing():
    assert refusals("I’m Sorry, But I Can’t Help With That.")


@pytest.mark.parametrize("text", ["Upload an image.", "Ladda upp en bild", "Sube una imagen", "Загрузите изображение"])
def test_what_a_button_says_is_not_a_request_of_a_model(text):
    assert refusals(text) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    for start, end in refusals(text):
        assert 0 <= start < end <= len(text)
    assert len(without_refusals(text)) <= len(text) + 1


SEEN = (
    "Auf dem Bild ist ein Fuchs zu sehen.",
    "Auf dem Foto sind zwei Kinder zu erkennen, die lachen.",
    "Im Bild scheint die Sonne zu stark.",
    "Das Bild ist zu sehen, rechts daneben eine Vase.",
    "Op de foto is een vos te zien.",
    "Op de afbeelding zijn twee kinderen te zien die lachen.",
    "Sur la photo, on peut voir un renard.",
    "L'image est trop grande pour le cadre.",
    "En la foto se puede ver un zorro.",
    "La foto es demasiado grande para el marco.",
    "Nella foto si può vedere una volpe.",
    "Na foto é possível ver uma raposa.",
    "På bilden syns en räv.",
    "På bilden är en räv att se.",
    "På billedet er der en ræv at se.",
    "På bildet er det en rev å se.",
    "Kuvassa on kettu.",
    "Na zdjęciu widać lisa.",
    "Na obrázku je vidět liška.",
    "A képen egy róka látható.",
    "În imagine se vede o vulpe.",
    "Στην εικόνα φαίνεται μια αλεπού.",
    "На изображении видна лиса.",
    "На зображенні видно лисицю.",
    "Görselde bir tilki görülüyor.",
    "في الصورة يظهر ثعلب.",
    "चित्र में एक लोमड़ी दिखाई दे रही है।",
    "画像には狐が写っています。",
    "사진에는 여우가 보입니다.",
    "图片中可以看到一只狐狸。",
    "Trong hình có thể thấy một con cáo.",
    "Pada gambar terlihat seekor rubah.",
    "ในภาพเห็นสุนัขจิ้งจอก",
)
"""Each says in its language that something can be seen in the picture, which is no refusal."""


@pytest.mark.parametrize("text", SEEN)
def test_what_can_be_seen_in_a_picture_is_not_refused(text):
    assert refusals(text) == ()
