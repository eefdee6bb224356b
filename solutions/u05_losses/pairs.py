"""What all losses share: pairs of arrays that fit, labels, and the smallest number."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["EPSILON", "Array", "Scalar", "check_labels", "paired"]

Array = np.ndarray[Any, Any]
Scalar = np.floating[Any]

#: The smallest number of which a loss of this unit takes a logarithm, and the smallest denominator.
EPSILON = 1e-7


def paired(first: Array, second: Array, name: str = "y_pred") -> tuple[Array, Array]:
    """Check that two arrays have one shape, and bring them to one floating dtype: given, to begin a loss with.

    Args:
        first: targets (or logits), any shape, any real dtype; not modified.
        second: what belongs to them element by element; not modified.
        name: how `second` is called in the error's text.

    Returns:
        Both in the dtype of the floating one (the wider one of two; float64 if none is). An array that has it
        already is returned itself.

    Raises:
        ValueError: the shapes differ; the text names `name`.
    """
    if first.shape != second.shape:
        raise ValueError(f"{name}: got shape {second.shape}, want {first.shape}, one for each element")
    floating = [each.dtype for each in (first, second) if each.dtype.kind == "f"]
    dtype = np.result_type(*floating) if floating else np.dtype(np.float64)
    return first.astype(dtype, copy=False), second.astype(dtype, copy=False)


def check_labels(labels: Array, scores: Array, name: str = "labels") -> None:
    """Check that there is one class number per row, and that each is a column of `scores`: given.

    Args:
        labels: class numbers.
        scores: shape (N, C).
        name: how `labels` is called in the error's text.

    Raises:
        ValueError: `labels` is not of shape (N,), or one of them is not in 0 … C - 1; the text names `name`.
    """
    rows, classes = scores.shape
    if labels.shape != (rows,):
        raise ValueError(f"{name}: got shape {labels.shape}, want ({rows},), one class number per row")
    if not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(f"{name}: got numbers from {labels.min()} to {labels.max()}, want 0 to {classes - 1}")
