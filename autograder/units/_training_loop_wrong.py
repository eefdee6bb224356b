"""Wrong versions of the training step and loop: what they share is right, and one thing in each is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.inputs import Array

Batches = Callable[..., Iterator[tuple[Array, Array]]]


def right_step(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """A right step."""
    return _step(model, loss, optimizer, x, y)[0]


def _step(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> tuple[float, Array]:
    y_pred = model.forward(x, True)
    value = loss.value(y, y_pred)
    _update(model, optimizer, loss.gradient(y, y_pred))
    return float(value), y_pred


def _update(model: Any, optimizer: Any, grad_output: Any) -> None:
    grads = model.backward(grad_output)
    model.set_parameters(optimizer.step(model.parameters, grads))


def step_in_inference_mode(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Forgets the flag."""
    y_pred = model.forward(x)
    _update(model, optimizer, loss.gradient(y, y_pred))
    return float(loss.value(y, y_pred))


def step_with_loss_afterwards(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Measures with the new weights."""
    _step(model, loss, optimizer, x, y)
    return float(loss.value(y, model.forward(x, training=True)))


def step_with_swapped_arguments(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Passes the outputs as labels."""
    y_pred = model.forward(x, training=True)
    _update(model, optimizer, loss.gradient(y_pred, y))
    return float(loss.value(y_pred, y))


def step_without_setting(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Drops what `step` returns."""
    y_pred = model.forward(x, training=True)
    optimizer.step(model.parameters, model.backward(loss.gradient(y, y_pred)))
    return float(loss.value(y, y_pred))


def step_by_hand(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Does not use the optimiser."""
    y_pred = model.forward(x, training=True)
    grads = model.backward(loss.gradient(y, y_pred))
    model.set_parameters([param - 0.01 * grad for param, grad in zip(model.parameters, grads, strict=True)])
    return float(loss.value(y, y_pred))


def step_with_outputs_sent_back(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Gives `backward` the outputs instead of the loss's gradient."""
    y_pred = model.forward(x, training=True)
    _update(model, optimizer, y_pred)
    return float(loss.value(y, y_pred))


def step_before_backward(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Steps with what there is before `backward`: zeros."""
    y_pred = model.forward(x, training=True)
    model.set_parameters(optimizer.step(model.parameters, [np.zeros_like(each) for each in model.parameters]))
    model.backward(loss.gradient(y, y_pred))
    return float(loss.value(y, y_pred))


def step_with_summed_loss(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Returns the sum over the samples."""
    return len(x) * right_step(model, loss, optimizer, x, y)


def _batches(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}")
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def _accuracy(y_true: Array, y_pred: Array) -> float:
    return float((y_true == y_pred.argmax(axis=1)).mean())


def _epoch(model: Any, loss: Any, optimizer: Any, batches: Iterator[tuple[Array, Array]]) -> Array:
    """One row per batch: samples, loss and accuracy before the update."""
    rows = []
    for x, y in batches:
        value, y_pred = _step(model, loss, optimizer, x, y)
        rows.append((len(x), value, _accuracy(y, y_pred)))
    return np.array(rows)


def _epoch_with_late_accuracy(model: Any, loss: Any, optimizer: Any, batches: Iterator[tuple[Array, Array]]) -> Array:
    """The accuracy of a batch is taken from the weights that have learnt from it."""
    rows = []
    for x, y in batches:
        value, _ = _step(model, loss, optimizer, x, y)
        rows.append((len(x), value, _accuracy(y, model.forward(x))))
    return np.array(rows)


def _measure(model: Any, loss: Any, data: tuple[Array, Array], training: bool = False) -> tuple[float, float]:
    x, y = data
    y_pred = model.forward(x, training=training)
    return float(loss.value(y, y_pred)), _accuracy(y, y_pred)


def _weighted(rows: Array) -> Array:
    means: Array = np.average(rows[:, 1:], axis=0, weights=rows[:, 0])
    return means


def _history(rows: Any, validation: Any) -> dict[str, list[float]]:
    history = {"loss": [float(row[0]) for row in rows], "accuracy": [float(row[1]) for row in rows]}
    if validation:
        history["val_loss"], history["val_accuracy"] = (list(column) for column in zip(*validation, strict=True))
    return history


def _fit_with(
    *,
    summary: Callable[[Array], Any] = _weighted,
    batches: Batches = _batches,
    epoch: Callable[..., Array] = _epoch,
    in_training_mode: bool = False,
) -> Callable[..., dict[str, list[float]]]:
    """A loop whose pieces are right, unless others are given."""

    def fit(
        model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
        validation_data: Any = None,
    ) -> dict[str, list[float]]:  # fmt: skip
        rows, validation = [], []
        for _ in range(epochs):
            rows.append(summary(epoch(model, loss, optimizer, batches(x, y, batch_size, rng))))
            if validation_data is not None:
                validation.append(_measure(model, loss, validation_data, training=in_training_mode))
        return _history(rows, validation)

    return fit


right_fit = _fit_with()
fit_with_batch_means = _fit_with(summary=lambda rows: rows[:, 1:].mean(axis=0))
fit_with_last_batch = _fit_with(summary=lambda rows: rows[-1, 1:])
fit_with_batch_means_of_the_loss = _fit_with(summary=lambda rows: (rows[:, 1].mean(), _weighted(rows)[1]))
fit_with_batch_means_of_the_accuracy = _fit_with(summary=lambda rows: (_weighted(rows)[0], rows[:, 2].mean()))
fit_validating_in_training_mode = _fit_with(in_training_mode=True)
fit_with_late_accuracy = _fit_with(epoch=_epoch_with_late_accuracy)
fit_without_shuffle = _fit_with(batches=lambda x, y, batch_size, rng: _batches(x, y, batch_size, None))


def _labels_left_behind(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    shuffled = x if rng is None else x[rng.permutation(len(x))]
    return _batches(shuffled, y, batch_size, None)


fit_with_labels_left_behind = _fit_with(batches=_labels_left_behind)


def fit_with_partial_dropped(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Learns from whole batches alone, and divides by all samples."""
    rows, validation = [], []
    for _ in range(epochs):
        batches = [each for each in _batches(x, y, batch_size, rng) if len(each[0]) == batch_size]
        seen = _epoch(model, loss, optimizer, iter(batches)).reshape(-1, 3)
        rows.append(batch_size * seen[:, 1:].sum(axis=0) / len(x))
        if validation_data is not None:
            validation.append(_measure(model, loss, validation_data))
    return _history(rows, validation)


def fit_without_updates(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Drops what the optimiser returns."""
    model.set_parameters = lambda parameters: None
    return right_fit(model, loss, optimizer, x, y, epochs, batch_size, rng, validation_data)


def fit_with_entry_per_batch(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Appends inside the inner loop."""
    rows, validation = [], []
    for _ in range(epochs):
        rows += list(_epoch(model, loss, optimizer, _batches(x, y, batch_size, rng))[:, 1:])
        if validation_data is not None:
            validation.append(_measure(model, loss, validation_data))
    return _history(rows, validation)


def fit_without_first_epoch(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Leaves out the first entry."""
    history = right_fit(model, loss, optimizer, x, y, epochs, batch_size, rng, validation_data)
    return {key: values[1:] for key, values in history.items()}


def fit_measured_afterwards(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Evaluates on the training data after each epoch."""
    rows, validation = [], []
    for _ in range(epochs):
        _epoch(model, loss, optimizer, _batches(x, y, batch_size, rng))
        rows.append(_measure(model, loss, (x, y)))
        if validation_data is not None:
            validation.append(_measure(model, loss, validation_data))
    return _history(rows, validation)


def fit_with_accuracy_afterwards(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Takes the loss from the batches, and the accuracy from a look at all samples when the epoch is over."""
    rows, validation = [], []
    for _ in range(epochs):
        losses = _epoch(model, loss, optimizer, _batches(x, y, batch_size, rng))
        rows.append((_weighted(losses)[0], _measure(model, loss, (x, y))[1]))
        if validation_data is not None:
            validation.append(_measure(model, loss, validation_data))
    return _history(rows, validation)


def fit_validating_before(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Evaluates on the validation data before the epoch's updates."""
    rows, validation = [], []
    for _ in range(epochs):
        if validation_data is not None:
            validation.append(_measure(model, loss, validation_data))
        rows.append(_weighted(_epoch(model, loss, optimizer, _batches(x, y, batch_size, rng))))
    return _history(rows, validation)


def fit_learning_from_validation(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Makes training steps on the validation data."""
    rows, validation = [], []
    for _ in range(epochs):
        rows.append(_weighted(_epoch(model, loss, optimizer, _batches(x, y, batch_size, rng))))
        if validation_data is not None:
            learnt = _epoch(model, loss, optimizer, _batches(validation_data[0], validation_data[1], batch_size, None))
            validation.append(tuple(map(float, _weighted(learnt))))
    return _history(rows, validation)


def fit_without_validation(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Ignores the validation data."""
    return right_fit(model, loss, optimizer, x, y, epochs, batch_size, rng)


def fit_with_one_shuffle(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Shuffles before the first epoch only."""
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    return right_fit(model, loss, optimizer, x[order], y[order], epochs, batch_size, None, validation_data)


def fit_from_the_start_each_epoch(
    model: Any, loss: Any, optimizer: Any, x: Array, y: Array, epochs: int, batch_size: int, rng: Any,
    validation_data: Any = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Goes back to the initial weights before each epoch."""
    start, runs = model.parameters, []
    for _ in range(epochs):
        model.set_parameters(start)
        runs.append(right_fit(model, loss, optimizer, x, y, 1, batch_size, rng, validation_data))
    return {key: [value for run in runs for value in run[key]] for key in runs[0]}
