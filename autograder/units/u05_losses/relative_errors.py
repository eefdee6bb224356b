"""Errors by ratio: in percent, and of logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import gradients_over_elements, means_over_elements
from autograder.units.u05_losses.pairs import many_pairs, positive_numbers, real_numbers, unequal_shapes

NEVER_ZERO = "Targets are never 0."
NEGATIVE_TARGET = "The target is -2. What does a floor of 1e-7 make of it?"
RIGHT_ALREADY = "The prediction is right. In which direction should it be pushed?"
DENOMINATOR = "np.maximum(np.abs(t), EPSILON)"
LOGARITHM = "np.log1p(np.maximum(each, EPSILON))"

ZERO_TARGET = Case(
    "target-zero", y_true=np.array([[0.0, 2.0], [5.0, 0.0]]), y_pred=np.array([[0.5, 1.0], [6.0, -0.25]])
)
TINY_TARGET = Case("target-below-the-floor", y_true=np.array([2e-8, -5e-8]), y_pred=np.array([4e-8, 5e-8]))
NEGATIVE = Case(
    "negative-numbers-count-as-the-floor",
    y_true=np.array([[3.0, -1.0, 0.0], [2.0, 5.0, 1.0]]),
    y_pred=np.array([[-2.0, 2.0, -0.5], [0.0, -8.0, 4.0]]),
)
AT_THE_FLOOR = Case("at-the-floor-and-below", y_true=np.array([1.0, 2.0, 3.0]), y_pred=np.array([1e-7, 0.0, -1e-7]))


REAL = random_cases(lambda rng: {"y_true": 3 * rng.standard_normal((3, 4)), "y_pred": 3 * rng.standard_normal((3, 4))})


def _draw_positive(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = [(5,), (2, 4), (3, 2, 2)][int(rng.integers(3))]
    return {"y_true": np.exp(rng.standard_normal(shape)), "y_pred": np.exp(rng.standard_normal(shape))}


mean_absolute_percentage_error = Exercise(
    "mean_absolute_percentage_error",
    points=1,
    vectorized=many_pairs,
    cases=[*real_numbers(), ZERO_TARGET, TINY_TARGET, unequal_shapes(), REAL],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("fraction-not-percent", "100 * ", "")
        .believes("The relative error is a fraction of 1.")
        .ask("The P of MAPE: an error of a half is how many percent?"),
        edit("no-floor", DENOMINATOR, "np.abs(t)")
        .believes(NEVER_ZERO)
        .ask("What is 0.5 / 0, and what becomes of the mean with one such element?"),
        edit("epsilon-added", DENOMINATOR, "(np.abs(t) + EPSILON)")
        .believes("Adding 1e-7 to the denominator is the same as a floor of 1e-7.")
        .ask("|t| is 5e-8: is the denominator 1e-7 or 1.5e-7?"),
        edit("divided-by-the-prediction", "np.abs(t)", "np.abs(p)")
        .believes("The error is a percentage of the prediction.")
        .ask("1 should have come out, 4 came out: is that an error of 300 % or of 75 %?"),
        edit("signed-denominator", "np.abs(t)", "t").believes("The target itself divides.").ask(NEGATIVE_TARGET),
        edit("signed", "np.abs(p - t)", "(p - t)")
        .believes("An error in percent has a sign.")
        .ask("One prediction is 10 % too high, one 10 % too low. Is that a loss of 0?"),
        edit(
            "one-ratio-of-two-sums", f"np.mean(np.abs(p - t) / {DENOMINATOR})", "np.abs(p - t).sum() / np.abs(t).sum()"
        )
        .believes("All errors are compared with all targets.")
        .ask("A target of 1 and one of 1000: how much does an error of 100 % in the first count?"),
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
    vectorized=many_pairs,
    cases=[*real_numbers(backward=True), ZERO_TARGET, TINY_TARGET, REAL],
    misconceptions=[
        *gradients_over_elements(),
        edit("fraction-not-percent", "100 * ", "")
        .believes("The 100 is for display, and has no slope.")
        .ask("The loss is multiplied by 100. What does that do to its slope?"),
        edit("no-floor", DENOMINATOR, "np.abs(t)")
        .believes(NEVER_ZERO)
        .ask("What does the loss divide by where the target is 0?"),
        edit("signed-denominator", "np.abs(t)", "t").believes("The target itself divides.").ask(NEGATIVE_TARGET),
        edit("slope-one-at-a-tie", "np.sign(p - t)", "np.where(p < t, -1, 1).astype(p.dtype)")
        .believes("Where it is not negative, the error has the sign 1.")
        .ask(RIGHT_ALREADY),
        edit("error-instead-of-sign", "np.sign(p - t)", "(p - t)")
        .believes("The gradient is proportional to the relative error.")
        .ask("How steep is |d| at d = 1, and how steep at d = 100?"),
        edit("target-forgotten", f" / {DENOMINATOR}", "")
        .believes("The percentage is for people to read.")
        .ask("How many percent are 1 more of a target of 1, and of a target of 1000?"),
        edit("minus-one-at-a-tie", "np.sign(p - t)", "np.where(p > t, 1, -1).astype(p.dtype)")
        .believes("What is not above is below.")
        .ask(RIGHT_ALREADY),
    ],
    hints=[
        "Only |p - t| depends on p; 100, the denominator and 1/n are constants.",
        "The slope of |p - t| is its sign, 0 at a tie; the denominator is the floored |t| of the forward pass.",
        "100 * np.sign(p - t) / np.maximum(np.abs(t), EPSILON) / p.size.",
    ],
)

mean_squared_logarithmic_error = Exercise(
    "mean_squared_logarithmic_error",
    points=1,
    vectorized=many_pairs,
    cases=[*positive_numbers(), NEGATIVE, unequal_shapes(), random_cases(_draw_positive)],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("log-not-log1p", "np.log1p", "np.log")
        .believes("The logarithms of the numbers themselves are compared.")
        .ask("Counts can be 0. What does the formula add before it takes the logarithm?"),
        edit("no-floor", "np.maximum(each, EPSILON)", "each")
        .believes("Predictions are never negative.")
        .ask("A network without an activation at its end says -2. What is ln(1 - 2)?"),
        edit("logarithm-of-the-error", LOGARITHM, "each", "(p - t) ** 2", "np.log1p(np.abs(p - t)) ** 2")
        .believes("The logarithm is taken of the error.")
        .ask("100 for 110, and 1 for 11: both are 10 off. Should they cost the same?"),
        edit("not-squared", "(p - t) ** 2", "np.abs(p - t)")
        .believes("The difference of the logarithms is made positive with an absolute value.")
        .ask("What does the S of MSLE stand for?"),
        returns("squared-error-logged", "np.log1p(mean_squared_error(y_true, y_pred))")
        .believes("The mean squared error is put on a logarithmic scale.")
        .ask("In which order do logarithm, difference, square and mean stand in the formula?"),
        edit("decimal-logarithm", LOGARITHM, "np.log10(1 + np.maximum(each, EPSILON))")
        .believes("The logarithm is the decimal one.")
        .ask("Which logarithm does the docstring write?"),
        edit("mean-before-square", "np.mean((p - t) ** 2)", "np.mean(p - t) ** 2")
        .believes("The mean difference of logarithms is squared.")
        .ask("One prediction is twice too high, one is half of what it should be. Is that a loss of 0?"),
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
    vectorized=many_pairs,
    cases=[*positive_numbers(), NEGATIVE, AT_THE_FLOOR, random_cases(_draw_positive)],
    misconceptions=[
        *gradients_over_elements(),
        edit("through-the-floor", " * (p >= EPSILON)", "")
        .believes("A prediction below the floor still gets the gradient at the floor.")
        .ask("The prediction -2 becomes -1.9. Does the loss change?"),
        edit("floor-excluded", "p >= EPSILON", "p > EPSILON")
        .believes("A clip passes the gradient strictly inside its bounds only.")
        .ask("The prediction is exactly 1e-7. What does the docstring say for p >= ε?"),
        edit("inner-derivative-forgotten", " / (1 + floored)", "")
        .believes("The slope of the square is all there is.")
        .ask("The logarithm stands between the square and p. What is its slope?"),
        edit("one-over-p", "(1 + floored)", "floored")
        .believes("The derivative of ln(1 + p) is 1/p.")
        .ask("What stands inside the logarithm?"),
        edit("two-forgotten", "2 * error", "error")
        .believes("The gradient of the mean square is the difference, averaged.")
        .ask("The loss has no ½ in front. Where does the 2 of the square's derivative go?"),
    ],
    hints=[
        "Chain rule: the square, the logarithm, the floor. What does each contribute?",
        "2 times the difference of logarithms, times 1/(1 + p), times 1 or 0 for the floor, times 1/n.",
        "2 * error / (1 + floored) * (p >= EPSILON) / p.size, with floored = np.maximum(p, EPSILON).",
    ],
)
