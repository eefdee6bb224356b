"""The order in which Keras takes the samples of a file, and where it cuts a file that has no split."""

from __future__ import annotations

import numpy as np

from autograder.datasets.model import Array, Documents

__all__ = ["shuffled", "split_at", "subset"]

_KERAS_SEED = 113
_TEST_SHARE = 0.2


def shuffled(*counts: int) -> list[Array]:
    """Keras's order of the samples: a permutation for each part, drawn one after another from `RandomState(113)`.

    Args:
        counts: the number of samples in each part.

    Returns:
        For each part the positions of its samples, shape (count,).
    """
    # NumPy promises that this stream, unlike a Generator's, never changes: a data set stays what it is.
    random = np.random.RandomState(_KERAS_SEED)
    orders = [np.arange(count) for count in counts]
    for order in orders:
        random.shuffle(order)
    return orders


def split_at(count: int) -> int:
    """The number of training samples in Keras's split of `count`: 80 %, rounded down."""
    return int(count * (1 - _TEST_SHARE))


def subset(documents: Documents, order: Array) -> Documents:
    """The documents at these positions, in this order."""
    return [documents[position] for position in order]
