"""What a cart may hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from patterns.wire import name, text, whole

__all__ = ["MOST_LINES", "MOST_PIECES", "lines", "pieces", "sku"]

MOST_PIECES = 999
"""Pieces in one line. A cart is for people; whoever wants more has a typing error or a different contract."""

MOST_LINES = 200
"""Lines in one cart: reading a cart reads all of it, and a cart without a bound is somebody's script."""


def sku(value: object) -> str:
    """`value`, if it can name a product."""
    return name("sku", value)


def pieces(value: object) -> int:
    """`value`, if it is a number of pieces that can be added or taken."""
    return whole("quantity", value, 1, MOST_PIECES)


def lines(pairs: Iterable[tuple[Any, Any]]) -> dict[str, int]:
    """The lines of a cart as Redis returns them, in the order of the alphabet."""
    return dict(sorted((text(product), int(quantity)) for product, quantity in pairs))
