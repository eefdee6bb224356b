"""Clusters without labels."""

from __future__ import annotations

import numpy as np

from .neighbours import Array, pairwise_distances

__all__ = ["k_means"]


def k_means(x: Array, centres: Array, steps: int) -> tuple[Array, Array]:
    """Find groups without labels: assign rows to centres, move centres into the middle of their rows (Lloyd).

        label_i = the k with the smallest |x_i - centre_k|, of equally near ones the smallest k
        centre_k = mean of the rows with label k        (a centre without rows stays where it is)

    Each step does the first line for all rows, then the second for all centres. The labels that are returned belong
    to the centres that are returned: after the last step rows are assigned once more.

    Works on whole arrays: no Python loop over the rows (one over steps or centres is fine).

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        centres: the first centres, shape (K, F), of the dtype of `x`; not modified.
        steps: how many steps, >= 0.

    Returns:
        (centres, labels): shape (K, F), the dtype of `x`; and integers, shape (N,).

    Raises:
        ValueError: `centres` does not have as many columns as `x`.
    """
    if centres.shape[1] != x.shape[1]:
        raise ValueError(f"centres: got {centres.shape[1]} columns, want {x.shape[1]} as in x")
    for _ in range(steps):
        nearest = pairwise_distances(x, centres).argmin(axis=1)
        members = (nearest == np.arange(len(centres))[:, None]).astype(x.dtype)
        sizes = members.sum(axis=1, keepdims=True)
        centres = np.where(sizes > 0, members @ x / np.maximum(sizes, 1), centres)
    return centres, pairwise_distances(x, centres).argmin(axis=1)
