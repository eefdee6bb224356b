"""Assessment of the categorical hinge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, random_cases
from autograder.inputs import Array, normal
from autograder.units._losses_common import (
    broadcast_silently,
    many_labels,
    one_hot,
    row_backward_slips,
    row_forward_slips,
    unequal_rows,
)

SCORES = np.array([[2.0, 1.5, -1.0, 0.5], [0.25, -0.5, 3.0, 1.0]])


def _classes(scores: Array, *labels: int) -> Mapping[str, Any]:
    return {"y_true": one_hot(labels, scores.shape[-1]).astype(scores.dtype), "y_pred": scores}


def _hinges() -> list[Case]:
    return [
        Case("one-row", **_classes(np.array([[2.0, 1.5, -1.0]]), 1)),
        Case("rows", **_classes(SCORES, 0, 1), readonly=True),
        Case("a-row-without-loss", **_classes(np.array([[5.0, 1.0, 2.0], [0.5, 0.0, 1.0]]), 0, 1)),
        Case("rivals-below-zero", **_classes(np.array([[0.5, -2.0, -1.5], [-3.0, -0.25, -4.0]]), 0, 2)),
        Case("two-rivals-share", **_classes(np.array([[1.5, 0.5, 1.5], [2.0, 3.0, 0.0]]), 1, 0)),
        Case("a-rival-at-zero-shares-with-the-true-class", **_classes(np.array([[-0.5, 0.0, -2.0]]), 0)),
        Case("exactly-on-the-margin", **_classes(np.array([[2.0, 1.0, -1.0], [0.0, 1.5, 1.0]]), 0, 2)),
        Case("integer-targets", y_true=one_hot([2, 0], 4).astype(int), y_pred=SCORES),
        Case("single-precision", **_classes(SCORES.astype(np.float32), 3, 2)),
    ]


def _draw_classes(rng: np.random.Generator) -> Mapping[str, Any]:
    return _classes(2 * rng.standard_normal((5, 3)), *rng.integers(3, size=5).tolist())


def _many_classes(n: int) -> Mapping[str, Any]:
    return {"y_true": one_hot(many_labels(n).tolist(), 3), "y_pred": normal(n, 3)}


def _own(y_true: Array, y_pred: Array) -> Array:
    own: Array = (y_true * y_pred).sum(axis=-1)
    return own


def _others(y_true: Array, y_pred: Array) -> Array:
    return (1 - y_true) * y_pred


def _row_hinge(y_true: Array, y_pred: Array) -> Array:
    values: Array = np.maximum(1 + _others(y_true, y_pred).max(axis=-1) - _own(y_true, y_pred), 0)
    return values


def _only_rivals(y_true: Array, y_pred: Array) -> Array:
    return np.where(y_true == 1, -np.inf, y_pred)


def _active(y_true: Array, y_pred: Array) -> Array:
    return (_row_hinge(y_true, y_pred) > 0)[..., None]


def _attained(y_true: Array, y_pred: Array) -> Array:
    others = _others(y_true, y_pred)
    values: Array = (others == others.max(axis=-1, keepdims=True)).astype(y_pred.dtype)
    return values


def _share(y_true: Array, y_pred: Array) -> Array:
    attained = _attained(y_true, y_pred)
    share: Array = attained / attained.sum(axis=-1, keepdims=True)
    return share


def _hinge_slope(y_true: Array, y_pred: Array) -> Array:
    values: Array = _active(y_true, y_pred) * ((1 - y_true) * _share(y_true, y_pred) - y_true).astype(y_pred.dtype)
    return values


def _first_only(y_true: Array, y_pred: Array) -> Array:
    first = np.eye(y_pred.shape[-1])[_others(y_true, y_pred).argmax(axis=-1)]
    values: Array = _active(y_true, y_pred) * ((1 - y_true) * first - y_true) / len(y_pred)
    return values


categorical_hinge = Exercise(
    "categorical_hinge",
    points=1,
    vectorized=_many_classes,
    cases=[
        *_hinges(),
        unequal_rows(),
        random_cases(_draw_classes),
        Case(
            "no-loss-beside-a-loss", y_true=one_hot([0, 1], 3), y_pred=np.array([[9.0, 0.5, 0.25], [0.5, 0.25, -1.0]])
        ),
    ],
    misconceptions=[
        *row_forward_slips(_row_hinge),
        broadcast_silently(lambda y_true, y_pred: _row_hinge(y_true, y_pred).mean()),
        Misconception(
            "true-class-among-rivals",
            believes="The best score of all is the rival.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(1 + y_pred.max(axis=-1) - _own(y_true, y_pred), 0)),
            hint="The true class has the highest score, by far. Does the row cost nothing?",
        ),
        Misconception(
            "true-class-left-out",
            believes="The maximum runs over the C - 1 wrong classes alone.",
            wrong=lambda y_true, y_pred: np.mean(
                np.maximum(1 + _only_rivals(y_true, y_pred).max(axis=-1) - _own(y_true, y_pred), 0)
            ),
            hint="The formula multiplies by 1 - t: which number stands at the true class, and may it be the maximum?",
        ),
        Misconception(
            "sum-of-rivals",
            believes="All wrong classes are compared, and their losses added.",
            wrong=lambda y_true, y_pred: np.mean(
                np.maximum(1 + _others(y_true, y_pred).sum(axis=-1) - _own(y_true, y_pred), 0)
            ),
            hint="How many rivals does the formula compare the true class with?",
        ),
        Misconception(
            "no-maximum-with-zero",
            believes="The loss is 1 + rival - own.",
            wrong=lambda y_true, y_pred: np.mean(1 + _others(y_true, y_pred).max(axis=-1) - _own(y_true, y_pred)),
            hint="A row that is right by a margin of 100: may it pay for the mistakes of others?",
        ),
        Misconception(
            "no-margin",
            believes="It is enough that the true class is ahead.",
            wrong=lambda y_true, y_pred: np.mean(
                np.maximum(_others(y_true, y_pred).max(axis=-1) - _own(y_true, y_pred), 0)
            ),
            hint="The true class is ahead by 0.5: does that cost nothing?",
        ),
        Misconception(
            "one-rival-for-the-batch",
            believes="One maximum over the whole array is the rival.",
            wrong=lambda y_true, y_pred: np.mean(
                np.maximum(1 + _others(y_true, y_pred).max() - _own(y_true, y_pred), 0)
            ),
            hint="Do the scores of one sample compete with those of another?",
        ),
        Misconception(
            "maximum-of-the-mean",
            believes="The maximum with 0 can be taken at the end.",
            wrong=lambda y_true, y_pred: np.maximum(
                np.mean(1 + _others(y_true, y_pred).max(axis=-1) - _own(y_true, y_pred)), 0
            ),
            hint="One row is far beyond its margin, one is not. May the first make up for the second?",
        ),
        Misconception(
            "other-way-round",
            believes="The true class's score is charged.",
            wrong=lambda y_true, y_pred: np.mean(
                np.maximum(1 - _others(y_true, y_pred).max(axis=-1) + _own(y_true, y_pred), 0)
            ),
            hint="Does the loss fall when the true class's score rises?",
        ),
    ],
    hints=[
        "Two numbers per row: the true class's score, and the best rival's. How does a one-hot row pick them out?",
        "Σ t p is the true class's score; the maximum of (1 - t) p along the last axis is the rival's.",
        "np.mean of np.maximum(1 + rival - own, 0), with rival = ((1 - t) * p).max(axis=-1).",
    ],
)

categorical_hinge_backward = Exercise(
    "categorical_hinge_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many_classes,
    cases=[*_hinges(), random_cases(_draw_classes)],
    misconceptions=[
        *row_backward_slips(_hinge_slope),
        Misconception(
            "first-of-a-tie",
            believes="argmax finds the one rival that counts.",
            wrong=lambda y_true, y_pred: _first_only(y_true, y_pred).astype(y_pred.dtype),
            hint="Two rivals have the same score. Which of them does argmax find, and what does the docstring say?",
        ),
        Misconception(
            "tie-in-full",
            believes="Every rival with the highest score gets the full gradient.",
            wrong=lambda y_true, y_pred: (
                _active(y_true, y_pred) * ((1 - y_true) * _attained(y_true, y_pred) - y_true) / len(y_pred)
            ),
            hint="Two rivals rise together by a small step. How much does their maximum rise, and who gets the credit?",
        ),
        Misconception(
            "every-row",
            believes="Every row pushes its classes.",
            wrong=lambda y_true, y_pred: ((1 - y_true) * _share(y_true, y_pred) - y_true) / len(y_pred),
            hint="A row that is right by a margin of 100 moves a little. Does the loss change?",
        ),
        Misconception(
            "true-class-only",
            believes="Only the true class's score is in the loss.",
            wrong=lambda y_true, y_pred: (
                -_active(y_true, y_pred).astype(y_pred.dtype) * y_true.astype(y_pred.dtype) / len(y_pred)
            ),
            hint="The rival rises. Does the loss change?",
        ),
        Misconception(
            "slope-on-the-margin",
            believes="Exactly on the margin the row is still pushed.",
            wrong=lambda y_true, y_pred: (
                (1 + _others(y_true, y_pred).max(axis=-1) - _own(y_true, y_pred) >= 0)[..., None]
                * ((1 - y_true) * _share(y_true, y_pred) - y_true)
                / len(y_pred)
            ),
            hint="The docstring says what counts in a row whose loss is exactly 0. Is the comparison strict?",
        ),
        Misconception(
            "true-class-pushed-up-twice",
            believes="The true class's slope has the sign of the rival's.",
            wrong=lambda y_true, y_pred: (
                _active(y_true, y_pred) * ((1 - y_true) * _share(y_true, y_pred) + y_true) / len(y_pred)
            ),
            hint="Does the loss fall when the true class's score rises?",
        ),
        Misconception(
            "every-rival",
            believes="All rivals are pushed.",
            wrong=lambda y_true, y_pred: _active(y_true, y_pred) * (1 - 2 * y_true) / len(y_pred),
            hint="Change a rival that is not the best one by a little: does the maximum notice?",
        ),
        Misconception(
            "true-class-forgotten",
            believes="Only the best rival is pushed.",
            wrong=lambda y_true, y_pred: _active(y_true, y_pred) * (1 - y_true) * _share(y_true, y_pred) / len(y_pred),
            hint="Does the loss fall when the true class's score rises?",
        ),
    ],
    hints=[
        "Which rows have a loss at all? In those: which class gets -1, and who gets +1?",
        "A mask of the products that equal the row's maximum, divided by how many they are, is the share; 1 - t "
        "removes the true class's.",
        "active * ((1 - t) * share - t) / len(p), where active is the row's loss > 0 with its axis kept.",
    ],
)
