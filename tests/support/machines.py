"""Machines, graphics cards and models that are made up, for plans that nobody loads. Sizes are in GB of 1e9 bytes."""

from collections.abc import Iterable

from localalt.devices import Device, Machine
from localalt.models import choose
from localalt.models.catalog import CATALOG
from localalt.planning.plan import ModelSpec, Plan

GB = 1_000_000_000


def machine(ram: float = 16, free: float | None = None, cores: int = 4, gpus: Iterable[Device] = ()) -> Machine:
    """A machine with `ram` GB of memory, nine tenths of it free unless `free` says otherwise."""
    free = ram * 0.9 if free is None else free
    return Machine(int(free * GB), int(ram * GB), cores, tuple(gpus))


def gpu(total: float, free: float | None = None, name: str = "CUDA0", integrated: bool = False) -> Device:
    """A CUDA device with `total` GB of memory, nearly all of it free unless `free` says otherwise."""
    free = total * 0.97 if free is None else free
    return Device(name, "Some GPU", "CUDA", integrated, int(free * GB), int(total * GB))


def model(name: str = "qwen3.5-2b", quant: str | None = None) -> ModelSpec:
    """A model of the catalog as a plan needs it."""
    return choose.spec_of(CATALOG[name], quant)


def is_all_on_gpu(plan: Plan) -> bool:
    """Whether every layer and the projector are on GPUs."""
    return plan.decodes_on_gpu and plan.projector_on_gpu
