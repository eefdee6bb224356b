"""How far predictions are off for their size."""

from __future__ import annotations

import numpy as np

from .pairs import EPSILON, Array, Scalar, paired

__all__ = [
    "mean_absolute_percentage_error",
    "mean_absolute_percentage_error_backward",
    "mean_squared_logarithmic_error",
    "mean_squared_logarithmic_error_backward",
]


def mean_absolute_percentage_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the errors in percent of the targets.

        L = 100/n Σ |p - t| / max(|t|, ε),  ε = 1e-7        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements, also 0 and negative; not modified.
        y_pred: predictions p, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = 100 * np.mean(np.abs(p - t) / np.maximum(np.abs(t), EPSILON))
    return loss


def mean_absolute_percentage_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_absolute_percentage_error` with respect to the predictions.

        ∂L/∂p = 100/n · sign(p - t) / max(|t|, ε),  sign(0) = 0,  ε = 1e-7

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements, also 0 and negative; not modified.
        y_pred: predictions p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = 100 * np.sign(p - t) / np.maximum(np.abs(t), EPSILON) / p.size
    return grad


def mean_squared_logarithmic_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the squared differences of logarithms: errors by ratio, for counts from 0 to millions.

        L = 1/n Σ (ln(1 + max(p, ε)) - ln(1 + max(t, ε)))²,  ε = 1e-7        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; what is below ε counts as ε; not modified.
        y_pred: predictions p, same shape; what is below ε, negative numbers too, counts as ε; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = (np.log1p(np.maximum(each, EPSILON)) for each in paired(y_true, y_pred))
    loss: Scalar = np.mean((p - t) ** 2)
    return loss


def mean_squared_logarithmic_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_squared_logarithmic_error` with respect to the predictions.

        ∂L/∂p = 2/n · (ln(1 + p) - ln(1 + max(t, ε))) / (1 + p)  for p >= ε, else 0,  ε = 1e-7

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; what is below ε counts as ε; not modified.
        y_pred: predictions p, same shape, floating, also negative; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    floored = np.maximum(p, EPSILON)
    error = np.log1p(floored) - np.log1p(np.maximum(t, EPSILON))
    grad: Array = 2 * error / (1 + floored) * (p >= EPSILON) / p.size
    return grad
