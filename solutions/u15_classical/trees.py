"""The best split of a node, and a tree of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .impurity import entropy, gini
from .neighbours import Array, Scalar

__all__ = ["best_split", "decision_stump"]


def best_split(x: Array, y: Array, criterion: str = "gini") -> tuple[int, Scalar, Scalar]:
    """Find the question "is feature f at most t?" that makes the labels purest.

        gain = I(all) - n_left/n I(left) - n_right/n I(right)        I is `gini` or `entropy`

    Tried are all features, and for each the thresholds t halfway between two neighbouring different values,
    (smaller + larger) / 2; rows with x_f <= t go left. The largest gain wins, also where it is 0; of equal gains the
    smaller feature, then the smaller threshold.

    Args:
        x: shape (N, F), float64; not modified.
        y: labels, integers >= 0, shape (N,); not modified.
        criterion: "gini" or "entropy".

    Returns:
        (feature, threshold, gain): an integer and two floats.

    Raises:
        ValueError: `criterion` is neither; or no feature of `x` has two different values.
    """
    if criterion not in ("gini", "entropy"):
        raise ValueError(f"criterion: got {criterion!r}, want 'gini' or 'entropy'")
    impurity = gini if criterion == "gini" else entropy
    one_hot = np.eye(y.max() + 1)[y]
    total = one_hot.sum(axis=0)
    best: tuple[int, Any, Any] = (-1, 0.0, -np.inf)
    for feature, column in enumerate(x.T):
        order = np.argsort(column)
        values = column[order]
        last = np.flatnonzero(values[1:] > values[:-1])  # last rows that go left; equal values stay together
        left = one_hot[order].cumsum(axis=0)[last]
        share = (last + 1) / len(y)
        gains = impurity(total) - share * impurity(left) - (1 - share) * impurity(total - left)
        if len(last) and gains.max() > best[2]:
            cut = last[gains.argmax()]
            best = (feature, (values[cut] + values[cut + 1]) / 2, gains.max())
    if best[0] < 0:
        raise ValueError("x: got no feature with two different values, want one to split at")
    return best


def decision_stump(x_train: Array, y_train: Array, x_test: Array) -> Array:
    """Classify with a tree of a single question: the best split by Gini impurity.

    Each side of the split answers with the most frequent label of its training rows, of equally frequent ones the
    smallest. Rows with x <= threshold go left. Where no feature of `x_train` has two different values there is no
    question to ask, and all training rows together give the one answer.

    Args:
        x_train: shape (N, F), float64, N >= 1; not modified.
        y_train: labels, integers >= 0, shape (N,); not modified.
        x_test: shape (M, F), float64; not modified.

    Returns:
        Labels, integers, shape (M,).

    Raises:
        ValueError: `y_train` does not have one label per row of `x_train`.
    """
    if len(y_train) != len(x_train):
        raise ValueError(f"y_train: got {len(y_train)} labels, want {len(x_train)}, one per row of x_train")
    if (x_train == x_train[0]).all():
        return np.full(len(x_test), np.bincount(y_train).argmax())
    feature, threshold, _ = best_split(x_train, y_train)
    left = x_train[:, feature] <= threshold
    below, above = (np.bincount(y_train[side]).argmax() for side in (left, ~left))
    return np.where(x_test[:, feature] <= threshold, below, above)
