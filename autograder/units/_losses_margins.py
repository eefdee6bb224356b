"""Assessment of losses that ask for a margin: hinge, squared hinge, categorical hinge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._losses_common import backward_slips, forward_slips, unequal_shapes

SIGNS = np.array([[1, -1, 1], [-1, -1, 1]])
BITS = np.array([[1, 0, 1], [0, 0, 1]])
SCORES = np.array([[0.5, 0.25, 2.5], [-3.0, 0.75, -0.5]])
NO_MINUS = "A label 0 times any score is 0. What should a label 0 ask of the score?"


def _binary() -> list[Case]:
    """Labels in both notations, and mixtures of them."""
    return [
        Case("one-score", y_true=np.array([-1]), y_pred=np.array([0.5])),
        Case("labels-minus-one-and-one", y_true=SIGNS, y_pred=SCORES),
        Case("labels-zero-and-one", y_true=BITS, y_pred=SCORES, readonly=True),
        Case("all-labels-zero", y_true=np.zeros(3, dtype=int), y_pred=np.array([0.5, -2.0, -0.25])),
        Case("labels-true-and-false", y_true=np.array([True, False, True]), y_pred=np.array([0.5, -0.25, -2.0])),
        Case("a-mixture-is-taken-as-it-is", y_true=np.array([-1, 0, 1, 1]), y_pred=np.array([0.5, 3.0, 0.25, -1.0])),
        Case("single-precision", y_true=SIGNS.astype(np.float32), y_pred=SCORES.astype(np.float32)),
        Case("beyond-the-margin", y_true=np.array([1, -1, 1]), y_pred=np.array([1.5, -7.0, 0.5])),
        Case("on-the-margin", y_true=np.array([1, -1, 1]), y_pred=np.array([1.0, -1.0, 0.25])),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    low = int(rng.integers(2)) - 1
    return {"y_true": np.where(rng.random((4, 3)) < 0.5, low, 1), "y_pred": 1.5 * rng.standard_normal((4, 3))}


def _many(n: int) -> Mapping[str, Any]:
    return {"y_true": 2 * (np.arange(3 * n) % 2).reshape(n, 3) - 1, "y_pred": normal(n, 3)}


def _as_signs(y_true: Array, y_pred: Array) -> Array:
    labels = y_true.astype(y_pred.dtype)
    return 2 * labels - 1 if np.isin(labels, (0, 1)).all() else labels


def _gap(y_true: Array, y_pred: Array) -> Array:
    return 1 - _as_signs(y_true, y_pred) * y_pred


def _hinge(y_true: Array, y_pred: Array) -> Array:
    return np.maximum(_gap(y_true, y_pred), 0)


def _hinge_slope(y_true: Array, y_pred: Array) -> Array:
    return -_as_signs(y_true, y_pred) * (_gap(y_true, y_pred) > 0)


def _square(y_true: Array, y_pred: Array) -> Array:
    return _hinge(y_true, y_pred) ** 2


def _square_slope(y_true: Array, y_pred: Array) -> Array:
    return -2 * _as_signs(y_true, y_pred) * _hinge(y_true, y_pred)


def _raw_gap(y_true: Array, y_pred: Array) -> Array:
    gap: Array = np.asarray(1 - y_true.astype(y_pred.dtype) * y_pred)
    return gap


def _each_zero_mapped(y_true: Array, y_pred: Array) -> Array:
    return np.where(y_true == 0, -1, y_true).astype(y_pred.dtype)


hinge = Exercise(
    "hinge",
    points=1,
    vectorized=_many,
    cases=[*_binary(), unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(_hinge),
        Misconception(
            "labels-zero-left-alone",
            believes="Labels may be 0 and 1 as everywhere else.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(_raw_gap(y_true, y_pred), 0)),
            hint=NO_MINUS,
        ),
        Misconception(
            "always-mapped",
            believes="Labels come as 0 and 1, so 2t - 1 is always needed.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(1 - (2 * y_true.astype(y_pred.dtype) - 1) * y_pred, 0)),
            hint="What does 2t - 1 make of a label -1?",
        ),
        Misconception(
            "each-zero-mapped",
            believes="Every 0 means -1, whatever the other labels are.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(1 - _each_zero_mapped(y_true, y_pred) * y_pred, 0)),
            hint="When do labels count as 0 and 1: when one of them is 0, or when all of them are 0 or 1?",
        ),
        Misconception(
            "no-maximum",
            believes="The loss is 1 - t p.",
            wrong=lambda y_true, y_pred: np.mean(_gap(y_true, y_pred)),
            hint="A score of 100 on the right side: may it pay for the mistakes of other samples?",
        ),
        Misconception(
            "no-margin",
            believes="It is enough to be on the right side.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(_gap(y_true, y_pred) - 1, 0)),
            hint="A score of 0.5 on the right side: does it cost nothing?",
        ),
        Misconception(
            "sign-flipped",
            believes="The loss is max(0, 1 + t p).",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(2 - _gap(y_true, y_pred), 0)),
            hint="Label 1 and score 7: does that cost 0 or 8?",
        ),
        Misconception(
            "maximum-of-the-mean",
            believes="The maximum can be taken at the end.",
            wrong=lambda y_true, y_pred: np.maximum(np.mean(_gap(y_true, y_pred)), 0),
            hint="One score is far beyond its margin, one on the wrong side. May the first make up for the second?",
        ),
        Misconception(
            "size-of-the-gap",
            believes="Every distance from the margin counts.",
            wrong=lambda y_true, y_pred: np.mean(np.abs(_gap(y_true, y_pred))),
            hint="What is the loss of a score that is on the right side by 5?",
        ),
        Misconception(
            "labels-turned-around",
            believes="A label 0 stands for 1, and 1 for -1.",
            wrong=lambda y_true, y_pred: np.mean(
                np.maximum(1 - np.where(np.isin(y_true, (0, 1)).all(), 1 - 2.0 * y_true, y_true) * y_pred, 0)
            ),
            hint="Which sign should the score of a 1 have?",
        ),
    ],
    hints=[
        "Before anything else: do the labels have to be mapped? Then 1 - t p, and what may it never be?",
        "np.isin(t, (0, 1)).all() tells whether the labels are 0 and 1; 2 * t - 1 maps them.",
        "np.mean of np.maximum(1 - t * p, 0), after the labels are mapped.",
    ],
    variants=[
        Variant("clip", lambda y_true, y_pred: np.mean(np.clip(_checked_gap(y_true, y_pred), 0, None))),
    ],
)


def _checked_gap(y_true: Array, y_pred: Array) -> Array:
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred: got shape {y_pred.shape}, want {y_true.shape}")
    return _gap(y_true, y_pred)


hinge_backward = Exercise(
    "hinge_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many,
    cases=[*_binary(), random_cases(_draw)],
    misconceptions=[
        *backward_slips(_hinge_slope),
        Misconception(
            "labels-zero-left-alone",
            believes="Labels may be 0 and 1 as everywhere else.",
            wrong=lambda y_true, y_pred: -y_true.astype(y_pred.dtype) * (_raw_gap(y_true, y_pred) > 0) / y_pred.size,
            hint=NO_MINUS,
        ),
        Misconception(
            "each-zero-mapped",
            believes="Every 0 means -1, whatever the other labels are.",
            wrong=lambda y_true, y_pred: (
                -_each_zero_mapped(y_true, y_pred) * (_each_zero_mapped(y_true, y_pred) * y_pred < 1) / y_pred.size
            ),
            hint="When do labels count as 0 and 1: when one of them is 0, or when all of them are 0 or 1?",
        ),
        Misconception(
            "everywhere",
            believes="The slope is -t for every score.",
            wrong=lambda y_true, y_pred: -_as_signs(y_true, y_pred) / y_pred.size,
            hint="A score far beyond the margin moves a little. Does the loss change?",
        ),
        Misconception(
            "slope-on-the-margin",
            believes="Exactly on the margin the score is still pushed.",
            wrong=lambda y_true, y_pred: -_as_signs(y_true, y_pred) * (_gap(y_true, y_pred) >= 0) / y_pred.size,
            hint="The docstring says what counts where 1 - t p is 0. Is the comparison strict?",
        ),
        Misconception(
            "score-instead-of-label",
            believes="The slope of t p is p.",
            wrong=lambda y_true, y_pred: -y_pred * (_gap(y_true, y_pred) > 0) / y_pred.size,
            hint="With respect to which of the two numbers is the derivative taken?",
        ),
        Misconception(
            "wrong-side-only",
            believes="Only scores on the wrong side of 0 are pushed.",
            wrong=lambda y_true, y_pred: (
                -_as_signs(y_true, y_pred) * (_as_signs(y_true, y_pred) * y_pred < 0) / y_pred.size
            ),
            hint="Is there a loss for a score of 0.5 of a 1?",
        ),
        Misconception(
            "gap-kept",
            believes="The gradient is the label times the loss.",
            wrong=lambda y_true, y_pred: -_as_signs(y_true, y_pred) * _hinge(y_true, y_pred) / y_pred.size,
            hint="What is the slope of 1 - t p with respect to p?",
        ),
    ],
    hints=[
        "Which elements have a loss at all? Only they have a slope.",
        "Where 1 - t p > 0 the slope is -t, with the labels mapped as in the forward pass; the mean brings a 1/n.",
        "-t * (t * p < 1) / p.size, after the labels are mapped.",
    ],
    variants=[
        Variant(
            "choice",
            lambda y_true, y_pred: np.where(_gap(y_true, y_pred) > 0, -_as_signs(y_true, y_pred) / y_pred.size, 0),
        ),
    ],
)

squared_hinge = Exercise(
    "squared_hinge",
    points=1,
    vectorized=_many,
    cases=[*_binary(), unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(_square),
        Misconception(
            "square-before-maximum",
            believes="The order of square and maximum does not matter.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(_gap(y_true, y_pred) ** 2, 0)),
            hint="A score far beyond the margin: what is (1 - t p)², and should it cost anything?",
        ),
        Misconception(
            "not-squared",
            believes="The squared hinge is another name of the hinge.",
            wrong=lambda y_true, y_pred: np.mean(_hinge(y_true, y_pred)),
            hint="By how much is the margin missed, and what is done with that number?",
        ),
        Misconception(
            "labels-zero-left-alone",
            believes="Labels may be 0 and 1 as everywhere else.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(_raw_gap(y_true, y_pred), 0) ** 2),
            hint=NO_MINUS,
        ),
        Misconception(
            "each-zero-mapped",
            believes="Every 0 means -1, whatever the other labels are.",
            wrong=lambda y_true, y_pred: np.mean(np.maximum(1 - _each_zero_mapped(y_true, y_pred) * y_pred, 0) ** 2),
            hint="When do labels count as 0 and 1: when one of them is 0, or when all of them are 0 or 1?",
        ),
        Misconception(
            "mean-before-square",
            believes="The mean hinge loss is squared.",
            wrong=lambda y_true, y_pred: np.mean(_hinge(y_true, y_pred)) ** 2,
            hint="What is squared: each element's loss, or their mean?",
        ),
        Misconception(
            "halved",
            believes="A factor ½ belongs to a square.",
            wrong=lambda y_true, y_pred: np.mean(_square(y_true, y_pred)) / 2,
            hint="Does the docstring's formula have a ½?",
        ),
    ],
    hints=[
        "It is the hinge loss with one more step. At which place?",
        "Map the labels, take max(0, 1 - t p) of each element, square it, and average.",
        "np.mean of np.maximum(1 - t * p, 0) ** 2, after the labels are mapped.",
    ],
)

squared_hinge_backward = Exercise(
    "squared_hinge_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many,
    cases=[*_binary(), random_cases(_draw)],
    misconceptions=[
        *backward_slips(_square_slope),
        Misconception(
            "two-forgotten",
            believes="The square leaves no factor.",
            wrong=lambda y_true, y_pred: _square_slope(y_true, y_pred) / 2 / y_pred.size,
            hint="The loss has no ½ in front. Where does the 2 of the square's derivative go?",
        ),
        Misconception(
            "label-forgotten",
            believes="The slope of the square is 2 max(0, 1 - t p), with a minus.",
            wrong=lambda y_true, y_pred: -2 * _hinge(y_true, y_pred) / y_pred.size,
            hint="Inside of the square stands 1 - t p. What is its slope?",
        ),
        Misconception(
            "everywhere",
            believes="The slope is -2 t (1 - t p) for every score.",
            wrong=lambda y_true, y_pred: -2 * _as_signs(y_true, y_pred) * _gap(y_true, y_pred) / y_pred.size,
            hint="A score far beyond the margin moves a little. Does the loss change?",
        ),
        Misconception(
            "labels-zero-left-alone",
            believes="Labels may be 0 and 1 as everywhere else.",
            wrong=lambda y_true, y_pred: (
                -2 * y_true.astype(y_pred.dtype) * np.maximum(_raw_gap(y_true, y_pred), 0) / y_pred.size
            ),
            hint=NO_MINUS,
        ),
        Misconception(
            "gradient-of-the-hinge",
            believes="A square does not change where the loss is 0, nor its slope.",
            wrong=lambda y_true, y_pred: _hinge_slope(y_true, y_pred) / y_pred.size,
            hint="What is the derivative of d² at d = 3?",
        ),
        Misconception(
            "score-instead-of-label",
            believes="The slope of 1 - t p is -p.",
            wrong=lambda y_true, y_pred: -2 * y_pred * _hinge(y_true, y_pred) / y_pred.size,
            hint="With respect to what is the derivative taken?",
        ),
    ],
    hints=[
        "Chain rule: the square, the maximum, 1 - t p. What does each contribute?",
        "2 max(0, 1 - t p), times -t, times 1/n, with the labels mapped as in the forward pass.",
        "-2 * t * np.maximum(1 - t * p, 0) / p.size, after the labels are mapped.",
    ],
)
