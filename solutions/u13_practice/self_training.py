"""Samples that a model labels for itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from .checks import Array

__all__ = ["pseudo_label", "self_training_round"]


def pseudo_label(probabilities: Array, threshold: float) -> tuple[Array, Array]:
    """Choose the samples about which a model is sure, and take its answers for their labels.

        sample m is chosen if  max_c p[m, c] ≥ threshold;  its label is the class of that maximum

    Where two classes share the maximum, the first counts. Works on whole arrays: no Python loop over their
    elements or rows.

    Args:
        probabilities: p, shape (M, C), each row summing to 1; M may be 0; not modified.
        threshold: above 0, at most 1.

    Returns:
        `(indices, labels)`, integers, both of shape (K,), K at most M: which rows were chosen, in rising order,
        and their labels.

    Raises:
        ValueError: `probabilities` has a number below 0, or a row whose sum is further than 1e-3 from 1 (scores
            before the softmax, perhaps); `threshold` is not in (0, 1]. The text names the argument.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold: got {threshold}, want 0 < threshold <= 1")
    if (probabilities < 0).any() or (np.abs(probabilities.sum(axis=1) - 1) > 1e-3).any():
        raise ValueError("probabilities: got numbers below 0 or rows that do not sum to 1, want probabilities")
    indices = np.flatnonzero(probabilities.max(axis=1) >= threshold)
    return indices, probabilities[indices].argmax(axis=1)


def self_training_round(
    model: Any, x_labelled: Array, y_labelled: Array, x_unlabelled: Array, threshold: float, weight: float = 0.5
) -> tuple[Array, Array]:
    """Teach a model from labelled samples, then also from those that it labels itself.

        1. fit to the labelled samples, each of weight 1
        2. predict the unlabelled ones, with training=False: no dropout while labels are made
        3. choose the sure ones and their labels: `pseudo_label`
        4. fit to the labelled samples (weight 1) followed by the chosen ones (in their order, `weight`), also
           where none was chosen

    Args:
        model: has `fit(x, y, weights)`, which starts anew, and `predict(x, training=False)`, which returns
            probabilities, shape (M, C); see `CentroidClassifier`.
        x_labelled: shape (N, F); not modified.
        y_labelled: their labels, integers, shape (N,); not modified.
        x_unlabelled: shape (M, F); not modified.
        threshold: as in `pseudo_label`.
        weight: how much a sample with a made-up label counts, 0 to 1.

    Returns:
        `(indices, labels)`, integers, both of shape (K,): which unlabelled samples were chosen, and as what.

    Raises:
        ValueError: `weight` is not in [0, 1]; `threshold` as `pseudo_label` says. The text names the argument.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight: got {weight}, want 0 to 1")
    real = np.ones(len(x_labelled))
    model.fit(x_labelled, y_labelled, real)
    indices, labels = pseudo_label(model.predict(x_unlabelled, training=False), threshold)
    x = np.concatenate([x_labelled, x_unlabelled[indices]])
    y = np.concatenate([y_labelled, labels])
    model.fit(x, y, np.concatenate([real, np.full(len(indices), float(weight))]))
    return indices, labels
