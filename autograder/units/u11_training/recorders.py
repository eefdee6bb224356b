"""A model, a loss and an optimiser that write down what happens, and what they are trained on.

The classes travel to the worker as source text, so they use nothing but NumPy.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.datasets.fallback import bundled_digits
from autograder.units.shared.arrays import Array, normal, spread


class RecordingModel:
    """A linear model that notes its calls; in training it halves its scores, so the mode shows in losses alone."""

    def __init__(self, w: Any, b: Any) -> None:
        """Keep copies of the parameters; nothing has been called yet."""
        self._parameters = [w.copy(), b.copy()]
        self.calls: list[str] = []
        self.flags: list[bool] = []
        self.sizes: list[int] = []
        self.trained_on: list[Any] = []

    @property
    def parameters(self) -> list[Any]:
        """The parameters in a new list."""
        return list(self._parameters)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Scores, halved while training."""
        self.calls.append(f"forward(training={bool(training)})")
        self.flags.append(bool(training))
        self.sizes.append(len(x))
        self._x, self._scale = x, 0.5 if training else 1.0
        scores = x.reshape(len(x), -1) @ self._parameters[0] + self._parameters[1]
        return scores * scores.dtype.type(self._scale)

    def backward(self, grad_output: Any) -> list[Any]:
        """Gradients for the last forward pass."""
        self.calls.append("backward")
        self.trained_on.append(self._x)
        grad = grad_output * grad_output.dtype.type(self._scale)
        return [self._x.reshape(len(self._x), -1).T @ grad, grad.sum(axis=0)]

    def set_parameters(self, parameters: Any) -> None:
        """Take new parameters."""
        self.calls.append("set_parameters")
        self._parameters = [np.asarray(parameter) for parameter in parameters]

    def state(self) -> dict[str, Any]:
        """The parameters by name."""
        return {"weights": self._parameters[0], "bias": self._parameters[1]}


class RecordingLoss:
    """Cross-entropy for integer labels, squared error for floating targets; keeps the labels learnt from."""

    def __init__(self) -> None:
        """No labels yet."""
        self.labels: list[Any] = []

    def value(self, y_true: Any, y_pred: Any) -> float:
        """The mean over the batch."""
        if y_true.dtype.kind == "f":
            return float(np.mean((y_pred - y_true) ** 2))
        return float(-np.log(self._probabilities(y_pred)[np.arange(len(y_true)), y_true]).mean())

    def gradient(self, y_true: Any, y_pred: Any) -> Any:
        """The gradient with respect to y_pred."""
        self.labels.append(y_true)
        if y_true.dtype.kind == "f":
            return 2 * (y_pred - y_true) / y_pred.size
        one_hot = np.arange(y_pred.shape[1]) == y_true[:, None]
        return (self._probabilities(y_pred) - one_hot) / len(y_true)

    def _probabilities(self, scores: Any) -> Any:
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


class RecordingSGD:
    """Gradient descent that notes its steps in the model's list of calls."""

    def __init__(self, lr: float, calls: list[str]) -> None:
        """Remember the rate and the list."""
        self.lr, self.calls = lr, calls

    def step(self, params: Any, grads: Any) -> list[Any]:
        """New parameters."""
        self.calls.append("step")
        return [param - self.lr * grad for param, grad in zip(params, grads, strict=True)]


def start(n: int, features: int, outputs: int, seed: int) -> dict[str, Any]:
    """Samples with floating targets, and a linear model's parameters."""
    return {
        "x": normal(n, features, seed=seed),
        "y": normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": spread(-1, 1, outputs) + 0.25,
    }


def labelled(n: int, features: int, classes: int, seed: int) -> dict[str, Any]:
    """Samples with integer labels, and a linear model's parameters."""
    return {**start(n, features, classes, seed), "y": np.arange(n) * 5 % classes}


def single_precision(case: Mapping[str, Any]) -> dict[str, Any]:
    """The same with floating arrays in float32."""
    return {name: value.astype(np.float32) if value.dtype.kind == "f" else value for name, value in case.items()}


@functools.cache
def digits() -> tuple[Array, Array]:
    """The first 900 handwritten digits: images (900, 8, 8) in [0, 1] and labels (900,)."""
    images, labels = (each[:900] for each in bundled_digits())
    # Neighbouring samples are by one writer: every third one is put at the end, so that both parts know all writers.
    order = np.argsort(np.arange(len(labels)) % 3 == 2, kind="stable")
    return images[order] / 16.0, labels[order]
