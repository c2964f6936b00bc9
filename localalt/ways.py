"""The ways in which a device can be used, the cheapest first: what is tried before it is given up.

A way is a `DeviceVerdict` with words for it. The doctor tries them in their order; after a crash, the next of a few is
taken without having been tried. Pure: knows no device but its backend's name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from localalt import switches
from localalt.devices import DeviceVerdict
from localalt.switches import Environment

__all__ = ["WHOLE", "after_crash", "environments", "ways"]

WHOLE = "all of it, several pictures at once"
"""The name of the way in which a device is used that computes right."""


def ways(backend: str) -> Iterator[tuple[str, DeviceVerdict]]:
    """(name, way) of a backend by ggml's name, the faster ones first.

    A switch costs some kernels their speed; one picture at a time costs half and more of it; a projector on the CPU
    costs seconds for every picture; so they come in this order, and before each of the last two stands what may spare
    it: everything switched off at once.
    """
    whole = DeviceVerdict()
    no_flash = dataclasses.replace(whole, flash_attn=False, projector_flash_attn=False)
    careful = dataclasses.replace(no_flash, environment=switches.of_backend(backend))
    on_cpu = dataclasses.replace(whole, projector_on_device=False)
    yield WHOLE, whole
    yield "the projector without flash attention", dataclasses.replace(whole, projector_flash_attn=False)
    early, late = _single(backend)
    for environment in early:
        yield ", ".join(switches.words_of(environment)), dataclasses.replace(whole, environment=environment)
    yield "without flash attention", no_flash
    for environment in late:
        yield ", ".join(switches.words_of(environment)), dataclasses.replace(whole, environment=environment)
    if careful != no_flash:
        yield "with everything switched off that can be", careful
    yield "one picture at a time", dataclasses.replace(whole, one_at_a_time=True)
    if careful != no_flash:
        yield (
            "one picture at a time, with everything switched off that can be",
            dataclasses.replace(careful, one_at_a_time=True),
        )
    yield "the projector on the CPU", on_cpu
    yield "the projector on the CPU, without flash attention", dataclasses.replace(on_cpu, flash_attn=False)
    if careful != no_flash:
        yield "the projector on the CPU, with everything switched off that can be", _on_cpu(careful)
    yield "with flash attention", dataclasses.replace(whole, flash_attn=True, projector_flash_attn=True)


def after_crash(before: DeviceVerdict, backend: str) -> DeviceVerdict:
    """What to try at the next start of a device whose process ended as it was used like `before`.

    Few steps, since each may cost the pictures that are under way: without flash attention; with everything switched
    off, too; the projector on the CPU, too; not at all.
    """
    every = switches.merged(before.environment, switches.of_backend(backend))
    has_flash = before.flash_attn is not False or (
        before.projector_on_device and before.projector_flash_attn is not False
    )
    no_flash = dataclasses.replace(before, flash_attn=False, projector_flash_attn=False, after_crash=True)
    careful = dataclasses.replace(no_flash, environment=every, one_at_a_time=True)
    if has_flash:
        return no_flash
    if before.environment != every or not before.one_at_a_time:
        return careful
    if before.projector_on_device:
        return _on_cpu(careful)
    return DeviceVerdict(is_usable=False, after_crash=True)


def _on_cpu(way: DeviceVerdict) -> DeviceVerdict:
    """`way` with the projector on the CPU, for which no flash attention need be wrong."""
    return dataclasses.replace(way, projector_on_device=False, projector_flash_attn=None)


def environments(backend: str) -> Iterator[Environment]:
    """What can be switched off of a backend: each alone, those that cost little first, and then everything."""
    early, late = _single(backend)
    yield from (*early, *late)
    if len(early) + len(late) > 1:
        yield switches.of_backend(backend)


def _single(backend: str) -> tuple[list[Environment], list[Environment]]:
    """(those that cost little, those that cost more) of a backend's switches, each alone."""
    alone: list[Environment] = [(pair,) for pair in switches.of_backend(backend)]
    if backend != "Vulkan":
        return alone, []
    by_name = {environment[0][0]: environment for environment in alone}
    # Without KHR's cooperative matrices those of NVIDIA would still be used (ggml-vulkan.cpp:4060-4071).
    by_name["GGML_VK_DISABLE_COOPMAT"] = switches.merged(
        by_name["GGML_VK_DISABLE_COOPMAT2"], by_name["GGML_VK_DISABLE_COOPMAT"]
    )
    late = by_name.pop("GGML_VK_DISABLE_F16")
    # Without integer products, sums of quantized weights are in F16 (ggml-vulkan.cpp:5943), which cuts large ones.
    integer = switches.merged(by_name.pop("GGML_VK_DISABLE_INTEGER_DOT_PRODUCT"), late)
    return list(by_name.values()), [late, integer]
