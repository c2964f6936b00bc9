"""The settings of the engine that a person or a sweep may choose, and the ranges that they have to be in. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from localalt.errors import OptionError
from localalt.errors.wording import either, flag_of
from localalt.limits import shown
from localalt.types import ImageGeometry

__all__ = ["MAX_SLOTS", "TUNING_RANGES", "Tuning", "check_tuning", "tuned"]

MAX_SLOTS = 64
TUNING_RANGES: Mapping[str, tuple[int, int]] = {
    "n_threads": (1, 512),  # GGML_MAX_N_THREADS in ggml.h
    "n_ubatch": (32, 8192),
    "n_image_tokens": (1, 4096),
}


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of llama.cpp that a plan would otherwise choose, which None leaves to it.

    What computes wrong, as the doctor found, stays switched off whatever this says.

    Attributes:
        n_threads: on the CPU, 1 to 512.
        n_ubatch: tokens in one graph, 32 to 8192; as many as a picture has, where all of them see each other.
        n_image_tokens: the most of one picture, 1 to 4096, within what the projector takes; refused for projectors of
            one size or with tiles.
        flash_attn: whether attention is computed so, of the language model and of the projector.
        projector_on_gpu: whether pictures are encoded on a GPU.
    """

    n_threads: int | None = None
    n_ubatch: int | None = None
    n_image_tokens: int | None = None
    flash_attn: bool | None = None
    projector_on_gpu: bool | None = None


def tuned(geometry: ImageGeometry, tuning: Tuning, name: str) -> ImageGeometry:
    """What the projector of the model `name` makes of pictures, with those image tokens.

    Raises:
        OptionError: it does not take so many.
    """
    most = tuning.n_image_tokens
    if most is None:
        return geometry
    least, greatest = geometry.min_tokens, geometry.max_tokens
    subject = either("n_image_tokens", "--image-tokens")
    if geometry.square is not None or geometry.token_px == 1:
        why = f"all its pictures have {greatest}" if geometry.square is not None else "it cuts pictures into tiles"
        raise OptionError(f"{subject} {most} is not possible with {name}: {why}. Leave it out.")
    if not least <= most <= greatest:
        raise OptionError(f"{subject} {most} is not possible with {name}: a picture has {least} to {greatest} there.")
    low = min(geometry.low_tokens, most)
    low_on_gpu = min(geometry.low_tokens_on_gpu, most)
    return dataclasses.replace(
        geometry, max_tokens=most, high_tokens=most, low_tokens=low, low_tokens_on_gpu=low_on_gpu
    )


def check_tuning(tuning: object) -> None:
    """Raises `OptionError` for what is not a `Tuning`, or one with a setting of the wrong type or out of range."""
    if tuning is None:
        return
    if not isinstance(tuning, Tuning):
        raise OptionError(f"tuning is {tuning!r:.60}: pass a localalt.Tuning, or None.")
    for name, (least, most) in TUNING_RANGES.items():
        value = getattr(tuning, name)
        if value is not None and (type(value) is not int or not least <= value <= most):
            subject = either(f"tuning has {name}", f"{flag_of(name)} is")
            raise OptionError(f"{subject} {shown(value)}: it must be a whole number from {least} to {most}.")
    for name in ("flash_attn", "projector_on_gpu"):
        value = getattr(tuning, name)
        if value is not None and type(value) is not bool:
            raise OptionError(f"tuning has {name} {value!r}: pass True, False or None.")
