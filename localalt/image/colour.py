"""Any Pillow image -> 8-bit sRGB without transparency, shrunk first so that it stays cheap.

Knows modes, colour profiles and alpha. Does not know files or the size that a model wants.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from localalt.image.levels import bands, converter
from localalt.image.samples import Samples, samples_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

__all__ = ["flatten", "ground_for", "shrink", "to_srgb"]

GROUNDS = (255, 0, 118)
"""Grounds to choose from, as grey levels, best liked first: white as on most pages, black, and
the grey that has the same contrast, 4.6:1, to both, for pictures that hold both."""

ENOUGH_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11: the contrast at which graphics can be made out. More is not better."""

GROUND_SAMPLES = 1 << 16
"""Visible pixels that decide on the ground; a share of them is known to less than 1 %."""

_KEPT = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "LAB"})
"""Modes whose pixels can be averaged as they are."""

_PLAINER = {"1": "L", "La": "LA", "PA": "RGBA", "RGBa": "RGBA"}
"""Modes to convert before averaging; to RGB where not named here."""


def shrink(image: Image.Image, at_least: tuple[int, int], label: str, samples: Samples | None = None) -> Image.Image:
    """`image` in a mode that can be averaged, by a whole factor smaller where it is much larger.

    Each pixel of the result is the mean of a block, so that no detail is skipped. Works in
    bands, since a conversion of the whole would double the memory. `at_least` is the
    (width, height) that the result does not go below. `image` is loaded and left as it is.
    `samples` is what its file says of its samples, by default what shows on the image.

    Returns an image in mode L, LA, RGB, RGBA, CMYK or LAB: `image` itself where that will do.

    Raises:
        ImageFormatError: if its levels are not numbers (all NaN).
    """
    from PIL import Image

    factor = max(1, image.width // max(1, at_least[0])), max(1, image.height // max(1, at_least[1]))
    plain = _converter(image, label, samples or samples_of(image))
    if plain is None and factor == (1, 1):
        return image
    size = -(-image.width // factor[0]), -(-image.height // factor[1])
    result: Image.Image | None = None
    for top, levels in bands(image, factor[1]):
        band = plain(levels) if plain is not None else levels
        if factor != (1, 1):
            band = band.reduce(factor)
        if result is None:
            result = Image.new(band.mode, size)
        result.paste(band, (0, top // factor[1]))
    assert result is not None  # a picture has at least one row
    return result


def _converter(image: Image.Image, label: str, samples: Samples) -> Callable[[Image.Image], Image.Image] | None:
    """How a band of `image` becomes one of the modes that can be averaged; None if it is in one."""
    if image.mode.startswith(("I", "F")):
        return converter(image, label, samples)
    if image.mode == "RGBA" and samples.alpha_may_be_unused and not _has_alpha(image):
        return lambda band: band.convert("RGB")
    keyed = "transparency" in image.info and image.mode in ("1", "L", "P", "RGB")
    if keyed or (image.mode == "P" and image.palette is not None and image.palette.mode == "RGBA"):
        mode = "RGBA"
    elif image.mode in _KEPT:
        return None
    else:
        mode = _PLAINER.get(image.mode, "RGB")
    return lambda band: band.convert(mode)


def _has_alpha(image: Image.Image) -> bool:
    """Whether a pixel of an RGBA image is not wholly transparent."""
    return any(band.getchannel("A").getextrema() != (0, 0) for _, band in bands(image))


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """An image that `shrink` made, in sRGB: mode RGB, or RGBA where it has alpha.

    A profile that is broken or belongs to other colours is ignored without a word: a draft
    alt text does not hang on slightly wrong colours.
    """
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode]) if alpha is not None else image
    converted = _by_profile(colours, profile) if profile else None
    if converted is None:
        if colours.mode == "RGB":
            converted = colours
        else:
            converted = _lab_to_srgb(colours) if colours.mode == "LAB" else colours.convert("RGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        from PIL import ImageCms

        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}.get(space) != image.mode:
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except Exception:  # whatever a broken profile makes of Little CMS, or a Pillow without it
        return None


def _lab_to_srgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    result = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert result is not None  # None only where it converts in place
    return result


def flatten(image: Image.Image) -> tuple[Image.Image, int | None]:
    """An RGBA or RGB image without alpha, and the grey level of the ground it now lies on.

    The level is None where nothing was transparent.
    """
    from PIL import Image

    if image.mode != "RGBA":
        return image, None
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image.convert("RGB"), None
    level = ground_for(image)
    result = Image.new("RGB", image.size, (level, level, level))
    result.paste(image.convert("RGB"), mask=alpha)
    return result, level


def ground_for(image: Image.Image) -> int:
    """The grey level that the visible pixels of an RGB or RGBA image stand out from best.

    Each candidate is given the mean, weighted by alpha, of the contrast of the pixels laid on
    it, counted up to `ENOUGH_CONTRAST`: what is faint on white costs white as much as it is
    visible, and more contrast here does not make up for less there. White where nothing shows.
    """
    import numpy as np

    pixels = np.asarray(image.convert("RGBA")).reshape(-1, 4)
    visible = pixels[pixels[:, 3] > 0]
    if not len(visible):
        return GROUNDS[0]
    if len(visible) > GROUND_SAMPLES:
        # At random: an even stride falls in step with stripes. Seeded: same picture, same ground.
        visible = visible[np.random.default_rng(0).integers(len(visible), size=GROUND_SAMPLES)]
    alpha = visible[:, 3:] / 255.0

    def score(level: int) -> float:
        seen = _luminance(visible[:, :3] * alpha + level * (1 - alpha)) + 0.05
        ground = float(_luminance(np.full((1, 3), float(level)))[0]) + 0.05
        contrast = np.maximum(seen, ground) / np.minimum(seen, ground)
        return float(np.average(contrast.clip(max=ENOUGH_CONTRAST), weights=alpha[:, 0]))

    return max(GROUNDS, key=score)


def _luminance(srgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Relative luminance, 0.0 to 1.0, of (n, 3) levels from 0 to 255, as WCAG 2.2 defines it."""
    import numpy as np

    shares = srgb / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))
