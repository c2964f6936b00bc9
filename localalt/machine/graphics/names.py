"""Names of devices on a PCI bus, from the pci.ids file that most Linux systems have."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from localalt.machine.graphics.card import System

__all__ = ["MAKERS", "names_of"]

FILES = (
    "usr/share/hwdata/pci.ids",
    "usr/share/misc/pci.ids",
    "usr/share/pci.ids",
    "usr/share/misc/pci.ids.gz",
    "var/lib/pciutils/pci.ids",
)
MAX_BYTES = 16 << 20
"""Of pci.ids, which has 1.5 MB."""

MAKERS: Mapping[str, str] = MappingProxyType(
    {
        "10de": "NVIDIA",
        "1002": "AMD",
        "8086": "Intel",
        "106b": "Apple",
        "5143": "Qualcomm",
        "13b5": "Arm",
        "14e4": "Broadcom",
        "1ed5": "Moore Threads",
    }
)
"""By the vendor's number (pci-ids.ucw.cz): those whose cards could compute here."""


def names_of(ids: Iterable[str], system: System) -> dict[str, str]:
    """What devices are called, by "vendor:device", as far as the file has them."""
    wanted = set(ids)
    if not wanted:
        return {}
    vendors = {each.partition(":")[0] for each in wanted}
    found: dict[str, str] = {}
    vendor = ""
    for line in io.StringIO(_text(system)):
        if line[:1] not in "\t# \n":
            vendor = line[:4].lower() if line[:4].lower() in vendors else ""
        elif vendor and line[:1] == "\t" and line[1:2] != "\t":
            own = f"{vendor}:{line[1:5].lower()}"
            if own in wanted:
                found[own] = _brand(line[5:].strip())
    return found


def _brand(name: str) -> str:
    """ "GA106 [GeForce RTX 3060]" is sold under what is in brackets."""
    brand = re.search(r"\[([^\[\]]{1,100})\]$", name)
    return brand[1] if brand else name[:100]


def _text(system: System) -> str:
    for path in FILES:
        if not system.has(path):
            continue
        try:
            with (system.root / path).open("rb") as file:
                data = gzip.GzipFile(fileobj=file).read(MAX_BYTES) if path.endswith(".gz") else file.read(MAX_BYTES)
        except (OSError, EOFError, ValueError):
            continue
        return data.decode("utf-8", errors="replace")
    return ""
