"""Crossentropies of scores, softmax or sigmoid included."""

from __future__ import annotations

import numpy as np

from .pairs import Array, Scalar, check_labels, paired

__all__ = [
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
]


def softmax_cross_entropy(logits: Array, labels: Array) -> Scalar:
    """Compute softmax and cross-entropy in one step, which never overflows and never meets ln 0.

        L = 1/N Σ_rows (ln Σ_j e^(z_j) - z_y)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (N, C) with N, C >= 1, floating, finite, any magnitude (±1000 too); not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.

    Returns:
        The loss, a scalar (no axes) of the dtype of `logits`; no clip: a true class with the logit -1000 beside
        0 costs 1000.

    Raises:
        ValueError: `labels` is not of shape (N,), or one of its numbers is not in 0 … C - 1.
    """
    check_labels(labels, logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    chosen = shifted[np.arange(len(logits)), labels]
    loss: Scalar = np.mean(np.log(np.exp(shifted).sum(axis=-1)) - chosen)
    return loss


def softmax_cross_entropy_backward(logits: Array, labels: Array) -> Array:
    """Differentiate `softmax_cross_entropy` with respect to the logits.

        ∂L/∂z_i = (p_i - [i = y]) / N,  p = softmax(z) along each row

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (N, C) with N, C >= 1, floating, any magnitude; not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.

    Returns:
        ∂L/∂z, a new array of the shape and dtype of `logits`.
    """
    check_labels(labels, logits)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    grad: Array = powers / powers.sum(axis=-1, keepdims=True)
    grad[np.arange(len(logits)), labels] -= 1
    return grad / len(logits)


def sigmoid_cross_entropy(logits: Array, labels: Array) -> Scalar:
    """Compute sigmoid and binary cross-entropy in one step, which never overflows and never meets ln 0.

        L = 1/n Σ (max(z, 0) - z t + ln(1 + e^(-|z|)))        (over all n elements)

    That is -t ln σ(z) - (1 - t) ln(1 - σ(z)), rearranged.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, any shape with n >= 1 elements, any magnitude (1000 and -1000 too); not modified.
        labels: targets t, from 0 to 1 (usually either, also False and True), same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers; no clip.

    Raises:
        ValueError: `labels` has another shape than `logits`.
    """
    z, t = paired(logits, labels, "labels")
    loss: Scalar = np.mean(np.logaddexp(z, 0) - z * t)
    return loss


def sigmoid_cross_entropy_backward(logits: Array, labels: Array) -> Array:
    """Differentiate `sigmoid_cross_entropy` with respect to the logits.

        ∂L/∂z = (σ(z) - t) / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, any shape with n >= 1 elements, floating, any magnitude; not modified.
        labels: targets t, from 0 to 1, same shape; not modified.

    Returns:
        ∂L/∂z, same shape and dtype as `logits`; nothing may overflow to nan.
    """
    z, t = paired(logits, labels, "labels")
    small = np.exp(-np.abs(z))
    probability = np.where(z >= 0, 1 / (1 + small), small / (1 + small))
    return (probability - t) / z.size
