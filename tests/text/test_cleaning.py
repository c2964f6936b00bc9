import unicodedata

import pytest
from hypothesis import given, strategies as st

from localalt.text.cleaning import clean, clean_copy, clean_paragraphs


def names(cleaned):
    return [notice.name for notice in cleaned.notices]


# What a model wrote -> what is left of it.
CLEANED = {
    "clean already": ("A dog asleep on a red sofa.", "A dog asleep on a red sofa."),
    # thinking
    "thinking": ("<think>A dog? Yes.</think>\n\nA dog.", "A dog."),
    "empty thinking": ("<think>\n\n</think>\n\nA dog.", "A dog."),
    "thinking opened by the prompt": ("It may be a dog.\n</think>\n\nA dog.", "A dog."),
    "thinking after the answer": ("A dog.<think>Or a cat", "A dog."),
    "Gemma 4's channel": ("<|channel>thought\nA dog?\n<channel|>A dog.", "A dog."),
    "Gemma 4's empty channel": ("<|channel>thought\n<channel|>A dog.", "A dog."),
    "a channel's name alone": ("thought\nA dog.", "A dog."),
    "gpt-oss channels": (
        "<|channel|>analysis<|message|>A cat?<|end|><|start|>assistant<|channel|>final<|message|>A dog.",
        "A dog.",
    ),
    "Mistral's thinking": ("[THINK]A dog?[/THINK]A dog.", "A dog."),
    "a plan in words": ("Thinking: it is a dog.\nSo I say so.\n\nFinal answer: A dog.", "A dog."),
    "thinking as a word": ("A thinking man: Rodin's statue.", "A thinking man: Rodin's statue."),
    # special tokens
    "end of turn": ("A dog.<end_of_turn>\n<start_of_turn>user\nMore?", "A dog."),
    "a turn's header": ("<start_of_turn>model\nA dog.", "A dog."),
    "ChatML": ("<|im_start|>A dog.<|im_end|>", "A dog."),
    "Gemma 4": ("A dog.<turn|>\n<|turn>user\n", "A dog."),
    "image tokens": ("<start_of_image><|vision_start|><|image_pad|><|vision_end|>[IMG]A dog.</s>", "A dog."),
    "token inside a token": ("<|im<|image_pad|>_start|>A dog.", "A dog."),
    "less than": ("A sign: 3 < 5, and <3 below.", "A sign: 3 < 5, and <3 below."),
    # labels and chatter
    "label": ("Alt text: A dog.", "A dog."),
    "label in bold": ("**Alt text:** A dog.", "A dog."),
    "label in bold without its colon": ("**Alt text**: A dog.", "A dog."),
    "label as heading": ("## Alt Text\n\nAlt text: A dog.", "A dog."),
    "label with a hyphen": ("Alt-text: A dog.", "A dog."),
    "label with a length": ("Alt text (short): A dog.", "A dog."),
    "labels in other languages": ("Texte alternatif : Un chien.", "Un chien."),
    "label in Japanese": ("代替テキスト：犬が寝ている。", "犬が寝ている。"),
    "label and quotes": ('Alt text: "A dog."', "A dog."),
    "label in quotes": ('"Alt text: A dog."', "A dog."),
    "chatter": ("Sure! Here is the alt text for your picture:\n\nA dog.", "A dog."),
    "chatter with an apostrophe": ("Here’s the alt text: A dog.", "A dog."),
    "agreement alone": ("Certainly! A dog.", "A dog."),
    "length reported": ("A dog asleep. (13 characters)", "A dog asleep."),
    "offer at the end": ("A dog.\n\nLet me know if you'd like a longer one!", "A dog."),
    "here, but no chatter": ("Here is where the river ends: a delta.", "Here is where the river ends: a delta."),
    "sure, but no chatter": ("Sure-footed goats on a cliff.", "Sure-footed goats on a cliff."),
    "label word, but no label": ("Alt text is written on a board.", "Alt text is written on a board."),
    "opening that the linter judges": ("The image shows a dog.", "The image shows a dog."),
    "image of": ("An image of a dog.", "An image of a dog."),
    # quotes around the whole
    "straight quotes": ('"A dog."', "A dog."),
    "curly quotes": ("“A dog.”", "A dog."),
    "German quotes": ("„Ein Hund.“", "Ein Hund."),
    "French quotes": ("« Un chien. »", "Un chien."),
    "Japanese quotes": ("「犬。」", "犬。"),
    "single quotes": ("'A dog's bowl.'", "A dog's bowl."),
    "two kinds of quotes": ("“'A dog.'”", "A dog."),
    "quotes at both ends of two quotations": ('"EXIT" and "OPEN"', '"EXIT" and "OPEN"'),
    "single quotes at both ends": ("'EXIT' and 'OPEN'", "'EXIT' and 'OPEN'"),
    "curly quotes at both ends": ("“EXIT” and “OPEN”", "“EXIT” and “OPEN”"),
    "inner quotes": ('A sign: "EXIT".', 'A sign: "EXIT".'),
    "quotes around quotes of another kind": ('"A sign: “EXIT”."', "A sign: “EXIT”."),
    "a quotation that ends the text": ('A sign reads "EXIT"', 'A sign reads "EXIT"'),
    "apostrophe first": ("'90s computer.", "'90s computer."),
    # Markdown
    "bold": ("A **red** dog.", "A red dog."),
    "italics": ("A *red* _big_ dog.", "A red big dog."),
    "heading": ("# Dog\nA dog.", "Dog A dog."),
    "list": ("- A dog\n- A cat", "A dog; A cat"),
    "list of sentences": ("* A dog.\n* A cat.", "A dog. A cat."),
    "code fence": ("```text\nA dog.\n```", "A dog."),
    "code": ("A screen showing `ls -l`.", "A screen showing ls -l."),
    "link": ("A dog ([source](https://example.org/a_b)).", "A dog (source)."),
    "picture": ("![A dog](dog.png)", "A dog"),
    "rule": ("A dog.\n\n---\n\nA cat.", "A dog. A cat."),
    "struck out, which a price may be": ("A tag: ~~30~~ 20.", "A tag: ~~30~~ 20."),
    "bold never closed": ("**A dog.", "A dog."),
    "asterisks in a quotation": ('A sign: "**NEW** 5* _hotel_".', 'A sign: "**NEW** 5* _hotel_".'),
    "a file's name": ("The file my_holiday_photos_2024 is selected.", "The file my_holiday_photos_2024 is selected."),
    "a method's name": ("Code that calls __init__(self).", "Code that calls __init__(self)."),
    "multiplication": ("A board: 3 * 4 = 12 and 2*3*4.", "A board: 3 * 4 = 12 and 2*3*4."),
    "hashtag": ("A banner: #PRIDE and player #7.", "A banner: #PRIDE and player #7."),
    "a number with a full stop": ("3. Liga table.", "3. Liga table."),
    "bold around a quotation": ('A sign: **"EXIT"**.', 'A sign: "EXIT".'),
    # one line
    "line breaks": ("A dog.\n\nA cat.\r\nA\tbird.", "A dog. A cat. A bird."),
    "spaces": ("  A   dog . ", "A dog ."),
    "no-break and other spaces": ("A\u00a0dog\u2028runs.", "A dog runs."),
    "line break between Chinese words": ("一只狗\n在睡觉。", "一只狗在睡觉。"),
    # invisible
    "direction overrides": ("A \u202edog\u202c and \u2066cat\u2069.", "A dog and cat."),
    "zero width": ("A\u200b dog\ufeff.\u00ad", "A dog."),
    "control characters": ("A\x00 dog\x1b[1m.\x07", "A dog[1m."),
    "hidden tags": ("A dog.\U000e0041\U000e0042", "A dog."),
    "joiner in an emoji": ("A family 👨‍👩‍👧.", "A family 👨‍👩‍👧."),
    "non-joiner in Persian": ("می‌خواهم.", "می‌خواهم."),
    "half a character": ("A dog \ufffd", "A dog"),
    "lone surrogate": ("A \ud800dog.", "A dog."),
    "decomposed letters stay": ("cafe\u0301", "cafe\u0301"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEANED)
def test_what_is_not_alt_text_goes_and_the_rest_stays(case):
    raw, expected = CLEANED[case]
    cleaned = clean(raw, finish_reason="stop")
    assert (cleaned.text, cleaned.notices) == (expected, ())


@pytest.mark.parametrize(
    "raw", ["", "  \n", "<think>never ends", "Alt text:", '""', "**", "…", "<end_of_turn>", "\ufffd"]
)
def test_nothing_left_is_empty_and_says_so(raw):
    cleaned = clean(raw, finish_reason="stop")
    assert (cleaned.text, names(cleaned)) == ("", ["empty"])


CUT_OFF = {
    "one sentence complete": ("A dog. It lies on a", "A dog."),
    "no sentence complete": ("A dog that lies on a sof", "A dog that lies on a…"),
    "one word": ("Photosynthesi", "Photosynthesi…"),
    "punctuation before the end": ("A dog, a cat, and", "A dog, a cat…"),
    "ended by chance at a sentence": ("A dog. A cat.", "A dog. A cat."),
    "decimal": ("A bar 3.5 m long and", "A bar 3.5 m long…"),
    "title": ("A sign for Dr. Ada and", "A sign for Dr. Ada…"),
    "saint": ("A view of St. Mary's from the", "A view of St. Mary's from…"),
    "for example": ("Tools, e.g. A hammer and", "Tools, e.g. A hammer…"),
    "initials": ("A bust of J. S. Bach on", "A bust of J. S. Bach…"),
    "full stop in quotes": ('It reads "Go." Below it a', 'It reads "Go."'),
    "sentence inside an open quotation": ('A sign: "Stop. Go back', 'A sign: "Stop. Go…'),
    "closing bracket": ("A dog (asleep.) Next to", "A dog (asleep.)"),
    "question": ("Who is it? A dog that", "Who is it?"),
    "Chinese": ("一只狗。它在睡", "一只狗。"),
    "Japanese quotation": ("看板に「止まれ。」と書", "看板に「止まれ。」"),
    "Chinese without an end": ("一只狗在红色沙发上睡", "一只狗在红色沙发上睡…"),
    "Hindi": ("एक कुत्ता। वह सो", "एक कुत्ता।"),
    "Arabic": ("من هذا؟ كلب على", "من هذا؟"),
    "dots in the middle": ("Loading... please wait for the", "Loading... please wait for…"),
    "half a character": ("A dog. A café wit\ufffd", "A dog."),
    "opening quote of the whole": ('"A dog that lies on', "A dog that lies…"),
    "label before it": ("Alt text: A dog. A", "A dog."),
}  # fmt: skip


@pytest.mark.parametrize("case", CUT_OFF)
def test_an_answer_that_was_cut_off_ends_at_a_sentence_or_word_and_says_so(case):
    raw, expected = CUT_OFF[case]
    cleaned = clean(raw, finish_reason="length")
    assert (cleaned.text, names(cleaned)) == (expected, ["cut-off"])


def test_cut_off_while_thinking_is_both_cut_off_and_empty():
    assert names(clean("<think>A dog or", finish_reason="length")) == ["cut-off", "empty"]


LOOPS = {
    "sentences": ("A dog on a sofa. It sleeps. It sleeps. It sleeps. It sl", "A dog on a sofa. It sleeps."),
    "words": ("The sign reads the the the the the", "The sign reads the…"),
    "phrase": ("A row of books, a lamp, a lamp, a lamp, a lamp, a l", "A row of books, a lamp…"),
    "tail dropped before": ("A dog. A cat sits", "A dog."),
    "lines": ("Menu:\nSoup 5\nSoup 5\nSoup 5\nSoup 5\n", "Menu: Soup 5…"),
}


@pytest.mark.parametrize("case", LOOPS)
def test_of_a_repeated_end_one_copy_stays(case):
    raw, expected = LOOPS[case]
    cleaned = clean(raw, finish_reason="loop")
    assert (cleaned.text, names(cleaned)) == (expected, ["loop"])


# Text rich in what the steps look for.
PIECES = st.sampled_from(
    [
        *(
            '"',
            "“",
            "”",
            "„",
            "«",
            "»",
            "'",
            "’",
            "「",
            "」",
            "*",
            "**",
            "_",
            "__",
            "`",
            "```",
            "#",
            "- ",
            "> ",
            "\n",
            "\t",
        ),
        *("<think>", "</think>", "<|channel>", "<channel|>", "<|im_end|>", "<end_of_turn>", "<|", "|>", "[", "](", ")"),
        *("Alt text:", "Sure!", "Here is the alt text: ", "thought\n", "(12 characters)", "Dr.", "A.", "3.5", "a", "B"),
        *(".", "!", "。", "؟", "।", "…", ";", ",", " ", "(", "dog", "EXIT", "犬", "é", "e\u0301", "👨‍👩‍👧", "🇩🇪"),
        *("\ufffd", "\u202e", "\u200b", "\u200d", "\x00"),
    ]
)
RAW = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))
REASONS = st.sampled_from(["stop", "length", "loop"])


@given(RAW, REASONS)
def test_cleaning_never_raises_lengthens_or_changes_its_own_texts(raw, reason):
    text = clean(raw, finish_reason=reason).text
    assert len(text) <= len(raw) + 1
    assert clean(text, finish_reason="stop").text == text
    assert text == " ".join(text.split())
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in text)


@pytest.mark.parametrize("copies", [3, 4])
def test_copies_that_a_space_or_line_break_parts_are_reduced_to_one(copies):
    sentence = "going to the end of the line."
    for raw in (" ".join([sentence] * copies), "\n".join([sentence] * copies) + "\n"):
        assert clean(raw, finish_reason="loop").text == sentence


# --- long descriptions, and text copied from the picture ---


PARAGRAPHS = {
    "paragraphs are kept": ("A street.\n\nA dog sits\non the left.", "A street.\n\nA dog sits on the left."),
    "more than a blank line is one": ("One.\n \n\n\nTwo.", "One.\n\nTwo."),
    "labels, headings and bold go": ("Description: **A street.**\n\n## Left\nA dog.", "A street.\n\nLeft A dog."),
    "thinking goes": ("<think>A dog?</think>\nA dog.", "A dog."),
}


@pytest.mark.parametrize(("raw", "text"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_a_long_description_is_cleaned_and_keeps_its_paragraphs(raw, text):
    assert clean_paragraphs(raw, finish_reason="stop").text == text


def test_a_long_description_that_was_cut_off_ends_at_a_sentence():
    cleaned = clean_paragraphs("A street.\n\nA dog sits. On the ri", finish_reason="length")
    assert (cleaned.text, names(cleaned)) == ("A street.\n\nA dog sits.", ["cut-off"])


COPIES = {
    "lines and quotes are the picture's": ('"OPEN"\nMon-Fri 9-5', '"OPEN"\nMon-Fri 9-5'),
    "so are its labels": ("Description: a red coat\nAlt text: none", "Description: a red coat\nAlt text: none"),
    "and its marks": ("# 1\n* sale *\n- tea\n**", "# 1\n* sale *\n- tea\n**"),
    "and a word for thinking": ("thought\nof the day", "thought\nof the day"),
    "a fence around it is not": ("```text\nSTOP\nHERE\n```", "STOP\nHERE"),
    "nor spaces at the ends": ("  STOP  \r\n\n\n\n HERE \n", "STOP\n\nHERE"),
    "nor a turn's end": ("STOP<end_of_turn>\n", "STOP"),
    "nor thinking": ("<think>It says STOP</think>STOP", "STOP"),
    "nor what cannot be seen": ("ST\u200bOP\u202e", "STOP"),
}


def copied(raw, finish_reason="stop"):
    return clean_copy(raw, finish_reason=finish_reason, nothing="No text.")


@pytest.mark.parametrize(("raw", "text"), COPIES.values(), ids=COPIES)
def test_copied_text_keeps_its_words_and_lines(raw, text):
    assert copied(raw).text == text


@pytest.mark.parametrize("raw", ["No text.", "no text", '"No text."', "**No text.**", "(No text)"])
def test_the_agreed_answer_is_not_text(raw):
    assert (copied(raw).text, names(copied(raw))) == ("", ["no-text"])


def test_a_sign_that_begins_like_the_agreed_answer_is_text():
    assert copied("No text messages while driving").text == "No text messages while driving"


def test_copied_text_that_was_cut_off_keeps_its_whole_words():
    cleaned = copied("Dear Sir. I wri", finish_reason="length")
    assert (cleaned.text, names(cleaned)) == ("Dear Sir. I…", ["cut-off"])


def test_copied_text_that_went_on_and_on_keeps_one_copy():
    cleaned = copied("SALE\n" + "50% off\n" * 9, finish_reason="loop")
    assert cleaned.text.startswith("SALE\n50% off")
    assert cleaned.text.count("50%") == 1
    assert names(cleaned) == ["loop"]


@given(st.text(max_size=60), st.sampled_from(["stop", "length", "loop"]))
def test_both_leave_their_own_texts_as_they_are(raw, finish_reason):
    for again in (clean_paragraphs, lambda text, **options: clean_copy(text, nothing="No text.", **options)):
        text = again(raw, finish_reason=finish_reason).text
        assert again(text, finish_reason="stop").text == text
        assert len(text) <= len(raw) + 1
