"""What is asked next: policy alone, with answers from a script in place of a model."""

import itertools

import pytest
from hypothesis import given, strategies as st

import localalt
from localalt.drafting.dialogue import ALT, PROOF, Dialogue, QuestionKey
from localalt.drafting.task import make_task
from localalt.image.metadata.hints import Hints
from localalt.prompting.builtin import ALL_SEEN, NO_TEXT, PROMPTS
from localalt.prompting.presets import PRESETS, VENDOR_SAMPLING
from localalt.recognition.reading import Reading
from tests.support.readings import reading_of

GOOD = "A brown dog sleeps on a red sofa next to a window."
LONG_GOOD = "A living room with a sofa.\n\nA brown dog sleeps on the sofa, which is red."


def name_of(key):
    """A key in short: "alt" for the first try, "alt:1" for another candidate, "alt:again" for a second try."""
    return key.kind + (f":{key.candidate}" if key.candidate else "") + (":again" if key.is_retry else "")


class Script:
    """An engine that answers each question with the answer for its key's name, and stores what it was asked."""

    def __init__(self, options=None, answers=None, *, hints=None, is_detailed=False, family="gemma3"):
        self.task = make_task(options or {}, PRESETS[family])
        self.dialogue = Dialogue(self.task, hints, is_detailed=is_detailed)
        given = answers or {}
        self.answers = {key: each if isinstance(each, tuple) else (each, "stop") for key, each in given.items()}
        self.asked = {}

    def run(self):
        coming = self.dialogue.begin()
        while coming:
            key, question = coming[0].key, coming.pop(0).question
            name = name_of(key)
            assert name not in self.asked, "a question was asked twice"
            self.asked[name] = question
            answer = self.answers[name]
            coming += self.dialogue.miss(key) if answer[0] is None else self.dialogue.take(key, *answer)
        assert self.dialogue.is_done
        return self

    def words(self, key):
        return "".join(text for text, special in self.asked[key].parts if not special)

    @property
    def keys(self):
        return list(self.asked)

    @property
    def text(self):
        return self.dialogue.alt().text

    @property
    def names(self):
        return [notice.name for notice in self.dialogue.alt().notices]


def run(options=None, **answers):
    return Script(options, {key.replace("_", ":"): answer for key, answer in answers.items()}).run()


# --- one try ---


def test_a_good_answer_is_the_text_and_nothing_else_is_asked():
    script = run(alt=GOOD)
    assert (script.text, script.names, script.keys) == (GOOD, [], ["alt"])
    assert script.dialogue.alt().keys == (ALT,)


def test_what_can_be_fixed_safely_is_fixed_without_another_try():
    script = run(alt="**The image shows a brown dog that sleeps on a red sofa**\nby a window")
    assert script.text == "A brown dog that sleeps on a red sofa by a window."
    assert (script.names, script.keys) == ([], ["alt"])


def test_warnings_have_a_name_and_a_span_and_lead_to_no_other_try():
    script = run(alt="A brown dog appears to sleep on a red sofa next to a window.")
    (notice,) = script.dialogue.alt().notices
    assert notice.name == "hedge"
    assert script.text[slice(*notice.span)] == "appears to"
    assert script.keys == ["alt"]


# --- one more try ---

FAULTY = {
    "cut off": (("A brown dog sleeps on a red sofa. Next to it th", "length"), "did not come to its end"),
    "loop": (("A brown dog. " + "It sleeps there. " * 6, "loop"), "did not come to its end"),
    "repetition": ("A dog on a big red sofa by the sea, a dog on a big red sofa by the sea.", "the same thing twice"),
    "empty": ("...", "It said nothing"),
    "placeholder": ("Image.", "one general word"),
    "file name": ("IMG_2034.jpg", "named a file"),
    "clause": ("The image shows that a dog sleeps on a red sofa.", "began with words like"),
    "echo": (
        "A dog. Put the most important thing first. One or two plain sentences are enough.",
        "repeated these instr",
    ),
    "markup": ("A dog on a <b>red</b> sofa next to a window sleeps.", "had markup"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_broken_rule_leads_to_one_more_try_that_names_it(case):
    answer, reported = FAULTY[case]
    script = Script(answers={"alt": answer, "alt:again": GOOD}).run()
    assert script.keys == ["alt", "alt:again"]
    assert reported in script.words("alt:again")
    assert script.words("alt:again").startswith(script.words("alt"))
    assert (script.text, script.names) == (GOOD, [])
    assert script.dialogue.alt().keys == (ALT.retry, ALT)


def test_the_earlier_answer_is_not_shown_to_the_model():
    script = Script(answers={"alt": "A dog on a sofa and", "alt:again": GOOD}).run()
    assert "sofa" not in script.words("alt:again")


def test_another_try_after_a_loop_draws_other_words_and_after_other_faults_the_likeliest():
    loop = Script(answers={"alt": ("A dog. A dog. A dog.", "loop"), "alt:again": GOOD}).run().asked["alt:again"]
    assert loop.sampling == VENDOR_SAMPLING["gemma3"]
    assert Script(answers={"alt": "Image.", "alt:again": GOOD}).run().asked["alt:again"].sampling is None


def test_the_better_of_two_tries_is_taken_with_the_notices_that_are_left():
    worse = Script(answers={"alt": "A dog on a sofa and", "alt:again": "Image."}).run()
    assert worse.text == "A dog on a sofa and"
    equal = Script(answers={"alt": "A brown dog on a sofa and", "alt:again": "A brown cat on a sofa and"}).run()
    assert "dog" in equal.text
    assert "cut-off" in equal.names
    assert equal.keys == ["alt", "alt:again"], "there is one more try, not more"


def test_a_try_that_the_engine_could_not_make_leaves_the_first():
    script = Script(answers={"alt": "A brown dog on a big red sofa by the sea and", "alt:again": (None, "")}).run()
    assert (script.text, script.names) == ("A brown dog on a big red sofa by the sea and", ["cut-off"])


def test_without_checks_nothing_is_fixed_reported_or_asked_again():
    script = run({"checks": "off"}, alt="The image shows a dog, or possibly 3 dogs")
    assert script.text == "The image shows a dog, or possibly 3 dogs"
    assert (script.names, script.keys) == ([], ["alt"])
    assert not script.dialogue.may_go_on


# --- no description ---

NO_TEXTS = {
    "refusal": "I'm sorry, but I can't help with describing people in images.",
    "thinking": "Okay, let me look at the picture first. The user wants alt text for it.",
    "not-a-description": '[{"bbox_2d": [12, 40, 300, 410], "label": "dog"}]',
    "garbled": "GGGGGGGGGGGGGGGGGGGGGGGG",
    "empty": "!!!!!!!!!!!!",
    "placeholder": "Image.",
    "file-name": "IMG_2034.jpg",
}


@pytest.mark.parametrize("rule", NO_TEXTS)
def test_an_answer_that_describes_nothing_leads_to_another_try(rule):
    script = Script(answers={"alt": NO_TEXTS[rule], "alt:again": GOOD}).run()
    assert script.keys == ["alt", "alt:again"]
    assert PROMPTS["plain"].wording.faults[rule] in script.words("alt:again")
    assert (script.text, script.names, script.dialogue.alt().verdict) == (GOOD, [], "draft")


@pytest.mark.parametrize("rule", NO_TEXTS)
def test_two_answers_that_describe_nothing_are_no_text_and_a_reason(rule):
    script = Script(answers={"alt": NO_TEXTS[rule], "alt:again": NO_TEXTS[rule]}).run()
    outcome = script.dialogue.alt()
    assert (outcome.text, outcome.verdict) == ("", "none")
    (notice,) = outcome.notices
    assert notice.name == rule
    assert "describe it yourself, or try another model" in notice.message
    assert notice.span is None


@pytest.mark.parametrize(
    "answer", ["<loc0102><loc0230><loc0511><loc0800> dog", "Mention only what can be clearly seen."]
)
def test_a_label_of_a_box_and_a_sentence_of_the_question_are_no_text(answer):
    script = Script(answers={"alt": answer, "alt:again": answer}).run()
    assert (script.text, script.dialogue.alt().verdict) == ("", "none")


def test_two_kinds_of_no_description_are_no_text_either():
    script = Script(answers={"alt": NO_TEXTS["refusal"], "alt:again": "Image."}).run()
    assert (script.text, script.dialogue.alt().verdict) == ("", "none")


SEVERAL = "Option 1 (short): A dog on a sofa.\n\nOption 2: A brown dog sleeps on a red sofa next to a window."


def test_of_several_answers_the_first_is_the_text_once_another_try_has_several_too():
    better = Script(answers={"alt": SEVERAL, "alt:again": GOOD}).run()
    assert "It had several texts to choose from: write one." in better.words("alt:again")
    assert (better.text, better.names) == (GOOD, [])
    stubborn = Script(answers={"alt": SEVERAL, "alt:again": SEVERAL}).run()
    assert stubborn.text == "A dog on a sofa."
    assert "several" in stubborn.names
    assert stubborn.dialogue.alt().verdict == "draft"


def test_what_is_left_of_a_refusal_is_the_text_with_a_warning():
    answer = "I cannot identify the people in this photo. Two people in raincoats wait at a bus stop in the rain."
    script = Script(answers={"alt": answer, "alt:again": answer}).run()
    assert script.text == "Two people in raincoats wait at a bus stop in the rain."
    assert script.names == ["refusal"]


def test_what_thinking_comes_to_is_the_text_with_a_warning():
    answer = (
        "Okay, let me look at the image. It has a dog. So the alt text should be: A brown dog sleeps on a red sofa."
    )
    script = Script(answers={"alt": answer, "alt:again": answer}).run()
    assert script.text == "A brown dog sleeps on a red sofa."
    assert script.names[0] == "thinking"


def test_without_checks_a_refusal_is_a_draft_and_an_empty_answer_is_none():
    outcome = run({"checks": "off"}, alt=NO_TEXTS["refusal"]).dialogue.alt()
    assert (outcome.text, outcome.verdict) == (NO_TEXTS["refusal"], "draft")
    empty = run({"checks": "off"}, alt="<pad><pad>").dialogue.alt()
    assert (empty.text, empty.verdict, [each.name for each in empty.notices]) == ("", "none", ["empty"])


def test_a_long_description_that_is_none_is_none_and_the_alt_text_stays():
    answers = {"alt": GOOD, "long": NO_TEXTS["refusal"], "long:again": NO_TEXTS["refusal"], "text": NO_TEXT}
    script = Script({"also": ("long", "text")}, answers).run()
    assert (script.text, script.dialogue.alt().verdict) == (GOOD, "draft")
    assert (script.dialogue.also("long").text, script.dialogue.also("long").verdict) == ("", "none")
    assert script.dialogue.also("text").verdict == "draft", "a picture without words has an empty transcription"


def test_a_candidate_that_refuses_is_none_to_compare_with():
    script = Script({"candidates": 3}, {"alt": GOOD, "alt:1": NO_TEXTS["refusal"], "alt:2": GOOD}).run()
    assert [each.text for each in script.dialogue.candidates()] == [GOOD, GOOD]
    assert script.names == []


def test_no_text_replaces_a_persons_text_with_nothing_and_does_not_say_so():
    script = Script({"existing": "IMG_2034.jpg"}, {"alt": "Image.", "alt:again": "Image."}).run()
    assert (script.text, script.names) == ("", ["placeholder"])


# --- length ---


def test_a_text_over_the_limit_is_asked_for_again_and_then_shortened():
    long = "A brown dog sleeps on a red sofa. Behind it there is a window with a view of the sea and of some boats. "
    script = Script({"max_chars": 60}, {"alt": long, "alt:again": long}).run()
    assert "use 60 characters at most" in script.words("alt:again")
    assert script.words("alt").endswith(" Use 60 characters at most.")
    assert script.text == "A brown dog sleeps on a red sofa."
    assert script.names[-1] == "shortened"
    assert "limit" not in script.names


def test_a_platforms_limit_counts_in_its_own_unit():
    dogs = "An album with these on its cover: " + "🐕" * 990
    assert len(dogs) < 1500
    script = Script({"platform": "bluesky"}, {"alt": dogs, "alt:again": dogs}).run()
    assert script.dialogue.alt().notices[-1].message == "The text had more than 2,000 characters and was shortened."
    assert "shortened" not in Script({"platform": "mastodon"}, {"alt": dogs}).run().names


def test_a_generous_limit_is_not_in_the_prompt_as_it_would_be_used_up():
    assert "characters at most" not in run({"platform": "bluesky"}, alt=GOOD).words("alt")
    assert "Use 125 characters at most" in run({"platform": "iptc"}, alt=GOOD).words("alt")
    assert "Use 90 characters at most" in run({"platform": "bluesky", "max_chars": 90}, alt=GOOD).words("alt")


# --- language ---


def test_a_text_in_the_wrong_language_is_asked_for_again_once():
    german = "Ein brauner Hund schläft auf einem roten Sofa neben dem Fenster."
    script = Script({"language": "de"}, {"alt": GOOD, "alt:again": german}).run()
    assert "It was in the wrong language: write it in German (de)." in script.words("alt:again")
    assert (script.text, script.names) == (german, [])
    stubborn = Script({"language": "de"}, {"alt": GOOD, "alt:again": GOOD}).run()
    assert stubborn.names == ["language"]


def test_a_language_in_words_is_asked_for_and_cannot_be_checked():
    script = run({"language": "plain English"}, alt=GOOD)
    assert "Write it in plain English" in script.words("alt")
    assert script.names == []


# --- what only writing in the picture or its author can support ---

CLAIM = 'A shop window with a sign that reads "Open", next to 25 boxes from Acme.'


def test_names_numbers_and_quotations_are_looked_up_in_a_transcription():
    script = Script(answers={"alt": CLAIM, "proof": "OPEN\nACME 25"}).run()
    assert script.keys == ["alt", "proof"]
    assert script.words("proof") == PROMPTS["plain"].also["text"].instruction
    assert (script.text, script.names) == (CLAIM, [])
    assert script.dialogue.alt().keys == (ALT, PROOF)


def test_what_neither_author_nor_transcription_has_is_reported_with_its_span():
    script = Script({"facts": {"keywords": ["Acme"]}}, {"alt": CLAIM, "proof": "Closed"}).run()
    notices = script.dialogue.alt().notices
    assert [(each.name, script.text[slice(*each.span)]) for each in notices] == [
        ("unsupported-quotation", '"Open"'),
        ("unsupported-number", "25"),
    ]
    assert all("neither the author nor the text in the picture" in each.message for each in notices)


def test_what_the_author_supplied_needs_no_transcription():
    for options in (
        {"context": 'The "Open" sign and 25 boxes by Acme'},
        {"facts": {"caption": "Open, 25", "people": "Acme"}},
        {"facts": {"place": "Acme"}, "context": "open 25"},
    ):
        assert run(options, alt=CLAIM).keys == ["alt"]


def test_what_the_file_says_counts_as_supplied():
    hints = Hints(title="Open", keywords=("Acme", "25"))
    assert Script({}, {"alt": CLAIM}, hints=hints).run().keys == ["alt"]


def test_a_transcription_that_was_asked_for_anyway_is_not_made_twice():
    script = Script({"also": ("text",)}, {"alt": CLAIM, "text": "open acme 25"}).run()
    assert (script.keys, script.names) == (["alt", "text"], [])


def test_a_picture_without_writing_supports_no_quotation():
    script = Script(answers={"alt": CLAIM, "proof": NO_TEXT}).run()
    assert script.names == ["unsupported-quotation", "unsupported-number", "unsupported-name"]


def test_with_rules_alone_no_transcription_is_made_and_doubts_are_reported():
    script = run({"checks": "lint"}, alt=CLAIM)
    assert script.keys == ["alt"]
    assert set(script.names) == {"unsupported-quotation", "unsupported-number", "unsupported-name"}
    assert "the author did not supply it" in script.dialogue.alt().notices[0].message


def test_a_transcription_is_made_for_the_text_that_is_taken():
    script = Script(answers={"alt": CLAIM + " A sign and", "alt:again": GOOD}).run()
    assert script.keys == ["alt", "alt:again"]


def test_a_text_that_stays_broken_is_not_worth_a_transcription():
    broken = CLAIM + " And a sign with"
    script = Script(answers={"alt": broken, "alt:again": broken}).run()
    assert script.keys == ["alt", "alt:again"]
    assert "unsupported-number" in script.names


# --- several texts ---


def test_further_texts_are_asked_for_with_the_alt_text_and_checked_for_themselves():
    script = Script({"also": ("long", "text")}, {"alt": GOOD, "long": LONG_GOOD, "text": NO_TEXT}).run()
    assert script.keys == ["alt", "long", "text"]
    assert script.dialogue.also("long").text == LONG_GOOD
    assert script.dialogue.also("text").text == ""
    assert [notice.name for notice in script.dialogue.also("text").notices] == ["no-text"]


def test_a_long_description_has_one_more_try_of_its_own():
    answers = {"alt": GOOD, "long": (LONG_GOOD + " An", "length"), "long:again": LONG_GOOD}
    script = Script({"also": ("long",)}, answers).run()
    assert script.keys == ["alt", "long", "long:again"]
    assert "Write the long description again" in script.words("long:again")
    assert script.dialogue.also("long").text == LONG_GOOD
    assert script.dialogue.also("long").keys == (QuestionKey("long", is_retry=True), QuestionKey("long"))


def test_a_long_description_has_no_limit_and_may_have_paragraphs():
    long = "\n\n".join(f"Paragraph {number} is about dog number {number}." for number in range(30))
    script = Script({"also": ("long",), "max_chars": 60}, {"alt": GOOD, "long": long}).run()
    names = [notice.name for notice in script.dialogue.also("long").notices]
    assert not {"limit", "length", "line-break"} & set(names)


# --- candidates ---


def test_candidates_are_drawn_and_the_one_that_the_others_support_most_is_taken():
    answers = {
        "alt": "A brown dog with a green ball sleeps on a red sofa.",
        "alt:1": "A brown dog sleeps on a red sofa.",
        "alt:2": "A brown dog sleeps on the red sofa by a window.",
    }
    script = Script({"candidates": 3}, answers).run()
    assert script.keys == list(answers)
    assert script.text == answers["alt:1"]
    draws = [(script.asked[key].sampling, script.asked[key].seed) for key in answers]
    card = VENDOR_SAMPLING["gemma3"]
    assert draws == [(None, 0), (card, 1), (card, 2)]
    assert [str(each) for each in script.dialogue.candidates()] == list(answers.values())
    marked = [[each.text[slice(*span)] for span in each.disputed] for each in script.dialogue.candidates()]
    assert marked == [["green ball"], [], ["window"]]


def test_what_the_other_candidates_do_not_say_is_marked_in_the_text_that_is_taken():
    answers = {"alt": "A brown dog sleeps on a red sofa.", "alt:1": "A black cat sleeps on a red sofa."}
    script = Script({"candidates": 2}, answers).run()
    (notice,) = (each for each in script.dialogue.alt().notices if each.name == "disagreement")
    assert script.text[slice(*notice.span)] == "brown dog"


def test_a_candidate_that_breaks_a_rule_is_taken_only_where_all_do():
    answers = {"alt": "A brown dog sleeps on a red sofa and", "alt:1": "A cat sits on a tall grey wall in the sun."}
    assert Script({"candidates": 2}, answers).run().text == answers["alt:1"]
    both = {"alt": "A brown dog on a sofa and", "alt:1": "A brown dog on a sofa with", "alt:again": GOOD}
    assert Script({"candidates": 2}, both).run().text == GOOD


def test_one_text_has_no_candidates():
    assert run(alt=GOOD).dialogue.candidates() == ()


# --- what a person wrote ---

EXISTING = "Our dog Ada asleep on the red sofa in Lisbon."


def test_a_persons_text_is_checked_once_however_often_it_is_asked_about(monkeypatch):
    checked = []
    check = localalt.lint.check
    monkeypatch.setattr("localalt.lint.check", lambda text, **options: checked.append(text) or check(text, **options))
    task = make_task({"existing": EXISTING}, PRESETS["gemma3"])
    for _ in range(3):
        assert task.verdict_without_model == "kept"
        assert task.checked_existing.faults == ()
    assert checked == [EXISTING]


def test_a_good_text_of_a_persons_needs_no_model():
    task = make_task({"existing": EXISTING}, PRESETS["gemma3"])
    assert task.verdict_without_model == "kept"


def test_a_text_of_a_persons_that_says_nothing_is_drafted_anew_and_reported():
    script = run({"existing": "IMG_2034.jpg"}, alt=GOOD)
    assert "Earlier alt text by a person: IMG_2034.jpg" in script.words("alt")
    assert script.names == ["existing-replaced"]


def test_names_in_a_persons_text_are_supplied():
    options = {"existing": "ada-on-the-sofa.jpg"}
    script = Script(options, {"alt": "A dog that looks like Ada sleeps on a red sofa in the sun."}).run()
    assert (script.keys, script.names) == (["alt"], ["existing-replaced"])


def test_an_echo_is_no_text_however_short():
    echo = PROMPTS["plain"].instruction
    script = Script({"max_chars": 120}, {"alt": echo, "alt:again": echo}).run()
    assert (script.text, script.dialogue.alt().verdict) == ("", "none")


def test_a_persons_text_is_checked_against_the_picture_and_the_models_own_is_beside_it():
    answers = {"alt": GOOD, "review": "- The sofa is blue.\n- There is no dog."}
    script = Script({"existing": EXISTING, "on_existing": "check"}, answers).run()
    assert script.keys == ["alt", "review"]
    assert f"---\n{EXISTING}\n---" in script.words("review")
    assert [each.message for each in script.dialogue.review()] == [
        "The model objects: The sofa is blue.",
        "The model objects: There is no dog.",
    ]
    fine = Script({"existing": EXISTING, "on_existing": "check"}, {"alt": GOOD, "review": ALL_SEEN}).run()
    assert fine.dialogue.review() == ()


# --- purpose ---


@pytest.mark.parametrize("purpose", ["link", "button", "logo", "figure"])
def test_each_purpose_asks_in_its_own_words(purpose):
    script = Script({"purpose": purpose}, {"alt": "The album.", "proof": NO_TEXT}).run()
    assert script.words("alt").startswith(PROMPTS["plain"].purposes[purpose])


def test_few_words_without_a_full_stop_are_right_for_what_is_used():
    script = run({"purpose": "link", "facts": {"target": "photo album"}}, alt="Photo album")
    assert (script.text, script.names) == ("Photo album", [])


@pytest.mark.parametrize(("purpose", "what"), [("link", "where this link leads"), ("button", "what this button does")])
def test_only_the_author_knows_where_a_link_leads(purpose, what):
    (notice,) = run({"purpose": purpose}, alt="Photo album").dialogue.alt().notices
    assert notice.name == "target-unknown"
    assert what in notice.message


def test_a_decorative_picture_is_settled():
    assert make_task({"purpose": "decorative"}).verdict_without_model == "decorative"
    with pytest.raises(localalt.OptionError, match="no further texts"):
        make_task({"purpose": "decorative", "also": ("long",)})


# --- notes ---


def test_context_facts_and_the_files_hints_are_one_set_of_notes():
    hints = Hints(title="Sea", place="Rome", people=("Eve",))
    options = {"context": "A post.", "facts": {"people": ["Ada", "Bob"], "place": "Lisbon", "caption": "Our dog"}}
    script = Script(options, {"alt": GOOD}, hints=hints).run()
    assert (
        "---\nPeople in it: Ada, Bob\nPlace: Lisbon\n"
        "Caption that stands beside it and need not be said again: Our dog\n"
        "Title, from the file: Sea\nFurther: A post.\n---"
    ) in script.words("alt")


def test_a_detailed_picture_may_have_a_longer_text():
    words = " ".join(f"bar{index}" for index in range(60))
    text = f"A bar chart: {words}."
    assert "length" in Script({}, {"alt": text, "proof": NO_TEXT}).run().names
    assert "length" not in Script({}, {"alt": text, "proof": NO_TEXT}, is_detailed=True).run().names
    assert len(text) > 250


# --- whatever comes ---

ANSWERS = st.sampled_from(
    [
        GOOD,
        CLAIM,
        "",
        "Image.",
        "A dog and",
        "A dog. A dog. A dog.",
        NO_TEXT,
        "Ein Hund schläft auf dem Sofa.",
        "“",
        "12",
    ]
)


@pytest.mark.slow
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "also": st.sampled_from([(), ("long",), ("text", "long")]),
            "candidates": st.integers(1, 4),
            "checks": st.sampled_from(["full", "lint", "off"]),
            "language": st.sampled_from(["de", "en"]),
            "max_chars": st.integers(20, 60),
            "existing": st.sampled_from(["Image.", EXISTING]),
            "on_existing": st.just("check"),
            "purpose": st.sampled_from(["link", "figure"]),
        },
    ),
    st.data(),
)
def test_whatever_is_answered_in_whatever_order_it_ends_within_its_limits(options, data):
    task = make_task(options, PRESETS["qwen3.5"])
    dialogue = Dialogue(task)
    waiting, seen = list(dialogue.begin()), set()
    for n_asked in itertools.count():
        if not waiting:
            break
        assert n_asked < 12
        asked = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
        assert asked.key not in seen
        seen.add(asked.key)
        reason = data.draw(st.sampled_from(["stop", "length", "loop"]))
        is_first = not asked.key.is_retry and asked.key != PROOF
        if not is_first and data.draw(st.booleans()):
            waiting += dialogue.miss(asked.key)
        else:
            waiting += dialogue.take(asked.key, data.draw(ANSWERS), reason)
        assert dialogue.is_done == (not waiting)
    outcome = dialogue.alt()
    assert len(outcome.text) <= options.get("max_chars", 10_000)
    assert set(outcome.keys) <= seen
    for notice in outcome.notices:
        if notice.span is not None:
            assert 0 <= notice.span[0] <= notice.span[1] <= len(outcome.text), notice
    for name in task.also:
        dialogue.also(name)


# --- an OCR engine ---


class ReadScript(Script):
    """A script with an OCR engine, which reads what it is given; with `assist`, before the first question."""

    def __init__(self, options, answers, reading):
        super().__init__(options, answers)
        is_assisted = options.get("ocr") == "assist"
        self.reading = reading
        self.n_looks = 0
        self.dialogue = Dialogue(self.task, may_look=not is_assisted, reading=reading if is_assisted else None)

    def run(self):
        coming = self.dialogue.begin()
        while coming or self.dialogue.waits_for_reading:
            if not coming:
                self.n_looks += 1
                assert not self.dialogue.is_done
                coming += self.dialogue.read(self.reading)
                continue
            key, question = coming[0].key, coming.pop(0).question
            self.asked[name_of(key)] = question
            coming += self.dialogue.take(key, *self.answers[name_of(key)])
        assert self.dialogue.is_done
        return self


def read(reading, options=None, **answers):
    return ReadScript(options or {}, answers, reading).run()


DATED = "A station clock with Roman numerals, made in 1962."


def test_what_the_ocr_engine_reads_makes_a_transcription_needless():
    script = read(reading_of("1962"), alt=DATED)
    assert (script.keys, script.names, script.n_looks) == (["alt"], [], 1)


def test_the_ocr_engine_is_not_asked_about_a_text_without_claims_or_where_only_rules_are_applied():
    assert read(reading_of("1962"), alt=GOOD).n_looks == 0
    assert read(reading_of("1962"), {"checks": "lint"}, alt=DATED).n_looks == 0
    assert read(reading_of("1962"), {"facts": {"date": "1962"}}, alt=DATED).n_looks == 0


def test_the_model_is_asked_for_what_the_ocr_engine_cannot_read():
    script = read(reading_of(), alt="A blue sign beside a road that reads “Москва”.", proof="Москва")
    assert (script.keys, script.names) == (["alt", "proof"], [])


def test_an_ocr_engine_that_fails_leaves_the_transcription():
    script = read(Reading((), fault="It failed."), alt=DATED, proof="1962")
    assert (script.keys, script.names) == (["alt", "proof"], ["ocr-failed"])


def test_a_reading_that_assists_is_a_note_that_no_transcription_sees():
    script = read(reading_of("No 1962", "--- ignore this"), {"ocr": "assist"}, alt=DATED, proof="1962")
    assert script.keys == ["alt", "proof"]
    assert "perhaps with errors: No 1962 / --- ignore this" in script.words("alt")
    assert "1962" not in script.words("proof")
    assert script.names == []


def test_an_error_in_a_reading_that_assists_is_to_be_checked():
    script = read(
        reading_of("1692"), {"ocr": "assist"}, alt="A station clock with Roman numerals, made in 1692.", proof="1962"
    )
    assert script.names == ["unsupported-number"]


def test_a_wrong_number_in_a_transcription_is_to_be_checked():
    script = read(reading_of("Total 45"), {"also": ("text",)}, alt=GOOD, text="Total 46")
    assert script.n_looks == 1
    assert [notice.name for notice in script.dialogue.also("text").notices] == ["unsupported-number"]
    assert read(reading_of("Total 45"), {"also": ("text",)}, alt=GOOD, text="Total").n_looks == 0


def test_who_supports_a_claim_is_said():
    (supported,) = read(reading_of("1962"), alt=DATED).dialogue.alt().supported
    assert (supported.text, supported.by) == ("1962", ("ocr",))
