"""Numbers that are none on a Vulkan device, in one picture of several: a part of scripts/checks/vulkan.sh.

    python scripts/checks/vulkan_not_finite.py

Once the projector gives NaN for a picture, which is then encoded on the CPU and says so. Once NaN comes into the cache
with a picture, so that the device computes with it: its answer is begun again, and the others go on. Every text is
right in the end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

import numpy as np

import localalt
from localalt import native
from localalt.selftest import held_out

N_PICTURES = 6


@contextmanager
def spoiling(owner: type, name: str, spoil: Callable[..., Any], *, at: int) -> Iterator[None]:
    """Within it call number `at` of a method, counted from 0, goes through `spoil`."""
    own, n_calls = getattr(owner, name), 0

    def changed(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (the method's own)
        nonlocal n_calls
        n_calls += 1
        return spoil(own, *arguments, **options) if n_calls == at + 1 else own(*arguments, **options)

    with mock.patch.object(owner, name, changed):
        yield


def nan_from_the_projector() -> AbstractContextManager[None]:
    """As where sums exceed what the device's F16 holds."""

    def spoil(_own: Any, projector: Any, *_: Any) -> Any:  # noqa: ANN401
        raise localalt.NotFiniteError(f"Not all numbers are finite ({projector}).", call="mtmd_batch_encode", code=0)

    return spoiling(native.Projector, "encode_batch", spoil, at=0)


def nan_in_the_cache() -> AbstractContextManager[None]:
    """Embeddings that nobody has looked at: the device computes with what they are."""

    def spoil(own: Any, context: Any, projector: Any, chunk: Any, embeddings: Any, *others: Any) -> Any:  # noqa: ANN401
        return own(context, projector, chunk, np.full_like(embeddings, np.nan), *others)

    return spoiling(native.Context, "decode_image", spoil, at=2)


def main() -> int:
    """Print what comes of each; 1 where a text is wrong, or nobody says so."""
    pictures = held_out()[:N_PICTURES]
    device = next(each.name for each in native.devices() if each.kind == "gpu")
    wrong = 0
    with localalt.load("selftest", device=device, reuse=False) as describer:
        for fault in (nan_from_the_projector, nan_in_the_cache):
            with fault():
                found = list(describer.describe_many([each.picture for each in pictures]))
            right = [alt.text == each.torch_texts["selftest"] for alt, each in zip(found, pictures, strict=True)]
            said = [sorted({notice.name for notice in alt.warnings} - {"instrument"}) for alt in found]
            print(f"{fault.__name__}: {sum(right)} of {len(right)} texts right; warnings {said}", flush=True)
            wrong += len(right) - sum(right) + (["device-fault"] not in said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
