"""Words as rows of a matrix."""

from __future__ import annotations

import numpy as np

from .weights import Array

__all__ = ["embedding", "embedding_backward"]


def embedding(ids: Array, table: Array) -> Array:
    """Look words up in a table of learned vectors.

        y[…] = table[ids[…]]        the same as one_hot(ids) @ table, without the zeros

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        ids: integers from 0 to V - 1, any shape, also empty, often N sequences of T; not modified.
        table: one row of D numbers per word, shape (V, D), floating; not modified.

    Returns:
        Shape (*ids.shape, D), dtype of `table`. Id 0 is a word like any other.

    Raises:
        ValueError: one of `ids` is below 0 (it does not count from the end) or at least V.
    """
    if ids.size and (ids.min() < 0 or ids.max() >= len(table)):
        raise ValueError(f"ids: got {ids.min()} to {ids.max()}, want 0 to {len(table) - 1}")
    rows: Array = table[ids]
    return rows


def embedding_backward(grad_output: Array, ids: Array, table: Array) -> Array:
    """Carry a gradient back through `embedding`, to the table; ids are whole numbers and have none.

        grad_table[v] = Σ of grad_output[…] over all places where ids[…] = v

    A word that occurs several times collects a gradient from every place; one that does not occur gets 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, shape (*ids.shape, D); not modified.
        ids: integers from 0 to V - 1, any shape, also empty; not modified.
        table: the table of the forward pass, shape (V, D); not modified.

    Returns:
        Gradient with respect to `table`, shape (V, D), dtype of `table`.
    """
    grad_table = np.zeros_like(table)
    np.add.at(grad_table, ids, grad_output)
    return grad_table
