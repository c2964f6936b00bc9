"""The catalog as data: complete, and in step with presets and shapes."""

import json
import re
from pathlib import Path

import pytest

from localalt import selftest
from localalt.models.catalog import AUTO, AUTO_WHY, CATALOG, nearest
from localalt.models.catalog_hparams import SHAPES
from localalt.models.choose import spec_of
from localalt.prompting.presets import PRESETS, family_for

FAMILIES = Path(selftest.__file__).parent / "families"
ENTRIES = list(CATALOG.values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_is_whole(entry):
    assert re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", entry.name)
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", entry.repository)
    assert entry.family in PRESETS
    assert entry.shape in SHAPES
    assert entry.licence
    assert entry.terms_url.startswith("https://") or not entry.gated
    assert entry.weights_bytes
    assert 0 <= entry.n_active_b < entry.n_parameters_b


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_expected_size_suits_the_parameters(entry):
    for quant in entry.weights_bytes:
        bits = entry.expected_weights_bytes(quant) * 8 / (entry.n_parameters_b * 1e9)
        assert 4 <= bits <= 11, f"{quant}: {bits:.2f} bits a weight"
    assert entry.expected_bytes() == entry.expected_weights_bytes() + entry.expected_mmproj_bytes


PAIRS = {
    (known["architecture"], known["projector"])
    for known in (json.loads(file.read_text(encoding="utf-8")) for file in FAMILIES.glob("*.json"))
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_model_is_untested_where_no_pair_of_its_kind_is_run(entry):
    shape = SHAPES[entry.shape]
    is_run = (shape.text.architecture, shape.vision.projector) in PAIRS
    assert bool(entry.untested) == (not is_run)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_models_files_are_asked_for_as_its_family_wants(entry):
    shape = SHAPES[entry.shape]
    if entry.family != "gemma4-e":  # which the template decides
        assert family_for(shape.text.architecture, shape.vision.projector) == entry.family
    for name in (entry.weights_name, entry.mmproj_name):
        assert name.endswith(".gguf") or not name
    assert "{quant}" in entry.weights_name or not entry.weights_name


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_plans_know_which_models_see_a_picture_as_a_whole(entry):
    """Gemma 3, and Gemma 4 but for E2B and E4B (mtmd_decode_use_non_causal in mtmd.cpp)."""
    is_whole = bool(re.match(r"gemma-(3|4-(?!e[24]b))", entry.name))
    assert spec_of(entry).non_causal == is_whole


def test_the_issue_of_a_family_without_q8_is_in_the_preference():
    # Gemma 4 12B's projector overflows in F16 on CUDA (llama.cpp).
    for name in ("gemma-4-12b", "gemma-4-12b-qat"):
        assert CATALOG[name].mmproj_preference[0] == "BF16"
        assert "F16" not in CATALOG[name].mmproj_preference
    assert CATALOG["gemma-3-4b"].mmproj_preference == ("Q8_0", "F16", "BF16")


def test_what_auto_chooses_from_is_in_the_catalog_and_asks_for_no_terms():
    for name, quant in AUTO:
        assert CATALOG[name].weights_bytes[quant]
        assert not CATALOG[name].gated
        assert CATALOG[name].licence == "Apache-2.0"


def test_auto_prefers_dense_models_and_small_ones_in_q8():
    """At equal memory a dense model comes before a mixture, and of 4B and less Q8_0 before four bits."""
    order = {each: place for place, each in enumerate(AUTO)}
    for name, quant in AUTO:
        entry = CATALOG[name]
        if entry.n_parameters_b < 4.5:
            assert order[name, "Q8_0"] <= order[name, quant]
        if not entry.n_active_b:
            continue
        for dense, its_quant in AUTO:
            other = CATALOG[dense]
            if not other.n_active_b and 0.8 < other.expected_bytes(its_quant) / entry.expected_bytes(quant) < 1.25:
                assert order[dense, its_quant] < order[name, quant]


def test_what_auto_chooses_from_says_why():
    assert set(AUTO_WHY) == {f"{name}:{quant}" for name, quant in AUTO}


def test_names_are_unique_and_found_by_likeness():
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert nearest("qwen3.5_2b")[0] == "qwen3.5-2b"
    assert nearest("Gemma3-4b")[0] == "gemma-3-4b"
    assert nearest("zzz") == []
