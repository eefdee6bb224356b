"""Wrong loops, splits and measures that turned up when the exercises were answered as students do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.inputs import Array

__all__ = ["BATCHES", "EVALUATE", "FIT", "SPLIT", "STEP", "STOPPING"]


def _one_lost(x: Array, y: Array, fraction: float) -> Any:
    n = math.floor(len(x) * (1 - fraction))
    return x[:n], y[:n], x[n + 1 :], y[n + 1 :]


def _cut(x: Array, y: Array, batch_size: int, order: Array) -> Iterator[tuple[Array, Array]]:
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def _in_order(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    return _cut(x, y, batch_size, np.arange(len(x)))


def _shuffled_at_any_rate(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    return _cut(x, y, batch_size, (rng or np.random.default_rng(1)).permutation(len(x)))


def _two_passes(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    value = float(loss.value(y, model.forward(x, training=True)))
    grads = model.backward(loss.gradient(y, model.forward(x, training=True)))
    model.set_parameters(optimizer.step(model.parameters, grads))
    return value


def _divided_again(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    y_pred = model.forward(x, training=True)
    grads = model.backward(loss.gradient(y, y_pred) / len(x))
    model.set_parameters(optimizer.step(model.parameters, grads))
    return float(loss.value(y, y_pred))


def _hits(y: Array, y_pred: Array) -> float:
    labels = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
    return float((labels == y_pred.argmax(axis=1)).sum())


def _measure(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    total = correct = 0.0
    for rows in (slice(start, start + batch_size) for start in range(0, len(x), batch_size)):
        y_pred = model.forward(x[rows], training=False)
        total += len(y_pred) * float(loss.value(y[rows], y_pred))
        correct += _hits(y[rows], y_pred)
    return total / len(x), correct / len(x)


def _accuracy_first(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    return _measure(model, loss, x, y, batch_size)[::-1]


class _Loop:
    """The loop in pieces, of which one is replaced."""

    resets = at_the_end = last_only = sums = False

    def __call__(
        self, model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
        validation_data: Any = None,
    ) -> Any:  # fmt: skip
        """Train."""
        history: dict[str, Any] = {"loss": [], "accuracy": []}
        losses = correct = 0.0
        for epoch in range(epochs):
            if self.resets:
                losses = correct = 0.0
            for rows in self.batches(len(x), batch_size, rng):
                correct += _hits(y[rows], model.forward(x[rows], training=False))
                y_pred = model.forward(x[rows], training=True)
                losses += len(rows) * float(loss.value(y[rows], y_pred))
                grads = model.backward(loss.gradient(y[rows], y_pred))
                model.set_parameters(optimizer.step(model.parameters, grads))
            history["loss"].append(losses if self.sums else losses / len(x))
            history["accuracy"].append(correct / len(x))
            if validation_data is not None and not (self.at_the_end and epoch < epochs - 1):
                measured = self.validated(model, loss, validation_data, batch_size)
                for key, value in zip(("val_loss", "val_accuracy"), measured, strict=True):
                    history.setdefault(key, []).append(value)
        return {key: values[-1] for key, values in history.items()} if self.last_only else history

    def batches(self, n: int, size: int, rng: Any) -> list[Array]:
        """Rows of each batch."""
        order = np.arange(n) if rng is None else rng.permutation(n)
        return [order[start : start + size] for start in range(0, n, size)]

    def validated(self, model: Any, loss: Any, data: Any, batch_size: int) -> tuple[float, float]:
        """Loss and accuracy of the validation data."""
        return _measure(model, loss, data[0], data[1], batch_size)


def _loop(**pieces: Any) -> Any:
    """A loop with pieces replaced, as a function."""
    loop = type("Loop", (_Loop,), {"resets": True, **pieces})()
    return lambda *arguments: loop(*arguments)


def _accuracy_as_loss(self: Any, model: Any, loss: Any, data: Any, batch_size: int) -> tuple[float, float]:
    return _measure(model, loss, data[0], data[1], batch_size)[::-1]


class _HigherIsBetter:
    """Stops when the number has stopped rising."""

    def __init__(self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> None:
        self.patience, self.min_delta, self.restore_best = max(patience, 1), abs(min_delta), restore_best
        self.best, self.wait, self.epoch = -math.inf, 0, -1
        self.best_weights: Any = None
        self.best_epoch: Any = None

    def update(self, loss: float, weights: Any) -> bool:
        """Take in one epoch."""
        self.epoch += 1
        if loss > self.best + self.min_delta:
            self.best, self.best_epoch, self.wait = loss, self.epoch, 0
            if self.restore_best:
                self.best_weights = [array.copy() for array in weights]
            return False
        self.wait += 1
        return self.wait >= self.patience


SPLIT = [
    Misconception(
        "one-sample-lost",
        believes="The validation part begins behind n_train.",
        wrong=_one_lost,
        hint="x[:n] ends before sample n: which part is that sample in?",
    ),
]

BATCHES = [
    Misconception(
        "never-shuffled",
        believes="Batches are cut from the samples as they come.",
        wrong=_in_order,
        hint="Which line of yours uses `rng`?",
    ),
    Misconception(
        "shuffled-without-a-generator",
        believes="Batches are always shuffled.",
        wrong=_shuffled_at_any_rate,
        hint="What does the docstring say about rng=None?",
    ),
]

STEP = [
    Misconception(
        "two-forward-passes",
        believes="The loss has a forward pass of its own.",
        wrong=_two_passes,
        hint="Which units does dropout drop in your first pass, and which in the second?",
    ),
    Misconception(
        "divided-by-the-batch-once-more",
        believes="The gradient is divided by the number of samples before it goes back.",
        wrong=_divided_again,
        hint="The loss is a mean already: what has its gradient been divided by?",
    ),
]

FIT = [
    Misconception(
        "sums-never-reset",
        believes="The sums are set to 0 before the first epoch.",
        wrong=_loop(resets=False),
        hint="What is in your sum when the second epoch begins?",
    ),
    Misconception(
        "validated-at-the-end-only",
        believes="Validation comes when the training is over.",
        wrong=_loop(at_the_end=True),
        hint="How many entries does history['val_loss'] have after three epochs?",
    ),
    Misconception(
        "numbers-for-lists",
        believes="The history says how it ended.",
        wrong=_loop(last_only=True),
        hint="What would a plot of your history show?",
    ),
    Misconception(
        "loss-not-divided",
        believes="The losses of an epoch are added up.",
        wrong=_loop(sums=True),
        hint="If there were twice as many samples, what should the loss of an epoch be?",
    ),
    Misconception(
        "accuracy-for-loss",
        believes="`evaluate` returns the accuracy first.",
        wrong=_loop(validated=_accuracy_as_loss),
        hint="In which order does `evaluate` return its two numbers?",
    ),
]

EVALUATE = [
    Misconception(
        "accuracy-first",
        believes="The accuracy comes first in the pair.",
        wrong=_accuracy_first,
        hint="In which order does the docstring name the two results?",
    ),
]

STOPPING = [
    Misconception(
        "the-higher-the-better",
        believes="An epoch improves if its number is larger than the best.",
        wrong=_HigherIsBetter,
        hint="The number is a loss: in which direction is better?",
    ),
]
