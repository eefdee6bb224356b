"""Samples that are split and drawn in batches."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .given import Array

__all__ = ["iterate_batches", "train_validation_split"]


def train_validation_split(x: Array, y: Array, fraction: float) -> tuple[Array, Array, Array, Array]:
    """Hold out the last samples for validation, as Keras's `validation_split` does.

        n_train = ⌊n (1 − fraction)⌋        (computed in floating point, as Keras does)

    Nothing is shuffled: who wants a random split shuffles x and y together before, and
    who has a series in time must not.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (n, ...), any dtype; not modified.
        y: labels or targets, shape (n, ...), row i belongs to row i of x; not modified.
        fraction: the part to hold out, 0 < fraction < 1.

    Returns:
        (x_train, y_train, x_val, y_val): the first n_train samples and the others, in
        their order, shapes (n_train, ...), (n_train, ...), (n - n_train, ...) and
        (n - n_train, ...), dtypes kept. They may be views.

    Raises:
        ValueError: `fraction` is outside (0, 1) or leaves no sample to train on; or `y`
            has not as many rows as x.
    """
    if len(x) != len(y):
        raise ValueError(f"y: got {len(y)} rows, want one for each of the {len(x)} samples of x")
    if not 0 < fraction < 1:
        raise ValueError(f"fraction: got {fraction}, want a number between 0 and 1, both excluded")
    n_train = math.floor(len(x) * (1 - fraction))
    if n_train == 0:
        raise ValueError(f"fraction: {fraction} of {len(x)} samples leaves none to train on, want a smaller one")
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


def iterate_batches(
    x: Array, y: Array, batch_size: int, rng: np.random.Generator | None
) -> Iterator[tuple[Array, Array]]:
    """Yield one epoch: every sample exactly once, in batches.

    One random permutation of the samples is drawn from `rng` per epoch, that is per
    call, and x and y follow it together; the next call with the same generator gives
    another order. How the permutation is drawn from `rng` is free.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (n, ...), any dtype; not modified.
        y: labels or targets, shape (n, ...), row i belongs to row i of x; not modified.
        batch_size: samples per batch, at least 1; more than n gives one batch of n.
        rng: where the order comes from; None keeps the order of the samples.

    Yields:
        Pairs (x_batch, y_batch) of m = `batch_size` rows each, shapes (m, ...) and
        (m, ...), dtypes kept; the last batch has what remains, and is not dropped.

    Raises:
        ValueError: `batch_size` is less than 1, or `y` has not as many rows as x (at
            the call or at the first batch).
    """
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    if len(x) != len(y):
        raise ValueError(f"y: got {len(y)} rows, want one for each of the {len(x)} samples of x")
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]
