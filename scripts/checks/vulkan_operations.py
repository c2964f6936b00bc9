"""The operations card of a Vulkan device, and faults on purpose that it must find: a part of scripts/checks/vulkan.sh.

    python scripts/checks/vulkan_operations.py

Not of all kinds: Mesa's software device needs half an hour of processor time for the shaders of all, a minute or two
for those of a quantization. It caches them.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager

from localalt import native
from localalt.cli import operations_card
from localalt.doctor import operations
from localalt.doctor.operations import OperationResult, OperationsCard, Status
from scripts.checks.planted_fault import planted

FAULTY = """
import sys
from localalt.doctor.operations import graphs, program
from localalt.native.graph import Graph

write, compute = Graph.write, graphs.compute
def faulty_write(graph, tensor, data):
    write(graph, tensor, {fault})
def faulty(case, backend, *, is_reference=False):
    Graph.write = write if is_reference else faulty_write
    return compute(case, backend, is_reference=is_reference)
program.compute = faulty
program.main(sys.argv[1:])
"""
"""The program that computes the cases, with what is written to the device changed, and the CPU's left alone."""
ZEROED = "data if vars(graph).get('begun') else vars(graph).update(begun=True) or bytes(len(data))"
"""The first tensor of a graph has zeros in place of its numbers."""
SCALED = "bytes([data[0], data[1] + 24 & 255]) + data[2:]"
"""The first scale of Q4_K weights, an F16, is 64 times what it was; a number in F32 loses little by it."""
FAULTS = (
    ("a tensor zeroed", ZEROED, ("attention 72", "delta net 128", "norms")),
    ("a scale perturbed", SCALED, ("products Q4_K",)),
)


KINDS = (
    "products Q4_K",
    "products Q8_0",
    "products F16",
    "products by experts Q4_K",
    "attention 72",
    "attention 72 without flash",
    "attention 256",
    "delta net 128",
    "SSM convolution",
    "M-RoPE",
    "RoPE",
    "norms",
    "softmax",
    "argmax",
    "top-k",
)


def faulty(fault: str) -> AbstractContextManager[None]:
    """Within it the card's processes have the fault."""
    return planted("localalt.doctor.operations.program", FAULTY.format(fault=fault))


def card(kinds: tuple[str, ...]) -> OperationsCard:
    """Of the first GPU."""
    gpu = next(device for device in native.devices() if device.kind == "gpu")
    return next(operations.examine([gpu], n_threads=2, kinds=kinds))


def main() -> int:
    """Print the card; 1 where it has a fault, or where a fault on purpose is not on it."""
    own = card(KINDS)
    print("\n".join(operations_card.lines(own)), flush=True)
    faults = [each for each in own.faults if not _is_of_mesa(each, own)]
    missed = []
    for name, fault, kinds in FAULTS:
        with faulty(fault):
            found = card(kinds)
        for kind, results in found.by_kind.items():
            ordinary = [
                result for result in results if not result.case.large and result.status is not Status.UNSUPPORTED
            ]
            n_found = sum(result.status is Status.WRONG for result in ordinary)
            print(f"{kind}, {name}: found in {n_found} of {len(ordinary)}", flush=True)
            if n_found < len(ordinary):
                missed.append(kind)
    print(f"{len(faults)} faults of the device; of the faults on purpose {len(missed)} were missed: {missed}")
    return 1 if faults or missed else 0


def _is_of_mesa(result: OperationResult, own: OperationsCard) -> bool:
    """A crash of Mesa's software device (22.3) in attention.

    Its heap is damaged after attention with a mask that ggml looks through beforehand, one of more than 32,768 places
    (ggml-vulkan.cpp, use_mask_opt): that is right, and one of the next ends the process.
    """
    is_software = "llvmpipe" in own.device.description
    return is_software and result.status is Status.CRASHED and result.case.kind.startswith("attention")


if __name__ == "__main__":
    sys.exit(main())
