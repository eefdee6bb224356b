"""Many trees on samples drawn again."""

from __future__ import annotations

import numpy as np

from .neighbours import Array, majority_vote
from .trees import decision_stump

__all__ = ["bagging"]


def bagging(x_train: Array, y_train: Array, x_test: Array, rows: Array, columns: Array | None = None) -> Array:
    """Let stumps vote that were each trained on other rows (bagging) and other columns (a random forest).

    Stump number b is a `decision_stump` on the training rows `rows[b]`, in which a row may occur several times, and
    sees only the features `columns[b]`. The prediction is the `majority_vote` of the B stumps: of equally frequent
    labels the smallest.

    Args:
        x_train: shape (N, F), float64; not modified.
        y_train: labels, integers >= 0, shape (N,); not modified.
        x_test: shape (M, F), float64; not modified.
        rows: bootstrap samples: indices of training rows, integers 0 … N - 1, shape (B, S), B, S >= 1; not modified.
        columns: indices of features, integers 0 … F - 1, shape (B, G), in the order in which the stump sees them;
            None: every stump sees all features; not modified.

    Returns:
        Labels, integers, shape (M,).

    Raises:
        ValueError: one of `rows` is not in 0 … N - 1.
    """
    if (rows < 0).any() or (rows >= len(x_train)).any():
        raise ValueError(f"rows: got indices {rows.min()} to {rows.max()}, want 0 to {len(x_train) - 1}")
    seen = np.tile(np.arange(x_train.shape[1]), (len(rows), 1)) if columns is None else columns
    votes = [decision_stump(x_train[np.ix_(r, c)], y_train[r], x_test[:, c]) for r, c in zip(rows, seen, strict=True)]
    return majority_vote(np.stack(votes))
