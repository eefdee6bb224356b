"""How good a model is on samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from .given import Array
from .samples import iterate_batches

__all__ = ["accuracy", "binary_accuracy", "evaluate", "predict"]


def evaluate(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    """Measure loss and accuracy over all samples, and learn nothing.

        loss = Σ_b n_b · loss_b / Σ_b n_b        (n_b samples in batch b)

    Args:
        model: see the convention card; called with training=False, never updated.
        loss: see the convention card: `value` is a mean over the samples it is given.
        x: samples, shape (n, ...), n ≥ 1; not modified.
        y: their labels, shape (n,) or (n, C): integers, or one-hot rows of any dtype; not
            modified.
        batch_size: samples per forward pass, at least 1; the last pass gets what
            remains. The result does not depend on it.

    Returns:
        (loss, accuracy), two floats: means over all n samples, the last partial batch
        included.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    total = correct = 0.0
    for x_batch, y_batch in iterate_batches(x, y, batch_size, None):
        y_pred = model.forward(x_batch, training=False)
        total += len(x_batch) * float(loss.value(y_batch, y_pred))
        correct += len(x_batch) * accuracy(y_batch, y_pred)
    return total / len(x), correct / len(x)


def predict(model: Any, x: Array, batch_size: int) -> Array:
    """Collect the model's outputs for all samples, a batch at a time.

    Args:
        model: see the convention card; called with training=False, never updated.
        x: samples, shape (n, ...), n ≥ 1; not modified.
        batch_size: samples per forward pass, at least 1; the last pass gets what
            remains. This is what keeps a large set within memory.

    Returns:
        The outputs as they are (scores, not labels), in the order of the samples, float32
        or float64 as the model gives them: shape (n, *s), s that of one output.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    starts = range(0, len(x), batch_size)
    return np.concatenate([model.forward(x[start : start + batch_size], training=False) for start in starts])


def accuracy(y_true: Array, y_pred: Array) -> float:
    """The part of the samples whose best score is at their label.

        accuracy = #{i : argmax_c y_pred[i, c] = label_i} / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: shape (n,), (n, 1) or (n, C): integer labels, perhaps as a column, or
            one-hot rows of any dtype.
        y_pred: class scores or probabilities, shape (n, C), n ≥ 1, C ≥ 2; only their
            order in a row counts. Of equal best scores the first counts.

    Returns:
        A float from 0 to 1.

    Raises:
        ValueError: `y_true` has not as many rows as `y_pred`.
    """
    if len(y_true) != len(y_pred):
        raise ValueError(f"y_true: got {len(y_true)} rows, want {len(y_pred)}, as y_pred has")
    is_one_hot = y_true.ndim == 2 and y_true.shape[1] > 1
    labels = y_true.argmax(axis=1) if is_one_hot else y_true.reshape(-1)
    return float(np.mean(labels == y_pred.argmax(axis=1)))


def binary_accuracy(y_true: Array, y_pred: Array) -> float:
    """The part of the samples whose probability is on the right side of a half.

        binary accuracy = #{i : [p_i > 0.5] = y_i} / n

    A probability of exactly 0.5 is a no. Labels and probabilities belong together
    sample by sample, also where one comes as a row and the other as a column.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels 0 (no) and 1 (yes), integer, boolean or floating, shape (n,) or
            as a column (n, 1); not modified.
        y_pred: probabilities of a yes, from 0 to 1, shape (n,) or (n, 1), n ≥ 1, as
            one sigmoid unit gives them; not modified.

    Returns:
        A float from 0 to 1.

    Raises:
        ValueError: `y_true` has not as many rows as `y_pred`.
    """
    if len(y_true) != len(y_pred):
        raise ValueError(f"y_true: got {len(y_true)} rows, want {len(y_pred)}, as y_pred has")
    return float(np.mean((y_pred.reshape(-1) > 0.5) == y_true.reshape(-1)))
