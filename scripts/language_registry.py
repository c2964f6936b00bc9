"""Write `localalt/text/language_subtags.py` from IANA's Language Subtag Registry.

    python -m scripts.language_registry FILE > localalt/text/language_subtags.py

FILE is https://www.iana.org/assignments/language-subtag-registry as downloaded. Names of languages that people write
in place of a tag, and other codes of theirs, are `localalt/text/language_names.py`'s, which is written by hand.
"""

from __future__ import annotations

import argparse
import base64
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["main", "module", "records"]

_WIDTH = 110


def main(argv: Sequence[str] | None = None) -> None:
    """Print the module."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.language_registry",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the registry as IANA serves it")
    print(module(parser.parse_args(argv).file.read_text(encoding="utf-8")), end="")


def records(registry: str) -> Iterator[dict[str, str]]:
    """The registry's records (RFC 5646, 3.1.1); of fields that come more than once the first counts."""
    for part in registry.split("\n%%\n"):
        fields: dict[str, str] = {}
        for line in part.strip().split("\n"):
            name, colon, value = line.partition(": ")
            if colon and not line.startswith(" "):
                fields.setdefault(name, value)
        yield fields


def module(registry: str) -> str:
    """The text of the module."""
    date, *found = records(registry)
    by_type: dict[str, list[str]] = {}
    for record in found:
        if ".." not in record.get("Subtag", ""):  # private use: `language_tag` knows the ranges
            by_type.setdefault(record["Type"], []).append(record.get("Subtag") or record["Tag"])
    bits = bytearray((26**3 + 7) // 8)
    for code in by_type["language"]:
        if len(code) == 3:
            number = sum((ord(letter) - ord("a")) * 26**place for letter, place in zip(code, (2, 1, 0), strict=True))
            bits[number // 8] |= 1 << number % 8
    grandfathered = [
        f'        "{record["Tag"].lower()}": "{record.get("Preferred-Value", "")}",'
        for record in found
        if record["Type"] == "grandfathered"
    ]
    return "\n".join(
        [
            '"""Subtags of languages, scripts, regions and variants that are registered (BCP 47), as data.',
            "",
            f"IANA's Language Subtag Registry of {date['File-Date']}; written by scripts/language_registry.py.",
            '"""',
            "",
            "from __future__ import annotations",
            "",
            "from collections.abc import Mapping",
            "from types import MappingProxyType",
            "",
            '__all__ = ["GRANDFATHERED", "LANGUAGES", "REGIONS", "SCRIPTS", "THREE_LETTERS", "VARIANTS"]',
            "",
            *_set("LANGUAGES", [code for code in by_type["language"] if len(code) == 2]),
            '"""Those of two letters."""',
            "",
            f"THREE_LETTERS = (\n{_pieces(base64.b85encode(bytes(bits)).decode())}\n)",
            '"""One bit for each code from "aaa" to "zzz", the lowest of a byte first, in base 85."""',
            "",
            *_set("SCRIPTS", by_type["script"]),
            "",
            *_set("REGIONS", by_type["region"]),
            "",
            *_set("VARIANTS", by_type["variant"]),
            "",
            "GRANDFATHERED: Mapping[str, str] = MappingProxyType(\n    {",
            *grandfathered,
            "    }\n)",
            '"""Whole tags from before the registry, in lower case, and those to use instead, where there are any."""',
            "",
        ]
    )


def _set(name: str, codes: list[str]) -> list[str]:
    lines = textwrap.wrap(" ".join(codes), _WIDTH, break_on_hyphens=False)
    return [f"_{name} = (", *(f'    "{line} "' for line in lines), ")", f"{name} = frozenset(_{name}.split())"]


def _pieces(text: str) -> str:
    # Base 85 has quotes of neither kind that Python would have to escape, and no backslash.
    return "\n".join(f'    "{text[at : at + _WIDTH]}"' for at in range(0, len(text), _WIDTH))


if __name__ == "__main__":
    main()
