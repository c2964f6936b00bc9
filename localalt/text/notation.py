"""What stands in place of a text: JSON, a page's or a program's code, boxes and coordinates of what was found."""

from __future__ import annotations

import re

__all__ = ["is_detection", "notation"]

_JSON = re.compile(r"\s*(?:[{\[]\s*){1,4}(?:[\"'“][\w .-]{1,60}[\"'”]\s*[:,}\]]|\"[^\"]{0,400}\"\s*[,:\]])")
_CODE = re.compile(
    r"\s*(?:```|<!doctype|<html|<svg[\s>]|<\?xml|\\begin\{|\\documentclass|<(?:div|figure|p|span|picture)[\s>]"
    r"|(?:from \w[\w.]{0,40} )?import \w[\w.]{0,40}(?: as \w{1,20})?\s*(?:\n|$|\w{1,40} ?=|import |from )"
    r"|def \w{1,40}\(|console\.log\("
    r"|print\(|function \w{0,40}\()",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"<loc_?\d{1,4}>|<seg\d{3}>|bbox_2d|point_2d|<(?:box|ref|quad|point|poly)>|<points? x\d?=|<\|(?:box|ref|point"
    r"|det)|<bbox"
    r"|\[\s?\d{2,4},\s?\d{2,4},\s?\d{2,4},\s?\d{2,4}\s?\]|\(\d{1,4},\s?\d{1,4}\),?\s?\(\d{1,4},\s?\d{1,4}\)"
    r"|\[\s?0?\.\d{1,6},\s?0?\.\d{1,6},\s?0?\.\d{1,6},\s?0?\.\d{1,6}\s?\]",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[\d\s.,;:()\[\]{}<>=x-]+")
_MARK = re.compile(r"<loc_?\d{1,4}>|</?points?(?: [^<>\n]{1,4000})?>")
_TAG = re.compile(r"<[^<>\n]{1,4000}>")
_LEAST_MARKS = 2
_LEAST_WORDS = 4
"""Before numbers that are part of a sentence."""
_SURE_BOX = re.compile(r"<loc|<seg|bbox|point_2d|<box|<ref|<quad|<poly|<point|<\||\[")


def notation(text: str) -> tuple[str, int, int] | None:
    """What kind of notation a text has in place of words, and where, as (kind, start, end); None where it has none."""
    if _JSON.match(text):
        return "JSON", 0, len(text)
    if _CODE.match(text):
        return "code", 0, len(text)
    box = _BOX.search(text)
    if box is None:
        return None
    words = _NUMBERS.sub(" ", _BOX.sub(" ", text)).split()
    if len(words) <= 3:
        return "coordinates", 0, len(text)
    # The points of a plot are in round brackets, and a slide may show a list of numbers.
    is_sure = _SURE_BOX.match(box[0].lower()) and (box[0][0] != "[" or not _is_prose(text, box.start()))
    return ("coordinates", *box.span()) if is_sure else None


def _is_prose(text: str, at: int) -> bool:
    """Whether numbers stand inside a sentence: several words come before them, and none names a detection."""
    before = text[:at]
    is_first = _BOX.search(text, at + 1) is None
    return is_first and len(before.split()) >= _LEAST_WORDS and before.rstrip()[-1:] not in ":=("


def is_detection(text: str) -> bool:
    """Whether a text has as many marks of places in the picture as words: no caption is left without them."""
    n_marks = sum(1 for _ in _MARK.finditer(text))
    return n_marks >= _LEAST_MARKS and n_marks >= len(_TAG.sub(" ", text).split())
