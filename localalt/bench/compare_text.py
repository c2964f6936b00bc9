"""What was compared as Markdown for people and as JSON for programs. Pure text."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

from localalt.bench.compare import Comparison
from localalt.bench.metrics import LOWER_IS_BETTER
from localalt.bench.same_work import MUST_BE_EQUAL
from localalt.bench.stats import Metric, Ratio
from localalt.console import markdown_escaped
from localalt.units import format_bytes

__all__ = ["as_json", "as_markdown", "n_ratio_decimals", "number"]

_NO_VALUE = "–"


def number(name: str, value: float) -> str:
    """A metric's value with three figures, or whole from 100 on; bytes as amounts ("1.95 GB")."""
    return format_bytes(round(value)) if name.endswith("_bytes") else f"{value:,.{_n_decimals(value)}f}"


def _n_decimals(value: float) -> int:
    if value == 0:
        return 0
    return min(max(0, 2 - math.floor(math.log10(abs(value)))), 6)


def _with_spread(name: str, metric: Metric) -> str:
    low, high = metric.spread
    if name.endswith("_bytes"):
        return f"{number(name, metric.median)} ({number(name, low)}–{number(name, high)})"
    # One number of decimals for all three, so that they can be compared by eye.
    decimals = _n_decimals(metric.median)
    return f"{metric.median:,.{decimals}f} ({low:,.{decimals}f}–{high:,.{decimals}f})"


def n_ratio_decimals(value: float) -> int:
    """Decimals that a ratio above 0 is written with: two, fewer from 10 on, more below 0.1."""
    if value >= 10:
        return 1
    return 2 if value >= 0.1 else max(2, _n_decimals(value) - 1)


def _as_text(found: Ratio) -> str:
    decimals = n_ratio_decimals(found.value)
    text = f"{found.value:.{decimals}f} ({found.low:.{decimals}f}–{found.high:.{decimals}f})"
    return text if found.is_clear else f"{text}, about equal"


def as_markdown(group: Comparison) -> str:
    """Heading, what was measured, table and footnotes, ending with a line break."""
    lines = [f"### {markdown_escaped(group.common('model'))}, {group.common('weights')} weights", "", _what(group), ""]
    header = ["device", "pictures at a time"]
    for name in group.metrics:
        header += [name, "ratio"]
    lines += [_line(header), _line(["---", *["---:"] * (len(header) - 1)])]
    for row in group.rows:
        marks = "".join(f" [{each}]" for each in row.footnotes)
        cells = [
            f"{markdown_escaped(row.series)}{' **(not the same work)**' if row.unequal else ''}{marks}",
            str(row.width),
        ]
        for name in group.metrics:
            metric = row.entry.result.metrics.get(name)
            cells.append(_NO_VALUE if metric is None else _with_spread(name, metric))
            if row.is_baseline and metric is not None:
                cells.append("baseline")
            else:
                cells.append(_as_text(row.ratios[name]) if name in row.ratios else _NO_VALUE)
        lines.append(_line(cells))
    lines += ["", *_explanation(group)]
    if group.footnotes:
        # A list, since Markdown takes "[1]: text" for the target of a link and does not show it.
        lines += ["", *(f"- [{index}] {markdown_escaped(text)}" for index, text in enumerate(group.footnotes, start=1))]
    return "\n".join(lines) + "\n"


def _what(group: Comparison) -> str:
    first = group.rows[0].entry.identity
    n_gen = group.common("n_gen")
    answers = "answers as long as the model makes them" if n_gen == "0" else f"{n_gen} tokens in each answer"
    n_pictures = group.common("n_pictures")
    pictures = f"{n_pictures} {'picture' if n_pictures == '1' else 'pictures'}"
    named = f" ({markdown_escaped(group.common('picture_set'))})" if first.picture_set else ""
    tokens = f"{group.common('n_image_tokens')} image tokens each"
    return f"{pictures}{named}, {tokens} (at most {group.common('image_tokens_max')}), {answers}."


def _explanation(group: Comparison) -> list[str]:
    lines = ["In brackets: the middle half of the runs, or of all pairs of runs."]
    if group.n_compared:
        lines.append(
            f"Ratios: above 1 is better than {markdown_escaped(group.baseline)} with as many pictures at a time."
        )
        lower = [name for name in group.metrics if name in LOWER_IS_BETTER]
        if lower:
            lines.append(f"Less is better for {', '.join(lower)}: there the ratio is the baseline over the row.")
        if not {row.width for row in group.rows} <= {row.width for row in group.rows if row.is_baseline}:
            lines.append("No ratio stands where the baseline was not measured with as many pictures at a time.")
    return lines


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def as_json(group: Comparison) -> dict[str, Any]:
    """The table with all its numbers: fields of the identity by their names, ratios as `Ratio` has them."""
    rows = []
    for row in group.rows:
        identity = row.entry.identity
        metrics = {name: row.entry.result.metrics[name] for name in group.metrics if name in row.entry.result.metrics}
        rows.append(
            {
                "id": row.entry.result.key,
                "file": row.entry.file,
                "series": row.series,
                "backend": identity.backend,
                "device": identity.device,
                "n_seq_max": row.width,
                "test_time": identity.test_time,
                "is_baseline": row.is_baseline,
                "unequal": list(row.unequal),
                "metrics": {
                    name: {
                        "median": metric.median,
                        "low": metric.spread[0],
                        "high": metric.spread[1],
                        "n_runs": len(metric.samples),
                    }
                    for name, metric in metrics.items()
                },
                "ratios": {
                    name: {**dataclasses.asdict(found), "is_clear": found.is_clear}
                    for name, found in row.ratios.items()
                },
                "footnotes": list(row.footnotes),
            }
        )
    # Of a forced group these are the first row's; each row's "unequal" says where it is another.
    shared = {name: getattr(group.rows[0].entry.identity, name) for name in MUST_BE_EQUAL}
    return {**shared, "baseline": group.baseline, "rows": rows, "footnotes": list(group.footnotes)}
