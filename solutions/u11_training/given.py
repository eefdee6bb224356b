"""A model, a loss and an optimizer to train with: given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Array", "CrossEntropy", "History", "PlainSGD", "SoftmaxModel"]

Array = np.ndarray[Any, Any]
History = dict[str, list[float]]


class SoftmaxModel:
    """Given: a linear classifier, scores = x W + b. The softmax is in `CrossEntropy`.

    Args:
        features: F, the numbers per sample; samples of more axes are flattened.
        classes: C.
    """

    def __init__(self, features: int, classes: int) -> None:
        """Start at zero, which is no trouble for one layer."""
        self.parameters: list[Array] = [np.zeros((features, classes)), np.zeros(classes)]
        self._x: Array | None = None

    def forward(self, x: Array, training: bool = False) -> Array:
        """Scores of shape (N, C) for x of shape (N, ...)."""
        flat = x.reshape(len(x), -1)
        self._x = flat if training else None
        weights, bias = self.parameters
        scores: Array = flat @ weights + bias
        return scores

    def backward(self, grad_output: Array) -> list[Array]:
        """Gradients of the parameters, [(F, C), (C,)], from the gradient (N, C) of the scores.

        Raises:
            RuntimeError: the last forward pass was not one with training=True.
        """
        if self._x is None:
            raise RuntimeError("backward: the last forward pass was made with training=False")
        return [self._x.T @ grad_output, grad_output.sum(axis=0)]

    def set_parameters(self, parameters: Sequence[Array]) -> None:
        """Take new parameters, [(F, C), (C,)]."""
        self.parameters = list(parameters)


class CrossEntropy:
    """Given: softmax and cross-entropy in one, for integer labels (N,) and scores (N, C)."""

    def value(self, y_true: Array, y_pred: Array) -> float:
        """The mean over samples of -log softmax(scores) at the label."""
        shifted = y_pred - y_pred.max(axis=1, keepdims=True)
        losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y_true)), y_true]
        return float(losses.mean())

    def gradient(self, y_true: Array, y_pred: Array) -> Array:
        """(softmax(scores) - one-hot labels) / N, shape (N, C)."""
        powers = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
        gradient: Array = powers / powers.sum(axis=1, keepdims=True)
        gradient[np.arange(len(y_true)), y_true] -= 1
        return gradient / len(y_true)


class PlainSGD:
    """Given: gradient descent, w - lr · g.

    Args:
        lr: the learning rate, positive.
    """

    def __init__(self, lr: float) -> None:
        """Remember the rate."""
        self.lr = lr

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """New parameters; the old ones are not modified."""
        return [param - self.lr * grad for param, grad in zip(params, grads, strict=True)]
