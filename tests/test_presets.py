import dataclasses

import pytest

from localalt.presets import FAMILIES, NO_TEXT, PRESETS, VARIANTS, VENDOR_SAMPLING, family_for


@pytest.mark.parametrize(
    ("architecture", "projector", "family"),
    [
        ("gemma3", "gemma3", "gemma3"),
        ("gemma4", "gemma4v", "gemma4"),
        ("gemma4", "gemma4uv", "gemma4"),
        ("qwen2vl", "qwen2.5vl_merger", "qwen2.5-vl"),
        ("qwen3vl", "qwen3vl_merger", "qwen3-vl"),
        ("qwen3vlmoe", "qwen3vl_merger", "qwen3-vl"),
        ("qwen35", "qwen3vl_merger", "qwen3.5"),
        ("qwen35moe", "qwen3vl_merger", "qwen3.5"),
        ("llama", "idefics3", "generic"),
        ("mistral3", "pixtral", "mistral"),
        ("llama", "pixtral", "mistral"),
        # Half of a known pair is another model.
        ("llama", "gemma3", "generic"),
        ("qwen2vl", "mimovl", "generic"),
        ("gemma3", "", "generic"),
        ("", "", "generic"),
    ],
)
def test_a_pair_of_files_is_known_by_architecture_and_projector(architecture, projector, family):
    assert family_for(architecture, projector) == family


def test_every_family_and_variant_has_its_preset():
    assert set(FAMILIES.values()) <= set(PRESETS)
    for family, variants in VARIANTS.items():
        assert family in variants
        assert set(variants) <= set(PRESETS)
    assert all(name == preset.family for name, preset in PRESETS.items())


def test_a_preset_is_identified_by_family_and_version():
    assert PRESETS["gemma3"].identity == "gemma3/2"


@pytest.mark.parametrize("family", sorted(set(PRESETS) - {"generic"}))
def test_a_preset_opens_a_users_turn_and_leaves_the_answer_to_come(family):
    preset = PRESETS[family]
    assert preset.opening.endswith(("user\n", "[INST]"))
    assert preset.closing.startswith(("<", "[/INST]"))
    assert not preset.opening.startswith(("<bos>", "<s>"))


@pytest.mark.parametrize("family", sorted(PRESETS))
def test_drafts_are_greedy_and_the_vendors_sampling_is_at_hand(family):
    assert PRESETS[family].sampling.temperature == 0.0
    if family != "selftest":
        assert VENDOR_SAMPLING[family].temperature > 0.0


@pytest.mark.parametrize("family", sorted(PRESETS))
def test_the_instruction_is_one_line_of_plain_text_without_markers(family):
    preset = PRESETS[family]
    for instruction in (preset.instruction, *(further.instruction for further in preset.also.values())):
        assert instruction == " ".join(instruction.split())
        assert not set("<>[]{}|*") & set(instruction)


def test_the_instruction_asks_for_what_good_alt_text_needs():
    instruction = PRESETS["qwen3.5"].instruction
    for wanted in ("most important thing first", "word for word in quotation marks", "clearly seen", "guess", "alone"):
        assert wanted in instruction


@pytest.mark.parametrize("family", sorted(PRESETS))
def test_every_preset_knows_the_same_further_texts(family):
    assert list(PRESETS[family].also) == ["long", "text"]


def test_a_long_description_invents_no_more_than_alt_text_does():
    also = PRESETS["qwen3.5"].also
    for wanted in ("what is where", "clearly seen", "guess", "one to four short paragraphs"):
        assert wanted in also["long"].instruction
    for wanted in ("word for word", "in the order in which it is read", "Translate nothing", NO_TEXT):
        assert wanted in also["text"].instruction


def test_presets_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRESETS["gemma3"].opening = ""
    with pytest.raises(TypeError):
        PRESETS["gemma3"] = PRESETS["gemma4"]
