"""How far predictions are off."""

from __future__ import annotations

import numpy as np

from .pairs import Array, Scalar, paired

__all__ = ["mean_absolute_error", "mean_absolute_error_backward", "mean_squared_error", "mean_squared_error_backward"]


def mean_squared_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the squares of the errors.

        L = 1/n Σ (p - t)²        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified. Small integers (uint8) are computed in
            float64: their differences must not wrap around.
        y_pred: predictions p, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = np.mean((p - t) ** 2)
    return loss


def mean_squared_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_squared_error` with respect to the predictions.

        ∂L/∂p = 2 (p - t) / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    return 2 * (p - t) / p.size


def mean_absolute_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the sizes of the errors.

        L = 1/n Σ |p - t|        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = np.mean(np.abs(p - t))
    return loss


def mean_absolute_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_absolute_error` with respect to the predictions.

        ∂L/∂p = sign(p - t) / n,  sign(0) = 0

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; 0 where the prediction is right.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = np.sign(p - t) / p.size
    return grad
