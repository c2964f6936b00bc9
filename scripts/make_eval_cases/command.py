"""Make the evaluation's own cases: draw their pictures and write what is right about each.

    python -m scripts.make_eval_cases            # into localalt/evaluation/cases
    python -m scripts.make_eval_cases --out FOLDER

Texts and drawings are data in texts.py (English) and languages.py (others); pictures.py names the painters.
Photographs come from scikit-image (public domain or CC0, as its documentation says of each); without it the files that
are there stay. Needs the extra `test` (matplotlib), and scikit-image for the photographs. With the same versions of the
libraries it writes the same bytes. Another picture has another digest, which decides whether the case is one to tune
with: change a painter only before scores are stored.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from scripts import ROOT

from .languages import OTHER_LANGUAGES
from .pictures import PAINTERS, PHOTOGRAPHS
from .texts import ENGLISH

CASES = (*ENGLISH, *OTHER_LANGUAGES)
FOLDER = ROOT / "localalt" / "evaluation" / "cases"
QUALITY = 87
"""Of photographs: about 60 kB each at 560 pixels; and of 82 to 87 the one whose digests put people into both halves."""

CREDITS = {
    "astronaut": ("public domain (NASA)", "NASA"),
    "brick": ("CC0-1.0", "CC0Textures, Bricks25"),
    "camera": ("CC0-1.0", "Lav Varshney"),
    "chelsea": ("CC0-1.0", "Stefan van der Walt"),
    "coffee": ("CC0-1.0", "Rachel Michetti, courtesy of Pikolo Espresso Bar"),
    "hubble_deep_field": ("public domain (NASA)", "NASA, from HubbleSite"),
    "retina": ("CC0-1.0", "Mikael Häggström, from Wikimedia Commons"),
    "rocket": ("public domain (SpaceX)", "SpaceX"),
}
"""Licence and author of a photograph, as the documentation of `skimage.data` states them."""

OPENINGS = {
    "ar": ("صورة",),
    "de": ("bild von", "foto von", "abbildung von"),
    "en": ("image of", "photo of", "picture of"),
    "es": ("imagen de", "foto de"),
    "fr": ("image de", "image d'", "photo de"),
    "it": ("immagine di", "foto di"),
}
"""What no alt text has need of, by language."""


def main(arguments: Sequence[str]) -> int:
    """Write all cases. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.make_eval_cases", description="Make the evaluation's own cases."
    )
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    folder: Path = parser.parse_args(arguments).out
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(_made(case, folder), ensure_ascii=False) for case in CASES]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} cases are in {folder}.")
    return 0


def _made(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The line of a case, whose picture is drawn."""
    painter, given = case["draw"]
    is_photograph = painter in PHOTOGRAPHS
    path = folder / f"{case['id']}.{'jpg' if is_photograph else 'png'}"
    image = PAINTERS[painter](**given)
    if image is None:
        if not path.exists():
            raise SystemExit(f"{path.name} needs scikit-image, or Pillow with raqm: pip install scikit-image pillow.")
        print(f"{path.name} stays as it is: scikit-image, or Pillow's raqm, is not here.", file=sys.stderr)
    elif is_photograph:
        image.save(path, quality=QUALITY, optimize=True)
    else:
        image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    licence, source = "CC0-1.0", "drawn by scripts/make_eval_cases"
    if is_photograph:
        licence, author = CREDITS[given["name"]]
        source = f"scikit-image, skimage.data.{given['name']}, by {author}"
    language = case.get("language", "en")
    return {
        "id": case["id"],
        "picture": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source": source,
        "licence": licence,
        "language": language,
        "type": case["type"],
        "context": case.get("context"),
        "context_is": case.get("context_is", "true"),
        "references": case["references"],
        "must_mention": case["must_mention"],
        "must_not": [*case["must_not"], *OPENINGS[language]],
        "text": case.get("text"),
        "questions": [_question(case["id"], asked) for asked in case["questions"]],
    }


def _question(case: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A question with its answer at a place that its words decide, so that no letter is right more often."""
    options = list(asked["wrong"])
    digest = hashlib.sha256(f"{case}\0{asked['question']}".encode()).digest()
    place = int.from_bytes(digest[:4], "big") % (len(options) + 1)
    options.insert(place, asked["right"])
    return {"question": asked["question"], "options": options, "answer": place}
