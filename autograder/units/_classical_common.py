"""What the exercises of classical share: right functions to build wrong ones from, and splits of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.inputs import Array

__all__ = [
    "Version", "candidates", "class_counts", "distances", "entropy_of", "gap", "gini_of", "normalised", "prior",
    "split_gain", "vote",
]  # fmt: skip

Version = Callable[..., Any]


def distances(a: Array, b: Array, metric: str = "l2") -> Array:
    """Distances of all rows of a from all rows of b."""
    difference = np.subtract(a[:, None, :], b, dtype=a.dtype if a.dtype.kind == "f" else np.float64)
    order = {"l1": 1, "l2": 2}[metric]
    result: Array = np.linalg.norm(difference, ord=order, axis=-1)
    return result


def class_counts(y: Array, classes: int | None = None) -> Array:
    """How many labels of each class."""
    return np.bincount(y, minlength=classes or 0)


def vote(votes: Array) -> Array:
    """The most frequent label of each column, of equally frequent ones the smallest."""
    return np.array([class_counts(column).argmax() for column in votes.T], dtype=np.int64)


def prior(y: Array, classes: int, dtype: Any = np.float64) -> Array:
    """The logarithm of the share of each class."""
    with np.errstate(divide="ignore"):
        return np.log(class_counts(y, classes) / len(y)).astype(dtype)


def normalised(joint: Array) -> Array:
    """Log-probabilities whose rows sum to 1 when exponentiated."""
    shifted = joint - joint.max(axis=1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def gini_of(counts: Array) -> Any:
    """Gini impurity of one group, 0 where it is empty."""
    shares = counts / max(counts.sum(), 1)
    return (shares * (1 - shares)).sum()


def entropy_of(counts: Array) -> Any:
    """Entropy of one group in bits, 0 where it is empty."""
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return -(shares * np.log2(shares)).sum()


def candidates(x: Array) -> list[tuple[int, Any, Array]]:
    """All questions in the order in which ties are decided: feature, threshold, and which rows go left."""
    splits = []
    for feature, column in enumerate(x.T):
        values = np.unique(column)
        middles = (values[:-1] + values[1:]) / 2
        splits += [(feature, middle, column <= middle) for middle in middles]
    return splits


def split_gain(y: Array, left: Array, impurity: Callable[[Array], Any] = gini_of) -> Any:
    """How much purer the two sides are than the whole."""
    share = left.mean()
    sides = share * impurity(class_counts(y[left])) + (1 - share) * impurity(class_counts(y[~left]))
    return impurity(class_counts(y)) - sides


def gap(scores: list[Any]) -> float:
    """How far the best of the scores is ahead of the second best: rounding may not decide a case."""
    ordered = sorted(map(float, scores))
    return ordered[-1] - ordered[-2] if len(ordered) > 1 else 1.0
