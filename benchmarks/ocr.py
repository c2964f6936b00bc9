"""What the OCR engine of the extra `ocr` reads: words found, numbers right, and how long it takes.

    pip install '.[ocr]'
    python benchmarks/ocr.py [--fonts FOLDER] [--cases cases.jsonl] [--threads N] [--json FILE]

Pages are drawn: six lines of words and numbers, black on white, in ten Latin fonts of the folder, in three sizes, and
in one font for each other script. Then the pictures of all cases with text (docs/cases.md) are read: the project's own
by default. A word or a number is found as a claim of a draft is, in the lines that the engine is sure of; a number that
is read and was never written is wrong. Of scripts without spaces, each two signs in a row count as a word. Seconds are
those of the CPU, all threads together, since wall time on a machine that others use says little: two free cores take
about half.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from localalt.evaluation.cases import SHIPPED, read_cases
from localalt.image.reader import PictureReader
from localalt.recognition.reading import Reading
from localalt.recognition.recognizer import MOST_PIXELS, Recognizer
from localalt.text.claims import Claim, Sources
from localalt.text.numbers import numbers
from localalt.types import ImageGeometry

__all__ = ["main"]

SIZES_PX = (12, 18, 32)
"""Of the type; an x-height is half of it."""
LATIN = (
    "Opening hours from 9:45 to 17:30",
    "Invoice 20417 of 3 March 2024",
    "Total 1,284.50 with 19 % tax",
    "The quick brown fox jumps over",
    "Platform 14 towards Harbour Street",
    "Call 555 0137 before Friday evening",
)
FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "LiberationMono-Regular.ttf",
    "Lato-Regular.ttf",
    "Roboto-Regular.ttf",
    "EBGaramond12-Regular.otf",
    "Comfortaa-Regular.ttf",
    "Inconsolata.otf",
)
OTHERS = {
    "accents": ("DejaVuSans.ttf", "Größe 42, Straße 7 · Déjà vu à Orléans 1987 · Año 2023 · Łódź 350 · Çeşme 61"),
    "Greek": ("DejaVuSans.ttf", "Ωράριο 1987 · Μουσείο Ακρόπολης 2024 · Εισιτήριο 15 · Αθήνα 350"),
    "Cyrillic": ("DejaVuSans.ttf", "Вход 14 · Музей истории 1962 · Билет 350 · Улица Мира 28"),
    "Han": ("NotoSansCJK-Regular.ttc", "上海博物馆 1952 · 出口请走左边 · 票价 45 · 开放时间 17:30"),
    "Kana": ("NotoSansCJK-Regular.ttc", "きょうのおすすめ 980 · コーヒーとケーキ 1250 · ありがとうございます 2024"),
    "Hangul": ("NotoSansCJK-Regular.ttc", "서울 박물관 1962 · 입장료 3500 · 오늘의 메뉴 45"),
    "Arabic": ("NotoSansArabic-Regular.ttf", "متحف التاريخ 1962 · مدخل 14 · شارع السلام 28"),
    "Devanagari": ("NotoSansDevanagari-Regular.ttf", "इतिहास संग्रहालय 1962 · प्रवेश 14 · टिकट 350"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of some pictures."""

    name: str
    n_pictures: int
    n_words: int
    words_found: float
    n_numbers: int
    numbers_found: float
    n_numbers_wrong: int
    """Read in lines that the engine is sure of, and not in the picture."""
    lines_trusted: float
    """Share of the lines that were detected."""
    cpu_s: float
    """Of a picture, the median."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture: what is written in it, and what was read."""

    truth: str
    reading: Reading
    cpu_s: float


def row_of(name: str, seen: Iterable[Seen]) -> Row:
    """The row of some pictures."""
    pictures = list(seen)
    words: list[bool] = []
    figures: list[bool] = []
    n_wrong = 0
    for each in pictures:
        sources, truth = Sources([each.reading.text]), Sources([each.truth])
        words += [sources.have(word) or word in each.reading.text for word in _words(each.truth)]
        figures += [sources.support(claim) for claim in _numbers(each.truth)]
        n_wrong += sum(not truth.support(claim) for claim in _numbers(each.reading.text))
    lines = [line for each in pictures for line in each.reading.lines]
    trusted = [line for each in pictures for line in each.reading.trusted]
    return Row(
        name,
        len(pictures),
        len(words),
        sum(words) / max(1, len(words)),
        len(figures),
        sum(figures) / max(1, len(figures)),
        n_wrong,
        len(trusted) / max(1, len(lines)),
        statistics.median(each.cpu_s for each in pictures),
    )


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        if not any(sign.isalpha() for sign in word):
            continue
        if max(word) >= "\u3040" and not any("\uac00" <= sign <= "\ud7af" for sign in word):
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word.strip(",.")


def _numbers(text: str) -> Iterator[Claim]:
    for line in text.splitlines():
        for number in numbers(line):
            yield Claim("number", line[number.start : number.end], 0, 0)


def page(lines: Iterable[str], font: Path, size: int) -> npt.NDArray[np.uint8]:
    """Lines in black on white: uint8 of shape (height, width, 3)."""
    drawn = ImageFont.truetype(str(font), size)
    texts = list(lines)
    width = round(max(drawn.getlength(text) for text in texts)) + 4 * size
    image = Image.new("RGB", (width, 2 * size * (len(texts) + 1)), "white")
    for at, text in enumerate(texts):
        ImageDraw.Draw(image).text((2 * size, size + 2 * size * at), text, fill="black", font=drawn)
    return np.asarray(image)


class Trial:
    """An engine that is timed."""

    def __init__(self, n_threads: int) -> None:
        self._recognizer = Recognizer(n_threads)
        self.read("", np.full((64, 64, 3), 255, np.uint8))  # loads it

    def read(self, truth: str, pixels: npt.NDArray[np.uint8]) -> Seen:
        """What is read in a picture with the writing `truth`."""
        started = time.process_time()
        reading = self._recognizer.read(pixels, lambda: False)
        if reading.fault:
            raise SystemExit(reading.fault)
        return Seen(truth, reading, time.process_time() - started)

    def drawn(self, folder: Path) -> Iterator[Row]:
        """Rows of drawn pages, as far as their fonts are in a folder."""
        found = {path.name: path for path in folder.rglob("*.?t?")}
        for size in SIZES_PX:
            pages = [page(LATIN, found[name], size) for name in FONTS if name in found]
            if pages:
                yield row_of(
                    f"Latin, {len(pages)} fonts, {size} px", [self.read("\n".join(LATIN), each) for each in pages]
                )
        for script, (name, text) in OTHERS.items():
            if name in found:
                lines = text.split(" · ")
                pages = [page(lines, found[name], size) for size in SIZES_PX[1:]]
                yield row_of(
                    f"{script}, {name.partition('.')[0]}", [self.read("\n".join(lines), each) for each in pages]
                )

    def cases(self, path: Path) -> Iterator[Row]:
        """The row of each kind of case with text, and of all."""
        seen: dict[str, list[Seen]] = {}
        for case in read_cases(path):
            if case.text:
                reader = PictureReader(case.picture, ImageGeometry(None, 32, 1, 64), is_read_again=True)
                reader.whole()
                seen.setdefault(case.type, []).append(self.read(case.text, reader.large(MOST_PIXELS)))
        for kind, each in sorted(seen.items()):
            yield row_of(f"cases: {kind}", each)
        if seen:
            yield row_of("cases: all", [one for each in seen.values() for one in each])


def main(arguments: list[str]) -> int:
    """Print a table, a row at a time."""
    parser = argparse.ArgumentParser(description="What the OCR engine reads.")
    parser.add_argument("--fonts", type=Path, help="a folder with fonts, such as /usr/share/fonts")
    parser.add_argument("--cases", type=Path, default=SHIPPED, help="a file of cases, of which some have text")
    parser.add_argument("--threads", type=int, default=2, help="of onnxruntime")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    trial = Trial(options.threads)
    print("| pictures | n | words found | numbers found | numbers wrong | lines trusted | CPU s |")
    print("|---|---|---|---|---|---|---|")
    rows = []
    drawn = trial.drawn(options.fonts) if options.fonts else iter(())
    cases = trial.cases(options.cases)
    for row in itertools.chain(drawn, cases):
        rows.append(row)
        print(
            f"| {row.name} | {row.n_pictures} | {row.words_found:.0%} of {row.n_words} | {row.numbers_found:.0%} of "
            f"{row.n_numbers} | {row.n_numbers_wrong} | {row.lines_trusted:.0%} | {row.cpu_s:.2f} |",
            flush=True,
        )
    if options.json:
        options.json.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
