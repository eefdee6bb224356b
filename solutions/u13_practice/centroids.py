"""A small classifier to train again and again: given."""

from __future__ import annotations

import numpy as np

from .checks import Array

__all__ = ["CentroidClassifier"]


class CentroidClassifier:
    """Given: a classifier for `self_training_round` to train; near a class's weighted mean it is sure.

    Args:
        classes: C; every class needs at least one sample of positive weight in `fit`.
    """

    def __init__(self, classes: int) -> None:
        """Know nothing yet."""
        self.classes = classes
        self.centroids: Array | None = None

    def fit(self, x: Array, y: Array, weights: Array) -> None:
        """Forget everything, then learn from x (N, F), labels y (N,) and the samples' weights (N,)."""
        share = (np.arange(self.classes)[:, None] == y) * weights
        self.centroids = share @ x / share.sum(axis=1, keepdims=True)

    def predict(self, x: Array, training: bool = False) -> Array:
        """Probabilities (N, C), the softmax of minus the squared distances; with `training`, half of x is dropped.

        Raises:
            RuntimeError: it has not been fitted.
        """
        if self.centroids is None:
            raise RuntimeError("predict: the model has not been fitted")
        kept = np.arange(x.shape[1]) % 2 == 0 if training else np.ones(x.shape[1])
        distances = np.square((x * kept)[:, None, :] - self.centroids).sum(axis=2)
        powers = np.exp(distances.min(axis=1, keepdims=True) - distances)
        probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
        return probabilities
