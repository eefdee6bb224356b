"""Targets and predictions: cases that several losses share, and generators of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case
from autograder.units.shared.arrays import Array, grid, normal, spread

__all__ = [
    "draw_pairs",
    "many_pairs",
    "one_hot",
    "positive_numbers",
    "real_numbers",
    "unequal_rows",
    "unequal_shapes",
]


def one_hot(labels: Sequence[int] | Array, classes: int) -> Array:
    """One-hot rows, float64."""
    rows: Array = np.eye(classes)[np.asarray(labels)]
    return rows


def real_numbers(backward: bool = False) -> list[Case]:
    """Targets and predictions of any real size: one number, a vector with a tie, a table, images, both precisions."""
    integers = np.array([[3, 0, -4], [7, -1, 2]])
    vector, estimates = np.array([1.0, -2.0, 3.5, 0.5]), np.array([2.0, -4.5, 3.5, 0.25])
    single = np.array([[1.0, -2.0, 0.5]], np.float32), np.array([[1.5, 1.0, -0.25]], np.float32)
    return [
        Case("one-number", y_true=np.array([1.0]), y_pred=np.array([4.0])),
        Case("vector-with-a-right-one", y_true=vector, y_pred=estimates, readonly=True),
        Case("table", y_true=normal(2, 3, seed=1, scale=2.0), y_pred=normal(2, 3, seed=2, scale=2.0)),
        Case("images", y_true=normal(2, 2, 3, 1, seed=3), y_pred=normal(2, 2, 3, 1, seed=4)),
        Case("single-precision", y_true=single[0], y_pred=single[1]),
        Case("integer-targets", y_true=integers, y_pred=grid(2, 3, start=-2.5) if backward else integers[::-1]),
    ]


def positive_numbers() -> list[Case]:
    """Targets and predictions that are counts or sizes."""
    targets = np.array([[4.0, 0.5, 20.0], [1.0, 3.0, 250.0]])
    predictions = np.array([[5.0, 0.25, 30.0], [4.0, 3.0, 100.0]])
    return [
        Case("one-number", y_true=np.array([3.0]), y_pred=np.array([7.0])),
        Case("vector-with-a-right-one", y_true=np.array([1.0, 4.0, 2.5]), y_pred=np.array([2.0, 4.0, 0.5])),
        Case("table", y_true=targets, y_pred=predictions, readonly=True),
        Case("single-precision", y_true=targets.astype(np.float32), y_pred=predictions.astype(np.float32)),
        Case("integer-targets", y_true=np.array([[3, 0], [7, 1], [2, 90]]), y_pred=spread(0.5, 60, 6).reshape(3, 2)),
    ]


def unequal_shapes() -> Case:
    """A column of predictions for a vector of targets, which would broadcast to a square."""
    return Case("a-column-for-a-vector", raises="y_pred", y_true=grid(3), y_pred=grid(3, 1, step=0.5))


def unequal_rows() -> Case:
    """One row of predictions for two rows of targets, which would broadcast."""
    return Case("one-row-for-two", raises="y_pred", y_true=one_hot([0, 2], 3), y_pred=np.array([0.2, 0.5, 0.3]))


def draw_pairs(rng: np.random.Generator) -> Mapping[str, Any]:
    """Real targets and predictions with one, two or three axes."""
    shape = [(5,), (2, 4), (3, 2, 2)][int(rng.integers(3))]
    return {"y_true": 2 * rng.standard_normal(shape), "y_pred": 2 * rng.standard_normal(shape)}


def many_pairs(n: int) -> Mapping[str, Any]:
    """Targets and predictions for n samples, on which nothing may loop."""
    return {"y_true": np.abs(normal(n, 3, seed=1)), "y_pred": np.abs(normal(n, 3))}
