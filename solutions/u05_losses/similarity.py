"""How far two vectors point the same way."""

from __future__ import annotations

import numpy as np

from .pairs import Array, Scalar, paired

__all__ = ["cosine_similarity", "cosine_similarity_backward"]


def cosine_similarity(y_true: Array, y_pred: Array) -> Scalar:
    """Compare directions: -1 for the same one, 1 for the opposite one, 0 for a right angle.

        L = -(mean over rows of Σ_j u_j v_j),  u = t / √max(Σ t², 1e-12),  v = p / √max(Σ p², 1e-12)

    Negated, because a loss is minimised. All sums run along the last axis, the mean over everything before it.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target vectors t, shape (..., C), not empty, also zero; not modified.
        y_pred: predicted vectors p, same shape, also zero; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    u, v = (each / np.sqrt(np.maximum((each**2).sum(axis=-1, keepdims=True), 1e-12)) for each in paired(y_true, y_pred))
    loss: Scalar = -np.mean((u * v).sum(axis=-1))
    return loss


def cosine_similarity_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `cosine_similarity` with respect to the predicted vectors.

        ∂L/∂p = -(u - (u·v) v) / r / (number of rows),  r = √max(Σ p², 1e-12)

    u and v are the vectors of `cosine_similarity`. Where Σ p² < 1e-12 the norm is fixed, and (u·v) v falls away.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target vectors t, shape (..., C), not empty, also zero; not modified.
        y_pred: predicted vectors p, same shape, floating, also zero; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    u = t / np.sqrt(np.maximum((t**2).sum(axis=-1, keepdims=True), 1e-12))
    square = (p**2).sum(axis=-1, keepdims=True)
    norm = np.sqrt(np.maximum(square, 1e-12))
    v = p / norm
    along = (u * v).sum(axis=-1, keepdims=True) * v * (square >= 1e-12)
    grad: Array = (along - u) / norm * p.shape[-1] / p.size
    return grad
