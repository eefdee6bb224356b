"""The training loop's results by torch: its layers, its losses, its optimiser and autograd, in float64.

What is stateful is represented by what it computes: a function from a scenario's inputs to the truth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "accuracy",
    "binary_accuracy",
    "confusion_matrix",
    "cross_validate",
    "early_stopping",
    "evaluate",
    "fit",
    "k_fold",
    "predict",
    "smooth_curve",
    "train_step",
    "train_validation_split",
]

#: The scenarios' model multiplies its scores by this while training, so that a wrong mode shows.
TRAINING_SCALE = 0.5


def train_validation_split(x: Any, y: Any, fraction: float) -> dict[str, Any]:
    """The first ⌊n (1 − fraction)⌋ samples and the others, chosen by a mask."""
    is_train = np.arange(len(x)) < math.floor(len(x) * (1 - fraction))
    return {"x_train": x[is_train], "y_train": y[is_train], "x_val": x[~is_train], "y_val": y[~is_train]}


def accuracy(y_true: Any, y_pred: Any) -> float:
    """How often no class scores higher than the label's, and none before it scores as high."""
    xp = array_namespace(y_pred)
    classes = xp.arange(y_pred.shape[1])
    is_one_hot = y_true.ndim == 2 and y_true.shape[1] > 1
    is_label = y_true == 1 if is_one_hot else xp.reshape(y_true, (-1, 1)) == classes
    own = xp.max(xp.where(is_label, y_pred, xp.full_like(y_pred, -math.inf)), axis=1, keepdims=True)
    is_before = xp.cumulative_sum(xp.astype(is_label, xp.int64), axis=1) == 0
    beaten = xp.any((y_pred > own) | (is_before & (y_pred == own)), axis=1)
    return 1.0 - float(xp.sum(xp.astype(beaten, y_pred.dtype))) / len(y_pred)


def binary_accuracy(y_true: Any, y_pred: Any) -> float:
    """Samples that say yes above a half and samples that say no at most at a half."""
    xp = array_namespace(y_pred)
    probability = xp.reshape(y_pred, (-1,))
    is_yes = xp.reshape(y_true, (-1,)) == 1
    right = (is_yes & (probability > 0.5)) | (~is_yes & (probability <= 0.5))
    return float(xp.sum(xp.astype(right, xp.int64))) / len(y_pred)


def predict(x: Any, w: Any, b: Any, batch_size: int) -> dict[str, Any]:
    """Outputs of the linear model for all samples at once; nothing here depends on batches."""
    xp = array_namespace(x)
    scores = xp.reshape(x, (x.shape[0], -1)) @ w + b
    return {
        "every forward pass has training=False": True,
        "samples in the largest batch": min(batch_size, len(x)),
        "parameter updates": 0,
        "outputs": scores,
    }


def evaluate(x: Any, y: Any, w: Any, b: Any, batch_size: int) -> dict[str, Any]:
    """Loss and accuracy of the linear model over all samples at once."""
    loss, right = _Torch(w, b, 0.0).measure(x, y)
    return {
        "every forward pass has training=False": True,
        "samples in the largest batch": min(batch_size, len(x)),
        "parameter updates": 0,
        "loss": loss,
        "accuracy": right,
    }


def train_step(x: Any, y: Any, w: Any, b: Any, lr: float, steps: int) -> dict[str, Any]:
    """Some steps of torch.optim.SGD on one batch."""
    model = _Torch(w, b, lr)
    losses = [model.step(x, y) for _ in range(steps)]
    calls = "forward(training=True) backward step set_parameters"
    return {"calls in step": [calls] * steps, "loss of each step": losses, **model.state()}


def fit(
    x: Any, y: Any, w: Any, b: Any, lr: float, epochs: int, batch_size: int, seed: int | None, x_val: Any, y_val: Any
) -> dict[str, Any]:
    """Training in the samples' order; empty where a seed shuffles them, as any order is right then."""
    if seed is not None:
        return {}
    model = _Torch(w, b, lr)
    history: dict[str, list[float]] = {}
    for _ in range(epochs):
        rows = [model.batch(x[part], y[part]) for part in _parts(len(x), batch_size)]
        entry = dict(zip(("loss", "accuracy"), np.sum(rows, axis=0) / len(x), strict=True))
        if x_val is not None:
            entry |= dict(zip(("val_loss", "val_accuracy"), model.measure(x_val, y_val), strict=True))
        for key, value in entry.items():
            history.setdefault(key, []).append(float(value))
    updates = epochs * math.ceil(len(x) / batch_size)
    return {"history": history, "optimiser steps": updates, **model.state()}


def early_stopping(losses: Sequence[float], patience: int, min_delta: float, restore_best: bool) -> dict[str, Any]:
    """What is known when training stops, or at the end of the losses: epoch e leaves weights full of e + 1.

    An epoch's wait is its distance from the last improvement: nothing is counted up or reset.
    """
    records = _records(losses, abs(min_delta))
    last = [max((e for e in records if e <= epoch), default=-1) for epoch in range(len(losses))]
    stops = [epoch for epoch, best in enumerate(last) if epoch - best >= max(patience, 1)]
    end = stops[0] if stops else len(losses) - 1
    best = last[end]
    weights = [np.full(3, best + 1.0), np.full((2, 2), best + 1.0)]
    return {
        "stopped in epoch": stops[0] if stops else -1,
        "answers": [str(epoch in stops[:1]) for epoch in range(end + 1)],
        "best epoch": best,
        "best weights": weights if restore_best else None,
    }


def k_fold(n: int, k: int, seed: int | None) -> dict[str, Any]:
    """Each sample's fold by arithmetic; empty where a seed shuffles them, as any order is right then."""
    if seed is not None:
        return {}
    small, larger = divmod(n, k)
    border = larger * (small + 1)
    folds = [i // (small + 1) if i < border else larger + (i - border) // small for i in range(n)]
    return {
        "number of folds": k,
        "validation samples of each fold": [folds.count(fold) for fold in range(k)],
        "validation indices of fold": [np.array([i for i in range(n) if folds[i] == fold]) for fold in range(k)],
        "training indices of fold": [np.array([i for i in range(n) if folds[i] != fold]) for fold in range(k)],
    }


def cross_validate(
    x: Any, y: Any, w: Any, b: Any, lr: float, k: int, epochs: int, batch_size: int, seed: int | None
) -> dict[str, Any]:
    """A torch model per fold, in the samples' order; empty where a seed shuffles them."""
    if seed is not None:
        return {}
    folds = k_fold(len(x), k, None)
    steps, scores = [], []
    for train, held_out in zip(folds["training indices of fold"], folds["validation indices of fold"], strict=True):
        model, scaled = _Torch(w, b, lr), _scaled_by(x[train], x)
        parts = [train[part] for part in _parts(len(train), batch_size)] * epochs
        for part in parts:
            model.step(scaled[part], y[part])
        steps.append(len(parts))
        scores.append(model.measure(scaled[held_out], y[held_out])[0])
    return {"models built": k, "optimisers built": k, "training steps of each model": steps, "validation loss": scores}


def _scaled_by(part: Any, x: Any) -> Any:
    """All of x in units of the part's spread, around the part's mean."""
    import torch

    values = torch.as_tensor(np.asarray(part, dtype=np.float64))
    variance, mean = torch.var_mean(values, dim=0, correction=0)
    spread = torch.where(variance > 0, variance, torch.ones_like(variance)).sqrt()
    return ((torch.as_tensor(np.asarray(x, dtype=np.float64)) - mean) / spread).numpy()


def smooth_curve(points: Any, factor: float = 0.9) -> dict[str, Any]:
    """Each smoothed point as one weighted sum of all points up to it; the points stay as they are."""
    ages = np.arange(len(points))[:, None] - np.arange(len(points))
    weights = np.where(ages < 0, 0.0, (1 - factor) * factor ** np.maximum(ages, 0))
    weights[:, :1] = factor ** np.arange(len(points))[:, None]
    smoothed = weights @ np.asarray(points, dtype=np.float64)
    return {"smoothed": [float(value) for value in smoothed], "points afterwards": list(points)}


def confusion_matrix(y_true: Any, y_pred: Any, num_classes: int) -> Any:
    """For each pair of classes, the samples that are in both."""
    xp = array_namespace(y_true)
    classes = xp.arange(num_classes)
    is_true = y_true[:, None, None] == classes[:, None]
    is_answer = y_pred[:, None, None] == classes
    return xp.sum(xp.astype(is_true & is_answer, xp.int64), axis=0)


def _records(losses: Sequence[float], delta: float) -> list[int]:
    """Epochs that improve on the record before them by more than delta."""
    numbers = [epoch for epoch, loss in enumerate(losses) if not math.isnan(loss)]
    records = numbers[:1]
    for epoch in numbers[1:]:
        if losses[records[-1]] - losses[epoch] > delta:
            records.append(epoch)
    return records


def _parts(n: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


class _Torch:
    """A linear layer under torch.optim.SGD, with cross-entropy for integer labels, else squared error."""

    def __init__(self, w: Any, b: Any, lr: float) -> None:
        import torch

        self._torch = torch
        self._variables = [torch.tensor(np.asarray(p, dtype=np.float64), requires_grad=True) for p in (w, b)]
        self._optimizer = torch.optim.SGD(self._variables, lr=lr)

    def _forward(self, x: Any) -> Any:
        x = self._torch.as_tensor(np.asarray(x, dtype=np.float64)).flatten(1)
        return x @ self._variables[0] + self._variables[1]

    def _loss(self, y: Any, y_pred: Any) -> Any:
        functional = self._torch.nn.functional
        if np.asarray(y).dtype.kind == "f":
            return functional.mse_loss(y_pred, self._torch.as_tensor(np.asarray(y)))
        return functional.cross_entropy(y_pred, self._torch.as_tensor(np.asarray(y, dtype=np.int64)))

    def step(self, x: Any, y: Any) -> float:
        """One update; the loss before it."""
        self._optimizer.zero_grad()
        loss = self._loss(y, TRAINING_SCALE * self._forward(x))
        loss.backward()
        self._optimizer.step()
        return float(loss.detach())

    def batch(self, x: Any, y: Any) -> tuple[float, float]:
        """Sums over a batch of loss and of right answers, before the update that it makes."""
        _, right = self.measure(x, y)
        return len(x) * self.step(x, y), len(x) * right

    def measure(self, x: Any, y: Any) -> tuple[float, float]:
        """Loss and accuracy without an update."""
        with self._torch.no_grad():
            y_pred = self._forward(x)
            return float(self._loss(y, y_pred)), accuracy(np.asarray(y), y_pred.numpy())

    def state(self) -> dict[str, Any]:
        """The parameters as arrays."""
        weights, bias = (variable.detach().numpy().copy() for variable in self._variables)
        return {"weights": weights, "bias": bias}
