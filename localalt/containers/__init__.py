"""What the containers of picture files claim: sizes, counts and lengths, read before a decoder is trusted with them.

    examine("JPEG", file, label)  # raises for a file that would cost too much memory or time

One module for each container, which reads a few bytes here and there and decodes nothing. A file that is damaged
passes: its decoder says so. Must not know Pillow, colours, or the size that a model wants.
"""

from localalt.containers.examination import Claims, examine
from localalt.containers.limits import MAX_EXIF_BYTES, MAX_FRAMES, MAX_PIXELS, check_memory, check_pixels

__all__ = [
    "MAX_EXIF_BYTES",
    "MAX_FRAMES",
    "MAX_PIXELS",
    "Claims",
    "check_memory",
    "check_pixels",
    "examine",
]
