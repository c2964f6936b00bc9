"""Whether the packages of the extra `ocr` are here, without importing them."""

from __future__ import annotations

import importlib.util

from localalt.errors import OptionError
from localalt.errors.wording import option
from localalt.first_imports import importing

__all__ = ["NEEDED", "check_installed", "is_installed", "missing"]

NEEDED = ("rapidocr", "onnxruntime")
"""Modules of the extra."""


def missing() -> tuple[str, ...]:
    """Those that are not here."""
    with importing():  # looking a module up takes the locks of imports, too
        return tuple(name for name in NEEDED if importlib.util.find_spec(name) is None)


def is_installed() -> bool:
    """Whether all of them are here."""
    return not missing()


def check_installed() -> None:
    """Raises `OptionError` where one of them is not here."""
    if lacking := missing():
        raise OptionError(
            f"{option('ocr')} needs {' and '.join(lacking)}, which {'is' if len(lacking) == 1 else 'are'} not "
            'installed: pip install "localalt[ocr]", or leave the option out.'
        )
