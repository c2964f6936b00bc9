"""What stands in place of one description: several answers, thinking, data, remarks, scraps, two languages."""

import pytest
from hypothesis import given, strategies as st

from localalt.text.garbled import garbled
from localalt.text.mixed_languages import mixed_languages
from localalt.text.notation import notation
from localalt.text.remarks import is_announcement, is_instruction, is_reply, remarks, without_remarks
from localalt.text.several_answers import answers
from localalt.text.thinking import conclusion, is_thinking

SHORT, LONG = "A cat on a wall.", "A grey cat sits on a stone wall in the sun."


@pytest.mark.parametrize(
    "text",
    [
        f"Option 1: {SHORT}\nOption 2: {LONG}",
        f"**Option A (short):** {SHORT}\n\n**Option B (long):** {LONG}",
        f"1. {SHORT}\n2. {LONG}",
        f"Here are two alternatives:\n\n* {SHORT}\n* {LONG}",
        f"Short: {SHORT}\nDetailed: {LONG}",
        f"**Concise version:** {SHORT}\n\n**Longer version:** {LONG}",
        f"{LONG}\n\nOr, shorter: {SHORT}",
        f"{LONG} Alternatively: {SHORT}",
        f"{LONG}\n\nAlternative: {SHORT}",
        f"Depending on where it stands:\n\n**For a blog:** {SHORT}\n\n**For a shop:** {LONG}",
        "Kurz: Eine Katze auf einer Mauer.\nAusführlich: Eine graue Katze sitzt auf einer Mauer in der Sonne.",
        "Opción 1: Un gato en un muro.\nOpción 2: Un gato gris está sentado en un muro al sol.",
        "Version courte : Un chat sur un mur.\nVersion longue : Un chat gris sur un mur de pierre.",
        "Вариант 1: Кошка на стене.\nВариант 2: Серая кошка сидит на каменной стене.",
        "选项1：一只猫在墙上。\n选项2：一只灰色的猫坐在石墙上晒太阳。",
    ],
)
def test_several_answers_are_taken_apart(text):
    assert len(answers(text)) == 2


def test_the_first_of_several_is_whole_and_without_its_label():
    assert answers(f"**Option 1 (short):** {SHORT}\n\n**Option 2:** {LONG}")[0] == SHORT
    assert answers(f'1. "{SHORT}"\n2. "{LONG}"')[0] == SHORT


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "A slide with two steps: 1. Open the lid. 2. Pour in the water.",
        "A ballot with two choices. Option 1: yes, build the bridge. Option 2: no.",
        "A short man next to a long table: both are made of wood.",
        "Chart of prices. Short: 5. Long: 10.",
        "A dog or a wolf: the shadow does not say which.",
    ],
)
def test_one_text_is_one_text(text):
    assert answers(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The user wants a description of the picture. I see a cat.",
        "Okay, let's look at the image. There is a cat.",
        "First, I need to describe what is in the photo.",
        "Hmm, the image shows a cat, but let me think. We need to write alt text.",
        "Der Nutzer möchte einen Alternativtext für das Bild.",
        "L'utilisateur demande un texte alternatif pour cette image.",
        "El usuario quiere una descripción de la imagen.",
        "Хорошо, мне нужно описать изображение.",
        "好的，我需要描述这张图片。",
        "用户希望我为这张图片写替代文本。",
        "まず、画像を分析して説明を考えます。",
        "먼저 이미지를 살펴보겠습니다.",
    ],
)
def test_thinking_aloud_is_noticed(text):
    if text.startswith("Hmm, the"):
        assert not is_thinking(text), "it must begin with it"
        return
    assert is_thinking(text)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "Let me go is written on a wall.",
        "The user menu of a shop, open at the top right.",
        "I will always love you, says a card with a heart.",
        "First, second and third on a podium.",
        "So many balloons that the sky is full of them.",
    ],
)
def test_a_description_is_not_thinking(text):
    assert not is_thinking(text)


def test_what_thinking_comes_to_stands_behind_its_last_label():
    assert conclusion(f"Let me see the image. Alt text: a cat? No. So the alt text should be: {LONG}") == LONG
    assert conclusion("Let me see the image.") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"objects": ["cat", "wall"]}', "JSON"),
        ('[{"label": "cat"}]', "JSON"),
        ('{"objects": ["cat", "wa', "JSON"),
        ("<svg width='10'>", "code"),
        ("import os\nprint(os.name)", "code"),
        ("[[12, 40, 300, 410]]", "coordinates"),
        ("(221,423),(569,886)", "coordinates"),
        ("<loc0123><loc0456><loc0789><loc0900> cat", "coordinates"),
        ("A cat <box>12 40</box> on a wall in the sun.", "coordinates"),
    ],
)
def test_data_code_and_boxes_are_noticed(text, kind):
    found = notation(text)
    assert found is not None
    assert found[0] == kind


@pytest.mark.parametrize(
    "text", [LONG, "A plot of the points (1,2),(3,4) and a line.", "[Music] on a stage.", "{x} in chalk."]
)
def test_brackets_alone_are_no_data(text):
    assert notation(text) is None


@pytest.mark.parametrize(
    "text", ["Here is the alt text:", "Alt text:", "Voici le texte alternatif :", "以下是替代文本："]
)
def test_an_announcement_without_a_text_is_noticed(text):
    assert is_announcement(text)
    assert not is_announcement(f"{text} {LONG}")


@pytest.mark.parametrize(
    "text",
    [
        "Describe this image in detail.",
        "Write alt text for the picture.",
        "Beschreibe dieses Bild.",
        "请描述这张图片。",
    ],
)
def test_the_question_in_other_words_is_noticed(text):
    assert is_instruction(text)
    assert not is_instruction(LONG)


@pytest.mark.parametrize("text", ["Sure!", "I don't know.", "Unanswerable", "Ich weiß es nicht.", "不知道。"])
def test_a_reply_is_no_description(text):
    assert is_reply(text)
    assert not is_reply(f"{text} {LONG}")


def test_remarks_about_the_description_are_sentences_that_can_go():
    text = f"{LONG} The image does not contain any imaginary content. This alt text describes the main subject."
    assert len(remarks(text)) == 2
    assert without_remarks(text) == LONG
    assert remarks(LONG) == ()


@pytest.mark.parametrize(
    "text",
    [
        "GGGGGGGGGGGGGGGG",
        "la" * 20,
        "cat " * 12,
        "A cat on a wall on a wall on a wall on a wall on a wall.",
        "猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫",
        "A cat\ufffd on a wall.",
        "The cat’s wall, or â€œwallâ€\u009d.",
        "ÐšÐ¾ÑˆÐºÐ° on a wall",
        "cat стена 壁壁 קיר अबअब wall над στο garden",
    ],
)
def test_scraps_are_noticed(text):
    assert garbled(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "A very, very, very, very old wall.",
        "1, 2, 1, 2 on a die.",
        "Ârbol, ão and Ñandú.",
        "“ha ha ha ha ha ha ha ha ha”",
    ],
)
def test_words_are_no_scraps(text):
    assert garbled(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "A grey cat with a long tail 一只灰色的猫坐在石墙上晒太阳 on a wall of stone in a garden.",
        f"{LONG} Eine graue Katze sitzt auf einer Mauer in der Sonne und schläft.",
        "一只灰色的猫坐在石墙上 and it is looking at the sun in the garden 晒太阳。",
    ],
)
def test_a_second_language_is_noticed(text):
    assert mixed_languages(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "A cover of 東京物語 on a shelf.",
        "A scroll: 一只灰色的猫坐在石墙上晒太阳",
        "“一只灰色的猫坐在石墙上晒太阳” on a scroll.",
        "Apple iPhone 15 Pro Max の箱が机の上にある。",
    ],
)
def test_names_and_quotations_are_no_second_language(text):
    assert mixed_languages(text) is None


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text):
    for look in (answers, is_thinking, conclusion, notation, is_announcement, is_instruction, remarks, without_remarks):
        look(text)
    for found in (garbled(text), mixed_languages(text)):
        assert found is None or 0 <= found[0] < found[1] <= len(text)
