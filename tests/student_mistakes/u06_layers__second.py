"""More wrong answers to the exercises on layers: one layer taken for another, axes that are too many."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u06_layers as layers
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

__all__ = ["MISTAKES"]

Array = np.ndarray[Any, Any]
edit = edits_of(layers)


def _refusing_one_sample(grad_output: Array, x: Array, gamma: Array, beta: Array, *statistics: Any) -> Any:
    if x.size == x.shape[-1]:
        raise ValueError("x: one value per channel has no variance")
    return layers.batch_norm_backward(grad_output, x, gamma, beta, *statistics[2:])


def _over_rows_and_features(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """For images over rows and columns; a matrix has no axis 2."""
    mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
    y: Array = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    return y


def _checked_at_axis_one(x: Array, w: Array, b: Array) -> Array:
    if x.shape[1] != w.shape[0]:
        raise ValueError(f"w: got {w.shape[0]} rows, want {x.shape[1]}")
    y: Array = x @ w + b
    return y if y.dtype.kind == "f" else y.astype(np.float64)


MISTAKES: list[Mistake] = [
    Mistake("dense", _checked_at_axis_one),
    Mistake("batch_norm_eval_backward", _refusing_one_sample, named="that-of-training"),
    edit("layer_norm", "axis=-1", "axis=tuple(range(1, x.ndim))", named="over-all-axes-but-the-first"),
    edit("layer_norm", "axis=-1", "axis=tuple(range(1, x.ndim)) or 0", named="over-the-whole-sample"),
    Mistake("layer_norm", _over_rows_and_features),
    edit(
        "layer_norm_backward",
        "axis=-1, keepdims=True",
        "axis=tuple(range(1, x.ndim)), keepdims=True",
        named="over-all-axes-but-the-first",
    ),
    edit(
        "rnn_parameters",
        "(features + units + 1) * units",
        "4 * (features + units + 1) * units",
        named="gates-of-an-lstm",
    ),
    Mistake("lstm_parameters", layers.rnn_parameters, named="one-gate"),
    Mistake("batch_statistics", lambda x: (x.mean(axis=0), x.var(axis=0, ddof=1))),
]
