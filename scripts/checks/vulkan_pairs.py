"""Generated pairs on a Vulkan device, and faults on purpose that they must find: a part of scripts/checks/vulkan.sh.

    python scripts/checks/vulkan_pairs.py [PAIR ...]

Mesa's software device compiles shaders for minutes of processor time in the first try of each, which Mesa caches.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager

from localalt import native
from localalt.doctor import examination, pairs, trial
from localalt.doctor.answers import Answers
from localalt.doctor.examination import Status, TrialResult
from localalt.doctor.settings import TrialSettings
from scripts.checks.planted_fault import planted

USABLE = (Status.OK, Status.NOTE)
SMALL = "pair-mistral"
"""The pair that the faults are made in."""

TIMEOUT_S = 3_600
"""Of a try on the software device, whose shaders take up to a minute of processor time each."""

FAULTY = """
import dataclasses, sys
import numpy as np
from localalt import native
from localalt.doctor import trial
from localalt.doctor.pairs import program, weights

{fault}
trial.main(sys.argv[1:])
"""
"""The program of a try, changed: the CPU's reference is computed before, without the fault."""
OF_A_TENSOR = """
own = weights._Damped._data
def data(self, name, shape, kind):
    found = own(self, name, shape, kind)
    return {change} if name == "{tensor}" else found
weights._Damped._data = data
"""
ZEROED = OF_A_TENSOR.format(tensor="blk.1.attn_k.weight", change="bytes(len(found))")
SCALED = """
def changed(data):
    blocks = np.frombuffer(data, np.uint8).reshape(-1, 144).copy()
    blocks[:, 4] ^= 32
    return blocks.tobytes()
""" + OF_A_TENSOR.format(tensor="blk.1.attn_output.weight", change="changed(found)")
"""Of the eight scales in each block of Q4_K one has another highest bit."""
ELSEWHERE = """
answers = program.answers
trial.pairs.answers = lambda settings: answers(dataclasses.replace(settings, n_gpu_layers=2))
"""
SWAPPED = """
decode_image = native.Context.decode_image
native.Context.decode_image = lambda self, projector, chunk, embeddings, *others: decode_image(
    self, projector, chunk, embeddings[::-1].copy(), *others
)
"""
FAULTS = (
    ("a tensor zeroed", ZEROED, (Status.DIFFERS, Status.GARBAGE)),
    ("a scale perturbed", SCALED, (Status.DIFFERS, Status.GARBAGE, Status.NOTE)),
    ("between encode and decode", SWAPPED, (Status.DIFFERS, Status.GARBAGE)),
    ("operations computed elsewhere", ELSEWHERE, (Status.UNTESTED,)),
)
"""What is wrong, how it is made so, and what may come of it."""


def faulty(fault: str) -> AbstractContextManager[None]:
    """Within it the processes of tries have the fault."""
    return planted("localalt.doctor.trial", FAULTY.format(fault=fault))


def tried(name: str, settings: TrialSettings, reference: Answers) -> TrialResult:
    """One try, printed."""
    began = time.monotonic()
    try:
        found = examination.judge(name, settings, examination.in_a_process(settings), reference)
    except examination.TrialError as error:
        found = TrialResult(name, settings, Status.CRASHES, detail=str(error))
    errors = [f"{error:.2%}" for error in (found.embeddings_error, found.logits_error) if error is not None]
    took = time.monotonic() - began
    print(f"{settings.model}, {name}: {found.status.value}, off {errors}, {took:.0f} s {found.detail}", flush=True)
    return found


def main(names: Sequence[str]) -> int:
    """Print what comes of every try; 1 where a pair is wrong, or a fault on purpose is not found."""
    examination.TIMEOUT_S = TIMEOUT_S
    device = next(device for device in native.devices() if device.kind == "gpu")
    wrong = []
    for name in names or pairs.PAIRS:
        reference = examination.in_a_process(trial.reference_of(name, 2))
        whole = TrialSettings(device.name, name, n_seq=trial.most_together(name), n_threads=2)
        half = TrialSettings(device.name, name, n_seq=whole.n_seq, n_threads=2, n_gpu_layers=pairs.PAIRS[name].half)
        for words, settings in (("all of it", whole), ("half of the layers", half)):
            found = tried(words, settings, reference)
            if found.status not in USABLE:
                wrong.append(found)
        if name == SMALL:
            right = found
            for words, fault, expected in FAULTS:
                with faulty(fault):
                    found = tried(words, whole, reference)
                if found.status not in expected or (found.status is Status.NOTE and found.error < 2 * right.error):
                    wrong.append(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
