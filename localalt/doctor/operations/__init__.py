"""Whether a device computes llama.cpp's own operations right, one by one, at the shapes of the models in the catalog.

Known-answer models are small; real ones have other kernels: quantized weights, heads of 64 to 512, states of 128. Here
each of these is computed on the device and, in F32, on the CPU, and judged by the tolerances of llama.cpp's own tests.
Doors: `examine`, and the `OperationsCard` that comes of it; `cases` is what is computed, as data, and `program` what
runs in a process of its own. Must not know models or pictures.
"""

from localalt.doctor.operations.card import OperationResult, OperationsCard, Status
from localalt.doctor.operations.examination import examine

__all__ = ["OperationResult", "OperationsCard", "Status", "examine"]
