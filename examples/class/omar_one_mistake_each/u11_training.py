"""Training, by Omar."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
History = dict[str, list[float]]


class SoftmaxModel:
    """Given: a linear classifier, scores = x W + b. The softmax is in `CrossEntropy`."""

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
        """Gradients of the parameters, [(F, C), (C,)], from the gradient (N, C) of the scores."""
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
    """Given: gradient descent, w - lr · g."""

    def __init__(self, lr: float) -> None:
        """Remember the rate."""
        self.lr = lr

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """New parameters; the old ones are not modified."""
        return [param - self.lr * grad for param, grad in zip(params, grads, strict=True)]


def train_validation_split(
    x: Array, y: Array, fraction: float
) -> tuple[Array, Array, Array, Array]:
    """Hold out the last samples for validation, as Keras's `validation_split` does."""
    if len(x) != len(y):
        raise ValueError(f"y: got {len(y)} rows, want one for each of the {len(x)} samples of x")
    if not 0 < fraction < 1:
        raise ValueError(f"fraction: got {fraction}, want a number between 0 and 1, both excluded")
    n_train = math.floor(len(x) * (1 - fraction))
    if n_train == 0:
        raise ValueError(
            f"fraction: {fraction} of {len(x)} samples leaves none to train on, want a smaller one"
        )
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


def iterate_batches(
    x: Array, y: Array, batch_size: int, rng: np.random.Generator | None
) -> Iterator[tuple[Array, Array]]:
    """Yield one epoch: every sample exactly once, in batches."""
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    if len(x) != len(y):
        raise ValueError(f"y: got {len(y)} rows, want one for each of the {len(x)} samples of x")
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def train_step(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Learn from one batch."""
    y_pred = model.forward(x, training=True)
    grads = model.backward(loss.gradient(y, y_pred))
    model.set_parameters(optimizer.step(model.parameters, grads))
    return float(loss.value(y, y_pred))


def fit(
    model: Any,
    loss: Any,
    optimizer: Any,
    x: Array,
    y: Array,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None,
    validation_data: tuple[Array, Array] | None = None,
) -> History:
    """Train a classifier for some epochs and write down how it goes."""
    history: History = {"loss": [], "accuracy": []}
    if validation_data is not None:
        history |= {"val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        total = correct = 0.0
        for x_batch, y_batch in iterate_batches(x, y, batch_size, rng):
            correct += len(x_batch) * accuracy(y_batch, model.forward(x_batch, training=False))
            total += len(x_batch) * train_step(model, loss, optimizer, x_batch, y_batch)
        history["loss"].append(total / len(x))
        history["accuracy"].append(correct / len(x))
        if validation_data is not None:
            val_loss, val_accuracy = evaluate(model, loss, *validation_data, batch_size)
            history["val_loss"].append(val_loss)
            history["val_accuracy"].append(val_accuracy)
    return history


def evaluate(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    """Measure loss and accuracy over all samples, and learn nothing."""
    total = correct = 0.0
    for x_batch, y_batch in iterate_batches(x, y, batch_size, None):
        y_pred = model.forward(x_batch, training=False)
        total += len(x_batch) * float(loss.value(y_batch, y_pred))
        correct += len(x_batch) * accuracy(y_batch, y_pred)
    return total / len(x), correct / len(x)


def predict(model: Any, x: Array, batch_size: int) -> Array:
    """Collect the model's outputs for all samples, a batch at a time."""
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    starts = range(0, len(x), batch_size)
    return np.concatenate(
        [model.forward(x[start : start + batch_size], training=False) for start in starts]
    )


def accuracy(y_true: Array, y_pred: Array) -> float:
    """The part of the samples whose best score is at their label."""
    if len(y_true) != len(y_pred):
        raise ValueError(f"y_true: got {len(y_true)} rows, want {len(y_pred)}, as y_pred has")
    is_one_hot = y_true.ndim == 2 and y_true.shape[1] > 1
    labels = y_true.argmax(axis=1) if is_one_hot else y_true.reshape(-1)
    return float(np.mean(labels == y_pred.argmax(axis=1)))


class EarlyStopping:
    """Say when the validation loss has stopped improving, and keep the best weights."""

    def __init__(
        self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True
    ) -> None:
        """Start with nothing seen."""
        self.patience = max(patience, 1)
        self.min_delta = abs(min_delta)
        self.restore_best = restore_best
        self.best = math.inf
        self.best_weights: list[Array] | None = None
        self.best_epoch: int | None = None
        self._epoch = -1
        self._wait = 0

    def update(self, loss: float, weights: Sequence[Array]) -> bool:
        """Take in one epoch."""
        self._epoch += 1
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch, self._wait = loss, self._epoch, 0
            if self.restore_best:
                self.best_weights = [np.array(array) for array in weights]
            return False
        self._wait += 1
        return self._wait > self.patience
