"""Assessment of errors by ratio: in percent, and of logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, random_cases
from autograder.inputs import Array, spread
from autograder.units._losses_common import (
    EPSILON,
    backward_slips,
    floored,
    forward_slips,
    many,
    real_numbers,
    unequal_shapes,
)

TARGETS = np.array([[4.0, 0.5, 20.0], [1.0, 3.0, 250.0]])
PREDICTIONS = np.array([[5.0, 0.25, 30.0], [4.0, 3.0, 100.0]])
ZERO_TARGET = Case(
    "target-zero", y_true=np.array([[0.0, 2.0], [5.0, 0.0]]), y_pred=np.array([[0.5, 1.0], [6.0, -0.25]])
)
TINY_TARGET = Case("target-below-the-floor", y_true=np.array([2e-8, -5e-8]), y_pred=np.array([4e-8, 5e-8]))


def counts() -> list[Case]:
    """Targets and predictions of positive size."""
    return [
        Case("one-number", y_true=np.array([3.0]), y_pred=np.array([7.0])),
        Case("vector-with-a-right-one", y_true=np.array([1.0, 4.0, 2.5]), y_pred=np.array([2.0, 4.0, 0.5])),
        Case("table", y_true=TARGETS, y_pred=PREDICTIONS, readonly=True),
        Case("single-precision", y_true=TARGETS.astype(np.float32), y_pred=PREDICTIONS.astype(np.float32)),
        Case("integer-targets", y_true=np.array([[3, 0], [7, 1], [2, 90]]), y_pred=spread(0.5, 60, 6).reshape(3, 2)),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = [(5,), (2, 4), (3, 2, 2)][int(rng.integers(3))]
    return {"y_true": np.exp(rng.standard_normal(shape)), "y_pred": np.exp(rng.standard_normal(shape))}


def _draw_real(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y_true": 3 * rng.standard_normal((3, 4)), "y_pred": 3 * rng.standard_normal((3, 4))}


def _percent(y_true: Array, y_pred: Array) -> Array:
    values: Array = 100 * np.abs(y_pred - y_true) / floored(np.abs(y_true))
    return values


def _percent_slope(y_true: Array, y_pred: Array) -> Array:
    slope: Array = 100 * np.sign(y_pred - y_true) / floored(np.abs(y_true))
    return slope


mean_absolute_percentage_error = Exercise(
    "mean_absolute_percentage_error",
    points=1,
    vectorized=many,
    cases=[
        *real_numbers(),
        ZERO_TARGET,
        TINY_TARGET,
        unequal_shapes(),
        random_cases(_draw_real),
    ],
    misconceptions=[
        *forward_slips(_percent),
        Misconception(
            "fraction-not-percent",
            believes="The relative error is a fraction of 1.",
            wrong=lambda y_true, y_pred: np.mean(_percent(y_true, y_pred)) / 100,
            hint="The P of MAPE: an error of a half is how many percent?",
        ),
        Misconception(
            "no-floor",
            believes="Targets are never 0.",
            wrong=lambda y_true, y_pred: np.mean(100 * np.abs(y_pred - y_true) / np.abs(y_true)),
            hint="What is 0.5 / 0, and what becomes of the mean with one such element?",
        ),
        Misconception(
            "epsilon-added",
            believes="Adding 1e-7 to the denominator is the same as a floor of 1e-7.",
            wrong=lambda y_true, y_pred: np.mean(100 * np.abs(y_pred - y_true) / (np.abs(y_true) + EPSILON)),
            hint="|t| is 5e-8: is the denominator 1e-7 or 1.5e-7?",
        ),
        Misconception(
            "divided-by-the-prediction",
            believes="The error is a percentage of the prediction.",
            wrong=lambda y_true, y_pred: np.mean(100 * np.abs(y_pred - y_true) / floored(np.abs(y_pred))),
            hint="1 should have come out, 4 came out: is that an error of 300 % or of 75 %?",
        ),
        Misconception(
            "signed-denominator",
            believes="The target itself divides.",
            wrong=lambda y_true, y_pred: np.mean(100 * np.abs(y_pred - y_true) / floored(y_true)),
            hint="The target is -2. What does a floor of 1e-7 make of it?",
        ),
        Misconception(
            "signed",
            believes="An error in percent has a sign.",
            wrong=lambda y_true, y_pred: np.mean(100 * (y_pred - y_true) / floored(np.abs(y_true))),
            hint="One prediction is 10 % too high, one 10 % too low. Is that a loss of 0?",
        ),
        Misconception(
            "one-ratio-of-two-sums",
            believes="All errors are compared with all targets.",
            wrong=lambda y_true, y_pred: 100 * np.abs(y_pred - y_true).sum() / np.abs(y_true).sum(),
            hint="A target of 1 and one of 1000: how much does an error of 100 % in the first count?",
        ),
    ],
    hints=[
        "The size of each error, as a part of the size of its target, in percent. What if the target is 0?",
        "The denominator is never below 1e-7: np.maximum of |t| and EPSILON.",
        "100 * np.mean of np.abs(p - t) / np.maximum(np.abs(t), EPSILON).",
    ],
)

mean_absolute_percentage_error_backward = Exercise(
    "mean_absolute_percentage_error_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*real_numbers(backward=True), ZERO_TARGET, TINY_TARGET, random_cases(_draw_real)],
    misconceptions=[
        *backward_slips(_percent_slope),
        Misconception(
            "fraction-not-percent",
            believes="The 100 is for display, and has no slope.",
            wrong=lambda y_true, y_pred: _percent_slope(y_true, y_pred) / 100 / y_pred.size,
            hint="The loss is multiplied by 100. What does that do to its slope?",
        ),
        Misconception(
            "no-floor",
            believes="Targets are never 0.",
            wrong=lambda y_true, y_pred: 100 * np.sign(y_pred - y_true) / np.abs(y_true) / y_pred.size,
            hint="What does the loss divide by where the target is 0?",
        ),
        Misconception(
            "signed-denominator",
            believes="The target itself divides.",
            wrong=lambda y_true, y_pred: 100 * np.sign(y_pred - y_true) / floored(y_true) / y_pred.size,
            hint="The target is -2. What does a floor of 1e-7 make of it?",
        ),
        Misconception(
            "slope-one-at-a-tie",
            believes="Where it is not negative, the error has the sign 1.",
            wrong=lambda y_true, y_pred: (
                100 * np.where(y_pred < y_true, -1, 1).astype(y_pred.dtype) / floored(np.abs(y_true)) / y_pred.size
            ),
            hint="The prediction is right. In which direction should it be pushed?",
        ),
        Misconception(
            "error-instead-of-sign",
            believes="The gradient is proportional to the relative error.",
            wrong=lambda y_true, y_pred: 100 * (y_pred - y_true) / floored(np.abs(y_true)) / y_pred.size,
            hint="How steep is |d| at d = 1, and how steep at d = 100?",
        ),
        Misconception(
            "target-forgotten",
            believes="The percentage is for people to read.",
            wrong=lambda y_true, y_pred: 100 * np.sign(y_pred - y_true) / y_pred.size,
            hint="How many percent are 1 more of a target of 1, and of a target of 1000?",
        ),
        Misconception(
            "minus-one-at-a-tie",
            believes="What is not above is below.",
            wrong=lambda y_true, y_pred: (
                100 * np.where(y_pred > y_true, 1.0, -1.0).astype(y_pred.dtype) / floored(np.abs(y_true)) / y_pred.size
            ),
            hint="The prediction is right. In which direction should it move?",
        ),
    ],
    hints=[
        "Only |p - t| depends on p; 100, the denominator and 1/n are constants.",
        "The slope of |p - t| is its sign, 0 at a tie; the denominator is the floored |t| of the forward pass.",
        "100 * np.sign(p - t) / np.maximum(np.abs(t), EPSILON) / p.size.",
    ],
)


def _log_square(y_true: Array, y_pred: Array) -> Array:
    return _log_difference(y_true, y_pred) ** 2


def _log_difference(y_true: Array, y_pred: Array) -> Array:
    difference: Array = np.log1p(floored(y_pred)) - np.log1p(floored(y_true))
    return difference


def _log_slope(y_true: Array, y_pred: Array) -> Array:
    values: Array = 2 * _log_difference(y_true, y_pred) / (1 + floored(y_pred)) * (y_pred >= EPSILON)
    return values


NEGATIVE = Case(
    "negative-numbers-count-as-the-floor",
    y_true=np.array([[3.0, -1.0, 0.0], [2.0, 5.0, 1.0]]),
    y_pred=np.array([[-2.0, 2.0, -0.5], [0.0, -8.0, 4.0]]),
)
AT_THE_FLOOR = Case("at-the-floor-and-below", y_true=np.array([1.0, 2.0, 3.0]), y_pred=np.array([1e-7, 0.0, -1e-7]))

mean_squared_logarithmic_error = Exercise(
    "mean_squared_logarithmic_error",
    points=1,
    vectorized=many,
    cases=[*counts(), NEGATIVE, unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(_log_square),
        Misconception(
            "log-not-log1p",
            believes="The logarithms of the numbers themselves are compared.",
            wrong=lambda y_true, y_pred: np.mean((np.log(floored(y_pred)) - np.log(floored(y_true))) ** 2),
            hint="Counts can be 0. What does the formula add before it takes the logarithm?",
        ),
        Misconception(
            "no-floor",
            believes="Predictions are never negative.",
            wrong=lambda y_true, y_pred: np.mean((np.log1p(y_pred) - np.log1p(y_true)) ** 2),
            hint="A network without an activation at its end says -2. What is ln(1 - 2)?",
        ),
        Misconception(
            "logarithm-of-the-error",
            believes="The logarithm is taken of the error.",
            wrong=lambda y_true, y_pred: np.mean(np.log1p(np.abs(y_pred - y_true)) ** 2),
            hint="100 for 110, and 1 for 11: both are 10 off. Should they cost the same?",
        ),
        Misconception(
            "not-squared",
            believes="The difference of the logarithms is made positive with an absolute value.",
            wrong=lambda y_true, y_pred: np.mean(np.abs(_log_difference(y_true, y_pred))),
            hint="What does the S of MSLE stand for?",
        ),
        Misconception(
            "squared-error-logged",
            believes="The mean squared error is put on a logarithmic scale.",
            wrong=lambda y_true, y_pred: np.log1p(np.mean((y_pred - y_true) ** 2)),
            hint="In which order do logarithm, difference, square and mean stand in the formula?",
        ),
        Misconception(
            "decimal-logarithm",
            believes="The logarithm is the decimal one.",
            wrong=lambda y_true, y_pred: np.mean(_log_square(y_true, y_pred)) / np.log(10.0) ** 2,
            hint="Which logarithm does the docstring write?",
        ),
        Misconception(
            "mean-before-square",
            believes="The mean difference of logarithms is squared.",
            wrong=lambda y_true, y_pred: np.mean(_log_difference(y_true, y_pred)) ** 2,
            hint="One prediction is twice too high, one twice too low. Is that a loss of 0?",
        ),
    ],
    hints=[
        "It is the mean squared error of something that is computed from targets and predictions alike. Of what?",
        "Raise what is below 1e-7 to 1e-7, then take ln(1 + x), for which NumPy has log1p.",
        "np.mean of the squared difference of np.log1p(np.maximum(p, EPSILON)) and the same of t.",
    ],
)

mean_squared_logarithmic_error_backward = Exercise(
    "mean_squared_logarithmic_error_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*counts(), NEGATIVE, AT_THE_FLOOR, random_cases(_draw)],
    misconceptions=[
        *backward_slips(_log_slope),
        Misconception(
            "through-the-floor",
            believes="A prediction below the floor still gets the gradient at the floor.",
            wrong=lambda y_true, y_pred: 2 * _log_difference(y_true, y_pred) / (1 + floored(y_pred)) / y_pred.size,
            hint="The prediction -2 becomes -1.9. Does the loss change?",
        ),
        Misconception(
            "floor-excluded",
            believes="A clip passes the gradient strictly inside of its bounds only.",
            wrong=lambda y_true, y_pred: _log_slope(y_true, y_pred) * (y_pred > EPSILON) / y_pred.size,
            hint="The prediction is exactly 1e-7. What does the docstring say for p >= ε?",
        ),
        Misconception(
            "inner-derivative-forgotten",
            believes="The slope of the square is all there is.",
            wrong=lambda y_true, y_pred: 2 * _log_difference(y_true, y_pred) * (y_pred >= EPSILON) / y_pred.size,
            hint="The logarithm stands between the square and p. What is its slope?",
        ),
        Misconception(
            "one-over-p",
            believes="The derivative of ln(1 + p) is 1/p.",
            wrong=lambda y_true, y_pred: (
                2 * _log_difference(y_true, y_pred) / floored(y_pred) * (y_pred >= EPSILON) / y_pred.size
            ),
            hint="What stands inside of the logarithm?",
        ),
        Misconception(
            "two-forgotten",
            believes="The gradient of the mean square is the mean difference's part.",
            wrong=lambda y_true, y_pred: _log_slope(y_true, y_pred) / 2 / y_pred.size,
            hint="The loss has no ½ in front. Where does the 2 of the square's derivative go?",
        ),
    ],
    hints=[
        "Chain rule: the square, the logarithm, the floor. What does each contribute?",
        "2 times the difference of logarithms, times 1/(1 + p), times 1 or 0 for the floor, times 1/n.",
        "2 * error / (1 + floored) * (p >= EPSILON) / p.size, with floored = np.maximum(p, EPSILON).",
    ],
)
