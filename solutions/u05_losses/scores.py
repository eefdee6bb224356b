"""Scores of a linear classifier."""

from __future__ import annotations

from .pairs import Array

__all__ = ["linear_scores"]


def linear_scores(x: Array, w: Array, b: Array) -> Array:
    """Score every class: a weighted sum of a sample's features for each, plus the class's bias.

        s = x w + b        s_nc = Σ_d x_nd w_dc + b_c

    One column of `w` is one class.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (N, D), floating or bytes (uint8); not modified.
        w: weights, shape (D, C), floating; not modified.
        b: biases, shape (C,), floating; not modified.

    Returns:
        Scores, shape (N, C), of the dtype of `w` and `b`.

    Raises:
        ValueError: `w` has not D rows; `b` is not of shape (C,).
    """
    if w.shape[0] != x.shape[1]:
        raise ValueError(f"w: got {w.shape[0]} rows, want {x.shape[1]}, one for each feature of x")
    if b.shape != w.shape[1:]:
        raise ValueError(f"b: got shape {b.shape}, want {w.shape[1:]}, one bias for each column of w")
    scores: Array = x @ w + b
    return scores
