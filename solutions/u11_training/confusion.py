"""Which classes are taken for which."""

from __future__ import annotations

import numpy as np

from .given import Array

__all__ = ["confusion_matrix"]


def confusion_matrix(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    """Count for each class what its samples were taken for.

        M[i, j] = #{n : y_true_n = i and y_pred_n = j}

    Rows are what is true, columns what was answered, as in scikit-learn.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: true classes 0 … C − 1, shape (N,), N ≥ 0, any integer dtype (with uint8
            remember what 20 · 19 is); not modified.
        y_pred: predicted classes (not scores), shape (N,), as `y_true`; not modified.
        num_classes: C, at least 1; also classes that do not occur have row and column.

    Returns:
        The counts, shape (C, C), of an integer dtype.

    Raises:
        ValueError: `y_true` has not as many entries as `y_pred`; or an entry of `y_true`
            or of `y_pred` is outside 0 … C − 1 (the message names which).
    """
    if len(y_true) != len(y_pred):
        raise ValueError(f"y_true: got {len(y_true)} labels, want {len(y_pred)}, as y_pred has")
    for name, labels in (("y_true", y_true), ("y_pred", y_pred)):
        if ((labels < 0) | (labels >= num_classes)).any():
            raise ValueError(f"{name}: got classes outside 0 … {num_classes - 1}, the classes of the matrix")
    counts = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts
