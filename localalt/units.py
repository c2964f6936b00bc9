"""Bytes and times as people read them."""

from __future__ import annotations

__all__ = ["format_bytes", "format_elapsed", "format_seconds", "format_time_left"]


def format_bytes(n_bytes: int) -> str:
    """`n_bytes` in decimal units, as hubs and disks count: "532 MB", "1.95 GB", "16.7 GB"."""
    if n_bytes < 1_000_000:
        return f"{n_bytes / 1e3:.0f} KB" if n_bytes >= 1000 else f"{n_bytes} bytes"
    if n_bytes < 999_500_000:
        return f"{n_bytes / 1e6:.0f} MB"
    return f"{n_bytes / 1e9:.2f} GB" if n_bytes < 9_995_000_000 else f"{n_bytes / 1e9:.1f} GB"


def format_elapsed(seconds: float) -> str:
    """A time that has passed: "45 s", "12 min 3 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def format_time_left(low_s: float, high_s: float) -> str:
    """A range of what is left: "20 to 40 s", "4 to 6 minutes", "about 2 hours"."""
    if high_s < 60:
        low, high = max(1, round(low_s)), max(1, round(high_s))
        return f"{low} to {high} s" if low < high else f"about {high} s"
    unit, size = ("minutes", 60) if high_s < 90 * 60 else ("hours", 3600)
    digits = 1 if high_s / size < 10 and unit == "hours" else 0
    low_text, high_text = f"{low_s / size:.{digits}f}", f"{high_s / size:.{digits}f}"
    if low_text != high_text:
        return f"{low_text} to {high_text} {unit}"
    return f"about {high_text} {unit.removesuffix('s') if high_text == '1' else unit}"


def format_seconds(low_s: float, high_s: float) -> str:
    """A range in few characters, for tables: "0.4-1.1 s", "8-20 s", "2-5 min"."""
    if high_s >= 600:
        return f"{_two_digits(low_s / 60)}-{_two_digits(high_s / 60)} min"
    low, high = _two_digits(low_s) if high_s < 9.5 else _two_digits(max(1, round(low_s))), _two_digits(high_s)
    return f"{low} s" if low == high else f"{low}-{high} s"


def _two_digits(value: float) -> str:
    """Two digits that count, no more."""
    if value < 0.095:
        return "0.1" if value >= 0.05 else "0"
    if value < 9.5:
        return f"{value:.1f}".removesuffix(".0")
    digits = max(0, len(str(int(value))) - 2)
    return str(int(round(value, -digits)))
