"""Sizes as people read them."""

from __future__ import annotations

__all__ = ["format_bytes"]


def format_bytes(n_bytes: int) -> str:
    """`n_bytes` in decimal units, as hubs and disks count: "532 MB", "1.95 GB", "16.7 GB"."""
    if n_bytes < 1_000_000:
        return f"{n_bytes / 1e3:.0f} KB" if n_bytes >= 1000 else f"{n_bytes} bytes"
    if n_bytes < 999_500_000:
        return f"{n_bytes / 1e6:.0f} MB"
    return f"{n_bytes / 1e9:.2f} GB" if n_bytes < 9_995_000_000 else f"{n_bytes / 1e9:.1f} GB"
