"""One step of training, and epochs of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .given import Array, History
from .measuring import accuracy, evaluate
from .samples import iterate_batches

__all__ = ["fit", "train_step"]


def train_step(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Learn from one batch.

        y_pred = model.forward(x, training=True)
        w ← optimizer.step(w, ∂loss(y, y_pred)/∂w)

    One forward pass, one backward pass, one step of the optimiser, one
    `set_parameters`, in this order: a second forward pass would drop other units than
    those that the gradient is of.

    Args:
        model: see the convention card; its parameters are updated.
        loss: see the convention card; the label comes first: value(y_true, y_pred).
        optimizer: see the convention card; `step` returns the new parameters.
        x: the batch's samples, shape (n, ...); not modified.
        y: their labels or targets, shape (n, ...); not modified.

    Returns:
        The loss of this batch as a float, from the forward pass *before* the update.
    """
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
    """Train a classifier for some epochs and write down how it goes.

    Each epoch takes its batches from `iterate_batches` with `rng` (so every epoch has
    another order; None keeps the order), makes one training step per batch, and then,
    with validation data, measures the model on it by `evaluate`.

    The entries of an epoch, n_b being the samples of batch b:

        loss     = Σ_b n_b · loss_b / Σ_b n_b,  loss_b before the update on batch b
        accuracy = Σ_b n_b · accuracy_b / Σ_b n_b,  also before that update
        val_loss, val_accuracy = after the last update of the epoch, training=False

    Args:
        model: see the convention card; it is trained further from where it stands.
        loss: see the convention card.
        optimizer: see the convention card; one for all epochs, as it may have a state.
        x: training samples, shape (n, ...); not modified.
        y: their labels, shape (n,) or (n, C): integers, or one-hot rows of any dtype; not
            modified.
        epochs: how many times every sample is used, at least 1.
        batch_size: samples per batch, at least 1, for training and for validation.
        rng: the source of the order, or None to keep the order of the samples.
        validation_data: a pair (x_val, y_val), shapes (m, ...) and (m, ...), that is
            never learnt from, or None.

    Returns:
        The history: a dict of lists of floats, one entry per epoch, with the keys
        'loss' and 'accuracy' and, with validation data, 'val_loss' and 'val_accuracy'.
        The training accuracy may come from a forward pass of its own with
        training=False or from the outputs of the training step: both are accepted.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
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
