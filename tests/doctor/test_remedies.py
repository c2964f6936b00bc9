"""What helps where operations are wrong on a device, with cards that are made up."""

import dataclasses

import pytest

from localalt import switches
from localalt.devices import Device, DeviceVerdict
from localalt.doctor.operations.card import OperationResult, OperationsCard, Status
from localalt.doctor.operations.cases import CASES, Attention, Product
from localalt.doctor.remedies import remedy

VULKAN = Device("Vulkan0", "Some GPU", "Vulkan", False, 7_000_000_000, 8_000_000_000)
CUDA = dataclasses.replace(VULKAN, name="CUDA0", backend="CUDA")


class Made:
    """A made-up device: `wrong` says of a case, and the names of the variables that are set, whether it is wrong."""

    def __init__(self, device, wrong, status=Status.WRONG):
        self.device, self.wrong, self.status = device, wrong, status
        self.asked = []

    def card(self, kinds=(), environment=()):
        names = {name for name, _ in environment}
        cases = [case for case in CASES if not kinds or case.kind in kinds]
        results = (OperationResult(each, self.status if self.wrong(each, names) else Status.RIGHT) for each in cases)
        return OperationsCard(self.device, tuple(results))

    def rerun(self, kinds, environment):
        self.asked.append((kinds, environment))
        return self.card(kinds, environment)

    @property
    def remedy(self):
        return remedy(self.card(), self.rerun)


def test_a_device_that_is_right_needs_nothing_and_is_not_asked_again():
    made = Made(VULKAN, lambda case, names: False)
    assert made.remedy == DeviceVerdict()
    assert made.asked == []


@pytest.mark.parametrize("status", [Status.WRONG, Status.CRASHED])
def test_products_that_are_right_without_cooperative_matrices_are_computed_without(status):
    def wrong(case, names):
        return isinstance(case, Product) and case.weights == "Q4_K" and "GGML_VK_DISABLE_COOPMAT" not in names

    made = Made(VULKAN, wrong, status)
    expected = (("GGML_VK_DISABLE_COOPMAT2", "1"), ("GGML_VK_DISABLE_COOPMAT", "1"))
    assert made.remedy == DeviceVerdict(environment=expected)
    assert {kinds for kinds, _ in made.asked} == {("products Q4_K", "products by experts Q4_K")}


def test_only_everything_off_is_right_where_there_are_two_faults():
    def wrong(case, names):
        return isinstance(case, Product) and not {"GGML_VK_DISABLE_F16", "GGML_VK_DISABLE_FUSION"} <= names

    assert Made(VULKAN, wrong).remedy == DeviceVerdict(environment=switches.of_backend("Vulkan"))


@pytest.mark.parametrize(("is_tower", "flash_attn"), [(True, None), (False, False)])
def test_flash_attention_that_is_wrong_is_off_for_the_projector_alone_or_for_all(is_tower, flash_attn):
    def wrong(case, names):
        return isinstance(case, Attention) and case.flash and case.is_tower is is_tower and case.head in (72, 128)

    made = Made(VULKAN, wrong)
    assert made.remedy == DeviceVerdict(flash_attn=flash_attn, projector_flash_attn=False)
    assert made.asked == []


def test_attention_that_is_wrong_both_ways_needs_a_switch():
    def wrong(case, names):
        return isinstance(case, Attention) and case.head == 64 and "GGML_VK_DISABLE_F16" not in names

    assert Made(VULKAN, wrong).remedy == DeviceVerdict(environment=(("GGML_VK_DISABLE_F16", "1"),))


def test_where_nothing_helps_there_is_none():
    assert Made(VULKAN, lambda case, names: case.kind == "softmax").remedy is None


def test_sums_that_overflow_are_added_up_in_f32_where_that_helps():
    def wrong(case, names):
        return bool(case.large) and isinstance(case, Product) and "GGML_CUDA_CUBLAS_COMPUTE_TYPE" not in names

    assert Made(CUDA, wrong).remedy == DeviceVerdict(environment=(("GGML_CUDA_CUBLAS_COMPUTE_TYPE", "f32"),))
    assert Made(VULKAN, wrong).remedy == DeviceVerdict()
    assert Made(CUDA, lambda case, _: bool(case.large) and isinstance(case, Product)).remedy == DeviceVerdict()
