"""Labels and sequences of words as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .shapes import Array

__all__ = ["multi_hot", "one_hot", "pad_sequences"]


def one_hot(labels: Array, num_classes: int) -> Array:
    """Write each label as a row of zeros with a single one.

        [2, 0] of 4 classes  ->  [[0, 0, 1, 0], [1, 0, 0, 0]]

    No loop over labels.

    Args:
        labels: integers from 0 to num_classes − 1, shape (N,), N ≥ 1; not
            modified. Not every class need occur.
        num_classes: C, the number of classes, at least 1.

    Returns:
        Shape (N, C), float64: 1 in column labels[n] of row n, else 0.

    Raises:
        ValueError: a label is outside 0 … C − 1 (−1 is not "the last one"). The
            message names `labels`.
    """
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(f"labels: got {labels.min()} … {labels.max()}, want 0 … {num_classes - 1}")
    rows = np.zeros((len(labels), num_classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows


def multi_hot(sequences: Sequence[Sequence[int]], dimension: int) -> Array:
    """Write each sequence of ids as a row that says which ids occur in it.

        [[3, 1, 3], []] in 4 dimensions  ->  [[0, 1, 0, 1], [0, 0, 0, 0]]

    Order and repetition are lost: an id that comes twice still gives 1.

    Args:
        sequences: N lists of ints from 0 to dimension − 1, of any lengths, 0
            included; not modified.
        dimension: D, the number of different ids (the size of the vocabulary).

    Returns:
        Shape (N, D), float64: 1 in column i of row n if sequence n holds i,
        else 0.

    Raises:
        ValueError: an id is outside 0 … D − 1 (−1 is not "the last one"). The
            message names `sequences`.
    """
    rows = np.zeros((len(sequences), dimension))
    for row, ids in zip(rows, sequences, strict=True):
        if any(not 0 <= i < dimension for i in ids):
            raise ValueError(f"sequences: got ids {min(ids)} … {max(ids)}, want 0 … {dimension - 1}")
        row[list(ids)] = 1
    return rows


def pad_sequences(sequences: Sequence[Sequence[int]], length: int, value: int = 0) -> Array:
    """Bring sequences to one length, so that they fit into one array.

    Both happen at the end: a short sequence is filled up with `value`, a long
    one loses its last entries.

        [[5, 6], [1, 2, 3, 4]] to length 3  ->  [[5, 6, 0], [1, 2, 3]]

    Args:
        sequences: N lists of ints, of any lengths, 0 included; not modified.
        length: T, the length wanted, at least 1.
        value: the int to fill up with.

    Returns:
        Shape (N, T), an integer dtype: ids are looked up, not computed with.
    """
    padded = np.full((len(sequences), length), value)
    for row, sequence in zip(padded, sequences, strict=True):
        kept = sequence[:length]
        row[: len(kept)] = kept
    return padded
