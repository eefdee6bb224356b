"""The multi-class margin loss of scores."""

from __future__ import annotations

import numpy as np

from .pairs import Array, Scalar, check_labels

__all__ = ["svm_loss", "svm_loss_backward"]


def svm_loss(scores: Array, labels: Array, margin: float = 1) -> Scalar:
    """Ask of the true class's score to beat each of the others by a margin (CS231n's multiclass SVM loss).

        L = 1/N Σ_rows Σ_{j ≠ y} max(0, s_j - s_y + margin)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        scores: s, shape (N, C) with N, C >= 1, floating; not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.
        margin: a number >= 0.

    Returns:
        The loss, a scalar (no axes) of the dtype of `scores`.

    Raises:
        ValueError: `labels` is not of shape (N,), or one of its numbers is not in 0 … C - 1.
    """
    check_labels(labels, scores)
    excess = np.maximum(scores - scores[np.arange(len(scores)), labels][:, None] + margin, 0)
    excess[np.arange(len(scores)), labels] = 0
    loss: Scalar = np.mean(excess.sum(axis=-1))
    return loss


def svm_loss_backward(scores: Array, labels: Array, margin: float = 1) -> Array:
    """Differentiate `svm_loss` with respect to the scores.

        ∂L/∂s_j = 1/N  for j ≠ y with s_j - s_y + margin > 0, else 0 (0 exactly on the margin)
        ∂L/∂s_y = -1/N for each such j of the row

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        scores: s, shape (N, C) with N, C >= 1, floating; not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.
        margin: the margin of the forward pass.

    Returns:
        ∂L/∂s, same shape and dtype as `scores`.
    """
    check_labels(labels, scores)
    rows = np.arange(len(scores))
    grad = (scores - scores[rows, labels][:, None] + margin > 0).astype(scores.dtype)
    grad[rows, labels] = 0
    grad[rows, labels] = -grad.sum(axis=-1)
    return grad / len(scores)
