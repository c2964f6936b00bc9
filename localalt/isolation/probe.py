"""A harmless picture: what ends a child that describes it is not the picture."""

from __future__ import annotations

import struct

from localalt.errors import LocalAltError
from localalt.isolation.jobs import RemoteJob, call_of
from localalt.types import ImageGeometry, Notice

__all__ = ["make_probe"]

SIDE_PX = 64


def make_probe() -> RemoteJob:
    """A job that is ready to be sent to a child, and that nobody waits for."""
    job = RemoteJob(_bitmap(), call_of({"checks": "off", "detail": "low"}), _Nobody())
    job.run()
    return job


def _bitmap() -> bytes:
    """A grey BMP file, made without Pillow, which the child alone imports."""
    pixels = bytes([128]) * (3 * SIDE_PX * SIDE_PX)
    header = struct.pack("<IiiHHIIiiII", 40, SIDE_PX, SIDE_PX, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 14 + len(header) + len(pixels), 0, 0, 14 + len(header)) + header + pixels


class _Nobody:
    """The `Carrier` of a job that whoever made it sends."""

    notices: tuple[Notice, ...] = ()

    def geometry(self) -> ImageGeometry:
        """Not asked for: the picture is a file."""
        raise LocalAltError("a probe is a file")

    def submit(self, job: RemoteJob) -> None:
        """Leave it to whoever made it."""

    def withdraw(self, job: RemoteJob) -> None:
        """Nobody waits for it."""
