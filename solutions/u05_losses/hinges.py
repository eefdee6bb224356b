"""Losses that ask for a margin between labels of ±1, or between classes."""

from __future__ import annotations

import numpy as np

from .pairs import Array, Scalar, paired

__all__ = [
    "categorical_hinge",
    "categorical_hinge_backward",
    "hinge",
    "hinge_backward",
    "squared_hinge",
    "squared_hinge_backward",
]


def hinge(y_true: Array, y_pred: Array) -> Scalar:
    """Ask of every score to be on the label's side of 0, by a margin of 1.

        L = 1/n Σ max(0, 1 - t p)        (over all n elements)

    Labels are -1 and 1. Where *all* labels of the array are 0 or 1, they stand for -1 and 1: t becomes 2t - 1.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t, any shape with n >= 1 elements; -1 and 1, or 0 and 1 (also False and True); numbers in
            any other mixture are taken as they are; not modified.
        y_pred: scores p, same shape, any real numbers; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    loss: Scalar = np.mean(np.maximum(1 - t * p, 0))
    return loss


def hinge_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `hinge` with respect to the scores.

        ∂L/∂p = -t / n  where 1 - t p > 0, else 0        (0 exactly on the margin)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t as in `hinge`, any shape with n >= 1 elements: where all are 0 or 1 (or False and True), they
            stand for -1 and 1; not modified.
        y_pred: scores p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    return -t * (t * p < 1) / p.size


def squared_hinge(y_true: Array, y_pred: Array) -> Scalar:
    """Square what `hinge` sums: small misses matter less, large ones more, and the kink is gone.

        L = 1/n Σ max(0, 1 - t p)²        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t as in `hinge`, any shape with n >= 1 elements: where all are 0 or 1 (or False and True), they
            stand for -1 and 1; not modified.
        y_pred: scores p, same shape, any real numbers; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    loss: Scalar = np.mean(np.maximum(1 - t * p, 0) ** 2)
    return loss


def squared_hinge_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `squared_hinge` with respect to the scores.

        ∂L/∂p = -2/n · t max(0, 1 - t p)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t as in `hinge`, any shape with n >= 1 elements: where all are 0 or 1 (or False and True), they
            stand for -1 and 1; not modified.
        y_pred: scores p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    grad: Array = -2 * t * np.maximum(1 - t * p, 0) / p.size
    return grad


def categorical_hinge(y_true: Array, y_pred: Array) -> Scalar:
    """Ask of the true class's score to beat the best other one by a margin of 1.

        L = 1/N Σ_rows max(0, 1 + max_j (1 - t_j) p_j - Σ_j t_j p_j)

    The maximum runs over all C products: at the true class that is (1 - 1) p = 0, so a rival below 0 counts as 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: one-hot targets t, shape (N, C) with N, C >= 1; not modified.
        y_pred: scores p, same shape, any real numbers; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    rival = ((1 - t) * p).max(axis=-1)
    loss: Scalar = np.mean(np.maximum(1 + rival - (t * p).sum(axis=-1), 0))
    return loss


def categorical_hinge_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `categorical_hinge` with respect to the scores.

        ∂L/∂p_j = 1/N · ((1 - t_j) s_j - t_j)  in rows with a loss > 0; 0 in all others, also exactly on the margin

    s_j is j's share of the maximum of (1 - t) p: 1 for the class that attains it alone, 1/k for each of k classes
    that attain it together (the true class with its 0 may be one of them), 0 for the rest.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: one-hot targets t, shape (N, C) with N, C >= 1; not modified.
        y_pred: scores p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    others = (1 - t) * p
    rival = others.max(axis=-1, keepdims=True)
    attains = (others == rival).astype(p.dtype)
    share = attains / attains.sum(axis=-1, keepdims=True)
    active = 1 + rival - (t * p).sum(axis=-1, keepdims=True) > 0
    grad: Array = active * ((1 - t) * share - t) / len(p)
    return grad
