"""Pairs that are written on the user's machine, with the sizes that real models have where kernels depend on them.

Backends choose a kernel by the size of heads and states, by the type of weights and by the number of columns, so that
the models that ship, whose heads have 16 or 32 numbers and whose weights are F16, never reach those that real models
use. Nothing is known of what these pairs should answer: the CPU's own answer is what a device's is compared with.
Must not know the command line, nor what follows from a difference. Doors: `PAIRS`, `write`, `answers`, `compare`.
"""

from localalt.doctor.pairs.comparison import compare
from localalt.doctor.pairs.program import answers
from localalt.doctor.pairs.shapes import PAIRS, GeneratedPair
from localalt.doctor.pairs.weights import write

__all__ = ["PAIRS", "GeneratedPair", "answers", "compare", "write"]
