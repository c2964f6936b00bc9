"""Make the evaluation's own cases: draw their pictures and write what is right about each.

    python scripts/make_cases.py            # into localalt/evaluation/cases
    python scripts/make_cases.py --out FOLDER

Texts and drawings are data in make_cases_texts.py, painters are in make_cases_pictures.py. Photographs come from
scikit-image (public domain or CC0, as its documentation says of each); without it the files that are there stay.
Needs the extra `test` (matplotlib), and scikit-image for the photographs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from make_cases_pictures import PAINTERS
from make_cases_texts import CASES
from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "localalt" / "evaluation" / "cases"
QUALITY = 84
"""Of photographs: about 50 kB each at 560 pixels."""

LICENCES = {
    "chelsea": "CC0-1.0, Stefan van der Walt",
    "coffee": "CC0-1.0, Rachel Michetti, courtesy of Pikolo Espresso Bar",
    "rocket": "public domain, SpaceX",
    "hubble_deep_field": "public domain, NASA and ESA",
    "camera": "CC0-1.0, Lav Varshney",
    "astronaut": "public domain, NASA",
    "coins": "no known copyright restrictions, Brooklyn Museum",
}
"""As the documentation of `skimage.data` has it."""


def main(arguments: Sequence[str]) -> int:
    """Write all cases. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the evaluation's own cases.")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    folder: Path = parser.parse_args(arguments).out
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(_made(case, folder), ensure_ascii=False) for case in CASES]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} cases are in {folder}.")
    return 0


def _made(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The line of a case, whose picture is drawn."""
    painter, given = case["draw"]
    is_photograph = painter == "photograph"
    path = folder / f"{case['id']}.{'jpg' if is_photograph else 'png'}"
    image = PAINTERS[painter](**given)
    if image is None:
        if not path.exists():
            raise SystemExit(f"{path.name} is a photograph of scikit-image: pip install scikit-image.")
        print(f"{path.name} stays as it is, without scikit-image.", file=sys.stderr)
    elif is_photograph:
        image.save(path, quality=QUALITY, optimize=True)
    else:
        image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    source = f"scikit-image, skimage.data.{given['name']}" if is_photograph else "drawn by scripts/make_cases.py"
    return {
        "id": case["id"],
        "picture": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source": source,
        "licence": LICENCES[given["name"]] if is_photograph else "CC0-1.0",
        "language": case.get("language", "en"),
        "type": case["type"],
        "context": case.get("context"),
        "context_is": case.get("context_is", "true"),
        "references": case["references"],
        "must_mention": case["must_mention"],
        "must_not": [*case["must_not"], *_OPENINGS.get(case.get("language", "en"), ())],
        "text": case.get("text"),
        "questions": case["questions"],
    }


_OPENINGS = {"en": ("image of", "photo of", "picture of")}
"""What no alt text begins with."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
