"""The operations card in words."""

import dataclasses

from localalt.cli import operations_card
from localalt.devices import Device
from localalt.doctor.operations import OperationResult, OperationsCard, Status
from localalt.doctor.operations.cases import Attention, Norm, Product

GPU = Device("CUDA0", "A card", "CUDA", False, 1, 2)
ORDINARY = Product(weights="F16", n_columns=64, n_in=2560, n_out=256)
LARGE = dataclasses.replace(ORDINARY, large="sums")
NORM = Norm(function="norm", n_in=768, n_rows=64)
HEAD = Attention(head=64, group=3, n_queries=1, n_keys=1024)


def lines(*results):
    return list(operations_card.lines(OperationsCard(GPU, tuple(OperationResult(*each) for each in results), 3.2)))


def test_a_device_that_is_right_is_counted_by_kind():
    assert lines((ORDINARY, Status.RIGHT, 1e-6), (LARGE, Status.RIGHT, 0.0), (NORM, Status.RIGHT, 0.0)) == [
        "CUDA0, A card: operations",
        "  products F16: 2 right",
        "  norms: 1 right",
        "  -> Every operation that it has is right. (3 operations in 3 s)",
    ]


def test_what_is_wrong_is_said_in_full():
    found = lines((ORDINARY, Status.WRONG, 0.25), (NORM, Status.CRASHED, None, "SIGABRT: the driver"))
    assert found[3:] == [
        "  wrong    products F16, 256 rows of 2560, columns 64: NMSE 2.5e-01, at most 5e-04 is right",
        "  crashed  norms, norm, 64 rows of 768: SIGABRT: the driver",
        "  -> Operations that are wrong: 2. (2 operations in 3 s)",
    ]


def test_an_overflow_is_a_note_with_the_types_of_weights():
    found = lines(
        (ORDINARY, Status.RIGHT, 0.0), (LARGE, Status.WRONG, None, "9.0% of the numbers are infinite or none")
    )
    assert found[1:] == [
        "  products F16: 1 right, 1 wrong",
        "  wrong    products F16, 256 rows of 2560, columns 64, large sums: 9.0% of the numbers are infinite or none",
        "  -> Every operation that it has is right. Sums beyond 65,504 overflow in products of F16."
        " (2 operations in 3 s)",
    ]


def test_overflows_of_several_operations_are_one_sentence():
    large = dataclasses.replace(HEAD, large="values")
    products = (ORDINARY, Status.RIGHT, 0.0), (LARGE, Status.WRONG, 1.0)
    attention = (HEAD, Status.RIGHT, 0.0), (large, Status.WRONG, 1.0)
    assert "Sums beyond 65,504 overflow in products of F16 and in attention." in lines(*products, *attention)[-1]
    assert "Sums beyond 65,504 overflow in attention." in lines(*attention)[-1]


def test_what_is_not_supported_is_named():
    found = lines((HEAD, Status.UNSUPPORTED, None, "FLASH_ATTN_EXT"))
    assert found[1:3] == [
        "  attention 64: 1 not supported",
        "  not supported, and computed on the CPU: attention 64, groups of 3, 1 x 1024",
    ]
