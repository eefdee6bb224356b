"""Samples brought to one scale, and cut into batches."""

from __future__ import annotations

import numpy as np

from .shapes import Array

__all__ = ["batch_slices", "standardize", "to_unit_range"]


def to_unit_range(images: Array) -> Array:
    """Bring pixels from 0 … 255 to 0 … 1.

        x / 255

    The divisor is the type's largest value, not the largest one that occurs: a
    dark image stays dark.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        images: any shape, uint8; not modified.

    Returns:
        Same shape, float32, between 0 and 1, both included.
    """
    return images.astype(np.float32) / np.float32(255)


def standardize(train: Array, test: Array) -> tuple[Array, Array]:
    """Give every feature mean 0 and standard deviation 1, as measured in training.

        x_nf -> (x_nf − μ_f) / σ_f
        μ_f = 1/N Σ_n train_nf        σ_f² = 1/N Σ_n (train_nf − μ_f)²

    The test data are moved and scaled by the *same* μ and σ: at test time nothing
    is known but the training data. So the test result need not have mean 0. No
    loop over samples, and nothing added to σ.

    Args:
        train: shape (N, F), floating or integer; not modified.
        test: shape (M, F), M ≥ 1, dtype of `train`; not modified.

    Returns:
        Both, standardised: shapes (N, F) and (M, F), float32 for float32 and
        float64 for all others. A feature that has one constant value throughout
        `train` (σ = 0) is only moved, by μ, in both: it becomes 0 in `train`,
        and so does the same value in `test`; nothing becomes nan or infinite.
    """
    mean, std = train.mean(axis=0), train.std(axis=0)
    scale = np.where(std > 0, std, 1)
    return (train - mean) / scale, (test - mean) / scale


def batch_slices(n: int, batch_size: int) -> list[slice]:
    """Cut n samples into batches, in order; the last one may be smaller.

        10 samples by 4  ->  slice(0, 4), slice(4, 8), slice(8, 10)

    `x[s]` for each slice s is one batch, and `s.stop - s.start` is its size, so
    no slice ends beyond n, and none is empty.

    Args:
        n: the number of samples, 0 or more; 0 samples make no batch.
        batch_size: samples per batch, at least 1; may exceed n.

    Returns:
        A list of `slice(start, stop)`: both are ints, no step is given.

    Raises:
        ValueError: `batch_size` is below 1. The message names `batch_size`.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    return [slice(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]
