"""How mixed labels are, and what a split gains."""

from __future__ import annotations

import numpy as np

from .neighbours import Array, Scalar

__all__ = ["entropy", "gini", "information_gain"]


def gini(counts: Array) -> Array:
    """Measure how mixed groups of labels are: the chance that two draws with replacement differ.

        gini = 1 - Σ_c p_c²        p_c = counts_c / Σ counts

    0 for one class only, and 1 - 1/C for C classes with equal shares. An empty group has 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        counts: how many labels of each class, numbers >= 0, shape (..., C): one group, or many; not modified.

    Returns:
        Gini impurity of each group, shape (...), a scalar for one group; float64, or float32 for float32 counts.

    Raises:
        ValueError: one of `counts` is negative.
    """
    if (counts < 0).any():
        raise ValueError(f"counts: got {counts.min()}, want numbers >= 0")
    total = counts.sum(axis=-1, keepdims=True)
    shares = counts / np.where(total > 0, total, 1)
    impurity: Array = (shares * (1 - shares)).sum(axis=-1)
    return impurity


def entropy(counts: Array) -> Array:
    """Measure how mixed groups of labels are: the bits it takes to tell the label of a draw.

        entropy = -Σ_c p_c log2 p_c        p_c = counts_c / Σ counts, and 0 log2 0 = 0

    0 for one class only, and log2 C for C classes with equal shares. An empty group has 0. Exact: nothing is added
    to p.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        counts: how many labels of each class, numbers >= 0, shape (..., C): one group, or many; not modified.

    Returns:
        Entropy of each group in bits, shape (...), a scalar for one group; float64, or float32 for float32 counts.

    Raises:
        ValueError: one of `counts` is negative.
    """
    if (counts < 0).any():
        raise ValueError(f"counts: got {counts.min()}, want numbers >= 0")
    total = counts.sum(axis=-1, keepdims=True)
    shares = counts / np.where(total > 0, total, 1)
    bits: Array = -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=-1)
    return bits


def information_gain(y: Array, left: Array) -> Scalar:
    """Measure how many bits a yes-or-no question tells about the label.

        gain = H(y) - n_left/n H(y_left) - n_right/n H(y_right)        H is `entropy`

    A side may be empty: it weighs nothing, and the gain is 0.

    Works on whole arrays: no Python loop over their elements.

    Args:
        y: labels, integers >= 0, shape (N,), N >= 1; not modified.
        left: booleans, shape (N,): True for the rows that go left; not modified.

    Returns:
        The gain in bits, a number >= 0 (up to rounding).

    Raises:
        ValueError: `left` does not have the shape of `y`.
    """
    if left.shape != y.shape:
        raise ValueError(f"left: got shape {left.shape}, want {y.shape} as y")
    classes = y.max() + 1
    sides = np.stack([np.bincount(y[side], minlength=classes) for side in (left, ~left)])
    gain: Scalar = entropy(sides.sum(axis=0)) - sides.sum(axis=1) / len(y) @ entropy(sides)
    return gain
