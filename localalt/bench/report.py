"""Results as a Markdown table for the terminal. Pure text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localalt.bench.figures import table_row
from localalt.bench.record import Identity, Result
from localalt.bench.stats import Metric
from localalt.console import markdown_escaped
from localalt.units import format_bytes

__all__ = ["heading", "table"]

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("images_per_min", "images/min", ".1f"),
    ("encode_ms", "encode ms", ".0f"),
    ("encode_tps", "encode t/s", ".0f"),
    ("prefill_tps", "prefill t/s", ".0f"),
    ("decode_tps", "decode t/s each", ".1f"),
    ("decode_tps_all", "all", ".1f"),
    ("ttft_ms", "first token ms", ".0f"),
    ("load_s", "load s", ".2f"),
    ("energy_j_per_image", "J/image", ".1f"),
)
"""(metric, heading, how its median is written)."""
MEMORIES = (("peak_rss_bytes", "RAM"), ("peak_device_bytes", "device memory"))
SHARES = (
    ("decode_bandwidth_share", "decode of copy bandwidth"),
    ("prefill_compute_share", "prefill of matrix rate"),
    ("encode_compute_share", "encode of matrix rate"),
)


N_UBATCH = 512
"""Of llama.cpp's and of most plans: only another one is named."""


def heading(identity: Identity) -> str:
    """What a group of rows has in common, as one line."""
    weights = "random weights of its shape" if identity.weights == "random" else "real weights"
    answers = f"{identity.n_gen} tokens out" if identity.n_gen else "answers that the model ends"
    return (
        f"{identity.model} ({weights}), {identity.n_pictures} pictures of {identity.n_image_tokens} image tokens "
        f"({identity.picture_set}), {answers}"
    )


def table(results: Sequence[Result]) -> str:
    """Results of one run of the command, grouped by model: medians, with half the spread where it is 5 % or more."""
    return "\n".join(_lines(results))


def _lines(results: Sequence[Result]) -> Iterator[str]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(heading(result.identity), []).append(result)
    for title, group in groups.items():
        columns = [each for each in COLUMNS if any(each[0] in result.metrics for result in group)]
        yield f"### {markdown_escaped(title)}"
        yield ""
        memories = [each for each in MEMORIES if any(each[0] in result.metrics for result in group)]
        yield table_row(["device", "at a time", *(name for _, name, _ in columns), *(name for _, name in memories)])
        yield "|---|" + "---:|" * (1 + len(columns) + len(memories))
        for result in sorted(group, key=lambda each: (each.identity.device, each.identity.n_seq_max)):
            cells = [markdown_escaped(_device(result.identity)), str(result.identity.n_seq_max)]
            cells += [_cell(result.metrics.get(name), form) for name, _, form in columns]
            cells += [_bytes(result, name) for name, _ in memories]
            yield table_row(cells)
        yield ""
        yield from _notes(group)


def _device(identity: Identity) -> str:
    name = identity.gpu_info or identity.cpu_info
    settings = [f"{identity.n_threads} threads"] if not identity.gpu_info else []
    if identity.gpu_info and identity.mmproj_device == "CPU":
        settings.append("projector on the CPU")
    if identity.n_ubatch != N_UBATCH:
        settings.append(f"ubatch {identity.n_ubatch}")
    if identity.flash_attn != "auto":
        settings.append(f"flash attention {identity.flash_attn}")
    return f"{identity.device}, {name}" + (f" ({', '.join(settings)})" if settings else "")


def _cell(metric: Metric | None, form: str) -> str:
    if metric is None:
        return "-"
    low, high = metric.spread
    half = (high - low) / 2
    is_told = metric.median and half / abs(metric.median) >= 0.05 and float(f"{half:{form}}") > 0
    return f"{metric.median:{form}} ± {half:{form}}" if is_told else f"{metric.median:{form}}"


def _bytes(result: Result, name: str) -> str:
    metric = result.metrics.get(name)
    return "-" if metric is None else format_bytes(round(metric.median))


def _notes(group: Sequence[Result]) -> Iterator[str]:
    first = group[0].identity
    for result in group:
        own = result.identity
        shares = [f"{result.metrics[name].median:.0%} {words}" for name, words in SHARES if name in result.metrics]
        if own.copy_bytes_per_s and shares:
            yield (
                f"- {markdown_escaped(own.device)}, {own.n_seq_max} at a time: {', '.join(shares)} (which are "
                f"{own.copy_bytes_per_s / 1e9:.0f} GB/s and {own.matmul_flops / 1e12:.2f} TFLOP/s in the same run)."
            )
    notes: dict[str, list[int]] = {}
    for result in group:
        for note in result.notes:
            notes.setdefault(note, []).append(result.identity.n_seq_max)
    for note, widths in notes.items():
        where = "" if len(widths) == len(group) else f" ({', '.join(map(str, sorted(set(widths))))} at a time)"
        yield f"- {markdown_escaped(note)}{where}"
    n_runs = sorted({len(metric.samples) for result in group for metric in result.metrics.values()})
    yield (
        f"- Medians of {' or '.join(map(str, n_runs))} {'run' if n_runs == [1] else 'runs'}; ± is half of what the "
        f"middle half of them spans. localalt {first.localalt_version}, llama-cpp-python {first.llama_cpp_version}, "
        f"llama.cpp {first.build_commit}."
    )
    if first.weights == "random":
        yield "- Speed does not depend on the values of weights: random ones measure as real ones do."
    yield ""
