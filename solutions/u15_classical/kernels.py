"""Kernels: products of features that are never computed."""

from __future__ import annotations

import numpy as np

from .neighbours import Array

__all__ = ["centre_kernel", "kernel_distance", "rbf_kernel"]


def rbf_kernel(a: Array, b: Array, gamma: float) -> Array:
    """Compare every row of one array with every row of another: 1 where equal, towards 0 where far apart.

        k_ij = exp(-gamma · |a_i - b_j|²)        (gamma = 1 / (2 σ²) for a bell of width σ)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        a: shape (N, F), floating; not modified.
        b: shape (M, F), of the dtype of `a`; not modified.
        gamma: how fast likeness falls, > 0.

    Returns:
        Kernel values in [0, 1], shape (N, M), the dtype of `a`.

    Raises:
        ValueError: `gamma` is not positive.
    """
    if gamma <= 0:
        raise ValueError(f"gamma: got {gamma}, want a positive number")
    squared = np.square(a[:, None, :] - b[None, :, :]).sum(axis=-1)
    kernel: Array = np.exp(-gamma * squared)
    return kernel


def kernel_distance(gram: Array) -> Array:
    """Measure distances in the feature space of a kernel, from the kernel's values alone.

        d_ij = |φ(x_i) - φ(x_j)| = √( k_ii - 2 k_ij + k_jj )

    Rounding can make the sum a little less than 0: then the distance is 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        gram: k_ij of every pair of N rows, shape (N, N), symmetric, floating; any diagonal >= 0; not modified.

    Returns:
        Distances, shape and dtype as `gram`; never nan.

    Raises:
        ValueError: `gram` is not square.
    """
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError(f"gram: got shape {gram.shape}, want a square matrix")
    norms = np.diagonal(gram)
    distances: Array = np.sqrt(np.maximum(norms[:, None] - 2 * gram + norms, 0))
    return distances


def centre_kernel(gram: Array) -> Array:
    """Move the origin of a kernel's feature space into the mean of the data.

        k'_ij = (φ_i - φ̄) · (φ_j - φ̄) = k_ij - (mean of row i) - (mean of column j) + (mean of all)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        gram: shape (N, N), floating; a kernel's is symmetric, but the formula is the same without that; not
            modified.

    Returns:
        Centred values, a new array, shape and dtype as `gram`; every row and every column sums to 0.

    Raises:
        ValueError: `gram` is not square.
    """
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError(f"gram: got shape {gram.shape}, want a square matrix")
    rows = gram.mean(axis=1, keepdims=True)
    columns = gram.mean(axis=0, keepdims=True)
    centred: Array = gram - rows - columns + gram.mean()
    return centred
