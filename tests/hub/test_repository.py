import dataclasses

import pytest
from hypothesis import given, strategies as st

from localalt.errors import ModelFormatError, ModelNotFoundError
from localalt.hub.file_names import is_safe_name
from localalt.hub.repository import RemoteFile, Repository
from localalt.hub.selection import select

COMMIT = "c" * 40


def repository(*names, name="owner/name-GGUF"):
    files = tuple(RemoteFile(file, index + 1, f"{index:064x}") for index, file in enumerate(names))
    return Repository(name, COMMIT, files, "apache-2.0", gated=False)


def chosen(*names, **options):
    selection = select(repository(*names), **options)
    return [file.name for file in selection.weights], selection.mmproj.name


UNSLOTH = (
    "README.md",
    "imatrix_unsloth.gguf",
    *(
        f"Qwen3.5-2B-{quant}.gguf"
        for quant in ["BF16", "IQ4_NL", "Q4_0", "Q4_K_M", "Q4_K_S", "UD-Q4_K_XL", "UD-IQ4_NL", "Q8_0"]
    ),
    *(f"mmproj-{quant}.gguf" for quant in ("BF16", "F16", "F32")),
)
QWEN = (
    *(f"Qwen3VL-2B-Instruct-{quant}.gguf" for quant in ("F16", "Q4_K_M", "Q8_0")),
    *(f"mmproj-Qwen3VL-2B-Instruct-{quant}.gguf" for quant in ("F16", "Q8_0")),
)


@pytest.mark.parametrize(
    ("names", "quant", "weights", "mmproj"),
    [
        (UNSLOTH, None, "Qwen3.5-2B-Q4_K_M.gguf", "mmproj-F16.gguf"),
        (UNSLOTH, "q8_0", "Qwen3.5-2B-Q8_0.gguf", "mmproj-F16.gguf"),
        (UNSLOTH, "IQ4_NL", "Qwen3.5-2B-IQ4_NL.gguf", "mmproj-F16.gguf"),
        (UNSLOTH, "ud-iq4_nl", "Qwen3.5-2B-UD-IQ4_NL.gguf", "mmproj-F16.gguf"),
        (UNSLOTH, "UD-Q4_K_XL", "Qwen3.5-2B-UD-Q4_K_XL.gguf", "mmproj-F16.gguf"),
        (UNSLOTH, "BF16", "Qwen3.5-2B-BF16.gguf", "mmproj-F16.gguf"),
        (QWEN, None, "Qwen3VL-2B-Instruct-Q4_K_M.gguf", "mmproj-Qwen3VL-2B-Instruct-Q8_0.gguf"),
        (QWEN, "F16", "Qwen3VL-2B-Instruct-F16.gguf", "mmproj-Qwen3VL-2B-Instruct-Q8_0.gguf"),
        (("g-3-4b-it-Q4_K_M.gguf", "mmproj-model-f16.gguf"), None, "g-3-4b-it-Q4_K_M.gguf", "mmproj-model-f16.gguf"),
        (("g-E2B_q4_0-it.gguf", "g-E2B-it-mmproj.gguf"), "Q4_0", "g-E2B_q4_0-it.gguf", "g-E2B-it-mmproj.gguf"),
        (("a-f16.gguf", "a-mmproj-f32.gguf"), None, "a-f16.gguf", "a-mmproj-f32.gguf"),
        (("a-fp16.gguf", "a-q8_0.gguf", "mmproj-fp16.gguf"), "F16", "a-fp16.gguf", "mmproj-fp16.gguf"),
        (("a-MXFP4_MOE.gguf", "a-Q8_0.gguf", "mmproj.gguf"), "mxfp4_moe", "a-MXFP4_MOE.gguf", "mmproj.gguf"),
        (("Model.GGUF", "MMPROJ.GGUF"), None, "Model.GGUF", "MMPROJ.GGUF"),
    ],
)
def test_names_as_repositories_have_them(names, quant, weights, mmproj):
    assert chosen(*names, quant=quant) == ([weights], mmproj)


def test_the_callers_projector_preference_comes_first():
    assert chosen(*UNSLOTH, mmproj_preference=("BF16", "F16"))[1] == "mmproj-BF16.gguf"
    assert chosen(*UNSLOTH, mmproj_preference=("Q8_0", "F32"))[1] == "mmproj-F32.gguf"


@pytest.mark.parametrize("present", ["Q4_K_L", "UD-Q4_K_M", "Q4_K", "Q4_K_XL"])
def test_a_quantization_is_compared_as_a_whole(present):
    with pytest.raises(
        ModelNotFoundError, match=rf"owner/name-GGUF has no quantization Q4_K_M: choose one of {present}\."
    ):
        chosen(f"a-{present}.gguf", "mmproj-F16.gguf", quant="Q4_K_M")


def test_a_missing_quantization_names_those_that_are_there():
    with pytest.raises(ModelNotFoundError, match="no quantization Q3_K_S: choose one of F16, Q4_K_M, Q8_0"):
        chosen(*QWEN, quant="Q3_K_S")


@pytest.mark.parametrize(
    ("quants", "best"),
    [("Q8_0 Q4_0 UD-Q4_K_XL", "UD-Q4_K_XL"), ("Q8_0 Q4_0 BF16", "Q4_0"), ("Q2_K BF16 Q8_0", "Q8_0"), ("Q2_K", "Q2_K")],
)
def test_without_a_quantization_the_best_default_is_taken(quants, best):
    names = [f"a-{quant}.gguf" for quant in quants.split()]
    selection = select(repository(*names, "mmproj-F16.gguf"))
    assert (selection.quant, selection.key) == (best, f"owner/name-GGUF:{best}")


def test_without_a_default_quantization_the_files_are_listed():
    with pytest.raises(ModelNotFoundError, match=r"write owner/name-GGUF:FILE with one of a-Q2_K.gguf, a-Q3_K_M.gguf"):
        chosen("a-Q2_K.gguf", "a-Q3_K_M.gguf", "mmproj-F16.gguf")


SPLIT = tuple(f"Q8_0/big-Q8_0-0000{part}-of-00003.gguf" for part in (1, 2, 3))


def test_all_parts_of_split_weights_in_order_whatever_the_listing_says():
    weights, _ = chosen(SPLIT[2], "mmproj-F16.gguf", SPLIT[0], "big-Q4_0.gguf", SPLIT[1], quant="Q8_0")
    assert tuple(weights) == SPLIT


def test_the_size_and_key_are_those_of_all_files():
    selection = select(repository(*SPLIT, "mmproj-F16.gguf"))
    assert selection.n_bytes == 1 + 2 + 3 + 4
    assert selection.files == (*selection.weights, selection.mmproj)
    assert selection.key == "owner/name-GGUF:Q8_0"


@pytest.mark.parametrize("missing", SPLIT)
def test_a_missing_part_is_an_error(missing):
    names = [name for name in SPLIT if name != missing]
    with pytest.raises(ModelFormatError, match="lists 2 of the 3 parts of big-Q8_0: choose another"):
        chosen(*names, "mmproj-F16.gguf")


def test_parts_are_counted_by_their_numbers():
    with pytest.raises(ModelFormatError, match="parts"):
        chosen(SPLIT[0], SPLIT[1], "Q8_0/big-Q8_0-00004-of-00003.gguf", "mmproj-F16.gguf")


@pytest.mark.parametrize(
    "other",
    ["mtp-a-Q4_K_M.gguf", "a-draft-Q4_K_M.gguf", "imatrix.gguf", "a-lora-Q4_K_M.gguf", "draft/a-Q4_K_M.gguf"],
)
def test_by_products_of_a_model_are_not_weights(other):
    assert chosen("a-Q4_K_M.gguf", other, "mmproj-F16.gguf") == (["a-Q4_K_M.gguf"], "mmproj-F16.gguf")
    with pytest.raises(ModelFormatError, match="has no weights among its GGUF files"):
        chosen(other, "mmproj-F16.gguf")


def test_a_projector_for_sound_is_none_for_pictures():
    assert chosen("a-Q4_0.gguf", "mmproj-audio-Q8_0.gguf", "mmproj-a-F16.gguf")[1] == "mmproj-a-F16.gguf"


TWO = ("a-2b-Q4_K_M.gguf", "a-7b-Q4_K_M.gguf", "mmproj-a-2b-F16.gguf", "mmproj-a-7b-F16.gguf")


def test_two_models_in_one_repository_are_listed():
    with pytest.raises(
        ModelNotFoundError, match=r"owner/name-GGUF:FILE with one of a-2b-Q4_K_M.gguf, a-7b-Q4_K_M.gguf"
    ):
        chosen(*TWO, quant="Q4_K_M")


@pytest.mark.parametrize("size", ["2b", "7b"])
def test_a_file_name_or_pattern_distinguishes_two_models_and_finds_its_projector(size):
    expected = ([f"a-{size}-Q4_K_M.gguf"], f"mmproj-a-{size}-F16.gguf")
    assert chosen(*TWO, quant=f"A-{size}-q4_k_m.gguf") == expected
    assert chosen(*TWO, weights_pattern=f"a-{size}-*") == expected
    assert select(repository(*TWO), quant=f"a-{size}-Q4_K_M.gguf").key == f"owner/name-GGUF:a-{size}-Q4_K_M.gguf"


def test_patterns_are_alternatives_and_match_the_path_or_the_file_name():
    names = ("x/a-Q4_0.gguf", "b-Q4_0.gguf", "mmproj-F16.gguf")
    assert chosen(*names, weights_pattern="c-*|a-*")[0] == ["x/a-Q4_0.gguf"]
    assert chosen(*names, weights_pattern="x/*")[0] == ["x/a-Q4_0.gguf"]
    with pytest.raises(ModelFormatError, match=r"no weights that match 'c-\*'"):
        chosen(*names, weights_pattern="c-*")


def test_a_file_name_that_is_not_there_lists_those_that_are():
    with pytest.raises(ModelNotFoundError, match=r"no weights b-Q4_0.gguf: name one of a-Q4_0.gguf\."):
        chosen("a-Q4_0.gguf", "mmproj-F16.gguf", quant="b-Q4_0.gguf")


def test_the_projector_beside_the_weights_is_preferred():
    names = ("v1/a-Q4_0.gguf", "v1/mmproj-F16.gguf", "v2/a-Q4_0.gguf", "v2/mmproj-F16.gguf")
    assert chosen(*names, quant="v2/a-Q4_0.gguf") == (["v2/a-Q4_0.gguf"], "v2/mmproj-F16.gguf")


def test_a_projector_that_names_its_model_otherwise_fits_the_only_model():
    assert chosen("gemma-4-it-Q4_0.gguf", "mmproj-Gemma4.gguf", "imatrix.gguf")[1] == "mmproj-Gemma4.gguf"


def test_a_projector_of_another_model_is_not_taken():
    with pytest.raises(
        ModelNotFoundError, match=r"no projector named for these weights \(mmproj-b-F16.gguf\) for a-Q4_0"
    ):
        chosen("a-Q4_0.gguf", "b-Q8_0.gguf", "mmproj-b-F16.gguf", quant="Q4_0")


def test_projectors_that_fit_equally_are_an_error():
    with pytest.raises(ModelNotFoundError, match=r"several projectors .*\(mmproj-1-F16.gguf, mmproj-2-F16.gguf\)"):
        chosen("a-Q4_0.gguf", "mmproj-1-F16.gguf", "mmproj-2-F16.gguf")


def test_a_model_without_a_projector_cannot_see():
    with pytest.raises(ModelFormatError, match=r"no projector \(mmproj\) beside a-Q4_0.gguf, so it cannot see: use"):
        chosen("a-Q4_0.gguf")


def test_a_repository_without_gguf_files_points_to_one_with():
    with pytest.raises(ModelFormatError, match=r"\(it has .json, .safetensors files\): look for Qwen/Qwen3-VL-GGUF"):
        select(repository("config.json", "model.safetensors", name="Qwen/Qwen3-VL"))
    with pytest.raises(ModelFormatError, match="has no GGUF file: try again when its files are uploaded"):
        select(repository(name="Qwen/Qwen3-VL-GGUF"))


@pytest.mark.parametrize(
    "name", ["../x.gguf", "/x.gguf", "a/../x", "a//x", ".", "", "a\\x", "c:x", "a/\0", "a\nb", "x?"]
)
def test_names_that_leave_their_folder_are_not_safe(name):
    assert not is_safe_name(name)


def test_names_of_real_files_are_safe():
    assert all(is_safe_name(name) for name in (*UNSLOTH, *SPLIT, ".gitattributes", "Ünïcode name (1).gguf"))


QUANTS = ["Q4_K_M", "Q4_0", "Q8_0", "UD-Q4_K_XL", "IQ4_NL", "UD-IQ4_NL", "F16", "BF16", "Q2_K"]


@pytest.mark.slow
@given(st.lists(st.sampled_from(QUANTS), min_size=1, unique=True), st.data())
def test_every_quantization_that_is_there_can_be_chosen_and_no_other(quants, data):
    names = data.draw(st.permutations([f"Model-7B-{quant}.gguf" for quant in quants] + ["mmproj-F16.gguf"]))
    for quant in QUANTS:
        if quant in quants:
            assert chosen(*names, quant=quant)[0] == [f"Model-7B-{quant}.gguf"]
        else:
            with pytest.raises(ModelNotFoundError):
                chosen(*names, quant=quant)


@given(st.lists(st.text("abQ4_KM0-.of1", min_size=1, max_size=20).map(lambda stem: f"{stem}.gguf"), unique=True))
def test_any_listing_gives_a_selection_from_it_or_one_of_two_errors(names):
    listed = repository(*names, "mmproj-F16.gguf")
    try:
        selection = select(listed)
    except (ModelNotFoundError, ModelFormatError):
        return
    assert set(selection.files) <= set(listed.files)
    assert selection.mmproj not in selection.weights


def test_the_values_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RemoteFile("a", 1, None).name = "b"
