"""What was compared as Markdown for people and as JSON for programs. Pure text."""

from __future__ import annotations

import dataclasses
from typing import Any

from localalt.bench.compare import ResultTable
from localalt.bench.figures import NO_VALUE, answers_in_words, pictures_in_words, ratio_text, table_row, with_spread
from localalt.bench.metrics import LOWER_IS_BETTER
from localalt.bench.same_work import MUST_BE_EQUAL
from localalt.console import markdown_escaped

__all__ = ["as_json", "as_markdown"]


def as_markdown(group: ResultTable) -> str:
    """Heading, what was measured, table and footnotes, ending with a line break."""
    lines = [f"### {markdown_escaped(group.common('model'))}, {group.common('weights')} weights", "", _what(group), ""]
    header = ["device", "pictures at a time"]
    for name in group.metrics:
        header += [name, "ratio"]
    lines += [table_row(header), table_row(["---", *["---:"] * (len(header) - 1)])]
    for row in group.rows:
        marks = "".join(f" [{each}]" for each in row.footnotes)
        cells = [
            f"{markdown_escaped(row.series)}{' **(not the same work)**' if row.unequal else ''}{marks}",
            str(row.width),
        ]
        for name in group.metrics:
            metric = row.entry.result.metrics.get(name)
            cells.append(NO_VALUE if metric is None else with_spread(name, metric))
            if row.is_baseline and metric is not None:
                cells.append("baseline")
            else:
                cells.append(ratio_text(row.ratios[name]) if name in row.ratios else NO_VALUE)
        lines.append(table_row(cells))
    lines += ["", *_explanation(group)]
    if group.footnotes:
        # A list, since Markdown takes "[1]: text" for the target of a link and does not show it.
        lines += ["", *(f"- [{index}] {markdown_escaped(text)}" for index, text in enumerate(group.footnotes, start=1))]
    return "\n".join(lines) + "\n"


def _what(group: ResultTable) -> str:
    first = group.rows[0].entry.identity
    answers, pictures = answers_in_words(group.common("n_gen")), pictures_in_words(group.common("n_pictures"))
    named = f" ({markdown_escaped(group.common('picture_set'))})" if first.picture_set else ""
    tokens = f"{group.common('n_image_tokens')} image tokens each"
    return f"{pictures}{named}, {tokens} (at most {group.common('image_tokens_max')}), {answers}."


def _explanation(group: ResultTable) -> list[str]:
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


def as_json(group: ResultTable) -> dict[str, Any]:
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
