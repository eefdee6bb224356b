"""Inputs that separate right from wrong, for writing cases: distinct values, non-square shapes, fixed draws."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Array", "grid", "normal", "spread"]

Array = np.ndarray[Any, Any]


def grid(*shape: int, start: float = 1.0, step: float = 1.0) -> Array:
    """Distinct values start, start + step, … in the given shape, float64: any mixed-up axis shows."""
    return start + step * np.arange(int(np.prod(shape)), dtype=np.float64).reshape(shape)


def normal(*shape: int, seed: int = 0, scale: float = 1.0) -> Array:
    """Standard normal values times `scale`, of a fixed seed, float64."""
    return scale * np.random.default_rng([20, seed]).standard_normal(shape)


def spread(low: float, high: float, count: int) -> Array:
    """`count` values from low to high, evenly spaced, in a shuffled but fixed order, float64."""
    return np.random.default_rng(count).permutation(np.linspace(low, high, count))
