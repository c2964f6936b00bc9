"""How many image tokens the pictures of each family get: few, many, or the most that its projector takes.

Data, with the source of each number.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GEMMA4", "GLM", "LFM2", "MISTRAL", "MUSE_GLIMMER", "QWEN", "ImageBudgets"]


@dataclass(frozen=True, slots=True)
class ImageBudgets:
    """Image tokens of a picture, for a projector of free sizes."""

    least: int
    """The fewest."""
    low: int
    """The most of a picture that is looked at, such as a photograph."""
    low_on_gpu: int
    """`low`, where GPUs do all the work."""
    high: int
    """The most of one that is read, such as a page or a chart."""
    most: int
    """The most that the projector takes."""
    fills: bool = False
    """Whether a small picture is enlarged until it fills its budget: see `ImageGeometry.fills`."""


QWEN = ImageBudgets(least=64, low=256, low_on_gpu=576, high=1024, most=4096)
"""Qwen2-VL to Qwen3.5 take 8 to 4096 tokens (clip.cpp:1678). Their own processors never go below 4 x 28 x 28 pixels;
64 tokens (256 x 256) keep icons legible. A comparison of six models over 46 photographs found 768 x 768 pixels, 576
tokens, as good as more (scratch.md, 2026): a GPU encodes them in a fraction of a second, a CPU takes more than twice
as long as for 256, which describe a photograph well. Printed text is legible in about a megapixel, 1024."""

GEMMA4 = ImageBudgets(least=1, low=280, low_on_gpu=280, high=560, most=1120, fills=True)
"""Gemma 4's processor has five budgets, 70, 140, 280, 560 and 1120 tokens, 280 by default. It enlarges or reduces every
picture to fill the one that is chosen, whole tokens rounded down (transformers, image_processing_gemma4.py). Number
plates in photographs lost a letter at 280 that was right at 560 (ollama, issue 17152).

The largest budget exceeds the sliding window of some layers, 512 tokens in E2B and E4B, 1024 in the others, in the
reference as well, where the window bounds what a token sees before it and the layers without one see all. llama.cpp
applies it to the same tokens: in 12B, 26B and 31B image tokens see each other in layers with a window, back as far as
it reaches; in E2B and E4B those before them. With 1120 tokens random pairs of all four shapes answered as torch does
(benchmarks/NOTES.md), so that none of them needs a smaller bound."""

MISTRAL = ImageBudgets(least=64, low=256, low_on_gpu=576, high=1024, most=1024)
"""Pixtral's projector takes 8 to 1024 tokens of 28 pixels in llama.cpp (clip.cpp:1542); the others as for Qwen."""

GLM = ImageBudgets(least=64, low=256, low_on_gpu=576, high=1024, most=4096)
"""GLM-4.6V takes 8 to 4096 tokens of 28 pixels (clip.cpp:1772); the others as for Qwen."""

LFM2 = ImageBudgets(least=64, low=256, low_on_gpu=256, high=256, most=256)
"""LFM2-VL takes 64 to 256 tokens of 32 pixels whole (clip.cpp:1524). Of a larger picture it makes up to ten tiles of
256 tokens each and a small copy (mtmd-image.h:164), which costs eleven times as much: a picture stays whole here, and
small writing is read in tiles of localalt's own."""

MUSE_GLIMMER = ImageBudgets(least=64, low=256, low_on_gpu=576, high=1024, most=4096)
"""Muse-Glimmer takes up to 4096 tokens of 28 pixels (clip.cpp:1709), and leaves a canvas of whole tokens as it is; the
others as for Qwen."""
