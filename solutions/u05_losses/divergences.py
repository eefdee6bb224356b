"""Losses of predicted distributions and of counts."""

from __future__ import annotations

import numpy as np

from .pairs import EPSILON, Array, Scalar, paired

__all__ = ["kl_divergence", "kl_divergence_backward", "poisson", "poisson_backward"]


def kl_divergence(y_true: Array, y_pred: Array) -> Scalar:
    """Measure what it costs to take the distribution p for the distribution t.

        L = mean over rows of Σ_j t_j ln(t_j / p_j),  t and p clipped to [1e-7, 1]

    The sum runs along the last axis, the mean over everything before it. Rows are not divided by their sums.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, shape (..., C), not empty, entries from 0 to 1; not modified.
        y_pred: predicted distributions p, same shape, entries >= 0; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = (np.clip(each, EPSILON, 1) for each in paired(y_true, y_pred))
    loss: Scalar = np.mean((t * np.log(t / p)).sum(axis=-1))
    return loss


def kl_divergence_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `kl_divergence` with respect to the predicted distributions.

        ∂L/∂p = -t / p / (number of rows)  for 1e-7 <= p <= 1, else 0;  t clipped to [1e-7, 1]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, shape (..., C), not empty, entries from 0 to 1; not modified.
        y_pred: predicted distributions p, same shape, floating, entries >= 0; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; finite also where p is 0.
    """
    t, p = paired(y_true, y_pred)
    slope = -np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1)
    grad: Array = slope * ((p >= EPSILON) & (p <= 1)) * p.shape[-1] / p.size
    return grad


def poisson(y_true: Array, y_pred: Array) -> Scalar:
    """Measure how unlikely the counts t are, where p are expected.

        L = 1/n Σ (p - t ln(p + 1e-7))        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: counts t >= 0, any shape with n >= 1 elements; not modified.
        y_pred: expected counts p >= 0, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers; may be negative.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = np.mean(p - t * np.log(p + EPSILON))
    return loss


def poisson_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `poisson` with respect to the expected counts.

        ∂L/∂p = 1/n · (1 - t / (p + 1e-7))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: counts t >= 0, any shape with n >= 1 elements; not modified.
        y_pred: expected counts p >= 0, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = (1 - t / (p + EPSILON)) / p.size
    return grad
