"""Scores into probabilities, and into their logarithms."""

from __future__ import annotations

import numpy as np

from .special import Array

__all__ = ["log_softmax", "log_softmax_backward", "softmax", "softmax_backward"]


def softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities along one axis.

        p_i = exp(z_i) / Σ_j exp(z_j)        (j runs along `axis`)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (..., K, ...) with K > 0, finite, any magnitude; not modified.
        axis: the axis of length K; probabilities sum to 1 along it.

    Returns:
        Probabilities, same shape and dtype as `logits`.

    Raises:
        ValueError: `logits` has no axes.
    """
    if np.ndim(logits) == 0:
        raise ValueError("logits: got a number without axes, want at least one axis")
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=axis, keepdims=True)
    return probabilities


def softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `softmax`.

        ∂L/∂z_i = p_i (g_i - Σ_j g_j p_j)        (j runs along `axis`, g is `grad_output`)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the probabilities, same shape as `logits`; not modified.
        logits: the scores of the forward pass, shape (..., K, ...), any magnitude; not modified.
        axis: the axis of length K.

    Returns:
        Gradient with respect to `logits`, same shape and dtype.
    """
    p = softmax(logits, axis)
    grad_logits: Array = p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))
    return grad_logits


def log_softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into logarithms of probabilities along one axis.

        log p_i = z_i - ln Σ_j exp(z_j)        (j runs along `axis`)

    Finite even where p_i itself is too small for a floating number: the logits 1000 and 0 give 0 and -1000.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (..., K, ...) with K > 0, finite, any magnitude; not modified.
        axis: the axis of length K; the exponentials of the result sum to 1 along it.

    Returns:
        Natural logarithms of the probabilities, same shape and dtype as `logits`.

    Raises:
        ValueError: `logits` has no axes.
    """
    if np.ndim(logits) == 0:
        raise ValueError("logits: got a number without axes, want at least one axis")
    shifted = logits - logits.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def log_softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `log_softmax`.

        ∂L/∂z_i = g_i - p_i Σ_j g_j        (j runs along `axis`, g is `grad_output`, p the softmax of z)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the log-probabilities, same shape as `logits`; not modified.
        logits: the scores of the forward pass, shape (..., K, ...), any magnitude; not modified.
        axis: the axis of length K.

    Returns:
        Gradient with respect to `logits`, same shape and dtype.
    """
    grad_logits: Array = grad_output - softmax(logits, axis) * grad_output.sum(axis=axis, keepdims=True)
    return grad_logits
