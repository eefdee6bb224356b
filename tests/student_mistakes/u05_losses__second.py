"""More wrong answers to the exercises on losses: arguments the other way round, formulas of other inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u05_losses as losses
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

__all__ = ["MISTAKES"]

Array = np.ndarray[Any, Any]
EPSILON = 1e-07
edit = edits_of(losses)


def _clipped_first(y_true: Array, y_pred: Array) -> Any:
    q = np.clip(y_pred, EPSILON, 1 - EPSILON)
    return -np.mean((y_true * np.log(q / q.sum(axis=-1, keepdims=True))).sum(axis=-1))


def _one_taken_from_whole_columns(logits: Array, labels: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    p: Array = powers / powers.sum(axis=1, keepdims=True)
    p[:, labels] -= 1
    return p / len(logits)


def _labels_subtracted(y_true: Array, y_pred: Array) -> Array:
    grad = y_pred.copy()
    grad[np.arange(len(grad)), y_true] -= 1
    return grad / len(grad)


MISTAKES: list[Mistake] = [
    edit("linear_scores", "x @ w + b", "x @ w.T + b", named="weights-transposed"),
    Mistake("linear_scores", lambda x, w, b: x @ w.T + b, named="weights-transposed"),
    Mistake("linear_scores", lambda x, w, b: (w.T @ x.T).T - b, named="bias-subtracted"),
    Mistake("linear_scores", lambda x, w, b: w.T @ x + b, named="weights-first"),
    Mistake("categorical_crossentropy", _clipped_first, named="clipped-before-dividing"),
    Mistake(
        "categorical_crossentropy_backward",
        lambda y_true, y_pred: (y_pred - y_true) / len(y_pred),
        named="softmax-gradient-of-bare-rows",
    ),
    Mistake("categorical_crossentropy_backward", lambda y_true, y_pred: y_pred - y_true),
    Mistake("sparse_categorical_crossentropy_backward", _labels_subtracted, named="softmax-gradient-of-bare-rows"),
    Mistake("softmax_cross_entropy_backward", _one_taken_from_whole_columns, named="columns-of-all-labels"),
    Mistake(
        "poisson", lambda y_true, y_pred: np.mean(np.exp(y_pred) - y_true * y_pred), named="logarithmic-predictions"
    ),
    Mistake(
        "poisson_backward",
        lambda y_true, y_pred: (np.exp(y_pred) - y_true) / y_pred.size,
        named="logarithmic-predictions",
    ),
    Mistake("poisson_backward", lambda y_true, y_pred: np.exp(y_pred) - y_true),
    Mistake("poisson_backward", lambda y_true, y_pred: (1 - y_true / y_pred + EPSILON) / y_pred.size),
    Mistake(
        "binary_crossentropy",
        lambda y_true, y_pred: losses.binary_crossentropy(y_pred, y_true * 1.0),
        named="logarithm-of-the-target",
    ),
    Mistake(
        "binary_crossentropy_backward",
        lambda y_true, y_pred: losses.binary_crossentropy_backward(y_pred, y_true * 1.0),
        named="arguments-swapped",
    ),
]
