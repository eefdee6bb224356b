"""Cross-validation: every sample is validated on once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .given import Array
from .loop import fit
from .measuring import evaluate

__all__ = ["cross_validate", "k_fold"]


def k_fold(n: int, k: int, rng: np.random.Generator | None = None) -> list[tuple[Array, Array]]:
    """Cut n samples into k folds; each is the validation part once.

        fold size = ⌊n / k⌋, and one more in the first n % k folds

    The folds are consecutive pieces of the samples' order: 0, 1, …, n − 1 or, with
    `rng`, one permutation of it, drawn per call. Every sample is in exactly one fold;
    the training part of a fold is all samples of the others.

        k_fold(5, 2)  ->  [([3, 4], [0, 1, 2]), ([0, 1, 2], [3, 4])]    (as arrays)

    Args:
        n: the number of samples, at least 2.
        k: the number of folds, 2 ≤ k ≤ n; k = n leaves one sample out at a time.
        rng: where the permutation comes from, and the only such source; how it is drawn
            is free, and the next call with the same generator gives other folds. None
            keeps the order of the samples.

    Returns:
        A list of k pairs (train_indices, validation_indices) of integer arrays, shapes
        (n - m_i,) and (m_i,), where fold i has m_i samples. Without `rng` both are
        ascending; with it the order inside an array is free.

    Raises:
        ValueError: `k` is less than 2 or more than n.
    """
    if not 2 <= k <= n:
        raise ValueError(f"k: got {k} folds for {n} samples, want from 2 to {n}")
    order = np.arange(n) if rng is None else rng.permutation(n)
    folds = np.array_split(order, k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def cross_validate(
    build_model: Callable[[], Any],
    loss: Any,
    build_optimizer: Callable[[], Any],
    x: Array,
    y: Array,
    k: int,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Train and validate k times, each time with another fold held out.

    For each pair (train_indices, validation_indices) of `k_fold`, in its order:

        μ_f, σ_f = mean and standard deviation (ddof=0) of feature f over the training part
        x_nf -> (x_nf − μ_f) / σ_f for both parts; a σ_f of 0 is replaced by 1
        train a new model with a new optimiser on the training part by `fit`
        score = loss on the validation part after the last epoch, by `evaluate`

    A feature is one place of the axes after the first. Nothing of the validation part
    may reach the training: neither its samples nor its mean. `rng` goes to `k_fold`
    first, then to every `fit`; None keeps the samples' order in both.

    Args:
        build_model: called without arguments, once per fold; returns a new, untrained
            model (see the convention card).
        loss: see the convention card.
        build_optimizer: called without arguments, once per fold; returns a new optimiser.
        x: samples, shape (n, ...); not modified.
        y: their labels, shape (n,) or (n, C): integers, or one-hot rows of any dtype; not
            modified.
        k: the number of folds, 2 ≤ k ≤ n.
        epochs: how many times each model uses every sample of its training part.
        batch_size: samples per batch, at least 1.
        rng: the source of the folds and of the batches' order, or None.

    Returns:
        A list of k floats, the folds' validation losses. Their mean is the estimate,
        and their spread says how far to trust it; neither is computed here.

    Raises:
        ValueError: `k` is less than 2 or more than n; or `y` has not as many rows as x.
    """
    if len(x) != len(y):
        raise ValueError(f"y: got {len(y)} rows, want one for each of the {len(x)} samples of x")
    scores = []
    for train, validation in k_fold(len(x), k, rng):
        mean, std = x[train].mean(axis=0), x[train].std(axis=0)
        scaled = (x - mean) / np.where(std > 0, std, 1)
        model = build_model()
        fit(model, loss, build_optimizer(), scaled[train], y[train], epochs, batch_size, rng)
        scores.append(evaluate(model, loss, scaled[validation], y[validation], batch_size)[0])
    return scores
