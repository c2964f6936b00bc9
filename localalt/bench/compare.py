"""Compares results of the same work with a baseline: a table with ratios and footnotes.

What else differs is said under the table. Measures nothing, prints nothing, draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from localalt.bench.metrics import DEFAULT_METRICS, LOWER_IS_BETTER
from localalt.bench.record import Identity
from localalt.bench.result_files import Entry
from localalt.bench.same_work import as_text, unequal_fields
from localalt.bench.series import MAY_DIFFER, name_series
from localalt.bench.stats import Metric, Ratio, ratio
from localalt.errors import LocalAltError

__all__ = ["CompareError", "ResultTable", "TableRow", "better_by", "compare"]


class CompareError(LocalAltError):
    """What was asked for cannot be compared; the message says what to ask for."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One result in a table."""

    entry: Entry
    series: str
    """Backend, device and what else distinguishes it from others: the same at every width."""
    is_baseline: bool
    ratios: Mapping[str, Ratio]
    """By metric, above 1 where this row is better than the baseline at its width; the baseline has none."""
    unequal: tuple[str, ...]
    """Fields of `MUST_BE_EQUAL` that the baseline at this width has otherwise: the row was forced in."""
    footnotes: tuple[int, ...]
    """Numbers from 1 into the group's footnotes."""

    @property
    def width(self) -> int:
        """Pictures at a time, 1 or more."""
        return self.entry.identity.n_seq_max


@dataclass(frozen=True, slots=True)
class ResultTable:
    """Results that share a table, sorted by width."""

    rows: tuple[TableRow, ...]
    metrics: tuple[str, ...]
    """Those asked for that at least one row has."""
    baseline: str
    """Its series, or "" where no row is one."""
    footnotes: tuple[str, ...]
    is_flagged: bool
    """Whether a footnote says more than that something was measured twice."""

    @property
    def n_compared(self) -> int:
        """Rows that have at least one ratio."""
        return sum(bool(row.ratios) for row in self.rows)

    @property
    def series(self) -> tuple[str, ...]:
        """All series, the baseline first."""
        names = dict.fromkeys(row.series for row in self.rows)
        return tuple(sorted(names, key=lambda name: name != self.baseline))

    def common(self, name: str) -> str:
        """A field's value as text; all of them, joined by "or", where rows were forced together."""
        return " or ".join(dict.fromkeys(as_text(name, getattr(row.entry.identity, name)) for row in self.rows))


def better_by(name: str, own: Metric, baseline: Metric) -> Ratio | None:
    """How many times better `own` is in the metric `name`: above 1 is better, also where less is better.

    None where a sample is not above 0, of which no ratio can be taken.
    """
    if min(*own.samples, *baseline.samples) <= 0:
        return None
    return ratio(baseline, own) if name in LOWER_IS_BETTER else ratio(own, baseline)


def compare(
    entries: Sequence[Entry],
    metrics: Sequence[str] = DEFAULT_METRICS,
    *,
    baseline: str = "",
    replaced: Mapping[str, str] | None = None,
) -> ResultTable:
    """One table of at least one result.

    The baseline is the series of the first entry whose label or file contains `baseline`, in any case of
    letters. `replaced` has what `newest` says of results that replace others, by key.
    """
    series = name_series(entries)
    fitting = [name for entry, name in zip(entries, series, strict=True) if _fits(entry, name, baseline)]
    chosen = fitting[0] if fitting else ""
    bases = {entry.identity.n_seq_max: entry for entry, name in zip(entries, series, strict=True) if name == chosen}
    notes = _Footnotes()
    rows = []
    order = {name: position for position, name in enumerate(dict.fromkeys(series))}
    pairs = sorted(
        zip(entries, series, strict=True),
        key=lambda pair: (pair[0].identity.n_seq_max, pair[1] != chosen, order[pair[1]]),
    )
    for entry, name in pairs:
        base = bases.get(entry.identity.n_seq_max)
        rows.append(_row(entry, name, base, metrics, notes, (replaced or {}).get(entry.result.key, "")))
    present = tuple(name for name in metrics if any(name in entry.result.metrics for entry in entries))
    for name in metrics:
        if name not in present:
            notes.number(f"No result here has {name}.")
    if not chosen:
        notes.number(f'No result here fits --baseline "{baseline}", so there are no ratios.')
    elif baseline and len(set(fitting)) > 1:
        others = "; ".join(dict.fromkeys(name for name in fitting if name != chosen))
        notes.number(f'--baseline "{baseline}" fits others too: {others}.')
    return ResultTable(tuple(rows), present, chosen, tuple(notes.texts), notes.is_flagged)


class _Footnotes:
    """Numbers equal sentences alike."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_flagged = False

    def number(self, text: str, *, flags: bool = True) -> int:
        self.is_flagged |= flags
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def _row(
    entry: Entry, series: str, base: Entry | None, metrics: Sequence[str], notes: _Footnotes, replaced: str
) -> TableRow:
    own = entry.identity
    numbers: list[int] = []
    unequal: tuple[str, ...] = ()
    ratios: dict[str, Ratio] = {}
    if base is not None and base is not entry:
        unequal = unequal_fields(own, base.identity)
        if unequal:
            numbers.append(notes.number(f"Not the same work: {_differences(unequal, own, base.identity)}."))
        other = tuple(name for name in MAY_DIFFER if getattr(own, name) != getattr(base.identity, name))
        if other:
            numbers.append(notes.number(f"Differs in {_differences(other, own, base.identity)}."))
        for name in metrics:
            mine, theirs = entry.result.metrics.get(name), base.result.metrics.get(name)
            if mine is None or theirs is None:
                continue
            found = better_by(name, mine, theirs)
            if found is None:
                numbers.append(notes.number(f"{name} has samples that are not above 0, so there is no ratio."))
            else:
                ratios[name] = found
    if any(len(metric.samples) < 2 for name, metric in entry.result.metrics.items() if name in metrics):
        numbers.append(notes.number("Measured in one run only, so its spread is not known."))
    if own.is_software:
        numbers.append(notes.number("The device is software: a program that runs on the CPU."))
    numbers += (notes.number(f"A note of the measurement: {note}") for note in entry.result.notes)
    if replaced:
        numbers.append(notes.number(replaced, flags=False))
    return TableRow(entry, series, base is entry, ratios, unequal, tuple(dict.fromkeys(numbers)))


def _differences(names: Iterable[str], own: Identity, base: Identity) -> str:
    return ", ".join(
        f"{name} {as_text(name, getattr(own, name))} (baseline {as_text(name, getattr(base, name))})" for name in names
    )


def _fits(entry: Entry, series: str, wanted: str) -> bool:
    width = f"{entry.identity.n_seq_max} at a time"
    texts = (entry.file, entry.identity.label, f"{series}, {width}")
    return any(wanted.casefold() in text.casefold() for text in texts)
