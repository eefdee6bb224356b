"""Assessment of the loss of directions: cosine similarity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._losses_common import (
    broadcast_silently,
    many,
    row_backward_slips,
    row_count,
    row_forward_slips,
    unequal_rows,
)

WHOSE_LENGTH = "Each row is one vector. Over which numbers does the sum of its squares run?"
TARGETS = np.array([[1.0, -2.0, 0.5], [0.5, 3.0, 4.0]])
PREDICTIONS = np.array([[3.0, 0.5, -1.0], [-1.0, 2.5, 0.25]])


def _vectors() -> list[Case]:
    zero = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, -2.0]])
    return [
        Case("one-row", y_true=np.array([[3.0, 4.0]]), y_pred=np.array([[1.0, 2.0]])),
        Case("rows", y_true=TARGETS, y_pred=PREDICTIONS, readonly=True),
        Case("one-axis", y_true=TARGETS[0], y_pred=PREDICTIONS[1]),
        Case("sequences", y_true=normal(2, 3, 4, seed=1), y_pred=normal(2, 3, 4, seed=2)),
        Case("same-and-opposite-and-square", y_true=np.eye(3, 2) + 1, y_pred=np.array([[6.0, 3.0], [-1, -2], [1, -1]])),
        Case("zero-prediction", y_true=TARGETS, y_pred=zero),
        Case("zero-target", y_true=zero, y_pred=PREDICTIONS),
        Case("shorter-than-the-floor", y_true=TARGETS, y_pred=np.array([[3e-7, -4e-7, 0.0], [2e-7, 1e-7, 5e-7]])),
        Case("integer-targets", y_true=np.array([[1, -2, 0], [4, 3, 1]]), y_pred=PREDICTIONS),
        Case("single-precision", y_true=TARGETS.astype(np.float32), y_pred=PREDICTIONS.astype(np.float32)),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = [(4, 3), (2, 5), (2, 2, 3)][int(rng.integers(3))]
    return {"y_true": rng.standard_normal(shape), "y_pred": 2 * rng.standard_normal(shape)}


def _square_sum(x: Array) -> Array:
    square_sum: Array = (x**2).sum(axis=-1, keepdims=True)
    return square_sum


def _norm(x: Array) -> Array:
    return np.sqrt(np.maximum(_square_sum(x), 1e-12))


def _row_cosine(y_true: Array, y_pred: Array) -> Array:
    cosine: Array = (y_true / _norm(y_true) * (y_pred / _norm(y_pred))).sum(axis=-1)
    return cosine


def _with_epsilon_added(x: Array) -> Array:
    unit: Array = x / (np.sqrt(_square_sum(x)) + 1e-12)
    return unit


def _slope(y_true: Array, y_pred: Array, floor: bool = True) -> Array:
    u, v = y_true / _norm(y_true), y_pred / _norm(y_pred)
    along = (u * v).sum(axis=-1, keepdims=True) * v
    values: Array = (along * (_square_sum(y_pred) >= 1e-12 if floor else 1) - u) / _norm(y_pred)
    return values


cosine_similarity = Exercise(
    "cosine_similarity",
    points=1,
    vectorized=many,
    cases=[*_vectors(), unequal_rows(), random_cases(_draw)],
    misconceptions=[
        *row_forward_slips(lambda y_true, y_pred: -_row_cosine(y_true, y_pred)),
        broadcast_silently(lambda y_true, y_pred: -_row_cosine(y_true, y_pred).mean()),
        Misconception(
            "not-negated",
            believes="The loss is the cosine itself.",
            wrong=lambda y_true, y_pred: np.mean(_row_cosine(y_true, y_pred)),
            hint="Training makes the loss small. Which direction would it then prefer?",
        ),
        Misconception(
            "cosine-distance",
            believes="The loss is 1 - cos, so that it is 0 for the same direction.",
            wrong=lambda y_true, y_pred: 1 - np.mean(_row_cosine(y_true, y_pred)),
            hint="The docstring says what the same direction gives: 0, or -1?",
        ),
        Misconception(
            "not-normalised",
            believes="The product of two vectors is their similarity.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * y_pred).sum(axis=-1)),
            hint="The prediction is doubled, its direction stays. Does the loss?",
        ),
        Misconception(
            "prediction-only-normalised",
            believes="Targets have length 1 already.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * y_pred / _norm(y_pred)).sum(axis=-1)),
            hint="The target is doubled, its direction stays. Does the loss?",
        ),
        Misconception(
            "no-floor",
            believes="No vector has the length 0.",
            wrong=lambda y_true, y_pred: (
                -np.mean((y_true * y_pred).sum(axis=-1) / np.sqrt((y_true**2).sum(axis=-1) * (y_pred**2).sum(axis=-1)))
            ),
            hint="What is 0 / 0, and what becomes of the mean with one such row?",
        ),
        Misconception(
            "epsilon-added",
            believes="Adding 1e-12 to the length is as good as a floor of 1e-12 under the root.",
            wrong=lambda y_true, y_pred: (
                -np.mean((_with_epsilon_added(y_true) * _with_epsilon_added(y_pred)).sum(axis=-1))
            ),
            hint="A vector has the length 5e-7. By what is it divided: by 5e-7, or by √1e-12?",
        ),
        Misconception(
            "one-norm-for-all",
            believes="np.linalg.norm gives the length of every row.",
            wrong=lambda y_true, y_pred: (
                -np.sum(y_true * y_pred / np.maximum(np.sqrt((y_true**2).sum() * (y_pred**2).sum()), 1e-12))
            ),
            hint=WHOSE_LENGTH,
        ),
        Misconception(
            "root-forgotten",
            believes="A vector is divided by the sum of its squares.",
            wrong=lambda y_true, y_pred: (
                -np.mean(
                    (
                        y_true
                        / np.maximum(_square_sum(y_true), 1e-12)
                        * (y_pred / np.maximum(_square_sum(y_pred), 1e-12))
                    ).sum(axis=-1)
                )
            ),
            hint="How long is (3, 4), and how long after division by 25?",
        ),
        Misconception(
            "sizes-summed",
            believes="A vector is divided by the sum of its sizes.",
            wrong=lambda y_true, y_pred: (
                -np.mean(
                    (
                        y_true
                        / np.abs(y_true).sum(axis=-1, keepdims=True)
                        * (y_pred / np.abs(y_pred).sum(axis=-1, keepdims=True))
                    ).sum(axis=-1)
                )
            ),
            hint="How long is (3, 4), and how long after division by 7?",
        ),
        Misconception(
            "along-the-first-axis",
            believes="A vector is a column.",
            wrong=lambda y_true, y_pred: (
                -np.mean(
                    (
                        y_true
                        / np.sqrt(np.maximum((y_true**2).sum(axis=0), 1e-12))
                        * y_pred
                        / np.sqrt(np.maximum((y_pred**2).sum(axis=0), 1e-12))
                    ).sum(axis=0)
                )
            ),
            hint="Which axis counts the samples?",
        ),
    ],
    hints=[
        "Divide both vectors of a row by their lengths, then multiply and add. Which sign does the result get?",
        "The square sums run along the last axis with keepdims=True; np.maximum floors them before the root.",
        "u = t / np.sqrt(np.maximum((t**2).sum(axis=-1, keepdims=True), 1e-12)), v alike; -np.mean of the rows' sums "
        "of u * v.",
    ],
    variants=[
        Variant("einsum", lambda y_true, y_pred: _by_einsum(y_true, y_pred)),
    ],
)


def _by_einsum(y_true: Array, y_pred: Array) -> Any:
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred: got shape {y_pred.shape}, want {y_true.shape}")
    return -np.einsum("...i,...i->...", y_true / _norm(y_true), y_pred / _norm(y_pred)).mean()


cosine_similarity_backward = Exercise(
    "cosine_similarity_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*_vectors(), random_cases(_draw)],
    misconceptions=[
        *row_backward_slips(_slope),
        Misconception(
            "length-taken-as-fixed",
            believes="The length of the prediction is a constant.",
            wrong=lambda y_true, y_pred: -y_true / _norm(y_true) / _norm(y_pred) / row_count(y_pred),
            hint="The prediction grows along itself: the cosine stays. Does this gradient have no part along it?",
        ),
        Misconception(
            "not-divided-by-the-length",
            believes="The part of u at right angles to v is the gradient.",
            wrong=lambda y_true, y_pred: _slope(y_true, y_pred) * _norm(y_pred) / row_count(y_pred),
            hint="A vector twice as long is turned by the same push: by the same angle, or by half of it?",
        ),
        Misconception(
            "projection-below-the-floor",
            believes="The formula is the same for a vector that is shorter than the floor.",
            wrong=lambda y_true, y_pred: _slope(y_true, y_pred, floor=False) / row_count(y_pred),
            hint="Below the floor p is divided by a constant. Which term of the gradient came from the length?",
        ),
        Misconception(
            "target-not-normalised",
            believes="Targets have length 1 already.",
            wrong=lambda y_true, y_pred: _slope(y_true, y_pred) * _norm(y_true) / row_count(y_pred),
            hint="The target is doubled: the loss stays. Does its gradient?",
        ),
        Misconception(
            "only-the-target",
            believes="The gradient is -u.",
            wrong=lambda y_true, y_pred: -y_true / _norm(y_true) / row_count(y_pred),
            hint="The prediction points to the target already. Is there still something to push?",
        ),
    ],
    hints=[
        "v = p / r, and r depends on p too. What is the derivative of u · v through both?",
        "Of u remains the part at right angles to v: u - (u · v) v; the length divides it. What if the floor holds?",
        "along = (u * v).sum(axis=-1, keepdims=True) * v * (square >= 1e-12); (along - u) / norm / the number of rows.",
    ],
)
