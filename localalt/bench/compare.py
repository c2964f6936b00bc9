"""Sets results beside each other: which can be compared, and against which baseline.

A ratio is taken only of two results with the same model, pictures, tokens and width. What else differs is
told under the table. Knows results as record.py reads them; measures nothing, prints nothing, draws nothing.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localalt.bench.record import Identity, Result, ResultError, read
from localalt.bench.stats import Metric, Ratio, ratio
from localalt.errors import LocalAltError

__all__ = [
    "DEFAULT_METRICS",
    "LOWER_IS_BETTER",
    "MUST_BE_EQUAL",
    "CompareError",
    "Entry",
    "Group",
    "Row",
    "better_by",
    "compared",
    "grouped",
    "load",
    "newest",
    "refusals",
]

DEFAULT_METRICS = ("decode_tps_all", "encode_ms", "images_per_min")

LOWER_IS_BETTER = frozenset(
    {
        "load_s",
        "prepare_ms",
        "encode_ms",
        "ttft_ms",
        "peak_rss_bytes",
        "peak_device_bytes",
        "energy_j_per_image",
        "others_share",
    }
)
"""Of record.METRICS; of all others more is better."""

MUST_BE_EQUAL = (
    "model",
    "weights",
    "model_digest",
    "model_size",
    "picture_digest",
    "n_pictures",
    "n_gen",
    "n_image_tokens",
    "image_tokens_max",
)
"""Fields of an identity without which two results are of different work."""

_TOLD = (
    "localalt_version",
    "llama_cpp_version",
    "ggml_version",
    "build_commit",
    "cpu_instructions",
    "n_threads",
    "n_batch",
    "n_ubatch",
    "flash_attn",
    "type_k",
    "type_v",
    "cpu_info",
    "n_cores",
    "os",
)
"""Fields that may differ and that a reader should know of. Those that follow from the backend are left out."""

_NEVER_TELLS = frozenset({"test_time", "setup", "copy_bytes_per_s", "matmul_flops", "energy_source", "n_seq_max"})
_TELLS_FIRST = (*MUST_BE_EQUAL, "device", *_TOLD)
_TELLS_APART = (
    *_TELLS_FIRST,
    *(
        each.name
        for each in dataclasses.fields(Identity)
        if each.name not in _TELLS_FIRST and each.name not in _NEVER_TELLS
    ),
)
"""Fields in the order in which they are tried to tell rows of one backend, device and width apart."""


class CompareError(LocalAltError):
    """What was asked for cannot be compared; the message says what to ask for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A result and the name of its file."""

    file: str
    result: Result

    @property
    def identity(self) -> Identity:
        """Of the result."""
        return self.result.identity


@dataclass(frozen=True, slots=True)
class Row:
    """One result in a table."""

    entry: Entry
    series: str
    """Backend, device and what else tells it from others: the same at every width."""
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
class Group:
    """Results that share a table, sorted by width."""

    rows: tuple[Row, ...]
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
        return " or ".join(dict.fromkeys(_shown(name, getattr(row.entry.identity, name)) for row in self.rows))


# --- which results there are


def load(paths: Iterable[Path]) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """(the results of files and of the files in folders, a sentence for each that cannot be used).

    A file that is named twice counts once.
    """
    entries: list[Entry] = []
    wrong: list[str] = []
    seen: set[Path] = set()
    for given in paths:
        try:
            files = _files(given)
        except ResultError as error:
            wrong.append(str(error))
            continue
        for file in files:
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            try:
                results = read(file)
            except ResultError as error:
                wrong.append(str(error))
                continue
            if not results:
                wrong.append(f"{file} holds no result: measure again.")
            entries += (Entry(file.name, result) for result in results)
    return tuple(entries), tuple(wrong)


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        if not given.exists():
            raise ResultError(f"{given} does not exist: name a file or folder that localalt bench wrote.")
        return [given]
    try:
        # Not read_folder, which does not tell which file a result is from.
        files = sorted(each for each in given.iterdir() if each.suffix in (".json", ".jsonl"))
    except OSError as error:
        raise ResultError(f"{given} cannot be read ({error}): name a folder that localalt bench wrote.") from error
    if not files:
        raise ResultError(f"{given} holds no results: name a folder with .json or .jsonl files of localalt bench.")
    return files


def newest(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """(the newest of each configuration, {key of a result that replaces others: a sentence about that})."""
    by_key: dict[str, list[Entry]] = {}
    for entry in entries:
        by_key.setdefault(entry.result.key, []).append(entry)
    kept: list[Entry] = []
    told: dict[str, str] = {}
    for key, same in by_key.items():
        # max() takes the first of equals: which file was named first decides, not chance.
        latest = max(same, key=lambda entry: _moment(entry.identity.test_time))
        kept.append(latest)
        if len(same) > 1:
            times = ", ".join(f"{each.identity.test_time} in {each.file}" for each in same if each is not latest)
            told[key] = f"Measured {len(same)} times: this is of {latest.identity.test_time}, not of {times}."
    return tuple(kept), told


def _moment(text: str) -> datetime.datetime:
    """A time without a zone is UTC, and one that is none is older than all others."""
    try:
        # Python 3.10 does not read the Z.
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return datetime.datetime.min.replace(tzinfo=datetime.timezone.utc)
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


# --- which of them can be compared


def grouped(entries: Sequence[Entry], *, force: bool = False) -> tuple[tuple[Entry, ...], ...]:
    """Results of the same work, in the order in which they come; all in one group with `force`."""
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(() if force else _work(entry.identity), []).append(entry)
    return tuple(tuple(group) for group in groups.values())


def refusals(groups: Sequence[Sequence[Entry]]) -> tuple[str, ...]:
    """One sentence for each group but the first: what keeps it from the earlier group that is most like it."""
    told = []
    for index, group in enumerate(groups[1:], start=1):
        own = group[0].identity
        nearest = min(groups[:index], key=lambda other: len(_unequal(own, other[0].identity)))
        other = nearest[0].identity
        differences = ", ".join(
            f"{name} is {_shown(name, getattr(own, name))} and {_shown(name, getattr(other, name))}"
            for name in _unequal(own, other)
        )
        mine, theirs = _names(group), _names(nearest)
        what = f"Results in {mine} differ" if mine == theirs else f"{mine} is not compared with {theirs}"
        told.append(f"{what}: {differences} (--force puts them in one table).")
    return tuple(told)


def _work(identity: Identity) -> tuple[Any, ...]:
    # Random weights are drawn anew on each machine, and speed does not depend on their values.
    is_random = identity.weights == "random"
    return tuple("" if is_random and name == "model_digest" else getattr(identity, name) for name in MUST_BE_EQUAL)


def _unequal(own: Identity, other: Identity) -> tuple[str, ...]:
    pairs = zip(MUST_BE_EQUAL, _work(own), _work(other), strict=True)
    # A digest beside "random" says nothing that "weights" does not say.
    skipped = {"model_digest"} if own.weights != other.weights else set()
    return tuple(name for name, mine, theirs in pairs if mine != theirs and name not in skipped)


def _names(group: Sequence[Entry]) -> str:
    files = list(dict.fromkeys(entry.file for entry in group))
    return ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")


# --- how they compare


def better_by(name: str, own: Metric, baseline: Metric) -> Ratio | None:
    """How many times better `own` is in the metric `name`: above 1 is better, also where less is better.

    None where a sample is not above 0, of which no ratio can be taken.
    """
    if min(*own.samples, *baseline.samples) <= 0:
        return None
    return ratio(baseline, own) if name in LOWER_IS_BETTER else ratio(own, baseline)


def compared(
    entries: Sequence[Entry],
    metrics: Sequence[str] = DEFAULT_METRICS,
    *,
    baseline: str = "",
    told: Mapping[str, str] | None = None,
) -> Group:
    """One table of at least one result.

    The baseline is the series of the first entry whose label or file contains `baseline`, in any case of
    letters. `told` is what `newest` has to say, by key.
    """
    series = _series(entries)
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
        rows.append(_row(entry, name, base, metrics, notes, (told or {}).get(entry.result.key, "")))
    present = tuple(name for name in metrics if any(name in entry.result.metrics for entry in entries))
    for name in metrics:
        if name not in present:
            notes.number(f"No result here has {name}.")
    if not chosen:
        notes.number(f'No result here fits --baseline "{baseline}", so there are no ratios.')
    elif baseline and len(set(fitting)) > 1:
        others = "; ".join(dict.fromkeys(name for name in fitting if name != chosen))
        notes.number(f'--baseline "{baseline}" fits others too: {others}.')
    return Group(tuple(rows), present, chosen, tuple(notes.texts), notes.is_flagged)


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
) -> Row:
    own = entry.identity
    numbers: list[int] = []
    unequal: tuple[str, ...] = ()
    ratios: dict[str, Ratio] = {}
    if base is not None and base is not entry:
        unequal = _unequal(own, base.identity)
        if unequal:
            numbers.append(notes.number(f"Not the same work: {_differences(unequal, own, base.identity)}."))
        other = tuple(name for name in _TOLD if getattr(own, name) != getattr(base.identity, name))
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
        numbers.append(notes.number("Measured in one run alone, whose spread is not known."))
    if own.is_software:
        numbers.append(notes.number("The device is software: a program that runs on the CPU."))
    numbers += (notes.number(f"A note of the measurement: {note}") for note in entry.result.notes)
    if replaced:
        numbers.append(notes.number(replaced, flags=False))
    return Row(entry, series, base is entry, ratios, unequal, tuple(dict.fromkeys(numbers)))


def _differences(names: Iterable[str], own: Identity, base: Identity) -> str:
    return ", ".join(
        f"{name} {_shown(name, getattr(own, name))} (baseline {_shown(name, getattr(base, name))})" for name in names
    )


def _fits(entry: Entry, series: str, wanted: str) -> bool:
    width = f"{entry.identity.n_seq_max} at a time"
    texts = (entry.file, entry.identity.label, f"{series}, {width}")
    return any(wanted.casefold() in text.casefold() for text in texts)


def _series(entries: Sequence[Entry]) -> list[str]:
    """A name for each entry's line in a plot: at one width no two are the same."""
    # Of results that were forced together, what each is of belongs to its name.
    works = zip(MUST_BE_EQUAL, zip(*(_work(entry.identity) for entry in entries), strict=True), strict=True)
    shared = _tells_apart([()] * len(entries), works)
    by_device: dict[tuple[str, str], list[int]] = {}
    for index, entry in enumerate(entries):
        by_device.setdefault((entry.identity.backend, _device(entry.identity)), []).append(index)
    names = [""] * len(entries)
    for (backend, device), indices in by_device.items():
        identities = [entries[index].identity for index in indices]
        columns = ((name, [getattr(each, name) for each in identities]) for name in _TELLS_APART)
        found = _tells_apart([(each.n_seq_max,) for each in identities], columns)
        further = (*shared, *(name for name in found if name not in shared))
        for index, each in zip(indices, identities, strict=True):
            # The CPU's backend and device are both called CPU; its name alone says enough.
            parts = [backend, *([device] if device != backend else [])]
            names[index] = ", ".join(parts + [f"{name} {_shown(name, getattr(each, name))}" for name in further])
    return names


def _tells_apart(marks: Sequence[tuple[Any, ...]], columns: Iterable[tuple[str, Sequence[Any]]]) -> tuple[str, ...]:
    """The first of the named columns that together with the marks make as many rows different as all do."""
    found: list[str] = []
    for name, values in columns:
        finer = [(*mark, value) for mark, value in zip(marks, values, strict=True)]
        # A column that goes with one that was taken already adds nothing.
        if len(set(finer)) > len(set(marks)):
            marks = finer
            found.append(name)
    return tuple(found)


def _device(identity: Identity) -> str:
    return identity.gpu_info or identity.cpu_info or identity.device


def _shown(name: str, value: object) -> str:
    if name.endswith("_digest"):
        return str(value)[:12] or "unknown"
    return str(value) if value != "" else "unknown"
