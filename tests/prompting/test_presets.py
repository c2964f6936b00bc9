import dataclasses

import pytest

from localalt.prompting.presets import FAMILIES, PRESETS, VARIANTS, VENDOR_SAMPLING, family_for


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
        ("glm4", "glm4v", "glm-4.6v"),
        ("lfm2", "lfm2", "lfm2-vl"),
        ("muse-glimmer", "muse-glimmer", "muse-glimmer"),
        ("qwen35", "minicpmv4_6", "minicpm-v"),
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
    assert PRESETS["gemma3"].identity == "gemma3/3"


@pytest.mark.parametrize("family", sorted(set(PRESETS) - {"generic"}))
def test_a_preset_opens_a_users_turn_and_leaves_the_answer_to_come(family):
    preset = PRESETS[family]
    assert preset.opening.endswith(("user\n", "[INST]", "<|user|>\n", "user<|message|>"))
    assert preset.closing.startswith(("<", "[/INST]", "/nothink<"))
    assert not preset.opening.startswith(("<bos>", "<s>"))


@pytest.mark.parametrize("family", sorted(PRESETS))
def test_drafts_are_greedy_and_the_vendors_sampling_is_at_hand(family):
    assert PRESETS[family].sampling.temperature == 0.0
    if family != "selftest":
        assert VENDOR_SAMPLING[family].temperature > 0.0


def test_presets_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRESETS["gemma3"].opening = ""
    with pytest.raises(TypeError):
        PRESETS["gemma3"] = PRESETS["gemma4"]
