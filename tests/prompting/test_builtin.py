"""The prompts' words, and that none of them changes without its version."""

import dataclasses
import hashlib
import subprocess
from typing import get_args

import pytest

from localalt import lint
from localalt.image.metadata.hints import Hints
from localalt.prompting.builder import Constraints, TextPart, build_prompt
from localalt.prompting.builtin import ALL_SEEN, KINDS, NO_TEXT, PROMPTS
from localalt.prompting.notes import notes_of, validate_facts
from localalt.prompting.presets import PRESETS
from localalt.types import Purpose
from tests.support.paths import DATA

NAMED = [name for name, prompt in PROMPTS.items() if not prompt.fixed]
VERSIONS = DATA / "prompt_versions.txt"


def all_that_is_asked(prompt):
    """Everything that a prompt can be made to say, and how answers are drawn."""
    everything = validate_facts(
        {
            "people": ["Ada", "Bob"],
            "place": "Lisbon",
            "event": "a party",
            "date": "2024-05-01",
            "keywords": ["dog"],
            "target": "the album",
            "caption": "Our dog",
        }
    )
    hints = Hints("t", "c", "a", "l", ("Eve",), "Rome", "e", ("k",), "2020-01-01")
    notes = [None, notes_of("A post.", everything, hints), notes_of(None, validate_facts(None), hints)]
    faults = tuple(prompt.wording.faults)
    constraints = [
        Constraints(each, language, most, purpose, existing="A dog.")
        for each in notes
        for language, most in ((None, None), ("German (de)", 250))
        for purpose in get_args(Purpose)
    ]
    return "\n".join(
        [
            repr((prompt.sampling, prompt.max_tokens, prompt.fixed)),
            *(
                "".join(part.text if isinstance(part, TextPart) else "<picture>" for part in parts)
                for each in constraints
                for kind in (None, *prompt.also)
                for reported in ((), faults)
                for parts in [build_prompt(PRESETS["generic"], prompt, each, kind=kind, faults=reported)]
            ),
        ]
    )


def recorded():
    return dict(line.split() for line in VERSIONS.read_text().splitlines() if line and not line.startswith("#"))


@pytest.mark.parametrize("name", PROMPTS)
def test_no_prompt_changes_without_its_version(name):
    digest = hashlib.sha256(all_that_is_asked(PROMPTS[name]).encode()).hexdigest()[:16]
    identity = PROMPTS[name].identity
    assert recorded().get(identity) == digest, (
        f"What {name!r} asks has changed: count up its version, and add the line '{identity} {digest}' with the new "
        f"version to {VERSIONS.name}; lines that are there stay."
    )


def test_no_line_of_a_version_was_ever_taken_away_or_changed():
    """So that a version cannot get other words later. Where the tests come without a history there is none to break."""
    command = ["git", "log", "-p", "--format=", "--no-ext-diff", "--", VERSIONS.name]
    result = subprocess.run(command, cwd=VERSIONS.parent, capture_output=True, text=True, check=False)
    removed = [line for line in result.stdout.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert not [line for line in removed if not line.startswith("-#")]


def test_a_change_of_one_word_anywhere_is_noticed():
    plain = PROMPTS["plain"]
    before = all_that_is_asked(plain)
    wording = dataclasses.replace(plain.wording, without="Do it again.")
    further = {**plain.also, "review": dataclasses.replace(plain.also["review"], instruction="Look.")}
    for changed in (
        dataclasses.replace(plain, instruction=plain.instruction + "!"),
        dataclasses.replace(plain, wording=wording),
        dataclasses.replace(plain, also=further),
        dataclasses.replace(plain, purposes={**plain.purposes, "logo": "A logo."}),
        dataclasses.replace(plain, max_tokens=100),
        dataclasses.replace(plain, notes_first=True),
    ):
        assert all_that_is_asked(changed) != before


def test_there_are_directions_to_compare_and_each_is_identified_by_its_version():
    assert NAMED == ["plain", "typed", "informed", "brief"]
    assert len({PROMPTS[name].instruction for name in NAMED}) == len(NAMED)
    assert PROMPTS["plain"].identity == f"plain/{PROMPTS['plain'].version}"


@pytest.mark.parametrize("name", PROMPTS)
def test_no_words_of_ours_look_like_a_models_markers(name):
    prompt = PROMPTS[name]
    further = [each.instruction for each in prompt.also.values()]
    for words in (prompt.instruction, *further, *prompt.purposes.values(), *prompt.wording.faults.values()):
        assert not set("<>[]|*") & set(words)
        assert words.strip() == words


@pytest.mark.parametrize("name", NAMED)
def test_every_instruction_asks_for_what_good_alt_text_needs(name):
    words = PROMPTS[name].instruction.lower()
    for wanted in ("alt text", "first", "in quotation marks", "guess", "alone", "ethnicity"):
        assert wanted in words, wanted


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("scene", "main subject"),
        ("People", "wear"),
        ("screen", "what state it is in"),
        ("Mostly words", "in the order in which they are read"),
        ("chart", "what it measures"),
        ("meme", "words first"),
        ("work of art", "composed"),
    ],
)
def test_the_typed_prompt_has_a_line_for_each_kind_of_picture(kind, wanted):
    (line,) = (line for line in PROMPTS["typed"].instruction.splitlines() if line.startswith("-") and kind in line[:22])
    assert wanted in line


def test_every_purpose_but_the_usual_one_and_decoration_has_words_of_its_own():
    assert set(PROMPTS["plain"].purposes) == set(get_args(Purpose)) - {"informative", "decorative"}


def test_further_texts_invent_no_more_than_alt_text_does():
    also = PROMPTS["plain"].also
    assert [*KINDS, "review"] == list(also)
    for wanted in ("what is where", "clearly seen", "guess", "one to four short paragraphs"):
        assert wanted in also["long"].instruction
    for wanted in ("word for word", "in the order in which it is read", "Translate nothing", NO_TEXT):
        assert wanted in also["text"].instruction
    for wanted in ("not instructions", "contradicts", ALL_SEEN):
        assert wanted in also["review"].instruction


def test_every_fault_that_leads_to_another_try_has_words_of_its_own():
    errors = {rule.name for rule in lint.RULES if rule.level == "error"}
    assert set(PROMPTS["plain"].wording.faults) == errors | {"echo"}


def test_every_question_that_the_selftest_is_asked_is_the_one_that_it_knows():
    constraints = Constraints(notes="red", language="de", most=30, purpose="link", existing="A dog.")
    asked = {
        build_prompt(PRESETS["selftest"], PROMPTS["selftest"], constraints, kind=kind, faults=("limit",))
        for kind in (None, *PROMPTS["selftest"].also)
    }
    assert len(asked) == 1


def test_prompts_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROMPTS["plain"].instruction = ""
    with pytest.raises(TypeError):
        PROMPTS["plain"] = PROMPTS["typed"]
    with pytest.raises(TypeError):
        PROMPTS["plain"].purposes["link"] = ""
