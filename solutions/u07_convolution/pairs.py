"""Sizes of an image come in pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["NO_PADDING", "Array", "Padding", "Pair", "Sides", "as_pair", "require_positive"]

Array = np.ndarray[Any, Any]
Padding = str | int
Pair = tuple[int, int]
Sides = tuple[Pair, Pair]

NO_PADDING: Sides = ((0, 0), (0, 0))


def require_positive(**sizes: int) -> None:
    """Refuse sizes below 1; provided.

    Args:
        **sizes: numbers by the name of the argument they came as, as in `require_positive(kernel=kernel)`.

    Raises:
        ValueError: one of them is below 1; the text names it.
    """
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: got {value}, want at least 1")


def as_pair(name: str, value: int | Pair) -> Pair:
    """Make one number count for both axes, and refuse numbers below 1; provided.

    Args:
        name: the argument that the value came as.
        value: a number, or a pair (h, w).

    Returns:
        The pair (h, w).

    Raises:
        ValueError: a number is below 1; the text says `name`.
    """
    height, width = (value, value) if isinstance(value, int) else value
    if min(height, width) < 1:
        raise ValueError(f"{name}: got {value}, want at least 1")
    return height, width
