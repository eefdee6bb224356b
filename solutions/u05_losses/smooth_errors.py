"""An error that is quadratic near zero, and linear far away."""

from __future__ import annotations

import math

import numpy as np

from .pairs import Array, Scalar, paired

__all__ = ["log_cosh", "log_cosh_backward"]


def log_cosh(y_true: Array, y_pred: Array) -> Scalar:
    """Square small errors (d²/2), and take the size of large ones (|d| - ln 2), without a seam.

        L = 1/n Σ ln cosh d,  d = p - t        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape; errors of ±1000 and beyond must not overflow; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    error = p - t
    loss: Scalar = np.mean(np.logaddexp(error, -error) - math.log(2))
    return loss


def log_cosh_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `log_cosh` with respect to the predictions.

        ∂L/∂p = tanh(p - t) / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape, floating; errors of ±1000 and beyond give ±1/n; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = np.tanh(p - t) / p.size
    return grad
