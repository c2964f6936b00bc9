"""What is printed of one shape: the table, the ratios, and what makes the comparison uneven. Measures nothing."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import peers
from peers.sweeping import Results, Run

__all__ = ["report"]

TOLERANCE = 0.02
"""Prompts that differ by more than this share are reported."""
MIB = 1 << 20


def report(name: str, results: Results, n_tokens: int) -> None:
    """Tables and notes for one shape."""
    print(f"\n{name}\n")
    columns = f"{'images/s':>10}  {'(from to)':16}{'tokens in':>10}{'out':>7}{'peak MiB':>10}{'others':>8}"
    print(f"{'way':18}{'slots':>6}{columns}")
    for run, rounds in results.items():
        print(_row(run, rounds))
    widths = sorted({run.width for run in results if run.way == "localalt"})
    if widths and len(results) > len(widths):
        print("\nlocalalt over       " + "".join(f"{f'{width} at a time':>24}" for width in widths))
        for way in dict.fromkeys(run.way for run in results if run.way != "localalt"):
            cells = [_ratio(results, way, width) for width in widths]
            print(f"  {way:18}" + "".join(f"{cell:>24}" for cell in cells))
    for note in _notes(results, n_tokens):
        print(f"note: {note}")
    sys.stdout.flush()


def _good(rounds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [result for result in rounds if "error" not in result]


def _row(run: Run, rounds: Sequence[dict[str, Any]]) -> str:
    good = _good(rounds)
    start = f"{run.way:18}{run.width or '-':>6}"
    if not good:
        return f"{start}  failed: {rounds[0]['error']}"
    speeds = [result["images_per_s"] for result in good]
    spread = f"({min(speeds):.3f} {max(speeds):.3f})"
    n_in, n_out = (sum(good[0][key]) for key in ("n_prompt_tokens", "n_output_tokens"))
    peaks = [result["peak_rss_bytes"] for result in good if result["peak_rss_bytes"]]
    peak = f"{max(peaks) / MIB:.0f}" if peaks else "-"
    shares = [result["others_share"] for result in good if result["others_share"] is not None]
    others = f"{max(shares):.0%}" if shares else "-"
    row = f"{start}{statistics.median(speeds):10.3f}  {spread:16}{n_in:10d}{n_out:7d}{peak:>10}{others:>8}"
    return row if len(good) == len(rounds) else f"{row}  failed in {len(rounds) - len(good)} of {len(rounds)} rounds"


def _ratio(results: Results, way: str, width: int) -> str:
    """How many times as fast localalt is, in the same round: median, least and most."""
    own = results[Run("localalt", width)]
    other = results[Run(way, width if way in peers.BATCHED else 0)]
    ratios = [
        mine["images_per_s"] / theirs["images_per_s"]
        for mine, theirs in zip(own, other, strict=True)
        if "error" not in mine and "error" not in theirs
    ]
    if not ratios:
        return "-"
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} {max(ratios):.2f})"


def _notes(results: Results, n_tokens: int) -> Iterator[str]:
    """What makes the comparison uneven."""
    firsts = {run: good[0] for run, rounds in results.items() if (good := _good(rounds))}
    reference = next((first for run, first in firsts.items() if run.way == "localalt"), None)
    reported: set[str] = set()
    for run, first in firsts.items():
        short = sum(n != n_tokens for n in first["n_output_tokens"])
        if short:
            yield f"{run.label} wrote another number of tokens than {n_tokens} for {short} pictures"
        if reference is None or run.way in reported:
            continue
        reported.add(run.way)
        yield from _uneven(run.way, first, reference)


def _uneven(way: str, result: Mapping[str, Any], reference: Mapping[str, Any]) -> Iterator[str]:
    pairs = list(zip(result["n_prompt_tokens"], reference["n_prompt_tokens"], strict=True))
    far = sum(abs(theirs / mine - 1) > TOLERANCE for theirs, mine in pairs)
    if far:
        share = sum(theirs for theirs, _ in pairs) / sum(mine for _, mine in pairs)
        yield (
            f"{way} has prompts that differ from localalt's by more than {TOLERANCE:.0%} for {far} of {len(pairs)} "
            f"pictures; over all pictures it reads {share:.3f} times as many tokens"
        )
    theirs, mine = set(result["kernels"].split()), set(reference["kernels"].split())
    if theirs != mine:
        differences = (("without", mine - theirs), ("with", theirs - mine))
        named = ", ".join(f"{word} {' '.join(sorted(names))}" for word, names in differences if names)
        yield f"{way} is built for another processor: {named}"
