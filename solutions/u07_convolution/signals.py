"""Convolution and correlation along a line."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .pairs import Array

__all__ = ["convolve1d", "correlate1d"]


def convolve1d(x: Array, h: Array) -> Array:
    """The convolution of the formula: the kernel runs backwards.

        y[n] = Σ_k x[n - k] h[k]        over all k for which both exist,
                                        for every n with at least one such k

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: signal, shape (M,), floating, M at least 1; not modified.
        h: kernel, shape (K,), dtype of `x`, K at least 1, also more than M; not modified.

    Returns:
        y, shape (M + K - 1,), dtype of `x`: y[0] is x[0] h[0].

    Raises:
        ValueError: `x` or `h` is empty or has not one axis; the text names it.
    """
    for name, array in (("x", x), ("h", h)):
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name}: got shape {array.shape}, want one axis with at least one number")
    padded = np.pad(x, len(h) - 1)
    return sliding_window_view(padded, len(h)) @ h[::-1]


def correlate1d(x: Array, h: Array) -> Array:
    """What frameworks call a convolution: the kernel is not turned around, and stays inside ('valid').

        y[n] = Σ_k x[n + k] h[k]        n = 0 … M - K

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: signal, shape (M,), floating; not modified.
        h: kernel, shape (K,), dtype of `x`, K from 1 to M; not modified.

    Returns:
        y, shape (M - K + 1,), dtype of `x`.

    Raises:
        ValueError: `x` or `h` is empty or has not one axis, or `h` is longer than `x`; the text names it.
    """
    for name, array in (("x", x), ("h", h)):
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name}: got shape {array.shape}, want one axis with at least one number")
    if len(h) > len(x):
        raise ValueError(f"h: got {len(h)} weights, want at most the {len(x)} of x")
    return sliding_window_view(x, len(h)) @ h
