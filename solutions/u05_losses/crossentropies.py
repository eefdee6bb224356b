"""Crossentropies of predicted probabilities."""

from __future__ import annotations

import numpy as np

from .pairs import EPSILON, Array, Scalar, check_labels, paired

__all__ = [
    "binary_crossentropy",
    "binary_crossentropy_backward",
    "categorical_crossentropy",
    "categorical_crossentropy_backward",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy_backward",
]


def categorical_crossentropy(y_true: Array, y_pred: Array) -> Scalar:
    """Weigh the surprise -ln q of every class by the target distribution.

        L = -1/N Σ_rows Σ_j t_j ln clip(q_j),  q = p / Σ_k p_k,  clip to [1e-7, 1 - 1e-7]

    Each row is divided by its sum first, then clipped.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, one-hot or soft, shape (N, C) with N, C >= 1; not modified.
        y_pred: probabilities p (not logits), same shape, >= 0, every row with a positive sum; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    q = np.clip(p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON)
    loss: Scalar = -np.mean((t * np.log(q)).sum(axis=-1))
    return loss


def categorical_crossentropy_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `categorical_crossentropy` with respect to the probabilities, through the division by the sum.

        ∂L/∂p_i = 1/(N S) · (Σ_j m_j t_j - m_i t_i / q_i),  S = Σ_k p_k,  q = p / S

    m_j is 1 where q_j is in [1e-7, 1 - 1e-7] and 0 outside, where the clip passes nothing.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, shape (N, C) with N, C >= 1; not modified.
        y_pred: probabilities p, same shape, floating, >= 0, every row with a positive sum; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; finite also where a p is 0.
    """
    t, p = paired(y_true, y_pred)
    total = p.sum(axis=-1, keepdims=True)
    q = p / total
    passed = t * ((q >= EPSILON) & (q <= 1 - EPSILON))
    by_ratio = passed.sum(axis=-1, keepdims=True) - passed / np.maximum(q, EPSILON)
    grad: Array = by_ratio / total / len(p)
    return grad


def sparse_categorical_crossentropy(y_true: Array, y_pred: Array) -> Scalar:
    """Compute `categorical_crossentropy` where the target is the class's number instead of a one-hot row.

        L = -1/N Σ_rows ln clip(q_y),  q = p / Σ_k p_k,  clip to [1e-7, 1 - 1e-7]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: classes y, integers from 0 to C - 1, shape (N,) with N >= 1; not modified.
        y_pred: probabilities p (not logits), shape (N, C), floating, >= 0, every row with a positive sum; not modified.

    Returns:
        The loss, a scalar (no axes) of the dtype of `y_pred`.

    Raises:
        ValueError: `y_true` is not of shape (N,), or one of its numbers is not in 0 … C - 1 (-1 is not the last
            class).
    """
    check_labels(y_true, y_pred, "y_true")
    chosen = y_pred[np.arange(len(y_pred)), y_true] / y_pred.sum(axis=-1)
    loss: Scalar = -np.mean(np.log(np.clip(chosen, EPSILON, 1 - EPSILON)))
    return loss


def sparse_categorical_crossentropy_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `sparse_categorical_crossentropy` with respect to the probabilities, through the division.

        ∂L/∂p_i = m/(N S) · (1 - [i = y] / q_y),  S = Σ_k p_k,  q = p / S

    m is 1 in rows where q_y is in [1e-7, 1 - 1e-7] and 0 in all others, where the clip passes nothing.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: classes y, integers from 0 to C - 1, shape (N,) with N >= 1; not modified.
        y_pred: probabilities p, shape (N, C), floating, >= 0, every row with a positive sum; not modified.

    Returns:
        ∂L/∂p, a new array of the shape and dtype of `y_pred`; finite also where a p is 0.
    """
    check_labels(y_true, y_pred, "y_true")
    rows = np.arange(len(y_pred))
    total = y_pred.sum(axis=-1, keepdims=True)
    chosen = y_pred[rows, y_true] / total[:, 0]
    by_ratio = np.ones_like(y_pred)
    by_ratio[rows, y_true] -= 1 / np.maximum(chosen, EPSILON)
    passed = (chosen >= EPSILON) & (chosen <= 1 - EPSILON)
    grad: Array = by_ratio * passed[:, None] / total / len(y_pred)
    return grad


def binary_crossentropy(y_true: Array, y_pred: Array) -> Scalar:
    """Add up the surprise at what happened: -ln p for a yes, -ln(1 - p) for a no.

        L = -1/n Σ (t ln p + (1 - t) ln(1 - p)),  p clipped to [1e-7, 1 - 1e-7]        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, from 0 to 1 (usually either, also False and True), any shape with n >= 1 elements; not
            modified.
        y_pred: probabilities p (not logits) of a yes, same shape, from 0 to 1; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    p = np.clip(p, EPSILON, 1 - EPSILON)
    loss: Scalar = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    return loss


def binary_crossentropy_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `binary_crossentropy` with respect to the probabilities.

        ∂L/∂p = 1/n · (p - t) / (p (1 - p))  for 1e-7 <= p <= 1 - 1e-7, else 0 (the clip passes nothing)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, from 0 to 1, any shape with n >= 1 elements; not modified.
        y_pred: probabilities p, same shape, floating, from 0 to 1; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; finite also where p is 0 or 1.
    """
    t, p = paired(y_true, y_pred)
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    slope = (clipped - t) / (clipped * (1 - clipped))
    grad: Array = slope * ((p >= EPSILON) & (p <= 1 - EPSILON)) / p.size
    return grad
