"""Assessment of the Poisson loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, random_cases
from autograder.inputs import Array
from autograder.units._losses_common import (
    EPSILON,
    backward_slips,
    floored,
    forward_slips,
    many,
    unequal_shapes,
)
from autograder.units._losses_relative import counts

WHAT_IS_LN_0 = "What is ln 0, and what becomes of the mean with one such element?"
COUNTS = np.array([[0.0, 1.0, 4.0], [2.0, 0.0, 30.0]])
RATES = np.array([[0.5, 1.5, 3.0], [0.25, 2.0, 40.0]])


def _draw_counts(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y_true": rng.poisson(3.0, (4, 3)).astype(np.float64), "y_pred": np.exp(rng.standard_normal((4, 3)))}


def _poisson(y_true: Array, y_pred: Array) -> Array:
    values: Array = y_pred - y_true * np.log(y_pred + EPSILON)
    return values


def _poisson_slope(y_true: Array, y_pred: Array) -> Array:
    return 1 - y_true / (y_pred + EPSILON)


ZERO_RATE = Case(
    "expected-zero",
    y_true=np.array([[0.0, 2.0, 1.0], [3.0, 0.0, 5.0]]),
    y_pred=np.array([[0.0, 0.0, 2.0], [3.0, 1.0, 0.5]]),
)


ZERO_OF_ZERO = Case("zero-for-zero", y_true=np.array([0.0, 2.0]), y_pred=np.array([0.0, 3.0]))


COUNT_TABLE = Case("counts", y_true=COUNTS, y_pred=RATES)


#: Where the gradient is small, a misplaced ε is a large part of it.
NEAR_THE_COUNTS = Case("rates-near-the-counts", y_true=np.array([2.0, 5.0, 3.0]), y_pred=np.array([2.002, 4.99, 3.001]))


poisson = Exercise(
    "poisson",
    points=1,
    vectorized=many,
    cases=[*counts(), COUNT_TABLE, ZERO_OF_ZERO, ZERO_RATE, unequal_shapes(), random_cases(_draw_counts)],
    misconceptions=[
        *forward_slips(_poisson),
        Misconception(
            "likelihood-not-loss",
            believes="The loss is the log-likelihood t ln p - p.",
            wrong=lambda y_true, y_pred: -np.mean(_poisson(y_true, y_pred)),
            hint="The likelihood should grow. What sign turns it into a number that should shrink?",
        ),
        Misconception(
            "no-epsilon",
            believes="An expected count is never 0.",
            wrong=lambda y_true, y_pred: np.mean(y_pred - y_true * np.log(y_pred)),
            hint=WHAT_IS_LN_0,
        ),
        Misconception(
            "floored-not-added",
            believes="A floor of 1e-7 is the same as adding 1e-7.",
            wrong=lambda y_true, y_pred: np.mean(y_pred - y_true * np.log(floored(y_pred))),
            hint="The formula of this loss is p + 1e-7, not max(p, 1e-7): what differs at p = 1?",
        ),
        Misconception(
            "arguments-swapped",
            believes="Which of the two is observed does not matter.",
            wrong=lambda y_true, y_pred: np.mean(_poisson(y_pred, y_true)),
            hint="Which of the two is observed, and of which one is the logarithm taken?",
        ),
        Misconception(
            "constant-kept",
            believes="The full likelihood has a logarithm of t! in it, t ln t - t for short.",
            wrong=lambda y_true, y_pred: np.mean(_poisson(y_true, y_pred) + y_true * np.log(floored(y_true)) - y_true),
            hint="Does ln t! depend on the prediction? Is it in the docstring's formula?",
        ),
        Misconception(
            "count-outside",
            believes="The loss is p - ln p.",
            wrong=lambda y_true, y_pred: np.mean(y_pred - np.log(y_pred + EPSILON) + 0 * y_true),
            hint="Where does the observed count enter?",
        ),
        Misconception(
            "sign-of-the-logarithm",
            believes="Both terms are costs.",
            wrong=lambda y_true, y_pred: np.mean(y_pred + y_true * np.log(y_pred + EPSILON)),
            hint="For which p is p - t ln p smallest? And for which is your loss?",
        ),
        Misconception(
            "rate-forgotten",
            believes="The loss is -t ln p.",
            wrong=lambda y_true, y_pred: -np.mean(y_true * np.log(y_pred + EPSILON)),
            hint="What keeps p from growing without end?",
        ),
        Misconception(
            "logarithmic-predictions",
            believes="The predictions are logarithms of the rate.",
            wrong=lambda y_true, y_pred: np.mean(np.exp(y_pred) - y_true * y_pred),
            hint="What does the docstring call p?",
        ),
    ],
    hints=[
        "For each element the expected count, minus the observed count times a logarithm. Of which number?",
        "1e-7 is added to p inside of the logarithm; the sign makes the loss smallest at p = t.",
        "np.mean of p - t * np.log(p + EPSILON).",
    ],
)


poisson_backward = Exercise(
    "poisson_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*counts(), COUNT_TABLE, NEAR_THE_COUNTS, ZERO_OF_ZERO, ZERO_RATE, random_cases(_draw_counts)],
    misconceptions=[
        *backward_slips(_poisson_slope),
        Misconception(
            "no-epsilon",
            believes="An expected count is never 0.",
            wrong=lambda y_true, y_pred: (1 - y_true / y_pred) / y_pred.size,
            hint="What is 2 / 0, and what is 0 / 0?",
        ),
        Misconception(
            "one-forgotten",
            believes="Only the logarithm has a slope.",
            wrong=lambda y_true, y_pred: -y_true / (y_pred + EPSILON) / y_pred.size,
            hint="At p = t the loss is smallest. Is the gradient 0 there?",
        ),
        Misconception(
            "logarithm-kept",
            believes="The slope of t ln p is ln p.",
            wrong=lambda y_true, y_pred: (1 - np.log(y_pred + EPSILON) + 0 * y_true) / y_pred.size,
            hint="With respect to which of the two numbers is the derivative taken?",
        ),
        Misconception(
            "difference",
            believes="The gradient is p - t, as for the squared error.",
            wrong=lambda y_true, y_pred: (y_pred - y_true) / y_pred.size,
            hint="That is the gradient with respect to ln p. What is the slope of ln p?",
        ),
        Misconception(
            "arguments-swapped",
            believes="The ratio is p / t.",
            wrong=lambda y_true, y_pred: (1 - y_pred / (y_true + EPSILON)) / y_pred.size,
            hint="What is the derivative of ln p?",
        ),
        Misconception(
            "logarithmic-predictions",
            believes="The predictions are logarithms of the rate.",
            wrong=lambda y_true, y_pred: (np.exp(y_pred) - y_true) / y_pred.size,
            hint="That is the gradient with respect to ln p. What does the docstring call p?",
        ),
    ],
    hints=[
        "Differentiate p, then t ln(p + 1e-7), with respect to p.",
        "1 minus t over what stands inside of the logarithm; the mean brings a 1/n.",
        "(1 - t / (p + EPSILON)) / p.size.",
    ],
)
