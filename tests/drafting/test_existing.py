"""The text that a person wrote: what a draft may take the place of, and what is only reported or proposed."""

import pytest

import localalt
from localalt.drafting.result import result_without_model
from localalt.drafting.task import make_task


def checked(text, **options):
    return make_task({"existing": text, **options}).checked_existing


def kept(text, **options):
    task = make_task({"existing": text, **options})
    assert task.verdict_without_model == "kept"
    return result_without_model(task, "kept", "a.png")


@pytest.mark.parametrize(
    "text",
    [
        "\u200b", "\u2060\u200b", ".", "---", "…", "\u00a0\u200e",
        "image", "Image.", "[photo]", "A picture", "Alt text", "untitled", "placeholder", "ein Bild", "画像",
        "undefined",
        "IMG_2034.jpg", "harbour-at-dusk.png", "Ada_Lovelace_1840.jpg", "DSC01234", "20240131_101112", "image (3).png",
        "Screen Shot 2021-03-04 at 10.11.12.png", "photo 7", "uploads/2021/kitchen.webp",
    ],
)  # fmt: skip
def test_a_text_that_is_empty_a_placeholder_or_the_name_of_a_file_is_replaced(text):
    assert checked(text).faults
    assert make_task({"existing": text}).verdict_without_model is None


@pytest.mark.parametrize(
    "text",
    [
        "Image of a ferry that leaves the harbour.",
        "Bild einer Fähre",
        "Alt text: A ferry leaves the harbour.",
        "A ferry leaves the harbour and",
        "A ferry leaves\nthe harbour.",
        "**A ferry** leaves the harbour.",
        "A ferry leaves the harbour. A ferry leaves the harbour. A ferry leaves the harbour.",
        "Ferry, IMG_2034",
        "The contents of logo.svg",
        "Ferry terminal at dusk.png",
        "Graph", "Logo", "Map.", "Test", "Icon", "Diagram", "a screenshot", "Our logo",
        "How the browser draws an image.png",
        "The crew of the ferry in IMG_2034.jpg, seen from the pier",
        "1984", "7", "#3", "(12)", "2024",
        "A ferry 🚢🚢🚢",
        "An elderly woman in a wheelchair",
        "It appears to be a ferry.",
        "Ferry", "Graph of ferries by year", "Ada", "Nyhavn", "Who we are",
        "I cannot see the ferry.",
        "word " * 900,
    ],
)  # fmt: skip
def test_every_other_text_stays_as_it_is_whatever_the_rules_say(text):
    assert kept(text).text == text.strip()


def test_what_the_rules_say_of_a_text_that_stays_are_warnings():
    alt = kept("Image of a ferry and", max_chars=20)
    assert {"redundant-opening", "cut-off"} <= {warning.name for warning in alt.warnings}
    assert alt.verdict == "kept"


def test_a_text_that_is_too_long_or_in_another_language_stays():
    text = "Ein Boot verlässt am Abend den Hafen und fährt auf das offene Meer hinaus, wo der Wind stärker weht."
    alt = kept(text, max_chars=20, language="en")
    assert alt.text == text
    assert {"limit", "language"} <= {warning.name for warning in alt.warnings}


def test_a_fix_is_proposed_and_not_made():
    alt = kept("Image of a ferry that leaves the harbour")
    assert alt.text == "Image of a ferry that leaves the harbour"
    (proposed,) = [warning for warning in alt.warnings if warning.name == "existing-fix"]
    assert "“A ferry that leaves the harbour.”" in proposed.message


def test_nothing_is_proposed_where_nothing_is_to_be_fixed():
    assert kept("A ferry leaves the harbour in the evening, seen from the pier.").warnings == ()
    assert "existing-fix" not in {warning.name for warning in kept("A ferry seems to leave the harbour.").warnings}


@pytest.mark.parametrize("purpose", ["link", "button", "logo"])
def test_the_name_of_what_is_used_may_be_the_word_of_a_placeholder(purpose):
    assert kept("Photos", purpose=purpose).text == "Photos"
    assert kept("Image", purpose=purpose).text == "Image"
    assert checked("IMG_2034.jpg", purpose=purpose).faults


def test_its_language_does_not_decide_whether_it_stays():
    assert kept("Ein Boot verlässt den Hafen.", language="en")
    assert checked("IMG_2034.jpg", language="de").faults


def test_a_text_that_is_checked_stays_and_its_fix_is_proposed():
    task = make_task({"existing": "Image of a ferry", "on_existing": "check"})
    assert task.verdict_without_model is None
    assert "existing-fix" in {warning.name for warning in task.checked_existing.notices}


def test_a_persons_text_goes_through_and_a_file_name_is_described(house):
    text = "Image of the house where Ada was born and"
    alt = localalt.describe(house, model="selftest", existing=text)
    assert (alt.text, alt.verdict, alt.model) == (text, "kept", None)
    drafted = localalt.describe(house, model="selftest", existing="house.png", checks="lint")
    assert (drafted.verdict, drafted.text != "house.png") == ("draft", True)
    assert "existing-replaced" in {warning.name for warning in drafted.warnings}


@pytest.fixture
def house(expected):
    return next(iter(expected))
