"""What a try left untested: by made-up counts of what ran where."""

import pytest

from localalt.doctor.placement import Placement, untested

LAYER = {"MUL_MAT": 14, "FLASH_ATTN_EXT": 2, "RMS_NORM": 5, "ROPE": 4, "ADD": 4}
TOWER = {"MUL_MAT": 12, "SOFT_MAX": 2, "NORM": 5, "IM2COL": 1}
LOOKED_UP = {"GET_ROWS": 1, "SCALE": 1}


def placement(*, tower=None, layers=None):
    return Placement({"Vulkan0": TOWER} if tower is None else tower, {"Vulkan0": LAYER} if layers is None else layers)


def found(placement, *, projector=True, whole=True):
    return untested(placement, "Vulkan0", projector=projector, whole=whole)


def test_all_of_it_on_the_device_leaves_nothing_untested():
    assert found(placement()) == ""


def test_embeddings_that_the_cpu_looks_up_and_samplers_there_are_normal():
    assert found(placement(layers={"Vulkan0": LAYER, "CPU": {**LOOKED_UP, "ARGMAX": 1, "TOP_K": 1}})) == ""


@pytest.mark.parametrize("kind", ["MUL_MAT", "FLASH_ATTN_EXT", "RMS_NORM"])
def test_one_operation_elsewhere_is_named(kind):
    layers = {"Vulkan0": {**LAYER, kind: LAYER[kind] - 1}, "CPU": {kind: 1}}
    assert found(placement(layers=layers)) == (
        f"of the language model 1 of {LAYER[kind]} {kind} ran elsewhere than on Vulkan0"
    )


def test_a_kind_that_is_wholly_elsewhere_is_named():
    tower = {"Vulkan0": {"MUL_MAT": 12, "NORM": 5}, "CPU": {"FLASH_ATTN_EXT": 2, "CPY": 4}}
    assert found(placement(tower=tower)) == "of the projector 2 of 2 FLASH_ATTN_EXT ran elsewhere than on Vulkan0"


def test_both_parts_are_named():
    words = found(placement(tower={"CPU": TOWER}, layers={"CPU": LAYER}))
    assert words == "nothing of the projector ran on Vulkan0; nothing of the language model ran on Vulkan0"


def test_another_gpu_is_elsewhere():
    assert found(placement(layers={"Vulkan1": LAYER})) == "nothing of the language model ran on Vulkan0"


def test_a_projector_that_belongs_to_the_cpu_is_not_missed():
    assert found(placement(tower={"CPU": TOWER}), projector=False) == ""


def test_with_layers_on_the_cpu_each_kind_has_to_run_on_the_device_once():
    half = {"Vulkan0": LAYER, "CPU": LAYER}
    assert found(placement(layers=half), whole=False) == ""
    assert found(placement(layers=half)) != ""
    without = {kind: count for kind, count in LAYER.items() if kind != "FLASH_ATTN_EXT"}
    assert found(placement(layers={"Vulkan0": without, "CPU": LAYER}), whole=False) == (
        "of the language model 2 of 2 FLASH_ATTN_EXT ran elsewhere than on Vulkan0"
    )


def test_nodes_that_could_not_be_read_prove_nothing():
    assert found(placement(layers={"?": {"?": 20}})) == "nothing of the language model ran on Vulkan0"
