"""A curve with its noise averaged away."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["smooth_curve"]


def smooth_curve(points: Sequence[float], factor: float = 0.9) -> list[float]:
    """Calm a jagged curve, such as a validation loss, so that its trend can be seen.

        s_0 = p_0        s_t = factor · s_(t−1) + (1 − factor) · p_t

    An exponential moving average that starts at the first point, and so needs no
    correction of its start.

    Args:
        points: n numbers p, n ≥ 0, such as history['val_loss']; not modified.
        factor: how much of the past stays, 0 ≤ factor < 1; 0 gives the points themselves.

    Returns:
        A new list of n floats (a 1-D float64 array is accepted too); no points give none.

    Raises:
        ValueError: `factor` is outside [0, 1).
    """
    if not 0 <= factor < 1:
        raise ValueError(f"factor: got {factor}, want 0 or more and less than 1")
    smoothed: list[float] = []
    for point in points:
        previous = smoothed[-1] if smoothed else point
        smoothed.append(float(previous + (1 - factor) * (point - previous)))
    return smoothed
