"""What the nearest samples say."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Array", "Scalar", "majority_vote", "nearest_neighbours", "pairwise_distances"]

Array = np.ndarray[Any, Any]
Scalar = np.floating[Any]


def pairwise_distances(a: Array, b: Array, metric: str = "l2") -> Array:
    """Measure how far every row of one array is from every row of another.

        l2: d_ij = √ Σ_f (a_if - b_jf)²        l1: d_ij = Σ_f |a_if - b_jf|

    Subtract before you square: |a|² + |b|² - 2 a·b is cheaper, but loses its digits, and may fall below 0,
    where rows lie close together far from the origin. Rows that are equal have distance 0 exactly.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        a: shape (N, F), any dtype; bytes too, whose differences wrap around if they are not made floating first;
            not modified.
        b: shape (M, F), of the dtype of `a`; not modified.
        metric: "l2" or "l1".

    Returns:
        Distances, shape (N, M), the dtype of `a` (float64 for integers).

    Raises:
        ValueError: `metric` is neither, or `b` does not have as many columns as `a`.
    """
    if metric not in ("l1", "l2"):
        raise ValueError(f"metric: got {metric!r}, want 'l1' or 'l2'")
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"b: got {b.shape[1]} columns, want {a.shape[1]} as in a")
    dtype = a.dtype if a.dtype.kind == "f" else np.float64
    difference = np.subtract(a[:, None, :], b, dtype=dtype)
    distances: Array
    distances = np.sqrt(np.square(difference).sum(axis=-1)) if metric == "l2" else np.abs(difference).sum(axis=-1)
    return distances


def majority_vote(votes: Array) -> Array:
    """Give every sample the label that most voters gave it.

    Several labels may have the most votes: then the smallest of them wins.

    Works on whole arrays: no Python loop over the samples.

    Args:
        votes: labels, integers >= 0, shape (V, N): one row per voter, one column per sample, V, N >= 1; not
            modified.

    Returns:
        Labels, integers, shape (N,).

    Raises:
        ValueError: `votes` does not have two axes.
    """
    if votes.ndim != 2:
        raise ValueError(f"votes: got shape {votes.shape}, want two axes (voters, samples)")
    labels = np.arange(votes.max() + 1)
    counts = (votes[:, :, None] == labels).sum(axis=0)
    winners: Array = counts.argmax(axis=1)
    return winners


def nearest_neighbours(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    """Label every row with the vote of its k nearest training rows.

    Of equally near training rows the earlier one counts as nearer; of labels with equally many votes the smaller
    wins. All k votes weigh the same. A row of `x_test` that is also a training row finds itself at distance 0, and
    that vote counts.

    Works on whole arrays: no Python loop over the test rows.

    Args:
        x_train: shape (N, F); not modified.
        y_train: labels, integers >= 0, shape (N,); not modified.
        x_test: shape (M, F); not modified.
        k: how many neighbours vote, 1 … N.
        metric: "l2" or "l1", as in `pairwise_distances`.

    Returns:
        Labels, integers, shape (M,).

    Raises:
        ValueError: `k` is not in 1 … N.
    """
    if not 1 <= k <= len(x_train):
        raise ValueError(f"k: got {k}, want 1 to {len(x_train)}, the number of training rows")
    distances = pairwise_distances(x_test, x_train, metric)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return majority_vote(y_train[nearest].T)
