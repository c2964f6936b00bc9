import pytest

from localalt.text.cleaning import clean_copy, clean_objections

COPIES = {
    'The text in the picture reads:\n\n"CAFE\nMon-Fri"': "CAFE\nMon-Fri",
    "Sure! Here is the text from the image:\nCAFE": "CAFE",
    "Visible text: CAFE": "CAFE",
    'The sign reads "CAFE".': "CAFE",
    "It says: CAFE": "CAFE",
    "CAFE\n\nLet me know if you need anything else!": "CAFE",
    "The poster reads: “Be kind.”": "Be kind.",
    "Auf dem Schild steht: EINGANG": "EINGANG",
    "Le panneau indique : SORTIE": "SORTIE",
    "El texto de la imagen dice: SALIDA": "SALIDA",
    "На вывеске написано: ХЛЕБ": "ХЛЕБ",
    "图片中的文字是：出口": "出口",
    "画像内のテキスト：出口": "出口",
    '"CAFE"': "CAFE",
    "CAFE (yellow letters on a blue background)": "CAFE",
    "CAFE\n(handwritten letters at the left)": "CAFE",
    # what is the picture's
    "Text alerts: sign up": "Text alerts: sign up",
    "Note: closed": "Note: closed",
    "“Be kind.”": "“Be kind.”",
    '"Be kind."\nAda': '"Be kind."\nAda',
    "CAFE (open daily)": "CAFE (open daily)",
    "CAFE (Backgrounds & Letters Ltd)": "CAFE (Backgrounds & Letters Ltd)",
    "Text:": "Text:",
    "Anna: hello\nBen: hi": "Anna: hello\nBen: hi",
}


@pytest.mark.parametrize("raw", COPIES)
def test_a_copy_loses_the_words_of_the_model_alone(raw):
    assert clean_copy(raw, finish_reason="stop", nothing="No text.").text == COPIES[raw]


def test_of_a_review_the_objections_stay():
    raw = "- The dog is black.\n- Everything else is correct."
    found = clean_objections(raw, finish_reason="stop", nothing="All of it can be seen.")
    assert found.text == "- The dog is black."


@pytest.mark.parametrize("raw", ["All of it can be seen.", "Nothing is wrong.", "```\nNo objections\n```"])
def test_a_review_that_finds_nothing_is_empty(raw):
    assert clean_objections(raw, finish_reason="stop", nothing="All of it can be seen.").text == ""
