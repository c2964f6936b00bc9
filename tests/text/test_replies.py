"""Answers that are said to somebody, or begin a description and stop."""

from __future__ import annotations

import pytest

from localalt.text.remarks import is_beginning, is_reply, is_yes_or_no


@pytest.mark.parametrize(
    "text",
    [
        "Hello! How can I assist you today?",
        "Hi, how can I help you?",
        "Guten Tag! Womit kann ich Ihnen helfen?",
        "Bonjour ! En quoi puis-je vous aider ?",
        "¡Buenas! ¿Cómo puedo ayudarte?",
        "Buongiorno! Come posso aiutarla?",
        "Dobrý den! S čím vám mohu pomoci?",
        "Привет! Чем могу помочь?",
        "こんにちは！何かお手伝いできることはありますか？",
        "您好！请问有什么可以帮您的吗？",
        "안녕하세요, 무엇을 도와드릴까요?",
    ],
)
def test_an_offer_to_help_is_a_reply(text: str) -> None:
    assert is_reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "A clerk with a badge that says “How can I help you?”",
        "A volunteer asks a visitor how he can help.",
        "Hello Kitty waves from a shop window.",
    ],
)
def test_what_people_in_a_picture_say_is_not(text: str) -> None:
    assert not is_reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "The picture shows a",
        "This is a photo of",
        "Das Foto zeigt einen",
        "La photo montre",
        "Esta imagen muestra una",
        "La foto mostra un",
        "De foto toont",
        "На фото",
        "この画像は",
        "照片显示",
        "이 사진은",
    ],
)
def test_a_beginning_alone_describes_nothing(text: str) -> None:
    assert is_beginning(text)


def test_a_beginning_that_goes_on_is_a_description() -> None:
    assert not is_beginning("The picture shows a heron.")


def test_yes_and_no_are_whole_texts() -> None:
    assert is_yes_or_no("Yes.")
    assert is_yes_or_no("Non")
    assert not is_yes_or_no("Yes Prime Minister")
