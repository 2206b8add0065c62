"""Numbers as people read them."""

from __future__ import annotations

__all__ = ["number"]


def number(value: int | float | str) -> str:
    """1234567 -> "1,234,567"; 0.123456 -> "0.123"; 12.0 -> "12". Text stays."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.1f}"
