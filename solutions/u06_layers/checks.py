"""Arguments that more than one layer refuses."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Array", "require_positive", "require_rate"]

Array = np.ndarray[Any, Any]


def require_rate(rate: float) -> None:
    """Refuse a dropout rate outside [0, 1); provided.

    Args:
        rate: the fraction that is dropped.

    Raises:
        ValueError: `rate` is below 0, or 1 or more: nothing would be left to scale up.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate: got {rate}, want 0 <= rate < 1")


def require_positive(**sizes: int) -> None:
    """Refuse sizes below 1; provided.

    Args:
        **sizes: numbers by the name of the argument they came as, as in `require_positive(units=units)`.

    Raises:
        ValueError: one of them is below 1; the text names it.
    """
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: got {value}, want at least 1")
