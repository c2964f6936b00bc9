"""The operations card of a Vulkan device, and faults on purpose that it must find: a part of scripts/checks/vulkan.sh.

    python scripts/checks/vulkan_operations.py

Mesa's software device needs a quarter of an hour of processor time, most of it for shaders, which Mesa caches.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from localalt import native
from localalt.cli import operations_card
from localalt.doctor import operations
from localalt.doctor.operations import OperationsCard, Status

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
"""The first scale of Q4_0 weights, an F16, is 64 times what it was; a number in F32 loses little by it."""
FAULTS = (
    ("a tensor zeroed", ZEROED, ("attention 72", "delta net 128", "norms")),
    ("a scale perturbed", SCALED, ("products Q4_0",)),
)


@contextmanager
def faulty(fault: str) -> Iterator[None]:
    """Within it the card's processes have the fault."""
    run = subprocess.run

    def changed(command: list[str], **options: Any) -> Any:  # noqa: ANN401 (subprocess.run's own)
        if command[1:3] == ["-m", "localalt.doctor.operations.program"]:
            command = [command[0], "-c", FAULTY.format(fault=fault), *command[3:]]
        return run(command, **options)

    subprocess.run = changed  # type: ignore[assignment]
    try:
        yield
    finally:
        subprocess.run = run


def card(kinds: tuple[str, ...] = ()) -> OperationsCard:
    """Of the first GPU."""
    gpu = next(device for device in native.devices() if device.kind == "gpu")
    return next(operations.examine([gpu], n_threads=2, kinds=kinds))


def main() -> int:
    """Print the card; 1 where it has a fault, or where a fault on purpose is not on it."""
    own = card()
    print("\n".join(operations_card.lines(own)), flush=True)
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
    return 1 if own.faults or missed else 0


if __name__ == "__main__":
    sys.exit(main())
